"""What moves as one: dependency groups, in the order of cutover, cut up only where the programme allows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heapify, heappop, heappush

from orchestrator.errors import Refused
from orchestrator.model.schedule import Cutover


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Systems that one crew cuts over one after the other in one window.

    Attributes:
        id: its first system.
        minutes: from the first one's freeze to the last one's sign-off.
        span: what of a window is needed for it, so that each system could still be rolled back in time.
        reserves: what of the window must be left when each of its systems is done, in their order.
        load: resource → what the whole group takes of a window.
        after: the group that must be in an earlier window; empty for none.
        due: the earliest of its systems' own due dates.
    """

    id: str
    batch: int
    jobs: tuple[Cutover, ...]
    minutes: int
    span: int
    reserves: tuple[int, ...]
    load: Mapping[str, int]
    not_before: date | None
    due: date | None
    month_start: bool
    after: str = ""
    systems: int = field(default=0)


def make_group(jobs: Sequence[Cutover], batch: int, after: str = "", *, returns: bool = False) -> Group:
    """Return the group of these systems in this order; `returns` reserves the time to take all of them back."""
    load: dict[str, int] = {}
    reserves = []
    minutes = span = rollbacks = 0
    for job in jobs:
        minutes += job.minutes
        reserves.append(job.reserve + rollbacks)
        span = max(span, minutes + reserves[-1])
        rollbacks += job.rollback if returns else 0
        for name, value in job.load.items():
            load[name] = load.get(name, 0) + value
    return Group(
        id=jobs[0].system,
        batch=batch,
        jobs=tuple(jobs),
        minutes=minutes,
        span=span,
        reserves=tuple(reserves),
        load=load,
        not_before=max((job.not_before for job in jobs if job.not_before), default=None),
        due=min((job.due for job in jobs if job.due), default=None),
        month_start=any(job.month_start for job in jobs),
        after=after,
        systems=len(jobs),
    )


def fits(group: Group, minutes: int, limits: Mapping[str, int]) -> bool:
    """Tell whether an empty window of that length can hold the group."""
    return group.span <= minutes and all(group.load.get(name, 0) <= most for name, most in limits.items())


def clusters(jobs: Sequence[Cutover], needs: Iterable[tuple[str, str]]) -> Iterator[tuple[Cutover, ...]]:
    """Yield the dependency clusters: systems joined by any chain of dependencies, what is needed first.

    Raises:
        Refused: `schedule.dependency-cycle`.
    """
    by_id = {job.system: job for job in jobs}
    root = {system: system for system in by_id}
    inside = [(system, needed) for system, needed in needs if system in by_id and needed in by_id]
    for system, needed in inside:
        first, second = sorted((_root(root, system), _root(root, needed)))
        root[second] = first
    members: dict[str, list[str]] = {}
    for system in sorted(by_id):
        members.setdefault(_root(root, system), []).append(system)
    wanted: dict[str, list[str]] = {}
    for system, needed in inside:
        wanted.setdefault(system, []).append(needed)
    for systems in members.values():
        yield tuple(by_id[system] for system in _in_order(systems, wanted))


def divide(
    jobs: Sequence[Cutover], batch: int, minutes: int, limits: Mapping[str, int], *, returns: bool = False
) -> Iterator[Group]:
    """Yield a cluster as groups that each fit a window, each after the one before it."""
    rest = list(jobs)
    after = ""
    while rest:
        size = 1
        while size < len(rest) and fits(make_group(rest[: size + 1], batch, returns=returns), minutes, limits):
            size += 1
        group = make_group(rest[:size], batch, after, returns=returns)
        yield group
        after, rest = group.id, rest[size:]


def _root(root: dict[str, str], system: str) -> str:
    while root[system] != system:
        root[system] = root[root[system]]
        system = root[system]
    return system


def _in_order(systems: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """Sort so that what is needed comes first; among equals by id (Kahn 1962)."""
    waits = {system: len(wanted.get(system, ())) for system in systems}
    users: dict[str, list[str]] = {}
    for system in systems:
        for needed in wanted.get(system, ()):
            users.setdefault(needed, []).append(system)
    ready = [system for system, count in waits.items() if count == 0]
    heapify(ready)
    order = []
    while ready:
        system = heappop(ready)
        order.append(system)
        for user in users.get(system, ()):
            waits[user] -= 1
            if waits[user] == 0:
                heappush(ready, user)
    if len(order) < len(systems):
        raise Refused("schedule.dependency-cycle", systems=", ".join(sorted(set(systems) - set(order))[:5]))
    return order
