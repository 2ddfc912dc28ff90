"""4: does it still follow? A link that was cut looks `streaming` for a minute on both sides; silence does not lie."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.replicas.gtid import check_following
from orchestrator.checks.replicas.verdict import Fault, continuity_of, span, verdict
from orchestrator.model.observed import Cluster, Observed, Sender, Slot
from orchestrator.model.replica import Aspect, ReplicaKind
from orchestrator.model.result import CheckResult, CheckStatus

_SLACK = 5.0  # seconds beyond two answers that were due
_UNSET = 60.0  # seconds of silence where the servers themselves set no limit
_LOST = frozenset({"lost", "unreserved"})
# Cause before effect: a standby whose slot was lost also receives nothing.
_CAUSES = (
    "split", "closing", "promoted", "timeline", "slot-lost", "slot-missing", "paused", "no-receiver", "slot-idle",
    "no-sender", "silent-source", "silent-replica", "catching-up",
)  # fmt: skip


def check_continuity(seen: Observed) -> CheckResult | None:
    """Return what keeps a standby from following, cause before effect; None for a copy of files: it does not stream."""
    system, source, target = seen.replica.system, seen.source.cluster, seen.target.cluster
    if seen.replica.kind is ReplicaKind.FILES:
        return None
    if seen.target.server:
        return check_following(seen, seen.source.server, seen.target.server)
    if target is None:
        return verdict(Aspect.CONTINUITY, "unseen", CheckStatus.UNKNOWN, system)
    # What the replica alone tells is a finding also where its source is silent.
    faults = list(_own(target))
    if source is not None:
        faults += _common(seen, source, target)
    if (fault := continuity_of(system, faults, _CAUSES)) is not None:
        return fault
    if source is None:
        return verdict(Aspect.CONTINUITY, "unseen", CheckStatus.UNKNOWN, system)
    return verdict(
        Aspect.CONTINUITY, "follows", CheckStatus.PASS, system, evidence=f"timeline {target.timeline}, streaming"
    )


def _own(target: Cluster) -> Iterator[Fault]:
    if not target.recovery:
        yield from _closing(target, "replica")
        yield "promoted", {"evidence": "pg_is_in_recovery() = false"}
        return
    if target.paused != "not paused":
        yield "paused", {"measured": target.paused or "-", "evidence": "pg_get_wal_replay_pause_state"}
    if target.receiver != "streaming":
        yield "no-receiver", {"measured": target.receiver or "-", "evidence": "pg_stat_wal_receiver"}
    else:
        # An idle source says something every half of its time-out.
        limit = (target.sender_timeout / 2 or _UNSET) + 2 * _SLACK
        yield from _silent("silent-source", target.receipt_age, limit, "replica")


def _closing(cluster: Cluster, end: str) -> Iterator[Fault]:
    """A server that whoever closed it did not stop: it serves until it is started again, and then nobody does."""
    if cluster.closing:
        yield "closing", {"measured": end, "evidence": "standby.signal, pg_is_in_recovery() = false"}


def _common(seen: Observed, source: Cluster, target: Cluster) -> Iterator[Fault]:
    yield from _closing(source, "source")
    if not target.recovery:
        if not source.recovery and source.identifier == target.identifier:
            told = f"timelines {source.timeline}, {target.timeline}; pg_is_in_recovery() = false"
            yield "split", {"evidence": told}
        return
    if source.timeline != target.timeline:
        yield "timeline", {"measured": target.timeline, "threshold": source.timeline, "evidence": "timeline"}
    yield from _slot(source, target)
    sender = _sender(seen, source, target)
    if sender is None:
        yield "no-sender", {"evidence": "pg_stat_replication"}
    elif sender.state != "streaming":
        yield "catching-up", {"measured": sender.state, "evidence": "pg_stat_replication"}
    else:
        limit = 2 * target.status_interval + _SLACK if target.status_interval else source.sender_timeout or _UNSET
        yield from _silent("silent-replica", sender.reply_age, limit, "source")


def _silent(reason: str, age: float | None, limit: float, clock: str) -> Iterator[Fault]:
    if age is None or age > limit:
        told = "-" if age is None else span(age)
        yield reason, {"measured": told, "threshold": span(limit), "clock": clock, "evidence": "last message"}


def _slot(source: Cluster, target: Cluster) -> Iterator[Fault]:
    if not target.slot:
        return
    found: Slot | None = next((slot for slot in source.slots if slot.name == target.slot), None)
    told: dict[str, object] = {"evidence": f"slot {target.slot}"}
    if found is None:
        yield "slot-missing", told
    elif found.status in _LOST:
        yield "slot-lost", {**told, "measured": found.status}
    elif not found.active:
        yield "slot-idle", told


def _sender(seen: Observed, source: Cluster, target: Cluster) -> Sender | None:
    """Return the source's connection to this replica: by its slot, else by its address."""
    if target.slot:
        return next((each for each in source.senders if each.slot == target.slot), None)
    address = seen.replica.replica.reach.address
    return next((each for each in source.senders if each.address == address), None)
