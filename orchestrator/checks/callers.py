"""Does a caller reach what it must call, and hold nothing of the side that is closed? Unknown is never pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from orchestrator.model.callers import Answered, Becomes, Call, CallerLook, CallStands
from orchestrator.model.result import CheckResult, CheckStatus

# What an HTTP server answers where there is nothing of what was asked for.
_ABSENT = frozenset({404, 410})
_BROKEN = 500
_WORST = (CheckStatus.FAIL, CheckStatus.UNKNOWN, CheckStatus.PASS)


def check_caller(call: Call, looks: Sequence[CallerLook]) -> CheckResult:
    """Judge an interface by what each of its caller's machines showed; the worst of them counts."""
    if call.ask and call.becomes is Becomes.REGISTERED:
        return _worst(call, looks, _answered) if call.hosts else unseen(call)
    if call.must is None:
        # Its machines may still show that it holds on to the closed side.
        held = [each for each in (_one(call, one) for one in looks) if each.status is CheckStatus.FAIL]
        return held[0] if held else _result(call, CheckStatus.UNKNOWN, call.reason)
    if not call.hosts:
        return _result(call, CheckStatus.UNKNOWN, "not-ours")
    return _worst(call, looks, _one)


def _worst(call: Call, looks: Sequence[CallerLook], judge: Callable[[Call, CallerLook], CheckResult]) -> CheckResult:
    asked = {each.host for each in looks}
    if not looks or any(host.name not in asked for host in call.hosts):
        return unseen(call)
    return min((judge(call, each) for each in looks), key=lambda each: _WORST.index(each.status))


def unseen(call: Call) -> CheckResult:
    """Return the verdict on an interface that nobody has looked at since the sides stand as they do."""
    if call.must is None and not (call.ask and call.hosts):
        return _result(call, CheckStatus.UNKNOWN, call.reason)
    return _result(call, CheckStatus.UNKNOWN, "unseen" if call.hosts else "not-ours")


def check_callers(system: str, stands: Sequence[CallStands], told: str) -> CheckResult:
    """Check, for a retirement, that every interface was seen to be right or is confirmed.

    Args:
        system: its id.
        stands: its interfaces.
        told: whom the list names as connected with it and gives no interface of; who is there is unknown.
    """
    left = [each.call.interface for each in stands if not each.settled]
    failing = any(each.check.status is CheckStatus.FAIL for each in stands)
    values: Mapping[str, str] = {"count": str(len(stands))}
    if left:
        status = CheckStatus.FAIL if failing else CheckStatus.UNKNOWN
        return _gate(system, status, reason="open", interfaces=", ".join(left), **values)
    if told:
        return _gate(system, CheckStatus.UNKNOWN, reason="not-listed", told=told)
    if not stands:
        return _gate(system, CheckStatus.UNKNOWN, reason="none", **values)
    return _gate(system, CheckStatus.PASS, **values)


def waiting(stands: Iterable[CallStands]) -> tuple[str, ...]:
    """Return the interfaces that a system still waits for."""
    return tuple(each.call.interface for each in stands if not each.settled)


def _one(call: Call, seen: CallerLook) -> CheckResult:
    """Judge one machine: what it holds of the closed side comes first, for that is wrong whatever else is right."""
    held = sorted(set(call.closed) & seen.held) if seen.held is not None else []
    told = {"host": seen.host, "said": seen.said}
    if held:
        at = ", ".join(f"{address}:{port}" for address, port in held)
        return _result(call, CheckStatus.FAIL, "held", host=seen.host, at=at)
    if call.must is None:
        return _result(call, CheckStatus.UNKNOWN, call.reason)
    if seen.connected is Answered.UNASKED:
        return _result(call, CheckStatus.UNKNOWN, "unasked", **told)
    if seen.connected is Answered.NO:
        return _result(call, CheckStatus.FAIL, "refused", **told)
    if call.must.scheme != "tcp":
        if not seen.status:
            return _result(call, CheckStatus.UNKNOWN, "no-answer", **told)
        if seen.status in _ABSENT or seen.status >= _BROKEN:
            return _result(call, CheckStatus.FAIL, "status", **told, answer=str(seen.status))
    if call.closed and seen.held is None:
        return _result(call, CheckStatus.UNKNOWN, "unread", **told)
    return _answered(call, seen) if call.ask else _result(call, CheckStatus.PASS, "right", host=seen.host)


def _answered(call: Call, look: CallerLook) -> CheckResult:
    """Judge what a machine was answered to the interface's own question; text may be in either encoding of Chinese."""
    ask, answer = call.ask, look.answer
    if ask is None:
        raise ValueError("there is no question")
    told = {"host": look.host, "url": str(ask.url)}
    if answer is None or answer.asked is Answered.UNASKED:
        return _result(call, CheckStatus.UNKNOWN, "unheard", **told, said=answer.said if answer else look.said)
    if answer.asked is Answered.NO:
        return _result(call, CheckStatus.FAIL, "silent", **told, said=answer.said)
    if answer.status != ask.status:
        return _result(call, CheckStatus.FAIL, "answer", **told, answer=str(answer.status), wanted=str(ask.status))
    if not any(ask.text.encode(name, "replace") in answer.body for name in ("utf-8", "gb18030")):
        status = CheckStatus.FAIL if answer.whole else CheckStatus.UNKNOWN
        return _result(call, status, "text" if answer.whole else "long", **told, wanted=ask.text)
    return _result(call, CheckStatus.PASS, "proven", **told)


def _result(call: Call, status: CheckStatus, reason: str, **values: str) -> CheckResult:
    told = {
        "interface": call.interface,
        "caller": call.caller,
        "callee": call.callee,
        "must": str(call.must or "?"),
        "contact": call.contact or "?",
        **values,
    }
    return CheckResult(code=f"caller.{reason}", status=status, subject=call.interface, values=told)


def _gate(system: str, status: CheckStatus, **values: str) -> CheckResult:
    return CheckResult(code="gate.callers", status=status, subject=system, values=values)
