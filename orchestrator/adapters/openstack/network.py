"""Security groups, ports and floating IPs in Neutron."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from ipaddress import IPv4Address, ip_network
from typing import Any

from openstack.exceptions import ConflictException
from openstack.network.v2.floating_ip import FloatingIP
from openstack.network.v2.port import Port
from openstack.network.v2.security_group import SecurityGroup

from orchestrator.adapters.openstack import resources
from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.creating import beginning_with, ensure_one
from orchestrator.adapters.openstack.faults import quota_resource
from orchestrator.adapters.openstack.marks import read_mark, rule_text, tags
from orchestrator.model.plan import FloatingIpSpec, Kind, Owner, PortSpec, SecurityGroupSpec, ServerSpec
from orchestrator.model.result import Ensured, Observed
from orchestrator.model.system import Opening
from orchestrator.planning.specs import opening_text

_WITH_PORTS = frozenset({"tcp", "udp", "sctp"})


def owner_of(thing: SecurityGroup | Port | FloatingIP) -> Owner | None:
    """Return whose object it is."""
    return read_mark(thing.description)


def own_port(api: Api, name: str) -> Port:
    """Return our port of that name in the plan."""
    found: Port = _own(api, PortSpec, name)
    return found


def free_port(api: Api, spec: ServerSpec) -> str:
    """Return the id of our port for a server that is about to be made.

    Raises:
        CloudError: `cloud.port-in-use`, `cloud.missing` or `cloud.ambiguous`.
    """
    owner = api.owners.get((PortSpec, spec.port))
    made = api.remembered(Kind.PORT, owner.mark()) if owner else None
    if owner and made:  # made a moment ago; if it is held since, Nova refuses it, and the next look is a real one
        api.known.forget(Kind.PORT, owner.mark())
        return made
    port = own_port(api, spec.port)
    if port.device_id:
        raise api.error("cloud.port-in-use", subject=spec.name, port=spec.port, device=port.device_id)
    return str(port.id)


def address_of(api: Api, port: Port) -> str:
    """Return the port's first fixed IPv4 address, empty if it has none."""
    found = [api.address(port.name, fixed["ip_address"]) for fixed in port.fixed_ips or []]
    return min((address for address in found if ":" not in address), key=IPv4Address, default="")


def ensure_security_group(api: Api, spec: SecurityGroupSpec) -> Ensured:
    """Make the group exist with exactly the declared ingress openings; its egress rules are Neutron's own."""
    neutron = api.connection.network
    group, made = ensure_one(
        api,
        f"{Kind.SECURITY_GROUP}:{spec.owner.mark()}",
        spec.name,
        look=_looker(api, SecurityGroupSpec, spec.owner, spec.name),
        prepare=lambda: partial(
            resources.create, neutron, resources.SecurityGroup, name=spec.name, description=spec.owner.mark()
        ),
    )
    tagged = _ensure_tags(api, group, spec.owner)
    ruled = _ensure_rules(api, spec, group)
    api.remember(Kind.SECURITY_GROUP, spec.owner.mark(), group.id)
    return Ensured(kind=Kind.SECURITY_GROUP, name=spec.name, id=group.id, changed=made or tagged or ruled)


def _ensure_rules(api: Api, spec: SecurityGroupSpec, group: SecurityGroup) -> bool:
    neutron = api.connection.network
    ingress = [rule for rule in group.security_group_rules or [] if rule["direction"] == "ingress"]
    wanted = {opening_text(opening): opening for opening in spec.openings}
    present = {rule_text(rule) for rule in ingress}
    missing = [text for text in wanted if text not in present]
    surplus = [rule["id"] for rule in ingress if rule_text(rule) not in wanted]
    if len(missing) > 1:
        _ensure_rules_together(api, spec, group, {text: wanted[text] for text in missing})
    else:
        for text in missing:
            _ensure_rule(api, spec, group, text, wanted[text])
    for rule in surplus:
        neutron.delete_security_group_rule(rule)
    return bool(missing or surplus)


def _ensure_rules_together(
    api: Api, spec: SecurityGroupSpec, group: SecurityGroup, missing: Mapping[str, Opening]
) -> None:
    """Add by one request the rules that the group was just seen without; Neutron makes all of them or none.

    If it refuses because one of them has come about meanwhile, each is looked at by itself.
    """
    neutron = api.connection.network

    def look() -> Any | None:
        found = {rule_text(rule.to_dict(original_names=True)): rule for rule in _rules(api, group)}
        return next(iter(found.values())) if missing.keys() <= found.keys() else None

    def send() -> Any:
        rules = [_rule(group, each) for each in missing.values()]
        return next(iter(resources.SecurityGroupRule.bulk_create(neutron, rules)))

    key = f"rules:{spec.owner.mark()}:{' '.join(sorted(missing))}"
    try:
        ensure_one(api, key, spec.name, look=beginning_with(None, look), prepare=lambda: send)
    except ConflictException as error:
        if quota_resource(error):
            raise
        present = {rule_text(rule.to_dict(original_names=True)) for rule in _rules(api, group)}
        for text in missing.keys() - present:
            _ensure_rule(api, spec, group, text, missing[text])


def _ensure_rule(api: Api, spec: SecurityGroupSpec, group: SecurityGroup, text: str, opening: Opening) -> None:
    """Add one rule that the group was just seen without.

    Neutron refuses an equal rule in the same group, so the content is the identity.
    """
    neutron = api.connection.network

    def look() -> Any | None:
        return next((rule for rule in _rules(api, group) if rule_text(rule.to_dict(original_names=True)) == text), None)

    send = partial(resources.create, neutron, resources.SecurityGroupRule, **_rule(group, opening))
    ensure_one(
        api,
        f"rule:{spec.owner.mark()}:{text}",
        f"{spec.name} {text}",
        look=beginning_with(None, look),
        prepare=lambda: send,
    )


def _rules(api: Api, group: SecurityGroup) -> Iterable[Any]:
    neutron = api.connection.network
    return resources.listed(neutron, resources.SecurityGroupRule, security_group_id=group.id, direction="ingress")


def _rule(group: SecurityGroup, opening: Opening) -> dict[str, object]:
    with_ports = opening.protocol in _WITH_PORTS
    return {
        "security_group_id": group.id,
        "direction": "ingress",
        "ether_type": f"IPv{ip_network(opening.source, strict=False).version}",
        "protocol": opening.protocol,
        "port_range_min": opening.first if with_ports else None,
        "port_range_max": opening.last if with_ports else None,
        "remote_ip_prefix": str(ip_network(opening.source, strict=False)),
    }


def ensure_port(api: Api, spec: PortSpec) -> Ensured:
    """Make the port exist on its network, with its security group."""
    neutron = api.connection.network
    group = _own_group(api, spec.security_group)
    network = find_network(api, spec.network)
    port, made = ensure_one(
        api,
        f"{Kind.PORT}:{spec.owner.mark()}",
        spec.name,
        look=_looker(api, PortSpec, spec.owner, spec.name),
        prepare=lambda: partial(
            resources.create,
            neutron,
            resources.Port,
            name=spec.name,
            description=spec.owner.mark(),
            network_id=network,
            security_group_ids=[group],
        ),
    )
    if port.network_id != network:
        raise api.error("cloud.changed", subject=spec.name, field="network", wanted=spec.network, found=port.network_id)
    tagged = _ensure_tags(api, port, spec.owner)
    grouped = set(port.security_group_ids or []) != {group}
    if grouped:
        neutron.update_port(port.id, security_group_ids=[group])
    if made:
        api.remember(Kind.PORT, spec.owner.mark(), port.id)
    return Ensured(kind=Kind.PORT, name=spec.name, id=port.id, changed=made or tagged or grouped)


def ensure_floating_ip(api: Api, spec: FloatingIpSpec) -> Ensured:
    """Make a floating IP stand on the port.

    It is created on its port in one request, and Neutron refuses a second one on the same fixed address:
    two can never reach one server.
    """
    neutron = api.connection.network
    port = own_port(api, spec.port)

    def look() -> FloatingIP | None:
        marked = resources.listed(neutron, resources.FloatingIP, description=spec.owner.mark(), project_id=api.project)
        found = api.pick(spec.owner, spec.name, marked, owner_of=owner_of)
        foreign = [
            ip.id
            for ip in resources.listed(neutron, resources.FloatingIP, port_id=port.id)
            if owner_of(ip) != spec.owner
        ]
        if foreign:
            raise api.error("cloud.foreign-name", subject=spec.name, ids=", ".join(foreign))
        return found

    def prepare() -> Callable[[], FloatingIP]:
        return partial(
            resources.create,
            neutron,
            resources.FloatingIP,
            floating_network_id=find_network(api, spec.network),
            port_id=port.id,
            description=spec.owner.mark(),
        )

    ip, made = ensure_one(api, f"{Kind.FLOATING_IP}:{spec.owner.mark()}", spec.name, look=look, prepare=prepare)
    tagged = _ensure_tags(api, ip, spec.owner)
    moved = ip.port_id != port.id
    if moved:
        neutron.update_ip(ip.id, port_id=port.id)
    return Ensured(
        kind=Kind.FLOATING_IP,
        name=spec.name,
        id=ip.id,
        changed=made or tagged or moved,
        detail={"address": api.address(spec.name, ip.floating_ip_address)},
    )


def reachable_address(api: Api, server: Observed) -> str:
    """Return a server's floating IP, else its first fixed IPv4 address.

    Neutron is asked, not Nova: what Nova tells of addresses is a copy that may be minutes old.

    Raises:
        CloudError: `cloud.no-address`, or `cloud.address` if what Neutron calls an address is none.
    """
    neutron = api.connection.network
    on = api.listed(
        "ports by server", server.id, lambda servers: resources.listed(neutron, resources.Port, device_id=servers)
    )
    ports = [port for port in on if port.device_id == server.id]
    floating = [
        ip.floating_ip_address
        for port in ports
        for ip in api.listed(
            "floating IPs by port", port.id, lambda held: resources.listed(neutron, resources.FloatingIP, port_id=held)
        )
        if ip.port_id == port.id
    ]
    fixed = [address for address in (address_of(api, port) for port in ports) if address]
    found = [*(api.address(server.name, address) for address in floating), *fixed]
    if not found:
        raise api.error("cloud.no-address", subject=server.name)
    return found[0]


def find_network(api: Api, name: str) -> str:
    """Return the id of the network of that name."""
    return api.offered("network", name, api.connection.network.networks(name=name))


def _own_group(api: Api, name: str) -> str:
    owner = api.owners.get((SecurityGroupSpec, name))
    known = api.remembered(Kind.SECURITY_GROUP, owner.mark()) if owner else None
    return known or str(_own(api, SecurityGroupSpec, name).id)


def _own(api: Api, kind: type, name: str) -> Any:
    return api.own(
        kind,
        name,
        named=lambda: _listed(api, kind, "name", name),
        marked=lambda owner: _listed(api, kind, "description", owner.mark()),
        owner_of=owner_of,
    )


def _listed(api: Api, kind: type, field: str, value: str) -> Iterable[Any]:
    """List what has the value, with what others look for: a filter that is given several times means any of them.

    See https://docs.openstack.org/api-ref/network/v2/#filtering-and-column-selection.
    """
    neutron = api.connection.network
    resource: Any = resources.Port if kind is PortSpec else resources.SecurityGroup

    def read(values: Sequence[str]) -> Iterable[Any]:
        found: Iterable[Any] = resources.listed(neutron, resource, **{field: values, "project_id": api.project})
        return found

    return api.listed((kind, field), value, read)


def _looker(api: Api, kind: type, owner: Owner, name: str) -> Callable[[], Any | None]:
    def look() -> Any | None:
        # Who carries the name matters only while nothing carries the mark.
        marked = [thing for thing in _listed(api, kind, "description", owner.mark()) if owner_of(thing) == owner]
        return api.pick(owner, name, marked or _listed(api, kind, "name", name), owner_of=owner_of)

    return look


def _ensure_tags(api: Api, thing: Any, owner: Owner) -> bool:
    present = set(thing.tags or [])
    missing = set(tags(owner)) - present
    if missing:
        # PUT replaces all tags, so those of other people are sent along.
        api.connection.network.set_tags(thing, sorted(present | missing))
    return bool(missing)
