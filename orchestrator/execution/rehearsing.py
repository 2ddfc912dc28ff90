"""Rehearses a cutover on a clone: every step timed, and everything taken away again wherever it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.errors import MigrateError
from orchestrator.execution.frozen import FrozenRun
from orchestrator.model.frozen import Decision, Outcome
from orchestrator.model.move import AnyMove
from orchestrator.model.rehearsal import OF, RehearsalStep, Rehearsed, Timed
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports import Clock
from orchestrator.ports.move import Mover, Rehearser, Sessions


class Rehearsing:
    """One rehearsal.

    Args:
        sessions: for the lines of the frozen section.
        note: told each step before it begins; not the lines, which are timed.
    """

    def __init__(
        self,
        mover: Mover[Any],
        move: AnyMove,
        attempt: int,
        *,
        sessions: Sessions,
        clock: Clock,
        note: Callable[[str], None],
    ) -> None:
        self._mover = mover
        self._move = move
        self._attempt = attempt
        self._sessions = sessions
        self._clock = clock
        self._note = note
        self._timed: list[Timed] = []
        self._checks: list[CheckResult] = []
        self._gap: float | None = None
        self._begun = False
        self._failed: tuple[str, str, Mapping[str, str]] = ("", "", {})

    def run(self) -> Rehearsed:
        """Go through the steps as far as they go, then take everything away; never raises for what it can meet."""
        plan = self._mover.rehearsal(self._move, self._attempt)
        *steps, last = plan.steps
        step = plan.steps[0]
        left: tuple[str, ...] = ()
        try:
            with self._mover.rehearser(self._move, self._attempt) as rehearser:
                before: RehearsalStep | None = None
                for step in steps:
                    # The lines of a part are run together, at the first of them.
                    goes_on = step.line and before is not None and before.line
                    if not (goes_on or (self._lines(rehearser, step) if step.line else self._step(rehearser, step))):
                        break
                    before = step
                else:
                    if not any(step.line for step in steps):
                        self._gap = rehearser.floor()
        except MigrateError as error:
            self._failed = (step.name, error.code, {name: str(value) for name, value in error.values.items()})
        finally:
            # Also where a person or a fault of ours ends us; a kill leaves it to the next command.
            left = self._remove(last)
        name, code, values = self._failed
        return Rehearsed(
            timed=tuple(self._timed),
            checks=tuple(self._checks),
            gap=self._gap,
            begun=self._begun,
            failed=name,
            code=code,
            values=values,
            left=left,
        )

    def _step(self, rehearser: Rehearser, step: RehearsalStep) -> bool:
        self._note(step.name.rpartition(OF)[2])
        self._begun |= step.makes
        began = self._clock.monotonic()
        try:
            checks = rehearser.do(step.name)
        finally:
            self._took(step.name, began)
        self._checks += checks
        if step.vital and any(check.status is not CheckStatus.PASS for check in checks):
            self._failed = (step.name, "", {})
            return False
        return True

    def _lines(self, rehearser: Rehearser, step: RehearsalStep) -> bool:
        run = FrozenRun(rehearser.frozen(), self._sessions, self._clock, lambda _: None)
        run.arm()
        outcome = run.run()
        self._timed += _timed(outcome)
        if outcome.failed or outcome.decision is not Decision.OPEN:
            self._failed = (outcome.failed or step.name, outcome.code, outcome.values)
            return False
        self._gap = (self._gap or 0.0) + outcome.seconds + rehearser.floor()
        return True

    def _remove(self, step: RehearsalStep) -> tuple[str, ...]:
        self._note(step.name.rpartition(OF)[2])
        began = self._clock.monotonic()
        try:
            return self._mover.ensure_unrehearsed(self._move)
        except MigrateError as error:
            return (error.code,) if self._begun else ()  # of what was never begun nothing is left
        finally:
            self._took(step.name, began)

    def _took(self, name: str, began: float) -> None:
        self._timed.append(Timed(step=name, seconds=self._clock.monotonic() - began))


def _timed(outcome: Outcome) -> list[Timed]:
    """Return how long each name of a line took, from when its first was sent until its last was answered."""
    spans: dict[str, tuple[float, float]] = {}
    for answer in outcome.answers:
        sent, answered = spans.get(answer.line, (answer.sent, answer.answered))
        spans[answer.line] = (min(sent, answer.sent), max(answered, answer.answered))
    return [Timed(step=name, seconds=answered - sent) for name, (sent, answered) in spans.items()]
