"""The wall chart (挂图作战): batches as bands, departments as bars, milestones as lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from orchestrator.checks.audit.question import Definitions
from orchestrator.checks.audit.shares import of_level
from orchestrator.checks.lights import Light, Lit, light_system, together
from orchestrator.model.census import Census
from orchestrator.model.schedule import Schedule
from orchestrator.model.system import Disposition, System, UnitLevel
from orchestrator.planning.schedule.calendar import opens_on
from orchestrator.reporting.report.contents import Band, Bar, LedgerLine, Progress

Systems = Mapping[str, tuple[System, Lit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a report knows of a plan; nothing where there is none.

    Attributes:
        evenings: system → the evening of its cutover.
        batches: system → its batch.
        opens: batch → its first evening.
    """

    evenings: Mapping[str, date] = field(default_factory=dict)
    batches: Mapping[str, int] = field(default_factory=dict)
    opens: Mapping[int, date] = field(default_factory=dict)

    @classmethod
    def of(cls, schedule: Schedule) -> Planned:
        """Return what the plan says."""
        slots = [(window.evening, slot) for window in schedule.windows for slot in window.slots]
        return cls(
            evenings={slot.system: evening for evening, slot in slots},
            batches={slot.system: slot.batch for _, slot in slots},
            opens={batch.number: batch.opens for batch in schedule.batches},
        )


def lit_systems(
    census: Census, level: UnitLevel | None, at: date, planned: Mapping[str, date], described: date | None
) -> Systems:
    """Return the systems of the level that is reported on, each with its light, in the list's order."""
    systems = of_level(census.listing.systems, level)
    return {one.id: (one, light_system(one, at, planned.get(one.id), described)) for one in systems}


def migrating(systems: Systems) -> Iterator[tuple[System, Lit]]:
    """Yield the systems that move; what is shut down or merged has lists of its own."""
    return ((one, lit) for one, lit in systems.values() if one.disposition is Disposition.MIGRATE)


def bands(definitions: Definitions, at: date, planned: Mapping[int, date]) -> tuple[Band, ...]:
    """Return the batches that have a deadline, each from the evening on which the planner opens it.

    The first is drawn from the baseline on, whenever its nights begin: it is prepared from then.
    """
    dated = sorted((one.deadline, one.number, one.title) for one in definitions.batches if one.deadline is not None)
    begin = min(definitions.rules.baseline or at, at)
    opens = opens_on(definitions.batches, {}, begin)
    later = {number: day for number, day in planned.items() if opens.get(number) != begin}
    return tuple(
        Band(batch=number, title=title, first=min({**opens, **later}[number], deadline), last=deadline)
        for deadline, number, title in dated
    )


def bars(
    definitions: Definitions, systems: Systems, spans: tuple[Band, ...], planned: Mapping[str, date]
) -> Iterator[Bar]:
    """Yield one bar for each department and batch: by batch, then in the order that the programme names the units."""
    by_number = {band.batch: band for band in spans}
    groups: defaultdict[tuple[int, str], list[tuple[System, Lit]]] = defaultdict(list)
    for system, lit in migrating(systems):
        groups[system.batch or 0, system.unit].append((system, lit))
    order = {unit: place for place, unit in enumerate(_units(definitions, systems))}
    begin = min((band.first for band in spans), default=None)
    for number, unit in sorted(groups, key=lambda key: (key[0] or len(order), order[key[1]])):
        members = groups[number, unit]
        open_ = any(not lit.done for _, lit in members)
        days = [one.due for one, _ in members if one.due is not None]
        band = by_number.get(number)
        last = band.last if band else max(days, default=None)
        if last is None:
            continue
        nights = sorted(planned[one.id] for one, _ in members if one.id in planned)
        people = Counter(one.responsible for one, _ in members if one.responsible)
        first = band.first if band else begin or last
        yield Bar(
            unit=unit,
            batch=number,
            first=min(first, last),
            last=last,
            light=together(lit for _, lit in members if not lit.done) if open_ else Light.GREEN,
            done=sum(lit.done for _, lit in members),
            total=len(members),
            people=tuple(name for name, _ in people.most_common()),
            ids=tuple(one.id for one, _ in members),
            planned=(nights[0], nights[-1]) if nights else None,
        )


def _units(definitions: Definitions, systems: Systems) -> dict[str, None]:
    named = (unit for batch in definitions.batches for unit in batch.units)
    return dict.fromkeys((*named, *(one.unit for one, _ in systems.values())))


def milestones(definitions: Definitions, census: Census) -> tuple[date, ...]:
    """Return the days that the chart marks: the ledger's nodes, the batches' deadlines, the planned ends of rooms."""
    nodes = {task.milestone for task in census.tasks if task.milestone}
    nodes |= {room.close_due for room in census.listing.rooms if room.close_due}
    return tuple(sorted(nodes | {batch.deadline for batch in definitions.batches if batch.deadline}))


def progress(definitions: Definitions, systems: Systems, lines: tuple[LedgerLine, ...]) -> Iterator[Progress]:
    """Yield how each batch stands, then how the tasks of each milestone do."""
    deadlines = {batch.number: batch.deadline for batch in definitions.batches}
    by_batch: defaultdict[int, list[Lit]] = defaultdict(list)
    for system, lit in migrating(systems):
        by_batch[system.batch or 0].append(lit)
    for number in sorted(by_batch, key=lambda number: (not number, number)):
        yield _progress(number, deadlines.get(number), by_batch[number])
    by_node: defaultdict[date | None, list[Lit]] = defaultdict(list)
    for line in lines:
        by_node[line.task.milestone or line.task.due].append(line.lit)
    for node in sorted(by_node, key=lambda day: (day is None, day or date.min)):
        yield _progress(None, node, by_node[node])


def _progress(batch: int | None, day: date | None, lit: list[Lit]) -> Progress:
    counts = Counter(one.light for one in lit if not one.done)
    return Progress(
        batch=batch,
        day=day,
        done=sum(one.done for one in lit),
        lights={light: counts[light] for light in Light},
    )
