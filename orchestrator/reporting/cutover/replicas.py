"""The part of the cutover plan on replicas: what they must be after the cutover, and how they stood when last seen."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.cutover import CutoverPlan, CutoverReplica
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.reporting.centre import CentreWords, length
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

_NAMED = 30
_COLUMNS = ("system", "must", "replica", "follows", "verdict", "why", "seen", "drill", "after")


def replicas_after(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield a row for each replica that anybody declared or saw, and the systems of which nobody did."""
    yield Heading(level=2, text=say("cutover.h2.3"))
    if not plan.replicas:
        yield Paragraph(text=say("centre.after.none"))
        return
    yield Paragraph(text=say("centre.after"))
    rows = tuple(row for each in plan.replicas if each.stood.touched for row in _rows(each, say))
    if rows:
        yield Grid(
            name="replicas",
            header=tuple(say(f"centre.column.{name}") for name in _COLUMNS),
            rows=rows,
            shares=(9, 17, 12, 10, 8, 13, 11, 9, 11),
        )
    unseen: dict[str, list[str]] = {}
    for each in plan.replicas:
        if not each.stood.touched:
            unseen.setdefault(_must(each, say), []).append(clean(each.stood.system))
    if unseen:
        count = sum(map(len, unseen.values()))
        yield Paragraph(text=say("centre.untouched", count=count))
        named = count <= _NAMED  # of a large batch pages of ids would be read by nobody; `-o json` has them
        yield Grid(
            name="no-replicas",
            header=tuple(say(f"centre.column.{name}") for name in ("must", "count", *(["system"] * named))),
            rows=tuple((must, str(len(ids)), *([", ".join(ids)] * named)) for must, ids in unseen.items()),
            shares=(42, 9, 49) if named else (80, 20),
        )


def _rows(each: CutoverReplica, say: Say) -> Iterator[tuple[str, ...]]:
    its = CentreWords(say)
    for one in each.stood.replicas:
        yield (
            clean(each.stood.system),
            _must(each, say),
            its.replica(one),
            clean(one.follows),
            say(f"verdict.{one.status}"),
            its.why(one),
            its.seen(each.stood),
            its.drill(one),
            "",
        )


def _must(each: CutoverReplica, say: Say) -> str:
    policy = each.wanted.policy
    kinds = sorted(each.wanted.needed | {place.kind for place in each.wanted.places})
    return say(
        "centre.after.wanted",
        level=policy.level or say("centre.unknown"),
        rpo=length(policy.rpo),
        rto=length(policy.rto),
        drill=length(policy.drill),
        kinds=clean(", ".join(kinds)),
    )
