"""Puts units that no decree fixes into the batches that are open: few broken dependencies, no batch overfull."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orchestrator.model.schedule import Conflict, Cutover, Remedy
from orchestrator.planning.schedule.capacity import Capacity, percent
from orchestrator.planning.schedule.problem import Problem

_PASSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units that move in one batch, with those of their systems that the planner may place."""

    names: tuple[str, ...]
    jobs: tuple[Cutover, ...]
    work: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The choice of batches as a problem of its own.

    Attributes:
        fixed: system → its batch, where a decree decides.
        free: units to place; `open` are the batches they may go to.
        held: batch → what its nights hold; `taken` is what the fixed systems take of it.
        pulls: for each free unit, batch → dependencies on systems fixed there.
        pairs: (index, index) of free units → dependencies between them.
        broken: dependencies between two fixed systems of different batches.
        fill_cost: what a percent of the fullest batch costs, in broken dependencies. Each of those is a temporary
            connection between the cloud and a machine room; a percent of them weighs as much as a percent of fill.
    """

    fixed: Mapping[str, int]
    free: tuple[Units, ...]
    open: tuple[int, ...]
    held: Mapping[int, Mapping[str, int]]
    taken: Mapping[int, Mapping[str, int]]
    pulls: tuple[Mapping[int, int], ...]
    pairs: Mapping[tuple[int, int], int]
    broken: int
    fill_cost: int

    def batch_of(self, choice: Sequence[int]) -> dict[str, int]:
        """Return system → batch of the whole programme."""
        chosen = zip(self.free, choice, strict=True)
        return {**self.fixed, **{job.system: number for units, number in chosen for job in units.jobs}}

    def fill(self, choice: Sequence[int]) -> dict[int, int]:
        """Return how full each open batch is, in percent."""
        wanted = {number: dict(self.taken[number]) for number in self.open}
        for units, number in zip(self.free, choice, strict=True):
            for name, amount in units.work.items():
                wanted[number][name] += amount
        return {number: percent(wanted[number], self.held[number]) for number in self.open}

    def links(self, choice: Sequence[int]) -> int:
        """Return how many dependencies the choice breaks."""
        pulled = sum(
            count
            for pulls, chosen in zip(self.pulls, choice, strict=True)
            for number, count in pulls.items()
            if number != chosen
        )
        apart = sum(count for (one, other), count in self.pairs.items() if choice[one] != choice[other])
        return self.broken + pulled + apart

    def cost(self, choice: Sequence[int]) -> int:
        """Return what is minimised: broken dependencies, and how full the fullest open batch is."""
        return self.links(choice) + self.fill_cost * max(self.fill(choice).values(), default=0)


def pose(
    problem: Problem, capacity: Capacity, held: Mapping[int, Mapping[str, int]]
) -> Assignment | tuple[Conflict, ...]:
    """Return the choice to be made, or why there is none: units without a batch that would take them."""
    atoms = _atoms(problem)
    fixed: dict[str, int] = {}
    free: list[Units] = []
    for jobs in atoms:
        decreed = {job.batch for job in jobs if job.batch}
        rest = tuple(job for job in jobs if not job.batch)
        fixed |= {job.system: job.batch for job in jobs if job.batch}
        if len(decreed) == 1:
            fixed |= {job.system: next(iter(decreed)) for job in rest}
        elif rest:
            names = tuple(sorted({job.unit for job in rest}))
            free.append(Units(names=names, jobs=rest, work=capacity.demand(rest)))
    batches = problem.programme.batches
    closed = {batch.number for batch in batches if batch.units and batch.number not in problem.rules.open_batches}
    numbers = tuple(batch.number for batch in batches if batch.number not in closed)
    if free and not numbers:
        waiting = [name for units in free for name in units.names]
        values = {"units": ", ".join(waiting[:5]), "count": str(len(waiting))}
        last = max(batches, key=lambda batch: (batch.deadline or date.max, batch.number), default=None)
        opened = (Remedy(code="schedule.relax.open", values={"batch": str(last.number)}),) if last else ()
        remedies = (*opened, Remedy(code="schedule.relax.decree"))
        systems = tuple(job.system for units in free for job in units.jobs)
        return (Conflict(code="schedule.no-open-batch", values=values, remedies=remedies, systems=systems),)
    job_of = {job.system: job for job in problem.jobs}
    taken: dict[int, Mapping[str, int]] = {}
    members: dict[int, list[Cutover]] = {number: [] for number in held}
    for system, number in fixed.items():
        members[number].append(job_of[system])
    for number, found in members.items():
        taken[number] = capacity.demand(found)
    index = {job.system: place for place, units in enumerate(free) for job in units.jobs}
    pulls: list[Counter[int]] = [Counter() for _ in free]
    pairs: Counter[tuple[int, int]] = Counter()
    broken = 0
    for system, needed in problem.needs:
        one, other = index.get(system), index.get(needed)
        if one is not None and other is not None:
            if one != other:
                pairs[min(one, other), max(one, other)] += 1
        elif one is not None:
            pulls[one][fixed[needed]] += 1
        elif other is not None:
            pulls[other][fixed[system]] += 1
        else:
            broken += fixed[system] != fixed[needed]
    return Assignment(
        fixed=fixed,
        free=tuple(free),
        open=numbers,
        held=held,
        taken=taken,
        pulls=tuple(pulls),
        pairs=pairs,
        broken=broken,
        fill_cost=-(-len(problem.needs) // 100) or 1,
    )


def choose(assignment: Assignment, most: int) -> tuple[int, ...]:
    """Return a batch for each free unit: the largest first, each where it costs least, then moved while that helps.

    Args:
        assignment: the choice to be made.
        most: how full a batch may become, in percent; passed only where every batch would pass it.
    """
    near: dict[int, dict[int, int]] = {}
    for (one, other), count in assignment.pairs.items():
        near.setdefault(one, {})[other] = count
        near.setdefault(other, {})[one] = count
    wanted = {number: dict(assignment.taken[number]) for number in assignment.open}
    fill = {number: percent(wanted[number], assignment.held[number]) for number in assignment.open}
    choice = [0] * len(assignment.free)

    def put(index: int, number: int, sign: int) -> None:
        for name, amount in assignment.free[index].work.items():
            wanted[number][name] += sign * amount
        fill[number] = percent(wanted[number], assignment.held[number])

    def price(index: int, number: int) -> tuple[bool, int, int]:
        after = {name: wanted[number][name] + amount for name, amount in assignment.free[index].work.items()}
        filled = percent(after, assignment.held[number])
        apart = sum(count for home, count in assignment.pulls[index].items() if home != number)
        apart += sum(count for other, count in near.get(index, {}).items() if choice[other] not in {0, number})
        fullest = max([filled, *(fill[other] for other in assignment.open if other != number)])
        return (filled > most, apart + assignment.fill_cost * fullest, filled)

    def size(index: int) -> int:
        return len(assignment.free[index].jobs)

    for index in sorted(range(len(choice)), key=lambda index: (-size(index), index)):
        choice[index] = min(assignment.open, key=lambda number: (price(index, number), number))
        put(index, choice[index], 1)
    for _ in range(_PASSES):
        moved = False
        for index, old in enumerate(choice):
            put(index, old, -1)
            choice[index] = min(assignment.open, key=lambda number: (price(index, number), number != old, number))
            put(index, choice[index], 1)
            moved = moved or choice[index] != old
        if not moved:
            break
    return tuple(choice)


def bound(assignment: Assignment) -> int:
    """Return a cost that no choice goes below: what is broken by decree, and the work spread evenly."""
    total: Counter[str] = Counter()
    room: Counter[str] = Counter()
    for number in assignment.open:
        total.update(assignment.taken[number])
        room.update(assignment.held[number])
    for units in assignment.free:
        total.update(units.work)
    alone = max((percent(assignment.taken[number], assignment.held[number]) for number in assignment.open), default=0)
    torn = sum(sum(pulls.values()) - max(pulls.values(), default=0) for pulls in assignment.pulls)
    return assignment.broken + torn + assignment.fill_cost * max(alone, percent(total, room))


def _atoms(problem: Problem) -> list[tuple[Cutover, ...]]:
    """Return the systems of units that move together."""
    leader: dict[str, str] = {}
    for units in problem.rules.together:
        group = set(units) | {other for unit in units for other, head in leader.items() if head == leader.get(unit)}
        leader |= dict.fromkeys(group, min(group))
    atoms: dict[str, list[Cutover]] = {}
    for job in problem.jobs:
        atoms.setdefault(leader.get(job.unit, job.unit), []).append(job)
    return [tuple(jobs) for _, jobs in sorted(atoms.items())]
