"""Follows a run to its end, and stops it when too many systems fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from orchestrator.errors import Locked, StorageError
from orchestrator.model.result import RunStatus
from orchestrator.ports import Clock

OPEN = frozenset({RunStatus.WAITING, RunStatus.RUNNING})


class Driver(Protocol):
    """What drives a run: the engine in this process, or who has workers do it."""

    @property
    def trouble(self) -> StorageError | None:
        """Return what went wrong with the disk, if anything did."""

    def status(self, ids: Sequence[str]) -> Mapping[str, RunStatus]:
        """Return where the workflows stand."""

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel workflows."""

    def held_back(self, stands: Mapping[str, RunStatus]) -> frozenset[str]:
        """Return the unfinished workflows that a later run has to go on with."""

    def stop(self, patience: float | None = None) -> None:
        """Let no further step begin here, and return when none is running."""


def follow(
    engine: Driver,
    ids: Sequence[str],
    *,
    keep: Callable[[], None],
    clock: Clock,
    every: timedelta,
    max_failures: int = 0,
) -> Mapping[str, RunStatus]:
    """Return where every workflow ended, once none is open and no step runs any more.

    After `max_failures` failures (0: never) the rest is cancelled: waiting systems do not start,
    running ones finish their step. One failure alone never touches another system.

    What a lost cloud holds is not waited for: it goes on with a later run.

    Raises:
        Locked: the programme is not ours any more, says `keep`; by then no step runs any more.
        StorageError: a disk does not take what has to be kept; steps may still run.
    """
    while True:
        try:
            keep()
        except Locked:
            engine.stop()
            raise
        if engine.trouble:
            raise engine.trouble
        stands = engine.status(ids)
        held = engine.held_back(stands)
        still = [workflow for workflow, status in stands.items() if status in OPEN and workflow not in held]
        if not still:
            break
        failed = sum(status is RunStatus.FAILED for status in stands.values())
        if max_failures and failed >= max_failures:
            engine.cancel(still)
        else:
            clock.sleep(every)
    engine.stop()  # a cancelled workflow has ended for the engine while its last step is still running
    return stands
