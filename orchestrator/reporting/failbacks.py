"""Views of a failback: how the old primary stands, what forbids the switch, what came of it; and who agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.checks.replicas.verdict import span
from orchestrator.errors import ExitCode
from orchestrator.model.failback import LIMITS, FailedBack
from orchestrator.model.failover import FenceStatement
from orchestrator.model.rehearsal import seconds_of
from orchestrator.reporting.standbys import PreparedView
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedBackView:
    """A failback.

    Attributes:
        made: the old primary as a standby; None: it was not looked at, because the switch had begun already.
        came: the switch; None: it was not asked for.
        dry: nothing was done.
    """

    made: PreparedView | None
    came: FailedBack | None
    dry: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """4 forbidden; 5 taken back; 6 closed, not decided; 1 the same command goes on; 8 something is not proved."""
        came = self.came
        if self.made is not None and self.made.exit_code is not ExitCode.DONE:
            return self.made.exit_code
        if came is None:
            return ExitCode.DONE
        if came.failed and not came.decided:
            return ExitCode.ROLLED_BACK if came.reopened else ExitCode.ROLLBACK_FAILED
        if came.blocked:
            return ExitCode.REFUSED
        if self.dry:
            return ExitCode.FINDING if came.decided else ExitCode.DONE
        if came.failed:
            return ExitCode.FAILED
        return ExitCode.DONE if came.well else ExitCode.FINDING

    def data(self) -> object:
        """Return the standby, and of the switch every verdict, the decision, the gap and the seconds of each step."""
        return {
            "act": "failback",
            "dry_run": self.dry,
            "standby": self.made and self.made.data(),
            "switch": self.came and self._switch(self.came),
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the same."""
        if self.made is not None:
            yield from self.made.lines(say)
        came = self.came
        if came is None:
            if self.exit_code is ExitCode.DONE and self.made is not None and not self.dry:
                yield say("failback.stands-by", system=self.made.came.system)
            return
        yield from self._lines(came, say)

    def _lines(self, came: FailedBack, say: Say) -> Iterator[RenderableType]:
        from orchestrator.reporting.verdicts import because_lines, verdict_lines

        told = {"system": came.system, "replica": came.replica, "failback": came.id}
        if self.dry:
            yield say("failback.plan", **told)
            for number, (step, limit) in enumerate(LIMITS.items(), start=1):
                yield f"{number:2}. {say(f'failback.step.{step}')} ({span(limit.total_seconds())})"
        yield say(f"failback.{self._word(came)}", **told)
        if came.gap is not None:
            yield say("failback.gap", gap=span(came.gap))
        if came.lacking is not None:
            yield say("failback.lost", rows=0, bytes=came.lacking)
        yield from because_lines(say, "failback", came, check="failover.check")
        for check in came.checks:
            yield from verdict_lines(say, check)

    def _word(self, came: FailedBack) -> str:
        if came.failed and not came.decided:
            return "taken-back" if came.reopened else "left-closed"
        if came.blocked:
            return "closed" if came.closed else "forbidden"
        if not came.decided:
            return "possible"
        if self.dry:
            return "begun"
        return "done" if came.well else "unfinished" if came.failed else "unproved"

    def _switch(self, came: FailedBack) -> object:
        return {
            "system": came.system,
            "replica": came.replica,
            "failback": came.id,
            "at": came.at,
            "decided": came.decided,
            "promoted": came.promoted,
            "finished_an_earlier_one": came.finished,
            "opened_again": came.reopened,
            "closed": came.closed,
            "done": came.well and not self.dry,
            "rows_lost": None if came.lacking is None else 0,
            "bytes_not_received": came.lacking,
            "gap_seconds": None if came.gap is None else round(came.gap, 3),
            "blocked": [check.code for check in came.blocked],
            "failed": came.failed,
            "code": came.code,
            "values": came.values,
            "steps": [
                {"step": step, "limit_seconds": limit.total_seconds(), "seconds": seconds_of(came.timed, str(step))}
                for step, limit in LIMITS.items()
            ],
            "checks": came.checks,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedView:
    """A second person's word on a failback, as it was signed."""

    statement: FenceStatement
    path: Path

    def data(self) -> object:
        """Return the statement and its file."""
        return {"file": str(self.path), "statement": self.statement}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give what was signed."""
        told = self.statement
        until = f"{told.expires:%Y-%m-%d %H:%M %z}"
        yield say(
            "failback.agreed", server=told.server, system=told.system, did=told.did, until=until, path=str(self.path)
        )
