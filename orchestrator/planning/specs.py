"""What a system shall be on its clouds: named objects, guests and sources, the same for the same list.

Names are made of validated slugs only; text of the list is carried in `facts` and in a guest's `role`. It is shown
and decides nothing: no digest has it, so that a typo that is put right starts nothing anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_network

from orchestrator.model.canonical import canonical, digest, digest_of_text, spliced
from orchestrator.model.pipeline import Pipeline
from orchestrator.model.plan import (
    CloudObject,
    CloudPart,
    FloatingIpSpec,
    GuestSpec,
    KeypairSpec,
    Owner,
    Placement,
    PortSpec,
    SecurityGroupSpec,
    ServerSpec,
    SourceSpec,
    SystemSpec,
    VolumeSpec,
)
from orchestrator.model.programme import BootFrom, CloudSpec, Programme
from orchestrator.model.reach import NO_ROOM
from orchestrator.model.system import Opening, Server, System, Workload
from orchestrator.planning.flavors import image_of
from orchestrator.planning.pipelines import provisioning

_SLUG_LENGTH = 31
_NAME_LENGTH = 63  # of a DNS label: servers' names become host names
_HASH_LENGTH = 10
_SSH = 22
_SEPARATORS = "-_./ "
# So much of a role's digest tells two versions of it apart; Nova keeps no more than 255 characters in one note.
_ROLE_DIGEST = 16

# Ansible's own groups, and the host that it runs on itself: no slug of ours may be one of them.
RESERVED = frozenset({"all", "ungrouped", "localhost"})

Roles = Mapping[Workload, Mapping[str, str]]  # the roles that configure a workload, each with its files' SHA-256


@lru_cache(maxsize=1 << 16)
def slug(text: str) -> str:
    """Return `[a-z0-9][a-z0-9-]{0,30}` for an id; what that cannot say is told apart by a hash of the id."""
    clean = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if clean == text.lower() and len(clean) <= _SLUG_LENGTH:
        return clean
    return "-".join(part for part in (clean[: _SLUG_LENGTH - _HASH_LENGTH - 1].strip("-"), _hash(text)) if part)


def short(name: str) -> str:
    """Return a name as it is, or its beginning and a hash when it is longer than a host name may be."""
    if len(name) <= _NAME_LENGTH:
        return name
    return f"{name[: _NAME_LENGTH - _HASH_LENGTH - 1].rstrip('-')}-{_hash(name)}"


def server_slug(server: Server) -> str:
    """Return a server's slug within its system, its name in the inventory."""
    return host_slug(server.id, server.system_id)


def host_slug(server: str, system: str) -> str:
    """Return the slug of a server's id within a system: a leading system id is not said twice."""
    rest = server.removeprefix(system)
    own = rest.lstrip(_SEPARATORS) if rest != server and rest[:1] in _SEPARATORS else ""
    return slug(own or server)


def server_name(programme: str, server: Server) -> str:
    """Return the server's name on its cloud, which every name of its other objects begins with."""
    return short(f"{programme}-{slug(server.system_id)}-{server_slug(server)}")


@lru_cache(maxsize=1 << 12)
def opening_text(opening: Opening) -> str:
    """Return an opening as plans and observations compare it, such as `tcp:80-80:0.0.0.0/0`."""
    return f"{opening.protocol}:{opening.first}-{opening.last}:{ip_network(opening.source, strict=False)}"


def build_spec(
    programme: Programme, batch: int, system: System, servers: Iterable[Server], placement: Placement, roles: Roles
) -> SystemSpec:
    """Return what a placed system shall be; its servers are those that the placement has a target for."""
    by_cloud: dict[str, list[Server]] = defaultdict(list)
    for server in sorted(servers, key=lambda server: server.id):
        by_cloud[placement.targets[server.id][0]].append(server)
    clouds = {cloud.name: cloud for cloud in programme.clouds}
    parts = tuple(
        _part(programme, clouds[name], system, found, placement, roles) for name, found in sorted(by_cloud.items())
    )
    sources = tuple(
        SourceSpec(
            server=server_name(programme.slug, server),
            address=server.source_address,
            port=server.source_port,
            user=programme.source_user,
        )
        for found in by_cloud.values()
        for server in found
        if server.source_address
    )
    looked_at = (server for found in by_cloud.values() for server in found if server.source_address)
    spec = SystemSpec(
        programme=programme.slug,
        batch=batch,
        system=system.id,
        slug=slug(system.id),
        department=system.unit,
        parts=parts,
        sources=tuple(sorted(sources, key=lambda source: source.server)),
        facts=_facts(system),
        rooms=tuple(sorted({server.room_id or system.room_id or NO_ROOM for server in looked_at})),
    )
    spec = replace(spec, pipeline=provisioning(spec, programme.limits))
    # The steps are the same for most systems, and half of the text.
    return replace(spec, digest=digest_of_text(spliced(decisive(spec), pipeline=_pipeline_text(spec.pipeline))))


@lru_cache(maxsize=1024)
def _pipeline_text(pipeline: Pipeline) -> str:
    return canonical(pipeline)


def decisive(spec: SystemSpec) -> SystemSpec:
    """Return a specification without what is only shown, and without what says only where its work waits."""
    parts = tuple(replace(part, guests=_unspoken(part.guests)) for part in spec.parts)
    return replace(spec, department="", facts={}, rooms=(), parts=parts)


def _unspoken(guests: Iterable[GuestSpec]) -> tuple[GuestSpec, ...]:
    return tuple(replace(guest, role="") for guest in guests)


def _facts(system: System) -> Mapping[str, str]:
    told = {"id": system.id, "name": system.name, "unit": system.unit, "function": system.function}
    return {name: text for name, text in told.items() if text}


def _part(
    programme: Programme,
    cloud: CloudSpec,
    system: System,
    servers: list[Server],
    placement: Placement,
    roles: Roles,
) -> CloudPart:
    """Return the objects of one cloud in the order they are made."""
    keypair = KeypairSpec(name=f"migrate-{programme.slug}", owner=_owner(programme, "", "keypair"))
    group = SecurityGroupSpec(
        name=short(f"{programme.slug}-{slug(system.id)}"),
        owner=_owner(programme, slug(system.id), "security-group"),
        openings=_openings(cloud, servers),
    )
    made: dict[type, list[CloudObject]] = defaultdict(list)
    for server in servers:
        zone = placement.targets[server.id][1]
        for item in _server_objects(programme, cloud, server, zone, placement.flavors[server.id], group, keypair):
            made[type(item)].append(item)
    objects = [made[kind] for kind in (VolumeSpec, PortSpec, ServerSpec, FloatingIpSpec)]
    guests = tuple(_guest(programme, cloud, server) for server in servers)
    content = {"programme": programme.slug, "system": system.id, "cloud": cloud.name, "guests": _unspoken(guests)}
    return CloudPart(
        cloud=cloud.name,
        zone="+".join(sorted({placement.targets[server.id][1] for server in servers})),
        objects=(keypair, group, *(item for items in objects for item in items)),
        guests=guests,
        configuration_digest=" ".join((digest(content), *_roles(guests, roles))),
    )


def _roles(guests: Iterable[GuestSpec], roles: Roles) -> Iterable[str]:
    used = {role: text for guest in guests for role, text in roles.get(guest.workload, {}).items()}
    return (f"{role}:{text[:_ROLE_DIGEST]}" for role, text in sorted(used.items()))


def _server_objects(
    programme: Programme,
    cloud: CloudSpec,
    server: Server,
    zone_name: str,
    flavor: str,
    group: SecurityGroupSpec,
    keypair: KeypairSpec,
) -> Iterable[CloudObject]:
    name = server_name(programme.slug, server)
    zone = cloud.zone(zone_name)
    image = image_of(cloud, server)
    if zone is None or image is None:
        raise AssertionError(server.id)  # placement holds a system back that has no zone or image

    def own(purpose: str) -> Owner:
        return _owner(programme, slug(server.system_id), f"{server_slug(server)}/{purpose}")

    def volume(purpose: str, size_gib: int, kind: str = "", image: str = "") -> VolumeSpec:
        return VolumeSpec(
            name=short(f"{name}-{purpose}"),
            owner=own(purpose),
            size_gib=size_gib,
            type=kind or cloud.volume_type,
            image=image,
        )

    boots_from_volume = cloud.boot_from is BootFrom.VOLUME
    boot = [volume("boot", server.disk_gib, cloud.boot_volume_type, image)] if boots_from_volume else []
    data = [volume("data", server.data_disk_gib)] if server.data_disk_gib else []
    port = PortSpec(name=short(f"{name}-port"), owner=own("port"), network=zone.network, security_group=group.name)
    yield from (*boot, *data)
    yield port
    yield ServerSpec(
        name=name,
        owner=own("server"),
        flavor=flavor,
        keypair=keypair.name,
        port=port.name,
        image="" if boot else image,
        boot_volume=boot[0].name if boot else "",
        volumes=tuple(item.name for item in data),
        availability_zone=cloud.availability_zone,
    )
    if zone.floating_network:
        yield FloatingIpSpec(
            name=short(f"{name}-ip"), owner=own("floating-ip"), network=zone.floating_network, port=port.name
        )


def _guest(programme: Programme, cloud: CloudSpec, server: Server) -> GuestSpec:
    return GuestSpec(
        server=server_name(programme.slug, server),
        host=server_slug(server),
        workload=server.workload,
        user=cloud.user,
        openings=server.openings,
        data_disk_gib=server.data_disk_gib,
        role=server.role,
    )


def _openings(cloud: CloudSpec, servers: Iterable[Server]) -> tuple[Opening, ...]:
    """Return every declared opening once, and SSH for the tool from where the tool is."""
    wanted = [opening for server in servers for opening in server.openings]
    wanted.append(Opening(protocol="tcp", first=_SSH, last=_SSH, source=cloud.ssh_from))
    texts = {opening_text(opening): opening for opening in wanted}
    return tuple(texts[text] for text in sorted(texts))


def _owner(programme: Programme, system: str, key: str) -> Owner:
    return Owner(programme=programme.slug, system=system, key=key)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]
