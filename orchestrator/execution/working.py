"""A worker: does the steps it can reach, of whatever batch, beside others; ends before it could be taken for dead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from dbos import DBOS

from orchestrator.errors import CloudLost, Locked, MigrateError, StorageError, TakenOver
from orchestrator.execution.database import Database
from orchestrator.execution.engine import Engine, park
from orchestrator.execution.job import VERSION, Job, Order, Perform
from orchestrator.execution.queues import parts_queue, served
from orchestrator.execution.roster import BEAT, SILENT, Place, Roster
from orchestrator.model.programme import Programme
from orchestrator.model.reach import Labels
from orchestrator.ports import Clock, Evidence

# How long steps that run are waited for once nothing can be kept any more, in seconds.
PATIENCE = 20.0
_LOOK = 0.2  # seconds between two looks for a place, and of the watch at the time


class WorkerEngine(Engine):
    """The engine of one worker: it shares queues and places with others, and serves every batch."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        perform: Perform,
        roster: Roster,
        executor: str,
        *,
        poll: float = 0.5,
        lost: Callable[[CloudLost], None] = lambda _: None,
    ) -> None:
        super().__init__(database, programme, 0, perform, poll=poll, lost=lost)
        self._roster = roster
        self._executor = executor
        self._look = poll  # a part runs wherever its cloud is reached

    def begin(self, labels: Labels) -> None:
        """Start, and serve the queues there are for these labels."""
        with self._database.client() as client:
            queues = served((queue.name for queue in client.list_queues()), self._programme.slug, labels)
        self._launch(self._executor, queues)

    def attend(self, labels: Labels) -> None:
        """Serve also the queues that came since the last look, and hear of workflows that were cancelled elsewhere."""
        queues = served((queue.name for queue in DBOS.list_queues()), self._programme.slug, labels)
        if self._dbos is not None:
            # Private, and looked at anew by the engine every second; to be checked again at every release of it.
            self._dbos._listening_queues = queues
        with self._changed:
            busy = {system for system, _ in self._running}
        self.status([order.id for order in self._orders.values() if order.spec.system in busy])

    def adopt(self, alive: Callable[[], frozenset[str]]) -> tuple[str, ...]:
        """Put what dead workers were doing back on its queues, for whoever serves them; return those workers.

        Twice is the same as once: what a living worker has taken up by now stays with it. A step that was done is
        not done again, and one of the dead that still records a step is refused by the engine, in the same
        transaction: the workflow is not its own any more.

        Args:
            alive: the executors that live; asked after the question whose the workflows are, so that one that begins
                meanwhile is not taken for dead.
        """
        ours = f"{self._database.application}/"
        found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        having = {state.executor_id for state in found if state.executor_id and state.executor_id.startswith(ours)}
        dead = sorted(having - alive() - {self._executor})
        if dead:
            DBOS._recover_pending_workflows(dead)  # there is no public one; to be checked at every release
        return tuple(dead)

    def _cloud_queue(self, batch: int, cloud: str) -> str:
        return parts_queue(self._programme.slug, batch, cloud)

    @contextmanager
    def _in_turn(self, order: Order, job: Job) -> Iterator[None]:
        """Hold a place among all workers until the step's result is stored; within it, one in this process."""
        place = Place(
            executor=self._executor,
            workflow=order.id,
            system=job.spec.system,
            cloud=job.cloud,
            department=job.spec.department,
        )
        while not self._take(place):
            if self._stopping.wait(_LOOK) or self._halted():
                park()
        try:
            with super()._in_turn(order, job):
                yield
        finally:
            while not self._give(place) and not self._stopping.wait(_LOOK):
                pass  # one that stays would keep others waiting while this worker lives

    def _take(self, place: Place) -> bool:
        try:
            return self._roster.take(
                place,
                on_cloud=self._places.get(place.cloud, 0),
                in_department=self._programme.limits.per_department,
            )
        except MigrateError:  # the database is away; how long for is the watch's affair
            return False

    def _give(self, place: Place) -> bool:
        try:
            self._roster.give(place)
        except MigrateError:
            return False
        return True


@dataclass(kw_only=True)
class Shift:
    """One worker's time at work, from its first heartbeat to its last.

    Attributes:
        keep: sees that the worker's lock is still its own, and raises `run.lease-lost` if not.
        clock: one whose seconds count while the process stands still, for others count them.
        cut_off: ends the process at once, with all it has begun; called when no heartbeat got through for `SILENT`,
            or when others have taken this worker for dead. It does not return.
        took: told of the workers whose work was put back on its queues.
    """

    engine: WorkerEngine
    roster: Roster
    executor: str
    name: str
    serves: Labels
    host: str
    evidence: Evidence
    clock: Clock
    keep: Callable[[], None]
    cut_off: Callable[[MigrateError], None]
    took: Callable[[tuple[str, ...]], None] = lambda _: None
    _heard: float = field(default=0.0, init=False)
    _over: threading.Event = field(default_factory=threading.Event, init=False)

    def work(self, until: Callable[[], MigrateError | str]) -> str:
        """Work until somebody says why to end; return that, as a word.

        Args:
            until: asked at every heartbeat; a reason to end, or an empty word.

        Raises:
            MigrateError: the reason, where it is an error.
        """
        self.roster.enter(self.executor, self.name, self.serves, host=self.host, version=VERSION)
        self._heard = self.clock.monotonic()
        self.evidence.record("worker.began", worker=self.name, executor=self.executor, serves=sorted(self.serves))
        for watch in (self._watch, self._beats):
            threading.Thread(target=watch, daemon=True).start()
        why: MigrateError | str = ""
        try:
            self.engine.begin(self.serves)
            while not (why := self.engine.trouble or until()):
                self._look()
                self.clock.sleep(timedelta(seconds=BEAT))
        except KeyboardInterrupt:
            why = "stopped"
        except StorageError as trouble:
            why = trouble
        self.engine.stop(PATIENCE if isinstance(why, StorageError) else None)
        self._over.set()
        word = why if isinstance(why, str) else why.code
        self.evidence.record("worker.ended", worker=self.name, executor=self.executor, why=word)
        self.roster.leave(self.executor, word, self.evidence.head)
        if isinstance(why, MigrateError):
            raise why
        return word

    def _look(self) -> None:
        """See to the dead, and to what there is to serve; a database that is away is asked again at the next look."""
        try:
            self.roster.bury(self.executor)
            adopted = self.engine.adopt(self._alive)
            self.engine.attend(self.serves)
        except MigrateError as error:
            if error.code != "run.database":
                raise
            return
        if adopted:
            self.evidence.record("worker.took-over", worker=self.name, executor=self.executor, dead=list(adopted))
            self.took(adopted)

    def _alive(self) -> frozenset[str]:
        return frozenset(each.executor for each in self.roster.workers() if each.ended is None)

    def _beats(self) -> None:
        while not self._over.wait(BEAT):
            began = self.clock.monotonic()
            try:
                self.keep()
                if not self.roster.beat(self.executor, self.evidence.head):
                    raise TakenOver("worker.taken-over", worker=self.name)
            except Locked as error:
                self.cut_off(error)
                return
            except MigrateError:  # the database is away; how long for is the watch's affair
                continue
            self._heard = began

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            silent = self.clock.monotonic() - self._heard
            if silent > SILENT:
                self.cut_off(Locked("worker.cut-off", worker=self.name, seconds=round(silent, 1)))
                return
