"""The optional exact search: OR-Tools' CP-SAT on groups, hinted by greedy. Nothing else imports OR-Tools.

Both models use cumulative variables, `y[group][k]` meaning "done by night k": the objective is their plain sum,
and the relaxation is far tighter than with one variable for each group and night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from orchestrator.errors import Refused
from orchestrator.model.schedule import Night
from orchestrator.planning.schedule.batches import Assignment
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.greedy import Place, Task

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# Variables above which the model takes longer to build than greedy's answer is worth.
_MOST = 400_000
# The choice of batches is small; it never needs more than this share of the time.
_CHOICE_SHARE = 0.25


def is_installed() -> bool:
    """Tell whether the optional extra `plan` is there."""
    return find_spec("ortools") is not None


class CpSat:
    """The `Solver` of `planner` on CP-SAT; what it finds in its time may differ between runs."""

    name = "cpsat"

    def __init__(self, seconds: float, workers: int = 2) -> None:
        if not is_installed():
            raise Refused("schedule.no-ortools")
        self.seconds = seconds
        self.workers = workers

    def choose(self, assignment: Assignment, hint: Sequence[int]) -> tuple[Sequence[int], int] | None:
        """Return batches for the free units and a lower bound of `Assignment.cost`, or None."""
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        numbers = assignment.open
        # by[u][k]: unit u goes in one of the first k+1 open batches.
        by = [[model.new_bool_var("") for _ in numbers[:-1]] for _ in assignment.free]
        for row in by:
            for earlier, later in pairwise(row):
                model.add_implication(earlier, later)
        chosen = [_steps(row) for row in by]
        fullest = model.new_int_var(0, 10_000, "")
        for place, number in enumerate(numbers):
            for name in assignment.taken[number]:
                held = assignment.held[number][name]
                wanted = assignment.taken[number][name] + sum(
                    units.work[name] * chosen[index][place] for index, units in enumerate(assignment.free)
                )
                if held:
                    model.add(100 * wanted <= held * fullest)
        broken: list[Any] = [
            count * (1 - chosen[index][numbers.index(number)] if number in numbers else 1)
            for index, pulls in enumerate(assignment.pulls)
            for number, count in pulls.items()
        ]
        for (one, other), count in assignment.pairs.items():
            apart = model.new_bool_var("")
            for first, second in zip(by[one], by[other], strict=True):
                model.add(apart >= first - second)
                model.add(apart >= second - first)
            broken.append(count * apart)
        model.minimize(assignment.broken + sum(broken) + assignment.fill_cost * fullest)
        for row, number in zip(by, hint, strict=True):
            for place, variable in enumerate(row):
                model.add_hint(variable, numbers.index(number) <= place)
        solver = self._solve(model, self.seconds * _CHOICE_SHARE)
        if solver is None:
            return None
        choice = tuple(
            next((numbers[place] for place, variable in enumerate(row) if solver.value(variable)), numbers[-1])
            for row in by
        )
        return choice, ceil(solver.best_objective_bound - 1e-6)

    def order(
        self, tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity, hint: Mapping[str, Place]
    ) -> tuple[Sequence[int], int] | None:
        """Return the order of the best relaxed arrangement and a lower bound of the waiting, or None.

        The model knows the crews' time only as a sum for each night, so what it finds is placed again by the
        same code that places greedy's order; its bound holds all the same. Tasks whose nights overlap in no way
        are solved apart, each set in its share of the time.
        """
        night_of: dict[str, int] = {}
        bound = 0
        for part in _apart(tasks):
            seconds = self.seconds * (1 - _CHOICE_SHARE) * len(part) / len(tasks)
            found = self._arrange(part, nights, capacity, hint, seconds)
            if found is None:
                return None
            night_of |= found[0]
            bound += found[1]
        order = sorted(
            range(len(tasks)), key=lambda index: (night_of[tasks[index].group.id], -tasks[index].group.span, index)
        )
        return order, bound

    def _arrange(
        self,
        tasks: Sequence[Task],
        nights: Sequence[Night],
        capacity: Capacity,
        hint: Mapping[str, Place],
        seconds: float,
    ) -> tuple[dict[str, int], int] | None:
        """Return group → night and a lower bound.

        Nights after greedy's last are one: what is put off so far waits at least until the first of them. That
        keeps the model small and its bound true.
        """
        from ortools.sat.python import cp_model

        known = all(task.group.id in hint for task in tasks)
        cut = 1 + max(hint[task.group.id].night for task in tasks) if known else len(nights)
        kinds = _kinds(tasks)
        if sum(max(0, min(kind[0].last, cut) - kind[0].first) for kind in kinds) > _MOST:
            return None
        model = cp_model.CpModel()
        done: list[list[Any]] = []
        in_night: dict[int, list[tuple[Task, Any]]] = {}
        for kind in kinds:
            task, count = kind[0], len(kind)
            by = [model.new_int_var(0, count, "") for _ in range(task.first, min(task.last, cut))]
            for earlier, later in pairwise(by):
                model.add(earlier <= later)
            done.append(by)
            for night, amount in enumerate(_steps(by, count), start=task.first):
                if night == cut and night < task.last:
                    continue
                if task.group.month_start and nights[night].month_start:
                    model.add(amount == 0)
                in_night.setdefault(night, []).append((task, amount))
        for night, found in in_night.items():
            for name in capacity.resources:
                sizes = [(capacity.size(task.group, name), amount) for task, amount in found]
                model.add(sum(need * amount for need, amount in sizes if need) <= capacity.room(nights[night], name))
        index_of = {kind[0].group.id: index for index, kind in enumerate(kinds)}
        for index, kind in enumerate(kinds):
            before = index_of.get(kind[0].group.after)
            if before is not None:
                _later(model, kinds[before][0], done[before], kind[0], done[index])
        model.minimize(sum(_waited(kind, by) for kind, by in zip(kinds, done, strict=True)))
        for kind, by in zip(kinds, done, strict=True):
            for night, variable in enumerate(by if known else (), start=kind[0].first):
                model.add_hint(variable, sum(hint[task.group.id].night <= night for task in kind))
        solver = self._solve(model, seconds)
        if solver is None:
            return None
        night_of: dict[str, int] = {}
        for kind, by in zip(kinds, done, strict=True):
            counts = [solver.value(variable) for variable in by]
            for number, task in enumerate(kind):
                night_of[task.group.id] = task.first + sum(number >= count for count in counts)
        return night_of, ceil(solver.best_objective_bound - 1e-6)

    def _solve(self, model: cp_model.CpModel, seconds: float) -> cp_model.CpSolver | None:
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = 1
        # Probing takes longer on these models than it saves.
        solver.parameters.cp_model_probing_level = 0
        status = solver.solve(model)
        return solver if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None


def _kinds(tasks: Sequence[Task]) -> list[list[Task]]:
    """Return tasks that are alike in everything the model knows, together: how many of them, not which, matters."""
    chained = {task.group.after for task in tasks if task.group.after}
    kinds: dict[object, list[Task]] = {}
    for task in tasks:
        group = task.group
        alone = group.id if group.after or group.id in chained else ""
        load = tuple(sorted(group.load.items()))
        key = (task.opens, task.first, task.last, group.minutes, group.systems, group.month_start, load, alone)
        kinds.setdefault(key, []).append(task)
    return list(kinds.values())


def _apart(tasks: Sequence[Task]) -> list[list[Task]]:
    """Return the tasks in sets of which no two have a night in common."""
    parts: list[list[Task]] = []
    reach = -1
    for task in sorted(tasks, key=lambda task: task.first):
        if not parts or task.first > reach:
            parts.append([])
        parts[-1].append(task)
        reach = max(reach, task.last)
    return parts


def _steps(by: Sequence[Any], total: int = 1) -> list[Any]:
    """Return how many fall into each place, from how many are done by each; by the last place all are."""
    return [after - before for before, after in zip([0, *by], [*by, total], strict=True)]


def _waited(kind: Sequence[Task], by: Sequence[Any]) -> Any:
    """Return the waiting of a kind: from its first night on, each night that one of it is not yet done."""
    task, count = kind[0], len(kind)
    undone = count * len(by) - sum(by)
    return task.group.systems * (count * (task.first - task.opens) + undone)


def _later(model: cp_model.CpModel, before: Task, done: Sequence[Any], after: Task, by: Sequence[Any]) -> None:
    """Keep a part of a divided group out of every night by whose eve the part before it is not done."""
    for place, variable in enumerate([*by, 1] if len(by) == after.last - after.first else by):
        eve = after.first + place - 1 - before.first
        if eve < 0:
            model.add(variable == 0)
        elif eve < len(done):
            model.add(variable <= done[eve])
