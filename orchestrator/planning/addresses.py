"""The addresses a batch takes of each network, fixed and floating ones, beside what its pools have left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from orchestrator.model.plan import FloatingIpSpec, Item, Mark, PortSpec, QuotaLine, Reason, SystemSpec
from orchestrator.model.result import CloudView, Offer
from orchestrator.planning.differences import kind_of

ADDRESSES = "addresses"

Planned = tuple[SystemSpec, Sequence[Item]]


def sum_addresses(planned: Iterable[Planned], views: Sequence[CloudView] | None) -> tuple[QuotaLine, ...]:
    """Return, for each network that something new is put on, what its pools hold, have given, and shall give.

    Addresses of ports and floating IPs that are there are among those given, and are not needed again. How many are
    taken is only said where it decides: all of it is known, or what is known already leaves too little.
    """
    needs = Counter((cloud, item.network) for cloud, item in _new(planned))
    return tuple(
        _line(cloud, network, needed, _network(views or (), cloud, network))
        for (cloud, network), needed in sorted(needs.items())
    )


def address_notes(
    planned: Iterable[Planned], lines: Iterable[QuotaLine], views: Sequence[CloudView]
) -> Iterator[Reason]:
    """Yield what is told beside the plan and stops nothing, for nobody of the project could mend it, or need to.

    By Neutron's usual policy no project may count what others hold of a shared network, or see the pools of an
    external one: then nobody could tell whether the addresses suffice. A subnet without DHCP serves an image that
    reads its address from the config drive, which every server of ours has.
    """
    for line in lines:
        network = _network(views, line.cloud, line.network)
        if line.used is None and network and network.detail.get("subnets") != "0":
            values = {"cloud": line.cloud, "name": line.network, "needed": str(line.needed)}
            yield Reason(code="plan.addresses-unknown", values=values)
    for cloud, name in sorted({(cloud, item.network) for cloud, item in _new(planned) if isinstance(item, PortSpec)}):
        network = _network(views, cloud, name)
        if network and network.detail.get("without_dhcp"):
            values = {"cloud": cloud, "name": name, "ids": network.detail["without_dhcp"]}
            yield Reason(code="plan.without-dhcp", values=values)


def _new(planned: Iterable[Planned]) -> Iterator[tuple[str, PortSpec | FloatingIpSpec]]:
    """Yield what is to be created and takes an address, with its cloud."""
    for spec, items in planned:
        created = {(line.cloud, line.kind, line.name) for line in items if line.mark is Mark.CREATE}
        for part in spec.parts:
            for item in part.objects:
                if isinstance(item, PortSpec | FloatingIpSpec) and (part.cloud, kind_of(item), item.name) in created:
                    yield part.cloud, item


def _network(views: Sequence[CloudView], cloud: str, name: str) -> Offer | None:
    """Return the one network of a name; None where there are more, which is refused elsewhere."""
    found = [
        offer
        for view in views
        for offer in view.offers
        if (view.cloud, offer.kind, offer.name) == (cloud, "network", name)
    ]
    return found[0] if len({offer.id for offer in found}) == 1 else None


def _line(cloud: str, network: str, needed: int, offer: Offer | None) -> QuotaLine:
    detail = offer.detail if offer else {}
    total, least, most = (_number(detail.get(name)) for name in (ADDRESSES, "taken_least", "taken_most"))
    used = most
    if total is not None and least is not None and least != most:
        if least + needed > total:
            used = least
        elif most is None or most + needed > total:
            used = None
    return QuotaLine(cloud=cloud, resource=ADDRESSES, limit=total, used=used, needed=needed, network=network)


def _number(text: str | None) -> int | None:
    return int(text) if text else None
