"""Puts dependency groups into nights: each in the earliest that can hold it, in the order that is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orchestrator.model.schedule import Goal, Night
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.groups import Group

# Minutes of a usual night; only the order of groups depends on it.
_NIGHT = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A group with the nights it may have: indexes from `first` to `last`, both included.

    Attributes:
        opens: index of its batch's first night; waiting is counted from there.
    """

    group: Group
    opens: int
    first: int
    last: int

    def wait(self, night: int) -> int:
        """Return what is minimised: nights before the group's turn, for each of its systems."""
        return self.group.systems * (night - self.opens)


class Place(NamedTuple):  # a million are made for a plan of 400 systems
    """Where a group goes: night, crew, and minutes from the window's start."""

    night: int
    crew: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Where every group goes, and how good that is."""

    places: Mapping[str, Place]
    goal: Goal
    solver: str


class Board:
    """The nights and what is already in them."""

    def __init__(self, nights: Sequence[Night], capacity: Capacity, shortest: int) -> None:
        self.nights = nights
        self.capacity = capacity
        self.shortest = shortest
        # Only of nights that something was tried for: an order is placed many times, and most nights stay empty.
        self._used: defaultdict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(capacity.limits, 0))
        self._busy: defaultdict[int, list[int]] = defaultdict(lambda: [0] * capacity.crews)
        # A full night points to the next that may have room; chains are shortened as they are walked.
        self._next: dict[int, int] = {}

    def place(self, task: Task, first: int) -> Place | None:
        """Put a group into the first night that holds it; None where there is none."""
        night = self._open(max(first, task.first))
        while night <= task.last:
            crew = self._crew(task.group, night)
            if crew is not None:
                return self._put(task.group, night, crew)
            night = self._open(night + 1)
        return None

    # Called a million times for a plan of 400 systems, so these two are written as loops.
    def _crew(self, group: Group, night: int) -> int | None:
        """Return the busiest crew that still has time for the group; None if the window cannot hold it."""
        here, load = self.nights[night], group.load
        if group.month_start and here.month_start:
            return None
        used = self._used[night]
        for name, most in self._limits(here).items():
            if used[name] + load.get(name, 0) > most:
                return None
        latest = here.minutes - group.span
        found, longest = None, -1
        for crew, minutes in enumerate(self._busy[night]):
            if longest < minutes <= latest:
                found, longest = crew, minutes
        return found

    def _put(self, group: Group, night: int, crew: int) -> Place:
        used, busy, load, here = self._used[night], self._busy[night], group.load, self.nights[night]
        place = Place(night=night, crew=crew, offset=busy[crew])
        busy[crew] += group.minutes
        full = min(busy) + self.shortest > here.minutes
        for name, most in self._limits(here).items():
            used[name] += load.get(name, 0)
            full = full or used[name] >= most
        if full:
            self._next[night] = night + 1
        return place

    def _limits(self, night: Night) -> Mapping[str, int]:
        limits = self.capacity.limits
        return limits if night.most is None else {name: self.capacity.room(night, name) for name in limits}

    def _open(self, night: int) -> int:
        following = self._next
        while (after := following.get(night)) is not None:
            following[night] = following.get(after, after)
            night = after
        return night


def arrange(
    tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity, order: Iterable[int]
) -> tuple[dict[str, Place], tuple[Task, ...]]:
    """Place tasks one after the other in this order; a part of a divided group waits for the part before it.

    Returns:
        Group id → its place, and the tasks that found none.
    """
    board = Board(nights, capacity, min((task.group.span for task in tasks), default=0))
    places: dict[str, Place] = {}
    left = []
    for index in order:
        task = tasks[index]
        first = places[task.group.after].night + 1 if task.group.after in places else task.first
        place = None if task.group.after and task.group.after not in places else board.place(task, first)
        if place is None:
            left.append(task)
        else:
            places[task.group.id] = place
    return places, tuple(left)


def orders(tasks: Sequence[Task], capacity: Capacity, weights: Mapping[int, Mapping[str, int]]) -> Iterable[list[int]]:
    """Yield orders worth trying, each with the most urgent first: none of them is the best everywhere.

    Args:
        tasks: what is to be put in order.
        capacity: what a window holds.
        weights: batch → resource → how scarce a unit of it is to the batch.
    """
    chains = _depths(tasks)
    groups = [task.group for task in tasks]

    def ranked(rank: Callable[[Group], float]) -> list[int]:
        ranks = [rank(group) for group in groups]
        return sorted(range(len(tasks)), key=lambda index: (tasks[index].last, chains[index], ranks[index], index))

    yield ranked(
        lambda group: (
            sum(one * capacity.size(group, name) for name, one in weights[group.batch].items()) / group.systems
        )
    )
    yield ranked(lambda group: max(_share(group, capacity), _turn(group, capacity)) / group.systems)
    yield ranked(lambda group: _share(group, capacity) / group.systems)
    yield ranked(lambda group: group.minutes / group.systems)
    yield ranked(lambda group: -group.minutes)


def _share(group: Group, capacity: Capacity) -> float:
    """Return the share of a window that the group takes of the resource it takes most of."""
    shares = (group.load.get(name, 0) / most for name, most in capacity.limits.items() if most)
    return max(shares, default=0.0)


def _turn(group: Group, capacity: Capacity) -> float:
    """Return the share of the crews' usual night that the group takes."""
    return group.minutes / (capacity.crews * _NIGHT)


def waiting(tasks: Iterable[Task], places: Mapping[str, Place]) -> int:
    """Return the sum of all systems' waits, in nights."""
    return sum(task.wait(places[task.group.id].night) for task in tasks)


def _depths(tasks: Sequence[Task]) -> list[int]:
    """Return how many parts of the same divided group come before each."""
    depth = {"": -1}
    for task in tasks:  # parts stand in their order
        depth[task.group.id] = depth[task.group.after] + 1 if task.group.after else 0
    return [depth[task.group.id] for task in tasks]
