"""How much a window, and the nights of a batch together, can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.model.schedule import Job, Night, ScheduleRules
from orchestrator.planning.schedule.groups import Group

MINUTES = "crew_minutes"


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one window holds.

    Attributes:
        limits: resource → most in any window; `systems` is there also when only the crews' time limits it.
        crews: cutovers that can be worked on at a time.
        reserve: the least that any cutover must leave of its window for a rollback, minutes.
    """

    limits: Mapping[str, int]
    crews: int
    reserve: int

    def minutes(self, night: Night) -> int:
        """Return what the crews can work in a window together; nobody works in the last cutover's reserve."""
        return self.crews * max(0, night.minutes - self.reserve)

    def of(self, nights: Iterable[Night]) -> dict[str, int]:
        """Return what the nights hold together."""
        nights = tuple(nights)
        total = {name: most * len(nights) for name, most in self.limits.items()}
        return {**total, MINUTES: sum(self.minutes(night) for night in nights)}


def capacity_of(rules: ScheduleRules, jobs: Sequence[Job], longest: int) -> Capacity:
    """Return what a window holds of these jobs.

    A crew does whole cutovers: in the longest window it gets through as many as the shortest of them allow,
    and no count of systems above that is ever reached.
    """
    reserve = min((job.reserve for job in jobs), default=0)
    left = longest - reserve
    count = 0
    for minutes in sorted(job.minutes for job in jobs)[: max(1, left)]:
        left -= minutes
        if left < 0:
            break
        count += 1
    limits = dict(rules.limits)
    limits["systems"] = min(limits.get("systems", rules.crews * count), rules.crews * count)
    return Capacity(limits=limits, crews=rules.crews, reserve=reserve)


def size(item: Job | Group, resource: str) -> int:
    """Return how much of a resource something takes."""
    return item.minutes if resource == MINUTES else item.load.get(resource, 0)


def demand(items: Iterable[Job | Group], resources: Iterable[str]) -> dict[str, int]:
    """Return what things take together."""
    total = dict.fromkeys(resources, 0)
    for item in items:
        for resource in total:
            total[resource] += size(item, resource)
    return total


def percent(wanted: Mapping[str, int], held: Mapping[str, int]) -> int:
    """Return how full something is by its scarcest resource, rounded up; 100 is full, more does not fit."""
    shares = (-(-100 * amount // held[name]) if held[name] else 101 for name, amount in wanted.items() if amount)
    return max(shares, default=0)
