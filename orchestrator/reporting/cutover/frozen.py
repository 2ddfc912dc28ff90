"""The frozen sections of a night: each list once, with the systems that go through it."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.cutover import CutoverPlan, FrozenSection
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.model.frozen import Frozen
from orchestrator.reporting.cutover.words import header
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

Row = tuple[str, str, str]


def frozen_sections(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield what the tool does while clients wait, for the systems whose move has begun; nothing where none has."""
    if not plan.frozen:
        return
    yield Heading(level=3, text=say("frozen-list.heading"))
    yield Paragraph(text=say("frozen-list.about"))
    alike: dict[tuple[tuple[Row, ...], float, int], list[FrozenSection]] = {}
    for section in plan.frozen:
        rows, first = _rows(section.frozen, say)
        alike.setdefault((rows, section.frozen.seconds, first), []).append(section)
    for (rows, seconds, first), sections in alike.items():
        yield Paragraph(text=say("frozen-list.lines", seconds=f"{seconds:g}", first=first))
        yield Grid(
            name="frozen",
            header=(*header(say, "no", "step"), say("frozen-list.column.deadline"), say("frozen-list.column.undo")),
            rows=tuple((str(number), *row) for number, row in enumerate(rows, start=1)),
            shares=(8, 50, 12, 30),
            with_next=True,
        )
        yield Grid(
            name="frozen-systems",
            header=(*header(say, "system"), say("frozen-list.column.way"), say("frozen-list.column.digest")),
            rows=tuple(
                (
                    clean(each.frozen.system),
                    f"{clean(each.frozen.leaving)} → {clean(each.frozen.opening)}",
                    each.digest,
                )
                for each in sections
            ),
            shares=(14, 36, 50),
        )


def _rows(frozen: Frozen, say: Say) -> tuple[tuple[Row, ...], int]:
    """Return the lines, those alike that follow each other once, and the number of the first that holds clients."""
    rows: list[Row] = []
    first = 0
    for line in frozen.lines:
        words = say(f"frozen.{line.name}") + (f" {say('move.decides')}" if line.decides else "")
        row = (words, f"{line.deadline.total_seconds():g} s", say(f"frozen.{line.undo.name}") if line.undo else "–")
        if not rows or rows[-1] != row:
            rows.append(row)
        if line.counts and not first:
            first = len(rows)
    return tuple(rows), first
