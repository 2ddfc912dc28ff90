"""How much a batch needs of each cloud, beside what the cloud allows and has given already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.plan import (
    CloudObject,
    FloatingIpSpec,
    Item,
    KeypairSpec,
    Mark,
    PortSpec,
    QuotaLine,
    Reason,
    SecurityGroupSpec,
    ServerSpec,
    SystemSpec,
    VolumeSpec,
)
from orchestrator.model.programme import Flavor, Programme
from orchestrator.model.result import CloudView
from orchestrator.planning.differences import kind_of

RESOURCES = (
    "instances",
    "cores",
    "ram_mib",
    "volumes",
    "gigabytes",
    "ports",
    "floating_ips",
    "security_groups",
    "security_group_rules",
    "key_pairs",
)
# Neutron gives every new security group two egress rules, which count.
_EGRESS_RULES = 2


def sum_quotas(
    programme: Programme, planned: Iterable[tuple[SystemSpec, Sequence[Item]]], views: Sequence[CloudView] | None
) -> tuple[QuotaLine, ...]:
    """Return, for each cloud of the batch and each resource, what it allows, has given, and what is to be created.

    Args:
        programme: whose flavors say what a server takes.
        planned: each system that goes, with its lines; only what is to be created counts.
        views: the clouds as seen, or None when nothing was asked.
    """
    flavors = {(cloud.name, flavor.name): flavor for cloud in programme.clouds for flavor in cloud.flavors}
    needs: dict[str, Counter[str]] = {}
    counted: set[tuple[str, str]] = set()
    for spec, items in planned:
        marks = {(item.cloud, item.kind, item.name): item for item in items}
        for part in spec.parts:
            need = needs.setdefault(part.cloud, Counter())
            for item in part.objects:
                line = marks.get((part.cloud, kind_of(item), item.name))
                if isinstance(item, KeypairSpec):  # one for the whole programme
                    if (part.cloud, item.name) in counted:
                        continue
                    counted.add((part.cloud, item.name))
                for resource, count in _need(part.cloud, item, line, flavors).items():
                    need[resource] += count
    usage = {(view.cloud, use.resource): use for view in views or () for use in view.usage}
    lines = []
    for cloud in sorted(needs):
        for resource in RESOURCES:
            use = usage.get((cloud, resource))
            lines.append(
                QuotaLine(
                    cloud=cloud,
                    resource=resource,
                    limit=use.limit if use else None,
                    used=use.used if use else None,
                    needed=needs[cloud][resource],
                )
            )
    return tuple(lines)


def _need(
    cloud: str, item: CloudObject, line: Item | None, flavors: Mapping[tuple[str, str], Flavor]
) -> Mapping[str, int]:
    if line is None or line.mark not in (Mark.CREATE, Mark.CHANGE):
        return {}
    if line.mark is Mark.CHANGE:
        return {"security_group_rules": _missing_rules(line)} if isinstance(item, SecurityGroupSpec) else {}
    match item:
        case KeypairSpec():
            return {"key_pairs": 1}
        case SecurityGroupSpec():
            return {"security_groups": 1, "security_group_rules": len(item.openings) + _EGRESS_RULES}
        case VolumeSpec():
            return {"volumes": 1, "gigabytes": item.size_gib}
        case PortSpec():
            return {"ports": 1}
        case FloatingIpSpec():
            return {"floating_ips": 1}
        case ServerSpec():
            flavor = flavors[cloud, item.flavor]
            return {"instances": 1, "cores": flavor.vcpus, "ram_mib": flavor.ram_mib}


def _missing_rules(line: Item) -> int:
    has, _, wants = line.detail.get("openings", " → ").partition(" → ")
    return len(set(wants.split()) - set(has.split()))


def flavor_differences(
    programme: Programme, planned: Iterable[tuple[SystemSpec, Sequence[Item]]], views: Sequence[CloudView]
) -> tuple[Reason, ...]:
    """Return each flavor that is not what programme.yaml says it is: the batch's sums would be wrong."""
    used = {
        (part.cloud, item.flavor)
        for spec, _ in planned
        for part in spec.parts
        for item in part.objects
        if isinstance(item, ServerSpec)
    }
    offered = {
        (view.cloud, offer.name): tuple(offer.detail.get(name, "") for name in ("vcpus", "ram_mib", "disk_gib"))
        for view in views
        for offer in view.offers
        if offer.kind == "flavor" and offer.detail
    }
    reasons = []
    for cloud in programme.clouds:
        for flavor in cloud.flavors:
            real = offered.get((cloud.name, flavor.name))
            declared = (str(flavor.vcpus), str(flavor.ram_mib), str(flavor.disk_gib))
            if real and real != declared and (cloud.name, flavor.name) in used:
                told = {"declared": "/".join(declared), "offered": "/".join(real)}
                reasons.append(
                    Reason(code="plan.flavor-differs", values={"cloud": cloud.name, "name": flavor.name, **told})
                )
    return tuple(sorted(reasons, key=lambda reason: (reason.values["cloud"], reason.values["name"])))
