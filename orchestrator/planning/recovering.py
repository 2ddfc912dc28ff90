"""Which systems need replicas, and what is wanted of them: the programme's word, else the list's, else the level's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from orchestrator.errors import Refused
from orchestrator.model.recovering import KeptCheck, Place, Wanted
from orchestrator.model.replica import Policy, Recovery, ReplicaKind, Told
from orchestrator.model.system import Disposition, MigrationList, Server, Status, System, Workload
from orchestrator.planning.rules import servers_by_system

_DATABASES = {Workload.POSTGRESQL: str(ReplicaKind.POSTGRESQL), Workload.MARIADB: str(ReplicaKind.MARIADB)}


def plan_recovery(listing: MigrationList, recovery: Recovery, chosen: Collection[str] = ()) -> tuple[Wanted, ...]:
    """Return what is wanted of the replicas of each system that needs any, or of the chosen, in the list's order.

    A system needs replicas where its row has a 灾备等级 or the programme declares something for it, unless it is
    retired, merged or excluded.

    Raises:
        Refused: `dr.unknown-system`: chosen or declared, and not on the list; `dr.not-needed`: chosen, and nothing
            says that it needs a replica.
    """
    known = {system.id for system in listing.systems}
    declared = recovery.systems.keys()
    unknown = sorted({*chosen, *declared} - known)
    if unknown:
        raise Refused("dr.unknown-system", systems=", ".join(unknown))
    spared = sorted(set(chosen) - needing(listing, recovery))
    if spared:
        raise Refused("dr.not-needed", systems=", ".join(spared))
    return tuple(one for one in _every(listing, recovery) if not chosen or one.system in chosen)


def wanted_of(listing: MigrationList, recovery: Recovery) -> tuple[Wanted, ...]:
    """Return what is wanted of every system that needs a replica; what is declared of others is somebody else's."""
    return tuple(_every(listing, recovery))


def believe(
    listing: MigrationList, recovery: Recovery, checks: Iterable[KeptCheck], day_of: Callable[[datetime], date]
) -> tuple[KeptCheck, ...]:
    """Return what was seen of the systems that need a replica, each with the last day on which that counts.

    A check counts for as long as the policy says that it may be believed, and so on the day on which this ends.
    """
    policies = {one.system: one.policy for one in _every(listing, recovery)}
    return tuple(
        replace(one, until=None if (kept := policies[one.system].check) is None else day_of(one.at + kept))
        for one in sorted(checks, key=lambda one: one.system)
        if one.system in policies
    )


def needing(listing: MigrationList, recovery: Recovery) -> frozenset[str]:
    """Return the systems that need a replica, by the list or by the programme."""
    return frozenset(system.id for system in listing.systems if _needs(system, recovery))


def _every(listing: MigrationList, recovery: Recovery) -> Iterator[Wanted]:
    servers = servers_by_system(listing)
    wanting = (system for system in listing.systems if _needs(system, recovery))
    return (_wanted(system, servers.get(system.id, ()), recovery) for system in wanting)


def count_unasked(listing: MigrationList, recovery: Recovery) -> int:
    """Return how many systems of the list nobody asked a replica for."""
    return sum(not _gone(system) and not _needs(system, recovery) for system in listing.systems)


def _needs(system: System, recovery: Recovery) -> bool:
    return not _gone(system) and (bool(system.dr_level) or system.id in recovery.systems)


def _gone(system: System) -> bool:
    return system.status in {Status.RETIRED, Status.MERGED} or system.disposition is Disposition.EXCLUDE


def _wanted(system: System, servers: Iterable[Server], recovery: Recovery) -> Wanted:
    own = recovery.systems.get(system.id, Policy())
    listed = Policy(
        level=system.dr_level or None,
        rpo=_minutes(system.rpo_min),
        rto=_minutes(system.rto_min),
        basis={name: "list" for name in ("rpo", "rto") if getattr(system, f"{name}_min") is not None},
    )
    policy = own.over(listed)
    policy = policy.over(recovery.levels.get(policy.level or 0, Policy()))
    needed = frozenset(_DATABASES[server.workload] for server in servers if server.workload in _DATABASES)
    # Of a system whose servers say nothing, any replica is one.
    if not needed and not recovery.replicas.get(system.id):
        needed = frozenset({str(ReplicaKind.FILES)})
    return Wanted(
        system=system.id,
        policy=policy,
        told=Told(last_drill=system.last_drill, drill_rto=_minutes(system.drill_rto_min)),
        needed=needed,
        places=tuple(
            Place(
                kind=str(each.kind),
                address=each.replica.where,
                port=each.replica.port,
                site=each.replica.site,
                follows=each.source.where,
            )
            for each in recovery.replicas.get(system.id, ())
        ),
    )


def _minutes(cell: int | None) -> timedelta | None:
    return None if cell is None else timedelta(minutes=cell)
