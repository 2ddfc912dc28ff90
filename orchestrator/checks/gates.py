"""May it happen now? Window, approval, rehearsal and soak against the clock; unknown is never pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from orchestrator.model.life import Life
from orchestrator.model.moving import Act, Approval, MovingRules
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.routes import Forwarder, Forwarding
from orchestrator.model.schedule import BEIJING, Freeze, Schedule

# Reasons for which a window cannot be used any more.
OVER = frozenset({"late", "short"})
_TOLD = 10  # clients of the old address that are named


def check_window(
    schedule: Schedule | None,
    system: str,
    now: datetime,
    *,
    life: Life | None = None,
    needed: timedelta = timedelta(),
) -> CheckResult:
    """Check that the system's window is open, was not given back, and that a rollback would still end inside it.

    The schedule's rollback deadline is the window's end less what a rollback and its margin take: whoever has not
    opened by then could no longer get back in time.

    Args:
        schedule: the plan that windows are taken from.
        system: its id.
        now: the time.
        life: knows which window was given back.
        needed: what a frozen section that begins now may take.
    """
    if schedule is None:
        return _result("gate.window", CheckStatus.UNKNOWN, system, reason="no-schedule")
    found = schedule.slot(system)
    if found is None:
        return _result("gate.window", CheckStatus.FAIL, system, reason="no-slot")
    window, slot = found
    told = {"from": _clock(slot.start), "until": _clock(slot.rollback_by), "end": _clock(window.end)}
    reason = ""
    given_back = _given_back(life).get("start") if life is not None else None
    if given_back and datetime.fromisoformat(given_back) == slot.start:
        reason = "given-back"
    elif now < slot.start:
        reason = "early"
    elif now > slot.rollback_by:
        reason = "late"
    elif now + needed > slot.rollback_by:
        reason, told = "short", {**told, "seconds": f"{needed.total_seconds():.0f}"}
    if reason:
        return _result("gate.window", CheckStatus.FAIL, system, reason=reason, **told)
    return _result("gate.window", CheckStatus.PASS, system, **told)


def frozen_time(life: Life, limit: timedelta) -> timedelta:
    """Return what a frozen section may take: its limit, or more where a rehearsal took more."""
    rehearsal = life.facts.get("rehearsal")
    gap = rehearsal.get("gap_ms") if isinstance(rehearsal, Mapping) else None
    return max(limit, timedelta(milliseconds=gap)) if isinstance(gap, (int, float)) else limit


def _given_back(life: Life) -> Mapping[str, str]:
    fact = life.facts.get("given_back")
    return fact if isinstance(fact, Mapping) else {}


def check_freeze(freezes: Iterable[Freeze], system: str, now: datetime) -> CheckResult:
    """Check that no freeze covers the day, for programmes without a schedule (which keeps off them by itself)."""
    today = now.astimezone(BEIJING).date()
    frozen = next((freeze for freeze in freezes if freeze.first <= today <= freeze.last), None)
    if frozen is None:
        return _result("gate.freeze", CheckStatus.PASS, system, reason="none")
    return _result("gate.freeze", CheckStatus.FAIL, system, name=frozen.name, until=frozen.last.isoformat())


def check_approval(
    approvals: Sequence[Approval],
    *,
    system: str,
    act: Act,
    digest: str,
    actor: str,
    now: datetime,
    life: Life | None = None,
) -> CheckResult:
    """Check that a second person approved this very plan and that the approval still holds.

    Four eyes (双人复核): whoever acts cannot be the one who approved, whatever key was used. What was approved before
    the life's window was given back was given back with it.
    """
    given_back = _given_back(life).get("at") if life is not None and act is Act.CUTOVER else None
    faults = []
    for approval in approvals:
        if approval.system != system or approval.act is not act:
            continue
        fault = _fault(approval, digest, actor, now)
        if not fault and given_back and approval.made <= datetime.fromisoformat(given_back):
            fault = "given-back"
        if not fault:
            return _result(
                "gate.approval",
                CheckStatus.PASS,
                system,
                act=str(act),
                by=approval.principal,
                until=_clock(approval.expires),
            )
        faults.append(fault)
    reason = faults[-1] if faults else "none"
    return _result("gate.approval", CheckStatus.FAIL, system, reason=reason, act=str(act), digest=digest)


def _fault(approval: Approval, digest: str, actor: str, now: datetime) -> str:
    if approval.fault or not approval.principal:
        return approval.fault or "unsigned"
    if approval.digest != digest:
        return "other-plan"
    if not approval.made <= now <= approval.expires:
        return "expired"
    if actor in {approval.actor, approval.principal} or actor.partition("@")[0] == approval.principal:
        return "same-person"
    return ""


def check_rehearsal(life: Life, rules: MovingRules, digest: str, now: datetime) -> CheckResult:
    """Check that what would be done was rehearsed, not long ago; another plan's rehearsal says nothing of this one."""
    fact = life.facts.get("rehearsal")
    if not isinstance(fact, dict):
        return _result("gate.rehearsal", CheckStatus.FAIL, life.system, reason="none")
    at = datetime.fromisoformat(str(fact["at"]))
    told = {"at": _clock(at), "gap_ms": str(fact.get("gap_ms", "?"))}
    if fact.get("digest") != digest:
        return _result("gate.rehearsal", CheckStatus.FAIL, life.system, reason="other-plan", **told)
    if now - at > timedelta(days=rules.rehearsal_days):
        return _result("gate.rehearsal", CheckStatus.FAIL, life.system, reason="old", **told)
    return _result("gate.rehearsal", CheckStatus.PASS, life.system, **told)


def check_names(life: Life, wait: timedelta, now: datetime) -> CheckResult:
    """Check that nobody can still be told a name's old address for as long as before its TTL was lowered.

    Args:
        life: knows since when every server tells the lower one.
        wait: the TTL that they told before.
        now: the time.
    """
    lowered = life.facts.get("lowered")
    if not isinstance(lowered, str):
        return _result("gate.names", CheckStatus.UNKNOWN, life.system, until="?")
    until = datetime.fromisoformat(lowered) + wait
    status = CheckStatus.PASS if now >= until else CheckStatus.FAIL
    return _result("gate.names", status, life.system, until=until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"))


def check_quiet(life: Life, passes: Forwarder, seen: Forwarding) -> CheckResult:
    """Check that nobody has come to the old address for as long as the programme says; unknown is never quiet."""
    told = {
        "address": passes.address,
        "days": f"{passes.quiet / timedelta(days=1):g}",
        "said": seen.fault or seen.state,
    }
    if seen.fault or seen.state != "on":
        return _result("gate.quiet", CheckStatus.UNKNOWN, life.system, reason="unknown", **told)
    told["hours"] = str(seen.since // 3600)
    if seen.clients:
        shown = " ".join(seen.clients[:_TOLD]) + (" …" if len(seen.clients) > _TOLD else "")
        told |= {"count": str(len(seen.clients)), "clients": shown}
        return _result("gate.quiet", CheckStatus.FAIL, life.system, reason="clients", **told)
    if seen.since < passes.quiet.total_seconds():
        return _result("gate.quiet", CheckStatus.FAIL, life.system, reason="short", **told)
    return _result("gate.quiet", CheckStatus.PASS, life.system, **told)


def check_soak(life: Life, rules: MovingRules, now: datetime) -> CheckResult:
    """Check that the system has been open for as long as was agreed."""
    if life.since is None:
        return _result("gate.soak", CheckStatus.UNKNOWN, life.system, until="?")
    over = life.since + rules.soak
    status = CheckStatus.PASS if now >= over else CheckStatus.FAIL
    return _result("gate.soak", status, life.system, until=_clock(over))


def _clock(at: datetime) -> str:
    """Return a time of Beijing: windows are agreed in it, wherever the machine stands."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _result(code: str, status: CheckStatus, system: str, **values: str) -> CheckResult:
    return CheckResult(code=code, status=status, subject=system, values=values)
