"""DR coverage from what checks saw: configured, healthy, drilled, each within the one before; cells only claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from orchestrator.checks.audit.recovery_listed import check_listed, rate_listed
from orchestrator.checks.audit.recovery_sites import Sites, is_gone, is_named, misplaced
from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.checks.replicas.centre import DRILLED, is_drilled
from orchestrator.checks.replicas.system import faults_of_health, is_configured, is_healthy
from orchestrator.model.census import Census
from orchestrator.model.figures import Exclusion, Finding, Ratio, finding
from orchestrator.model.recovering import KeptCheck
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckStatus
from orchestrator.model.system import System, UnitLevel

# Reasons of the check of restorability where the list or nobody tells of a drill.
_NO_DRILL = frozenset({"never", "undrilled", "claimed", "in-time", "future", "unmeasured"})


def rate_recovery(census: Census, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield the three nested rates over the systems that need recovery, of what checks saw, and the list's own claims.

    Configured: the last check found everything that is needed, and may still be believed on that day. Healthy: of its
    source, fresh, following and away. Drilled: that check found for each replica a drill whose result is kept, within
    its interval, the RTO and the RPO; a day in the list is somebody's word. A replica that only the list knows is
    claimed, and counts as nothing else. Classes are those of GB/T 20988. These versions count what was seen.

    Until the first check of any system the list's columns are all there is, and the versions before these count them.
    """
    if not _checked(census, at):
        yield from rate_listed(census, at, level)
        return
    ground = _Ground(census, at)
    systems = of_level(census.listing.systems, level)
    needing = tuple(system for system in systems if ground.needs(system))
    spared = (Exclusion(id=one.id, reason="audit.excluded.dr-not-required") for one in systems if not ground.needs(one))
    excluded = (*spared, *unplaced(census.listing.systems, level))
    configured = share("dr.configured", "system", needing, ground.configured, version=2, excluded=excluded)
    only_claimed = (one.id for one in needing if ground.claimed(one) and not ground.configured(one))
    yield replace(
        configured,
        uncounted=tuple(Exclusion(id=id_, reason="audit.uncounted.dr-claimed") for id_ in only_claimed),
    )
    yield share("dr.healthy", "system", needing, ground.healthy, version=3, excluded=excluded)
    yield share("dr.drilled", "system", needing, ground.drilled, version=4, excluded=excluded)
    yield share("dr.claimed", "system", needing, ground.claimed, excluded=excluded)


def check_recovery(census: Census, at: date, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield for each system that needs recovery the first thing that keeps it from being drilled in time."""
    if not _checked(census, at):
        yield from check_listed(census, at, level)
        return
    ground = _Ground(census, at)
    for system in of_level(census.listing.systems, level):
        if not ground.needs(system):
            continue
        fault = ground.sites.fault(system)
        if is_named(system) and fault:
            yield misplaced(census, system, fault)
        elif (seen := ground.seen.get(system.id)) is None:
            code = "audit.dr-claimed" if is_named(system) else "audit.dr-not-configured"
            yield finding(code, system.id, site=system.replica_site)
        elif not ground.counts(seen):
            code = "audit.dr-check-unlimited" if seen.until is None else "audit.dr-check-old"
            yield finding(code, system.id, day=str(seen.day), until=str(seen.until or "—"))
        elif not is_configured(_judged(seen)):
            found = [status for aspect, status in _judged(seen) if aspect is Aspect.EXISTENCE]
            code = "audit.dr-seen-none" if CheckStatus.FAIL in found or not found else "audit.dr-seen-unknown"
            yield finding(code, system.id, day=str(seen.day))
        elif not is_healthy(_judged(seen)):
            faults = list(faults_of_health(_judged(seen)))
            yield finding(
                "audit.dr-unhealthy",
                system.id,
                day=str(seen.day),
                aspect=str(faults[0][0]),
                outcome=str(faults[0][1]),
                count=str(len(faults)),
            )
        elif not ground.drilled(system):
            yield _undrilled(system, seen)


def _undrilled(system: System, seen: KeptCheck) -> Finding:
    """Return that no drill is kept, or that the check found those that are kept wanting."""
    if not {DRILLED, *_NO_DRILL}.issuperset(_restored(seen)):
        return finding("audit.dr-drill-wanting", system.id, day=str(seen.day))
    return finding("audit.dr-no-drill", system.id, day=str(system.last_drill or "—"))


def _restored(seen: KeptCheck) -> list[str]:
    return [reason for aspect, _, reason in seen.verdicts if aspect is Aspect.RESTORABILITY]


def _checked(census: Census, at: date) -> bool:
    return any(one.day <= at for one in census.checks)


def _judged(seen: KeptCheck) -> list[tuple[Aspect, CheckStatus]]:
    return [(aspect, status) for aspect, status, _ in seen.verdicts]


class _Ground:
    """What is known of a day: the list's claims, and what checks saw up to then and may still be believed."""

    def __init__(self, census: Census, at: date) -> None:
        self.sites = Sites(census)
        self.seen = {one.system: one for one in census.checks if one.day <= at}
        self._wanted = {one.system for one in census.wanted}
        self._at = at

    def needs(self, system: System) -> bool:
        return not is_gone(system) and (bool(system.dr_level) or system.id in self.seen or system.id in self._wanted)

    def claimed(self, system: System) -> bool:
        return is_named(system) and not self.sites.fault(system)

    def counts(self, seen: KeptCheck) -> bool:
        """Tell whether a check may be believed on the day."""
        return seen.counts(self._at)

    def configured(self, system: System) -> bool:
        seen = self.seen.get(system.id)
        return seen is not None and self.counts(seen) and is_configured(_judged(seen))

    def healthy(self, system: System) -> bool:
        seen = self.seen.get(system.id)
        return self.configured(system) and seen is not None and is_healthy(_judged(seen))

    def drilled(self, system: System) -> bool:
        """Tell whether it is healthy and each of its replicas was drilled."""
        seen = self.seen.get(system.id)
        return self.healthy(system) and seen is not None and is_drilled(seen)
