"""One run of a batch: lock, engine, progress, end. What is run is what was printed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from orchestrator import __version__
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.lock import RunLock
from orchestrator.adapters.state import StateFolder
from orchestrator.cli.output import Shell
from orchestrator.cli.planning import Prepared
from orchestrator.cli.progress import progress
from orchestrator.cli.wiring import CLOCK, database_of, evidence_of, outside_of, state_of
from orchestrator.errors import ExitCode, Interrupted, Locked
from orchestrator.execution.attempts import Agenda, newest
from orchestrator.execution.database import Database
from orchestrator.execution.engine import Engine
from orchestrator.execution.follow import follow
from orchestrator.execution.handlers import handlers
from orchestrator.execution.history import recorded
from orchestrator.execution.performer import Performer
from orchestrator.model.programme import Programme
from orchestrator.model.result import RunStatus, SystemRun
from orchestrator.reporting.runs import RunsView
from orchestrator.reporting.view import to_json

EVERY = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A programme that is ours alone while the session lasts.

    Attributes:
        keep: sees that it still is, and raises `run.lease-lost` if not.
    """

    shell: Shell
    programme: Programme
    batch: int
    state: StateFolder
    database: Database
    evidence: EvidenceLog
    keep: Callable[[], None]

    def runs(self, *, steps: bool = False) -> tuple[SystemRun, ...]:
        """Return the record of the batch's attempts."""
        return recorded(self.database, self.batch, steps=steps)

    def run(self, prepared: Prepared, agenda: Agenda, *, max_failures: int, output: str) -> ExitCode:
        """Do what is on the agenda and show how it ended.

        Raises:
            Interrupted: by a person; everything goes on from there at the next run.
            Locked: `run.lease-lost`: another machine goes on with it.
        """
        plan = prepared.plan
        self.state.save_plan(plan.digest, to_json(plan))
        self.evidence.record(
            "run.started",
            batch=self.batch,
            plan=plan.digest,
            version=__version__,
            new=[order.id for order in agenda.new],
            resumed=list(agenda.attached),
        )
        outside = outside_of(self.shell, self.programme, self.state, prepared.clouds, self.evidence)
        systems = [system.system for system in plan.systems if system.spec]
        with progress(systems, live=sys.stderr.isatty()) as tell:
            performer = Performer(handlers(outside), evidence=self.evidence, clock=CLOCK, tell=tell)
            engine = Engine(self.database, self.programme, self.batch, performer)
            dropped = engine.recover(agenda.attached)
            if dropped:
                self.evidence.record("run.dropped", batch=self.batch, workflows=list(dropped))
            engine.submit(agenda.new)
            try:
                ends = follow(engine, agenda.ids, keep=self.keep, clock=CLOCK, every=EVERY, max_failures=max_failures)
            except KeyboardInterrupt:
                self._stop(engine)
                raise Interrupted("run.interrupted", batch=self.batch) from None
            except Locked as lost:
                self.evidence.record("run.lease-lost", batch=self.batch, **lost.values)
                raise
        counts = {str(status): list(ends.values()).count(status) for status in RunStatus}
        self.evidence.record("run.ended", batch=self.batch, plan=plan.digest, counts=counts)
        runs = newest(self.runs(steps=True))
        shown = tuple(runs[system] for system in systems if system in runs)
        self.shell.show(
            RunsView(batch=self.batch, runs=shown, digest=plan.digest, head=self.evidence.head, holder=None), output
        )
        good = all(status is RunStatus.DONE for status in ends.values())
        return ExitCode.DONE if good else ExitCode.FAILED

    def _stop(self, engine: Engine) -> None:
        self.shell.tell("run.stopping")
        engine.stop()  # a second Ctrl-C ends this wait and the process at once; that too is resumable
        self.evidence.record("run.interrupted", batch=self.batch)


@contextmanager
def session(shell: Shell, programme: Programme, batch: int, command: Sequence[str]) -> Iterator[Session]:
    """Take the programme for a run and give it back at the end.

    Raises:
        Locked: somebody else has it.
    """
    state = state_of(shell)
    state.ensure()
    database = database_of(programme, state)
    said = " ".join(("migrate", *command))
    with ExitStack() as stack:
        stack.enter_context(RunLock(state.lock, clock=CLOCK, command=said))
        keep = stack.enter_context(database.lease(said))
        stack.enter_context(_terminated_like_interrupted())
        database.prepare()
        evidence = evidence_of(state)
        yield Session(
            shell=shell,
            programme=programme,
            batch=batch,
            state=state,
            database=database,
            evidence=evidence,
            keep=keep,
        )


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Treat SIGTERM (a shutdown, a service manager) as Ctrl-C."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
