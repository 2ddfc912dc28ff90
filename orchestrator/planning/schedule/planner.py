"""Makes the plan: batches for the units nobody fixed, then a night, a crew and a time for every system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from orchestrator.model.schedule import Conflict, Goal, Night, Schedule
from orchestrator.planning.schedule import batches, explain
from orchestrator.planning.schedule.advice import advise
from orchestrator.planning.schedule.bounds import relax
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.greedy import Arrangement, Place, Task, arrange, orders, waiting
from orchestrator.planning.schedule.ground import Ground, make_tasks, survey
from orchestrator.planning.schedule.improving import balanced, improved, roomier
from orchestrator.planning.schedule.problem import Problem
from orchestrator.planning.schedule.timetable import write_schedule

# How full batches may become when units are put into them, in percent; the rest is what cannot be packed.
_FILLS = (85, 93, 100)
# Above this many groups one order of placing them has to do.
_MANY = 20_000
_Left = tuple[Task, ...]


class Solver(Protocol):
    """A search that is better than greedy; it knows nothing of batches, nights or systems beyond these values."""

    name: str

    def choose(self, assignment: batches.Assignment, hint: Sequence[int]) -> tuple[Sequence[int], int] | None:
        """Return batches for the free units and a lower bound of the cost, or None where it found nothing."""

    def order(
        self, tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity, hint: Mapping[str, Place]
    ) -> tuple[Sequence[int], int] | None:
        """Return an order in which to place the tasks and a lower bound of the waiting, or None."""


def make_schedule(problem: Problem, solver: Solver | None = None) -> Schedule | tuple[Conflict, ...]:
    """Return a plan that keeps every rule, or the conflicts that forbid one.

    Args:
        problem: what has to be planned.
        solver: improves on the greedy plan; its answer is used only where it is better.
    """
    made = _search(problem, solver)
    if isinstance(made, Schedule):
        return made
    return advise(problem, made, lambda changed: _search(changed, None, thorough=False))


def _search(problem: Problem, solver: Solver | None, *, thorough: bool = True) -> Schedule | tuple[Conflict, ...]:
    ground = survey(problem)
    conflicts = (*problem.conflicts, *explain.before_search(problem, ground))
    if conflicts:
        return conflicts
    held = {number: ground.capacity.of(ground.nights[lo : hi + 1]) for number, (lo, hi) in ground.range.items()}
    assignment = batches.pose(problem, ground.capacity, held)
    if isinstance(assignment, tuple):
        return assignment
    closed = explain.no_open_night(problem, ground, assignment)
    if closed:
        return closed
    failed: tuple[Conflict, ...] = ()
    for choice, proven, proof in _choices(assignment, solver):
        chosen = {
            job.system: number for units, number in zip(assignment.free, choice, strict=True) for job in units.jobs
        }
        batch_of = {**assignment.fixed, **chosen}
        tasks = make_tasks(problem, ground, batch_of)
        failed = explain.groups_too_large(problem, ground, tasks) or explain.too_few_nights(problem, ground, tasks)
        if failed:
            continue
        found = _nights(tasks, ground, solver, thorough=thorough)
        if isinstance(found, tuple):
            failed = explain.not_found(problem, ground, tasks, found)
            continue
        goals = (Goal(name="batches", value=assignment.cost(choice), bound=proven, proof=proof), found.goal)
        free = {name for units in assignment.free for name in units.names}
        return write_schedule(problem, ground, tasks, found, goals, free)
    return failed


def _choices(assignment: batches.Assignment, solver: Solver | None) -> Iterable[tuple[Sequence[int], int, str]]:
    """Yield choices of batches, the cheapest first, then fuller ones, with a proven bound and who proved it."""
    floor = batches.bound(assignment)
    offered = [batches.choose(assignment, most) for most in (_FILLS if assignment.free else (100,))]
    plain = min(offered, key=assignment.cost)
    if solver is not None and assignment.free:
        better = solver.choose(assignment, plain)
        if better is not None:
            choice, proven = better
            best_bound, proof = (proven, solver.name) if proven > floor else (floor, "greedy")
            if assignment.cost(choice) < assignment.cost(plain):
                yield choice, best_bound, proof
            floor = best_bound
            for other in sorted(set(offered), key=assignment.cost):
                yield other, floor, proof
            return
    for other in sorted(set(offered), key=assignment.cost):
        yield other, floor, "greedy"


def _nights(tasks: Sequence[Task], ground: Ground, solver: Solver | None, *, thorough: bool) -> Arrangement | _Left:
    """Return the best arrangement found, with as much of the programme's slack as it leaves room for."""
    slack = ground.calendar.rules.slack
    for kept in dict.fromkeys((slack, slack // 2, 0)):
        found = _arranged(roomier(tasks, kept), ground, solver, thorough=thorough)
        if isinstance(found, Arrangement):
            return replace(found, places=balanced(tasks, ground.nights, ground.capacity.crews, found.places))
    return found


def _arranged(tasks: Sequence[Task], ground: Ground, solver: Solver | None, *, thorough: bool) -> Arrangement | _Left:
    """Return the best arrangement found, or the tasks that the best attempt left out."""
    nights, capacity = ground.nights, ground.capacity
    place = partial(arrange, tasks, nights, capacity)
    relaxed = relax(tasks, nights, capacity)
    bound, proof, used = sum(one.waiting for one in relaxed.values()), "greedy", "greedy"
    best: list[int] = []

    def worth(order: Sequence[int]) -> tuple[int, int]:
        places, left = place(order)
        return len(left), sum(task.wait(places[task.group.id].night) for task in tasks if task.group.id in places)

    for order in orders(tasks, capacity, {number: one.weights for number, one in relaxed.items()}):
        best = order if not best or worth(order) < worth(best) else best
        if len(tasks) > _MANY and not worth(best)[0]:
            break
    if thorough:
        best = improved(len(tasks), best, worth, bound)
    if solver is not None and tasks:
        hint, left = place(best)
        found = solver.order(tasks, nights, capacity, {} if left else hint)
        if found is not None:
            better, proven = found
            if worth(better) < worth(best):
                best, used = improved(len(tasks), better, worth, max(bound, proven)), solver.name
            bound, proof = (proven, solver.name) if proven > bound else (bound, proof)
    places, left = place(best)
    if left:
        return left
    goal = Goal(name="waiting", value=waiting(tasks, places), bound=bound, proof=proof)
    return Arrangement(places=places, goal=goal, solver=used)
