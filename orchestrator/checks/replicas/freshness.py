"""3: how much would be lost now? Measured on the source's stamps and positions, never by the replica's own clock.

A standby whose position is at least the source's, which was asked before it, has everything that the source had then:
the loss is at most the time since. Otherwise the heartbeat row tells: source's clock − the replica's newest stamp, plus
the time between the two questions by the checker's monotonic clock. Without one, the stamp of the last transaction that
was replayed gives an upper bound only.
"""

from __future__ import annotations

from datetime import timedelta

from orchestrator.checks.replicas.trees import stale, unread
from orchestrator.checks.replicas.verdict import span, verdict
from orchestrator.model.maria_replica import MariaServer, show
from orchestrator.model.observed import Cluster, Observed, Tree
from orchestrator.model.replica import Aspect, Beat, Heartbeat
from orchestrator.model.result import CheckResult, CheckStatus

_LATE_BEATS = 5.0  # seconds that a timer may be late for its next beat, beyond three intervals
_JUMP = 30.0  # seconds by which stamps may disagree with the count of beats before a clock is doubted


def check_freshness(seen: Observed, rpo: timedelta | None, comparable: CheckResult) -> CheckResult:
    """Return the measured recovery point against the RPO; `comparable` is the verdict on identity."""
    system, source, target = seen.replica.system, seen.source, seen.target
    if source.fault or target.fault:
        return _unknown(system, "unseen", rpo)
    if comparable.status is not CheckStatus.PASS:
        return _unknown(system, "not-comparable", rpo)
    if source.cluster and target.cluster:
        return _standby(seen, source.cluster, target.cluster, rpo)
    if source.server and target.server:
        return _follower(seen, source.server, target.server, rpo)
    if source.tree and target.tree:
        return _copy(seen, source.tree, target.tree, rpo)
    return _unknown(system, "unseen", rpo)


def _standby(seen: Observed, source: Cluster, target: Cluster, rpo: timedelta | None) -> CheckResult:
    system = seen.replica.system
    if not target.recovery or source.timeline != target.timeline or source.lsn is None or target.lsn is None:
        return _unknown(system, "not-comparable", rpo)
    delay = target.apply_delay
    if rpo is not None and delay > rpo.total_seconds():
        return _delayed(system, delay, rpo, "recovery_min_apply_delay")
    behind = source.lsn - target.lsn
    if behind <= 0:
        # A delay holds back what has arrived: an idle minute proves nothing about the next one.
        return _judged(system, seen.elapsed + delay, rpo, clock="checker", evidence=f"position {source.lsn:X}")
    beat = seen.replica.heartbeat
    if beat and source.beat and target.beat:
        return _beats(seen, source.now, source.beat, target.beat, beat, rpo)
    return _bound(seen, source, target, behind, rpo)


def _follower(seen: Observed, source: MariaServer, target: MariaServer, rpo: timedelta | None) -> CheckResult:
    """Judge a replica by GTID; a filter or a delay changes what its position means."""
    system, feed = seen.replica.system, target.feed_from(source)
    if feed is None or source.written is None or not feed.gtid:
        return _unknown(system, "not-comparable", rpo)
    if rpo is not None and feed.delay > rpo.total_seconds():
        return _delayed(system, feed.delay, rpo, "SQL_Delay")
    behind = target.lacks(source)
    if not behind:
        return _judged(system, seen.elapsed + feed.delay, rpo, clock="checker", evidence=show(source.written))
    beat = seen.replica.heartbeat
    if beat and source.beat and target.beat:
        return _beats(seen, source.now, source.beat, target.beat, beat, rpo)
    return _unknown(system, "no-heartbeat", rpo, evidence=f"{behind} transactions behind")


def _beats(
    seen: Observed, now: float, newest: Beat, held: Beat, rules: Heartbeat, rpo: timedelta | None
) -> CheckResult:
    system, every = seen.replica.system, rules.every.total_seconds()
    age = now + seen.elapsed - held.ts
    since = now - newest.ts
    evidence = f"heartbeat {held.n} of {newest.n}"
    if since < -_LATE_BEATS or age < -_LATE_BEATS:
        return _unknown(system, "clock", rpo, evidence=evidence)
    if since > 3 * every + _LATE_BEATS:
        return _unknown(system, "heartbeat-stopped", rpo, evidence=evidence, since=span(since))
    # The row may be newer on the replica, which is asked later: no more than was written in between.
    apart, rows = newest.ts - held.ts, newest.n - held.n
    if apart > 3 * max(rows, 0) * every + _JUMP or apart < -seen.elapsed - _LATE_BEATS:
        return _unknown(system, "clock", rpo, evidence=evidence)
    return _judged(system, max(age, 0.0), rpo, clock="source", evidence=evidence)


def _bound(seen: Observed, source: Cluster, target: Cluster, behind: int, rpo: timedelta | None) -> CheckResult:
    """Judge a standby that is behind without a heartbeat: an upper bound may pass, and never fails."""
    system, evidence = seen.replica.system, f"{behind} bytes behind"
    if target.replayed_at is None:
        return _unknown(system, "no-heartbeat", rpo, evidence=evidence)
    bound = source.now + seen.elapsed - target.replayed_at
    if rpo is not None and 0 <= bound <= rpo.total_seconds():
        return _judged(system, bound, rpo, clock="source", evidence=evidence)
    return _unknown(system, "no-heartbeat", rpo, evidence=evidence, measured=f"≤ {span(bound)}" if bound >= 0 else "-")


def _copy(seen: Observed, source: Tree, target: Tree, rpo: timedelta | None) -> CheckResult:
    """Judge a copy of files by the oldest change at the source that it has not got."""
    late = stale(source, target)
    ages = [source.now + seen.elapsed - source.entries[path].changed for path in late]
    # What was changed while it was being read is no older than the reading.
    age = max(ages, default=seen.elapsed)
    clock, evidence = "source" if late else "checker", f"{len(late)} stale"
    found = _judged(seen.replica.system, max(age, 0.0), rpo, clock=clock, evidence=evidence)
    if found.status is CheckStatus.PASS and unread(source, target):
        return _unknown(seen.replica.system, "unread", rpo)
    return found


def _judged(system: str, seconds: float, rpo: timedelta | None, *, clock: str, evidence: str) -> CheckResult:
    told = {"measured": span(seconds), "seconds": f"{seconds:.3f}", "clock": clock, "evidence": evidence}
    if rpo is None:
        return verdict(Aspect.FRESHNESS, "no-threshold", CheckStatus.UNKNOWN, system, **told)
    good = seconds <= rpo.total_seconds()
    status, reason = (CheckStatus.PASS, "fresh") if good else (CheckStatus.FAIL, "stale")
    return verdict(Aspect.FRESHNESS, reason, status, system, threshold=_limit(rpo), **told)


def _delayed(system: str, delay: float, rpo: timedelta, setting: str) -> CheckResult:
    return verdict(
        Aspect.FRESHNESS, "delayed", CheckStatus.FAIL, system, measured=span(delay), threshold=_limit(rpo),
        seconds=f"{delay:.3f}", clock="-", evidence=setting,
    )  # fmt: skip


def _unknown(system: str, reason: str, rpo: timedelta | None, **values: object) -> CheckResult:
    return verdict(Aspect.FRESHNESS, reason, CheckStatus.UNKNOWN, system, threshold=_limit(rpo), **values)


def _limit(rpo: timedelta | None) -> str:
    return "-" if rpo is None else span(rpo.total_seconds())
