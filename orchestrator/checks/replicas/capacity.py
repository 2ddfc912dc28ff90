"""8: has the replica's disk room to go on?"""

from __future__ import annotations

from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus


def check_capacity(seen: Observed, headroom: int | None) -> CheckResult:
    """Return the free space at the replica in percent of what the source holds, against the policy's headroom."""
    system, size, free = seen.replica.system, None, None
    if seen.source.cluster and seen.target.cluster:
        size, free = seen.source.cluster.size, seen.target.cluster.free
    elif seen.source.server and seen.target.server:
        size, free = seen.source.server.size, seen.target.server.free
    elif seen.source.tree and seen.target.tree:
        size, free = sum(each.size for each in seen.source.tree.entries.values()), seen.target.tree.free
    if size is None or free is None:
        return verdict(Aspect.CAPACITY, "unseen", CheckStatus.UNKNOWN, system)
    percent = free * 100 // max(size, 1)
    told = {"measured": f"{percent} %", "evidence": f"{free} of {size} bytes"}
    if headroom is None:
        return verdict(Aspect.CAPACITY, "no-threshold", CheckStatus.UNKNOWN, system, **told)
    good = percent >= headroom
    status, reason = (CheckStatus.PASS, "room") if good else (CheckStatus.FAIL, "full")
    return verdict(Aspect.CAPACITY, reason, status, system, threshold=f"{headroom} %", **told)
