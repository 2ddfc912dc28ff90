"""May clients be led home? Both ends, how far the old primary has come, and a second person's word."""

from __future__ import annotations

from datetime import date, datetime

from orchestrator.checks.replicas.continuity import check_continuity
from orchestrator.checks.replicas.failover import fault_of, reached, server_of
from orchestrator.checks.replicas.identity import check_identity
from orchestrator.model.failback import Pair, Standing
from orchestrator.model.failover import FenceStatement
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Replica
from orchestrator.model.result import CheckResult, CheckStatus

LAG = 64 * 1024**2  # bytes that it may be behind: nobody waits long for them
_SHUT = frozenset({Standing.CLOSED, Standing.FOLLOWS})


def check_failback(
    home: Replica, pair: Pair, data: str, statement: FenceStatement | None, *, programme: str, actor: str, now: datetime
) -> tuple[CheckResult, ...]:
    """Return every verdict before the side that is left is closed.

    Args:
        home: the pair as it stands now: its replica is the old primary.
        pair: both ends.
        data: the folder that the side that is left runs on.
        statement: who agreed; None: nobody did.
        programme: whose it is.
        actor: who is at work: never who agreed.
        now: the time.
    """
    primary = check_leaving(home, pair, data)
    if primary.status is not CheckStatus.PASS:
        return (primary, check_agreed(home, statement, programme=programme, actor=actor, now=now))
    day: date = now.date()
    seen = Observed(replica=home, source=pair.looked.source, target=pair.looked.target, day=day)
    follows = (check_identity(seen), check_continuity(seen))
    return (
        primary,
        *(each for each in follows if each is not None),
        check_lag(home, pair),
        check_agreed(home, statement, programme=programme, actor=actor, now=now),
    )


def check_leaving(home: Replica, pair: Pair, data: str) -> CheckResult:
    """Check that both answer, and that the side that is left is a primary and runs on the data that is closed."""
    cluster = pair.looked.source.cluster
    told = {"server": server_of(home), "data": data or "-"}
    if pair.looked.target.cluster is None:
        return _result("home.silent", CheckStatus.UNKNOWN, home, decision="-")
    if cluster is None or pair.leaving is Standing.UNKNOWN:
        return _result("primary.silent", CheckStatus.UNKNOWN, home, **told)
    if cluster.recovery or pair.leaving is not Standing.OPEN:
        return _result("primary.standby", CheckStatus.FAIL, home, **told)
    if home.failback is None or data != home.failback.data:
        return _result("primary.data", CheckStatus.FAIL, home, **told)
    return _result("primary.answers", CheckStatus.PASS, home, **told)


def check_lag(home: Replica, pair: Pair) -> CheckResult:
    """Check that the old primary is not so far behind that clients wait for it."""
    cluster = pair.looked.source.cluster
    lsn = cluster.lsn if cluster else None
    if lsn is None:
        return _result("lag", CheckStatus.UNKNOWN, home, behind="-", most=str(LAG))
    behind = max(0, lsn - reached(pair.looked))
    status = CheckStatus.PASS if behind <= LAG else CheckStatus.FAIL
    return _result("lag", status, home, behind=str(behind), most=str(LAG))


def check_agreed(
    home: Replica, statement: FenceStatement | None, *, programme: str, actor: str, now: datetime
) -> CheckResult:
    """Check that a second person signed that clients may be led away from this very server."""
    server = server_of(home)
    if statement is None:
        return _result("agreed.none", CheckStatus.FAIL, home, server=server)
    told = {"server": server, "by": statement.principal or "-"}
    if reason := fault_of(statement, home, server, programme, actor, now):
        return _result(f"agreed.{reason}", CheckStatus.FAIL, home, **told)
    return _result("agreed.signed", CheckStatus.PASS, home, **told, did=statement.did)


def check_going_on(home: Replica, pair: Pair) -> tuple[CheckResult, ...]:
    """Check, after a decision, that nobody opened the side that was left, and that it fed nobody since."""
    target, decided = pair.looked.target.cluster, pair.looked.decided
    told = {"server": server_of(home), "decision": decided.id if decided else "-"}
    if target is None or decided is None:
        return (_result("home.silent", CheckStatus.UNKNOWN, home, **told),)
    if pair.leaving in {Standing.OPEN, Standing.CLOSING, Standing.STOPPED}:
        return (_result("reopened", CheckStatus.FAIL, home, **told),)
    # A promoted one may have been failed over since: nobody leads clients to it while the other one is silent.
    if pair.leaving not in _SHUT and not target.recovery:
        return (_result("primary.silent", CheckStatus.UNKNOWN, home, **told, data="-"),)
    if target.recovery and reached(pair.looked) > decided.lsn:
        return (_result("reopened", CheckStatus.FAIL, home, **told),)
    return ()


def check_last(home: Replica, end: int, replayed: int | None) -> CheckResult:
    """Check that the old primary replayed the last record of the side that was closed: the one that tells its end."""
    if replayed is None:
        return _result("last", CheckStatus.UNKNOWN, home, end=str(end), has="-")
    status = CheckStatus.PASS if replayed > end else CheckStatus.FAIL
    return _result("last", status, home, end=str(end), has=str(replayed))


def _result(code: str, status: CheckStatus, home: Replica, **values: str) -> CheckResult:
    return CheckResult(code=f"failback.{code}", status=status, subject=home.system, values=values)
