"""Approval sheets (签批单): a unit's systems with their interruptions, and the blanks that are signed and sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestrator.model.cutover import CutoverPlan, CutoverSystem
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.reporting.cutover.words import header, users_text
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

SIGNERS = ("owner", "leader", "centre", "office", "cloud", "expert")
# A sheet with more rows of systems may be longer than a page.
_ONE_PAGE = 40
_COLUMNS = ("system", "name", "interruption", "users")


def approval_sheets(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield every unit's sheet; the digest on each says which schedule was approved, and no other."""
    for number, (unit, systems) in enumerate(plan.by_unit.items(), start=1):
        yield Heading(level=3, text=say("cutover.approval.unit", number=number, unit=clean(unit), systems=len(systems)))
        yield Paragraph(text=say("cutover.approval.subject", batch=plan.batch, digest=plan.schedule_digest))
        rows = tuple(_pairs(systems, say))
        yield Grid(
            name=f"approval-{number}",
            header=header(say, *_COLUMNS, *_COLUMNS),
            rows=rows,
            shares=(19, 30, 32, 11) * 2,
            together=len(rows) <= _ONE_PAGE,
            with_next=True,
        )
        yield Grid(
            name=f"signatures-{number}",
            header=(*(say(f"cutover.signer.{signer}") for signer in SIGNERS), say("cutover.column.approval_no")),
            rows=(("",) * (len(SIGNERS) + 1),),
            shares=(1,) * (len(SIGNERS) + 1),
            tall=True,
            together=True,
        )


def _pairs(systems: Sequence[CutoverSystem], say: Say) -> Iterator[tuple[str, ...]]:
    """Yield two systems to a row, down the left half first."""
    cells = [
        (
            clean(item.system),
            clean(item.name),
            f"{item.start:%m-%d %H:%M}–{item.end:%H:%M}",
            users_text((item,), say),
        )
        for item in systems
    ]
    half = (len(cells) + 1) // 2
    for number in range(half):
        right = cells[half + number] if half + number < len(cells) else ("",) * len(_COLUMNS)
        yield (*cells[number], *right)
