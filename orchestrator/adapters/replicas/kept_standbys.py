"""The kinds of entries by which the evidence keeps that a standby is made here, or taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from orchestrator.adapters.evidence import Entry

HOLDING = b"dr.standby-"  # what all of them hold
BEGUN, ENDED = "dr.standby-begun", "dr.standby-made"
DROPPING, DROPPED = "dr.standby-dropping", "dr.standby-dropped"


def unended(entries: Iterable[Entry], systems: Collection[str]) -> tuple[str, ...]:
    """Return, of these systems, those whose standby was begun to be made or taken away, and the end is not on record.

    Such a one may have left a slot that fills its source's disk.

    Args:
        entries: the newest first.
        systems: of these.
    """
    last: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.kind in {BEGUN, ENDED, DROPPING, DROPPED}:
            place = str(entry.data.get("system", "")), str(entry.data.get("replica", ""))
            failed = entry.data.get("failed") or entry.data.get("left")
            last.setdefault(place, "" if failed else entry.kind)
    return tuple(sorted({place[0] for place, kind in last.items() if kind not in {ENDED, DROPPED}} & set(systems)))
