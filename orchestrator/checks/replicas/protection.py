"""9: is it safe from whoever listens, and from a wrong deletion? A standby and a mirror repeat both at once."""

from __future__ import annotations

from datetime import timedelta

from orchestrator.checks.replicas.gtid import encrypted
from orchestrator.checks.replicas.verdict import span, verdict
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus


def check_protection(seen: Observed, retention: timedelta | None) -> CheckResult:
    """Return whether the way is encrypted, and how far back the replica reaches: not at all, for these kinds."""
    system, sealed = seen.replica.system, _sealed(seen)
    if sealed is False:
        evidence = "pg_stat_ssl" if seen.source.cluster else "Master_SSL_Allowed"
        return verdict(Aspect.PROTECTION, "plain", CheckStatus.FAIL, system, evidence=evidence)
    told = {"measured": "0 d", "threshold": span(retention.total_seconds()) if retention else "-"}
    if retention is None:
        return verdict(Aspect.PROTECTION, "no-threshold", CheckStatus.UNKNOWN, system, **told)
    if retention:
        return verdict(Aspect.PROTECTION, "no-history", CheckStatus.FAIL, system, **told)
    if sealed is None:
        return verdict(Aspect.PROTECTION, "unseen", CheckStatus.UNKNOWN, system, **told)
    return verdict(Aspect.PROTECTION, "enough", CheckStatus.PASS, system, **told)


def _sealed(seen: Observed) -> bool | None:
    """Tell whether what the replica receives is encrypted; None: nobody can tell. Files travel by SSH."""
    if seen.source.cluster and seen.target.cluster:
        slot, senders = seen.target.cluster.slot, seen.source.cluster.senders
        if any(each.tls is False for each in senders if not slot or each.slot == slot):
            return False
        return True if senders else None
    if seen.source.server and seen.target.server:
        return encrypted(seen.source.server, seen.target.server)
    return True if seen.source.tree is not None else None
