"""Puts a report together from the census and its audits; verdicts come from `checks`, none is made here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from orchestrator.checks.audit.ledger import leaves
from orchestrator.checks.audit.question import Definitions
from orchestrator.checks.audit.shares import of_level
from orchestrator.checks.lights import UNKNOWN, Light, Lit, light_task
from orchestrator.checks.ranking import rank_units
from orchestrator.checks.replicas.centre import stand_of_day
from orchestrator.model.batches import batched
from orchestrator.model.census import Census, Task, TaskLevel
from orchestrator.model.centre import Centre
from orchestrator.model.figures import Audit, FigureResult, Ratio
from orchestrator.model.replica import Grades, Recovery
from orchestrator.model.result import CheckResult
from orchestrator.model.system import UnitLevel
from orchestrator.planning.recovering import wanted_of
from orchestrator.reporting.report.contents import Concern, LedgerLine, Report
from orchestrator.reporting.report.lists import closed_out, overdue, unknown_since
from orchestrator.reporting.report.wall import (
    Planned,
    Systems,
    bands,
    bars,
    lit_systems,
    migrating,
    milestones,
    progress,
)

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
    evidence: tuple[int, str] | None = None,
    before: Report | None = None,
    grades: Grades | None = None,
) -> Report:
    """Return the report of a day.

    Args:
        definitions: what the audits were asked with.
        census: the rows they looked at.
        audits: the answers, by subject.
        at: the day the report looks from.
        figures: published figures counted again.
        planned: what a plan says, if there is one.
        evidence: number and hash of the evidence's last entry, to be printed.
        before: the report of an earlier snapshot, from which changes are counted.
        grades: what levels of recovery are held against; without it nothing is told of replicas.
    """
    level = definitions.rules.level
    planned = planned or Planned()
    listing = census.listing
    listing = replace(listing, systems=batched(listing.systems, definitions.batches, planned.batches))
    census = replace(census, listing=listing)
    described = definitions.rules.as_of
    systems = lit_systems(census, level, at, planned.evenings, described)
    lines = tuple(_lines(census, at, described))
    headlines = tuple(_headlines(audits))
    unknown = frozenset(unknown_since(census, at, described))
    late = tuple(overdue(census, audits, at, lines, systems, unknown))
    every = _concerns(audits, lines, systems, _units(census), unknown)
    spans = bands(definitions, at, planned.opens)
    return Report(
        programme=definitions.programme,
        title=definitions.title or definitions.programme,
        synthetic=definitions.synthetic is True,
        at=at,
        described=described,
        baseline=definitions.rules.baseline,
        level=level,
        completion=definitions.rules.completion,
        census=census,
        audits=audits,
        figures=figures,
        headlines=headlines,
        concerns=_followed(every, before)[:_CONCERNS],
        every_concern=every,
        progress=tuple(progress(definitions, systems, lines)),
        bands=spans,
        evidence=evidence,
        bars=tuple(bars(definitions, systems, spans, planned.evenings)),
        milestones=milestones(definitions, census),
        ledger=lines,
        ranking=rank_units(_answered(lines, systems)),
        before=before.at if before else None,
        changes=dict(_changes(headlines, before)) if before else {},
        overdue=late,
        closed=tuple(closed_out(census, audits, at)),
        centre=_centre(census, level, grades, at) if grades else None,
    )


def _centre(census: Census, level: UnitLevel | None, grades: Grades, at: date) -> Centre:
    """Return how the replicas of the level's systems stood; where the programme says nothing the list does."""
    members = {one.id for one in of_level(census.listing.systems, level)}
    wanted = census.wanted or wanted_of(census.listing, Recovery())
    return stand_of_day([one for one in wanted if one.system in members], census.checks, grades, at)


def _headlines(audits: Mapping[str, Audit]) -> Iterator[Ratio]:
    for subject, formula in _HEADLINES:
        if subject in audits:
            yield from (ratio for ratio in audits[subject].ratios if ratio.formula == formula)


def _lines(census: Census, at: date, described: date | None) -> Iterator[LedgerLine]:
    known = {task.id: task for task in census.tasks}
    for task in leaves(census):
        above = tuple(_above(task, known))
        main = next((one.title for one in above if one.level is TaskLevel.MAIN), task.pillar)
        item = next((one.title for one in above if one.level is TaskLevel.ITEM), "")
        yield LedgerLine(main=main, item=item, task=task, lit=light_task(task, at, described))


def _above(task: Task, known: Mapping[str, Task]) -> Iterator[Task]:
    """Yield a task's parents; a ring of parents ends where it began."""
    seen = {task.id}
    while (parent := known.get(task.parent)) is not None and parent.id not in seen:
        seen.add(parent.id)
        yield parent
        task = parent


def _answered(lines: tuple[LedgerLine, ...], systems: Systems) -> Iterator[tuple[str, Lit]]:
    """Yield every light that a unit answers for."""
    yield from ((line.task.unit or line.task.lead_unit, line.lit) for line in lines)
    yield from ((system.unit, lit) for system, lit in migrating(systems))


def _changes(headlines: tuple[Ratio, ...], before: Report) -> Iterator[tuple[str, Decimal]]:
    """Yield by how many percentage points each headline has moved, as both are shown."""
    then = {ratio.formula: ratio.percent() for ratio in before.headlines}
    for ratio in headlines:
        now, old = ratio.percent(), then.get(ratio.formula)
        if now is not None and old is not None:
            yield ratio.formula, now - old


def _units(census: Census) -> dict[str, str]:
    """Return who answers for each row of the census."""
    listing = census.listing
    tasks = {task.id: task.unit or task.lead_unit for task in census.tasks}
    systems, rooms = ({one.id: one.unit for one in found} for found in (listing.systems, listing.rooms))
    networks, egresses = ({one.id: one.unit for one in found} for found in (census.networks, census.egresses))
    websites, issues = ({one.id: one.unit for one in found} for found in (census.websites, census.issues))
    projects = {one.id: one.unit for one in census.projects}
    return {**systems, **rooms, **networks, **egresses, **websites, **issues, **projects, **tasks}


def _followed(concerns: tuple[Concern, ...], before: Report | None) -> tuple[Concern, ...]:
    """Return concerns with how many rows more or fewer each touches than before."""
    if before is None:
        return concerns
    then = {_same(one): len(one.ids) for one in before.every_concern}
    return tuple(replace(one, change=len(one.ids) - then.get(_same(one), 0)) for one in concerns)


def _same(one: Concern) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return what makes two concerns of two days one."""
    return one.code, one.subject, tuple(sorted(one.values.items()))


def _concerns(
    audits: Mapping[str, Audit],
    lines: tuple[LedgerLine, ...],
    systems: Systems,
    units: Mapping[str, str],
    unknown: frozenset[str],
) -> tuple[Concern, ...]:
    """Return all, the worst first: red, yellow, unknown, then findings; within each by how many rows they touch."""
    lit = [("task", line.task.id, line.lit) for line in lines]
    lit += [("system", id_, one) for id_, (_, one) in systems.items()]
    shown: defaultdict[tuple[Light, str], list[str]] = defaultdict(list)
    for kind, id_, one in lit:
        if one.light in {Light.RED, Light.YELLOW} or one.reason == UNKNOWN:
            shown[one.light, f"report.concern.{kind}.{one.reason.removeprefix('light.')}"].append(id_)
    by_light = [Concern(code=code, ids=tuple(ids), light=light) for (light, code), ids in shown.items()]
    found: defaultdict[tuple[str, str, tuple[tuple[str, str], ...]], list[str]] = defaultdict(list)
    for subject, audit in audits.items():
        for result in audit.findings:
            untold = result.code.endswith("-overdue") and result.subject in unknown
            if result.code not in _TOLD_BY_LIGHTS and not untold:
                found[subject, result.code, _shared(result)].append(result.subject)
    by_finding = [
        Concern(code=code, ids=tuple(dict.fromkeys(ids)), light=Light.GREY, subject=subject, values=dict(shared))
        for (subject, code, shared), ids in found.items()
    ]
    order = list(Light)
    ranked = sorted(
        (*by_light, *by_finding), key=lambda one: (order.index(one.light), bool(one.subject), -len(one.ids))
    )
    return tuple(
        replace(one, units=tuple(Counter(units[id_] for id_ in one.ids if units.get(id_)).most_common()))
        for one in ranked
    )


def _shared(result: CheckResult) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in result.values.items() if name in _SHARED))
