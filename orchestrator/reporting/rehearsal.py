"""Views of a rehearsal: the list before it runs, and what came of it, with what it cannot show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from orchestrator.errors import ExitCode
from orchestrator.model.life import Life
from orchestrator.model.rehearsal import OF, Rehearsal, Rehearsed
from orchestrator.model.written import Probed
from orchestrator.reporting.claims import claim_lines
from orchestrator.reporting.gates import gate_lines
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_UNSHOWN = ("held", "network", "clients", "since", "preloaded")


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalView:
    """A rehearsal before it begins: the very list of its steps.

    Attributes:
        digest: that of the cutover it rehearses.
        claims: of a dry run, the clouds on which the programme is another's, or nobody could tell.
    """

    life: Life
    rehearsal: Rehearsal
    digest: str
    claims: Sequence[Mapping[str, object]] = ()

    def data(self) -> object:
        """Return the steps with their limits in seconds, and the lines that only a cutover runs."""
        return {
            "act": "rehearse",
            "system": self.life.system,
            "phase": self.life.phase,
            "digest": self.digest,
            "steps": [
                {"step": step.name, "place": step.place, "limit_seconds": step.limit, "line": step.line}
                for step in self.rehearsal.steps
            ],
            "not_rehearsed": self.rehearsal.skipped,
            "claims": self.claims,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the steps, then what only a cutover does."""
        from rich.table import Table

        yield say("rehearsal.plan", system=self.life.system)
        table = Table(box=None, pad_edge=False)
        for column in ("no", "line", "place", "limit"):
            table.add_column(say(f"rehearsal.column.{column}"))
        for number, step in enumerate(self.rehearsal.steps, start=1):
            limit = f"{step.limit.total_seconds():g} s"
            table.add_row(str(number), _named(step.name, say), say(f"rehearsal.place.{step.place}"), limit)
        yield table
        yield from _unshown(self.rehearsal.skipped, say)
        yield from claim_lines(self.claims, say)
        yield say("move.digest", digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedView:
    """What came of a rehearsal.

    Attributes:
        skipped: the lines that only a cutover runs.
        probed: what a reader met meanwhile; None: nobody read.
    """

    life: Life
    came: Rehearsed
    digest: str
    skipped: Sequence[str]
    probed: Probed | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What a command answers: 4 when nothing was begun, 6 when something is left that a person must look at."""
        if self.came.left:
            return ExitCode.ROLLBACK_FAILED
        if self.came.passed:
            return ExitCode.DONE
        return ExitCode.FAILED if self.came.begun else ExitCode.REFUSED

    def data(self) -> object:
        """Return the verdict, seconds by step, the least gap in milliseconds, checks, and what is left."""
        came = self.came
        return {
            "act": "rehearse",
            "system": self.life.system,
            "phase": self.life.phase,
            "digest": self.digest,
            "passed": came.passed,
            "seconds": round(came.seconds, 3),
            "gap_ms": None if came.gap is None else round(came.gap * 1000, 1),
            "steps": [{"step": each.step, "seconds": round(each.seconds, 4)} for each in came.timed],
            "not_rehearsed": self.skipped,
            "failed": came.failed,
            "code": came.code,
            "values": came.values,
            "left": came.left,
            "checks": came.checks,
            "probe": asdict(self.probed) if self.probed else None,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the verdict, the times, the checks, and plainly what none of it shows."""
        from rich.table import Table

        came = self.came
        yield say(
            "rehearsal.passed" if came.passed else "rehearsal.failed",
            system=self.life.system,
            seconds=f"{came.seconds:.1f}",
        )
        if came.failed:
            cause = say(came.code, **came.values) if came.code else say("rehearsal.check")
            yield say("move.because", line=_named(came.failed, say), cause=cause)
        if came.left:
            yield say("rehearsal.left", system=self.life.system, left=", ".join(came.left))
            yield f"    → {say('rehearsal.left.remedy', system=self.life.system)}"
        table = Table(box=None, pad_edge=False)
        for column in ("line", "took"):
            table.add_column(say(f"rehearsal.column.{column}"))
        for each in came.timed:
            table.add_row(_named(each.step, say), f"{each.seconds:.3f} s")
        yield table
        if came.gap is not None:
            yield say("rehearsal.gap", milliseconds=f"{came.gap * 1000:.0f}")
        for check in came.checks:
            yield from gate_lines(check, say)
        if self.probed and not self.probed.fault:
            told = {"errors": self.probed.errors, "rows": self.probed.rows}
            yield say("probe.read-meanwhile", milliseconds=f"{self.probed.gap_seconds * 1000:.0f}", **told)
        yield from _unshown(self.skipped, say)


def _named(step: str, say: Say) -> str:
    part, _, name = step.rpartition(OF)
    told = say.either(f"rehearsal.{name}", say(f"frozen.{name}"))
    return f"{say(f'preflight.kind.{part}')}: {told}" if part else told


def _unshown(skipped: Sequence[str], say: Say) -> Iterator[str]:
    """Say what a rehearsal cannot show."""
    yield say("rehearsal.unshown")
    for name in _UNSHOWN:
        told = "; ".join(say(f"frozen.{line}") for line in skipped)
        yield f"    – {say(f'rehearsal.unshown.{name}', lines=told)}"
