"""Creates that were announced and not answered, known to every folder that shares the programme's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orchestrator.errors import MigrateError, StorageError
from orchestrator.execution.roster import Roster
from orchestrator.ports import Evidence


class SharedIntents:
    """The `Evidence` port where folders share a database: its own log, and of creates what any of them announced.

    A run that has the programme alone announces for itself; a worker only while it is taken for alive.
    """

    def __init__(self, evidence: Evidence, roster: Roster) -> None:
        self._evidence = evidence
        self._roster = roster
        self._executor = ""

    def sign_on(self, executor: str) -> None:
        """Announce as this worker from now on: what is announced is refused once it was taken for dead."""
        self._executor = executor

    @property
    def head(self) -> str:
        """Return the log's last hash."""
        return self._evidence.head

    def record(self, kind: str, /, **data: object) -> None:
        """Append one entry; a create that is announced is known to all workers before it is sent."""
        self._evidence.record(kind, **data)
        if kind == "call.intent":
            with _keeping():
                self._roster.intend(self._executor, str(data["key"]))
        elif kind == "call.answer":
            with _keeping():
                self._roster.answered(str(data["key"]))

    def unanswered(self, key: str) -> bool:
        """Tell whether a create was announced, here or by another worker, and its answer is not known."""
        with _keeping():
            return self._roster.intended(key) or self._evidence.unanswered(key)


@contextmanager
def _keeping() -> Iterator[None]:
    """Tell of a database that does not take what has to be kept as of a disk: the step that needs it has not failed."""
    try:
        yield
    except MigrateError as error:
        raise StorageError(error.code, **error.values) from error
