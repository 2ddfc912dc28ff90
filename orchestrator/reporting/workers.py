"""How the workers of a programme stand: a line for each, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.worker import Worker
from orchestrator.reporting.texts import Say
from orchestrator.reporting.visible import one_line


def worker_data(worker: Worker) -> Mapping[str, object]:
    """Return a worker as JSON; times are ISO 8601."""
    return {
        "name": worker.name,
        "host": worker.host,
        "serves": sorted(worker.serves),
        "alive": worker.lives,
        "since": worker.since,
        "silent_seconds": round(worker.silent, 1),
        "ended": worker.ended,
        "why": worker.why,
        "taken_over_by": worker.taken_by,
        "evidence_head": worker.head,
        "steps": [{"system": system, "cloud": cloud} for system, cloud in worker.steps],
    }


def worker_lines(workers: Iterable[Worker], say: Say) -> Iterator[str]:
    """Yield a line for each worker."""
    for worker in workers:
        yield say("worker.line", **worker_values(worker, say))


def worker_values(worker: Worker, say: Say) -> Mapping[str, str]:
    """Return what a line of a worker says; host and labels are as somebody wrote them into the database."""
    if worker.lives:
        systems = ", ".join(sorted({one_line(system) for system, _ in worker.steps})) or "-"
        state = say("worker.lives", steps=len(worker.steps), systems=systems)
    elif worker.ended is None:
        state = say("worker.silent", seconds=round(worker.silent))
    else:
        ended = worker.ended.astimezone().isoformat(" ", "seconds")
        state = say("worker.over", ended=ended, why=one_line(worker.why))
    labels = ",".join(sorted(worker.serves))
    return {"name": one_line(worker.name), "host": one_line(worker.host), "labels": one_line(labels), "state": state}
