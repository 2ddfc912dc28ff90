"""One run of a batch: the programme held, the engine driven to the end, the record kept. What is run was printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from orchestrator import __version__
from orchestrator.errors import CloudLost, Interrupted, Locked, StorageError
from orchestrator.execution.attempts import Agenda
from orchestrator.execution.conducting import Conductor
from orchestrator.execution.database import Database
from orchestrator.execution.engine import Engine
from orchestrator.execution.follow import OPEN, follow
from orchestrator.execution.history import newest, recorded
from orchestrator.execution.job import Job, Perform, Result
from orchestrator.model.canonical import canonical
from orchestrator.model.plan import BatchPlan
from orchestrator.model.programme import Programme
from orchestrator.model.reach import Labels
from orchestrator.model.result import LostCloud, RunStatus, SystemRun
from orchestrator.model.worker import Worker
from orchestrator.ports import Clock, Evidence, PlanStore

EVERY = timedelta(seconds=0.5)
# How long steps that run are waited for once nothing can be kept any more, in seconds. What they do meanwhile is
# looked at by the next run, as after a crash.
PATIENCE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended.

    Attributes:
        ends: workflow id → where it stands.
        runs: the last attempt of each system of the plan that ever had one.
        digest: of the plan that was run.
        head: of the evidence, to be kept elsewhere.
        lost: the clouds that were lost meanwhile, and whom they hold.
    """

    batch: int
    ends: Mapping[str, RunStatus]
    runs: tuple[SystemRun, ...]
    digest: str
    head: str
    lost: tuple[LostCloud, ...] = ()

    @property
    def done(self) -> bool:
        """Tell whether everything on the agenda came to its end."""
        return all(status is RunStatus.DONE for status in self.ends.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A programme that is ours alone while this lasts.

    Attributes:
        keep: sees that it still is, and raises `run.lease-lost` if not.
        stopping: told when a person has stopped the run, before the running steps are waited for.
        lost: told of the first loss of each cloud; from then on no step begins there.
        poll: seconds between two looks at a queue or at a child.
        workers: tells who works; then they do the steps, and nothing is done here. None does them here.
        unserved: told which systems no worker can reach what they need for, and what that is.
    """

    programme: Programme
    batch: int
    database: Database
    plans: PlanStore
    evidence: Evidence
    clock: Clock
    keep: Callable[[], None]
    stopping: Callable[[], None] = lambda: None
    lost: Callable[[CloudLost], None] = lambda _: None
    every: timedelta = EVERY
    poll: float = 0.5
    workers: Callable[[], Sequence[Worker]] | None = None
    unserved: Callable[[Mapping[str, Labels]], None] = lambda _: None

    def runs(self, *, steps: bool = False) -> tuple[SystemRun, ...]:
        """Return the record of the batch's attempts."""
        return recorded(self.database, self.batch, steps=steps, shared=self.workers is not None)

    def do(self, plan: BatchPlan, agenda: Agenda, perform: Perform, *, max_failures: int = 0) -> RunEnd:
        """Do what is on the agenda and return how it ended.

        Raises:
            Interrupted: by a person; everything goes on from there at the next run.
            Locked: `run.lease-lost`: another machine goes on with it.
            StorageError: a disk does not take what has to be kept; no further step began.
        """
        self.plans.save_plan(plan.digest, canonical(plan))
        self._record(
            "run.started",
            plan=plan.digest,
            version=__version__,
            clouds=[asdict(cloud) for cloud in plan.clouds],
            new=[order.id for order in agenda.new],
            resumed=list(agenda.attached),
        )
        told = in_present_words(perform, plan)
        losses: dict[str, CloudLost] = {}

        def lose(error: CloudLost) -> None:
            losses[str(error.values["cloud"])] = error
            self._record("cloud.lost", error={"code": error.code, **error.values})
            self.lost(error)

        engine = self._engine(told, lose)
        try:
            dropped = engine.recover(agenda.attached)
            if dropped:
                self._record("run.dropped", workflows=list(dropped))
            engine.submit(agenda.new)
            ends = follow(
                engine, agenda.ids, keep=self.keep, clock=self.clock, every=self.every, max_failures=max_failures
            )
        except KeyboardInterrupt:
            self._interrupted(engine)
            raise Interrupted("run.interrupted", batch=self.batch) from None
        except StorageError:
            engine.stop(PATIENCE)
            raise
        except Locked as lost:
            self._record("run.lease-lost", **lost.values)
            raise
        counts = {str(status): list(ends.values()).count(status) for status in RunStatus}
        self._record("run.ended", plan=plan.digest, counts=counts)
        return self._end(plan, ends, losses)

    def _engine(self, perform: Perform, lose: Callable[[CloudLost], None]) -> Engine | Conductor:
        if self.workers is None:
            return Engine(self.database, self.programme, self.batch, perform, poll=self.poll, lost=lose)

        def unserved(systems: Mapping[str, Labels]) -> None:
            self._record("run.unserved", systems={system: sorted(labels) for system, labels in systems.items()})
            self.unserved(systems)

        return Conductor(
            self.database, self.programme, self.batch, self.workers, self.clock, poll=self.poll, unserved=unserved
        )

    def _interrupted(self, engine: Engine | Conductor) -> None:
        self.stopping()
        # A second Ctrl-C ends this wait and the process at once; that too is resumable.
        engine.stop(PATIENCE if engine.trouble else None)
        try:
            self._record("run.interrupted")
        except StorageError as trouble:
            raise Interrupted(trouble.code, **trouble.values) from trouble

    def _end(self, plan: BatchPlan, ends: Mapping[str, RunStatus], losses: Mapping[str, CloudLost]) -> RunEnd:
        latest = newest(self.runs(steps=True))
        shown = tuple(latest[system.system] for system in plan.systems if system.spec and system.system in latest)
        open_still = {run.system for run in shown if ends.get(run.workflow) in OPEN}
        specs = [system.spec for system in plan.systems if system.spec and system.system in open_still]
        lost = tuple(
            LostCloud(
                cloud=cloud,
                code=error.code,
                values={name: str(value) for name, value in error.values.items()},
                systems=tuple(spec.system for spec in specs if any(part.cloud == cloud for part in spec.parts)),
            )
            for cloud, error in sorted(losses.items())
        )
        return RunEnd(batch=self.batch, ends=ends, runs=shown, digest=plan.digest, head=self.evidence.head, lost=lost)

    def _record(self, kind: str, **data: object) -> None:
        self.evidence.record(kind, batch=self.batch, **data)


def in_present_words(perform: Perform, plan: BatchPlan) -> Perform:
    """Return `perform` for jobs that may have been asked for before a text of the list was put right.

    What is made is the same, or it would be another workflow; what is shown of it is what the list says now.
    """
    present = {(system.system, system.spec.digest): system.spec for system in plan.systems if system.spec}

    def performed(job: Job) -> Result:
        spec = present.get((job.spec.system, job.spec.digest), job.spec)
        part = next((part for part in spec.parts if part.cloud == job.cloud), job.part)
        return perform(replace(job, spec=spec, part=part))

    return performed


@contextmanager
def held(
    locks: Sequence[AbstractContextManager[object]], database: Database, command: str, *, among: str = ""
) -> Iterator[Callable[[], None]]:
    """Hold the programme, on this machine and on its database, with the database's tables ready; give `Run.keep`.

    Args:
        locks: those of this machine.
        database: the programme's.
        command: who holds it, for people.
        among: as `Database.lease` takes it.

    Raises:
        Locked: somebody else has it.
    """
    with ExitStack() as stack:
        for lock in locks:
            stack.enter_context(lock)
        keep = stack.enter_context(database.lease(command, among=among))
        database.prepare()
        yield keep
