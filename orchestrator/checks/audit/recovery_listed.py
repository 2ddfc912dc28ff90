"""DR coverage of a programme whose replicas nobody has checked: what the list's own columns say, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.checks.audit.recovery_sites import Sites, is_gone, is_named, misplaced
from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.model.census import Census
from orchestrator.model.figures import Exclusion, Finding, Ratio, finding
from orchestrator.model.system import System, UnitLevel

_DRILL_DAYS = 365
_MINUTES_PER_DAY = 24 * 60


def rate_listed(census: Census, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield the three nested rates over the systems that need recovery; what is unknown is never healthy.

    Healthy: a verified replica in a DR centre, away from its source, no older than the RPO. Drilled: within twelve
    months, in the RTO. Classes are those of GB/T 20988; the targets are the list's own. Version 2 asks where the
    replica is.
    """
    sites = Sites(census)
    systems = of_level(census.listing.systems, level)
    needing = tuple(system for system in systems if _needs(system))
    spared = (Exclusion(id=one.id, reason="audit.excluded.dr-not-required") for one in systems if not _needs(one))
    excluded = (*spared, *unplaced(census.listing.systems, level))
    yield share("dr.configured", "system", needing, is_named, excluded=excluded)
    yield share(
        "dr.healthy", "system", needing, lambda system: _healthy(system, at, sites), version=2, excluded=excluded
    )
    yield share(
        "dr.drilled", "system", needing, lambda system: _drilled(system, at, sites), version=2, excluded=excluded
    )


def check_listed(census: Census, at: date, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield for each system that needs recovery the first thing that keeps it from being drilled in time."""
    sites = Sites(census)
    for system in of_level(census.listing.systems, level):
        if not _needs(system):
            continue
        fault = sites.fault(system)
        if not is_named(system):
            yield finding("audit.dr-not-configured", system.id)
        elif fault:
            yield misplaced(census, system, fault)
        elif not system.replica_verified:
            yield finding("audit.dr-not-verified", system.id)
        elif not _fresh(system, at):
            yield finding("audit.dr-stale", system.id, rpo=_told(system.rpo_min), age=_told(_age_min(system, at)))
        elif not _drilled(system, at, sites):
            yield finding("audit.dr-not-drilled", system.id, day=str(system.last_drill or "—"))


def _needs(system: System) -> bool:
    return bool(system.dr_level) and not is_gone(system)


def _age_min(system: System, at: date) -> int | None:
    """Return the replica's age: the lag it reported, or whole days since it was last seen, whichever is more."""
    if system.last_replica is None or system.replica_lag_min is None or system.last_replica > at:
        return None
    return max(system.replica_lag_min, (at - system.last_replica).days * _MINUTES_PER_DAY)


def _fresh(system: System, at: date) -> bool:
    age = _age_min(system, at)
    return age is not None and system.rpo_min is not None and age <= system.rpo_min


def _healthy(system: System, at: date, sites: Sites) -> bool:
    return is_named(system) and not sites.fault(system) and bool(system.replica_verified) and _fresh(system, at)


def _drilled(system: System, at: date, sites: Sites) -> bool:
    if system.last_drill is None or system.drill_rto_min is None or system.rto_min is None:
        return False
    recent = 0 <= (at - system.last_drill).days <= _DRILL_DAYS
    return _healthy(system, at, sites) and recent and system.drill_rto_min <= system.rto_min


def _told(minutes: int | None) -> str:
    return "—" if minutes is None else str(minutes)
