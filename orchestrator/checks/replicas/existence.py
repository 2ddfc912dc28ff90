"""1: is there a replica, for everything that the list says the system has?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect, Replica
from orchestrator.model.result import CheckResult, CheckStatus


def check_declared(system: str, needed: frozenset[str], replicas: Sequence[Replica]) -> Iterator[CheckResult]:
    """Yield a failure for each kind that nobody made a replica of: who keeps files alone has no database."""
    made = {str(replica.kind) for replica in replicas}
    for kind in sorted(needed - made):
        reason = "kind" if made else "none"
        yield verdict(Aspect.EXISTENCE, reason, CheckStatus.FAIL, system, kind=kind, evidence="list")


def check_existence(seen: Observed) -> CheckResult:
    """Return whether both ends answered; what did not answer may still be there."""
    system = seen.replica.system
    for end, name, where in (
        (seen.target, "replica", seen.replica.replica),
        (seen.source, "source", seen.replica.source),
    ):
        told = {**end.values, "end": name, "address": where.where, "evidence": end.fault or "-"}
        if end.absent:
            return verdict(Aspect.EXISTENCE, "absent", CheckStatus.FAIL, system, **told)
        if end.fault:
            return verdict(Aspect.EXISTENCE, "unseen", CheckStatus.UNKNOWN, system, **told)
    address = seen.replica.replica.where
    return verdict(Aspect.EXISTENCE, "there", CheckStatus.PASS, system, address=address, evidence="both ends answered")
