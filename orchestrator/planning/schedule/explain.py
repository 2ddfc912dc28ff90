"""Why there is no plan: the constraint, by how much it is missed, and what would relax it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import ceil

from orchestrator.model.schedule import Conflict, Night, Remedy
from orchestrator.planning.schedule.calendar import DAY, ends_by
from orchestrator.planning.schedule.capacity import MINUTES
from orchestrator.planning.schedule.greedy import Task
from orchestrator.planning.schedule.ground import Ground
from orchestrator.planning.schedule.groups import fits, make_group
from orchestrator.planning.schedule.problem import Problem

# How far ahead a night is looked for that would do.
_AHEAD = timedelta(days=400)
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
        systems = tuple(job.system for job in problem.jobs if job.batch == batch.number)
        if low > high and systems:
            opens, last_day = ground.opens[batch.number], ground.last_day[batch.number]
            first = _night_after(ground, opens, 1)
            values = {
                "batch": str(batch.number),
                "deadline": str(batch.deadline),
                "last_day": str(last_day),
                "opens": str(opens),
                "first_night": str(first.evening) if first else "",
                "late": str((first.end.date() - last_day).days) if first else "",
                "systems": str(len(systems)),
            }
            remedies = tuple(_more_nights(problem, ground, batch.number, 1))
            yield Conflict(code="schedule.no-night", values=values, remedies=remedies, systems=systems)


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
    """Return, for the first deadline that the nights before it cannot hold, the resource that lacks most."""
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
                scarcest = max(lacking, key=lambda name: wanted[name] / (held[name] or 1))
                return (_too_few(problem, ground, waiting[: index + 1], scarcest, held[scarcest]),)
    return ()


def not_found(problem: Problem, ground: Ground, left: Sequence[Task]) -> tuple[Conflict, ...]:
    """Return what a search that ended without a plan, and without a proof, could not place."""
    by_batch: dict[int, list[Task]] = {}
    for task in left:
        by_batch.setdefault(task.group.batch, []).append(task)
    conflicts = []
    for number, tasks in sorted(by_batch.items()):
        systems = tuple(job.system for task in tasks for job in task.group.jobs)
        night = max(1, ceil(sum(task.group.minutes for task in tasks) / _per_night(ground)))
        remedies = (Remedy(code="schedule.relax.solver"), *_more_nights(problem, ground, number, night))
        values = {"batch": str(number), "groups": str(len(tasks)), "systems": str(len(systems))}
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
        remedies.append(Remedy(code="schedule.relax.hours", values={"hours": str(ceil(group.span / 60))}))
        remedies.append(Remedy(code="schedule.relax.rehearse"))
    else:
        code = "schedule.group-too-big"
        over = {name: group.load[name] - most for name, most in limits.items() if group.load.get(name, 0) > most}
        name = max(over, key=lambda name: over[name] / (limits[name] or 1))
        told = {"resource": name, "needed": str(group.load[name]), "held": str(limits[name]), "over": str(over[name])}
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
    remedies = (Remedy(code="schedule.relax.due"), *_more_nights(problem, ground, group.batch, 1))
    return Conflict(code="schedule.group-no-night", values=values, remedies=remedies, systems=systems)


def _too_few(problem: Problem, ground: Ground, tasks: Sequence[Task], resource: str, held: int) -> Conflict:
    needed = sum(ground.capacity.size(task.group, resource) for task in tasks)
    last = max(task.last for task in tasks)
    low = min(task.opens for task in tasks)
    nights = last - low + 1
    batch = max(task.group.batch for task in tasks if task.last == last)
    remedies = []
    # The count of systems may be limited by the crews' time alone; then it is people that are lacking.
    people = resource == MINUTES or resource not in problem.rules.limits
    if people:
        least = min(night.minutes for night in ground.nights[low : last + 1]) - ground.capacity.reserve
        minutes = sum(task.group.minutes for task in tasks)
        crews = max(ground.capacity.crews + 1, ceil(minutes / (nights * max(1, least))))
        remedies.append(Remedy(code="schedule.relax.people", values={"people": str(crews * problem.rules.crew)}))
    else:
        values = {"resource": resource, "limit": str(ceil(needed / nights))}
        remedies.append(Remedy(code="schedule.relax.limit", values=values))
    each = held / nights if nights else 0
    more = ceil((needed - held) / each) if each else 1
    remedies += _more_nights(problem, ground, batch, more)
    told = {
        "batch": str(batch),
        "by": str(ground.nights[last].end.date()),
        "resource": resource,
        "needed": str(needed),
        "held": str(held),
        "over": str(needed - held),
        "nights": str(nights),
        "systems": str(sum(task.group.systems for task in tasks)),
    }
    systems = tuple(job.system for task in tasks for job in task.group.jobs)
    return Conflict(code="schedule.too-few-nights", values=told, remedies=tuple(remedies), systems=systems)


def _more_nights(problem: Problem, ground: Ground, number: int, count: int) -> Iterator[Remedy]:
    """Yield ways to get that many more nights for a batch: a later deadline, a freeze lifted, the trial after it."""
    calendar, opens, last_day = ground.calendar, ground.opens[number], ground.last_day[number]
    batch = problem.programme.batch(number)
    if batch is None or batch.deadline is None:
        return
    night = _night_after(ground, max(opens, last_day), count)
    if night is not None:
        day = (night.end - timedelta(microseconds=1)).date() + (batch.deadline - last_day)
        yield Remedy(
            code="schedule.relax.deadline",
            values={"batch": str(number), "deadline": str(day), "days": str((day - batch.deadline).days)},
        )
    trial = calendar.rules.trial_days
    if calendar.rules.trial_in_deadline and trial:
        gained = sum(not ends_by(night, last_day) for night in calendar.nights(opens, batch.deadline))
        if gained:
            yield Remedy(code="schedule.relax.trial", values={"days": str(trial), "nights": str(gained)})
    lost = calendar.freezes_between(opens, last_day - DAY)
    for name, nights in sorted(lost.items(), key=lambda pair: -pair[1])[:3]:
        yield Remedy(code="schedule.relax.freeze", values={"freeze": name, "nights": str(nights)})


def _night_after(ground: Ground, day: date, count: int) -> Night | None:
    """Return the count-th legal night whose evening is on or after a day."""
    nights = ground.calendar.nights(day, day + _AHEAD)
    return nights[count - 1] if count <= len(nights) else None


def _per_night(ground: Ground) -> int:
    return max(1, ground.capacity.room(ground.nights[0], MINUTES) if ground.nights else 1)
