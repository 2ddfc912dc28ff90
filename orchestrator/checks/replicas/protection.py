"""9: is it safe from whoever listens, and from a wrong deletion? A standby and a mirror repeat both at once."""

from __future__ import annotations

from datetime import timedelta

from orchestrator.checks.replicas.verdict import span, verdict
from orchestrator.model.replica import Aspect, Observed
from orchestrator.model.result import CheckResult, CheckStatus


def check_protection(seen: Observed, retention: timedelta | None) -> CheckResult:
    """Return whether the way is encrypted, and how far back the replica reaches: not at all, for these two kinds."""
    system, source, target = seen.replica.system, seen.source.cluster, seen.target.cluster
    if source and target:
        senders = [each for each in source.senders if not target.slot or each.slot == target.slot]
        if any(each.tls is False for each in senders):
            return verdict(Aspect.PROTECTION, "plain", CheckStatus.FAIL, system, evidence="pg_stat_ssl")
    told = {"measured": "0 d", "threshold": span(retention.total_seconds()) if retention else "-"}
    if retention is None:
        return verdict(Aspect.PROTECTION, "no-threshold", CheckStatus.UNKNOWN, system, **told)
    if retention:
        return verdict(Aspect.PROTECTION, "no-history", CheckStatus.FAIL, system, **told)
    encrypted = bool(target and source and source.senders) or seen.source.tree is not None
    if not encrypted:
        return verdict(Aspect.PROTECTION, "unseen", CheckStatus.UNKNOWN, system, **told)
    return verdict(Aspect.PROTECTION, "enough", CheckStatus.PASS, system, **told)
