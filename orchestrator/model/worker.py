"""A worker: one process that does a programme's steps beside others, as the database knows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orchestrator.model.reach import Labels

# Seconds after which a worker that was not heard of is taken for dead. It has ended itself before that.
GONE = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process that works, or has worked, on a programme.

    Attributes:
        executor: the process's own name, never used twice; `name` is the worker's.
        serves: the labels of what it reaches.
        host: the machine it said it is on.
        silent: seconds since its last heartbeat, by the database's clock.
        ended: when it ended or was found dead; None while it is taken for alive.
        why: a word of how it ended: `stopped`, `gone`, or the code of an error.
        taken_by: the executor that found it dead.
        head: the last hash of its evidence that it told.
        steps: what it does now, as (system, cloud); the cloud is empty for a step of the whole system.
    """

    executor: str
    name: str
    serves: Labels
    host: str
    since: datetime
    silent: float
    ended: datetime | None = None
    why: str = ""
    taken_by: str = ""
    head: str = ""
    steps: tuple[tuple[str, str], ...] = ()

    @property
    def lives(self) -> bool:
        """Tell whether it is taken for alive: it has not ended, and was heard of lately."""
        return self.ended is None and self.silent < GONE


def latest(workers: Iterable[Worker]) -> tuple[Worker, ...]:
    """Return of workers, the latest process first, one for each name: the one that lives, else the latest."""
    found: dict[str, Worker] = {}
    for worker in sorted(workers, key=lambda worker: (not worker.lives, -worker.since.timestamp())):
        found.setdefault(worker.name, worker)
    return tuple(found[name] for name in sorted(found))
