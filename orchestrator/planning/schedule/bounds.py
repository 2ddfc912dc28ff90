"""What no plan can do better, proved without a solver."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.model.schedule import Night
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.greedy import Task


def waiting_bound(tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity) -> int:
    """Return a number of nights that all systems together wait at least.

    One batch and one resource at a time: were groups divisible and everything else free, the best is to take
    those with most systems for what they need of the resource first, filling night after night (Smith 1956).
    The scarcest resource gives the highest bound; each is true, so the highest is.
    """
    batches: dict[int, list[Task]] = {}
    for task in tasks:
        batches.setdefault(task.group.batch, []).append(task)
    return sum(
        max(_divisible(found, nights, capacity, resource) for resource in capacity.resources)
        for found in batches.values()
    )


def _divisible(tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity, resource: str) -> int:
    opens = tasks[0].opens
    last = max(task.last for task in tasks)
    # First-night waits alone are a bound too: they come from clouds that open late and from month starts.
    alone = sum(task.wait(task.first) for task in tasks)
    sizes = [(capacity.size(task.group, resource), task.group.systems) for task in tasks]
    queue = sorted(((need, weight) for need, weight in sizes if need), key=lambda pair: -pair[1] / pair[0])
    night, room, waited = opens, _room(nights, opens, capacity, resource), 0.0
    for need, weight in queue:
        left = need
        while left > 0 and night <= last:
            taken = min(left, room)
            waited += weight * taken / need * (night - opens)
            left -= taken
            room -= taken
            if room == 0:
                night += 1
                room = _room(nights, night, capacity, resource)
    return max(alone, int(waited - 1e-6) + (waited > 1e-6))


def _room(nights: Sequence[Night], index: int, capacity: Capacity, resource: str) -> int:
    return capacity.room(nights[index], resource) if index < len(nights) else 0
