"""How long runs were at work, from the steps on record: time in which nothing ran is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from orchestrator.model.result import RunStatus, StepRun, SystemRun

_OPEN = frozenset({RunStatus.WAITING, RunStatus.RUNNING})


def active_seconds(steps: Iterable[StepRun]) -> float:
    """Return the seconds in which at least one of the steps ran; hours between two runs of a batch are no work."""
    spans = sorted((step.started, step.ended) for step in steps if step.started and step.ended)
    total, reached = 0.0, None
    for began, ended in spans:
        since = began if reached is None else max(began, reached)
        total += max(0.0, (ended - since).total_seconds())
        reached = ended if reached is None else max(reached, ended)
    return total


def ended_at(run: SystemRun) -> datetime | None:
    """Return when the last step of a run that goes on no more ended; None while it is open or has no step."""
    ends = [step.ended for step in run.steps if step.ended]
    return max(ends) if ends and run.status not in _OPEN else None


def seconds_left(runs: Sequence[SystemRun]) -> float | None:
    """Return an estimate of the seconds that the open runs still take; 0 when none is open.

    Each is taken to need as much work as the finished ones did on average, done as many at a time as so far:
    mean(active of done) · open − active of open, over (sum of every run's active / active of all together).
    None before any has finished: there is nothing to go by.
    """
    still = [run for run in runs if run.status in _OPEN]
    if not still:
        return 0.0
    finished = [active_seconds(run.steps) for run in runs if run.status is RunStatus.DONE]
    together = active_seconds(step for run in runs for step in run.steps)
    if not finished or not together:
        return None
    typical = sum(finished) / len(finished)
    work = sum(max(0.0, typical - active_seconds(run.steps)) for run in still)
    return work * together / sum(active_seconds(run.steps) for run in runs)
