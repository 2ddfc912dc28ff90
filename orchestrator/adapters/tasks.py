"""Which task of its playbook each system is at: written by whoever runs it, read by any process of this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from orchestrator.adapters.files import PRIVATE_FOLDER, ensure_folder, write_whole
from orchestrator.errors import storing
from orchestrator.model.result import RunningTask
from orchestrator.ports import Clock


class TaskBoard:
    """The `TaskBoard` port on one small file for each system; what a killed run leaves is overwritten by the next.

    Args:
        folder: made when it is needed.
        clock: time.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def begun(self, system: str, task: str, number: int, of: int | None) -> None:
        """Write down the task that begins.

        Raises:
            StorageError: the disk does not take it.
        """
        told = {"system": system, "task": task, "number": number, "of": of, "since": self._clock.now().isoformat()}
        with storing(self._folder):
            self._folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            ensure_folder(self._folder)
        write_whole(self._file(system), json.dumps(told), durable=False)  # after a power cut nothing runs

    def ended(self, system: str) -> None:
        """Forget the system's task: no playbook of it runs any more."""
        with storing(self._folder):
            self._file(system).unlink(missing_ok=True)

    def all(self) -> Mapping[str, RunningTask]:
        """Return system → task; whoever reads it knows whether anybody is at work. What is unreadable is left out."""
        found = {}
        for path in sorted(self._folder.glob("*.json")):
            try:
                told = json.loads(path.read_text(encoding="utf-8"))
                of = None if told["of"] is None else int(told["of"])
                since = datetime.fromisoformat(told["since"])
                found[str(told["system"])] = RunningTask(
                    task=str(told["task"]), number=int(told["number"]), of=of, since=since
                )
            except (OSError, ValueError, LookupError, TypeError):
                continue  # it ended meanwhile, or somebody else wrote it
        return found

    def _file(self, system: str) -> Path:
        # An id of the list may hold anything: it never names a file.
        return self._folder / f"{sha256(system.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"
