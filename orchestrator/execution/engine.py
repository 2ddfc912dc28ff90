"""The engine behind five functions: submit, status, cancel, retry, recover. No other module knows DBOS's workflows.

Facts it rests on (DBOS 3.x): the same workflow id is the same workflow; a pending workflow is started again
only by an executor of the same id and application version; a step runs at least once; cancelling takes hold
between steps; two processes with one executor id would both run everything, so the caller holds the lock.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_error

from orchestrator.errors import CloudLost, Interrupted, StorageError
from orchestrator.execution.database import Database
from orchestrator.execution.history import ACTIVE, PART, SYSTEM, drop, standing
from orchestrator.execution.job import Job, Order, Perform, dump_order, load_order
from orchestrator.execution.names import WORKFLOW_VERSION, prefix
from orchestrator.model.pipeline import Leg, stages
from orchestrator.model.programme import Programme
from orchestrator.model.result import RunStatus

_LOOK = 5.0
# Seconds between two looks for the result of a part that has just ended, which is recorded within moments.
_RECORDED = 0.1


class Engine:
    """Runs one batch of one programme in this process. The caller holds the programme's lock."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        batch: int,
        perform: Perform,
        *,
        poll: float = 0.5,
        lost: Callable[[CloudLost], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._programme = programme
        self._batch = batch
        self._perform = perform
        self._poll = poll  # seconds between two looks at a queue or at a child
        self._stopping = threading.Event()
        self._cancelled: set[str] = set()
        self._running: dict[tuple[str, str], str] = {}  # (system, cloud) of each running step → its department
        self._lost: set[str] = set()  # clouds on which no step begins any more
        self._tell_lost = lost
        self._orders: dict[str, Order] = {}  # of the workflows that this process began
        self._parked: set[str] = set()  # those of them that wait before or in a step of the whole system
        self._held: frozenset[str] = frozenset()
        self._places = {cloud.name: cloud.concurrency for cloud in programme.clouds}
        self._changed = threading.Condition()
        self._dbos: DBOS | None = None
        self._ended: dict[str, threading.Event] = {}  # of parts: set by the one that ends, for the system that waits
        self._look = _LOOK  # seconds between two looks whether a part has ended that nobody here has told of
        # Queues are named for the batch, and no others are listened to: a process that runs batch 1 must not take up
        # what batch 2 left.
        self._departments = f"{prefix(programme.slug, batch)}departments"

    def recover(self, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Start, and go on with the batch's unfinished workflows in `keep`; its other unfinished ones are cancelled.

        What is cancelled, and returned, was asked for by an older list or a wider command; its objects are
        adopted when its system comes again. Another batch's unfinished work waits for a run of that batch.
        """
        with self._database.client() as client:
            dropped = drop(client, self._programme.slug, self._batch, list(keep))
            # Before the launch, so that its queue threads find them at their first look.
            client.register_queue(
                self._departments,
                partition_concurrency=self._programme.limits.per_department,
                polling_interval_sec=self._poll,
                on_conflict="always_update",
            )
            for cloud in self._programme.clouds:
                client.register_queue(
                    self._cloud_queue(self._batch, cloud.name),
                    global_concurrency=cloud.concurrency,
                    polling_interval_sec=self._poll,
                    on_conflict="always_update",
                )
        # One id for the whole programme, because its lock admits one process: whoever holds the lock takes up what the
        # last holder left, on this machine or, with PostgreSQL, on another.
        clouds = (self._cloud_queue(self._batch, cloud.name) for cloud in self._programme.clouds)
        self._launch(self._database.application, [self._departments, *clouds])
        return dropped

    def _launch(self, executor: str, queues: Sequence[str]) -> None:
        """Start as this executor, and listen to these queues alone."""
        config: DBOSConfig = {
            "name": self._database.application,
            "application_version": WORKFLOW_VERSION,
            "executor_id": executor,
            # Never pickle: who can write the database must not run code here.
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": 5.0,
            "scheduler_polling_interval_sec": 3600.0,
            **self._database.options(),  # type: ignore[typeddict-item]
        }
        self._dbos = DBOS(config=config)
        # The launch puts what any batch left unfinished back on the queue it came from, and by default a process serves
        # every queue in the database.
        DBOS.listen_queues(queues)
        # Registered here and not at import: they belong to this engine, and their names are their identity.
        # The engine marks the functions it is given, which bound methods do not allow.
        self._run_system = DBOS.workflow(name=SYSTEM)(lambda stored: self._system(stored))
        self._run_part = DBOS.workflow(name=PART)(lambda stored, cloud: self._part(stored, cloud))
        DBOS.launch()

    def submit(self, orders: Sequence[Order]) -> None:
        """Put orders on their departments' queues; an order that was submitted before is not run twice."""
        for order in orders:
            with SetWorkflowID(order.id), SetEnqueueOptions(queue_partition_key=order.spec.department or "-"):
                DBOS.enqueue_workflow(self._departments, self._run_system, dump_order(order))

    def status(self, ids: Sequence[str]) -> Mapping[str, RunStatus]:
        """Return where the workflows stand."""
        found = DBOS.list_workflows(workflow_ids=list(ids), load_input=False, load_output=False)
        stands = {state.workflow_id: standing(state) for state in found}
        # Another process may have cancelled one: long work in this one must hear of it.
        self._cancelled.update(workflow for workflow, status in stands.items() if status is RunStatus.CANCELLED)
        return stands

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel workflows: those that wait never start, those that run stop after their current step."""
        # In the database first: a step that hears of it and ends must find its workflow cancelled, not failed.
        DBOS.cancel_workflows(list(ids), cancel_children=True)
        self._cancelled.update(ids)

    def held_back(self, stands: Mapping[str, RunStatus]) -> frozenset[str]:
        """Return those of the unfinished workflows for which nothing is left to do but on a cloud that is lost.

        Each keeps its place on its department's queue, to which it comes back in a later run. So that the systems of
        other clouds behind it come to their turn, the queue gets as many places more.
        """
        with self._changed:
            begun = {workflow: self._orders[workflow] for workflow in stands if workflow in self._orders}
            lost, parked = set(self._lost), set(self._parked)
        held = frozenset(
            workflow
            for workflow, order in begun.items()
            if stands[workflow] in ACTIVE.values() and (workflow in parked or self._parts_held(order, lost))
        )
        if held != self._held:
            self._held = held
            beside = Counter(begun[workflow].spec.department for workflow in held)
            queue = DBOS.retrieve_queue(self._departments)
            if queue is not None:
                queue.set_partition_concurrency(self._programme.limits.per_department + max(beside.values(), default=0))
        return held

    def _parts_held(self, order: Order, lost: set[str]) -> bool:
        """Tell whether, of a system's parts, one that a lost cloud holds is all that is unfinished."""
        if not lost & order.part_ids.keys():
            return False
        # A part that is not on its cloud's queue yet is unfinished too.
        wanted = {leg.cloud for leg in order.spec.pipeline if leg.cloud and any(map(order.wants, leg.steps))}
        stands = self.status([order.part_ids[cloud] for cloud in wanted])
        unfinished = {
            cloud for cloud in wanted if stands.get(order.part_ids[cloud], RunStatus.WAITING) in ACTIVE.values()
        }
        return bool(unfinished) and unfinished <= lost

    def retry(self, order: Order) -> None:
        """Run a system again, from `order.first` on; what earlier attempts made is adopted."""
        self.submit([order])

    @property
    def trouble(self) -> StorageError | None:
        """Return what went wrong with the disk, if anything did."""
        return self._database.trouble.first

    def stop(self, patience: float | None = None) -> None:
        """Let no further step begin, and return when none is running; everything can go on later from there.

        The threads of unfinished workflows stay parked: the process is expected to end.

        Args:
            patience: seconds after which it returns all the same; None waits for every step.
        """
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._running, patience)

    # The two workflows. What they do is a function of their input alone; all that acts is in their steps.

    def _system(self, stored: dict[str, Any]) -> None:
        with self._parking():
            self._system_steps(stored)

    def _system_steps(self, stored: dict[str, Any]) -> None:
        order = load_order(stored)
        self._orders[order.id] = order
        for legs in stages(order.spec.pipeline):
            if legs[0].cloud:
                self._side_by_side(order, stored, legs)
            else:
                self._walk(order, legs[0])

    def _side_by_side(self, order: Order, stored: dict[str, Any], legs: Sequence[Leg]) -> None:
        parts = []
        for leg in legs:
            if any(order.wants(step) for step in leg.steps):
                with SetWorkflowID(order.part_ids[leg.cloud]):
                    queue = self._cloud_queue(order.spec.batch, leg.cloud)
                    parts.append(DBOS.enqueue_workflow(queue, self._run_part, stored, leg.cloud))
        failures = []
        for handle in parts:
            # Every part is waited for: a system must not be called failed while a part of it is still being made.
            try:
                self._await_part(handle.workflow_id)
                handle.get_result(polling_interval_sec=_RECORDED)
            except (dbos_error.DBOSException, StorageError):
                raise
            except Exception as error:  # noqa: BLE001 - it is raised again below, when all parts have ended
                failures.append(error)
        if failures:
            raise failures[0]

    def _await_part(self, workflow: str) -> None:
        """Wait until a part has ended; asking the engine's database for it all the time would cost more than it does.

        One that ends without having run here, such as a cancelled one, is seen by a look now and then.
        """
        with self._changed:
            ended = self._ended.setdefault(workflow, threading.Event())
        while not ended.is_set():
            # Private: the public question would be recorded as a step of the workflow that asks.
            found = self._dbos._sys_db.get_workflow_status(workflow) if self._dbos else None
            if found is None or found["status"] not in ACTIVE:
                break
            ended.wait(self._look)
        with self._changed:
            self._ended.pop(workflow, None)

    def _part(self, stored: dict[str, Any], cloud: str) -> None:
        workflow = str(DBOS.workflow_id)
        try:
            with self._parking():
                self._part_steps(stored, cloud)
        finally:
            with self._changed:
                self._ended.setdefault(workflow, threading.Event()).set()

    @contextmanager
    def _parking(self) -> Iterator[None]:
        """Let a workflow that could not write down what it did stay unfinished: it has not failed."""
        try:
            yield
        except StorageError as error:
            self._database.trouble.note(error)
            park()

    def _part_steps(self, stored: dict[str, Any], cloud: str) -> None:
        order = load_order(stored)
        for leg in order.spec.pipeline:
            if leg.cloud == cloud:
                self._walk(order, leg)

    def _walk(self, order: Order, leg: Leg) -> None:
        part = next((part for part in order.spec.parts if part.cloud == leg.cloud), None)
        for step in leg.steps:
            if order.wants(step):
                job = Job(
                    spec=order.spec,
                    part=part,
                    step=step,
                    asked=step.verb is order.first,
                    cancelled=lambda: self._stopped(order.id),
                )
                with self._in_turn(order, job):
                    DBOS.run_step({"name": str(step.verb)}, self._step, order, job)

    def _step(self, order: Order, job: Job) -> dict[str, Any]:
        try:
            return dict(self._perform(job))
        except Interrupted:
            # Cut short by `stop`: not a result, so nothing is recorded, and the step runs again next time.
            if self._halted():
                self._leave(job)
                park()
            raise
        except CloudLost as error:
            # No result either: the system stands where it stood, and the step runs again next time.
            self._lose(error)
            self._hold(order, job)
            raise
        except StorageError as error:
            # Nothing is done that cannot be kept, so the step has not failed; it runs again next time.
            self._database.trouble.note(error)
            self._leave(job)
            park()
            raise

    @contextmanager
    def _in_turn(self, order: Order, job: Job) -> Iterator[None]:
        """Count a step as running until its result is stored, not only until it is done.

        The engine's queues keep the limits by counting workflows, and forget a cancelled one at once though its
        last step still runs. So a step waits here until there is room beside the steps that really run. Only
        running steps are counted, and they end: nobody waits for somebody who waits.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._halted() or self._is_lost(job) or self._has_room(job))
            if not self._halted() and not self._is_lost(job):
                self._running[job.spec.system, job.cloud] = job.spec.department
        if self._halted():
            self._leave(job)
            park()
        if self._is_lost(job):
            self._hold(order, job)
        try:
            yield
        finally:
            self._leave(job)

    def _leave(self, job: Job) -> None:
        with self._changed:
            self._running.pop((job.spec.system, job.cloud), None)
            self._changed.notify_all()

    def _lose(self, error: CloudLost) -> None:
        """Let no further step begin on a cloud; the first to meet its loss tells of it."""
        cloud = str(error.values["cloud"])
        with self._changed:
            first = cloud not in self._lost
            self._lost.add(cloud)
            self._changed.notify_all()
        if first:
            self._tell_lost(error)

    def _is_lost(self, job: Job) -> bool:
        """Tell whether a step would ask a lost cloud: its own, or as a step of the whole system that of any part."""
        return bool(self._lost & ({job.cloud} if job.cloud else {part.cloud for part in job.spec.parts}))

    def _hold(self, order: Order, job: Job) -> None:
        self._leave(job)
        if not job.cloud:
            with self._changed:
                self._parked.add(order.id)
        park()

    def _has_room(self, job: Job) -> bool:
        others = [(*place, unit) for place, unit in self._running.items() if place[0] != job.spec.system]
        beside = {system for system, _, unit in others if unit == job.spec.department}
        on_cloud = {system for system, cloud, _ in others if cloud == job.cloud}
        free = not job.cloud or len(on_cloud) < self._places[job.cloud]
        return free and len(beside) < self._programme.limits.per_department

    def _halted(self) -> bool:
        return self._stopping.is_set() or self.trouble is not None

    def _stopped(self, workflow: str) -> bool:
        return self._halted() or workflow in self._cancelled

    def _cloud_queue(self, batch: int, cloud: str) -> str:
        return f"{prefix(self._programme.slug, batch)}cloud:{cloud}"


def park() -> None:
    """Wait for ever: a workflow that stays unfinished ends with its process."""
    threading.Event().wait()
