"""What the listings of two clouds say of an image and its copy. The bytes of an image never change; what is kept may.

A hash that a cloud shows was made as the bytes came in: two that are equal say that the same came in, not that it is
still there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestrator.checks.replicas.backups import unseen
from orchestrator.checks.replicas.verdict import span, unlike, verdict
from orchestrator.model.copies import ACTIVE, Image
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect, Policy
from orchestrator.model.result import CheckResult, CheckStatus

_PASS, _FAIL, _UNKNOWN = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN
_SHOWN = 3
_OPEN = frozenset({"public", "community"})


def check_images(seen: Observed, policy: Policy, drilled: CheckResult) -> Iterator[CheckResult]:
    """Yield the verdicts on an image's copy but for restorability and distance; a copy needs no room to go on."""
    system, source, target = seen.replica.system, seen.source.stock, seen.target.stock
    if source is None or target is None:
        yield from (each for each in unseen(system) if ".capacity." not in each.code)
        return
    image, told = source.images[0], {"address": seen.replica.replica.where, "evidence": "images"}
    own = [each for each in target.images if each.origin == image.id]
    copy = next((each for each in own if each.status == ACTIVE), None)
    found = own or target.images  # another image's copy of that name makes no whole one of ours
    if any(each.status == ACTIVE for each in found):
        yield verdict(Aspect.EXISTENCE, "there", _PASS, system, **told)
    elif found:
        statuses = ", ".join(sorted({each.status for each in found}))
        yield verdict(Aspect.EXISTENCE, "none-active", _FAIL, system, measured=statuses, **told)
    else:
        yield verdict(Aspect.EXISTENCE, "no-copy", _FAIL, system, **told)
    yield _identity(system, image, target.images, own)
    yield _freshness(seen, policy, copy)
    yield _continuity(system, image, own, copy)
    if copy is None:
        yield from (verdict(aspect, "unseen", _UNKNOWN, system) for aspect in (Aspect.CONTENT, Aspect.DRIFT))
        yield verdict(Aspect.PROTECTION, "unseen", _UNKNOWN, system)
        return
    yield _content(system, image, copy, drilled)
    yield _drift(system, image, copy)
    yield _protection(system, copy)


def _identity(system: str, image: Image, found: Sequence[Image], own: Sequence[Image]) -> CheckResult:
    told = {"threshold": image.id, "evidence": "source_image_id"}
    if own:
        return verdict(Aspect.IDENTITY, "same", _PASS, system, measured=own[0].origin, **told)
    others = sorted({each.origin for each in found if each.origin})
    if others:
        return verdict(Aspect.IDENTITY, "another-image", _FAIL, system, measured=", ".join(others), **told)
    reason = "unmarked" if found else "unseen"
    return verdict(Aspect.IDENTITY, reason, _UNKNOWN, system, **told)


def _freshness(seen: Observed, policy: Policy, copy: Image | None) -> CheckResult:
    """A copy of this very image lacks nothing, for the bytes of an image cannot be written to."""
    system, rpo = seen.replica.system, policy.rpo
    told = {"threshold": "-" if rpo is None else span(rpo.total_seconds())}
    if copy is None:
        return verdict(Aspect.FRESHNESS, "not-comparable", _UNKNOWN, system, **told)
    seconds = max(seen.elapsed, 0.0)
    told |= {"measured": span(seconds), "seconds": f"{seconds:.3f}", "clock": "checker", "evidence": copy.id}
    if rpo is None:
        return verdict(Aspect.FRESHNESS, "no-threshold", _UNKNOWN, system, **told)
    good = seconds <= rpo.total_seconds()
    return verdict(Aspect.FRESHNESS, "fresh" if good else "stale", _PASS if good else _FAIL, system, **told)


def _continuity(system: str, image: Image, own: Sequence[Image], copy: Image | None) -> CheckResult:
    if not own:
        return verdict(Aspect.CONTINUITY, "unseen", _UNKNOWN, system)
    if copy is None:
        told = {"measured": own[0].status, "evidence": own[0].id}
        return verdict(Aspect.CONTINUITY, "not-active", _FAIL, system, **told)
    if copy.failed:
        return verdict(Aspect.CONTINUITY, "import-failed", _FAIL, system, measured=copy.failed, evidence=copy.id)
    if image.status != ACTIVE:
        told = {"measured": image.status, "evidence": image.id}
        return verdict(Aspect.CONTINUITY, "source-not-active", _FAIL, system, **told)
    return verdict(Aspect.CONTINUITY, "stands", _PASS, system, measured=copy.status, evidence=copy.id)


def _content(system: str, image: Image, copy: Image, drilled: CheckResult) -> CheckResult:
    told = {"measured": _short(copy), "threshold": _short(image), "evidence": copy.id}
    converted = image.settings.get("disk_format") != copy.settings.get("disk_format")
    comparable = image.digest and copy.digest and image.algorithm == copy.algorithm
    sizes = image.size is not None and copy.size is not None and image.size != copy.size
    if not converted and (sizes or (comparable and image.digest != copy.digest)):
        return verdict(Aspect.CONTENT, "other-bytes", _FAIL, system, **told)
    if drilled.status is _PASS:
        return verdict(Aspect.CONTENT, "restored", _PASS, system, clock="checker", evidence=copy.id)
    if converted:
        return verdict(Aspect.CONTENT, "converted", _UNKNOWN, system, **told)
    if not comparable:
        return verdict(Aspect.CONTENT, "no-hash", _UNKNOWN, system, **told)
    return verdict(Aspect.CONTENT, "only-uploaded", _UNKNOWN, system, **told)


def _short(image: Image) -> str:
    return f"{image.algorithm} {image.digest[:16]}" if image.digest else "-"


def _drift(system: str, image: Image, copy: Image) -> CheckResult:
    found = [f"{name} {mine}/{other}" for name, mine, other in unlike(image.settings, copy.settings, ())]
    told = {"measured": len(found), "threshold": 0, "evidence": copy.id}
    if found:
        return verdict(Aspect.DRIFT, "differs-image", _FAIL, system, first=", ".join(found[:_SHOWN]), **told)
    return verdict(Aspect.DRIFT, "none", _PASS, system, **told)


def _protection(system: str, copy: Image) -> CheckResult:
    """An image has no history to reach back into: what protects it is that nobody deletes it by mistake."""
    told = {"evidence": copy.id}
    if copy.visibility in _OPEN:
        return verdict(Aspect.PROTECTION, "open-to-all", _FAIL, system, measured=copy.visibility, **told)
    if copy.protected is None:
        return verdict(Aspect.PROTECTION, "unseen", _UNKNOWN, system, **told)
    if not copy.protected:
        return verdict(Aspect.PROTECTION, "deletable", _FAIL, system, measured="protected = false", **told)
    return verdict(Aspect.PROTECTION, "locked", _PASS, system, measured="protected = true", **told)
