"""Writes the plan down: evenings, crews and minutes, and what each deadline leaves by either reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from orchestrator.model.canonical import digest
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import BatchSchedule, Goal, Link, Reading, Schedule, Slot, Window
from orchestrator.planning.schedule.calendar import ends_by
from orchestrator.planning.schedule.greedy import Arrangement, Place, Task
from orchestrator.planning.schedule.ground import Ground
from orchestrator.planning.schedule.problem import Problem


def write_schedule(
    problem: Problem,
    ground: Ground,
    tasks: Sequence[Task],
    found: Arrangement,
    goals: tuple[Goal, ...],
    free: Collection[str],
) -> Schedule:
    """Return the plan as a value; its digest is over everything in it.

    Args:
        problem: what had to be planned.
        ground: the nights.
        tasks: the groups.
        found: their places.
        goals: what was minimised.
        free: units that no decree fixes.
    """
    windows = tuple(_windows(ground, tasks, found.places))
    batch_of = {slot.system: slot.batch for window in windows for slot in window.slots}
    links = tuple(
        Link(system=system, needs=needed, batch=batch_of[system], needs_batch=batch_of[needed])
        for system, needed in problem.needs
        if batch_of[system] != batch_of[needed]
    )
    years = [window.end.year for window in windows if window.end.year > problem.workdays.announced_until]
    assumed: dict[str, int] = {}
    for job in problem.jobs:
        for name in job.assumed:
            assumed[name] = assumed.get(name, 0) + 1
    slots: dict[int, list[Slot]] = {}
    for window in windows:
        for slot in window.slots:
            slots.setdefault(slot.batch, []).append(slot)
    evenings = {slot.system: window for window in windows for slot in window.slots}
    schedule = Schedule(
        programme=problem.programme.slug,
        made_for=problem.made_for,
        solver=found.solver,
        inputs=problem.inputs(),
        goals=goals,
        batches=tuple(
            _batch(batch, ground, slots.get(batch.number, ()), evenings, free) for batch in problem.programme.batches
        ),
        windows=windows,
        links=links,
        done=problem.done,
        held=problem.held,
        waiting=problem.waiting,
        assumed=assumed,
        provisional_from=min(years, default=None),
    )
    return replace(schedule, digest=digest(schedule))


def _windows(ground: Ground, tasks: Iterable[Task], places: Mapping[str, Place]) -> Iterator[Window]:
    by_night: dict[int, list[tuple[Place, Task]]] = {}
    for task in tasks:
        place = places[task.group.id]
        by_night.setdefault(place.night, []).append((place, task))
    for index in sorted(by_night):
        night = ground.nights[index]
        load: dict[str, int] = {}
        slots = []
        for place, task in sorted(by_night[index], key=lambda pair: (pair[0].crew, pair[0].offset)):
            for name, amount in task.group.load.items():
                load[name] = load.get(name, 0) + amount
            minute = place.offset
            for job, reserve in zip(task.group.jobs, task.group.reserves, strict=True):
                start = night.start + timedelta(minutes=minute)
                minute += job.minutes
                slots.append(
                    Slot(
                        system=job.system,
                        name=job.name,
                        unit=job.unit,
                        batch=task.group.batch,
                        group=task.group.id,
                        crew=place.crew + 1,
                        start=start,
                        end=night.start + timedelta(minutes=minute),
                        rollback_by=night.end - timedelta(minutes=reserve),
                        basis=job.basis,
                    )
                )
        yield Window(evening=night.evening, start=night.start, end=night.end, load=load, slots=tuple(slots))


def _batch(
    batch: Batch, ground: Ground, slots: Sequence[Slot], windows: Mapping[str, Window], free: Collection[str]
) -> BatchSchedule:
    evenings = sorted({windows[slot.system].evening for slot in slots})
    units = sorted({slot.unit for slot in slots})
    last = max((windows[slot.system] for slot in slots), key=lambda window: window.end, default=None)
    return BatchSchedule(
        number=batch.number,
        title=batch.title,
        opens=ground.opens[batch.number],
        deadline=batch.deadline,
        systems=len(slots),
        units=tuple(units),
        chosen=tuple(unit for unit in units if unit in free),
        first_night=evenings[0] if evenings else None,
        last_night=evenings[-1] if evenings else None,
        readings=tuple(_reading(batch, ground, last, trial_in_deadline=trial) for trial in (False, True)),
    )


def _reading(batch: Batch, ground: Ground, last: Window | None, *, trial_in_deadline: bool) -> Reading:
    day = (
        ground.calendar.last_day(batch.deadline, trial_in_deadline=trial_in_deadline)
        if batch.deadline
        else ground.calendar.horizon()
    )
    low = ground.range[batch.number][0]
    nights = [night for night in ground.nights[low:] if ends_by(night, day)]
    kept = last is None or (bool(nights) and last.end <= nights[-1].end)
    spare = sum(last is None or night.start > last.start for night in nights) if kept else None
    return Reading(trial_in_deadline=trial_in_deadline, last_day=day, nights=len(nights), spare=spare)
