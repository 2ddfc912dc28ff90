"""What no plan can do better, proved without a solver, and what of a window is scarce to each batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from orchestrator.model.schedule import Night
from orchestrator.planning.schedule.capacity import Capacity
from orchestrator.planning.schedule.greedy import Task

# Whole numbers keep the sums exact: a window's room of a resource weighs about so much.
_WHOLE = 10**9
# How much more of a resource, against the scarcest one, is tried in a mixture, in percent; and how often all are.
_STEPS, _ROUNDS = (100, 30, 10), 2
# A resource that alone forces less than this share of what the scarcest does is left out of mixtures, in percent.
_SCARCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A batch whose groups may be cut up at will, in a mixture of resources.

    Attributes:
        waiting: a number of nights that all systems of the batch together wait at least.
        weights: resource → what a unit of it weighs in the mixture that proves this.
    """

    waiting: int
    weights: Mapping[str, int]


def relax(tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity) -> Mapping[int, Relaxation]:
    """Return for each batch what it waits at least, and the mixture of resources that shows it best.

    Were groups divisible and all else free, the best is to take those with most systems for what they need first,
    filling night after night (Smith 1956). What fits a window in each resource fits it in every sum of them too, so
    each weighted mixture gives a true bound (a surrogate constraint: Glover 1968); the highest that a short search
    finds is taken.
    """
    batches: dict[int, list[Task]] = {}
    for task in tasks:
        batches.setdefault(task.group.batch, []).append(task)
    return {number: _Batch(found, nights, capacity).best() for number, found in batches.items()}


class _Batch:
    """One batch: its groups, those of a kind counted together, and what its windows have."""

    def __init__(self, tasks: Sequence[Task], nights: Sequence[Night], capacity: Capacity) -> None:
        opens, last = tasks[0].opens, max(task.last for task in tasks)
        windows = nights[opens : last + 1]
        self.resources = capacity.resources
        self.rooms = [[capacity.room(night, name) for name in self.resources] for night in windows]
        kinds = Counter(
            (task.group.systems, *(capacity.size(task.group, name) for name in self.resources)) for task in tasks
        )
        self.kinds = [(systems, sizes, count) for (systems, *sizes), count in kinds.items()]
        # First-night waits alone are a bound too: they come from clouds that open late and from month starts.
        self.alone = sum(task.wait(task.first) for task in tasks)

    def best(self) -> Relaxation:
        """Return the highest bound found: from the scarcest resource on, more of another as long as that helps."""
        units = [_WHOLE // max(rooms) if max(rooms) else 0 for rooms in zip(*self.rooms, strict=True)]
        plain = [[unit if place == at else 0 for place in range(len(units))] for at, unit in enumerate(units)]
        alone = [self._waits(weights) for weights in plain]
        order = sorted(range(len(units)), key=lambda at: -alone[at])
        waits, weights = alone[order[0]], plain[order[0]]
        scarce = [at for at in order[1:] if alone[at] * 100 >= waits * _SCARCE]
        for at, step in ((at, step) for _ in range(_ROUNDS) for at in scarce for step in _STEPS):
            mixed = [*weights]
            mixed[at] += units[at] * step // 100
            found = self._waits(mixed)
            if found > waits:
                waits, weights = found, mixed
        named = dict(zip(self.resources, weights, strict=True))
        # Rounded up, but for what the sums may be off.
        whole = int(waits - 1e-6) + (waits > 1e-6)
        return Relaxation(waiting=max(self.alone, whole), weights={name: one for name, one in named.items() if one})

    def _waits(self, weights: Sequence[int]) -> float:
        needs = ((_mixed(weights, sizes), systems, count) for systems, sizes, count in self.kinds)
        queue = sorted(((one[0] * one[2], one[1] * one[2], one[1] / one[0]) for one in needs if one[0]), key=_dense)
        rooms = enumerate(_mixed(weights, room) for room in self.rooms)
        night, room, waited = 0, 0, 0.0
        for need, systems, _ in queue:
            left = need
            while left > 0:
                while room == 0:
                    night, room = next(rooms, (0, -1))
                if room < 0:  # there is no night left: whatever more they wait is not counted
                    return waited
                taken = min(left, room)
                waited += systems * taken / need * night
                left -= taken
                room -= taken
        return waited


def _mixed(weights: Iterable[int], amounts: Iterable[int]) -> int:
    return sum(map(mul, weights, amounts))


def _dense(one: tuple[int, int, float]) -> float:
    return -one[2]
