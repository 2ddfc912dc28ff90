"""Whether what a cloud offers is there once under its name, and stands so that what is planned can be made of it.

Every refusal here is one that the cloud itself would give, but only when key pair, group and port had been made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from shlex import quote
from types import MappingProxyType

from orchestrator.model.plan import BatchPlan, CloudObject, FloatingIpSpec, Kind, Mark, PortSpec, ServerSpec, VolumeSpec
from orchestrator.model.result import CheckResult, CheckStatus, CloudView, Offer

# The kinds of objects that something has to be offered for.
_KINDS = {
    ServerSpec: Kind.SERVER,
    VolumeSpec: Kind.VOLUME,
    PortSpec: Kind.PORT,
    FloatingIpSpec: Kind.FLOATING_IP,
}
_SIZES = ("ram_mib", "disk_gib")
_Place = tuple[str, str, str]  # cloud, kind of offer, name


def check_offers(plan: BatchPlan, views: Sequence[CloudView]) -> Iterator[CheckResult]:
    """Yield a verdict on everything that has to be there to create what is new; what exists needs no offer."""
    seen = {view.cloud for view in views}
    offered: Mapping[_Place, dict[str, Offer]] = defaultdict(dict)
    for view in views:
        for offer in view.offers:
            offered[view.cloud, offer.kind, offer.name][offer.id] = offer
    alone = {place: next(iter(found.values())) for place, found in offered.items() if len(found) == 1}
    for place in sorted({place for place in _wanted(plan) if place[0] in seen}):
        yield _there(place, offered.get(place, {}))
        if place in alone:
            yield from _standing(place, alone[place])
    for cloud, item, name in sorted({(cloud, type(item).__name__, item.network) for cloud, item in _attached(plan)}):
        network = alone.get((cloud, "network", name))
        if network:
            yield from _network_gives(cloud, network, floating=item == FloatingIpSpec.__name__)
    yield from _images_fit(plan, alone)
    for note in plan.notes:
        if note.code == "plan.flavor-differs":
            yield CheckResult(code=note.code, status=CheckStatus.FAIL, subject=note.values["cloud"], values=note.values)


def _there(place: _Place, found: Mapping[str, Offer]) -> CheckResult:
    """Return whether there is one offer of a name; of two nobody could say which one is meant."""
    cloud, kind, name = place
    values = {"cloud": cloud, "kind": kind, "name": name}
    if len(found) > 1:
        values["ids"] = ", ".join(sorted(found))
        return CheckResult(code="plan.offered-twice", status=CheckStatus.FAIL, subject=cloud, values=values)
    status = CheckStatus.PASS if found else CheckStatus.FAIL
    return CheckResult(code="plan.offered", status=status, subject=cloud, values=values)


def _standing(place: _Place, offer: Offer) -> Iterator[CheckResult]:
    """Yield what keeps everybody from using an offer as it stands now."""
    cloud, kind, _ = place
    tell = _Tell(cloud, offer)
    if kind == "image":
        code = "plan.image-deactivated" if offer.detail.get("status") == "deactivated" else "plan.image-status"
        yield from tell.unless("status", "active".__eq__, code)
    elif kind == "flavor" and offer.detail.get("disabled") == "yes":
        yield tell.fault("plan.flavor-disabled")
    elif kind == "availability-zone":
        yield from tell.unless("available", "yes".__eq__, "plan.zone-unavailable")
    elif kind == "network":
        yield from tell.unless("status", "ACTIVE".__eq__, "plan.network-status")
        yield from tell.unless("admin_up", "yes".__eq__, "plan.network-disabled")
        yield from tell.unless("subnets", "0".__ne__, "plan.network-no-subnet")
        versions = offer.detail.get("versions", "").split()
        if versions and "4" not in versions:
            yield tell.fault("plan.network-no-ipv4")


def _network_gives(cloud: str, network: Offer, *, floating: bool) -> Iterator[CheckResult]:
    """Yield what a network lacks for floating IPs, or else for ports, each of which has a security group."""
    tell = _Tell(cloud, network)
    if floating:
        if network.detail.get("external") == "no":
            yield tell.fault("plan.network-external")
    elif network.detail.get("port_security") == "no":
        yield tell.fault("plan.network-no-port-security")


class _Tell:
    """Makes verdicts on one offer."""

    def __init__(self, cloud: str, offer: Offer) -> None:
        self._offer = offer
        # The id goes into a command that a person copies, so whatever the cloud calls an id is one word of it.
        self._values = {"cloud": cloud, "name": offer.name, "id": quote(offer.id)}

    def fault(self, code: str, told: Mapping[str, str] = MappingProxyType({})) -> CheckResult:
        """Return a refusal with the offer's place."""
        return CheckResult(
            code=code, status=CheckStatus.FAIL, subject=self._values["cloud"], values={**self._values, **told}
        )

    def unless(self, name: str, good: Callable[[str], bool], code: str) -> Iterator[CheckResult]:
        """Yield a verdict unless a detail is good; one that the cloud does not tell is unknown."""
        value = self._offer.detail.get(name, "")
        if not value:
            yield replace(self.fault(code, {name: value}), status=CheckStatus.UNKNOWN)
        elif not good(value):
            yield self.fault(code, {name: value})


def _images_fit(plan: BatchPlan, alone: Mapping[_Place, Offer]) -> Iterator[CheckResult]:
    for cloud, image, flavor, disk_gib in sorted(_booted(plan)):
        needs, has = alone.get((cloud, "image", image)), alone.get((cloud, "flavor", flavor))
        if has and disk_gib:
            has = replace(has, detail={**has.detail, "disk_gib": disk_gib})
        fits = _fits(needs, has) if needs and has else CheckStatus.PASS  # what is missing is told as missing
        if needs and has and fits is not CheckStatus.PASS:
            values = {
                "cloud": cloud,
                "image": image,
                "needs": _size(needs, "min_"),
                "flavor": flavor,
                "has": _size(has),
            }
            code = "plan.image-fits-volume" if disk_gib else "plan.image-fits"
            yield CheckResult(code=code, status=fits, subject=cloud, values=values)


def _booted(plan: BatchPlan) -> set[tuple[str, str, str, str]]:
    """Return the cloud, image and flavor of each new server, and the size of the volume it boots from, if any."""
    volumes = {
        (part.cloud, item.name): item
        for system in plan.systems
        for part in (system.spec.parts if system.spec else ())
        for item in part.objects
        if isinstance(item, VolumeSpec)
    }
    booted = set()
    for cloud, item in _new(plan):
        if isinstance(item, ServerSpec):
            boot = volumes.get((cloud, item.boot_volume))
            booted.add((cloud, boot.image if boot else item.image, item.flavor, str(boot.size_gib) if boot else ""))
    return booted


def _fits(image: Offer, flavor: Offer) -> CheckStatus:
    """Return whether a server of a flavor can hold an image; an image that names no minimum needs none."""
    if not all(flavor.detail.get(name) for name in _SIZES):
        return CheckStatus.UNKNOWN
    fits = all(int(image.detail.get(f"min_{name}") or 0) <= int(flavor.detail[name]) for name in _SIZES)
    return CheckStatus.PASS if fits else CheckStatus.FAIL


def _size(offer: Offer, prefix: str = "") -> str:
    return "/".join(offer.detail.get(f"{prefix}{name}") or "?" for name in _SIZES)


def _new(plan: BatchPlan) -> Iterator[tuple[str, CloudObject]]:
    """Yield each object that is to be created, with its cloud."""
    for system in plan.systems:
        new = {(item.cloud, item.kind, item.name) for item in system.items if item.mark is Mark.CREATE}
        for part in system.spec.parts if system.spec else ():
            for item in part.objects:
                if (part.cloud, _KINDS.get(type(item)), item.name) in new:
                    yield part.cloud, item


def _attached(plan: BatchPlan) -> Iterator[tuple[str, PortSpec | FloatingIpSpec]]:
    for cloud, item in _new(plan):
        if isinstance(item, PortSpec | FloatingIpSpec):
            yield cloud, item


def _wanted(plan: BatchPlan) -> Iterator[_Place]:
    for cloud, item in _new(plan):
        if isinstance(item, ServerSpec):
            yield cloud, "flavor", item.flavor
            if item.image:
                yield cloud, "image", item.image
            if item.availability_zone:
                yield cloud, "availability-zone", item.availability_zone
        elif isinstance(item, VolumeSpec):
            if item.type:
                yield cloud, "volume-type", item.type
            if item.image:
                yield cloud, "image", item.image
        elif isinstance(item, PortSpec | FloatingIpSpec):
            yield cloud, "network", item.network
