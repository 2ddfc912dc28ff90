"""Parts 1 and 2 of the cutover plan: what is done to whom, and what is ready for it."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.cutover import CutoverPlan, CutoverSystem
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.reporting.cutover.replicas import replicas_after
from orchestrator.reporting.cutover.words import audiences_text, clouds_text, day, header, users_text
from orchestrator.reporting.reasons import clean, reason_text
from orchestrator.reporting.texts import Say

_READINESS = range(1, 9)
# Ids in one row; more would make a row that no page can hold.
_ROW = 60


def background(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield part 1; the impact is told by unit, for each system's times stand on its unit's approval sheet."""
    systems = plan.systems
    units = plan.by_unit
    yield Heading(level=1, text=say("cutover.h1"))
    yield Heading(level=2, text=say("cutover.h1.1"))
    told = {
        "title": clean(plan.title),
        "batch": plan.batch,
        "batch_title": clean(plan.batch_title),
        "systems": len(systems),
        "units": len(units),
        "nights": len(plan.nights),
        "deadline": day(plan.deadline, say) if plan.deadline else say("cutover.no-deadline"),
        "first": day(plan.nights[0].evening, say),
        "last": day(plan.nights[-1].evening, say),
    }
    yield Paragraph(text=say("cutover.background", **told))
    yield Heading(level=2, text=say("cutover.h1.2"))
    yield Paragraph(text=say("cutover.goal", longest=max(item.minutes for item in systems), days=plan.trial_days))
    yield Heading(level=2, text=say("cutover.h1.3"))
    known = [item.users for item in systems if item.users is not None]
    unknown = len(systems) - len(known)
    yield Paragraph(text=say("cutover.impact", systems=len(systems), users=f"{sum(known):,}", unknown=unknown))
    yield Grid(
        name="impact",
        header=header(say, "sheet", "unit", "systems", "audience", "users", "first", "last", "longest"),
        rows=tuple(
            (
                str(number),
                clean(unit),
                str(len(mine)),
                audiences_text(mine, say),
                users_text(mine, say),
                f"{min(item.start for item in mine):%m-%d}",
                f"{max(item.end for item in mine):%m-%d}",
                str(max(item.minutes for item in mine)),
            )
            for number, (unit, mine) in enumerate(units.items(), start=1)
        ),
        shares=(7, 27, 9, 31, 14, 10, 10, 10),
    )


def preparation(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield part 2; what is the same for many systems is told once with their number."""
    yield Heading(level=1, text=say("cutover.h2"))
    yield Heading(level=2, text=say("cutover.h2.1"))
    rows = tuple((str(index), say(f"cutover.prepare.{index}"), "", "") for index in _READINESS)
    yield Grid(name="readiness", header=header(say, "no", "item", "done", "signed"), rows=rows, shares=(8, 62, 12, 18))
    yield Heading(level=2, text=say("cutover.h2.2"))
    yield Paragraph(text=say("cutover.equipment"))
    alike: dict[tuple[str, str], list[CutoverSystem]] = {}
    waiting: dict[str, list[str]] = {}
    for item in plan.systems:
        prepared = say("cutover.list-mark").join(say(f"step.{verb}") for verb in item.prepared)
        alike.setdefault((clouds_text(plan, item.clouds, say), prepared), []).append(item)
        for reason in item.gates:
            waiting.setdefault(clean(reason_text(say, reason)), []).append(clean(item.system))
    yield Grid(
        name="equipment",
        header=header(say, "cloud", "systems", "servers", "data_gib", "assumed", "prepared"),
        rows=tuple(
            (
                cloud,
                str(len(mine)),
                f"{sum(item.servers for item in mine):,}",
                f"{sum(item.data_gib for item in mine):,}",
                str(sum(bool(item.assumed) for item in mine)),
                prepared or say("cutover.not-prepared"),
            )
            for (cloud, prepared), mine in sorted(alike.items())
        ),
        shares=(20, 9, 9, 11, 11, 40),
    )
    if waiting:
        yield Grid(
            name="gates",
            header=header(say, "gates", "systems", "which"),
            rows=tuple(
                (gate, str(len(ids)), ", ".join(ids[start : start + _ROW]))
                for gate, ids in sorted(waiting.items(), key=lambda item: -len(item[1]))
                for start in range(0, len(ids), _ROW)
            ),
            shares=(42, 9, 49),
        )
    else:
        yield Paragraph(text=say("cutover.no-gates"))
    yield from replicas_after(plan, say)
