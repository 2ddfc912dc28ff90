"""What would give a batch more nights, its windows more room, or a group another date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil

from orchestrator.model.schedule import MOST, Cutover, Night, Remedy
from orchestrator.planning.schedule.calendar import DAY, ends_by
from orchestrator.planning.schedule.capacity import MINUTES
from orchestrator.planning.schedule.greedy import Task
from orchestrator.planning.schedule.ground import Ground
from orchestrator.planning.schedule.problem import Problem

# How far ahead a night is looked for that would do.
_AHEAD = timedelta(days=400)
# What a batch takes at least this share of, in percent, is scarce where its groups cannot be packed.
_SCARCE = 70


def more_nights(problem: Problem, ground: Ground, number: int, count: int) -> Iterator[Remedy]:
    """Yield ways to get that many more nights for a batch: a later deadline, a freeze lifted, less rest, no pilot."""
    calendar, opens, last_day = ground.calendar, ground.opens[number], ground.last_day[number]
    batch = problem.programme.batch(number)
    deadline = batch.deadline if batch else None
    night = night_after(ground, max(opens, last_day), count)
    if deadline is not None and night is not None:
        day = (night.end - timedelta(microseconds=1)).date() + (deadline - last_day)
        yield Remedy(
            code="schedule.relax.deadline",
            values={"batch": str(number), "deadline": str(day), "days": str((day - deadline).days)},
        )
    trial = calendar.rules.trial_days
    if deadline is not None and calendar.rules.trial_in_deadline and trial:
        gained = sum(not ends_by(night, last_day) for night in calendar.nights(opens, deadline))
        if gained:
            yield Remedy(code="schedule.relax.trial", values={"days": str(trial), "nights": str(gained)})
    lost = calendar.freezes_between(opens, last_day - DAY)
    declared = {freeze.name for freeze in calendar.rules.freezes}
    for name, nights in sorted(lost.items(), key=lambda pair: -pair[1])[:3]:
        if name in declared:
            yield Remedy(code="schedule.relax.freeze", values={"freeze": name, "nights": str(nights)})
    free = sum(nights for name, nights in lost.items() if name not in declared)
    if free:
        yield Remedy(code="schedule.relax.holidays", values={"nights": str(free)})
    rests = calendar.rests_between(opens, last_day - DAY)
    if rests:
        yield Remedy(code="schedule.relax.rest", values={"nights": str(rests)})
    if any(night.most is not None for night in ground.nights[slice(*_span(ground, number))]):
        yield Remedy(code="schedule.relax.pilot", values={"most": str(calendar.rules.pilot)})


def _span(ground: Ground, number: int) -> tuple[int, int]:
    low, high = ground.range[number]
    return low, max(low, high + 1)


def roomier(problem: Problem, ground: Ground, tasks: Sequence[Task], missed: Sequence[Task]) -> Iterator[Remedy]:
    """Yield windows that hold more by what is left over, spread over the batch's nights, or by its largest group.

    Only what the batch as a whole leaves little of is made larger.
    """
    capacity = ground.capacity
    low, high = ground.range[tasks[0].group.batch]
    held = capacity.of(ground.nights[low : high + 1])
    whole, left = (capacity.demand(task.group for task in found) for found in (tasks, missed))
    scarce = [name for name in whole if whole[name] * 100 >= held[name] * _SCARCE and left[name]] or [MINUTES]
    crews = ceil(capacity.crews * (1 + left[MINUTES] / (held[MINUTES] or 1))) if MINUTES in scarce else 0
    largest = {name: max(capacity.size(task.group, name) for task in missed) for name in scarce}
    more = {name: max(ceil(left[name] / (high - low + 1)), largest[name]) for name in scarce if name != MINUTES}
    yield from more_room(problem, crews, {name: capacity.limits[name] + one for name, one in more.items()})


def other_dates(problem: Problem, ground: Ground, task: Task) -> Iterator[Remedy]:
    """Yield the due date, and the cloud's first evening, with which the group would have a night."""
    group = task.group
    low, high = ground.range[group.batch]
    nights = [night for night in ground.nights[low : high + 1] if not (group.month_start and night.month_start)]
    if group.due is not None:
        in_time = [night for night in nights if group.not_before is None or night.evening >= group.not_before]
        for night in in_time[:1]:
            day = (night.end - timedelta(microseconds=1)).date()
            late = tuple(job.system for job in group.jobs if job.due is not None and job.due < day)
            yield Remedy(code="schedule.relax.due", values={"due": str(day)}, systems=late)
    if group.not_before is not None:
        before = [night.evening for night in nights if group.due is None or ends_by(night, group.due)]
        clouds = sorted({cloud for job in group.jobs for cloud in job.clouds})
        opens = problem.rules.cloud_from
        for evening in before[-1:]:
            yield from _joint(
                Remedy(code="schedule.relax.cloud", values={"cloud": cloud, "from": str(evening)})
                for cloud in clouds
                if cloud in opens and opens[cloud] > evening
            )


def nights_for(ground: Ground, jobs: Iterable[Cutover], night: Night | None) -> int:
    """Return the nights that systems take, were all nights like that one; one at least."""
    demand = ground.capacity.demand(jobs)
    rooms = {name: ground.capacity.room(night, name) for name in demand} if night else {}
    return max([1, *(ceil(demand[name] / room) for name, room in rooms.items() if room)])


def more_room(problem: Problem, crews: int, limits: Mapping[str, int]) -> Iterator[Remedy]:
    """Yield one remedy: so many crews (0 for as many as there are), and the limits of a window to be raised.

    None that a programme may not say: no more than `MOST` of anything.
    """
    people = [Remedy(code="schedule.relax.people", values={"people": str(crews * problem.rules.crew)})] if crews else []
    if max((crews * problem.rules.crew, *limits.values())) > MOST:
        return
    raised = (
        Remedy(code="schedule.relax.limit", values={"resource": name, "limit": str(most)})
        for name, most in limits.items()
    )
    yield from _joint([*people, *raised])


def _joint(parts: Iterable[Remedy]) -> Iterator[Remedy]:
    """Yield one remedy of all the parts; none of none."""
    found = tuple(parts)
    yield from (replace(first, also=found[1:]) for first in found[:1])


def night_after(ground: Ground, day: date, count: int) -> Night | None:
    """Return the count-th legal night whose evening is on or after a day."""
    nights = ground.calendar.nights(day, day + _AHEAD)
    return nights[count - 1] if count <= len(nights) else None
