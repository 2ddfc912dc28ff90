"""Views of a system's callers: what becomes of each interface at the switch, and what was seen of it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.callers import Becomes, Call, CallStands
from orchestrator.model.life import Life
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.gates import gate_lines
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class CallersView:
    """A system's interfaces, each with what is known of its caller; `gate` is what a retirement asks."""

    life: Life
    stands: Sequence[CallStands]
    gate: CheckResult

    @property
    def settled(self) -> bool:
        """Tell whether nothing is open; unknown is."""
        return self.gate.status is CheckStatus.PASS

    def data(self) -> object:
        """Return each interface with its verdict, when it was seen and who confirmed it."""
        return {
            "system": self.life.system,
            "phase": self.life.phase,
            "interfaces": [stands_data(each) for each in self.stands],
            "gate": self.gate,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each interface, and what is still open."""
        for each in self.stands:
            yield from stands_lines(each, say)
        yield from gate_lines(self.gate, say)


def call_data(call: Call) -> Mapping[str, object]:
    """Return an interface for programs; addresses as text."""
    return {
        "interface": call.interface,
        "caller": call.caller,
        "callee": call.callee,
        "inward": call.inward,
        "listed": str(call.listed or ""),
        "becomes": call.becomes,
        "reason": call.reason,
        "must": str(call.must or ""),
        "hosts": [host.name for host in call.hosts],
        "contact": call.contact,
        "ask": {"url": str(call.ask.url), "status": call.ask.status, "text": call.ask.text} if call.ask else None,
    }


def stands_data(stands: CallStands) -> Mapping[str, object]:
    """Return an interface with what is known of its caller."""
    said = stands.confirmed
    return {
        **call_data(stands.call),
        "status": stands.check.status,
        "code": stands.check.code,
        "values": stands.check.values,
        "seen": stands.seen,
        "confirmed": {"by": said.by, "at": said.at, "note": said.note} if said else None,
        "settled": stands.settled,
    }


def call_lines(calls: Sequence[Call] | None, system: str, say: Say) -> Iterator[str]:
    """Say what becomes of each interface at the switch; what nobody can tell is told as that, with what helps."""
    if calls is None:
        yield say("caller.no-list", system=system)
    elif not calls:
        yield say("caller.none-listed", system=system)
    for call in calls or ():
        if call.becomes is Becomes.REGISTERED:
            yield say(f"caller.{call.reason}", **_values(call))
            if call.ask and call.hosts:
                yield f"    → {say('caller.asks', url=call.ask.url, hosts=', '.join(host.name for host in call.hosts))}"
            else:
                yield f"    → {say(f'caller.{call.reason}.remedy', **_values(call))}"
            continue
        yield say(f"caller.becomes.{call.becomes}", **_values(call))
        if call.becomes is Becomes.UNKNOWN:
            yield f"    → {say(f'caller.{call.reason}.remedy', **_values(call))}"
        if not call.hosts:
            yield f"    → {say('caller.not-ours.remedy', **_values(call))}"


def stands_lines(stands: CallStands, say: Say) -> Iterator[str]:
    """Give an interface's verdict, with what helps where it is open."""
    check, values = stands.check, {**_values(stands.call), **stands.check.values}
    yield f"{say(f'verdict.{check.status}')}  {say(check.code, **values)}"
    if stands.seen:
        yield f"    {say('caller.seen', at=stands.seen)}"
    if stands.confirmed:
        said = stands.confirmed
        yield f"    {say('caller.said', by=said.by, at=said.at, note=said.note or '–')}"
    if not stands.settled and (helps := say.either(f"{check.code}.remedy", **values)):
        yield f"    → {helps}"


def _values(call: Call) -> Mapping[str, str]:
    return {
        "system": call.callee if call.inward else call.caller,
        "interface": call.interface,
        "caller": call.caller,
        "callee": call.callee,
        "listed": str(call.listed or "?"),
        "must": str(call.must or "?"),
        "contact": call.contact or "?",
    }
