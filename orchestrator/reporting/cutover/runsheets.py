"""Run sheets: what is done in a night, by clock and crew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestrator.model.cutover import CutoverNight, CutoverPlan, CutoverSystem
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.model.group import GroupPlan
from orchestrator.model.schedule import Basis, CutoverPhase
from orchestrator.reporting.cutover.words import header, night_title
from orchestrator.reporting.night_groups import groups_text
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

# A sheet of more rows may be longer than a page.
_ONE_PAGE = 36
_PHASES = tuple(CutoverPhase)


def run_sheets(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield the dependency groups of all nights, then every night's sheet."""
    yield from _groups([group for night in plan.nights for group in night.groups], say)
    for number, night in enumerate(plan.nights, start=1):
        yield from _sheet(night, night_title(night, number, say), say)


def run_sheet(night: CutoverNight, title: str, say: Say) -> Iterator[Block]:
    """Yield a night's sheet: a row for each system with the time at which each step begins, and blanks to sign."""
    yield from _sheet(night, title, say)
    yield from _groups(night.groups, say)


def _groups(groups: Sequence[GroupPlan], say: Say) -> Iterator[Block]:
    if groups:
        yield Paragraph(text=groups_text(groups, say))


def _sheet(night: CutoverNight, title: str, say: Say) -> Iterator[Block]:
    yield Heading(level=3, text=title)
    yield Grid(
        name=f"night-{night.evening}",
        header=header(
            say, "crew", "system", "name", *_PHASES, "end", "rollback", "rollback_by", "basis", "both_sign",
            "owner_signs",
        ),
        rows=tuple(_row(item, say) for item in night.systems),
        shares=(70, 190, 295, *(105 for _ in _PHASES), 105, 120, 105, 170, 125, 100),
        together=len(night.systems) <= _ONE_PAGE,
    )  # fmt: skip


def _row(item: CutoverSystem, say: Say) -> tuple[str, ...]:
    begins = {step.phase: f"{step.start:%H:%M}" for step in item.steps}
    basis = say(f"cutover.basis.{item.basis}")
    if item.source and item.basis is not Basis.ESTIMATED:
        basis = say("cutover.basis.source", basis=basis, source=clean(item.source))
    return (
        str(item.crew),
        clean(item.system),
        clean(item.name),
        *(begins.get(phase, "–") for phase in _PHASES),
        f"{item.end:%H:%M}",
        f"{item.rollback}+{item.margin}",
        f"{item.rollback_by:%H:%M}",
        basis,
        "",
        "",
    )
