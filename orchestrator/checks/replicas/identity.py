"""2: is it a replica of this source, and is this still the source?"""

from __future__ import annotations

from orchestrator.checks.replicas.gtid import check_origin
from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.observed import Cluster, Observed, Tree
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus


def check_identity(seen: Observed) -> CheckResult:
    """Return whether both ends are of one origin: by the cluster's identifier, whom it follows, or the trees' names."""
    system = seen.replica.system
    source, target = seen.source, seen.target
    if source.cluster and target.cluster:
        return _clusters(system, source.cluster, target.cluster)
    if source.server and target.server:
        return check_origin(seen, source.server, target.server)
    if source.tree and target.tree:
        return _trees(system, source.tree, target.tree)
    return verdict(Aspect.IDENTITY, "unseen", CheckStatus.UNKNOWN, system)


def _clusters(system: str, source: Cluster, target: Cluster) -> CheckResult:
    told = {"measured": target.identifier, "threshold": source.identifier, "evidence": "pg_control_system"}
    if source.identifier != target.identifier:
        return verdict(Aspect.IDENTITY, "another", CheckStatus.FAIL, system, **told)
    if source.recovery:
        return verdict(Aspect.IDENTITY, "source-is-standby", CheckStatus.FAIL, system, **told)
    return verdict(Aspect.IDENTITY, "same", CheckStatus.PASS, system, **told)


def _trees(system: str, source: Tree, target: Tree) -> CheckResult:
    common = len(source.entries.keys() & target.entries.keys())
    told = {"measured": common, "threshold": len(source.entries), "evidence": "manifest"}
    if not source.entries:
        return verdict(Aspect.IDENTITY, "empty", CheckStatus.UNKNOWN, system, **told)
    if not target.entries:
        return verdict(Aspect.IDENTITY, "empty-copy", CheckStatus.UNKNOWN, system, **told)
    # Half of the names: a copy that is behind shares most of them, a copy of another tree hardly any.
    if common * 2 < min(len(source.entries), len(target.entries)):
        return verdict(Aspect.IDENTITY, "another-tree", CheckStatus.FAIL, system, **told)
    return verdict(Aspect.IDENTITY, "same", CheckStatus.PASS, system, **told)
