"""How much a window, and the nights of a batch together, can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from orchestrator.model.schedule import Cutover, Night, ScheduleRules
from orchestrator.planning.schedule.groups import Group

MINUTES = "crew_minutes"
SYSTEMS = "systems"
# A crew's night may be cut into so many pieces and one more; see `Capacity.size`.
_PIECES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one window holds.

    Attributes:
        limits: resource → most in any window.
        crews: cutovers that can be worked on at a time.
        reserve: the least that any cutover must leave of its window for a rollback, minutes.
        pieces: name → (k, minutes): resources that exist because a crew does whole groups only.
    """

    limits: Mapping[str, int]
    crews: int
    reserve: int
    pieces: Mapping[str, tuple[int, int]]

    @property
    def resources(self) -> tuple[str, ...]:
        """The names of everything a window can run out of."""
        return (*self.limits, MINUTES, *self.pieces)

    def size(self, item: Cutover | Group, resource: str) -> int:
        """Return how much of a resource something takes.

        Of a night of u minutes cut into k+1 pieces, a group of m minutes takes ⌊m·(k+1)/(u+1)⌋ and no crew has
        more than k to give, since its groups' sum is at most u. So four groups of 110 minutes are known not to
        fit into 420, although their sum does nearly (a dual feasible function: Fekete and Schepers 2001).
        """
        if resource in self.pieces:
            pieces, usable = self.pieces[resource]
            return item.minutes * (pieces + 1) // (usable + 1)
        return item.minutes if resource == MINUTES else item.load.get(resource, 0)

    def room(self, night: Night, resource: str) -> int:
        """Return how much of a resource a window has."""
        usable = max(0, night.minutes - self.reserve)
        if resource in self.pieces:
            pieces, base = self.pieces[resource]
            return self.crews * (usable * (pieces + 1) // (base + 1))
        if resource == MINUTES:
            return self.crews * usable
        limit = self.limits[resource]
        return limit if night.most is None or resource != SYSTEMS else min(limit, night.most)

    def of(self, nights: Iterable[Night]) -> dict[str, int]:
        """Return what the nights hold together."""
        nights = tuple(nights)
        return {name: sum(self.room(night, name) for night in nights) for name in self.resources}

    def demand(self, items: Iterable[Cutover | Group]) -> dict[str, int]:
        """Return what things take together; of whole pieces only groups take any, for they may yet be joined."""
        items = tuple(items)
        return {name: sum(self.size(item, name) for item in items) for name in (*self.limits, MINUTES)}


def capacity_of(rules: ScheduleRules, jobs: Sequence[Cutover], nights: Sequence[Night]) -> Capacity:
    """Return what a window holds of these jobs."""
    reserve = min((job.reserve for job in jobs), default=0)
    usable = sorted({max(0, night.minutes - reserve) for night in nights})
    pieces = {f"crew_pieces/{count}/{minutes}": (count, minutes) for minutes in usable for count in _PIECES}
    limits = dict(rules.limits)
    if any(night.most is not None for night in nights):
        limits.setdefault(SYSTEMS, len(jobs))
    return Capacity(limits=limits, crews=rules.crews, reserve=reserve, pieces=pieces)


def percent(wanted: Mapping[str, int], held: Mapping[str, int]) -> int:
    """Return how full something is by its scarcest resource, rounded up; 100 is full, more does not fit."""
    shares = (ceil(100 * amount / held[name]) if held[name] else 101 for name, amount in wanted.items() if amount)
    return max(shares, default=0)
