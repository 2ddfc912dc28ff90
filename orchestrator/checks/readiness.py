"""Whether a batch may start: nothing on the list that may not be there, everything offered, and all of it fits.

What could not be seen is unknown, and unknown is never pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from orchestrator.model.plan import (
    BatchPlan,
    CloudObject,
    FloatingIpSpec,
    Kind,
    Mark,
    PortSpec,
    QuotaLine,
    ServerSpec,
    VolumeSpec,
)
from orchestrator.model.programme import Hold
from orchestrator.model.result import CheckResult, CheckStatus, CloudView, Offer

# The kinds of objects that something has to be offered for.
_KINDS = {
    ServerSpec: Kind.SERVER,
    VolumeSpec: Kind.VOLUME,
    PortSpec: Kind.PORT,
    FloatingIpSpec: Kind.FLOATING_IP,
}


def check_batch(plan: BatchPlan, views: Sequence[CloudView] | None) -> tuple[CheckResult, ...]:
    """Return every verdict on a batch; it may start only if all of them pass.

    Args:
        plan: the batch as it would run now.
        views: the clouds the plan was made against; None when nothing was asked, so nothing can pass.
    """
    return (
        *_check_list(plan),
        *_check_clouds(plan, views),
        *_check_offers(plan, views or ()),
        *_check_quotas(plan.quotas, {view.cloud for view in views or ()}),
    )


def blocking(checks: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the verdicts that forbid acting: everything but pass."""
    return tuple(check for check in checks if check.status is not CheckStatus.PASS)


def _check_list(plan: BatchPlan) -> Iterator[CheckResult]:
    if plan.excluded_count:
        # Rule P0: such a system is counted and never named.
        values = {"count": str(plan.excluded_count)}
        yield CheckResult(code="plan.classified-on-list", status=CheckStatus.FAIL, values=values)
    refused = [system for system in plan.systems if system.hold is Hold.REFUSE]
    for system in refused:
        codes = ", ".join(dict.fromkeys(reason.code for reason in system.reasons))
        yield CheckResult(
            code="plan.system-refused", status=CheckStatus.FAIL, subject=system.system, values={"reasons": codes}
        )
    if not plan.excluded_count and not refused:
        yield CheckResult(code="plan.list-agrees", status=CheckStatus.PASS)


def _check_clouds(plan: BatchPlan, views: Sequence[CloudView] | None) -> Iterator[CheckResult]:
    needed = {part.cloud for system in plan.systems if system.spec for part in system.spec.parts}
    unseen = {
        reason.values["cloud"]
        for system in plan.systems
        for reason in system.reasons
        if reason.code == "plan.cloud-not-seen"
    }
    seen = {view.cloud for view in views or ()}
    for cloud in sorted(needed | unseen):
        status = CheckStatus.PASS if cloud in seen else CheckStatus.UNKNOWN
        yield CheckResult(code="plan.cloud-seen", status=status, subject=cloud)


def _check_offers(plan: BatchPlan, views: Sequence[CloudView]) -> Iterator[CheckResult]:
    """Yield a verdict on everything that has to be there to create what is new; what exists needs no offer."""
    seen = {view.cloud for view in views}
    offered = {(view.cloud, offer.kind, offer.name): offer for view in views for offer in view.offers}
    for cloud, kind, name in sorted({wanted for wanted in _wanted_offers(plan) if wanted[0] in seen}):
        status = CheckStatus.PASS if (cloud, kind, name) in offered else CheckStatus.FAIL
        values = {"cloud": cloud, "kind": kind, "name": name}
        yield CheckResult(code="plan.offered", status=status, subject=cloud, values=values)
    for cloud, name in sorted(
        {(cloud, item.network) for cloud, item in _new(plan) if isinstance(item, FloatingIpSpec)}
    ):
        network = offered.get((cloud, "network", name))
        if network is not None and network.detail.get("external") == "no":
            values = {"cloud": cloud, "name": name}
            yield CheckResult(code="plan.network-external", status=CheckStatus.FAIL, subject=cloud, values=values)
    for cloud, image, flavor, disk_gib in sorted(_booted(plan)):
        needs, has = offered.get((cloud, "image", image)), offered.get((cloud, "flavor", flavor))
        if has and disk_gib:
            has = replace(has, detail={**has.detail, "disk_gib": disk_gib})
        if needs and has and not _fits(needs, has):
            values = {
                "cloud": cloud,
                "image": image,
                "needs": _size(needs, "min_"),
                "flavor": flavor,
                "has": _size(has),
            }
            code = "plan.image-fits-volume" if disk_gib else "plan.image-fits"
            yield CheckResult(code=code, status=CheckStatus.FAIL, subject=cloud, values=values)
    for note in plan.notes:
        if note.code == "plan.flavor-differs":
            yield CheckResult(code=note.code, status=CheckStatus.FAIL, subject=note.values["cloud"], values=note.values)


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


def _fits(image: Offer, flavor: Offer) -> bool:
    return all(
        int(image.detail.get(f"min_{name}") or 0) <= int(flavor.detail.get(name) or 0)
        for name in ("disk_gib", "ram_mib")
    ) or not {"disk_gib", "ram_mib"} <= set(flavor.detail)


def _size(offer: Offer, prefix: str = "") -> str:
    return "/".join(offer.detail.get(f"{prefix}{name}", "") for name in ("ram_mib", "disk_gib"))


def _new(plan: BatchPlan) -> Iterator[tuple[str, CloudObject]]:
    """Yield each object that is to be created, with its cloud."""
    for system in plan.systems:
        new = {(item.cloud, item.kind, item.name) for item in system.items if item.mark is Mark.CREATE}
        for part in system.spec.parts if system.spec else ():
            for item in part.objects:
                if (part.cloud, _KINDS.get(type(item)), item.name) in new:
                    yield part.cloud, item


def _wanted_offers(plan: BatchPlan) -> Iterator[tuple[str, str, str]]:
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


def _check_quotas(quotas: Iterable[QuotaLine], seen: set[str]) -> Iterator[CheckResult]:
    for line in quotas:
        if not line.needed or line.cloud not in seen:
            continue  # nothing is asked for, or the whole cloud is unknown and said to be so
        if line.limit is None or line.used is None:
            status = CheckStatus.UNKNOWN
        else:
            status = CheckStatus.FAIL if line.missing else CheckStatus.PASS
        values = {
            "cloud": line.cloud,
            "resource": line.resource,
            "used": "" if line.used is None else str(line.used),
            "needed": str(line.needed),
            "limit": "" if line.limit is None else str(line.limit),
            "missing": str(line.missing),
        }
        yield CheckResult(code="plan.quota", status=status, subject=line.cloud, values=values)
