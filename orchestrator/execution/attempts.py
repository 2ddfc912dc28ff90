"""Decides which systems of a batch need an attempt, from the plan and the record of earlier runs; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.execution.history import newest
from orchestrator.execution.job import Order
from orchestrator.model.pipeline import Verb
from orchestrator.model.plan import BatchPlan, Mark, SystemSpec
from orchestrator.model.result import RunStatus, SystemRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a run has to do.

    Attributes:
        new: attempts to submit.
        attached: workflow ids that an earlier, interrupted run left unfinished: they go on where they were.
        done: systems that are as they should be, by the record and by what was observed.
    """

    new: tuple[Order, ...] = ()
    attached: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all workflows of this run."""
        return (*self.attached, *(order.id for order in self.new))


def agenda(plan: BatchPlan, runs: Iterable[SystemRun]) -> Agenda:
    """Return what is left to do.

    An unfinished run of the same specification goes on. A finished one counts only while the
    observed objects are still right (`=`). Everything else gets a new attempt: what exists is
    adopted, because every step looks before it creates.
    """
    latest = newest(runs)
    new: list[Order] = []
    attached: list[str] = []
    done: list[str] = []
    for system in plan.systems:
        if system.spec is None or system.mark is Mark.HOLD:
            continue
        run = latest.get(system.system)
        same = run is not None and run.workflow.startswith(Order(spec=system.spec, attempt=run.attempt).id)
        if run and same and run.resumable and run.status in {RunStatus.WAITING, RunStatus.RUNNING}:
            attached.append(run.workflow)
        elif run and same and run.status is RunStatus.DONE and system.mark is Mark.KEEP:
            done.append(system.system)
        else:
            new.append(Order(spec=system.spec, attempt=run.attempt + 1 if run else 1))
    return Agenda(new=tuple(new), attached=tuple(attached), done=tuple(done))


def again(spec: SystemSpec, runs: Iterable[SystemRun], first: Verb | None) -> Order:
    """Return the next attempt at one system, from a step on if one is named."""
    run = newest(runs).get(spec.system)
    return Order(spec=spec, attempt=run.attempt + 1 if run else 1, first=first)
