"""What the engine's database says of earlier and present runs; reading it never runs anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestrator.execution.database import Database
from orchestrator.execution.names import WORKFLOW_VERSION, prefix
from orchestrator.execution.queues import is_shared
from orchestrator.execution.tables import Source, State, read
from orchestrator.model.pipeline import Verb
from orchestrator.model.result import Delivered, RunStatus, StepRun, SystemRun

if TYPE_CHECKING:
    from dbos import DBOSClient, StepInfo

    from orchestrator.planning.renaming import Built

SYSTEM, PART = "migrate-system", "migrate-part"
ACTIVE: Mapping[str, RunStatus] = {
    "ENQUEUED": RunStatus.WAITING,
    "DELAYED": RunStatus.WAITING,
    "PENDING": RunStatus.RUNNING,
}
_ENDED: Mapping[str, RunStatus] = {"SUCCESS": RunStatus.DONE, "CANCELLED": RunStatus.CANCELLED}


def standing(state: State) -> RunStatus:
    """Return a workflow's standing in our words; whatever is neither active nor ended well has failed."""
    return ACTIVE.get(state.status) or _ENDED.get(state.status, RunStatus.FAILED)


def recorded(database: Database, batch: int, *, steps: bool = True, shared: bool = False) -> tuple[SystemRun, ...]:
    """Return every attempt of a batch, oldest first, from any process; nothing when nothing was ever run.

    Args:
        database: the programme's.
        batch: its number.
        steps: with what each step of them came to.
        shared: whether workers go on with what is unfinished; of one process alone it is another queue's, and only who
            looks at that queue takes it up again.
    """
    if not database.exists():
        return ()

    def found(source: Source) -> tuple[SystemRun, ...]:
        return tuple(_runs(source, database.programme, batch, steps=steps, shared=shared))

    runs = read(database, found)
    if runs is None:
        with database.client() as client:
            runs = found(client)
    return runs


def newest(runs: Iterable[SystemRun]) -> dict[str, SystemRun]:
    """Return each system's last attempt."""
    latest: dict[str, SystemRun] = {}
    for run in runs:
        if run.system not in latest or run.attempt > latest[run.system].attempt:
            latest[run.system] = run
    return latest


def built(database: Database) -> tuple[Built, ...]:
    """Return every system that any batch was run for, as its newest attempt had it; nothing when nothing was run."""
    if not database.exists():
        return ()
    from orchestrator.execution.job import load_order
    from orchestrator.planning.renaming import built_of

    found: dict[str, Built] = {}
    with database.client() as client:
        for state in client.list_workflows(workflow_id_prefix=f"{database.programme}:", name=SYSTEM, load_output=False):
            order = load_order((state.input or {"args": ({},)})["args"][0])
            found[order.spec.slug] = built_of(order.spec)
    return tuple(found.values())


def cancel(database: Database, batch: int, systems: Sequence[str] = ()) -> tuple[str, ...]:
    """Cancel a batch's unfinished workflows, or those of some systems, from any process; return the systems."""
    if not database.exists():
        return ()
    with database.client() as client:
        chosen = [
            run
            for run in _runs(client, database.programme, batch, steps=False)
            if run.status in ACTIVE.values() and (not systems or run.system in systems)
        ]
        if chosen:
            client.cancel_workflows([run.workflow for run in chosen], cancel_children=True)
    return tuple(run.system for run in chosen)


def drop(client: DBOSClient, programme: str, batch: int, keep: Sequence[str]) -> tuple[str, ...]:
    """Cancel every unfinished workflow of a batch but those in `keep` and their parts; return their ids."""
    found = client.list_workflows(
        workflow_id_prefix=prefix(programme, batch), status=list(ACTIVE), load_input=False, load_output=False
    )
    kept = tuple(f"{workflow}:" for workflow in keep)
    lost = [state.workflow_id for state in found if not f"{state.workflow_id}:".startswith(kept)]
    if lost:
        client.cancel_workflows(lost)
    return tuple(lost)


def _runs(source: Source, programme: str, batch: int, *, steps: bool, shared: bool = False) -> Iterator[SystemRun]:
    for state in source.list_workflows(workflow_id_prefix=prefix(programme, batch), name=SYSTEM):
        # Of the order only what is told: to make all of it into what can be run takes longer than all the rest.
        order: Mapping[str, Any] = (state.input or {"args": ({},)})["args"][0]
        ended = list(source.list_workflow_steps(state.workflow_id)) if steps else []
        yield SystemRun(
            system=order["spec"]["system"],
            batch=batch,
            workflow=state.workflow_id,
            attempt=order["attempt"],
            status=standing(state),
            # None: it waits on its queue and no version of the program has begun it.
            resumable=state.app_version in {None, WORKFLOW_VERSION} and is_shared(state.queue_name) is shared,
            steps=tuple(_steps(source, state.workflow_id, order, ended)) if steps else (),
            error=_told(state.error),
            servers=tuple(_servers(order, ended)),
            shared=is_shared(state.queue_name),
        )


def _servers(order: Mapping[str, Any], ended: Sequence[StepInfo]) -> Iterator[Delivered]:
    """Give the servers that the steps of the whole system tell of: on record at the end, before that as reached."""
    from orchestrator.checks.services import links
    from orchestrator.model.system import Opening, Workload

    told = {step["function_name"]: step["output"] for step in ended if not step["error"] and step["output"]}
    found = (told.get(Verb.RECORD) or {}).get("servers") or (told.get(Verb.AWAIT_GUESTS) or {}).get("guests") or ()
    specs = {guest["server"]: (part["cloud"], guest) for part in order["spec"]["parts"] for guest in part["guests"]}
    for each in found:
        server, address = str(each["server"]), str(each["address"])
        if server in specs:
            cloud, guest = specs[server]
            openings = tuple(Opening(**opening) for opening in guest["openings"])
            found_at = links(Workload(guest["workload"]), openings, address)
            yield Delivered(server=server, cloud=cloud, address=address, links=found_at)


def _steps(source: Source, workflow: str, order: Mapping[str, Any], own: Sequence[StepInfo]) -> Iterator[StepRun]:
    """Give the steps that ended, in their order. What is running now leaves its mark when it ends."""
    ended = [(step, "") for step in own]
    for cloud in dict.fromkeys(part["cloud"] for part in order["spec"]["parts"]):
        ended += [(step, cloud) for step in source.list_workflow_steps(f"{workflow}:{cloud}", load_output=False)]
    ended.sort(key=lambda pair: pair[0]["completed_at_epoch_ms"] or 0)
    verbs = frozenset(Verb)
    for step, cloud in ended:
        if step["function_name"] in verbs:  # the engine's own bookkeeping is listed among them
            yield _step(step, cloud)


def _step(step: StepInfo, cloud: str) -> StepRun:
    return StepRun(
        verb=step["function_name"],
        cloud=cloud,
        status=RunStatus.FAILED if step["error"] else RunStatus.DONE,
        started=_time(step["started_at_epoch_ms"]),
        ended=_time(step["completed_at_epoch_ms"]),
        error=_told(step["error"]),
    )


def _told(error: object) -> dict[str, str]:
    """Return a stored error as `code`, `step`, `cloud` and its values; empty when there is none."""
    if error is None:
        return {}
    code: Any = getattr(error, "code", None)
    data: Any = getattr(error, "data", None)
    if not isinstance(code, str):
        return {"code": "run.engine", "error": str(error)}
    if not isinstance(data, Mapping):
        return {"code": code}
    values = {str(name): str(value) for name, value in (data.get("values") or {}).items()}
    # The error's own values come before the place of the step: a text may speak of another cloud.
    return {"cloud": str(data.get("cloud", "")), **values, "code": code, "step": str(data.get("step", ""))}


def _time(epoch_ms: int | None) -> datetime | None:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC) if epoch_ms else None
