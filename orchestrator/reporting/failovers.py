"""Views of a failover: what forbids it, what it loses, what came of it; and a statement on a fence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.checks.replicas.verdict import span
from orchestrator.errors import ExitCode
from orchestrator.model.failover import LIMITS, FailedOver, FenceStatement
from orchestrator.model.rehearsal import seconds_of
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedOverView:
    """A failover; `dry` before it begins."""

    came: FailedOver
    dry: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """4 forbidden; 1 the same command goes on; 8 two writable sides, or something is not proved."""
        came = self.came
        if came.split:
            return ExitCode.FINDING
        if came.blocked:
            return ExitCode.REFUSED
        if self.dry:
            return ExitCode.FINDING if came.decided and not came.promoted else ExitCode.DONE
        if came.failed:
            return ExitCode.FAILED
        return ExitCode.DONE if came.well else ExitCode.FINDING

    def data(self) -> object:
        """Return every verdict, the loss as it was told, the decision, and the seconds of each step."""
        came = self.came
        loss = came.loss
        return {
            "act": "failover",
            "dry_run": self.dry,
            "system": came.system,
            "replica": came.replica,
            "failover": came.id,
            "at": came.at,
            "decided": came.decided,
            "promoted": came.promoted,
            "finished_an_earlier_one": came.finished,
            "done": came.well and not self.dry,
            "split": came.split,
            "loss": loss
            and {
                "newest_heartbeat": loss.newest,
                "least_heartbeats": loss.least,
                "most_heartbeats": loss.most,
                "most_seconds": loss.seconds,
                "bytes_not_received": loss.lacking,
            },
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

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the steps before it runs; then what came of it, and every verdict with its remedy."""
        from orchestrator.reporting.verdicts import because_lines, verdict_lines

        came = self.came
        told = {"system": came.system, "replica": came.replica, "failover": came.id}
        if self.dry:
            yield say("failover.plan", **told)
            for number, (step, limit) in enumerate(LIMITS.items(), start=1):
                yield f"{number:2}. {say(f'failover.step.{step}')} ({span(limit.total_seconds())})"
        yield say(f"failover.{self._word}", **told)
        yield from because_lines(say, "failover", came, check="failover.check")
        if came.split:
            yield say("failover.split", **told)
        for check in came.checks:
            yield from verdict_lines(say, check)

    @property
    def _word(self) -> str:
        came = self.came
        if came.blocked:
            return "forbidden"
        if not came.decided:
            return "possible" if self.dry else "nothing"
        if self.dry:
            return "made" if came.promoted else "begun"
        return "done" if came.well else "unfinished" if came.failed else "unproved"


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceView:
    """A statement on a fence, as it was signed."""

    statement: FenceStatement
    path: Path

    def data(self) -> object:
        """Return the statement and its file."""
        return {"file": str(self.path), "statement": self.statement}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give what was signed."""
        told = self.statement
        yield say(
            "failover.stated",
            server=told.server,
            system=told.system,
            did=told.did,
            since=f"{told.since:%Y-%m-%d %H:%M:%S %z}",
            until=f"{told.expires:%Y-%m-%d %H:%M %z}",
            path=str(self.path),
        )
