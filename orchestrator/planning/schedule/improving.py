"""Makes an arrangement better than the orders that greedy tries: holes are filled, and crews share each night."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from orchestrator.model.schedule import Night
from orchestrator.planning.schedule.greedy import Place, Task
from orchestrator.planning.schedule.groups import Group

# So many orders are tried, and so many tasks placed in all of them: what is small needs no more.
_TRIES, _WORK = 1_200, 100_000

Worth = tuple[int, int]


def improved(count: int, order: Sequence[int], worth: Callable[[Sequence[int]], Worth], floor: int) -> list[int]:
    """Return an order that is no worse: one task after another is tried at another's turn, as long as the work allows.

    What goes before others takes their hole, and they fill the one that it leaves. The attempts are drawn, but always
    the same ones.

    Args:
        count: how many tasks there are.
        order: of their numbers, to begin with.
        worth: how many tasks find no place in an order, and how long the others wait; less is better.
        floor: a waiting that no order goes below; there the search ends.
    """
    draw = Random(count)  # noqa: S311 - nothing depends on it but which orders are tried
    best = list(order)
    value = worth(best)
    for _ in range(min(_TRIES, _WORK // count) if count > 1 else 0):
        if value <= (0, floor):
            break
        start, end = draw.randrange(count), draw.randrange(count)
        candidate = list(best)
        if draw.randrange(2):
            candidate.insert(end, candidate.pop(start))
        else:
            candidate[start], candidate[end] = candidate[end], candidate[start]
        found = worth(candidate)
        if found <= value:
            best, value = candidate, found
    return best


def balanced(
    tasks: Sequence[Task], nights: Sequence[Night], crews: int, places: Mapping[str, Place]
) -> dict[str, Place]:
    """Return the places with each night's work shared by its crews: what is longest first, to who is free first.

    (Longest processing time first: Graham 1969.) A night that would end later by that, or leave a group too little to
    be rolled back, stays as it was.
    """
    by_night: dict[int, list[Group]] = {}
    for task in tasks:
        by_night.setdefault(places[task.group.id].night, []).append(task.group)
    found = dict(places)
    for night, groups in by_night.items():
        shared = _shared(groups, night, crews)
        ends = [max(at[group.id].offset + group.minutes for group in groups) for at in (shared, places)]
        safe = all(shared[group.id].offset + group.span <= nights[night].minutes for group in groups)
        if safe and ends[0] <= ends[1]:
            found |= shared
    return found


def _shared(groups: Sequence[Group], night: int, crews: int) -> dict[str, Place]:
    busy = [0] * crews
    places = {}
    for group in sorted(groups, key=lambda group: (-group.minutes, group.id)):
        crew = min(range(crews), key=busy.__getitem__)
        places[group.id] = Place(night=night, crew=crew, offset=busy[crew])
        busy[crew] += group.minutes
    return places


def roomier(tasks: Sequence[Task], slack: int) -> tuple[Task, ...]:
    """Return the tasks as if each group took so many minutes more of its window than it does."""
    if not slack:
        return tuple(tasks)
    return tuple(replace(task, group=replace(task.group, span=task.group.span + slack)) for task in tasks)
