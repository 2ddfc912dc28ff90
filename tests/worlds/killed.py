"""Processes that end or stop themselves at a chosen moment: `python -m tests.worlds.killed …`.

frozen STAGE [SECONDS]: a frozen section, killed at a stage or that much later.
stopped STAGE SECONDS: a frozen section, stopped at a stage for so long.
cut STAGE NET HOST HOST SECONDS: a frozen section that loses the line between two hosts at a stage; 0: for good.
rehearsal FOLDER SYSTEM STEP [SECONDS]: a rehearsal, killed at a step or that much later.
command MOMENT WORD…: `migrate WORD…`, killed before or after a step of the mover's, such as `after:ensure_seeding`.
onward MOMENT WORD…: the same of `tests.worlds.onward`.
section STAGE WORD…: `migrate WORD…`, killed together with its frozen section at a stage.
removal NUMBER WORD…: `migrate WORD…`, killed before it looks at the removal of that number, counted over both looks.
recover FOLDER IDENTITY KNOWN_HOSTS COUNT PREFIX…: a recovery, killed before it asks for the COUNTth time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import FrozenProcess
from orchestrator.adapters.movers.kinds import Movers
from orchestrator.adapters.movers.postgresql.mover import LogicalMover
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.cli import moving
from orchestrator.cli.frozen import serve
from orchestrator.cli.main import main
from orchestrator.cli.moving import desk
from orchestrator.cli.output import Shell
from orchestrator.execution.recover import recover
from orchestrator.model.dropping import Removal
from orchestrator.model.frozen import Voice
from orchestrator.model.move import DatabaseMove
from orchestrator.ports.move import Session
from tests.worlds.net import Net
from tests.worlds.onward import main as onward
from tests.worlds.webapp import HOSTS


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def frozen(stage: str, later: str = "0") -> None:
    def noted(reached: str) -> None:
        if reached == stage and float(later):
            threading.Timer(float(later), die).start()
        elif reached == stage:
            die()

    serve(noted)


def stopped(stage: str, seconds: str) -> None:
    def noted(reached: str) -> None:
        if reached == stage:
            subprocess.Popen(["sh", "-c", "sleep $1; kill -CONT $0", str(os.getpid()), seconds])
            os.kill(os.getpid(), signal.SIGSTOP)

    serve(noted)


def cut(stage: str, name: str, one: str, other: str, seconds: str) -> None:
    hosts = Net(HOSTS, name)

    def noted(reached: str) -> None:
        if reached == stage:
            hosts.cut(one, other)
            if float(seconds):
                threading.Timer(float(seconds), hosts.mend).start()

    serve(noted)


def rehearsal(folder: str, system: str, step: str, later: str = "0") -> None:
    def told(code: str, _: Mapping[str, str]) -> None:
        if code == f"rehearsal.{step}" and float(later):
            threading.Timer(float(later), die).start()
        elif code == f"rehearsal.{step}":
            die()

    with desk(Shell(folder=Path(folder)), ["cutover", system, "--rehearse"]) as ours:
        life = ours.life(system)
        watched = replace(ours, movement=replace(ours.movement, tell=told))
        watched.rehearse(life, ours.rehearsal_view(life).digest)


def dying(moment: str) -> None:
    """Have this process die before or after it calls a method of the mover's."""
    when, name = moment.split(":")
    method = getattr(Movers, name)

    def dies(*arguments: object, **named: object) -> None:
        if when == "after":
            method(*arguments, **named)
        die()

    setattr(Movers, name, dies)


def command(moment: str, *words: str) -> None:
    dying(moment)
    sys.argv = ["migrate", *words]
    main()


def batch(moment: str, *words: str) -> None:
    dying(moment)
    sys.argv = ["onward", *words]
    onward()


def everybody(stage: str) -> None:
    def noted(reached: str) -> None:
        if reached == stage:
            os.kill(os.getppid(), signal.SIGKILL)
            die()

    serve(noted)


def section(stage: str, *words: str) -> None:
    replaced, entry = "FrozenProcess", (sys.executable, "-m", "tests.worlds.killed", "everybody", stage)
    setattr(moving, replaced, partial(FrozenProcess, entry=entry))
    sys.argv = ["migrate", *words]
    main()


class _Listed(tuple[Removal, ...]):
    """Removals that are killed with their process before the chosen one."""

    left = 0

    def __iter__(self) -> Iterator[Removal]:
        for removal in super().__iter__():
            self.left -= 1
            if self.left < 0:
                die()
            yield removal


def removal(number: str, *words: str) -> None:
    drop = LogicalMover.drop

    def dies(mover: LogicalMover, move: DatabaseMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        watched = _Listed(listed)
        watched.left = int(number)
        return drop(mover, move, watched)

    replaced = "drop"
    setattr(LogicalMover, replaced, dies)
    sys.argv = ["migrate", *words]
    main()


class _Counting:
    """Sessions that are killed with their process before the chosen question."""

    def __init__(self, sessions: ProgramSessions, left: int) -> None:
        self._sessions = sessions
        self.left = left

    def open(self, voice: Voice, *, seconds: float) -> Session:
        session = self._sessions.open(voice, seconds=seconds)
        ask = session.ask

        def counted(text: str, seconds: float) -> str:
            self.left -= 1
            if self.left == 0:
                die()
            return ask(text, seconds)

        session.ask = counted  # type: ignore[method-assign]
        return session


def recovery(folder: str, identity: str, known_hosts: str, count: str, *prefix: str) -> None:
    sessions = _Counting(ProgramSessions(OpenSsh([Path(identity)], Path(known_hosts), prefix)), int(count))
    recover(FileJournal(Path(folder)), sessions, SystemClock())


KINDS: Mapping[str, Callable[..., None]] = {
    "frozen": frozen, "stopped": stopped, "cut": cut, "rehearsal": rehearsal, "recover": recovery, "command": command,
    "onward": batch, "removal": removal, "section": section, "everybody": everybody,
}  # fmt: skip

if __name__ == "__main__":
    KINDS[sys.argv[1]](*sys.argv[2:])
