"""Which backups of a volume can be whole: an incremental one is nothing without each backup that it was made on.

Cinder tells no parents. It makes an incremental backup on the newest one that there is, by the time at which the data
stood on the volume, and counts who depends on each. So the parent is the nearest earlier backup that somebody depends
on; where a nearer one that nobody depends on stands between them, that is a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.copies import Backup


class Chain(StrEnum):
    """What is known of a backup with everything that it was made on."""

    WHOLE = "whole"
    UNTOLD = "untold"  # nobody tells what it was made on
    BROKEN = "broken"  # a backup that it was made on is gone or not usable


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A usable backup with its chain.

    Attributes:
        parent: id of the backup that it was made on; empty: it needs none, or nobody tells.
        lacks: what is missing of its chain.
    """

    backup: Backup
    chain: Chain
    parent: str = ""
    lacks: str = ""


def judge_chains(backups: Sequence[Backup]) -> tuple[Judged, ...]:
    """Return the usable backups of one volume that tell when their data stood there, the newest last."""
    timed = sorted((each for each in backups if each.taken is not None), key=lambda each: each.taken or 0)
    found: dict[str, Judged] = {}
    for at, backup in enumerate(timed):
        found[backup.id] = _judged(backup, timed, at, found) if backup.incremental else _full(backup)
    return tuple(found[each.id] for each in timed if each.usable)


def needed_of(backups: Sequence[Backup]) -> frozenset[str]:
    """Return the ids of a volume's newest whole backup and of all that it was made on; empty where there is none."""
    own = {each.backup.id: each for each in judge_chains(backups)}
    link = next((each for each in reversed(own.values()) if each.chain is Chain.WHOLE), None)
    found: set[str] = set()
    while link is not None and link.backup.id not in found:
        found.add(link.backup.id)
        link = own.get(link.parent)
    return frozenset(found)


def _full(backup: Backup) -> Judged:
    return Judged(backup=backup, chain=Chain.WHOLE)


def _judged(backup: Backup, timed: Sequence[Backup], at: int, found: Mapping[str, Judged]) -> Judged:
    between = ""
    for each in map(timed.__getitem__, range(at - 1, -1, -1)):
        if each.made is not None and backup.made is not None and each.made > backup.made:
            continue  # of an old snapshot, made later: nothing that was there before is built on it
        if each.dependents is None:
            return Judged(backup=backup, chain=Chain.UNTOLD, lacks="has_dependent_backups")
        if each.dependents:
            return _on(backup, each, found[each.id], between)
        between = between or (each.id if each.usable else "")
    return Judged(backup=backup, chain=Chain.BROKEN, lacks="-")


def _on(backup: Backup, parent: Backup, before: Judged, between: str) -> Judged:
    if not parent.usable:
        return Judged(backup=backup, chain=Chain.BROKEN, parent=parent.id, lacks=f"{parent.id} ({parent.status})")
    if before.chain is not Chain.WHOLE:
        return Judged(backup=backup, chain=before.chain, parent=parent.id, lacks=before.lacks)
    if between:  # it would have been the parent, had it been usable then
        return Judged(backup=backup, chain=Chain.UNTOLD, parent=parent.id, lacks=between)
    return Judged(backup=backup, chain=Chain.WHOLE, parent=parent.id)
