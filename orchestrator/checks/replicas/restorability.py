"""6: was service restored from it, lately and in time? The list's word, with its day."""

from __future__ import annotations

from datetime import date

from orchestrator.checks.replicas.verdict import span, verdict
from orchestrator.model.replica import Aspect, Policy, Told
from orchestrator.model.result import CheckResult, CheckStatus


def check_restorability(system: str, told: Told, policy: Policy, day: date) -> CheckResult:
    """Return the last drill's day and its measured recovery time against the policy's interval and RTO."""
    if told.last_drill is None:
        return verdict(Aspect.RESTORABILITY, "never", CheckStatus.FAIL, system, evidence="list")
    age = (day - told.last_drill).days
    values = {"measured": span(age * 86400), "day": told.last_drill, "clock": "list", "evidence": "list"}
    if age < 0:
        return verdict(Aspect.RESTORABILITY, "future", CheckStatus.UNKNOWN, system, **values)
    if policy.drill is None or policy.rto is None:
        missing = "drill" if policy.drill is None else "rto"
        return verdict(Aspect.RESTORABILITY, "no-threshold", CheckStatus.UNKNOWN, system, key=missing, **values)
    values["threshold"] = span(policy.drill.total_seconds())
    if age > policy.drill.days:
        return verdict(Aspect.RESTORABILITY, "long-ago", CheckStatus.FAIL, system, **values)
    values["threshold"] = span(policy.rto.total_seconds())
    if told.drill_rto is None:
        return verdict(Aspect.RESTORABILITY, "unmeasured", CheckStatus.UNKNOWN, system, **values)
    values["measured"] = span(told.drill_rto.total_seconds())
    if told.drill_rto > policy.rto:
        return verdict(Aspect.RESTORABILITY, "too-slow", CheckStatus.FAIL, system, **values)
    return verdict(Aspect.RESTORABILITY, "in-time", CheckStatus.PASS, system, **values)
