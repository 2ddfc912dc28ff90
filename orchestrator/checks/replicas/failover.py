"""May this standby take its primary's place? Both ends, the fence and the loss; each refusal has a word of its own.

What speaks for it is never that the primary is silent: silence is a cut line as often as a dead machine.
"""

from __future__ import annotations

import math
from datetime import datetime

from orchestrator.checks.replicas.verdict import span
from orchestrator.model.failover import Accepted, FenceStatement, Known, Looked, Loss
from orchestrator.model.observed import Cluster, Seen
from orchestrator.model.recovering import SeenSource
from orchestrator.model.replica import Heartbeat, Replica
from orchestrator.model.result import CheckResult, CheckStatus

# Faults that nobody's silence makes, and those that only somebody who lives can answer with.
_SILENCE = frozenset({"session.ended", "session.late", "session.refused"})
_ANSWERS = frozenset({"session.error", "session.too-much", "dr.answer", "dr.too-old"})
# How a client says that there was nobody; whatever else it says of a connection, a server said.
_NOBODY = (
    "Is the server running", "No such file", "Connection refused", "timeout expired", "timed out", "No route to host",
    "is unreachable", "Host is down", "closed the connection",
)  # fmt: skip
_SLACK = 5.0  # seconds that clocks and looks may differ by
_BEATS = 3  # heartbeats that may be late before a standby is called silent


def check_failover(
    replica: Replica, known: Known, looked: Looked, loss: Loss, accepted: Accepted, *, programme: str, actor: str,
    now: datetime,
) -> tuple[CheckResult, ...]:  # fmt: skip
    """Return every verdict before a decision; only where all pass may the standby be promoted.

    Args:
        replica: the standby.
        known: what checks saw, and the statement on the fence.
        looked: both ends, as they are now.
        loss: as `measure_failover_loss` has it.
        accepted: what a person accepts of it.
        programme: whose it is.
        actor: who is at work: never who signed.
        now: the time.
    """
    source = looked.target.cluster
    return (
        check_primary(replica, looked.source),
        check_standby(replica, known.source, looked, accepted),
        check_fence(replica, known, source, programme=programme, actor=actor, now=now),
        check_loss(replica, loss, accepted),
    )


def check_primary(replica: Replica, seen: Seen) -> CheckResult:
    """Check that nobody answers as the primary: one that does is left by a cutover, which loses nothing."""
    told = {"server": server_of(replica), "fault": seen.fault or "-", "said": seen.values.get("said", "-")}
    if seen.cluster is not None:
        return _result(
            "primary.standby" if seen.cluster.recovery else "primary.answers", CheckStatus.FAIL, replica, **told
        )
    if seen.fault not in _SILENCE | _ANSWERS:
        return _result("primary.unasked", CheckStatus.UNKNOWN, replica, **told)
    if _speaks(seen):
        return _result("primary.speaks", CheckStatus.FAIL, replica, **told)
    return _result("primary.silent", CheckStatus.PASS, replica, **told)


def _speaks(seen: Seen) -> bool:
    """Tell whether a server said something: one that refuses a role, or is only starting, lives."""
    said = seen.values.get("said", "")
    if seen.fault in _ANSWERS:
        return True
    return "connection to server" in said and not any(word in said for word in _NOBODY)


def check_standby(replica: Replica, known: SeenSource | None, looked: Looked, accepted: Accepted) -> CheckResult:
    """Check that the standby answers, is of this primary, replays, and hears nothing of it any more."""
    target, status = looked.target.cluster, CheckStatus.FAIL
    told = {"fault": looked.target.fault or "-"}
    reason = "stands"
    if target is None:
        reason, status = "silent", CheckStatus.UNKNOWN
    elif not target.recovery:
        reason = "promoted"
    elif known and known.identifier != target.identifier:
        reason, told = "another", {"source": known.identifier, "target": target.identifier}
    elif target.paused != "not paused":
        reason = "paused"
    elif target.apply_delay:
        reason, told = "delayed", {"delay": span(target.apply_delay)}
    elif _fed(replica.heartbeat, target):
        reason, told = "fed", {"age": span(target.receipt_age or 0)}
    elif known is None and not accepted.unknown:
        reason, status = "unseen", CheckStatus.UNKNOWN
    else:
        told = {
            "lsn": str(target.lsn or "-"),
            "timeline": str(target.timeline),
            "behind": str(reached(looked) - (target.lsn or 0)),
        }
        status = CheckStatus.PASS
    return _result(f"standby.{reason}", status, replica, **told)


def check_decided(replica: Replica, looked: Looked) -> tuple[CheckResult, ...]:
    """Check that a standby that was decided on heard nothing of its primary since; one that is promoted cannot."""
    target, decided = looked.target.cluster, looked.decided
    if target is None or decided is None or not target.recovery:
        return ()
    if target.timeline == decided.timeline and reached(looked) <= decided.lsn:
        return ()
    return (_result("standby.resumed", CheckStatus.FAIL, replica, failover=decided.id),)


def reached(looked: Looked) -> int:
    """Return the bytes of the primary's log that the standby has."""
    target = looked.target.cluster
    return max(looked.received or 0, (target.lsn or 0) if target else 0)


def _fed(heartbeat: Heartbeat | None, target: Cluster) -> bool:
    """Tell whether the primary was heard of so lately that it must be thought alive, whoever else it is silent to."""
    if target.receiver != "streaming" or target.receipt_age is None:
        return False
    # Without a heartbeat an idle primary says something every half of its time-out.
    every = heartbeat.every.total_seconds() * _BEATS if heartbeat else target.sender_timeout / 2
    return target.receipt_age <= every + _SLACK


def check_fence(
    replica: Replica, known: Known, target: Cluster | None, *, programme: str, actor: str, now: datetime
) -> CheckResult:
    """Check that a second person signed that this very primary can no longer write, and that nothing contradicts it."""
    statement, server = known.statement, server_of(replica)
    if statement is None:
        return _result("fence.none", CheckStatus.FAIL, replica, server=server)
    told = {"server": server, "by": statement.principal or "-", "since": f"{statement.since:%Y-%m-%d %H:%M:%S %z}"}
    reason = fault_of(statement, replica, server, programme, actor, now)
    beat = target.beat if target else None
    if not reason and beat and beat.ts - (known.source.ahead if known.source else 0) > _stamp(statement.since) + _SLACK:
        reason = "contradicted"
    if reason:
        return _result(f"fence.{reason}", CheckStatus.FAIL, replica, **told)
    return _result("fence.statement", CheckStatus.PASS, replica, **told, did=statement.did)


def fault_of(
    statement: FenceStatement, replica: Replica, server: str, programme: str, actor: str, now: datetime
) -> str:
    """Return the word for why a statement does not count for a server; empty where it does."""
    if statement.fault or not statement.principal:
        return (statement.fault or "unsigned").replace(".", "-")
    if statement.programme != programme:
        return "other-programme"
    if statement.system != replica.system:
        return "other-system"
    if statement.server != server:
        return "other-server"
    if not statement.since <= statement.made <= now <= statement.expires:
        return "expired"
    # Four eyes (双人复核): whoever acts cannot be the one who says so, whatever key was used.
    if actor in {statement.actor, statement.principal} or actor.partition("@")[0] == statement.principal:
        return "same-person"
    return ""


def measure_failover_loss(heartbeat: Heartbeat | None, known: Known, looked: Looked, now: datetime) -> Loss:
    """Return what the standby lacks, by what checks saw of the primary, until it was fenced or, where it is not, now.

    The standby's newest heartbeat is a stamp of the primary's own clock: all that was acknowledged before it is there.
    """
    source, target = known.source, looked.target.cluster
    if target is None or source is None:
        return Loss(newest=target.beat if target else None)
    lacking = max(0, source.lsn - reached(looked))
    beat = target.beat
    if heartbeat is None or beat is None or source.n is None:
        return Loss(newest=beat, lacking=lacking)
    until = _stamp(known.statement.since if known.statement else now) + source.ahead
    seconds = until - beat.ts
    least = max(0, source.n - beat.n)
    if seconds < -_SLACK:
        return Loss(newest=beat, least=least, lacking=lacking)  # the clocks contradict each other
    # One more than there is time for: heartbeats are not told to the second.
    most = max(least, math.floor(max(0.0, seconds) / heartbeat.every.total_seconds()) + 1)
    return Loss(newest=beat, least=least, most=most, seconds=max(0.0, seconds), lacking=lacking)


def check_loss(replica: Replica, loss: Loss, accepted: Accepted) -> CheckResult:
    """Check that a person accepts what is lost: by its number, or by the word `unknown` where nobody can tell it."""
    told = {
        "least": "-" if loss.least is None else str(loss.least),
        "lacking": "-" if loss.lacking is None else str(loss.lacking),
        "newest": "-" if loss.newest is None else str(loss.newest.n),
    }
    if loss.most is None:
        return _result("loss.unknown", CheckStatus.PASS if accepted.unknown else CheckStatus.UNKNOWN, replica, **told)
    told |= {"most": str(loss.most), "seconds": span(loss.seconds or 0), "accepted": str(accepted.heartbeats)}
    passed = loss.most <= accepted.heartbeats
    return _result("loss.bound", CheckStatus.PASS if passed else CheckStatus.FAIL, replica, **told)


def is_split(looked: Looked) -> bool:
    """Tell whether the old primary and the one that was promoted may both be written to."""
    source, target = looked.source.cluster, looked.target.cluster
    return bool(
        source and target and not source.recovery and not target.recovery and source.identifier == target.identifier
    )


def server_of(replica: Replica) -> str:
    """Return the primary as a statement names it."""
    return f"{replica.source.reach.address}:{replica.source.port}"


def _stamp(moment: datetime) -> float:
    return moment.timestamp()


def _result(code: str, status: CheckStatus, replica: Replica, **values: str) -> CheckResult:
    return CheckResult(code=f"failover.{code}", status=status, subject=replica.system, values=values)
