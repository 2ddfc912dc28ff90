"""All ten checks of a system's replicas, and the three nested rates over systems."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from orchestrator.checks.replicas.backups import check_backups
from orchestrator.checks.replicas.capacity import check_capacity
from orchestrator.checks.replicas.content import check_content
from orchestrator.checks.replicas.continuity import check_continuity
from orchestrator.checks.replicas.drift import check_drift
from orchestrator.checks.replicas.existence import check_declared, check_existence
from orchestrator.checks.replicas.freshness import check_freshness
from orchestrator.checks.replicas.identity import check_identity
from orchestrator.checks.replicas.images import check_images
from orchestrator.checks.replicas.independence import check_cloud, check_independence
from orchestrator.checks.replicas.protection import check_protection
from orchestrator.checks.replicas.restorability import check_restorability
from orchestrator.checks.replicas.verdict import aspect_of, verdict
from orchestrator.model.observed import Observed
from orchestrator.model.recovering import CheckedReplica, CheckedSystem, Coverage, SeenSource, Wanted
from orchestrator.model.replica import CLOUD_KINDS, Aspect, Policy, ReplicaKind, Site, Told
from orchestrator.model.result import CheckResult, CheckStatus

# What makes a replica healthy; content must not be known to be wrong, and is proved by a drill.
_HEALTHY = frozenset({Aspect.IDENTITY, Aspect.FRESHNESS, Aspect.CONTINUITY, Aspect.INDEPENDENCE})
_WORST = (CheckStatus.ERROR, CheckStatus.FAIL, CheckStatus.UNKNOWN, CheckStatus.PASS)
_BROKEN = frozenset({CheckStatus.ERROR, CheckStatus.FAIL})
Judged = tuple[Aspect, CheckStatus]


def check_replica(seen: Observed, policy: Policy, told: Told, sites: Mapping[str, Site]) -> tuple[CheckResult, ...]:
    """Return the ten verdicts on a replica; a check that has no meaning for its kind gives none."""
    if seen.replica.kind in CLOUD_KINDS:
        return _check_kept(seen, policy, told, sites)
    identity = check_identity(seen)
    drilled = check_restorability(seen.replica, told, policy, seen.day)
    found = (
        check_existence(seen),
        identity,
        check_freshness(seen, policy.rpo, identity),
        check_continuity(seen),
        check_content(seen, identity, drilled),
        drilled,
        check_drift(seen),
        check_capacity(seen, policy.headroom),
        check_protection(seen, policy.retention),
        check_independence(seen.replica, sites, policy.away),
    )
    return tuple(each for each in found if each is not None)


def _check_kept(seen: Observed, policy: Policy, told: Told, sites: Mapping[str, Site]) -> tuple[CheckResult, ...]:
    """Return the verdicts on what a cloud keeps, in the order of the others."""
    drilled = check_restorability(seen.replica, told, policy, seen.day)
    check = check_images if seen.replica.kind is ReplicaKind.IMAGE else check_backups
    answered = seen.source.stock is not None and seen.target.stock is not None
    found = [
        *(() if answered else (check_existence(seen),)),
        *check(seen, policy, drilled),
        drilled,
        check_cloud(seen, sites, policy.away),
    ]
    return tuple(sorted(found, key=lambda each: list(Aspect).index(aspect_of(each))))


def one_is_far(checked: Sequence[tuple[CheckResult, ...]]) -> tuple[tuple[CheckResult, ...], ...]:
    """Return the verdicts on replicas of one kind with the distance of the farthest: a near one beside it is no fault.

    City and province may each keep one; the same machine or site is never an answer.
    """
    far = any(
        aspect_of(each) is Aspect.INDEPENDENCE and each.status is CheckStatus.PASS
        for found in checked
        for each in found
    )
    if not far:
        return tuple(checked)
    near, second = f"dr.{Aspect.INDEPENDENCE}.too-near", f"dr.{Aspect.INDEPENDENCE}.second"
    return tuple(
        tuple(replace(each, code=second, status=CheckStatus.PASS) if each.code == near else each for each in found)
        for found in checked
    )


def worst(results: Sequence[CheckResult]) -> CheckStatus:
    """Return the gravest status; nothing checked is unknown."""
    return worst_of({each.status for each in results})


def worst_of(found: Collection[CheckStatus]) -> CheckStatus:
    """Return the gravest of some statuses; of none it is unknown."""
    return next((status for status in _WORST if status in found), CheckStatus.UNKNOWN)


def check_system(wanted: Wanted, seen: Sequence[Observed], sites: Mapping[str, Site]) -> CheckedSystem:
    """Return everything that is found of a system: kinds nobody made, and the ten verdicts on each replica."""
    missing = tuple(check_declared(wanted.system, wanted.needed, [each.replica for each in seen]))
    found = [check_replica(each, wanted.policy, wanted.told, sites) for each in seen]
    for kind in ReplicaKind:
        indexes = [index for index, each in enumerate(seen) if each.replica.kind is kind]
        for index, results in zip(indexes, one_is_far([found[index] for index in indexes]), strict=True):
            found[index] = results
    replicas = tuple(
        CheckedReplica(
            kind=each.replica.kind,
            address=each.replica.replica.where,
            port=each.replica.replica.port,
            results=results,
            seconds=_seconds(results),
            source=_source(each),
        )
        for each, results in zip(seen, found, strict=True)
    )
    every = (*missing, *(each for results in found for each in results))
    return CheckedSystem(
        system=wanted.system,
        policy=wanted.policy,
        status=worst(every),
        missing=missing,
        replicas=replicas,
    )


def broken(wanted: Wanted, error: str) -> CheckedSystem:
    """Return a system whose check itself broke: nobody knows anything of it, and the others go on."""
    result = verdict(Aspect.EXISTENCE, "broken", CheckStatus.ERROR, wanted.system, evidence=error)
    return CheckedSystem(system=wanted.system, policy=wanted.policy, status=CheckStatus.ERROR, missing=(result,))


def _source(seen: Observed) -> SeenSource | None:
    """Return what a failover needs to know of a primary that may be gone by then."""
    source = seen.source.cluster
    if source is None or source.recovery or source.lsn is None or seen.ahead is None:
        return None
    beat = source.beat
    return SeenSource(
        identifier=source.identifier,
        lsn=source.lsn,
        ahead=round(seen.ahead, 3),
        n=beat.n if beat else None,
        ts=beat.ts if beat else None,
    )


def _seconds(results: Sequence[CheckResult]) -> float | None:
    told = [each.values["seconds"] for each in results if "seconds" in each.values]
    return float(told[0]) if told else None


def rate_coverage(systems: Sequence[CheckedSystem]) -> Coverage:
    """Return the rates over the systems that need a replica, by what was seen of them.

    Configured: everything exists and answered. Healthy: of its source, fresh, following and away, with no content known
    to be wrong. Drilled: restored in time within the interval.
    """
    checked = {each.system: [(aspect_of(one), one.status) for one in each.results] for each in systems}
    configured = tuple(system for system, found in checked.items() if is_configured(found))
    healthy = tuple(system for system in configured if is_healthy(checked[system]))
    drilled = tuple(system for system in healthy if _all(checked[system], {Aspect.RESTORABILITY}))
    return Coverage(needing=tuple(checked), configured=configured, healthy=healthy, drilled=drilled)


def is_configured(found: Sequence[Judged]) -> bool:
    """Tell whether everything that is needed exists and answered."""
    return _all(found, {Aspect.EXISTENCE})


def is_healthy(found: Sequence[Judged]) -> bool:
    """Tell whether it is configured, of its source, fresh, following and away, with no content known to be wrong."""
    return is_configured(found) and not any(faults_of_health(found))


def faults_of_health(found: Sequence[Judged]) -> Iterator[tuple[Aspect, CheckStatus]]:
    """Yield what keeps it from being healthy; content must not be known to be wrong, and is proved by a drill."""
    for aspect, status in found:
        wrong = status is not CheckStatus.PASS if aspect in _HEALTHY else status in _BROKEN
        if wrong and aspect in {*_HEALTHY, Aspect.CONTENT}:
            yield aspect, status
    for aspect in sorted(_HEALTHY - {Aspect.CONTINUITY} - {aspect for aspect, _ in found}):
        yield aspect, CheckStatus.UNKNOWN  # nobody looked


def _all(found: Sequence[Judged], aspects: set[Aspect] | frozenset[Aspect]) -> bool:
    chosen = [status for aspect, status in found if aspect in aspects]
    return bool(chosen) and all(status is CheckStatus.PASS for status in chosen)
