"""The log with its notary: what matters makes a checkpoint when it is recorded, so that no command can forget it."""

from __future__ import annotations

from collections.abc import Callable

from orchestrator.adapters.evidence.checkpoint import Notary
from orchestrator.adapters.evidence.log import EvidenceLog
from orchestrator.errors import Contradicted, MigrateError

# Kinds of entries that a checkpoint follows: start and end of every run, refusals, and what others rely on.
MILESTONES = frozenset(
    {
        "run.started",
        "run.ended",
        "run.interrupted",
        "run.lease-lost",
        "run.cancelled",
        "command.refused",
        "night.ended",
        "gc.started",
        "gc.ended",
        "audit.snapshot",
        "report.made",
        "cutover-plan.made",
        "approval.given",
        "approval.withdrawn",
        "evidence.renewed",
        "state.saved",
        "state.restored",
        "worker.began",
        "worker.ended",
    }
)
# Nothing was done yet when these are recorded: a key that does not sign is a reason not to begin.
BEFORE_ACTING = frozenset({"run.started", "gc.started", "worker.began"})


class NotarisedLog:
    """The `Evidence` port of commands that leave something behind."""

    def __init__(self, log: EvidenceLog, notary: Notary, *, warn: Callable[[MigrateError], None]) -> None:
        """Bind a log to its notary; `warn` is told what does not work without being a reason to stop."""
        self._log = log
        self._notary = notary
        self._warn = warn

    @property
    def head(self) -> str:
        """Return the last entry's hash."""
        return self._log.head

    @property
    def place(self) -> tuple[int, str]:
        """Return number and hash of the last entry: what is printed on paper."""
        standing = self._log.standing()
        return standing.seq, standing.head

    def record(self, kind: str, /, **data: object) -> None:
        """Append one entry and, after a milestone, a checkpoint.

        Raises:
            MigrateError: as `EvidenceLog.record`.
            Refused: `signature.…` before anything is done: the key that the programme asks for does not sign.
        """
        self._log.record(kind, **data)
        if kind in MILESTONES:
            self._notary.checkpoint(kind)
            self._tell(strict=kind in BEFORE_ACTING)

    def unanswered(self, key: str) -> bool:
        """Tell whether a `call.intent` for this key was recorded without its `call.answer`."""
        return self._log.unanswered(key)

    def close(self) -> None:
        """Give the files back."""
        self._log.close()

    def require_continued(self) -> None:
        """Check that the newest checkpoint is of what the log holds: a log that was cut is not written on.

        Raises:
            Contradicted: `evidence.contradicted`.
        """
        last = self._notary.newest()
        if last is not None and last.checkpoint.seq > self._log.standing().seq:
            raise Contradicted("evidence.contradicted", why="evidence.cut")

    def _tell(self, *, strict: bool) -> None:
        warnings, self._notary.warnings = self._notary.warnings, []
        for warning in warnings:
            if strict and warning.code.startswith("signature."):
                raise warning
            self._warn(warning)
