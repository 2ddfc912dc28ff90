"""Preflight of a system of several parts: each part's own, told by its name; it can be moved only if all can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from orchestrator.checks.parts import CARRIED_OUT, PREFLIGHTS
from orchestrator.checks.preflight import Facts, Finding, Preflight, choose, finding
from orchestrator.model.move import DatabaseMove, FilesMove, MariaMove, Method, OnePart, WebappMove
from orchestrator.model.result import CheckStatus

TOGETHER = Method.TOGETHER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    part: OnePart
    possible: bool
    findings: tuple[Finding, ...]


def preflight(
    move: WebappMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = (TOGETHER,),
) -> Preflight:
    """Judge each part's facts, which stand under its kind, and choose each part's method."""
    files = _judge(move.files, source, target, None)
    database = _judge(move.database, source, target, move.chosen)
    inside = tuple(_inside(move, source, target))
    possible = files.possible and database.possible and not inside and override in (None, *methods)
    return Preflight(
        move=replace(move, files=cast(FilesMove, files.part), database=cast(DatabaseMove | MariaMove, database.part)),
        possible=possible,
        findings=(*files.findings, *database.findings, *inside),
    )


def _inside(move: WebappMove, source: Facts, target: Facts) -> Iterator[Finding]:
    """Tell of a database that lies in the file system which is closed before it: it could not end what it has begun.

    Where nobody told its folder, the files' own fence refuses: it never holds while a server has files open there.
    """
    sides = {"source": (move.files.source, move.database.source, source),
             "target": (move.files.target, move.database.target, target)}  # fmt: skip
    for name, (tree, server, facts) in sides.items():
        folder = str(cast(Facts, facts[move.database.kind]).get("folder", ""))
        if tree.reach.address == server.reach.address and f"{folder}/".startswith(f"{tree.path}/"):
            yield finding("webapp-inside", f"{name}: {folder}", TOGETHER, path=tree.path)


def _judge(part: OnePart, source: Facts, target: Facts, chosen: Method | None) -> _Judged:
    methods = CARRIED_OUT[part.kind]
    facts = (cast(Facts, side[part.kind]) for side in (source, target))
    found = PREFLIGHTS[part.kind](part, *facts, override=chosen, methods=methods)
    told = tuple(_named(part, each) for each in found.findings)
    if not found.possible:
        told = _against_all(told, chosen, methods)
    return _Judged(part=cast(OnePart, found.move), possible=found.possible, findings=told)


def _named(part: OnePart, found: Finding) -> Finding:
    if found.result.status is CheckStatus.UNKNOWN:
        return found  # its subject is the rule that asked
    subject = f"{part.kind}: {found.result.subject}" if found.result.subject else str(part.kind)
    return replace(found, result=replace(found.result, subject=subject))


def _against_all(
    findings: tuple[Finding, ...], chosen: Method | None, methods: tuple[Method, ...]
) -> tuple[Finding, ...]:
    """Let what leaves a part no method speak against the whole; where only open questions do, those alone."""
    known = tuple(each for each in findings if each.result.status is not CheckStatus.UNKNOWN)
    surely = choose(known, chosen, methods) is None
    return tuple(
        replace(each, against=(*each.against, TOGETHER)) if each.against and (each in known) is surely else each
        for each in findings
    )
