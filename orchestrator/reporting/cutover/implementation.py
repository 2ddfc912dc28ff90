"""Part 4 of the cutover plan: what holds for every night, said once."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.cutover import CutoverPlan, Risk
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.planning.cutover import DOERS
from orchestrator.reporting.cutover.callers import interface_sections
from orchestrator.reporting.cutover.frozen import frozen_sections
from orchestrator.reporting.cutover.words import header, risk_text
from orchestrator.reporting.texts import Say

# 值守: the night itself, the morning after, the first working day's peak, then daily.
WATCHES = ("night", "morning", "peak", "week")


def implementation(plan: CutoverPlan, risks: tuple[Risk, ...], say: Say) -> Iterator[Block]:
    """Yield part 4."""
    yield Heading(level=1, text=say("cutover.h4"))
    yield Heading(level=2, text=say("cutover.h4.1"))
    yield from steps(plan, say)
    yield from frozen_sections(plan, say)
    yield from interface_sections(plan, say)
    yield Paragraph(text=say("cutover.nights"))
    yield Grid(
        name="nights",
        header=header(say, "sheet", "evening", "window", "systems", "units", "crew", "end", "rollback_by"),
        rows=tuple(
            (
                str(number),
                str(night.evening),
                f"{night.start:%H:%M}–{night.end:%H:%M}",
                str(len(night.systems)),
                str(len({item.unit for item in night.systems})),
                str(night.crews),
                f"{max(item.end for item in night.systems):%m-%d %H:%M}",
                f"{min(item.rollback_by for item in night.systems):%m-%d %H:%M}",
            )
            for number, night in enumerate(plan.nights, start=1)
        ),
        shares=(8, 18, 18, 9, 9, 9, 18, 18),
    )
    yield Heading(level=2, text=say("cutover.h4.2"))
    yield Paragraph(text=say("cutover.verification"))
    yield Heading(level=2, text=say("cutover.h4.3"))
    yield Grid(
        name="risks",
        header=header(say, "no", "risk", "measure"),
        rows=tuple(
            (str(number), risk_text(risk, say), say(f"cutover.measure.{risk.code}"))
            for number, risk in enumerate(risks, start=1)
        ),
        shares=(8, 52, 40),
    )
    yield Heading(level=2, text=say("cutover.h4.4"))
    yield from rollback(say)
    yield Heading(level=2, text=say("cutover.h4.5"))
    yield Paragraph(text=say("cutover.duty"))
    yield Grid(
        name="duty",
        header=header(say, "when", "content", "person", "phone"),
        rows=tuple((say(f"cutover.watch.{watch}.when"), say(f"cutover.watch.{watch}"), "", "") for watch in WATCHES),
        shares=(26, 38, 18, 18),
    )


def steps(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield the steps that every cutover takes, once: the run sheets name only their times."""
    yield Paragraph(text=say("cutover.by-hand"))
    minutes = {
        phase: [step.minutes for item in plan.systems for step in item.steps if step.phase is phase] for phase in DOERS
    }
    yield Grid(
        name="steps",
        header=header(say, "no", "short", "step", "doer", "minutes"),
        rows=tuple(
            (
                str(number),
                say(f"cutover.column.{phase}"),
                say(f"cutover.step.{phase}"),
                say(f"cutover.doer.{doer}"),
                _range(minutes[phase]),
            )
            for number, (phase, doer) in enumerate(DOERS.items(), start=1)
        ),
        shares=(8, 14, 44, 22, 12),
        together=True,
    )


def rollback(say: Say) -> Iterator[Block]:
    """Yield until when there is a way back, and who decides afterwards."""
    yield Paragraph(text=say("cutover.rollback"))
    yield Paragraph(text=say("cutover.fix-forward"))


def _range(minutes: list[int]) -> str:
    low, high = min(minutes, default=0), max(minutes, default=0)
    return str(low) if low == high else f"{low}–{high}"
