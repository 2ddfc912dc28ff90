"""Views of a standby that is made here: what is found and left to do, what came of it, and what was taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.checks.replicas.making import WARNINGS
from orchestrator.errors import ExitCode
from orchestrator.model.result import CheckStatus
from orchestrator.model.standby import LIMITS, Dropped, Make, Prepared, PrepareStep, blocked
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedView:
    """A standby before it is made (`dry`), or what came of making it."""

    came: Prepared
    make: Make
    dry: bool

    @property
    def exit_code(self) -> ExitCode:
        """What the command answers: 4 where nothing was begun, 1 where a step failed or nothing is proved."""
        if blocked(self.came.checks, WARNINGS):
            return ExitCode.REFUSED
        return ExitCode.DONE if self.dry or self.came.done else ExitCode.FAILED

    @property
    def stands(self) -> bool:
        """Tell whether nothing is left to do but to look at it."""
        return self.came.todo == (PrepareStep.PROVE,)

    def data(self) -> object:
        """Return the findings, the steps with their limits, times and proofs."""
        came = self.came
        return {
            "act": "prepare",
            "dry_run": self.dry,
            "system": came.system,
            "replica": came.replica,
            "data": self.make.data,
            "rate_kib": self.make.rate_kib,
            "possible": not blocked(came.checks, WARNINGS),
            "checks": came.checks,
            "warnings": sorted(WARNINGS),
            "todo": [{"step": step, "limit_seconds": LIMITS[step]} for step in came.todo],
            "steps": [{"step": each.step, "seconds": round(each.seconds, 3)} for each in came.timed],
            "done": came.done,
            "proofs": came.proofs,
            "failed": came.failed,
            "code": came.code,
            "values": came.values,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give what did not pass, what is or was done, and the proof."""
        from orchestrator.reporting.verdicts import verdict_lines

        came = self.came
        yield say("prepare.title", system=came.system, replica=came.replica, data=self.make.data)
        for check in came.checks:
            if check.status is not CheckStatus.PASS:
                if check.code in WARNINGS:
                    yield say("prepare.warning")
                yield from verdict_lines(say, check, subject=True)
        yield say("prepare.passed", count=sum(each.status is CheckStatus.PASS for each in came.checks))
        if blocked(came.checks, WARNINGS):
            yield say("prepare.refused")
            return
        if self.dry:
            rate = f"{self.make.rate_kib} KiB/s" if self.make.rate_kib else say("prepare.unlimited")
            for number, step in enumerate(came.todo, start=1):
                yield f"  {number}. {say(f'prepare.step.{step}', rate=rate)}"
            return
        for each in came.timed:
            yield f"  {say(f'prepare.step.{each.step}', rate='')}  {each.seconds:.1f} s"
        if came.failed:
            yield say(
                "prepare.because", step=say(f"prepare.step.{came.failed}", rate=""), cause=say(came.code, **came.values)
            )
            if remedy := say.either(f"{came.code}.remedy", **came.values):
                yield f"  → {remedy}"
            return
        for proof in came.proofs:
            yield from verdict_lines(say, proof, subject=True)
        if self.stands:
            yield say("prepare.nothing")
        yield say("prepare.done" if came.done else "prepare.not-proved", system=came.system)


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedView:
    """What is there of a standby (`dry`), or what went."""

    came: Dropped
    dry: bool

    @property
    def exit_code(self) -> ExitCode:
        """What the command answers: 4 where it is forbidden, 6 where something is left."""
        if blocked(self.came.checks, frozenset()):
            return ExitCode.REFUSED
        return ExitCode.ROLLBACK_FAILED if self.came.left else ExitCode.DONE

    def data(self) -> object:
        """Return what forbids it, what is there, what went and what is left."""
        came = self.came
        return {
            "act": "drop",
            "dry_run": self.dry,
            "system": came.system,
            "replica": came.replica,
            "checks": came.checks,
            "there": came.there,
            "gone": came.gone,
            "left": came.left,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the same, a line each."""
        from orchestrator.reporting.verdicts import verdict_lines

        came = self.came
        for check in came.checks:
            if check.status is not CheckStatus.PASS:
                yield from verdict_lines(say, check, subject=True)
        if not came.there:
            yield say("prepare.none-there", system=came.system)
        for word, parts in (("there", came.there), ("gone", came.gone), ("left", came.left)):
            if self.dry or word != "there":
                for part in parts:
                    yield f"  {say(f'prepare.{word}')}  {say(f'prepare.part.{part}')}"
