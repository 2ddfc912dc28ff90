"""Makes the plan: batches for the units nobody fixed, then a night, a crew and a time for every system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from orchestrator.model.schedule import Conflict, Goal, Night, Schedule
from orchestrator.planning.schedule import batches, explain
from orchestrator.planning.schedule.advice import advise
from orchestrator.planning.schedule.bounds import relax
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.greedy import Arrangement, Place, Task, arrange, orders, waiting
from orchestrator.planning.schedule.ground import Ground, make_tasks, survey
from orchestrator.planning.schedule.problem import Problem
from orchestrator.planning.schedule.timetable import write_schedule

# How full batches may become when units are put into them, in percent; the rest is what cannot be packed.
_FILLS = (85, 93, 100)
# Above this many groups one order of placing them has to do.
_MANY = 20_000


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
    return made if isinstance(made, Schedule) else advise(problem, made, lambda changed: _search(changed, None))


def _search(problem: Problem, solver: Solver | None) -> Schedule | tuple[Conflict, ...]:
    ground = survey(problem)
    conflicts = (*problem.conflicts, *explain.before_search(problem, ground))
    if conflicts:
        return conflicts
    held = {number: ground.capacity.of(ground.nights[lo : hi + 1]) for number, (lo, hi) in ground.range.items()}
    assignment = batches.pose(problem, ground.capacity, held)
    if isinstance(assignment, tuple):
        return assignment
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
        found = _nights(tasks, ground, solver)
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


def _nights(tasks: Sequence[Task], ground: Ground, solver: Solver | None) -> Arrangement | tuple[Task, ...]:
    """Return the best arrangement found, or the tasks that the best attempt left out."""
    best: Mapping[str, Place] | None = None
    missed: tuple[Task, ...] = ()

    def attempt(order: Iterable[int]) -> bool:
        nonlocal best, missed
        places, left = arrange(tasks, ground.nights, ground.capacity, order)
        if left:
            missed = left if not missed or len(left) < len(missed) else missed
            return False
        if best is None or waiting(tasks, places) < waiting(tasks, best):
            best = places
            return True
        return False

    relaxed = relax(tasks, ground.nights, ground.capacity)
    weights = {number: one.weights for number, one in relaxed.items()}
    for order in orders(tasks, ground.capacity, weights):
        attempt(order)
        if best is not None and len(tasks) > _MANY:
            break
    bound, proof, used = sum(one.waiting for one in relaxed.values()), "greedy", "greedy"
    if solver is not None and tasks:
        found = solver.order(tasks, ground.nights, ground.capacity, best or {})
        if found is not None:
            better, proven = found
            used = solver.name if attempt(better) else used
            bound, proof = (proven, solver.name) if proven > bound else (bound, proof)
    if best is None:
        return missed
    goal = Goal(name="waiting", value=waiting(tasks, best), bound=bound, proof=proof)
    return Arrangement(places=best, goal=goal, solver=used)
