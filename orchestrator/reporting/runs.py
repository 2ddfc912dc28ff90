"""How a batch's systems stand: the living table of a run, and the table at its end or of `migrate status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from orchestrator.model.result import RunStatus, SystemRun
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_STYLES = {"done": "green", "failed": "bold red", "running": "cyan", "cancelled": "yellow", "started": "cyan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsView:
    """The last attempt of each system.

    Attributes:
        digest: of the plan that was run; empty when only the record was read.
        head: the evidence log's last hash, to be kept elsewhere; empty when only the record was read.
        holder: who runs the programme now; None when nobody does, and then nothing really runs.
    """

    batch: int
    runs: tuple[SystemRun, ...]
    digest: str = ""
    head: str = ""
    holder: Mapping[str, object] | None = None

    @property
    def failed(self) -> bool:
        """Tell whether a system's last attempt failed."""
        return any(run.status is RunStatus.FAILED for run in self.runs)

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
            "counts": self._counts(),
            "systems": [
                {
                    "system": run.system,
                    "status": self.standing(run),
                    "attempt": run.attempt,
                    "workflow": run.workflow,
                    "error": run.error,
                    "steps": run.steps,
                }
                for run in self.runs
            ],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the table, then the causes of failures, then who holds the programme and the anchor."""
        from rich.table import Table
        from rich.text import Text

        if not self.runs:
            yield say("run.none", batch=self.batch)
            return
        table = Table(box=None, pad_edge=False, show_edge=False)
        for column in ("system", "status", "attempt", "step", "steps", "elapsed"):
            table.add_column(say(f"run.column.{column}"), justify="right" if column == "elapsed" else "left")
        for run in self.runs:
            status = str(self.standing(run))
            last = run.error.get("step") or (run.steps[-1].verb if run.steps else "")
            table.add_row(
                run.system,
                Text(say(f"run.status.{status}"), style=_STYLES.get(status, "")),
                str(run.attempt),
                say(f"step.{last}") if last else "",
                str(sum(step.status is RunStatus.DONE for step in run.steps)),
                elapsed(_seconds(run)),
            )
        yield table
        for run in self.runs:
            if run.error:
                yield from _cause(run, say)
        yield say("run.summary", batch=self.batch, **self._counts())
        if self.holder:
            yield say("run.held" if "pid" in self.holder else "run.held-elsewhere", **self.holder)
        elif any(run.status is RunStatus.RUNNING for run in self.runs):
            yield say("run.not-running", batch=self.batch)
        if self.head:
            yield say("run.anchor", head=self.head)

    def _counts(self) -> dict[str, int]:
        counted = Counter(str(self.standing(run)) for run in self.runs)
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


def _seconds(run: SystemRun) -> float:
    times = [time for step in run.steps for time in (step.started, step.ended) if time]
    return (max(times) - min(times)).total_seconds() if times else 0.0


def _cause(run: SystemRun, say: Say) -> Iterable[str]:
    code = run.error["code"]
    yield say("run.cause", system=run.system, code=code, cause=say(code, **run.error))
    remedy = say.either(f"{code}.remedy", **run.error)
    if remedy:
        yield f"  → {remedy}"
