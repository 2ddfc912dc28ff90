"""Starts the process that runs a frozen section, gives it the word, and listens; its end is not ours."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, cast

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.frozen_journal import frozen_json, outcome_from
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Frozen, Outcome

ENTRY = (sys.executable, "-P", "-m", "orchestrator.cli.frozen")
_ARMING = 60.0
_MARGIN = 60.0


class FrozenProcess:
    """The `FrozenRunner` port.

    Args:
        folder: of the journal.
        entry: what is started; tests have an entry that ends itself at a chosen line.
        tools: where the programme's own tools lie and work.
    """

    def __init__(
        self, folder: Path, ssh: OpenSsh, entry: Sequence[str] = ENTRY, tools: ToolPlace | None = None
    ) -> None:
        self._folder = folder
        self._tools = tools
        self._ssh = ssh
        self._entry = list(entry)

    def run(self, frozen: Frozen) -> Outcome:
        """Arm it, give the word, and return what came of it."""
        request = {
            "frozen": json.loads(frozen_json(frozen)),
            "folder": str(self._folder),
            "identities": [str(identity) for identity in self._ssh.identities],
            "known_hosts": str(self._ssh.known_hosts),
            "prefix": list(self._ssh.prefix),
            "tools": [str(self._tools.programme), str(self._tools.state)] if self._tools else [],
        }
        # A session of its own: what ends us or our terminal does not end it. It inherits nothing but the pipes.
        process = subprocess.Popen(
            self._entry, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, bufsize=0
        )
        with process:
            said, heard = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
            _say(said, json.dumps(request))
            armed = _hear(heard, _ARMING)
            if "stage" not in armed:
                raise MigrateError(armed.get("code", "frozen.ended"), **armed.get("values", {}))
            _say(said, "go")
            before = sum(line.deadline.total_seconds() for line in frozen.lines if not line.counts)
            answer = _hear(heard, before + frozen.seconds + frozen.undecided + _MARGIN)
            if "outcome" not in answer:
                raise MigrateError("frozen.ended", system=frozen.system)
            return outcome_from(json.dumps(answer["outcome"]))


def _say(pipe: IO[bytes], line: str) -> None:
    try:
        pipe.write(f"{line}\n".encode())
    except BrokenPipeError:
        return  # it has ended, and says so by saying nothing


def _hear(pipe: IO[bytes], seconds: float) -> dict[str, Any]:
    # The section keeps its own time, which clients wait for. Here somebody only listens, and who was stopped meanwhile
    # listens on: the answer is there, or comes in the section's time.
    until, heard = running_seconds() + seconds, b""
    with selectors.DefaultSelector() as ready:  # not `select`, which knows no descriptor above 1,023
        ready.register(pipe, selectors.EVENT_READ)
        while not heard.endswith(b"\n"):
            if not (ready.select(max(0.0, until - running_seconds())) or ready.select(0)):
                if running_seconds() < until:
                    continue
                return {}
            more = pipe.read(65536)
            if not more:
                return {}
            heard += more
    return cast("dict[str, Any]", json.loads(heard))
