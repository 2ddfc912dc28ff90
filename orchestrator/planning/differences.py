"""Compares what a system shall be with what was found: each object to create, to change, to keep, or in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from orchestrator.model.plan import (
    CloudObject,
    CloudPart,
    FloatingIpSpec,
    Item,
    KeypairSpec,
    Kind,
    Mark,
    PortSpec,
    Reason,
    SecurityGroupSpec,
    ServerSpec,
    SystemSpec,
    VolumeSpec,
)
from orchestrator.model.result import CloudView, Observed
from orchestrator.planning.pipelines import is_configured
from orchestrator.planning.specs import opening_text

_KINDS: Mapping[type[CloudObject], Kind] = {
    KeypairSpec: Kind.KEYPAIR,
    SecurityGroupSpec: Kind.SECURITY_GROUP,
    VolumeSpec: Kind.VOLUME,
    PortSpec: Kind.PORT,
    ServerSpec: Kind.SERVER,
    FloatingIpSpec: Kind.FLOATING_IP,
}
# Nova's states (https://docs.openstack.org/api-guide/compute/server_concepts.html) that a person puts a server into
# → the action of `openstack server` that takes it out again. We take none of them: somebody had a reason.
_WAKES = {
    "SHUTOFF": "start",
    "PAUSED": "unpause",
    "SUSPENDED": "resume",
    "SHELVED": "unshelve",
    "SHELVED_OFFLOADED": "unshelve",
    "RESCUE": "unrescue",
    "SOFT_DELETED": "restore",
    "VERIFY_RESIZE": "resize confirm",
}
# What cannot be mended without deleting the object, which this tool never does by itself.
_FIXED = frozenset({"flavor", "image", "boot_volume", "size_gib", "network"})
# Nova forgets these when the flavor or image is deleted after the server was made from it: no difference then.
_FORGOTTEN = frozenset({"flavor", "image"})
# Details that name another object of ours, and its kind.
_NAMED: Mapping[str, Kind] = {
    "boot_volume": Kind.VOLUME,
    "security_group": Kind.SECURITY_GROUP,
    "port": Kind.PORT,
    "server": Kind.SERVER,
}
# The two things a server may boot from; it has one of them.
_BOOT = ("boot_volume", "image")
_RUNNING = "ACTIVE"
# Server states that end by themselves; any other but ACTIVE was put there by a person, or by a fault.
_CHANGING = frozenset({"BUILD", "REBOOT", "HARD_REBOOT", "REBUILD", "MIGRATING", "RESIZE", "UNKNOWN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was found on the clouds, by cloud, kind and mark; `clouds` are those that were looked at."""

    clouds: frozenset[str] = frozenset()
    found: Mapping[tuple[str, str, str, str], tuple[Observed, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, views: Sequence[CloudView]) -> Sight:
        """Index views; the order of objects within them means nothing."""
        found: dict[tuple[str, str, str, str], list[Observed]] = defaultdict(list)
        for view in views:
            for seen in sorted(view.objects, key=lambda seen: seen.id):
                found[(view.cloud, seen.kind, seen.system, seen.key)].append(seen)
        clouds = frozenset(view.cloud for view in views)
        return cls(clouds=clouds, found={key: tuple(objects) for key, objects in found.items()})

    def of_object(self, cloud: str, item: CloudObject) -> tuple[Observed, ...]:
        """Return what carries the object's mark on a cloud."""
        return self.found.get((cloud, kind_of(item).value, item.owner.system, item.owner.key), ())

    def has_servers(self, system: str, count: int) -> bool:
        """Tell whether that many servers of a system run, on whatever cloud."""
        running = [
            seen
            for (_, kind, owner, _), objects in self.found.items()
            if kind == Kind.SERVER and owner == system
            for seen in objects
            if seen.status == _RUNNING
        ]
        return 0 < count <= len(running)


def kind_of(item: CloudObject) -> Kind:
    """Return an object's kind."""
    return _KINDS[type(item)]


def wanted(item: CloudObject) -> Mapping[str, str]:
    """Return what an object is compared by, in the words of `Observed.detail`."""
    match item:
        case SecurityGroupSpec():
            return {"openings": " ".join(sorted(map(opening_text, item.openings)))}
        case VolumeSpec():
            return {"size_gib": str(item.size_gib), **({"image": item.image} if item.image else {})}
        case PortSpec():
            return {"network": item.network, "security_group": item.security_group}
        case ServerSpec():
            boot = {"boot_volume": item.boot_volume} if item.boot_volume else {"image": item.image}
            return {"flavor": item.flavor, **boot}
        case FloatingIpSpec():
            return {"network": item.network, "port": item.port}
        case KeypairSpec():
            return {}


def compare(spec: SystemSpec, sight: Sight | None) -> tuple[tuple[Item, ...], tuple[Reason, ...]]:
    """Return a line for each object, and why some of them are in the way; without sight everything is to create."""
    items: list[Item] = []
    reasons: list[Reason] = []
    for part in spec.parts:
        if sight is not None and part.cloud not in sight.clouds:
            reasons.append(Reason(code="plan.cloud-not-seen", values={"cloud": part.cloud}))
            continue
        for item, reason in _part(part, sight or Sight()):
            items.append(item)
            reasons += [reason] if reason else []
    return tuple(items), tuple(reasons)


def _part(part: CloudPart, sight: Sight) -> Iterator[tuple[Item, Reason | None]]:
    # Where nothing is there yet, nothing is looked up for each of many thousand objects.
    seen = [sight.of_object(part.cloud, item) if sight.found else () for item in part.objects]
    planned = _planned_names(part.objects, seen)
    server_of = {name: item for item in part.objects if isinstance(item, ServerSpec) for name in item.volumes}
    booted = {item.boot_volume: item.name for item in part.objects if isinstance(item, ServerSpec)}
    for item, at in zip(part.objects, seen, strict=True):
        found = tuple(_as_planned(each, planned) for each in at)
        yield _object(part.cloud, item, found, booted.get(item.name, "") if isinstance(item, VolumeSpec) else "")
        if isinstance(item, VolumeSpec) and item.name in server_of:
            yield _attachment(part.cloud, item, server_of[item.name], found)
    servers = {item.name: at for item, at in zip(part.objects, seen, strict=True) if isinstance(item, ServerSpec)}
    for guest in part.guests:
        if is_configured(guest):
            yield _configuration(part, guest.server, servers[guest.server]), None


def _planned_names(
    objects: Iterable[CloudObject], found: Iterable[tuple[Observed, ...]]
) -> Mapping[tuple[Kind, str], str]:
    """Return the planned name of each object by what it is called on the cloud: its id, and its name there."""
    names: dict[tuple[Kind, str], str] = {}
    for item, at in zip(objects, found, strict=True):
        for seen in at:
            names |= {(kind_of(item), seen.name): item.name, (kind_of(item), seen.id): item.name}
    return names


def _as_planned(seen: Observed, planned: Mapping[tuple[Kind, str], str]) -> Observed:
    """Return what was found with planned names for what it hangs on: a mark decides, a name is for people."""
    detail = {
        name: planned.get((_NAMED[name], text), text) if name in _NAMED else text for name, text in seen.detail.items()
    }
    return replace(seen, detail=detail)


def renamed(spec: SystemSpec, sight: Sight) -> Iterator[Reason]:
    """Yield a note for each object that is called otherwise than planned; floating IPs have no names."""
    for part in spec.parts:
        for item in part.objects:
            for seen in () if isinstance(item, FloatingIpSpec) else sight.of_object(part.cloud, item):
                if seen.name != item.name:
                    values = {"kind": kind_of(item).value, "name": item.name, "called": seen.name, "cloud": part.cloud}
                    yield Reason(code="plan.renamed", values=values)


def _object(cloud: str, item: CloudObject, found: tuple[Observed, ...], boots: str) -> tuple[Item, Reason | None]:
    """Compare one object; `boots` is the server that boots from a volume."""
    kind, want = kind_of(item), wanted(item)
    if not found:
        return Item(mark=Mark.CREATE, kind=kind, name=item.name, cloud=cloud, detail=want), None
    seen = found[0]
    about = {"kind": kind.value, "name": item.name, "cloud": cloud}
    if len(found) > 1:
        ids = ", ".join(other.id for other in found)
        reason = Reason(code="plan.ambiguous", values={**about, "ids": ids})
        return Item(mark=Mark.HOLD, kind=kind, name=item.name, cloud=cloud, detail={"ids": ids}), reason
    mends = kind is Kind.SERVER and (seen.status in _CHANGING or seen.detail.get("never_ran") == "yes")
    # Nova does not show the volumes of a server before it has a place for it.
    differs = _differs(want, seen.detail, _FORGOTTEN | {"boot_volume"} if mends else _FORGOTTEN)
    fixed = {name: text for name, text in differs.items() if name in _FIXED}
    if kind is Kind.SERVER and seen.status != _RUNNING:
        (differs if mends else fixed)["status"] = f"{seen.status} → {_RUNNING}"
    if boots and seen.detail.get("server", "") not in ("", boots):
        fixed["server"] = f"{seen.detail['server']} → {boots}"
    if kind is Kind.VOLUME and seen.status.startswith("error"):
        reason = Reason(code="plan.volume-error", values={**about, "id": seen.id, "status": seen.status})
        return Item(mark=Mark.HOLD, kind=kind, name=item.name, cloud=cloud, detail={"status": seen.status}), reason
    if set(fixed) == {"status"} and seen.status in _WAKES:
        values = {**about, "id": seen.id, "status": seen.status, "verb": _WAKES[seen.status]}
        reason = Reason(code="plan.server-stopped", values=values)
        return Item(mark=Mark.HOLD, kind=kind, name=item.name, cloud=cloud, detail=fixed), reason
    if fixed:
        told = ", ".join(f"{name} {text}" for name, text in fixed.items())
        reason = Reason(code="plan.cannot-change", values={**about, "differs": told})
        return Item(mark=Mark.HOLD, kind=kind, name=item.name, cloud=cloud, detail=fixed), reason
    mark = Mark.CHANGE if differs else Mark.KEEP
    return Item(mark=mark, kind=kind, name=item.name, cloud=cloud, detail=differs or want), None


def _differs(want: Mapping[str, str], seen: Mapping[str, str], forgotten: Set[str]) -> dict[str, str]:
    boots_from = next(filter(None, map(seen.get, _BOOT)), "")
    has = {name: boots_from if name in _BOOT else seen.get(name, "") for name in want}
    return {
        name: f"{has[name]} → {text}"
        for name, text in want.items()
        if has[name] != text and (has[name] or name not in forgotten)
    }


def _attachment(
    cloud: str, volume: VolumeSpec, server: ServerSpec, found: tuple[Observed, ...]
) -> tuple[Item, Reason | None]:
    attached = found[0].detail.get("server", "") if found else ""
    item = Item(
        mark=Mark.KEEP if attached == server.name else Mark.HOLD if attached else Mark.CREATE,
        kind=Kind.ATTACHMENT,
        name=volume.name,
        cloud=cloud,
        detail={"server": f"{attached} → {server.name}" if attached not in ("", server.name) else server.name},
    )
    if item.mark is not Mark.HOLD:
        return item, None
    about = {"kind": item.kind.value, "name": item.name, "cloud": cloud, "differs": item.detail["server"]}
    return item, Reason(code="plan.cannot-change", values=about)


def _configuration(part: CloudPart, server: str, found: tuple[Observed, ...]) -> Item:
    configured, renewed = _configured(found), _renewed(found)
    detail = {"digest": part.configuration_digest[:12]}
    mark = Mark.KEEP if configured else Mark.CREATE
    if renewed:
        return Item(
            mark=Mark.CHANGE, kind=Kind.CONFIGURATION, name=server, cloud=part.cloud, detail={"renewed": renewed}
        )
    if configured and configured != part.configuration_digest:
        mark = Mark.CHANGE
        roles = ", ".join(_other_roles(configured, part.configuration_digest))
        same_data = configured[:12] == part.configuration_digest[:12]
        detail = {} if same_data else {"digest": f"{configured[:12]} → {part.configuration_digest[:12]}"}
        detail |= {"roles": roles} if roles else {}
    return Item(mark=mark, kind=Kind.CONFIGURATION, name=server, cloud=part.cloud, detail=detail)


def changed_roles(spec: SystemSpec, sight: Sight) -> Iterator[Reason]:
    """Yield a reason for each role that is another than when servers of the system were configured by it."""
    servers: dict[str, list[str]] = defaultdict(list)
    unnoted: list[str] = []
    for part in spec.parts:
        for item in part.objects:
            configured = _configured(sight.of_object(part.cloud, item)) if isinstance(item, ServerSpec) else ""
            others = _other_roles(configured, part.configuration_digest) if configured else []
            if others and " " not in configured:  # from before roles were noted
                unnoted.append(item.name)
                continue
            for role in others:
                servers[role].append(item.name)
    for role, names in sorted(servers.items()):
        yield Reason(code="plan.role-changed", values={"role": role, "servers": ", ".join(names)})
    if unnoted:
        yield Reason(code="plan.roles-unnoted", values={"servers": ", ".join(unnoted)})


def renewed_servers(spec: SystemSpec, sight: Sight) -> Iterator[Reason]:
    """Yield a reason for each server that runs another disk than the one that was configured."""
    for part in spec.parts:
        for item in part.objects:
            renewed = _renewed(sight.of_object(part.cloud, item)) if isinstance(item, ServerSpec) else ""
            if renewed:
                values = {"server": item.name, "since": renewed, "system": spec.system, "batch": str(spec.batch)}
                yield Reason(code="plan.server-renewed", values=values)


def _configured(found: tuple[Observed, ...]) -> str:
    return found[0].detail.get("configured", "") if found else ""


def _renewed(found: tuple[Observed, ...]) -> str:
    return found[0].detail.get("renewed", "") if found else ""


def _other_roles(configured: str, wanted: str) -> list[str]:
    """Return the roles of which two configuration digests tell different things, or only one tells anything."""
    differ = set(configured.split()[1:]) ^ set(wanted.split()[1:])
    return sorted({text.partition(":")[0] for text in differ})


def mark_of(items: Iterable[Item]) -> Mark:
    """Return a system's mark: its servers' if they agree and nothing else is amiss, else that it changes."""
    marks = [(item.kind, item.mark) for item in items]
    if any(mark is Mark.HOLD for _, mark in marks):
        return Mark.HOLD
    if all(mark is Mark.KEEP for _, mark in marks):
        return Mark.KEEP
    servers = {mark for kind, mark in marks if kind is Kind.SERVER}
    return Mark.CREATE if servers == {Mark.CREATE} else Mark.CHANGE
