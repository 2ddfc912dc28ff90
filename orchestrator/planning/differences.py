"""Compares what a system shall be with what was found: each object to create, to change, to keep, or in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
# What cannot be mended without deleting the object, which this tool never does by itself.
_FIXED = frozenset({"flavor", "image", "size_gib", "network"})
# Nova forgets these when the flavor or image is deleted after the server was made from it: no difference then.
_FORGOTTEN = frozenset({"flavor", "image"})
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
            return {"size_gib": str(item.size_gib)}
        case PortSpec():
            return {"network": item.network, "security_group": item.security_group}
        case ServerSpec():
            return {"flavor": item.flavor, "image": item.image}
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
    server_of = {name: item for item in part.objects if isinstance(item, ServerSpec) for name in item.volumes}
    for item in part.objects:
        found = sight.of_object(part.cloud, item)
        yield _object(part.cloud, item, found)
        if isinstance(item, VolumeSpec) and item.name in server_of:
            yield _attachment(part.cloud, item, server_of[item.name], found)
    servers = {item.name: sight.of_object(part.cloud, item) for item in part.objects if isinstance(item, ServerSpec)}
    for guest in part.guests:
        if is_configured(guest):
            yield _configuration(part, guest.server, servers[guest.server]), None


def _object(cloud: str, item: CloudObject, found: tuple[Observed, ...]) -> tuple[Item, Reason | None]:
    kind, want = kind_of(item), wanted(item)
    if not found:
        return Item(mark=Mark.CREATE, kind=kind, name=item.name, cloud=cloud, detail=want), None
    seen = found[0]
    about = {"kind": kind.value, "name": item.name, "cloud": cloud}
    if len(found) > 1:
        ids = ", ".join(other.id for other in found)
        reason = Reason(code="plan.ambiguous", values={**about, "ids": ids})
        return Item(mark=Mark.HOLD, kind=kind, name=item.name, cloud=cloud, detail={"ids": ids}), reason
    differs = _differs(want, seen.detail)
    fixed = {name: text for name, text in differs.items() if name in _FIXED}
    if kind is Kind.SERVER and seen.status != _RUNNING:
        mends = seen.status in _CHANGING or seen.detail.get("never_ran") == "yes"
        (differs if mends else fixed)["status"] = f"{seen.status} → {_RUNNING}"
    if kind is Kind.VOLUME and seen.status.startswith("error"):
        fixed["status"] = seen.status
    if fixed:
        told = ", ".join(f"{name} {text}" for name, text in fixed.items())
        reason = Reason(code="plan.cannot-change", values={**about, "differs": told})
        return Item(mark=Mark.HOLD, kind=kind, name=item.name, cloud=cloud, detail=fixed), reason
    mark = Mark.CHANGE if differs else Mark.KEEP
    return Item(mark=mark, kind=kind, name=item.name, cloud=cloud, detail=differs or want), None


def _differs(want: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"{seen.get(name, '')} → {text}"
        for name, text in want.items()
        if seen.get(name, "") != text and not (name in _FORGOTTEN and not seen.get(name))
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
    configured = found[0].detail.get("configured", "") if found else ""
    detail = {"digest": part.configuration_digest[:12]}
    if configured and configured != part.configuration_digest:
        return Item(
            mark=Mark.CHANGE,
            kind=Kind.CONFIGURATION,
            name=server,
            cloud=part.cloud,
            detail={"digest": f"{configured[:12]} → {part.configuration_digest[:12]}"},
        )
    mark = Mark.KEEP if configured else Mark.CREATE
    return Item(mark=mark, kind=Kind.CONFIGURATION, name=server, cloud=part.cloud, detail=detail)


def mark_of(items: Iterable[Item]) -> Mark:
    """Return a system's mark: its servers' if they agree and nothing else is amiss, else that it changes."""
    marks = [(item.kind, item.mark) for item in items]
    if any(mark is Mark.HOLD for _, mark in marks):
        return Mark.HOLD
    if all(mark is Mark.KEEP for _, mark in marks):
        return Mark.KEEP
    servers = {mark for kind, mark in marks if kind is Kind.SERVER}
    return Mark.CREATE if servers == {Mark.CREATE} else Mark.CHANGE
