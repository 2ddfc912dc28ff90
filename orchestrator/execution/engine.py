"""The engine behind five functions: submit, status, cancel, retry, recover. No other module knows DBOS's workflows.

Facts it rests on (DBOS 3.x): the same workflow id is the same workflow; a pending workflow is started again
only by an executor of the same id and application version; a step runs at least once; cancelling takes hold
between steps; two processes with one executor id would both run everything, so the caller holds the lock.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_error

from orchestrator.errors import Interrupted
from orchestrator.execution.database import Database
from orchestrator.execution.history import PART, SYSTEM, drop, standing
from orchestrator.execution.job import WORKFLOW_VERSION, Job, Order, Perform, dump_order, load_order, prefix
from orchestrator.model.plan import CloudPart, Step
from orchestrator.model.programme import Programme
from orchestrator.model.result import RunStatus
from orchestrator.planning import pipelines


class Engine:
    """Runs one batch of one programme in this process. The caller holds the programme's lock."""

    def __init__(
        self, database: Database, programme: Programme, batch: int, perform: Perform, *, poll: float = 0.5
    ) -> None:
        self._database = database
        self._programme = programme
        self._batch = batch
        self._perform = perform
        self._poll = poll  # seconds between two looks at a queue or at a child
        self._stopping = threading.Event()
        self._cancelled: set[str] = set()
        self._running: dict[tuple[str, str], str] = {}  # (system, cloud) of each running step → its department
        self._places = {cloud.name: cloud.concurrency for cloud in programme.clouds}
        self._changed = threading.Condition()
        # Queues are named for the batch: a process that runs batch 1 must not take up what batch 2 left waiting.
        self._departments = f"{prefix(programme.slug, batch)}departments"

    def recover(self, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Start, and go on with the unfinished workflows in `keep`; every other unfinished one is cancelled.

        What is cancelled, and returned, was asked for by an older list or a wider command; its objects are
        adopted when its system comes again.
        """
        with self._database.client() as client:
            dropped = drop(client, self._programme.slug, list(keep))
            # Before the launch, so that its queue threads find them at their first look.
            client.register_queue(
                self._departments,
                partition_concurrency=self._programme.limits.per_department,
                polling_interval_sec=self._poll,
                on_conflict="always_update",
            )
            for cloud in self._programme.clouds:
                client.register_queue(
                    self._cloud_queue(cloud.name),
                    global_concurrency=cloud.concurrency,
                    polling_interval_sec=self._poll,
                    on_conflict="always_update",
                )
        config: DBOSConfig = {
            "name": self._database.application,
            "application_version": WORKFLOW_VERSION,
            # One id for the whole programme, because its lock admits one process: whoever holds the lock takes up
            # what the last holder left, on this machine or, with PostgreSQL, on another.
            "executor_id": self._database.application,
            # Never pickle: who can write the database must not run code here.
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": 5.0,
            "scheduler_polling_interval_sec": 3600.0,
            **self._database.options(),  # type: ignore[typeddict-item]
        }
        DBOS(config=config)
        # Registered here and not at import: they belong to this engine, and their names are their identity.
        # The engine marks the functions it is given, which bound methods do not allow.
        self._run_system = DBOS.workflow(name=SYSTEM)(lambda stored: self._system(stored))
        self._run_part = DBOS.workflow(name=PART)(lambda stored, cloud: self._part(stored, cloud))
        DBOS.launch()
        return dropped

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

    def retry(self, order: Order) -> None:
        """Run a system again, from `order.first` on; what earlier attempts made is adopted."""
        self.submit([order])

    def stop(self) -> None:
        """Let no further step begin, and return when none is running; everything can go on later from there.

        The threads of unfinished workflows stay parked: the process is expected to end.
        """
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._running)

    # The two workflows. What they do is a function of their input alone; all that acts is in their steps.

    def _system(self, stored: dict[str, Any]) -> None:
        order = load_order(stored)
        self._steps(order, None, pipelines.before(order.spec))
        parts = []
        for part in order.spec.parts:
            if any(order.wants(step.verb) for step in pipelines.provision(part, self._programme.limits)):
                with SetWorkflowID(order.part_ids[part.cloud]):
                    parts.append(
                        DBOS.enqueue_workflow(self._cloud_queue(part.cloud), self._run_part, stored, part.cloud)
                    )
        failures = []
        for handle in parts:
            # Every part is waited for: a system must not be called failed while a part of it is still being made.
            try:
                handle.get_result(polling_interval_sec=self._poll)
            except dbos_error.DBOSException:
                raise
            except Exception as error:  # noqa: BLE001 - it is raised again below, when all parts have ended
                failures.append(error)
        if failures:
            raise failures[0]
        self._steps(order, None, pipelines.after(order.spec, self._programme.limits))

    def _part(self, stored: dict[str, Any], cloud: str) -> None:
        order = load_order(stored)
        part = next(part for part in order.spec.parts if part.cloud == cloud)
        self._steps(order, part, pipelines.provision(part, self._programme.limits))

    def _steps(self, order: Order, part: CloudPart | None, steps: Sequence[Step]) -> None:
        for step in steps:
            if order.wants(step.verb):
                job = Job(
                    spec=order.spec,
                    part=part,
                    step=step,
                    asked=step.verb is order.first,
                    cancelled=lambda: self._stopped(order.id),
                )
                with self._held(job):
                    DBOS.run_step({"name": str(step.verb)}, self._step, job)

    def _step(self, job: Job) -> dict[str, Any]:
        try:
            return dict(self._perform(job))
        except Interrupted:
            # Cut short by `stop`: not a result, so nothing is recorded, and the step runs again next time.
            if self._stopping.is_set():
                self._leave(job)
                _park()
            raise

    @contextmanager
    def _held(self, job: Job) -> Iterator[None]:
        """Count a step as running until its result is stored, not only until it is done.

        The engine's queues keep the limits by counting workflows, and forget a cancelled one at once though its
        last step still runs. So a step waits here until there is room beside the steps that really run. Only
        running steps are counted, and they end: nobody waits for somebody who waits.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._stopping.is_set() or self._has_room(job))
            if not self._stopping.is_set():
                self._running[job.spec.system, job.cloud] = job.spec.department
        if self._stopping.is_set():
            self._leave(job)
            _park()
        try:
            yield
        finally:
            self._leave(job)

    def _leave(self, job: Job) -> None:
        with self._changed:
            self._running.pop((job.spec.system, job.cloud), None)
            self._changed.notify_all()

    def _has_room(self, job: Job) -> bool:
        others = [(*place, unit) for place, unit in self._running.items() if place[0] != job.spec.system]
        beside = {system for system, _, unit in others if unit == job.spec.department}
        on_cloud = {system for system, cloud, _ in others if cloud == job.cloud}
        free = not job.cloud or len(on_cloud) < self._places[job.cloud]
        return free and len(beside) < self._programme.limits.per_department

    def _stopped(self, workflow: str) -> bool:
        return self._stopping.is_set() or workflow in self._cancelled

    def _cloud_queue(self, cloud: str) -> str:
        return f"{prefix(self._programme.slug, self._batch)}cloud:{cloud}"


def _park() -> None:
    threading.Event().wait()
