"""6: was service restored from it, lately and in time? A drill whose result is kept.

Where there is no drill for a kind of replica yet, the list's word counts, with its day. Of what clouds keep it does
not: the list has one word for a whole system.
"""

from __future__ import annotations

from datetime import date

from orchestrator.checks.replicas.verdict import span, verdict
from orchestrator.model.drill import KeptDrill
from orchestrator.model.replica import CLOUD_KINDS, Aspect, Policy, Replica, ReplicaKind, Told
from orchestrator.model.result import CheckResult, CheckStatus

_DRILLED = frozenset({ReplicaKind.POSTGRESQL})


def check_restorability(replica: Replica, told: Told, policy: Policy, day: date) -> CheckResult:
    """Return the last drill's day and its measured recovery time against the policy's interval, RTO and RPO."""
    system = replica.system
    if (drill := told.drills.get(replica.key)) is not None:
        return _kept(drill, policy, day)
    if replica.kind in CLOUD_KINDS:
        status = CheckStatus.FAIL if told.last_drill is None else CheckStatus.UNKNOWN
        reason, day_of = ("unrestored", "-") if told.last_drill is None else ("list-alone", str(told.last_drill))
        return verdict(Aspect.RESTORABILITY, reason, status, system, day=day_of, clock="list", evidence="list")
    if replica.kind not in _DRILLED:
        return _listed(system, told, policy, day)
    if told.last_drill is None:
        return verdict(Aspect.RESTORABILITY, "undrilled", CheckStatus.FAIL, system, evidence="dr.drilled")
    return verdict(
        Aspect.RESTORABILITY, "claimed", CheckStatus.UNKNOWN, system, day=told.last_drill, clock="list", evidence="list"
    )


def _kept(drill: KeptDrill, policy: Policy, day: date) -> CheckResult:
    age = (day - drill.day).days
    values = {"measured": span(age * 86400), "day": drill.day, "clock": "checker", "evidence": f"drill {drill.id}"}

    def told(reason: str, status: CheckStatus, **more: object) -> CheckResult:
        return verdict(Aspect.RESTORABILITY, reason, status, drill.system, **{**values, **more})

    if not drill.sound or drill.rto is None:
        return told("failed", CheckStatus.FAIL, step=drill.failed or "-")
    if policy.drill is None or policy.rto is None or policy.rpo is None:
        missing = next(name for name in ("drill", "rto", "rpo") if getattr(policy, name) is None)
        return told("no-threshold", CheckStatus.UNKNOWN, key=missing)
    if age > policy.drill.days:
        return told("long-ago", CheckStatus.FAIL, threshold=span(policy.drill.total_seconds()))
    times = {"measured": span(drill.rto), "threshold": span(policy.rto.total_seconds())}
    if drill.rto > policy.rto.total_seconds():
        return told("too-slow", CheckStatus.FAIL, **times)
    if drill.rpo is None:
        return told("loss-unmeasured", CheckStatus.UNKNOWN)
    if drill.rpo > policy.rpo.total_seconds():
        lost = {"measured": span(drill.rpo), "threshold": span(policy.rpo.total_seconds())}
        return told("lost-more", CheckStatus.FAIL, **lost)
    return told("drilled", CheckStatus.PASS, **times)


def _listed(system: str, told: Told, policy: Policy, day: date) -> CheckResult:
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
