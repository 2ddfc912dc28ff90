"""How many addresses a network still has to give: what its subnets' pools hold, and how many of those are taken.

A port takes one IPv4 address, whichever of its network's subnets gives it, and one IPv6 address where a subnet
gives those from a pool. What a project cannot see is not guessed: the number taken has a least and a most, and
where nobody tells the most it is not known. Neutron shows a network's owner all of its ports; of a network that
somebody else owns only the project's own; the sums of `network-ip-availabilities` by its usual policy to
administrators alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from openstack.exceptions import HttpException
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.network import Network
from openstack.network.v2.network_ip_availability import NetworkIPAvailability
from openstack.network.v2.port import Port
from openstack.network.v2.subnet import Subnet

from orchestrator.adapters.openstack.api import Api

# Modes in which a guest makes its own IPv6 address: no pool is asked.
_WITHOUT_POOL = frozenset({"slaac", "dhcpv6-stateless"})
_NOT_FOR_US = frozenset({403, 404})

_Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class _Room:
    """What the pools hold, and how much of it is taken: no less than `least`, no more than `most` (None: unknown)."""

    total: int
    least: int
    most: int | None

    @property
    def left(self) -> int:
        """How many are free at the very most."""
        return self.total - self.least

    def told(self) -> dict[str, str]:
        """Return it as an offer's detail has it."""
        most = "" if self.most is None else str(self.most)
        return {"addresses": str(self.total), "taken_least": str(self.least), "taken_most": most}


class Addresses:
    """The subnets of all networks and who holds addresses of them, read once."""

    def __init__(self, api: Api, networks: Sequence[Network], ports: Iterable[Port], ips: Iterable[FloatingIP]) -> None:
        neutron = api.connection.network
        self._subnets: Mapping[str, list[Subnet]] = defaultdict(list)
        for subnet in neutron.subnets():
            self._subnets[str(subnet.network_id)].append(subnet)
        self._sums = {str(each.network_id): each for each in _sums(api)}
        self._own = {str(net.id) for net in networks if net.project_id == api.project}
        self._held: Mapping[str, set[_Address]] = defaultdict(set)
        everybodys = [port for net in sorted(self._own) for port in neutron.ports(network_id=net)]
        for port in (*ports, *everybodys):
            held = (ip_address(fixed["ip_address"]) for fixed in port.fixed_ips or [])
            self._held[str(port.network_id)].update(held)
        for ip in ips:
            self._held[str(ip.floating_network_id)].add(ip_address(ip.floating_ip_address))

    def detail(self, net: Network) -> dict[str, str]:
        """Return what an offer tells of a network's subnets; a key is empty where it is not known.

        `subnets` how many there are, `versions` of IP they have, `without_dhcp` the IPv4 ones among them without
        DHCP, `addresses` in their pools, `taken_least` and `taken_most` of those.
        """
        identities = net.subnet_ids
        subnets = self._subnets[str(net.id)]
        readable = identities is not None and set(identities) <= {subnet.id for subnet in subnets}
        room = self._room(net, subnets if readable else ())
        return {
            "subnets": "" if identities is None else str(len(set(identities) | {subnet.id for subnet in subnets})),
            "versions": " ".join(sorted({str(subnet.ip_version) for subnet in subnets})) if readable else "",
            "without_dhcp": " ".join(
                sorted(each.id for each in subnets if each.ip_version == 4 and each.is_dhcp_enabled is False)
            ),
            **(room.told() if room else dict.fromkeys(("addresses", "taken_least", "taken_most"), "")),
        }

    def _room(self, net: Network, subnets: Sequence[Subnet]) -> _Room | None:
        """Return the room of the version that has the least left, None where nothing is told of the pools."""
        if any(subnet.service_types for subnet in subnets):
            return None  # which subnet an address comes from depends on who asks
        identity = str(net.id)
        pools: Mapping[int, list[tuple[_Address, _Address]]] = defaultdict(list)
        for subnet in subnets:
            if subnet.ipv6_address_mode not in _WITHOUT_POOL:
                pools[subnet.ip_version] += _pools(subnet)
        totals = Counter({version: sum(map(_size, found)) for version, found in pools.items()})
        taken = Counter(
            int(held.version)
            for held in self._held[identity]
            if any(int(first) <= int(held) <= int(last) for first, last in pools[held.version])
        )
        most = taken if identity in self._own else None
        rooms = [_Room(totals[each], taken[each], None if most is None else most[each]) for each in totals]
        summed = _summed(self._sums.get(identity))
        if summed and identity not in self._own:
            rooms = [room for room, version in zip(rooms, totals, strict=True) if version != 4]
            rooms.append(_Room(summed.total, max(summed.least, taken[4]), summed.most))
        return min(rooms, key=lambda room: room.left, default=None)


def _sums(api: Api) -> list[NetworkIPAvailability]:
    """Return what Neutron sums up itself, nothing where the project may not ask or the extension is not loaded."""
    try:
        return list(api.connection.network.network_ip_availabilities(ip_version=4))
    except HttpException as error:
        if error.status_code in _NOT_FOR_US:
            return []
        raise


def _summed(found: NetworkIPAvailability | None) -> _Room | None:
    """Return Neutron's sum of a network's IPv4 pools.

    It counts every address taken of a subnet, also a router's on the gateway address, which is outside the pools: one
    of each subnet at the most, so as many may be free beyond what it says.
    """
    told = [each for each in (found.subnet_ip_availability or [] if found else ()) if each.get("ip_version") == 4]
    if not told:
        return None
    total, used = sum(each["total_ips"] for each in told), sum(each["used_ips"] for each in told)
    return _Room(total, max(0, used - len(told)), used)


def _pools(subnet: Subnet) -> list[tuple[_Address, _Address]]:
    """Return the first and last address of each pool.

    Raises:
        ValueError: a pool is not of its subnet's version of IP.
    """
    found = [(ip_address(pool["start"]), ip_address(pool["end"])) for pool in subnet.allocation_pools or []]
    if any(each.version != subnet.ip_version for pool in found for each in pool):
        raise ValueError(f"allocation pools of subnet {subnet.id} are not of IP version {subnet.ip_version}")
    return found


def _size(pool: tuple[_Address, _Address]) -> int:
    first, last = pool
    return max(0, int(last) - int(first) + 1)
