"""What the cloud holds: its racks against those still to be emptied, its processors allocated and used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.rooms import survey
from orchestrator.model.figures import MISSING, Exclusion, Finding, Ratio, finding


def rate_capacity(ask: Question) -> Iterator[Ratio]:
    """Yield racks used and still to come over racks there are, processors allocated, and processors used.

    More racks to come than there is room for is no contradiction: systems are consolidated on fewer machines. A server
    nobody measured is not one that does nothing, and one that is off still holds what was allocated to it.
    """
    sites = {site.id: (site.rack_capacity, site.racks_used) for site in ask.census.cloud_sites}
    yield _rate("capacity.racks", "rack", {id_: (most, used) for id_, (most, used) in sites.items()})
    found = survey(ask.census, ask.definitions.rules, ask.at, ask.level)
    standing = {room.id: room.racks for room in found.scope if room.id not in found.closed}
    most = [capacity for capacity, _ in sites.values()]
    yield Ratio(
        formula="capacity.racks-to-come",
        unit="rack",
        numerator=Decimal(sum(racks for racks in standing.values() if racks is not None)),
        denominator=Decimal(sum(one for one in most if one is not None)),
        counted=tuple(id_ for id_, racks in standing.items() if racks),
        scope=(*standing, *sites),
        excluded=tuple(_missing(id_, "rack") for id_, racks in standing.items() if racks is None),
        assumptions=("audit.assumption.racks-to-come",),
    )
    servers = ask.census.virtual_servers
    cores = [site.vcpus for site in ask.census.cloud_sites]
    yield Ratio(
        formula="capacity.allocated",
        unit="vcpu",
        numerator=Decimal(sum(one.vcpus for one in servers if one.vcpus is not None)),
        denominator=Decimal(sum(one for one in cores if one is not None)) if None not in cores else Decimal(0),
        counted=tuple(one.id for one in servers if one.vcpus),
        scope=(*(one.id for one in servers if one.vcpus), *sites),
        excluded=tuple(_missing(one.id, "vcpu") for one in servers if one.vcpus is None),
    )
    used = {
        one.id: (one.vcpus, None if one.cpu_percent is None or one.vcpus is None else one.vcpus * one.cpu_percent / 100)
        for one in servers
    }
    yield _rate("capacity.used", "vcpu", used)


def _rate(formula: str, unit: str, parts: Mapping[str, tuple[int | None, int | Decimal | None]]) -> Ratio:
    known = {id_: (whole, part) for id_, (whole, part) in parts.items() if whole is not None and part is not None}
    return Ratio(
        formula=formula,
        unit=unit,
        numerator=sum((Decimal(part) for _, part in known.values()), Decimal(0)),
        denominator=Decimal(sum(whole for whole, _ in known.values())),
        counted=tuple(id_ for id_, (_, part) in known.items() if part),
        scope=tuple(known),
        excluded=tuple(_missing(id_, unit) for id_ in parts if id_ not in known),
    )


def _missing(id_: str, unit: str) -> Exclusion:
    return Exclusion(id=id_, reason=MISSING, values={"unit": unit})


def check_capacity(ask: Question) -> Iterator[Finding]:
    """Yield sites that hold more than they can, and servers that hold what they do not use."""
    for site in ask.census.cloud_sites:
        if site.rack_capacity is not None and site.racks_used is not None and site.racks_used > site.rack_capacity:
            values = {"racks": str(site.rack_capacity), "more": str(site.racks_used)}
            yield finding("audit.site-more-racks", site.id, **values)
    for server in ask.census.virtual_servers:
        if server.running is False:
            yield finding("audit.server-off", server.id, vcpus=str(server.vcpus or "—"))
            if server.cpu_percent:
                yield finding("audit.server-off-used", server.id, percent=str(server.cpu_percent))
