"""A batch that workers do: what is to be done is put on their queues, and followed; no step is done here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from orchestrator.errors import StorageError
from orchestrator.execution.database import Database
from orchestrator.execution.history import ACTIVE, SYSTEM, drop, standing
from orchestrator.execution.job import Order, dump_order, load_order
from orchestrator.execution.names import WORKFLOW_VERSION
from orchestrator.execution.queues import register, systems_queue
from orchestrator.model.programme import Programme
from orchestrator.model.reach import Labels, needs, serves
from orchestrator.model.result import RunStatus
from orchestrator.model.worker import Worker
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from dbos import DBOSClient

# How long what nobody serves is waited for, in seconds: a worker that is started anew, or takes over, comes within it.
PATIENCE = 15.0


class Conductor:
    """Stands in the engine's place where workers do the steps. The caller holds the programme among the workers."""

    trouble: StorageError | None = None

    def __init__(
        self,
        database: Database,
        programme: Programme,
        batch: int,
        workers: Callable[[], Sequence[Worker]],
        clock: Clock,
        *,
        poll: float = 0.5,
        unserved: Callable[[Mapping[str, Labels]], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._programme = programme
        self._batch = batch
        self._workers = workers
        self._clock = clock
        self._poll = poll
        self._unserved = unserved
        self._held = ExitStack()
        self._orders: dict[str, Order] = {}
        self._since: dict[str, float] = {}  # workflow → since when nobody serves it
        self._told: set[str] = set()

    def recover(self, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Go on with the batch's unfinished workflows in `keep`; cancel and return its other unfinished ones."""
        dropped = drop(self._client, self._programme.slug, self._batch, list(keep))
        for state in self._client.list_workflows(workflow_ids=list(keep), load_output=False) if keep else ():
            order = load_order((state.input or {"args": ({},)})["args"][0])
            self._orders[order.id] = order
        self._register(self._orders.values())
        return dropped

    def submit(self, orders: Sequence[Order]) -> None:
        """Put orders on the queues of those who can reach what they need; twice is the same as once."""
        self._orders.update({order.id: order for order in orders})
        self._register(orders)
        for order in orders:
            self._client.enqueue(
                {
                    "workflow_name": SYSTEM,
                    "queue_name": systems_queue(self._programme.slug, self._batch, needs(order.spec)),
                    "workflow_id": order.id,
                    "app_version": WORKFLOW_VERSION,
                    "queue_partition_key": order.spec.department or "-",
                },
                dump_order(order),
            )

    def status(self, ids: Sequence[str]) -> Mapping[str, RunStatus]:
        """Return where the workflows stand."""
        found = self._client.list_workflows(workflow_ids=list(ids), load_input=False, load_output=False)
        return {state.workflow_id: standing(state) for state in found}

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel workflows: those that wait never start, those that run stop after their current step."""
        self._client.cancel_workflows(list(ids), cancel_children=True)

    def held_back(self, stands: Mapping[str, RunStatus]) -> frozenset[str]:
        """Return the unfinished workflows that no living worker has been able to serve for a while; tell of them."""
        now = self._clock.monotonic()
        alive = [worker.serves for worker in self._workers() if worker.lives]
        for workflow, status in stands.items():
            wanted = needs(self._orders[workflow].spec)
            if status in ACTIVE.values() and not any(serves(labels, wanted) for labels in alive):
                self._since.setdefault(workflow, now)
            else:
                self._since.pop(workflow, None)
        held = frozenset(workflow for workflow, since in self._since.items() if now - since > PATIENCE)
        if held - self._told:
            self._unserved({self._orders[each].spec.system: needs(self._orders[each].spec) for each in held})
            self._told |= held
        return held

    def stop(self, patience: float | None = None) -> None:  # noqa: ARG002 - the engine's signature
        """Look no longer: the steps are the workers', who finish them."""
        self._held.close()

    @cached_property
    def _client(self) -> DBOSClient:
        return self._held.enter_context(self._database.client())

    def _register(self, orders: Iterable[Order]) -> None:
        wanted = [needs(order.spec) for order in orders]
        register(self._client, self._programme, self._batch, wanted, self._poll)
