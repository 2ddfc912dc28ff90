"""The frozen section of a disk, as a list.

There: whatever writes on the source ends, every file system of the disk is made read-only, which the kernel refuses
while anybody has a file open for writing, and the device's count of writes stands still while the last chunks cross.
What the copy is then is made fit and sent, a server starts from it and answers, and one name on the keeper decides.
Until then nobody is led to that server, and it is off before the source may be written to again.

Back: nothing follows. The server is switched off, and the source, which was left as it was, is given back.
"""

from __future__ import annotations

import shlex
from datetime import timedelta

from orchestrator.adapters.movers.rehost import starting
from orchestrator.adapters.movers.rehost.shell import (
    decided,
    does,
    final,
    home,
    mark,
    shell,
    side,
    there,
)
from orchestrator.adapters.movers.silencing import silence
from orchestrator.model.frozen import Claim, Expect, Frozen, Line, Undo
from orchestrator.model.machines import CloudServer
from orchestrator.model.move import RehostMove

READ_ONLY = ("Read-only file system",)
_SOURCE, _KEEPER = "leaving", "keeper"
_NAMING = timedelta(seconds=10)  # to name who is in the way, beyond what the fence is given
_POWER = timedelta(seconds=180)  # a server that is told to end is given a minute by Nova, then its power is cut
_OFF, _ON = "SHUTOFF", "ACTIVE"


def frozen(move: RehostMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. Of what was begun before there was a window it is empty, and the gate refuses it."""
    server, limits = move.server, move.limits
    other = server.name if server else move.target.name
    leaving, opening = (other, move.source.name) if back else (move.source.name, other)
    lines: tuple[Line, ...] = ()
    if server:
        lines = _back(move, server, attempt) if back else _forth(move, server, attempt)
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving,
        opening=opening,
        back=back,
        voices=(
            shell(move.source, _SOURCE, mark(move, move.source)),
            shell(move.target, _KEEPER, mark(move, move.target)),
            *((starting.voice(server),) if server else ()),
        ),
        lines=lines,
        claim=Claim(
            voice=_KEEPER,
            text=decided(move, attempt, "back"),
            silence=tuple(
                Undo(name="silence", voice=name, text=silence(mark(move, machine)))
                for name, machine in ((_SOURCE, move.source), (_KEEPER, move.target))
            ),
        ),
        seconds=limits.frozen.total_seconds(),
        undecided=limits.undecided.total_seconds(),
    )


def _forth(move: RehostMove, server: CloudServer, attempt: int) -> tuple[Line, ...]:
    limits = move.limits
    return (
        *_fence(move),
        _written(move, "rehost-written"),
        Line(
            name="last-pass",
            voice=_KEEPER,
            text=does(home(move), "passes.py", "last"),
            deadline=limits.catch_up,
            expected=Expect.HOLDS,
            wanted=('"differ": 0',),
        ),
        _written(move, "rehost-still", same="rehost-written"),
        Line(
            name="rehost-final",
            voice=_KEEPER,
            text=does(final(move), "fitting.py", "final"),
            deadline=limits.frozen,
            expected=Expect.EQUALS,
            wanted=('"fit"',),
        ),
        Line(
            name="rehost-send",
            voice=starting.VOICE,
            text=starting.line("send", move, server),
            deadline=limits.frozen,
        ),
        Line(
            name="rehost-start",
            voice=starting.VOICE,
            text=starting.line("start", move, server),
            deadline=limits.frozen,
            expected=Expect.EQUALS,
            wanted=(_ON,),
            undo=Undo(
                name="rehost-stop",
                voice=starting.VOICE,
                text=starting.line("stop", move, server),
                wanted=(_OFF,),
                vital=True,
            ),
        ),
        Line(
            name="rehost-answer",
            voice=starting.VOICE,
            text=starting.line("answer", move, server),
            deadline=timedelta(seconds=move.boot),
            expected=Expect.EQUALS,
            wanted=("answers",),
        ),
        # As late as can be: whoever restarted the source meanwhile has let people write to it.
        _stands(move, "prove-read-only"),
        _decides(move, attempt),
    )


def _back(move: RehostMove, server: CloudServer, attempt: int) -> tuple[Line, ...]:
    return (
        _stands(move, "rehost-whole", counts=False),
        Line(
            name="rehost-stop",
            voice=starting.VOICE,
            text=starting.line("stop", move, server),
            deadline=_POWER,
            expected=Expect.EQUALS,
            wanted=(_OFF,),
            undo=Undo(
                name="rehost-start",
                voice=starting.VOICE,
                text=starting.line("resume", move, server),
                wanted=(_ON,),
            ),
        ),
        _stands(move, "prove-read-only"),
        _decides(move, attempt),
        Line(name="unlock", voice=_SOURCE, text=side(move, "reopen"), deadline=move.limits.step),
        *(
            Line(name="start-service", voice=_SOURCE, text=_run(move, words), deadline=move.limits.hold)
            for words in _starts(move)
        ),
    )


def _fence(move: RehostMove) -> tuple[Line, ...]:
    limits = move.limits
    # On the first line and taken back last: what is taken back first must not let anybody write beside a server.
    reopen = Undo(
        name="unseal",
        voice=_SOURCE,
        text=" && ".join((side(move, "reopen"), *(_run(move, words) for words in _starts(move)))),
        last=True,
    )
    stops = tuple(
        Line(
            name="stop-service",
            voice=_SOURCE,
            text=_run(move, service.stop),
            deadline=limits.hold,
            undo=None if number else reopen,
        )
        for number, service in enumerate(move.source.services)
    )
    seconds = max(1, int(limits.hold.total_seconds()))
    root = move.source.root.rstrip("/")
    return (
        *stops,
        Line(
            name="seal",
            voice=_SOURCE,
            text=side(move, "fence", str(seconds)),
            deadline=timedelta(seconds=seconds) + _NAMING,
            undo=None if stops else reopen,
        ),
        Line(
            name="prove-sealed",
            voice=_SOURCE,
            text=f"LC_ALL=C touch -- {shlex.quote(f'{root}/.migrate-{move.slug}')}",
            deadline=limits.step,
            expected=Expect.REFUSED,
            wanted=READ_ONLY,
        ),
    )


def _written(move: RehostMove, name: str, *, same: str = "") -> Line:
    return Line(
        name=name,
        voice=_SOURCE,
        text=side(move, "written"),
        deadline=move.limits.step,
        expected=Expect.SAME if same else Expect.ANY,
        wanted=(same,) if same else (),
    )


def _stands(move: RehostMove, name: str, *, counts: bool = True) -> Line:
    return Line(
        name=name,
        voice=_SOURCE,
        text=side(move, "stands"),
        deadline=move.limits.step,
        expected=Expect.EQUALS,
        wanted=("ro",),
        counts=counts,
    )


def _decides(move: RehostMove, attempt: int) -> Line:
    return Line(
        name="open",
        voice=_KEEPER,
        text=decided(move, attempt, "open"),
        deadline=move.limits.step,
        expected=Expect.EQUALS,
        wanted=("open",),
        decides=True,
    )


def _starts(move: RehostMove) -> tuple[tuple[str, ...], ...]:
    return tuple(service.start for service in reversed(move.source.services))


def _run(move: RehostMove, words: tuple[str, ...]) -> str:
    """Run a command of the programme's; what it says may be anything, and only its last line is told when it fails."""
    said = f"{there(move)}/service.said"
    return f"{{ {shlex.join(words)} </dev/null >{said} 2>&1 || {{ tail -n 1 {said}; false; }}; }}"
