"""What the listings of two clouds say of a volume and its backups. `available` says that a backup was written, no more.

Ages are told by the clock of the cloud that wrote the stamps, which is the source's: only it can back up its volumes,
and a record that another cloud imported keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from orchestrator.checks.replicas.chains import Chain, Judged, judge_chains
from orchestrator.checks.replicas.verdict import Fault, continuity_of, span, verdict
from orchestrator.model.copies import Backup, Stock
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect, Policy, Replica
from orchestrator.model.result import CheckResult, CheckStatus

_PASS, _FAIL, _UNKNOWN = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN
_EARLY = 5.0  # seconds that a stamp may be before its cloud's clock, which tells whole ones
_APART = 60.0  # seconds by which two clouds' clocks may differ
_STUCK = timedelta(days=1)  # for what is still at work, where nobody said how often backups are made
_BUSY = frozenset({"creating", "restoring", "deleting"})
_CAUSES = ("stuck", "chain-broken", "last-failed", "overdue")  # cause before effect


def check_backups(seen: Observed, policy: Policy, drilled: CheckResult) -> Iterator[CheckResult]:
    """Yield the verdicts on a volume's backups but for restorability and distance; both ends answered."""
    system, source, target = seen.replica.system, seen.source.stock, seen.target.stock
    if source is None or target is None:
        yield from unseen(system)
        return
    own = [each for each in target.backups if each.volume == source.volumes[0].id]
    judged = judge_chains(own)
    yield _existence(seen, own or target.backups)
    yield _identity(system, source, target, own)
    if not own:
        yield _freshness_unknown(system, "not-comparable", policy)
        yield from (_unseen(aspect, system) for aspect in _REST)
        return
    yield _freshness(seen, source, target, judged, policy)
    yield _continuity(seen, source, target, own, judged)
    yield _content(system, judged, drilled)
    yield _drift(system, source, judged)
    yield _capacity(system, source, target, policy)
    yield _protection(seen, source, judged, policy)


_REST = (Aspect.CONTINUITY, Aspect.CONTENT, Aspect.DRIFT, Aspect.CAPACITY, Aspect.PROTECTION)


def unseen(system: str) -> Iterator[CheckResult]:
    """Yield what is known where an end did not answer: nothing."""
    yield from (_unseen(aspect, system) for aspect in (Aspect.IDENTITY, Aspect.FRESHNESS, *_REST))


def _unseen(aspect: Aspect, system: str) -> CheckResult:
    return verdict(aspect, "unseen", _UNKNOWN, system)


def _existence(seen: Observed, found: Sequence[Backup]) -> CheckResult:
    """A record of which nothing was ever written, or that failed, is no backup; nor is another volume's beside ours."""
    system, told = seen.replica.system, {"address": seen.replica.replica.where, "evidence": "backups/detail"}
    if not found:
        return verdict(Aspect.EXISTENCE, "no-backup", _FAIL, system, **told)
    if not any(each.usable for each in found):
        measured = f"{len(found)}: {', '.join(sorted({each.status for each in found}))}"
        return verdict(Aspect.EXISTENCE, "none-usable", _FAIL, system, measured=measured, **told)
    return verdict(Aspect.EXISTENCE, "there", _PASS, system, **told)


def _identity(system: str, source: Stock, target: Stock, own: Sequence[Backup]) -> CheckResult:
    told = {"threshold": source.volumes[0].id, "evidence": "volume_id"}
    if own:
        return verdict(Aspect.IDENTITY, "same", _PASS, system, measured=own[0].volume, **told)
    if not target.backups:
        return _unseen(Aspect.IDENTITY, system)
    others = ", ".join(sorted({each.volume or "-" for each in target.backups}))
    return verdict(Aspect.IDENTITY, "another-volume", _FAIL, system, measured=others, **told)


def now_of(seen: Observed, source: Stock, target: Stock) -> float | None:
    """Return the source cloud's clock when both had answered; None: it told none, or the other one contradicts it."""
    ends = [(end.at + end.took, stock.now) for end, stock in ((seen.source, source), (seen.target, target))]
    moment = max(at for at, _ in ends)
    clocks = [None if now is None else now + moment - at for at, now in ends]
    if clocks[0] is None or clocks[1] is None:
        return None
    slack = _APART + seen.source.took + seen.target.took
    return clocks[0] if abs(clocks[0] - clocks[1]) <= slack else None


def _freshness(seen: Observed, source: Stock, target: Stock, judged: Sequence[Judged], policy: Policy) -> CheckResult:
    """Judge the newest backup with everything that it was made on."""
    system, rpo = seen.replica.system, policy.rpo
    whole = [each.backup for each in judged if each.chain is Chain.WHOLE]
    untold = [each.backup for each in judged if each.chain is Chain.UNTOLD]
    now = now_of(seen, source, target)
    if now is None:
        clocks = " / ".join("-" if stock.now is None else f"{stock.now:.0f}" for stock in (source, target))
        return _freshness_unknown(system, "clouds-clock", policy, evidence=clocks)
    if not whole:
        return _freshness_unknown(system, "chain-untold" if untold else "no-whole", policy)
    newest = whole[-1]
    age = now - (newest.taken or 0)
    told = {"evidence": newest.id, "clock": "source"}
    if age < -_EARLY:
        return _freshness_unknown(system, "clouds-clock", policy, evidence=f"{newest.id}: {-age:.0f} s")
    told |= {"measured": span(max(age, 0)), "seconds": f"{max(age, 0):.3f}"}
    if rpo is None:
        return verdict(Aspect.FRESHNESS, "no-threshold", _UNKNOWN, system, **told)
    told["threshold"] = span(rpo.total_seconds())
    if age <= rpo.total_seconds():
        return verdict(Aspect.FRESHNESS, "fresh", _PASS, system, **told)
    if any(now - (each.taken or 0) <= rpo.total_seconds() for each in untold):
        return _freshness_unknown(system, "chain-untold", policy)
    return verdict(Aspect.FRESHNESS, "stale", _FAIL, system, **told)


def _freshness_unknown(system: str, reason: str, policy: Policy, **told: object) -> CheckResult:
    threshold = "-" if policy.rpo is None else span(policy.rpo.total_seconds())
    return verdict(Aspect.FRESHNESS, reason, _UNKNOWN, system, threshold=threshold, **told)


def _continuity(
    seen: Observed, source: Stock, target: Stock, own: Sequence[Backup], judged: Sequence[Judged]
) -> CheckResult:
    system = seen.replica.system
    faults = list(_faults(seen.replica, now_of(seen, source, target), own, judged))
    if (fault := continuity_of(system, faults, _CAUSES)) is not None:
        return fault
    if not judged:
        return _unseen(Aspect.CONTINUITY, system)
    newest = judged[-1]
    if newest.chain is not Chain.WHOLE:
        told = {"measured": newest.backup.id, "evidence": newest.lacks}
        return verdict(Aspect.CONTINUITY, "chain-untold", _UNKNOWN, system, **told)
    full = sum(not each.backup.incremental for each in judged)
    return verdict(Aspect.CONTINUITY, "kept", _PASS, system, measured=len(judged), evidence=f"{full} full")


def _faults(replica: Replica, now: float | None, own: Sequence[Backup], judged: Sequence[Judged]) -> Iterator[Fault]:
    limit = (replica.every or _STUCK).total_seconds()
    for backup in own:
        since = backup.made if backup.status == "creating" else backup.changed
        if backup.status in _BUSY and now is not None and since is not None and now - since > limit:
            yield "stuck", {
                "measured": span(now - since), "threshold": span(limit), "clock": "source",
                "evidence": f"{backup.id} ({backup.status})",
            }  # fmt: skip
            break
    broken = [each for each in judged if each.chain is Chain.BROKEN]
    if broken:
        yield "chain-broken", {"measured": len(broken), "evidence": broken[-1].backup.id, "lacks": broken[-1].lacks}
    last = max(own, key=lambda each: each.made or each.taken or 0)
    if last.status.startswith("error"):
        yield "last-failed", {"measured": last.status, "said": last.reason or "-", "evidence": last.id}
    newest = judged[-1].backup.taken if judged else None
    if replica.every is not None and now is not None and newest is not None and now - newest > 1.5 * limit:
        yield "overdue", {"measured": span(now - newest), "threshold": span(limit), "clock": "source"}


def _content(system: str, judged: Sequence[Judged], drilled: CheckResult) -> CheckResult:
    """Nothing that a cloud lists was read back: the sums beside the objects are compared by nobody."""
    told = {"evidence": judged[-1].backup.id if judged else "-"}
    if drilled.status is _PASS:
        return verdict(Aspect.CONTENT, "restored", _PASS, system, clock="checker", **told)
    return verdict(Aspect.CONTENT, "only-available", _UNKNOWN, system, **told)


def _drift(system: str, source: Stock, judged: Sequence[Judged]) -> CheckResult:
    if not judged:
        return _unseen(Aspect.DRIFT, system)
    size, kept = source.volumes[0].size_gib, judged[-1].backup.size_gib
    told = {"measured": f"{kept} GiB", "threshold": f"{size} GiB", "evidence": judged[-1].backup.id}
    if size != kept:
        return verdict(Aspect.DRIFT, "resized", _FAIL, system, **told)
    return verdict(Aspect.DRIFT, "same-size", _PASS, system, **told)


def _capacity(system: str, source: Stock, target: Stock, policy: Policy) -> CheckResult:
    """Ask for room for the next backups, and for the volume that a restoration makes."""
    if (room := target.room) is None:
        return _unseen(Aspect.CAPACITY, system)
    size = max(source.volumes[0].size_gib, 1)
    if room.volume_gib is not None and room.volume_gib < size:
        told = {"measured": f"{room.volume_gib} GiB", "threshold": f"{size} GiB", "evidence": "limits: gigabytes"}
        return verdict(Aspect.CAPACITY, "no-restore", _FAIL, system, **told)
    left = room.backup_gib if room.backups is None or room.backups > 0 else 0
    percent = None if left is None else left * 100 // size
    told = {"measured": "∞" if percent is None else f"{percent} %", "evidence": "limits: backup_gigabytes, backups"}
    if policy.headroom is None:
        return verdict(Aspect.CAPACITY, "no-threshold", _UNKNOWN, system, **told)
    good = percent is None or percent >= policy.headroom
    told["threshold"] = f"{policy.headroom} %"
    return verdict(Aspect.CAPACITY, "room" if good else "full", _PASS if good else _FAIL, system, **told)


def _protection(seen: Observed, source: Stock, judged: Sequence[Judged], policy: Policy) -> CheckResult:
    """Ask how far back the oldest whole backup reaches, and whether the bytes are encrypted where they lie."""
    system, retention = seen.replica.system, policy.retention
    whole = [each.backup for each in judged if each.chain is Chain.WHOLE]
    now = now_of(seen, source, seen.target.stock or source)
    if not whole or now is None:
        return _unseen(Aspect.PROTECTION, system)
    reach = now - (whole[0].taken or 0)
    told = {"measured": span(reach), "clock": "source", "evidence": whole[0].id}
    if retention is None:
        return verdict(Aspect.PROTECTION, "no-threshold", _UNKNOWN, system, **told)
    told["threshold"] = span(retention.total_seconds())
    if reach < retention.total_seconds():
        return verdict(Aspect.PROTECTION, "short", _FAIL, system, **told)
    encrypted = source.volumes[0].encrypted
    if encrypted is False:
        return verdict(Aspect.PROTECTION, "store-untold", _UNKNOWN, system, **told)
    if encrypted is None or not all(each.keyed for each in whole):
        return _unseen(Aspect.PROTECTION, system)
    if seen.replica.source.cloud != seen.replica.replica.cloud:
        return verdict(Aspect.PROTECTION, "key-untold", _UNKNOWN, system, **told)
    return verdict(Aspect.PROTECTION, "encrypted", _PASS, system, **told)
