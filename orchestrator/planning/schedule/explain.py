"""Why there is no plan: the constraint, by how much it is missed, and what would relax it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from orchestrator.model.programme import Batch
from orchestrator.model.schedule import LONGEST_WINDOW, MOST, Conflict, Cutover, CutoverPhase, Remedy
from orchestrator.planning.schedule.batches import Assignment
from orchestrator.planning.schedule.capacity import MINUTES
from orchestrator.planning.schedule.greedy import Task
from orchestrator.planning.schedule.ground import Ground
from orchestrator.planning.schedule.groups import fits, make_group
from orchestrator.planning.schedule.problem import Problem
from orchestrator.planning.schedule.remedies import (
    more_nights,
    more_room,
    night_after,
    nights_for,
    other_dates,
    roomier,
)

# Minutes that no rehearsal of a cutover has ever been shorter than: five phases of a minute each.
_SHORTEST = len(CutoverPhase)
# How many groups of a kind are told one by one; a screen holds no more.
_TOLD = 5


def before_search(problem: Problem, ground: Ground) -> Iterator[Conflict]:
    """Yield what can be known without placing anything: no crew, or a batch that no legal night is left to."""
    rules = problem.rules
    if rules.crews == 0:
        yield Conflict(
            code="schedule.no-crew",
            values={"people": str(rules.people), "crew": str(rules.crew)},
            remedies=(Remedy(code="schedule.relax.people", values={"people": str(rules.crew)}),),
        )
    for batch in problem.programme.batches:
        low, high = ground.range[batch.number]
        jobs = tuple(job for job in problem.jobs if job.batch == batch.number)
        if low > high and jobs:
            yield _no_legal_night(problem, ground, batch, jobs)


def no_open_night(problem: Problem, ground: Ground, assignment: Assignment) -> tuple[Conflict, ...]:
    """Return that units which no batch lists have no night, where none of the batches that take them has one.

    The last of these batches is told: its deadline is the one that is nearest to a night.
    """
    jobs = tuple(job for units in assignment.free for job in units.jobs)
    open_ = [batch for batch in problem.programme.batches if batch.number in assignment.open]
    if not jobs or any(low <= high for low, high in (ground.range[batch.number] for batch in open_)):
        return ()
    last = max(open_, key=lambda batch: (ground.last_day[batch.number], batch.number))
    return (_no_legal_night(problem, ground, last, jobs),)


def _no_legal_night(problem: Problem, ground: Ground, batch: Batch, jobs: Sequence[Cutover]) -> Conflict:
    opens, last_day = ground.opens[batch.number], ground.last_day[batch.number]
    first = night_after(ground, opens, 1)
    values = {
        "batch": str(batch.number),
        "deadline": str(batch.deadline),
        "last_day": str(last_day),
        "opens": str(opens),
        "first_night": str(first.evening) if first else "",
        "late": str((first.end.date() - last_day).days) if first else "",
        "systems": str(len(jobs)),
    }
    remedies = tuple(more_nights(problem, ground, batch.number, nights_for(ground, jobs, first)))
    systems = tuple(job.system for job in jobs)
    return Conflict(code="schedule.no-night", values=values, remedies=remedies, systems=systems)


def groups_too_large(problem: Problem, ground: Ground, tasks: Sequence[Task]) -> tuple[Conflict, ...]:
    """Return groups that no window of their batch holds even when it is empty, or that have no night at all."""
    found = []
    for task in tasks:
        longest = ground.longest[task.group.batch]
        if not fits(task.group, longest, ground.capacity.limits):
            found.append((task.group.span, _too_large(ground, task, longest)))
        elif task.first > task.last:
            found.append((0, _no_night(problem, ground, task)))
    found.sort(key=lambda pair: (-pair[0], pair[1].systems))
    told = tuple(conflict for _, conflict in found[:_TOLD])
    if len(found) > _TOLD:
        systems = tuple(system for _, conflict in found[_TOLD:] for system in conflict.systems)
        told += (Conflict(code="schedule.and-more", values={"count": str(len(found) - _TOLD)}, systems=systems),)
    return told


def too_few_nights(problem: Problem, ground: Ground, tasks: Sequence[Task]) -> tuple[Conflict, ...]:
    """Return, for the first deadline that the nights before it cannot hold, what lacks most and all that lacks."""
    resources = ground.capacity.resources
    for low in sorted({task.opens for task in tasks}):
        waiting = sorted((task for task in tasks if task.opens >= low), key=lambda task: task.last)
        wanted = dict.fromkeys(resources, 0)
        for index, task in enumerate(waiting):
            for name in resources:
                wanted[name] += ground.capacity.size(task.group, name)
            if index + 1 < len(waiting) and waiting[index + 1].last == task.last:
                continue
            held = ground.capacity.of(ground.nights[low : task.last + 1])
            lacking = [name for name in resources if wanted[name] > held[name]]
            if lacking:
                lacking.sort(key=lambda name: -wanted[name] / (held[name] or 1))
                return (_too_few(problem, ground, waiting[: index + 1], lacking, held),)
    return ()


def not_found(problem: Problem, ground: Ground, tasks: Sequence[Task], left: Sequence[Task]) -> tuple[Conflict, ...]:
    """Return what a search that ended without a plan, and without a proof, could not place."""
    by_batch: dict[int, list[Task]] = {}
    for task in left:
        by_batch.setdefault(task.group.batch, []).append(task)
    conflicts = []
    for number, missed in sorted(by_batch.items()):
        systems = tuple(job.system for task in missed for job in task.group.jobs)
        night = max(1, ceil(sum(task.group.minutes for task in missed) / _per_night(ground)))
        remedies = (
            Remedy(code="schedule.relax.solver"),
            *roomier(problem, ground, [task for task in tasks if task.group.batch == number], missed),
            *more_nights(problem, ground, number, night),
        )
        values = {"batch": str(number), "groups": str(len(missed)), "systems": str(len(systems))}
        conflicts.append(
            Conflict(code="schedule.not-found", values=values, remedies=remedies, systems=systems, proven=False)
        )
    return tuple(conflicts)


def _too_large(ground: Ground, task: Task, longest: int) -> Conflict:
    group, limits = task.group, ground.capacity.limits
    remedies = []
    if len(group.jobs) > 1 and all(fits(make_group([job], group.batch), longest, limits) for job in group.jobs):
        remedies.append(Remedy(code="schedule.relax.ordered"))
    if group.span > longest:
        code = "schedule.group-too-long"
        told = {"needed": str(group.span), "held": str(longest), "over": str(group.span - longest)}
        hours = ceil(group.span / 60)
        if hours <= LONGEST_WINDOW:
            remedies.append(Remedy(code="schedule.relax.hours", values={"hours": str(hours)}))
        allowed = longest - max(group.reserves)
        if allowed >= len(group.jobs) * _SHORTEST:
            named = tuple(job.system for job in group.jobs)
            remedies.append(Remedy(code="schedule.relax.rehearse", values={"minutes": str(allowed)}, systems=named))
    else:
        code = "schedule.group-too-big"
        over = {name: group.load[name] - most for name, most in limits.items() if group.load.get(name, 0) > most}
        name = max(over, key=lambda name: over[name] / (limits[name] or 1))
        told = {"resource": name, "needed": str(group.load[name]), "held": str(limits[name]), "over": str(over[name])}
        if group.load[name] <= MOST:
            remedies.append(Remedy(code="schedule.relax.limit", values={"resource": name, "limit": told["needed"]}))
    systems = tuple(job.system for job in group.jobs)
    values = {"group": group.id, "count": str(len(systems)), "batch": str(group.batch), **told}
    return Conflict(code=code, values=values, remedies=tuple(remedies), systems=systems)


def _no_night(problem: Problem, ground: Ground, task: Task) -> Conflict:
    group = task.group
    low, high = ground.range[group.batch]
    values = {
        "group": group.id,
        "count": str(len(group.jobs)),
        "batch": str(group.batch),
        "first": str(ground.nights[task.first].evening) if task.first < len(ground.nights) else "",
        "from": str(group.not_before or ground.nights[low].evening),
        "due": str(group.due or ground.last_day[group.batch]),
        "nights": str(high - low + 1),
    }
    systems = tuple(job.system for job in group.jobs)
    own_date = group.due is not None and group.due <= ground.last_day[group.batch]
    remedies = tuple(other_dates(problem, ground, task))
    if not (own_date and remedies):
        remedies += tuple(more_nights(problem, ground, group.batch, 1))
    return Conflict(code="schedule.group-no-night", values=values, remedies=remedies, systems=systems)


def _too_few(
    problem: Problem, ground: Ground, tasks: Sequence[Task], lacking: Sequence[str], held: Mapping[str, int]
) -> Conflict:
    capacity = ground.capacity
    needed = {name: sum(capacity.size(task.group, name) for task in tasks) for name in lacking}
    last = max(task.last for task in tasks)
    low = min(task.opens for task in tasks)
    nights = last - low + 1
    batch = max(task.group.batch for task in tasks if task.last == last)
    wanted = {name: ceil(amount / nights) for name, amount in needed.items() if name in capacity.limits}
    crews = 0
    # The count of systems may be limited by the crews' time alone; then it is people that are lacking.
    if len(wanted) < len(lacking):
        least = min(night.minutes for night in ground.nights[low : last + 1]) - capacity.reserve
        minutes = sum(task.group.minutes for task in tasks)
        crews = max(capacity.crews + 1, ceil(minutes / (nights * max(1, least))))
    remedies = [*more_room(problem, crews, wanted)]
    # A window that holds nothing of what is needed holds nothing in any number of nights.
    if all(held[name] for name in lacking):
        more = max(ceil((needed[name] - held[name]) * nights / held[name]) for name in lacking)
        remedies += more_nights(problem, ground, batch, more)
    scarcest = lacking[0]
    told = {
        "batch": str(batch),
        "by": str(ground.nights[last].end.date()),
        "resource": scarcest,
        "needed": str(needed[scarcest]),
        "held": str(held[scarcest]),
        "over": str(needed[scarcest] - held[scarcest]),
        "nights": str(nights),
        "systems": str(sum(task.group.systems for task in tasks)),
    }
    systems = tuple(job.system for task in tasks for job in task.group.jobs)
    return Conflict(code="schedule.too-few-nights", values=told, remedies=tuple(remedies), systems=systems)


def _per_night(ground: Ground) -> int:
    return max(1, ground.capacity.room(ground.nights[0], MINUTES) if ground.nights else 1)
