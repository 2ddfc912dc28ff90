"""A tool as a session: a line is a verb with what it is told, as JSON, and the answer one word or JSON again.

Two words are ours and never reach the tool: `silence` ends what an interrupted section left running, `bytes` says
which tool lies in `move.d` now.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files import PRIVATE_FILE
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.tools import answers
from orchestrator.adapters.tools.call import Call, Heard, ensure_ended
from orchestrator.adapters.tools.place import ToolPlace, digest_of
from orchestrator.errors import MigrateError, storing
from orchestrator.model.frozen import Voice

NOT_YET = 75
_AGAIN = 0.1, 1.0  # seconds until a tool that was not ready is asked again: at first, at most
_LOG = 4 * 1024 * 1024


class ToolSession:
    """The `Session` port. A call has the deadline of its answer; past it, all that it started is ended.

    Args:
        voice: names the tool by its bytes; with a `role`, what a call leaves running is ended with it.
        place: where tools lie and work.
        ssh: how machines are reached; a tool is told the files, not what is in them.
        seconds: what deadlines are measured by.
    """

    def __init__(self, voice: Voice, place: ToolPlace, ssh: OpenSsh, seconds: Callable[[], float]) -> None:
        if voice.tool is None:
            raise AssertionError("a tool's voice names its tool")
        self._voice = voice
        self._place = place
        self._ssh = ssh
        self._seconds = seconds
        self._tool = voice.tool
        self._program = place.program(voice.tool)
        self._folder = place.work(voice.database)
        # Another programme of this machine may have a system of the same name.
        where = sha256(os.fsencode(place.state.resolve())).hexdigest()[:12]
        self.word = f"{voice.role or 'migrate'}.{where}.{voice.database}."
        self._lines: deque[dict[str, Any]] = deque()

    def send(self, text: str) -> None:
        """Send a line; it is begun once its answer is waited for, so that the tool can be told for how long."""
        self._lines.append(json.loads(text))

    def receive(self, seconds: float) -> str:
        """Return the answer to the oldest line; a tool that is not ready yet is asked until the time is over.

        Raises:
            MigrateError: `session.late`; `external.failed`, `external.not-yet` with what the tool said;
                `external.ended`; `external.too-much`; `external.shape`; `external.not-fenced`;
                `external.contradicts`: it has decided otherwise before.
        """
        told, until = self._lines.popleft(), self._seconds() + seconds
        verb = str(told["verb"])
        if verb == "silence":
            ensure_ended(self.word)
            return "silent"
        if verb == "bytes":
            return digest_of(self._place.programme, self._tool.name) or "-"
        pause, most = _AGAIN
        while True:
            heard = self._called(told, until, seconds)
            if heard.code != NOT_YET:
                return self._judged(told, heard)
            if self._seconds() + pause >= until:
                raise MigrateError("external.not-yet", tool=self._tool.name, verb=verb, said=_said(heard))
            time.sleep(pause)
            pause = min(most, pause * 2)

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        """Forget what was not asked yet; no call outlasts its answer."""
        self._lines.clear()

    def _called(self, told: dict[str, Any], until: float, seconds: float) -> Heard:
        verb = str(told["verb"])
        asked = {
            **told,
            "seconds": round(max(0.0, until - self._seconds()), 3),
            "here": {
                "folder": str(self._folder),
                "programme": str(self._place.programme),
                "identities": [str(each) for each in self._ssh.identities],
                "known_hosts": str(self._ssh.known_hosts),
            },
        }
        call = Call(
            [*self._ssh.prefix, str(self._program), verb],
            json.dumps(asked).encode() + b"\n",
            folder=self._folder,
            word=f"{self.word}{secrets.token_hex(8)}.",
            most=answers.MOST,
        )
        ended, heard = "late", None
        try:
            heard = call.hear(self._seconds, until)
            if heard is None:
                raise MigrateError("session.late", session=f"{self._tool.name} {verb}", seconds=f"{seconds:.1f}")
            ended = str(heard.code)
        except OverflowError:
            ended = "too much"
            raise MigrateError("external.too-much", tool=self._tool.name, verb=verb, bytes=answers.MOST) from None
        finally:
            # A copy that goes on by itself may; a line of the frozen section leaves nothing behind.
            call.end(all_of_it=bool(self._voice.role) or heard is None)
            self._log(f"{verb} attempt={told.get('attempt', 0)} end={ended}", call.said)
        return heard

    def _judged(self, told: dict[str, Any], heard: Heard) -> str:
        verb, tool = str(told["verb"]), self._tool.name
        log = str(self._folder / "log")
        if heard.code == 1:
            raise MigrateError("external.failed", tool=tool, verb=verb, said=_said(heard), log=log)
        if heard.code:
            raise MigrateError("external.ended", tool=tool, verb=verb, exit=heard.code, log=log)
        found = answers.read(verb, heard.out)
        match found:
            case None:
                raise MigrateError("external.shape", tool=tool, verb=verb)
            case answers.Proved(fenced=False):
                raise MigrateError("external.not-fenced", tool=tool, said=found.said)
            case answers.Proved() | answers.Arrived():
                return found.position
            case answers.Decided():
                self._remember(int(told["attempt"]), found.decision)
                return found.decision
        return found.model_dump_json() if type(found) is not answers.Answer else "done"

    def _remember(self, attempt: int, decision: str) -> None:
        """Hold a tool to its first word: one that says otherwise later would have both sides written to."""
        path = self._folder / f"decided-{attempt}"
        with storing(path):
            try:
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
            except FileExistsError:
                before = path.read_text(encoding="ascii")
            else:
                with os.fdopen(file, "w", encoding="ascii") as stream:
                    stream.write(decision)
                return
        # Cut off by a kill before it was written, it says nothing.
        if before and before != decision:
            raise MigrateError(
                "external.contradicts", tool=self._tool.name, attempt=attempt, before=before, said=decision
            )

    def _log(self, head: str, said: bytes) -> None:
        path = self._folder / "log"
        with storing(path):
            if path.exists() and path.stat().st_size > _LOG:
                path.replace(Path(f"{path}.1"))
            now = SystemClock().now().isoformat(timespec="milliseconds")
            body = b"".join(b"  | " + line + b"\n" for line in said.splitlines())
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
            with os.fdopen(file, "ab") as stream:
                stream.write(f"{now} {head}\n".encode() + body)


def _said(heard: Heard) -> str:
    """Return what a tool says of why it did not do it; where that is not of the form, nothing of it is shown."""
    try:
        return answers.Answer.model_validate_json(heard.out).said or "-"
    except ValueError:
        return "-"
