"""How every replica stands by what was last seen of it, with the drill that is due; nobody is asked anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from orchestrator.checks.replicas.grade import grade_system
from orchestrator.checks.replicas.system import faults_of_health, is_configured, is_healthy, worst_of
from orchestrator.model.centre import Centre, DrillDue, StoodReplica, StoodSystem
from orchestrator.model.recovering import KeptCheck, KeptReplica, Place, Wanted
from orchestrator.model.replica import Aspect, Grades, ReplicaKind
from orchestrator.model.result import CheckStatus

SOON = timedelta(days=30)  # so long before its last day a drill is said to be due
DRILLED = "drilled"  # the reason of the check of restorability where a kept drill counts
_AFTER = timedelta(days=1)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # where nothing was seen no moment matters


def stand_of_day(wanted: Sequence[Wanted], checks: Sequence[KeptCheck], grades: Grades, day: date) -> Centre:
    """Return how the centre stood on a day, from what had been seen up to it.

    A check counts through the day on which the policy's `check` ends, as audits count it.
    """
    seen = {one.system: one for one in checks if one.day <= day}
    return Centre(
        systems=tuple(_of_day(one, seen.get(one.system), grades, day) for one in wanted),
        grades=grades,
    )


def stand_now(
    wanted: Sequence[Wanted], checks: Sequence[KeptCheck], grades: Grades, now: datetime, day: date
) -> Centre:
    """Return how the centre stands at a moment of a day: a check counts no second longer than the policy says."""
    seen = {one.system: one for one in checks}
    return Centre(
        systems=tuple(_of_now(one, seen.get(one.system), grades, now, day) for one in wanted),
        grades=grades,
    )


def is_drilled(seen: KeptCheck) -> bool:
    """Tell whether the check found of each replica a drill that counts."""
    restored = {reason for aspect, _, reason in seen.verdicts if aspect is Aspect.RESTORABILITY}
    return restored == {DRILLED}


def _of_day(wanted: Wanted, seen: KeptCheck | None, grades: Grades, day: date) -> StoodSystem:
    believed = seen is not None and seen.counts(day)
    moments = [one.at for one in wanted.told.drills.values()] + ([seen.at] if seen else [])
    # The level is that of the last thing which was seen, or of a moment at which it counts no longer.
    keep = wanted.policy.check or timedelta()
    moment = max(moments, default=_NEVER) if believed or seen is None else seen.at + keep + _AFTER
    return _stood(wanted, seen, grades, moment, day, believed=believed)


def _of_now(wanted: Wanted, seen: KeptCheck | None, grades: Grades, now: datetime, day: date) -> StoodSystem:
    keep = wanted.policy.check
    believed = seen is not None and keep is not None and timedelta() <= now - seen.at <= keep
    return _stood(wanted, seen, grades, now, day, believed=believed)


def _stood(
    wanted: Wanted, seen: KeptCheck | None, grades: Grades, moment: datetime, day: date, *, believed: bool
) -> StoodSystem:
    replicas = tuple(_replicas(wanted, seen, day, believed=believed))
    judged = [(aspect, status) for aspect, status, _ in seen.verdicts] if seen else []
    configured = believed and is_configured(judged)
    healthy = configured and is_healthy(judged)
    policy = wanted.policy
    return StoodSystem(
        system=wanted.system,
        level=policy.level,
        rpo=policy.rpo,
        rto=policy.rto,
        status=worst_of({each.status for each in replicas}),
        checked=seen.at if seen else None,
        until=seen.until if seen else None,
        believed=believed,
        configured=configured,
        healthy=healthy,
        drilled=healthy and seen is not None and is_drilled(seen),
        replicas=replicas,
        graded=grade_system(wanted, seen, grades, moment),
    )


def _replicas(wanted: Wanted, seen: KeptCheck | None, day: date, *, believed: bool) -> Iterator[StoodReplica]:
    made = {place.kind for place in wanted.places}
    for kind in sorted(wanted.needed - made):
        yield StoodReplica(kind=kind, status=CheckStatus.FAIL, code="missing")
    found = list(seen.replicas) if seen else []
    for place in wanted.places:
        its = next((each for each in found if _is(each, place)), None)
        if its is not None:
            found.remove(its)
        status, code, aspect = _judged(seen, its, believed=believed)
        yield _with_drill(
            wanted,
            place,
            day,
            StoodReplica(
                kind=place.kind,
                address=place.address,
                port=0 if place.kind == ReplicaKind.FILES else place.port,
                site=place.site,
                follows=place.follows,
                status=status,
                code=code,
                aspect=aspect,
                loss=its.seconds if its else None,
            ),
        )


def _is(kept: KeptReplica, place: Place) -> bool:
    return kept.kind == place.kind and kept.address == place.address and kept.port in {0, place.port}


def _judged(seen: KeptCheck | None, its: KeptReplica | None, *, believed: bool) -> tuple[CheckStatus, str, str]:
    """Return what is known of a replica, why, and which of its aspects says so."""
    unknown = CheckStatus.UNKNOWN
    if seen is None:
        return unknown, "unseen", ""
    if seen.broken:
        return CheckStatus.ERROR, "broken", ""
    if its is None:
        return unknown, "unseen", ""  # it was declared since
    if not believed:
        return unknown, "unlimited" if seen.until is None else "old", ""
    judged = [(aspect, status) for aspect, status, _ in its.judged]
    if is_healthy(judged):
        return CheckStatus.PASS, "healthy", ""
    faults = [pair for pair in judged if pair[0] is Aspect.EXISTENCE and pair[1] is not CheckStatus.PASS]
    faults = faults or list(faults_of_health(judged))
    failed = [aspect for aspect, status in faults if status is CheckStatus.FAIL]
    if failed:
        return CheckStatus.FAIL, "faulty", str(failed[0])
    return unknown, "untold", str(faults[0][0] if faults else Aspect.EXISTENCE)


def _with_drill(wanted: Wanted, place: Place, day: date, stood: StoodReplica) -> StoodReplica:
    kept, every, listed = wanted.told.drills.get(place.key), wanted.policy.drill, wanted.told.last_drill
    if kept is None:
        return replace(stood, drill=DrillDue.CLAIMED if listed else DrillDue.NEVER, drilled=listed)
    told = replace(stood, drilled=kept.day, recovery=kept.rto)
    if not kept.sound or kept.rto is None:
        return replace(told, drill=DrillDue.FAILED)
    if every is None:
        return replace(told, drill=DrillDue.UNLIMITED)
    try:
        due = kept.day + every
    except OverflowError:  # beyond the calendar's end
        due = date.max
    state = DrillDue.OVERDUE if day > due else DrillDue.SOON if due - SOON <= day else DrillDue.IN_TIME
    return replace(told, drill=state, due=due)
