"""Looks at a system's callers from their own side, and keeps what was seen and what a person said in its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Protocol

from orchestrator.checks.callers import check_caller, unseen, waiting
from orchestrator.errors import Refused
from orchestrator.execution.lives import Lives
from orchestrator.model.callers import Call, CallerHost, CallerLook, CallStands, Confirmed
from orchestrator.model.endpoint import Ask, Endpoint
from orchestrator.model.life import Life, Side, writable
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.planning.callers import expectation
from orchestrator.ports import Clock, Evidence

_AT_ONCE = 8
LEFT = "caller.left"
SEEN, SAID = "callers", "callers_confirmed"  # facts of a life, by interface


class CallerProbe(Protocol):
    """Looks from a caller's machine."""

    def look(self, host: CallerHost, must: Endpoint | None, ask: Ask | None = None) -> CallerLook:
        """Return what it shows; it never raises for a machine that is not reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """What looking at callers takes."""

    probe: CallerProbe
    lives: Lives
    evidence: Evidence
    clock: Clock

    def look(self, life: Life, calls: Sequence[Call]) -> tuple[Life, tuple[CallStands, ...]]:
        """Look from every machine that the tool can log in to, and return the life that knows what was seen."""
        asked = [(call, host) for call in calls for host in call.hosts if call.must or call.closed or call.ask]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = list(pool.map(lambda one: self.probe.look(one[1], one[0].must, one[0].ask), asked))
        by_call: dict[str, list[CallerLook]] = {call.interface: [] for call in calls}
        for (call, _), seen in zip(asked, found, strict=True):
            by_call[call.interface].append(seen)
        now = self.clock.now().isoformat(timespec="seconds")
        facts = {
            call.interface: {"of": expectation(call), "at": now, **asdict(check_caller(call, by_call[call.interface]))}
            for call in calls
        }
        told = {name: f"{each['code']}={each['status']}" for name, each in facts.items()}
        self.evidence.record("callers.seen", system=life.system, attempt=life.attempt, interfaces=told)
        life = self._waiting(self.lives.learn(life, **{SEEN: facts}), calls)
        return life, stand(life, calls)

    def confirm(self, life: Life, calls: Sequence[Call], interface: str, *, by: str, note: str) -> Life:
        """Write down a person's word that a caller calls what it must; it holds while the sides stand as they do.

        Raises:
            Refused: `caller.none`: the system has no such interface; `caller.seen-wrong`: what was seen says otherwise.
        """
        stands = next((each for each in stand(life, calls) if each.call.interface == interface), None)
        if stands is None:
            raise Refused("caller.none", system=life.system, interface=interface)
        if stands.check.status is CheckStatus.FAIL:
            raise Refused("caller.seen-wrong", system=life.system, interface=interface, cause=stands.check.code)
        now = self.clock.now().isoformat(timespec="seconds")
        said = {"of": expectation(stands.call), "by": by, "at": now, "note": note}
        self.evidence.record("caller.confirmed", system=life.system, interface=interface, **said)
        return self._waiting(self.lives.learn(life, **{SAID: {**_facts(life, SAID), interface: said}}), calls)

    def _waiting(self, life: Life, calls: Sequence[Call]) -> Life:
        """Note which interfaces an open system waits for; what else a life waits for comes before them."""
        left = waiting(stand(life, calls))
        if writable(life.phase) is Side.TARGET and left and life.waits_for in {"", LEFT}:
            waits = {"system": life.system, "interfaces": ", ".join(left)}
            return self.lives.note(life, waits_for=LEFT, waits=waits)
        return self.lives.note(life) if life.waits_for == LEFT else life


def stand(life: Life, calls: Sequence[Call]) -> tuple[CallStands, ...]:
    """Return what a life knows of its interfaces; what was seen or said of other sides counts for nothing."""
    seen, said = _facts(life, SEEN), _facts(life, SAID)
    found = []
    for call in calls:
        of = expectation(call)
        look, word = _of(seen, call, of), _of(said, call, of)
        found.append(
            CallStands(
                call=call,
                check=_check(look) if look else unseen(call),
                seen=str(look["at"]) if look else "",
                confirmed=Confirmed(by=str(word["by"]), at=str(word["at"]), note=str(word["note"])) if word else None,
            )
        )
    return tuple(found)


def _facts(life: Life, name: str) -> Mapping[str, object]:
    found = life.facts.get(name)
    return found if isinstance(found, Mapping) else {}


def _of(facts: Mapping[str, object], call: Call, of: str) -> Mapping[str, object] | None:
    found = facts.get(call.interface)
    return found if isinstance(found, Mapping) and found.get("of") == of else None


def _check(look: Mapping[str, object]) -> CheckResult:
    values = look["values"]
    told = {str(name): str(value) for name, value in values.items()} if isinstance(values, Mapping) else {}
    return CheckResult(
        code=str(look["code"]), status=CheckStatus(str(look["status"])), subject=str(look["subject"]), values=told
    )
