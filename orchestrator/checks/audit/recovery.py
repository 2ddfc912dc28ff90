"""DR coverage from what checks saw: configured, healthy, drilled, each within the one before; cells only claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from orchestrator.checks.audit.folding import folded
from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.checks.replicas.system import faults_of_health, is_configured, is_healthy
from orchestrator.model.census import Census
from orchestrator.model.figures import Exclusion, Finding, Ratio, finding
from orchestrator.model.recovering import KeptCheck
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckStatus
from orchestrator.model.system import Disposition, Status, System, UnitLevel

_MOVED = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED})
# What the clouds are called beside the names that a programme gives them.
_CLOUDS = {
    "public-service": ("公共服务云", "政务云公共服务域"),
    "administrative": ("行政服务云", "政务云行政服务域"),
}
# Several places in one cell, as where a city's centre and the province's each hold a replica.
_PARTS = re.compile(r"[、,，;；\n]+")
# An office's computer or a disk in a drawer is no replica, whatever the row calls its DR centre.
_OFFICE = re.compile(
    r"电脑|计算机|笔记本|台式机|工作站|u盘|硬盘|优盘|光盘|办公室|科室|个人|值班室|档案柜|\bpc\b|laptop|desktop|usb"
)
_RECOVERY = re.compile(r"灾备|容灾|灾难|备份|异地")
# So many characters of a centre's name are enough to mean it.
_NAMED = 3


def rate_recovery(census: Census, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield the three nested rates over the systems that need recovery, of what checks saw, and the list's own claims.

    Configured: the last check found everything that is needed, and may still be believed on that day. Healthy: of its
    source, fresh, following and away. Drilled: restored by a drill whose result is kept; there are none yet, and a day
    in the list is somebody's word. A replica that only the list knows is claimed, and counts as nothing else. Classes
    are those of GB/T 20988. These versions count what was seen; those before counted cells.
    """
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
    yield share("dr.drilled", "system", needing, lambda _: False, version=3, excluded=excluded)
    yield share("dr.claimed", "system", needing, ground.claimed, excluded=excluded)


def check_recovery(census: Census, at: date, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield for each system that needs recovery the first thing that keeps it from being drilled in time."""
    ground = _Ground(census, at)
    for system in of_level(census.listing.systems, level):
        if not ground.needs(system):
            continue
        fault = ground.sites.fault(system)
        if _named(system) and fault:
            cells = (census.listing.cell(system.row, name) for name in ("replica_site", "dr_site"))
            yield finding(f"audit.dr-{fault}", system.id, *cells, site=system.replica_site, centre=system.dr_site)
        elif (seen := ground.seen.get(system.id)) is None:
            code = "audit.dr-claimed" if _named(system) else "audit.dr-not-configured"
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
        else:
            yield finding("audit.dr-not-drilled", system.id, day=str(system.last_drill or "—"))


def _named(system: System) -> bool:
    """Tell whether the row names a replica."""
    return bool(system.dr_site and system.replica_site)


def _judged(seen: KeptCheck) -> list[tuple[Aspect, CheckStatus]]:
    return [(aspect, status) for aspect, status, _ in seen.verdicts]


class _Ground:
    """What is known of a day: the list's claims, and what checks saw up to then and may still be believed."""

    def __init__(self, census: Census, at: date) -> None:
        self.sites = _Sites(census)
        self.seen = {one.system: one for one in census.checks if one.day <= at}
        self._at = at

    def needs(self, system: System) -> bool:
        gone = system.status in {Status.RETIRED, Status.MERGED} or system.disposition is Disposition.EXCLUDE
        return not gone and (bool(system.dr_level) or system.id in self.seen)

    def claimed(self, system: System) -> bool:
        return _named(system) and not self.sites.fault(system)

    def counts(self, seen: KeptCheck) -> bool:
        """Tell whether a check may be believed on the day; where nobody said how long one counts, none does."""
        return seen.until is not None and self._at <= seen.until

    def configured(self, system: System) -> bool:
        seen = self.seen.get(system.id)
        return seen is not None and self.counts(seen) and is_configured(_judged(seen))

    def healthy(self, system: System) -> bool:
        seen = self.seen.get(system.id)
        return self.configured(system) and seen is not None and is_healthy(_judged(seen))


class _Sites:
    """Where replicas may be: in the DR centre that the row names, or in one that serves a cloud of the census."""

    def __init__(self, census: Census) -> None:
        self._centres = frozenset(folded(one.dr_site) for one in census.cloud_sites if one.dr_site)
        self._clouds = frozenset(folded(one.name) for one in census.cloud_sites)

    def fault(self, system: System) -> str:
        """Return what is wrong with the place of a system's replica; nothing where one of its places is right."""
        faults = [self._fault(system, folded(site)) for site in _PARTS.split(system.replica_site) if site.strip()]
        return "" if "" in faults else faults[0] if faults else "same-site"

    def _fault(self, system: System, site: str) -> str:
        if site in {folded(system.room_id), folded(system.location)}:
            return "same-site"
        if _OFFICE.search(site):
            return "office"
        if system.status in _MOVED and self._is_cloud(site, system.target_cloud):
            return "same-cloud"
        centres = self._centres | {folded(one) for one in _PARTS.split(system.dr_site) if one.strip()}
        if not any(one in site or (len(site) >= _NAMED and site in one) for one in centres):
            return "not-in-centre"
        return ""

    def _is_cloud(self, site: str, cloud: str) -> bool:
        names = {folded(one) for one in (cloud, *_CLOUDS.get(cloud, ())) if one} | self._clouds
        return any(site.startswith(one) for one in names) and not _RECOVERY.search(site)
