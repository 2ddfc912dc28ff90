"""The process of one frozen section: `python -m orchestrator.cli.frozen`, started by `adapters.frozen_process`.

It is told its section by one line of JSON, opens its sessions, says `armed` and waits for `go`. Without that word it
ends and has touched nothing. With it, neither the end of its parent nor SIGTERM, SIGHUP or Ctrl-C stops it: it ends
by itself, within the seconds of its section.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from orchestrator.adapters.clock import WaitedClock, waited_seconds
from orchestrator.adapters.frozen_journal import FileJournal, frozen_from, outcome_json
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import FROZEN, ProgramSessions
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.cli.starting import cloud_sessions, starter_of
from orchestrator.errors import MigrateError
from orchestrator.execution.frozen import FrozenRun
from orchestrator.model.frozen import Frozen
from orchestrator.ports.move import ServerStarter

_ANSWERS = 1  # the pipe to whoever started us


def serve(
    noted: Callable[[str], None] = lambda _: None, clouds: Callable[[Path, str], ServerStarter] = starter_of
) -> None:
    """Serve one section.

    Args:
        noted: hears each stage after it was written down.
        clouds: returns a cloud of the programme by its name.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    request = json.loads(sys.stdin.buffer.readline())
    frozen = frozen_from(json.dumps(request["frozen"]))
    journal = FileJournal(Path(request["folder"]))
    ssh = OpenSsh([Path(each) for each in request["identities"]], Path(request["known_hosts"]), request["prefix"])

    def note(stage: str) -> None:
        journal.note(stage)
        noted(stage)

    # Clients wait from the first line that holds them on, whether we are stopped meanwhile or not: a section that was
    # comes back late, and must take back instead of opening.
    tools = (
        ToolPlace(programme=Path(request["tools"][0]), state=Path(request["tools"][1])) if request["tools"] else None
    )
    reached = cloud_sessions(tools.programme, ssh, clouds) if tools else None
    sessions = ProgramSessions(ssh, tools, mark=FROZEN, clouds=reached, seconds=waited_seconds)
    run = FrozenRun(frozen, sessions, WaitedClock(), note)
    try:
        with journal.held():
            journal.begin(frozen)
            try:
                run.arm()
                _tell({"stage": "armed"})
                _await_word(frozen)
            except MigrateError:
                run.close()
                journal.settle()  # nothing was touched
                raise
            outcome = run.run()
            journal.end(outcome)
            _tell({"outcome": json.loads(outcome_json(outcome))})
    except MigrateError as error:
        _tell({"code": error.code, "values": {name: str(value) for name, value in error.values.items()}})


def _await_word(frozen: Frozen) -> None:
    if sys.stdin.buffer.readline().strip() != b"go":
        raise MigrateError("frozen.no-word", system=frozen.system)


def _tell(line: object) -> None:
    said = json.dumps(line) + "\n"
    with contextlib.suppress(BrokenPipeError):  # whoever started us is gone; the journal has it all
        os.write(_ANSWERS, said.encode())


if __name__ == "__main__":
    serve()
