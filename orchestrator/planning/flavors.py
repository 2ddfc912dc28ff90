"""Which flavor and image of a cloud hold a server; a system never changes its processor as a copied disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.model.programme import BootFrom, CloudSpec, Flavor, Hold
from orchestrator.model.system import Arch, Server, Strategy, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A flavor, or why there is none: a text code with its values, and the fields whose cells to show."""

    flavor: Flavor | None = None
    hold: Hold = Hold.BLOCK
    code: str = ""
    system_cells: tuple[str, ...] = ()
    server_cells: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def choose_flavor(cloud: CloudSpec, server: Server, system: System) -> Choice:
    """Return the smallest flavor that holds a server: fewest vCPUs, then least RAM, disk, name.

    Where servers boot from volumes the system disk is a volume, and a flavor's disk, if any, is not used.
    The architecture is the server's, else the system's; where the list gives neither and the cloud has several,
    the empty cell is named instead of guessing.
    """
    disk_gib = server.disk_gib if cloud.boot_from is BootFrom.IMAGE else 0
    fits = sorted(
        (
            flavor
            for flavor in cloud.flavors
            if flavor.vcpus >= server.vcpus and flavor.ram_mib >= server.ram_mib and flavor.disk_gib >= disk_gib
        ),
        key=lambda flavor: (flavor.vcpus, flavor.ram_mib, flavor.disk_gib, flavor.name),
    )
    archs = {flavor.arch for flavor in cloud.flavors}
    arch = server.arch or (system.arch if system.arch in archs or system.strategy is Strategy.REHOST else None)
    if arch is None and len(archs) > 1:
        return Choice(code="place.empty-cell", server_cells=("arch",), values={"field": "arch"})
    chosen = next((flavor for flavor in fits if arch in (None, flavor.arch)), None)
    if chosen is None:
        if system.strategy is Strategy.REHOST and system.arch and system.arch not in archs:
            return _copied(system.arch, *archs)
        needs = {"vcpus": str(server.vcpus), "ram_mib": str(server.ram_mib), "disk_gib": str(disk_gib)}
        wanted = {**needs, "arch": arch.value if arch else "", "flavors": _told(cloud)}
        cells = ("vcpus", "ram_mib", *(("disk_gib",) if disk_gib else ()))
        return Choice(code="place.no-flavor", server_cells=cells, values=wanted)
    if system.arch not in (None, chosen.arch):
        if system.strategy is Strategy.REHOST:
            return _copied(system.arch, chosen.arch)
        if system.strategy is None:
            values = {"source": system.arch.value, "target": chosen.arch.value} if system.arch else {}
            return Choice(
                code="place.arch-strategy", system_cells=("arch", "strategy"), server_cells=("arch",), values=values
            )
    return Choice(flavor=chosen)


def image_of(cloud: CloudSpec, server: Server) -> str | None:
    """Return the image for the operating system on the list, else the cloud's default image, else None."""
    return cloud.images.get(server.os) or cloud.images.get("") or None


def _copied(source: Arch, *targets: Arch) -> Choice:
    values = {"source": source.value, "target": ", ".join(sorted(targets))}
    return Choice(
        hold=Hold.REFUSE,
        code="place.arch-copied",
        system_cells=("arch", "strategy"),
        server_cells=("arch",),
        values=values,
    )


def _told(cloud: CloudSpec) -> str:
    return ", ".join(
        f"{flavor.name} {flavor.vcpus}/{flavor.ram_mib}/{flavor.disk_gib}"
        for flavor in sorted(cloud.flavors, key=lambda flavor: (flavor.vcpus, flavor.ram_mib, flavor.name))
    )
