"""The frozen section of a file system, as a list; the same code goes there and back.

What holds writers is the kernel: the file system that is left is made read-only as a whole, which it refuses while
anybody has a file open for writing. What was changed since the last pass then crosses in one more, names are compared
on both sides, and one name, given once, decides.
"""

from __future__ import annotations

import shlex
from datetime import timedelta

from orchestrator.adapters.movers.files.shell import home, mark, passing, shell, side
from orchestrator.adapters.movers.silencing import silence
from orchestrator.adapters.routes import haproxy
from orchestrator.model.frozen import Claim, Expect, Frozen, Line, Undo
from orchestrator.model.machines import Proxy, TreeServer
from orchestrator.model.move import FilesMove

READ_ONLY = ("Read-only file system",)
_LINE_SECONDS = 60  # that an unused line to the source is kept beyond its section
_WAIT = timedelta(seconds=1)  # for the answer, beyond what the other side is given


def frozen(move: FilesMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. `back` swaps the ends."""
    leaving, opening = move.ends(back=back)
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving.name,
        opening=opening.name,
        back=back,
        voices=(
            shell(leaving, "leaving", mark(move, leaving)),
            shell(opening, "opening", mark(move, opening)),
            *((haproxy.voice(move.proxy),) if move.proxy else ()),
        ),
        lines=(*_fence(move, leaving, back=back), *_cross(move, back=back), *_open(move, attempt, opening)),
        claim=claim(move, attempt, leaving, opening),
        seconds=move.limits.frozen.total_seconds(),
        undecided=move.limits.undecided.total_seconds(),
    )


def claim(move: FilesMove, attempt: int, leaving: TreeServer, opening: TreeServer) -> Claim:
    """Return how the decision is asked for, after whatever an interrupted section left talking is ended."""
    return Claim(
        voice="opening",
        text=side(move, "decide", str(attempt), "back"),
        silence=tuple(
            Undo(name="silence", voice=name, text=silence(mark(move, server)))
            for name, server in (("leaving", leaving), ("opening", opening))
        ),
    )


def _fence(move: FilesMove, leaving: TreeServer, *, back: bool) -> tuple[Line, ...]:
    """Whoever uses the files ends; then nobody can write."""
    limits = move.limits
    # On the first line: what is taken back first must not start a service before it may write.
    reopen = Undo(
        name="unseal",
        voice="leaving",
        text=" && ".join((side(move, "reopen"), *(_run(move, words) for words in leaving.starts))),
    )
    stops = tuple(
        Line(
            name="stop-service",
            voice="leaving",
            text=_run(move, words),
            deadline=limits.hold,
            undo=None if number else reopen,
        )
        for number, words in enumerate(leaving.stops)
    )
    seconds = max(1, int(limits.hold.total_seconds()))
    return (
        Line(
            name="connect",
            voice="leaving" if back else "opening",
            text=_connect(move),
            deadline=limits.step,
            counts=False,
        ),
        Line(
            name="ready",
            voice="leaving" if back else "opening",
            text=passing(move, "ready", back=back),
            deadline=limits.catch_up,
            counts=False,
        ),
        *stops,
        Line(
            name="seal",
            voice="leaving",
            text=side(move, "fence", str(seconds)),
            deadline=timedelta(seconds=seconds) + _WAIT,
            undo=None if stops else reopen,
        ),
        Line(
            name="prove-sealed",
            voice="leaving",
            text=f"LC_ALL=C touch -- {shlex.quote(f'{leaving.path}/.migrate-{move.slug}')}",
            deadline=limits.step,
            expected=Expect.REFUSED,
            wanted=READ_ONLY,
        ),
        Line(
            name="prove-read-only",
            voice="leaving",
            text=side(move, "options"),
            deadline=limits.step,
            expected=Expect.EQUALS,
            wanted=("ro ro",),
            beside=True,
        ),
    )


def _cross(move: FilesMove, *, back: bool) -> tuple[Line, ...]:
    """What was changed since the last pass crosses; then both sides have the same names, on their disks."""
    # Passes run on the target whichever way they go.
    copier = "leaving" if back else "opening"
    return (
        Line(
            name="last-pass",
            voice=copier,
            text=passing(move, "last", back=back),
            deadline=move.limits.catch_up,
        ),
        Line(
            name="prove-names",
            voice=copier,
            text=passing(move, "same", back=back),
            deadline=move.limits.catch_up,
            expected=Expect.EQUALS,
            wanted=("same",),
        ),
        Line(
            name="flush",
            voice="opening",
            text=side(move, "flush"),
            deadline=move.limits.catch_up,
        ),
    )


def _open(move: FilesMove, attempt: int, opening: TreeServer) -> tuple[Line, ...]:
    """One name decides; then that side may be written to, and what uses the files begins there."""
    step = move.limits.step
    return (
        Line(
            name="open",
            voice="opening",
            text=side(move, "decide", str(attempt), "open"),
            deadline=step,
            expected=Expect.EQUALS,
            wanted=("open",),
            decides=True,
        ),
        Line(name="unlock", voice="opening", text=side(move, "reopen"), deadline=step),
        *(
            Line(name="start-service", voice="opening", text=_run(move, words), deadline=move.limits.hold)
            for words in opening.starts
        ),
        *(_route(move.proxy, step, target=opening == move.target) if move.proxy else ()),
    )


def _route(proxy: Proxy, step: timedelta, *, target: bool) -> tuple[Line, ...]:
    """Lead people to the side that is open. Nobody was held: until here they read what the other side still has."""
    return (
        Line(name="route", voice=haproxy.VOICE, text=haproxy.route(proxy, target=target), deadline=step),
        Line(
            name="prove-route",
            voice=haproxy.VOICE,
            text=haproxy.shown(proxy),
            deadline=step,
            expected=Expect.HOLDS,
            wanted=haproxy.wanted(proxy, target=target),
            beside=True,
        ),
    )


def _connect(move: FilesMove) -> str:
    """Open a line to the source that every question of the section goes over: a login costs more than an answer."""
    folder, seconds = home(move), int(move.limits.frozen.total_seconds()) + _LINE_SECONDS
    told = shlex.join(["-M", "-N", "-f", "-o", f"ControlPersist={seconds}", "other"])
    return f"rm -f {folder}/line.at && sh {folder}/line {told} </dev/null >{folder}/line.said 2>&1"


def _run(move: FilesMove, words: tuple[str, ...]) -> str:
    """Run a command of the programme's; what it says may be anything, and only its last line is told when it fails."""
    said = f"{home(move)}/service.said"
    return f"{{ {shlex.join(words)} </dev/null >{said} 2>&1 || {{ tail -n 1 {said}; false; }}; }}"
