"""The ground a plan stands on: the nights there are, which batch may use which, and what goes into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from orchestrator.model.schedule import Clusters, Cutover, Night
from orchestrator.planning.schedule.calendar import Calendar, ends_by, opens_on
from orchestrator.planning.schedule.capacity import Capacity, capacity_of
from orchestrator.planning.schedule.greedy import Task
from orchestrator.planning.schedule.groups import Group, clusters, divide, fits, make_group
from orchestrator.planning.schedule.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The nights of the whole programme, and what each batch may use of them.

    Attributes:
        opens: batch → its first evening.
        last_day: batch → the day by which its last cutover must have ended.
        range: batch → indexes of its first and last night, both included; the first is greater where it has none.
        longest: batch → minutes of its longest window.
    """

    calendar: Calendar
    nights: tuple[Night, ...]
    opens: Mapping[int, date]
    last_day: Mapping[int, date]
    range: Mapping[int, tuple[int, int]]
    longest: Mapping[int, int]
    capacity: Capacity


def survey(problem: Problem) -> Ground:
    """Return the nights there are, by the deadlines counted backwards."""
    rules, programme = problem.rules, problem.programme
    calendar = Calendar(rules, problem.workdays, problem.made_for)
    opens = opens_on(programme.batches, rules.batch_from, calendar.start)
    last_day = {
        batch.number: calendar.last_day(batch.deadline, trial_in_deadline=rules.trial_in_deadline)
        if batch.deadline
        else calendar.horizon()
        for batch in programme.batches
    }
    # Nights that only the other reading of a deadline allows are there to be counted, not used.
    ends = [batch.deadline or calendar.horizon() for batch in programme.batches]
    nights = calendar.nights(calendar.start, max(ends, default=calendar.start))
    ranges = {}
    for number, first in opens.items():
        low = next((index for index, night in enumerate(nights) if night.evening >= first), len(nights))
        high = next((index for index in reversed(range(len(nights))) if ends_by(nights[index], last_day[number])), -1)
        ranges[number] = (low, high)
    nights = _with_pilot(nights, rules.pilot, min((low for low, _ in ranges.values()), default=0))
    longest = {
        number: max((night.minutes for night in nights[low : high + 1]), default=0)
        for number, (low, high) in ranges.items()
    }
    return Ground(
        calendar=calendar,
        nights=nights,
        opens=opens,
        last_day=last_day,
        range=ranges,
        longest=longest,
        capacity=capacity_of(rules, problem.jobs, nights),
    )


def _with_pilot(nights: tuple[Night, ...], most: int | None, first: int) -> tuple[Night, ...]:
    """Return the nights, the first that any batch may use a small one where the programme wants that."""
    if most is None or first >= len(nights):
        return nights
    return (*nights[:first], replace(nights[first], most=most), *nights[first + 1 :])


def make_tasks(problem: Problem, ground: Ground, batch_of: Mapping[str, int]) -> tuple[Task, ...]:
    """Return every dependency group of every batch with the nights it may have."""
    members: dict[int, list[str]] = {}
    for system, number in batch_of.items():
        members.setdefault(number, []).append(system)
    jobs = {job.system: job for job in problem.jobs}
    inside: dict[int, list[tuple[str, str]]] = {}
    for system, needed in problem.needs:
        if batch_of[system] == batch_of[needed]:
            inside.setdefault(batch_of[system], []).append((system, needed))
    tasks: list[Task] = []
    for number in sorted(members):
        for cluster in clusters([jobs[system] for system in members[number]], inside.get(number, ())):
            returns = problem.rules.groups_return
            whole = make_group(cluster, number, returns=returns)
            dividable = problem.rules.clusters is Clusters.ORDERED
            if dividable and not fits(whole, ground.longest[number], ground.capacity.limits):
                minutes, limits = _part_minutes(ground, number, cluster), ground.capacity.limits
                groups = tuple(divide(cluster, number, minutes, limits, returns=returns))
            else:
                groups = (whole,)
            tasks += _chain(groups, ground)
    return tuple(tasks)


def _part_minutes(ground: Ground, number: int, cluster: Sequence[Cutover]) -> int:
    """Return the window that a group's parts are cut to: any night's where each system fits it, else the longest."""
    low, high = ground.range[number]
    shortest = min((night.minutes for night in ground.nights[low : high + 1]), default=0)
    fit = all(job.minutes + job.reserve <= shortest for job in cluster)
    return shortest if fit else ground.longest[number]


def _chain(groups: Sequence[Group], ground: Ground) -> Iterable[Task]:
    """Return the tasks of a group's parts; the latest night of each is counted backwards from the next one's."""
    tasks: list[Task] = []
    limit = len(ground.nights)
    for group in reversed(groups):
        low, high = ground.range[group.batch]
        last = min(high, limit - 1)
        while group.due is not None and last >= low and not ends_by(ground.nights[last], group.due):
            last -= 1
        first = low
        while first <= last and not _may_open(group, ground.nights[first]):
            first += 1
        tasks.append(Task(group=group, opens=low, first=first, last=last))
        limit = last
    return reversed(tasks)


def _may_open(group: Group, night: Night) -> bool:
    return (group.not_before is None or night.evening >= group.not_before) and not (
        group.month_start and night.month_start
    )
