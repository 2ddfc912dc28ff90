"""Puts a report together from the census and its audits; verdicts come from `checks`, none is made here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from orchestrator.checks.audits import Definitions
from orchestrator.checks.ledger import leaves
from orchestrator.checks.lights import Light, light_task
from orchestrator.model.batches import batched
from orchestrator.model.census import Census, Task, TaskLevel
from orchestrator.model.figures import Audit, FigureResult, Ratio
from orchestrator.model.result import CheckResult
from orchestrator.reporting.report.contents import Concern, LedgerLine, Report
from orchestrator.reporting.report.lists import closed_out, overdue
from orchestrator.reporting.report.wall import Planned, Systems, bands, bars, lit_systems, milestones, progress

# What a leader asks first: how much is on the cloud, in the central room, shut down, merged, and in time.
_HEADLINES = (
    ("cloud-rate", "cloud.nested"),
    ("rooms", "room"),
    ("closures", "closure.retired"),
    ("closures", "closure.merged"),
    ("ledger", "ledger.on-time"),
)
_CONCERNS = 3
# Values that divide what an audit found by one code; what else it says of a row is the row's own.
_SHARED = frozenset({"verdict", "disposition", "status"})
# Findings that a red or yellow light already tells.
_TOLD_BY_LIGHTS = frozenset({"audit.task-overdue"})


def build_report(
    definitions: Definitions,
    census: Census,
    audits: Mapping[str, Audit],
    at: date,
    *,
    figures: tuple[FigureResult, ...] = (),
    planned: Planned | None = None,
) -> Report:
    """Return the report of a day.

    Args:
        definitions: what the audits were asked with.
        census: the rows they looked at.
        audits: the answers, by subject.
        at: the day the report looks from.
        figures: published figures counted again.
        planned: what a plan says, if there is one.
    """
    level = definitions.rules.level
    planned = planned or Planned()
    listing = census.listing
    listing = replace(listing, systems=batched(listing.systems, definitions.batches, planned.batches))
    census = replace(census, listing=listing)
    systems = lit_systems(census, level, at, planned.evenings)
    lines = tuple(_lines(census, at))
    late = tuple(overdue(census, audits, at, lines, systems))
    spans = bands(definitions, at, planned.opens)
    return Report(
        programme=definitions.programme,
        title=definitions.title or definitions.programme,
        synthetic=definitions.synthetic is True,
        at=at,
        described=definitions.rules.as_of,
        baseline=definitions.rules.baseline,
        level=level,
        completion=definitions.rules.completion,
        census=census,
        audits=audits,
        figures=figures,
        headlines=tuple(_headlines(audits)),
        concerns=_concerns(audits, lines, systems),
        progress=tuple(progress(definitions, systems, lines)),
        bands=spans,
        bars=tuple(bars(definitions, systems, spans, planned.evenings)),
        milestones=milestones(definitions, census),
        ledger=lines,
        overdue=late,
        closed=tuple(closed_out(census, audits, at)),
    )


def _headlines(audits: Mapping[str, Audit]) -> Iterator[Ratio]:
    for subject, formula in _HEADLINES:
        if subject in audits:
            yield from (ratio for ratio in audits[subject].ratios if ratio.formula == formula)


def _lines(census: Census, at: date) -> Iterator[LedgerLine]:
    known = {task.id: task for task in census.tasks}
    for task in leaves(census):
        above = tuple(_above(task, known))
        main = next((one.title for one in above if one.level is TaskLevel.MAIN), task.pillar)
        item = next((one.title for one in above if one.level is TaskLevel.ITEM), "")
        yield LedgerLine(main=main, item=item, task=task, lit=light_task(task, at))


def _above(task: Task, known: Mapping[str, Task]) -> Iterator[Task]:
    """Yield a task's parents; a ring of parents ends where it began."""
    seen = {task.id}
    while (parent := known.get(task.parent)) is not None and parent.id not in seen:
        seen.add(parent.id)
        yield parent
        task = parent


def _concerns(audits: Mapping[str, Audit], lines: tuple[LedgerLine, ...], systems: Systems) -> tuple[Concern, ...]:
    """Return the worst three: red lights, then yellow ones, then findings; within each by how many rows they touch."""
    lit = [("task", line.task.id, line.lit) for line in lines]
    lit += [("system", id_, one) for id_, (_, one) in systems.items()]
    shown: defaultdict[tuple[Light, str], list[str]] = defaultdict(list)
    for kind, id_, one in lit:
        if one.light in {Light.RED, Light.YELLOW}:
            shown[one.light, f"report.concern.{kind}.{one.reason.removeprefix('light.')}"].append(id_)
    by_light = [Concern(code=code, ids=tuple(ids), light=light) for (light, code), ids in shown.items()]
    found: defaultdict[tuple[str, str, tuple[tuple[str, str], ...]], list[str]] = defaultdict(list)
    for subject, audit in audits.items():
        for result in audit.findings:
            if result.code not in _TOLD_BY_LIGHTS:
                found[subject, result.code, _shared(result)].append(result.subject)
    by_finding = [
        Concern(code=code, ids=tuple(dict.fromkeys(ids)), light=Light.GREY, subject=subject, values=dict(shared))
        for (subject, code, shared), ids in found.items()
    ]
    order = list(Light)
    ranked = sorted((*by_light, *by_finding), key=lambda one: (order.index(one.light), -len(one.ids)))
    return tuple(ranked[:_CONCERNS])


def _shared(result: CheckResult) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in result.values.items() if name in _SHARED))
