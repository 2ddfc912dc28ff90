"""Which systems need a replica, and where the list says that it is: in a DR centre, or where it must not be."""

from __future__ import annotations

import re

from orchestrator.checks.audit.folding import folded
from orchestrator.model.census import Census
from orchestrator.model.figures import Finding, finding
from orchestrator.model.system import Disposition, Status, System

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


def is_gone(system: System) -> bool:
    """Tell whether a system needs no replica any more."""
    return system.status in {Status.RETIRED, Status.MERGED} or system.disposition is Disposition.EXCLUDE


def is_named(system: System) -> bool:
    """Tell whether the row names a replica."""
    return bool(system.dr_site and system.replica_site)


def misplaced(census: Census, system: System, fault: str) -> Finding:
    """Return the finding that a replica stands where it must not, with the cells that say so."""
    cells = (census.listing.cell(system.row, name) for name in ("replica_site", "dr_site"))
    return finding(f"audit.dr-{fault}", system.id, *cells, site=system.replica_site, centre=system.dr_site)


class Sites:
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
