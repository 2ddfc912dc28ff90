"""The orchestrator's side of a playbook run: starts a keeper, listens to it, and ends it in time."""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from orchestrator import resources
from orchestrator.adapters.ansible import processes
from orchestrator.adapters.ansible.keepers import Keeper, Keepers
from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.roles import count_tasks
from orchestrator.adapters.room import room
from orchestrator.errors import StorageError, storing
from orchestrator.model.result import PlaybookResult

_POLL = 0.5  # seconds between two looks at the clock and at `cancelled`
_NO_ROOM_KIB = 64
_FAREWELL = 10.0  # seconds that a keeper is given to end its run
_TOLD = frozenset({"host", "task", "result", "seconds"})


class AnsibleRunner:
    """Runs playbooks, each by a keeper process that dies with us and takes its run along.

    Attributes:
        runs: folder where running playbooks are on record, so that a later process can end what a crash
            of the machine's memory killer, or of both of us at once, has left.
        identity: private key the servers let us in with.
    """

    def __init__(self, state: Path, identity: Path, *, playbooks: Path | None = None) -> None:
        self.runs = state / "playbook-runs"
        self.identity = identity.absolute()
        self._playbooks = playbooks or resources.path("playbooks")
        self._config = self._playbooks / "ansible.cfg"
        self._keepers = Keepers(self.runs, config=self._config, identity=self.identity)

    def run(
        self,
        folder: Path,
        *,
        deadline: timedelta,
        cancelled: Callable[[], bool],
        tell: Callable[[Mapping[str, str]], None],
        begun: Callable[[str, int, int | None], None] = lambda *_: None,
    ) -> PlaybookResult:
        """Run `folder/playbook.yml` on `folder/inventory.yml`; `folder/known_hosts` has the servers' keys.

        A task running on a server when time is up or `cancelled` holds may go on there until it is done:
        the roles lock what must not run twice at a time.

        Raises:
            StorageError: the disk of the run's private folder or of its note does not take them.
        """
        processes.reap(self.runs)
        with storing(tempfile.gettempdir()):
            private = Path(tempfile.mkdtemp(prefix=processes.PREFIX))
        note = processes.record(self.runs, private)
        until = running_seconds() + deadline.total_seconds()
        of = count_tasks((folder / "playbook.yml").read_text(encoding="utf-8"), self._playbooks / "roles")
        request = {
            "folder": str(folder.absolute()),
            "private": str(private),
            "config": str(self._config),
            "identity": str(self.identity),
        }
        listener = _Listener(tell, lambda task, number: begun(task, number, of))
        try:
            with self._keepers.start(private) as keeper:
                _ask(keeper, request)
                stop = _listen(keeper, listener, until, cancelled, lambda: processes.end(private.name))
        finally:
            if not listener.gone:
                processes.end(private.name)
            shutil.rmtree(private, ignore_errors=True)
            note.unlink(missing_ok=True)
        result = listener.result(stop)
        if result.status != "ok" and room(private).free_kib < _NO_ROOM_KIB:
            # Ansible says of a full disk whatever it was about to write there.
            raise StorageError("storage.full", path=str(private.parent))
        return result


class _Listener:
    """Makes a result of what a keeper says."""

    def __init__(self, tell: Callable[[Mapping[str, str]], None], begun: Callable[[str, int], None]) -> None:
        self._tell = tell
        self._begun = begun
        self._changed = 0
        self._failures: dict[str, list[str]] = {"failed": [], "unreachable": []}
        self._end: Mapping[str, Any] | None = None
        self.gone = False  # the keeper has seen that nothing of the run is left

    def hear(self, line: Mapping[str, Any]) -> None:
        """Take one line."""
        if "begun" in line:
            self._begun(line["begun"]["task"], line["begun"]["number"])
            return
        if "gone" in line:
            self.gone = True
            return
        event = line.get("event")
        if event is None:
            self._end = line
            if "storage" in line:
                raise StorageError(line["storage"], path=line["path"])
            return
        self._changed += event["result"] == "changed"
        if event["result"] in self._failures:
            self._failures[event["result"]].append(f"{event['host']}: {event['task']}: {event['text']}")
        self._tell({name: text for name, text in event.items() if name in _TOLD})

    def result(self, stop: str) -> PlaybookResult:
        """Return how the run ended; `stop` is `timeout`, `cancelled` or empty."""
        failures = [text for texts in self._failures.values() for text in texts]
        ended = self._end or {"end": "failed", "rc": None, "tail": ["the run's keeper ended without an answer"]}
        if ended["rc"] == 0 and not failures:
            status = "ok"
        elif stop:
            status, failures = stop, []  # what failed then, failed because we ended it
        else:
            status = "unreachable" if self._failures["unreachable"] and not self._failures["failed"] else "failed"
            failures = failures or [" | ".join(ended["tail"])]
        return PlaybookResult(status=status, changed=self._changed, failures=tuple(failures))


def _ask(keeper: Keeper, request: Mapping[str, str]) -> None:
    with contextlib.suppress(BrokenPipeError):  # it has ended: the listener tells
        keeper.stdin.write(json.dumps(request).encode() + b"\n")


def _listen(
    keeper: Keeper, listener: _Listener, until: float, cancelled: Callable[[], bool], kill: Callable[[], None]
) -> str:
    """Pass the keeper's lines on until it ends; return why it was told to, if it was.

    Args:
        keeper: it knows what to run.
        listener: takes the lines.
        until: a moment of `running_seconds`.
        cancelled: whether nobody wants the run any more.
        kill: ends the run, and a keeper that does not.
    """
    stop = ""
    try:
        for line in _lines(keeper.stdout):
            if line:
                listener.hear(json.loads(line))
            elif not stop:
                stop = "cancelled" if cancelled() else "timeout" if running_seconds() > until else ""
                if stop:
                    keeper.stdin.close()
                    until = running_seconds() + _FAREWELL
            elif running_seconds() > until:
                kill()
    finally:
        keeper.stdin.close()  # also when `tell` or `cancelled` raised: the keeper ends its run and itself
    return stop


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield lines until the stream ends, and an empty one at least every half second.

    Read by a thread of its own: whoever is told may be slow, and must not slow the run down.
    """
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    asked = time.monotonic()
    while True:
        try:
            line = lines.get(timeout=_POLL)
        except queue.Empty:
            line = b""
        if line is None:
            return
        if line:
            yield line
        if time.monotonic() - asked >= _POLL:
            yield b""
            asked = time.monotonic()
