"""Views of a drill: the list before it runs, what came of it, and what was cleaned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.checks.replicas.verdict import span
from orchestrator.errors import ExitCode
from orchestrator.model.drill import LIMITS, PARTS, Drilled
from orchestrator.model.replica import Replica
from orchestrator.model.result import CheckStatus
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillView:
    """A drill before it begins: the very list of its steps."""

    replica: Replica

    def data(self) -> object:
        """Return the steps with their limits in seconds."""
        return {
            "act": "drill",
            "system": self.replica.system,
            "replica": self.replica.key,
            "steps": [{"step": step, "limit_seconds": limit} for step, limit in LIMITS.items()],
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the steps, and what is never done."""
        from rich.table import Table

        yield say("drill.plan", system=self.replica.system, replica=self.replica.key)
        table = Table(box=None, pad_edge=False)
        for column in ("no", "step", "limit"):
            table.add_column(say(f"drill.column.{column}"))
        for number, (step, limit) in enumerate(LIMITS.items(), start=1):
            table.add_row(str(number), say(f"drill.step.{step}"), span(limit.total_seconds()))
        yield table
        yield say("drill.never")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrilledView:
    """What came of a drill."""

    came: Drilled

    @property
    def exit_code(self) -> ExitCode:
        """What the command answers: 4 when nothing was begun, 6 when a person must take away what is left, else 8."""
        if self.came.left:
            return ExitCode.ROLLBACK_FAILED
        if self.came.passed:
            return ExitCode.DONE
        return ExitCode.FINDING if self.came.begun else ExitCode.REFUSED

    def data(self) -> object:
        """Return the verdict, recovery time and its parts and loss in seconds, every check, and what is left."""
        came = self.came
        return {
            "act": "drill",
            "system": came.system,
            "replica": {"kind": came.kind, "address": came.address, "port": came.port},
            "drill": came.id,
            "at": came.at,
            "passed": came.passed,
            "sound": came.sound,
            "rto_seconds": _round(came.rto),
            "rpo_seconds": _round(came.rpo),
            "steps": [{"step": each.step, "seconds": _round(each.seconds)} for each in came.timed],
            "failed": came.failed,
            "code": came.code,
            "values": came.values,
            "left": came.left,
            "checks": came.checks,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the verdict, the recovery time in its parts, the loss, the checks, and what is left."""
        from orchestrator.reporting.verdicts import because_lines, verdict_lines

        came = self.came
        yield say("drill.passed" if came.passed else "drill.failed", system=came.system, drill=came.id)
        yield from because_lines(say, "drill", came, check="drill.check")
        if came.left:
            yield say("drill.remains", left=", ".join(came.left), system=came.system)
        seconds = {each.step: each.seconds for each in came.timed}
        if came.rto is not None:
            parts = ", ".join(f"{say(f'drill.part.{step}')} {seconds[step]:.2f} s" for step in PARTS)
            yield say("drill.time", rto=f"{came.rto:.2f}", parts=parts)
            yield say("drill.loss" if came.rpo is not None else "drill.loss-unknown", rpo=f"{came.rpo or 0:.2f}")
        for check in came.checks:
            if check.status is not CheckStatus.PASS or check.code in {"drill.rows", "drill.rto", "drill.rpo"}:
                yield from verdict_lines(say, check)
        yield say("drill.proved", count=sum(each.status is CheckStatus.PASS for each in came.checks))


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedView:
    """What was taken away of a drill that never ended; `drill` is empty where there was none."""

    replica: Replica
    drill: str
    left: Sequence[str]

    @property
    def exit_code(self) -> ExitCode:
        """What the command answers."""
        return ExitCode.ROLLBACK_FAILED if self.left else ExitCode.DONE

    def data(self) -> object:
        """Return the drill, and what is left all the same."""
        return {
            "act": "clean",
            "system": self.replica.system,
            "replica": self.replica.key,
            "drill": self.drill,
            "left": self.left,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give what was found."""
        yield say("drill.none-left" if not self.drill else "drill.taken", system=self.replica.system, drill=self.drill)
        if self.left:
            yield say("drill.remains", left=", ".join(self.left), system=self.replica.system)


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
