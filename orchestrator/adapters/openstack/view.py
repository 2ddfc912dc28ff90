"""One cloud at one moment: our objects, quotas and their use, offers. No write, and one listing for each kind.

Ports have one more for each network of the project's own, where other people's may stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openstack.block_storage.v3.volume import Volume
from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.port import Port
from openstack.network.v2.security_group import SecurityGroup

from orchestrator.adapters.openstack import compute, identity, network, storage
from orchestrator.adapters.openstack.addresses import Addresses
from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.claims import known_claims
from orchestrator.adapters.openstack.marks import openings_text, read_key, rule_text
from orchestrator.adapters.openstack.notes import note_of
from orchestrator.adapters.openstack.offers import list_networks, offered
from orchestrator.model.plan import Kind, Owner
from orchestrator.model.result import CloudView, Observed, Offer, Usage


def look(api: Api, programme: str) -> CloudView:
    """Read everything a plan needs. A user of the project may do all of it; no administrator is needed."""
    where = identity.identity(api)  # first: a region that is not there is told as such, and not by the first listing
    listing = _Listing(api)
    return CloudView(
        cloud=api.cloud,
        objects=tuple(listing.objects(programme)),
        usage=tuple(_usage(api, key_pairs=len(listing.keypairs))),
        offers=tuple(offered(api, listing.flavors, listing.images, listing.networks, listing.addresses)),
        identity=where,
        claims=known_claims(api, programme),
        credential=identity.credential(api),
    )


def offers(api: Api) -> tuple[Offer, ...]:
    """Read what the cloud offers by name: flavors, images, networks, volume types and availability zones."""
    connection = api.connection
    return tuple(offered(api, connection.compute.flavors(), connection.image.images(), list_networks(api)))


class _Listing:
    """What the project holds and the cloud offers, listed once, so that names can be told for ids."""

    def __init__(self, api: Api) -> None:
        self.api = api
        nova, neutron = api.connection.compute, api.connection.network
        self.keypairs: list[Keypair] = list(nova.keypairs())
        self.groups: list[SecurityGroup] = list(neutron.security_groups(project_id=api.project))
        self.volumes: list[Volume] = list(api.cinder.volumes())
        self.ports: list[Port] = list(neutron.ports(project_id=api.project))
        self.servers: list[Server] = list(nova.servers())
        self.ips: list[FloatingIP] = list(neutron.ips(project_id=api.project))
        self.networks = list_networks(api)
        self.addresses = Addresses(api, self.networks, self.ports, self.ips)
        self.images = list(api.connection.image.images())
        self.flavors = list(nova.flavors())
        self.names = {str(thing.id): str(thing.name) for things in (self.networks, self.images) for thing in things}
        for things in (self.groups, self.volumes, self.ports, self.servers):
            # A name that two have is no name: then the id is told.
            held = Counter(str(thing.name) for thing in things)
            self.names |= {
                str(thing.id): str(thing.name) if held[str(thing.name)] == 1 else str(thing.id) for thing in things
            }
        self.ports_of: Mapping[str, list[Port]] = defaultdict(list)
        for port in self.ports:
            self.ports_of[port.device_id or ""].append(port)

    def objects(self, programme: str) -> Iterator[Observed]:
        """Give what carries the programme's mark, kind by kind in the order things are made."""
        marked: list[tuple[Kind, Any, Owner | None]] = [
            *((Kind.KEYPAIR, pair, read_key(pair.public_key)) for pair in self.keypairs),
            *((Kind.SECURITY_GROUP, group, network.owner_of(group)) for group in self.groups),
            *((Kind.VOLUME, volume, storage.owner_of(volume)) for volume in self.volumes),
            *((Kind.PORT, port, network.owner_of(port)) for port in self.ports),
            *((Kind.SERVER, server, compute.owner_of(server)) for server in self.servers),
            *((Kind.FLOATING_IP, ip, network.owner_of(ip)) for ip in self.ips),
        ]
        for kind, thing, owner in marked:
            if owner is not None and owner.programme == programme:
                yield Observed(
                    kind=kind,
                    id=str(thing.id),
                    name=str(thing.name),
                    cloud=self.api.cloud,
                    system=owner.system,
                    key=owner.key,
                    status=str(getattr(thing, "status", None) or ""),
                    detail=self._detail(kind, thing),
                )

    def _detail(self, kind: Kind, thing: Any) -> dict[str, str]:
        if kind is Kind.SERVER:
            return self._server(thing)
        if kind is Kind.PORT:
            return self._port(thing)
        if kind is Kind.VOLUME:
            places = [self.name(place["server_id"]) for place in thing.attachments or []]
            return {
                "size_gib": str(thing.size),
                "type": thing.volume_type or "",
                "image": storage.image_name(thing),
                "server": _joined(places),
            }
        if kind is Kind.SECURITY_GROUP:
            rules = [rule for rule in thing.security_group_rules or [] if rule["direction"] == "ingress"]
            return {"openings": openings_text(rule_text(rule) for rule in rules)}
        if kind is Kind.FLOATING_IP:
            return {
                "address": self.api.address(thing.name, thing.floating_ip_address),
                "port": self.name(thing.port_id),
                "network": self.name(thing.floating_network_id),
            }
        return {"fingerprint": str(thing.fingerprint or "")}

    def _port(self, port: Port) -> dict[str, str]:
        return {
            "network": self.name(port.network_id),
            "security_group": _joined(self.name(group) for group in port.security_group_ids or []),
            "server": self.name(port.device_id),
            "address": network.address_of(self.api, port),
        }

    def _server(self, server: Server) -> dict[str, str]:
        ports = self.ports_of[server.id]
        held = {port.id for port in ports}
        floating = [self.api.address(ip.name, ip.floating_ip_address) for ip in self.ips if ip.port_id in held]
        boot = self._boot_volume(server)
        fixed = [address for address in (network.address_of(self.api, port) for port in ports) if address]
        return {
            "flavor": compute.flavor_name(server),
            # Empty, not the id, where the image is gone since: then nothing can be said of it.
            "image": self.names.get(compute.image_id(server), ""),
            "boot_volume": boot,
            "keypair": server.key_name or "",
            "port": _joined(port.name for port in ports),
            "volumes": _joined({self.name(volume["id"]) for volume in server.attached_volumes or []} - {boot}),
            "address": next(iter([*floating, *fixed]), ""),
            "availability_zone": server.availability_zone or "",
            **note_of(self.api, server).detail(),
            "never_ran": "yes" if compute.never_ran(server) else "",
        }

    def _boot_volume(self, server: Server) -> str:
        """Return the name of the volume a server boots from; empty if it boots from an image.

        Nova does not say which of its volumes that is. It is one with a system on it, and the first disk of those.
        """
        if compute.image_id(server):
            return ""
        held = {str(volume["id"]) for volume in server.attached_volumes or []}
        found = [volume for volume in self.volumes if volume.id in held and volume.is_bootable]
        return min(((_device(volume, server), self.name(volume.id)) for volume in found), default=("", ""))[1]

    def name(self, identity: str | None) -> str:
        """Return the name of what has the id, the id itself where nothing of ours has it."""
        return self.names.get(identity or "") or identity or ""


def _usage(api: Api, *, key_pairs: int) -> Iterator[Usage]:
    nova = api.connection.compute.get_limits().absolute
    yield Usage(resource="instances", limit=nova.instances, used=nova.instances_used)
    yield Usage(resource="cores", limit=nova.total_cores, used=nova.total_cores_used)
    yield Usage(resource="ram_mib", limit=nova.total_ram, used=nova.total_ram_used)
    yield Usage(resource="key_pairs", limit=nova.keypairs, used=key_pairs)
    cinder = api.cinder.get_limits().absolute
    yield Usage(resource="volumes", limit=cinder.max_total_volumes, used=cinder.total_volumes_used)
    yield Usage(resource="gigabytes", limit=cinder.max_total_volume_gigabytes, used=cinder.total_gigabytes_used)
    neutron = api.connection.network.get_quota(api.project, details=True)
    for resource in ("ports", "floating_ips", "security_groups", "security_group_rules"):
        quota = getattr(neutron, resource)
        yield Usage(
            resource=resource, limit=int(quota["limit"]), used=int(quota["used"]) + int(quota.get("reserved") or 0)
        )


def _device(volume: Volume, server: Server) -> str:
    places = volume.attachments or []
    return next((str(place.get("device") or "") for place in places if place["server_id"] == server.id), "")


def _joined(names: Iterable[str]) -> str:
    return " ".join(sorted(names))
