"""How a batch's systems stand: the living table of a run, and the table at its end or of `migrate status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from orchestrator.model.result import LostCloud, RunningTask, RunStatus, SystemRun
from orchestrator.model.spent import active_seconds, ended_at, seconds_left
from orchestrator.reporting.texts import Say
from orchestrator.reporting.workers import worker_data, worker_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

    from orchestrator.model.life import Life
    from orchestrator.model.seen import Seen
    from orchestrator.model.worker import Worker
    from orchestrator.reporting.night import NightReport

_STYLES = {
    "done": "green",
    "failed": "bold red",
    "running": "cyan",
    "cancelled": "yellow",
    "started": "cyan",
    "held": "yellow",
    "idle": "yellow",
    "left": "dim",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsView:
    """The last attempt of each system.

    Attributes:
        digest: of the plan that was run; empty when only the record was read.
        head: the evidence log's last hash, to be kept elsewhere; empty when only the record was read.
        holder: who runs the programme now; None when nobody does, and then nothing really runs.
        lives: of the systems whose data moves.
        seen: what was seen from outside of systems that nothing was to be done for.
        lost: clouds on which the run went no further.
        claims: whose the programme was on each cloud when a run looked at it last; empty for a run itself.
        tasks: system → the task that its playbook is at.
        members: the systems that belong to the batch by the list as it is now; None when that was not read. One that
            has left it is told, and counts no more.
        night: what came of the window in which the run moved data; None where none was open.
        workers: of a programme that several machines share, one for each name.
    """

    batch: int
    runs: tuple[SystemRun, ...]
    digest: str = ""
    head: str = ""
    holder: Mapping[str, object] | None = None
    lives: tuple[Life, ...] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)
    lost: tuple[LostCloud, ...] = ()
    claims: tuple[Mapping[str, object], ...] = ()
    tasks: Mapping[str, RunningTask] = field(default_factory=dict)
    members: Collection[str] | None = None
    night: NightReport | None = None
    workers: tuple[Worker, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether the last attempt of a system of the batch failed."""
        return any(run.status is RunStatus.FAILED for run in self.current)

    @property
    def going(self) -> bool:
        """Tell whether somebody is at work on it; workers that have nothing to do are not."""
        return self.holder is not None and not (
            self.workers and all(run.status not in {RunStatus.RUNNING, RunStatus.WAITING} for run in self.current)
        )

    @property
    def current(self) -> tuple[SystemRun, ...]:
        """The runs of systems that still belong to the batch."""
        return tuple(run for run in self.runs if not self.has_left(run))

    def has_left(self, run: SystemRun) -> bool:
        """Tell whether a system belongs to the batch no more."""
        return self.members is not None and run.system not in self.members

    def standing(self, run: SystemRun) -> RunStatus:
        """Return a run's standing: with nobody running the programme, what was running waits to go on."""
        if run.status is RunStatus.RUNNING and self.holder is None:
            return RunStatus.WAITING
        return run.status

    def data(self) -> object:
        """Return every run with its steps."""
        return {
            "batch": self.batch,
            "plan": self.digest,
            "evidence_head": self.head,
            "holder": self.holder,
            "claims": self.claims,
            "counts": self._counts(),
            "lost_clouds": self.lost,
            "lives": _lives(self.lives),
            "seen": _seen(self.seen),
            "systems": [
                {
                    "system": run.system,
                    "status": self.standing(run),
                    "attempt": run.attempt,
                    "workflow": run.workflow,
                    "error": run.error,
                    "ended": ended_at(run),
                    "active_seconds": active_seconds(run.steps),
                    "steps": run.steps,
                    "servers": run.servers,
                    "running_task": self._task(run),
                    "left_batch": self.has_left(run),
                }
                for run in self.runs
            ],
            "members_known": self.members is not None,
            "active_seconds": active_seconds(step for run in self.current for step in run.steps),
            "seconds_left": seconds_left(self.current),
            "night": self.night.data() if self.night else None,
            "workers": [worker_data(worker) for worker in self.workers],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the table, then the causes of failures, then who holds the programme and the anchor."""
        from rich.table import Table
        from rich.text import Text

        if not self.runs:
            yield say("run.none", batch=self.batch)
            yield from worker_lines(self.workers, say)
            yield from self._claimed(say)
            return
        table = Table(box=None, pad_edge=False, show_edge=False)
        for column in ("system", "status", "attempt", "step", "steps", "active", "ended"):
            table.add_column(say(f"run.column.{column}"), justify="right" if column == "active" else "left")
        for run in self.runs:
            status = str(self.standing(run))
            words = "left" if self.has_left(run) else "idle" if status == "waiting" and not self.holder else status
            last = run.error.get("step") or (run.steps[-1].verb if run.steps else "")
            table.add_row(
                run.system,
                Text(say(f"run.status.{words}"), style=_STYLES.get(words, "")),
                str(run.attempt),
                self._step(run, last, say),
                str(sum(step.status is RunStatus.DONE for step in run.steps)),
                elapsed(active_seconds(run.steps)),
                ended.astimezone().isoformat(" ", "seconds") if (ended := ended_at(run)) else "",
            )
        yield table
        for run in self.runs:
            for server in run.servers:
                where = "  ".join((server.address, *server.links))
                yield say("run.server", system=run.system, server=server.server, cloud=server.cloud, where=where)
        for run in self.current:
            if run.error:
                yield from _cause(run, say)
        yield say("run.summary", batch=self.batch, **self._counts())
        for lost in self.lost:
            yield say("run.held-back", batch=self.batch, cloud=lost.cloud, systems=", ".join(lost.systems) or "-")
        if gone := [run.system for run in self.runs if self.has_left(run)]:
            yield say("run.left-batch", count=len(gone), systems=", ".join(gone))
        left = seconds_left(self.current)
        if left is None:
            yield say("run.left-unknown")
        elif left:
            yield say("run.left", left=elapsed(left))
        if self.holder:
            yield say("run.held" if "pid" in self.holder else "run.held-elsewhere", **self.holder)
        elif any(run.status in {RunStatus.RUNNING, RunStatus.WAITING} for run in self.current):
            yield say("run.not-running", batch=self.batch)
        yield from worker_lines(self.workers, say)
        yield from self._claimed(say)
        if self.head:
            yield say("run.anchor", head=self.head)
        if self.lives:
            from orchestrator.reporting.moving import LifeView

            yield from LifeView(self.lives).lines(say)

    def _claimed(self, say: Say) -> Iterable[str]:
        for claim in self.claims:
            yield say("run.claim-ours" if claim["ours"] else "run.claim-other", **claim)

    def _task(self, run: SystemRun) -> RunningTask | None:
        return self.tasks.get(run.system) if self.standing(run) is RunStatus.RUNNING else None

    def _step(self, run: SystemRun, last: str, say: Say) -> str:
        task = self._task(run)
        if task is None:
            return say(f"step.{last}") if last else ""
        from orchestrator.model.pipeline import Verb

        number = {"number": task.number, "of": task.of or say("run.task-of-unknown"), "task": task.task}
        return say("run.task", step=say(f"step.{Verb.CONFIGURE}"), **number)

    def _counts(self) -> dict[str, int]:
        counted = Counter(str(self.standing(run)) for run in self.current)
        return {str(status): counted[str(status)] for status in RunStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledView:
    """What `migrate cancel` stopped."""

    batch: int
    systems: tuple[str, ...]

    def data(self) -> object:
        """Return the systems."""
        return {"batch": self.batch, "cancelled": self.systems}

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return one line."""
        code = "run.cancelled-systems" if self.systems else "run.nothing-to-cancel"
        yield say(code, batch=self.batch, count=len(self.systems), systems=", ".join(self.systems))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One system of a living table: (cloud, verb, phase, seconds) of its current steps, and how many are done."""

    system: str
    steps: tuple[tuple[str, str, str, float], ...]
    done: int


def progress_table(rows: Sequence[StepLine], seconds: float, say: Say, *, most: int = 30) -> RenderableType:
    """Return the table that is shown while a run goes on; systems that move come first, `most` are shown."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, title=say("run.progress", elapsed=elapsed(seconds)), title_justify="left")
    for column in ("system", "steps", "step", "elapsed"):
        table.add_column(say(f"run.column.{column}"))
    ordered = sorted(rows, key=lambda row: (not any(phase == "started" for _, _, phase, _ in row.steps), row.system))
    for row in ordered[:most]:
        current = Text("\n").join(
            Text(f"{say(f'step.{verb}')}{f' ({cloud})' if cloud else ''}", style=_STYLES.get(phase, ""))
            for cloud, verb, phase, _ in row.steps
        )
        spent = "\n".join(elapsed(spent) if phase == "started" else "" for _, _, phase, spent in row.steps)
        table.add_row(row.system, str(row.done), current, spent)
    if len(ordered) > most:
        table.add_row("…", "", say("run.more", count=len(ordered) - most), "")
    return table


def elapsed(seconds: float) -> str:
    """Return seconds as people read them: `7s`, `2m05s`, `1h02m`."""
    whole = int(timedelta(seconds=seconds).total_seconds())
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"


def _lives(lives: Sequence[Life]) -> Sequence[object]:
    if not lives:  # and nothing need be loaded that tells them
        return []
    from orchestrator.reporting.moving import life_data

    return [life_data(life) for life in lives]


def _seen(seen: Mapping[str, Seen]) -> Mapping[str, object]:
    if not seen:
        return {}
    from orchestrator.reporting.seen import seen_data

    return {system: seen_data(each) for system, each in seen.items()}


def _cause(run: SystemRun, say: Say) -> Iterable[str]:
    code = run.error["code"]
    yield say("run.cause", system=run.system, code=code, cause=say(code, **run.error))
    remedy = say.either(f"{code}.remedy", **run.error)
    if remedy:
        yield f"  → {remedy}"
