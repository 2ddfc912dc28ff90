"""The `Mover` port for what people are led to: the data by the mover of its kind, and the routes to it around that.

People are led elsewhere once that side serves: the lines stand behind all others, and each can be said twice. The old
address comes first, for it takes effect at once and for everybody, then a floating IP; a name that could not be changed
is then only late.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from orchestrator.adapters.routes import dns, floating, forwarder
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.errors import MigrateError
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Expect, Frozen, Line, Voice
from orchestrator.model.life import Side
from orchestrator.model.move import AnyMove, parts, routes_of
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.routes import DnsRoute, FloatingRoute, Forwarder, NameSeen
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Mover, Progress, Rehearser, Sessions

_LAG = 15.0  # seconds that the other servers of a zone are given to hear of a change
_PAUSE = 0.2


class LedMover:
    """Moves what people are led to.

    Args:
        inner: moves the data.
        sessions: to its machines, to the one at the old address, to the servers of its names and to clouds.
    """

    def __init__(self, inner: Mover[Any], sessions: Sessions) -> None:
        self._inner = inner
        self._sessions = sessions

    def observe(self, move: AnyMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides, every server of each name, the machine at the old address, and clouds for floating IPs."""
        here, there = self._inner.observe(move)
        routes = routes_of(move)
        with KeptSessions(self._sessions) as sessions:
            names = {each.name: dns.seen(each, sessions) for each in routes.names}
            passes = forwarder.observed(routes.forwarder, sessions) if routes.forwarder else {}
            addresses = {each.address: floating.seen(each, sessions) for each in routes.floating}
        told = {"names": names, "keys": self._keys(routes.names), "forwarder": passes, "floating": addresses}
        return {**here, "routes": told}, there

    def ensure_prepared(self, move: AnyMove) -> None:
        """Make both sides ready; names get the TTL that they have while the system moves, at every server.

        Raises:
            MigrateError: as the mover beneath; `route.lags`: a server still says something else.
        """
        self._inner.ensure_prepared(move)
        routes = routes_of(move)
        with KeptSessions(self._sessions) as sessions:
            if routes.forwarder:
                forwarder.ensure_installed(routes.forwarder, sessions)
            for route in routes.names:
                _ask(sessions, dns.voice(route), dns.keep(route, route.ttl))
                for each in self._awaited(route, route.source, sessions):
                    if not _led(each, route, route.source):
                        raise MigrateError("route.lags", name=route.name, server=each.server, said=each.said)

    def ensure_seeding(self, move: AnyMove) -> None:
        """Begin the copy."""
        self._inner.ensure_seeding(move)

    def progress(self, move: AnyMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is."""
        return self._inner.progress(move, back=back)

    def gate(self, move: AnyMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin, and that everything that leads people can be turned."""
        routes = routes_of(move)
        with KeptSessions(self._sessions) as sessions:
            with forwarder.let_through(routes.forwarder if back else None, sessions):
                found = [*self._inner.gate(move, back=back)]
            for route in routes.names:
                found += [_named("move.gate.name", each, route, back=back) for each in dns.seen(route, sessions)]
            if routes.forwarder:
                found.append(_passing("move.gate.forward", routes.forwarder, sessions, on=back))
            found += [_floating("move.gate.floating", each, sessions, back=back) for each in routes.floating]
        return found

    def ensure_reverse(self, move: AnyMove, attempt: int, *, back: bool = False) -> None:
        """Set up what will run against it."""
        self._inner.ensure_reverse(move, attempt, back=back)

    def frozen(self, move: AnyMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section with the lines that lead people, behind all others."""
        section = self._inner.frozen(move, attempt, back=back)
        voices, lines = zip(*_leading(move, back=back), strict=True)
        return replace(
            section,
            voices=(*section.voices, *dict.fromkeys(voices)),
            lines=(*section.lines, *lines),
        )

    def ensure_settled(self, move: AnyMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Finish after the decision."""
        self._inner.ensure_settled(move, attempt, opened=opened, back=back)

    def verify(self, move: AnyMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides, past what the old address passes on, and ask what people are led by."""
        routes = routes_of(move)
        with KeptSessions(self._sessions) as sessions:
            with forwarder.let_through(routes.forwarder, sessions):
                found = [*self._inner.verify(move, back=back)]
            for route in routes.names:
                seen = self._awaited(route, route.addresses(back=back)[1], sessions)
                found += [_named("move.verify.name", each, route, back=back) for each in seen]
            if routes.forwarder:
                found.append(_passing("move.verify.forward", routes.forwarder, sessions, on=not back))
            found += [_floating("move.verify.floating", each, sessions, back=back) for each in routes.floating]
        return found

    def rehearsal(self, move: AnyMove, attempt: int) -> Rehearsal:
        """Return the steps of the data's rehearsal; nobody is led anywhere in one."""
        found = self._inner.rehearsal(move, attempt)
        return replace(found, skipped=(*found.skipped, *(line.name for _, line in _leading(move, back=False))))

    def rehearser(self, move: AnyMove, attempt: int) -> AbstractContextManager[Rehearser]:
        """Return what does them."""
        return self._inner.rehearser(move, attempt)

    def ensure_unrehearsed(self, move: AnyMove) -> tuple[str, ...]:
        """Take a rehearsal's clone away."""
        return self._inner.ensure_unrehearsed(move)

    def counted(self, move: AnyMove, written: Written, *, back: bool = False) -> Counted:
        """Count the rows of a client of ours."""
        return self._inner.counted(move, written, back=back)

    def unreplicated(self, move: AnyMove) -> Mapping[str, int]:
        """Return what a rollback would lose."""
        return self._inner.unreplicated(move)

    def standing(self, move: AnyMove) -> Standing:
        """Return what of the move's names the target has."""
        return self._inner.standing(move)

    def removals(self, move: AnyMove, brought: Standing | None = None) -> Sequence[Removal]:
        """Return everything of ours: the old address passes nothing on, and names get their TTL back."""
        return [*_removals(move), *self._inner.removals(move, brought)]

    def droppable(self, move: AnyMove, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both sides can be asked."""
        return self._inner.droppable(move, brought, gone=gone, data=data)

    def drop(self, move: AnyMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed; return what stays."""
        ours = frozenset(_removals(move))
        with KeptSessions(self._sessions) as sessions:
            for each in listed:
                if each in ours:
                    _ask(sessions, each.voice, each.text)
        return self._inner.drop(move, [each for each in listed if each not in ours])

    def _awaited(self, route: DnsRoute, address: str, sessions: Sessions) -> tuple[NameSeen, ...]:
        """Return what each server says, once all say the same as the first or their time is over."""
        until = time.monotonic() + _LAG
        while True:
            found = dns.seen(route, sessions)
            if all(_led(each, route, address) for each in found) or time.monotonic() > until:
                return found
            time.sleep(_PAUSE)

    def _keys(self, names: Sequence[DnsRoute]) -> dict[str, str]:
        """Return, by name, why its key cannot be used; empty where it can be read."""
        return {each.name: dns.unusable(each, self._sessions) for each in names}


def _leading(move: AnyMove, *, back: bool) -> Iterator[tuple[Voice, Line]]:
    """Yield each line with the voice that says it."""
    routes, step = routes_of(move), parts(move)[0].limits.step
    if passes := routes.forwarder:
        voice = forwarder.voice(passes)
        turn = forwarder.turned(back=back)
        yield (
            voice,
            Line(
                name="pass-on" if not back else "pass-back",
                voice=voice.name,
                text=forwarder.said(passes, turn),
                deadline=step,
            ),
        )
        yield (
            voice,
            Line(
                name="prove-pass-on" if not back else "prove-pass-back",
                voice=voice.name,
                text=forwarder.said(passes, "shown"),
                deadline=step,
                expected=Expect.EQUALS,
                wanted=(turn,),
            ),
        )
    for address in routes.floating:
        voice = floating.voice(address)
        yield (
            voice,
            Line(
                name="lead-address",
                voice=voice.name,
                text=floating.lead(address, back=back),
                deadline=step,
                expected=Expect.EQUALS,
                wanted=(" ".join(address.ends(back=back)[1]),),
            ),
        )
    for route in routes.names:
        voice = dns.voice(route)
        yield (
            voice,
            Line(
                name="lead",
                voice=voice.name,
                text=dns.lead(route, back=back),
                deadline=step,
                expected=Expect.EQUALS,
                wanted=(f"{route.addresses(back=back)[1]} {route.ttl}",),
            ),
        )


def _removals(move: AnyMove) -> tuple[Removal, ...]:
    routes = routes_of(move)
    passes = (forwarder.removal(routes.forwarder),) if routes.forwarder else ()
    # Who speaks to a zone's server is this machine, whichever side is gone.
    names = tuple(
        Removal(
            name="name-ttl",
            side=Side.TARGET,
            subject=route.name,
            voice=dns.voice(route),
            text=dns.keep(route, route.before),
        )
        for route in routes.names
        if route.before
    )
    return (*passes, *names)


def _led(seen: NameSeen, route: DnsRoute, address: str) -> bool:
    return dns.led_to((seen,), address) and seen.ttl <= route.ttl


def _named(code: str, seen: NameSeen, route: DnsRoute, *, back: bool) -> CheckResult:
    """Judge what a server says; who does not answer leaves it unknown."""
    leaving, opening = route.addresses(back=back)
    wanted = leaving if code == "move.gate.name" else opening
    # Where a name was led by hand, or by an attempt that was cut off, there is nothing left to do for it.
    good = _led(seen, route, wanted) or (code == "move.gate.name" and _led(seen, route, opening))
    status = CheckStatus.UNKNOWN if seen.fault else CheckStatus.PASS if good else CheckStatus.FAIL
    values = {"server": seen.server, "said": seen.said, "ttl": str(seen.ttl), "wanted": wanted, "most": str(route.ttl)}
    return CheckResult(code=code, status=status, subject=route.name, values=values)


def _floating(code: str, route: FloatingRoute, sessions: Sessions, *, back: bool) -> CheckResult:
    """Judge what the cloud says of an address: before, it may be led already, or be nobody's once its port is gone."""
    leaving, opening = route.ends(back=back)
    gate = code == "move.gate.floating"
    seen = floating.seen(route, sessions)
    good = seen.known and (seen.port, seen.fixed) in ((leaving, opening, ("", "")) if gate else (opening,))
    status = CheckStatus.UNKNOWN if seen.fault else CheckStatus.PASS if good else CheckStatus.FAIL
    values = {"cloud": route.cloud, "said": seen.said, "wanted": (leaving if gate else opening)[1]}
    return CheckResult(code=code, status=status, subject=route.address, values=values)


def _passing(code: str, passes: Forwarder, sessions: Sessions, *, on: bool) -> CheckResult:
    """Judge how the machine at the old address stands."""
    seen = forwarder.seen(passes, sessions)
    good = (seen.state == "on") is on and bool(seen.state)
    status = CheckStatus.UNKNOWN if seen.fault else CheckStatus.PASS if good else CheckStatus.FAIL
    values = {"said": seen.fault or seen.state, "target": passes.target}
    return CheckResult(code=code, status=status, subject=passes.address, values=values)


def _ask(sessions: Sessions, voice: Voice, text: str) -> None:
    sessions.open(voice, seconds=forwarder.SECONDS).ask(text, forwarder.SECONDS)
