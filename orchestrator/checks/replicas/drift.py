"""7: would it run as its source does? Versions and settings of a cluster; what only the copy of a tree has."""

from __future__ import annotations

from orchestrator.checks.replicas.gtid import differences
from orchestrator.checks.replicas.verdict import unlike, verdict
from orchestrator.model.observed import Cluster, Observed
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus

_SHOWN = 3
# Where a standby has less than its source, replay stops (PostgreSQL, hot standby parameters).
_AT_LEAST = frozenset(
    {
        "max_connections",
        "max_locks_per_transaction",
        "max_prepared_transactions",
        "max_wal_senders",
        "max_worker_processes",
    }
)


def check_drift(seen: Observed) -> CheckResult:
    """Return what differs beside the data."""
    system = seen.replica.system
    if seen.source.cluster and seen.target.cluster:
        found = _differences(seen.source.cluster, seen.target.cluster)
        evidence = "pg_settings"
    elif seen.source.server and seen.target.server:
        found = differences(seen.source.server, seen.target.server)
        evidence = "@@GLOBAL"
    elif seen.source.tree and seen.target.tree:
        found = sorted(seen.target.tree.entries.keys() - seen.source.tree.entries.keys())
        evidence = "manifest"
        if found:
            return verdict(
                Aspect.DRIFT, "extra", CheckStatus.FAIL, system, measured=len(found), threshold=0,
                first=", ".join(found[:_SHOWN]), evidence=evidence,
            )  # fmt: skip
    else:
        return verdict(Aspect.DRIFT, "unseen", CheckStatus.UNKNOWN, system)
    told = {"measured": len(found), "threshold": 0, "evidence": evidence}
    if found:
        return verdict(Aspect.DRIFT, "differs", CheckStatus.FAIL, system, first=", ".join(found[:_SHOWN]), **told)
    return verdict(Aspect.DRIFT, "none", CheckStatus.PASS, system, **told)


def _differences(source: Cluster, target: Cluster) -> list[str]:
    found = [] if source.version == target.version else [f"version {source.version}/{target.version}"]
    return [
        *found,
        *(f"{name} {mine}/{other}" for name, mine, other in unlike(source.settings, target.settings, _AT_LEAST)),
    ]
