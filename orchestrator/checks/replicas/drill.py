"""What a drill of recovery showed: that nothing led out, what was lost, and that both ends are as they were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from orchestrator.checks.replicas.verdict import span
from orchestrator.model.drill import Answered, Way
from orchestrator.model.observed import Cluster, Seen
from orchestrator.model.replica import Heartbeat, Policy
from orchestrator.model.result import CheckResult, CheckStatus

# What the kernel says where no interface and no route leads anywhere, as `psql` tells it (before version 14 and since).
# A refusal or a silence came from outside, or may have, and what a server says stands elsewhere: only this says that
# nothing was sent.
_NOWHERE = re.compile(
    r'psql: error: (?:connection to server at "[^"]*"(?: \([^)]*\))?, port \d+ failed|could not connect to server):'
    r" (?:Network is unreachable|Cannot assign requested address)"
)
_MISSED_BEATS = 5  # a heartbeat that is older has stopped, and its age says nothing of what is written


def check_ways(system: str, ways: Sequence[Way]) -> tuple[CheckResult, ...]:
    """Check that no connection from inside got anywhere; nothing tried is no proof."""
    if not ways:
        return (CheckResult(code="drill.ways", status=CheckStatus.UNKNOWN, subject=system),)
    return tuple(
        CheckResult.of(
            "drill.way",
            _NOWHERE.fullmatch(way.said),
            system,
            what=way.what,
            address=way.address,
            port=way.port,
            said=way.said or "-",
        )
        for way in ways
    )


def check_ends(system: str, source: Seen, target: Seen) -> CheckResult:
    """Check that the replica can be drilled: a standby of this source, which is none itself."""
    one, other = source.cluster, target.cluster
    if one is None or other is None:
        silent = next(seen for seen in (source, target) if seen.cluster is None)
        return CheckResult(
            code="drill.silent",
            status=CheckStatus.UNKNOWN,
            subject=system,
            values={"which": "source" if silent is source else "replica", "fault": silent.fault},
        )
    good = one.identifier == other.identifier and other.recovery and not one.recovery
    return CheckResult.of("drill.standby", good, system, source=one.identifier, replica=other.identifier)


def measure_loss(beat: Heartbeat | None, source: Seen, target: Seen, answered: Answered) -> float | None:
    """Return the seconds of heartbeats that a recovery at the decision lacks, by the source's stamps.

    The copy is made after the decision, and its standby goes on meanwhile as it would not after a loss of the source:
    what the replica had at the decision counts, or what the copy has, whichever is less. None: nobody can tell.
    """
    one, other = source.cluster, target.cluster
    if beat is None or one is None or other is None or one.beat is None or other.beat is None or answered.ts is None:
        return None
    # Read at the source before its clock.
    if one.now - one.beat.ts > _MISSED_BEATS * beat.every.total_seconds() + source.took:
        return None
    return max(0.0, one.beat.ts - min(other.beat.ts, answered.ts))


def check_answer(system: str, target: Seen, answered: Answered) -> CheckResult:
    """Check that the copy may be written to and has at least what the replica had at the decision."""
    had = target.cluster.beat if target.cluster else None
    good = answered.writable and (had is None or (answered.n is not None and answered.n >= had.n))
    n = "-" if answered.n is None else answered.n
    return CheckResult.of("drill.answer", good, system, n=n, had=had.n if had else "-")


def check_times(system: str, policy: Policy, rto: float | None, rpo: float | None) -> Iterator[CheckResult]:
    """Yield recovery time and loss against what is wanted; what was not measured or not wanted is unknown."""
    for name, measured, wanted in (("rto", rto, policy.rto), ("rpo", rpo, policy.rpo)):
        yield CheckResult(
            code=f"drill.{name}",
            status=_within(measured, wanted),
            subject=system,
            values={
                "measured": "-" if measured is None else span(measured),
                "threshold": "-" if wanted is None else span(wanted.total_seconds()),
            },
        )


def _within(measured: float | None, wanted: timedelta | None) -> CheckStatus:
    if measured is None or wanted is None:
        return CheckStatus.UNKNOWN
    return CheckStatus.PASS if measured <= wanted.total_seconds() else CheckStatus.FAIL


def check_untouched(system: str, before: tuple[Seen, Seen], after: tuple[Seen, Seen]) -> Iterator[CheckResult]:
    """Yield whether source and replica are as they were; who does not answer afterwards is unknown."""
    for name, old, new in zip(("source", "replica"), before, after, strict=True):
        if old.cluster is None or new.cluster is None:
            yield CheckResult(
                code="drill.untouched", status=CheckStatus.UNKNOWN, subject=system, values={"which": name, "now": "-"}
            )
            continue
        changed = sorted(_changed(old.cluster, new.cluster))
        yield CheckResult.of("drill.untouched", not changed, system, which=name, now=", ".join(changed) or "-")


def _changed(old: Cluster, new: Cluster) -> Iterator[str]:
    for name in ("identifier", "timeline", "recovery", "paused", "receiver", "slot"):
        if getattr(old, name) != getattr(new, name):
            yield f"{name} {getattr(old, name)} → {getattr(new, name)}"
    if _senders(old) != _senders(new):
        yield "pg_stat_replication"
    if {slot.name for slot in old.slots} != {slot.name for slot in new.slots}:
        yield "pg_replication_slots"


def _senders(cluster: Cluster) -> set[tuple[str, str, str]]:
    return {(sender.address, sender.slot, sender.state) for sender in cluster.senders}
