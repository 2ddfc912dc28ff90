"""Drills the recovery of one replica: every step timed, and everything taken away again wherever it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from orchestrator.checks.replicas.drill import (
    check_answer,
    check_ends,
    check_times,
    check_untouched,
    check_ways,
    measure_loss,
)
from orchestrator.errors import Locked, MigrateError
from orchestrator.model.drill import Answered, Drilled, DrillStep
from orchestrator.model.observed import Seen
from orchestrator.model.rehearsal import Timed
from orchestrator.model.replica import Policy, Replica
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports import Clock
from orchestrator.ports.replica import Driller

# Nothing is done after these unless every one of their checks passed.
_VITAL = frozenset({DrillStep.ROOM, DrillStep.DECIDE, DrillStep.ISOLATE, DrillStep.ANSWER, DrillStep.CLOSED})


class Drilling:
    """One drill.

    Args:
        note: told each step before it begins.
        cleaned: told the drill that left something, which was taken away.
    """

    def __init__(
        self,
        driller: Driller,
        replica: Replica,
        policy: Policy,
        *,
        clock: Clock,
        note: Callable[[DrillStep], None],
        cleaned: Callable[[str], None],
    ) -> None:
        self._driller = driller
        self._replica = replica
        self._policy = policy
        self._clock = clock
        self._note = note
        self._cleaned = cleaned
        self._timed: list[Timed] = []
        self._checks: list[CheckResult] = []
        self._before: tuple[Seen, Seen] | None = None
        self._decided = 0.0

    def run(self) -> Drilled:
        """Go through the steps as far as they go, then take everything away.

        Raises:
            Locked: `drill.running`: somebody else drills this replica; nothing was touched.
        """
        at = self._clock.now()
        told = Drilled(
            system=self._replica.system,
            kind=str(self._replica.kind),
            address=self._replica.replica.reach.address,
            port=self._replica.replica.port,
            id=f"{at:%Y%m%dT%H%M%SZ}",
            at=at,
        )
        claimed, step = False, DrillStep.CLAIM
        left: tuple[str, ...] = ()
        try:
            self._note(step)
            self._claim(told.id)
            claimed = True
            for step, do in self._steps().items():
                told = replace(told, begun=told.begun or step is DrillStep.ISOLATE)
                told = self._step(step, do, told)
                if told.failed:
                    break
        except Locked:
            raise
        except MigrateError as error:
            values = {name: str(value) for name, value in error.values.items()}
            told = replace(told, failed=str(step), code=error.code, values=values)
        finally:
            # Also where a person or a fault of ours ends us; a kill leaves it to the next command.
            if claimed:
                left = self._remove()
        if told.begun:
            self._checks += check_times(told.system, self._policy, told.rto, told.rpo)
        return replace(told, timed=tuple(self._timed), checks=tuple(self._checks), left=left)

    def clean(self) -> tuple[str, ...]:
        """Take away what a drill that was killed has left; return what is left all the same.

        Raises:
            Locked: `drill.running`.
            MigrateError: the machine does not let us in.
        """
        self._note(DrillStep.CLAIM)
        self._claim("")
        return self._remove()

    def _claim(self, drill: str) -> None:
        began = self._clock.monotonic()
        try:
            if left := self._driller.claim(drill):
                self._cleaned(left)
        finally:
            self._took(DrillStep.CLAIM, began)

    def _steps(self) -> Mapping[DrillStep, Callable[[], Iterable[CheckResult] | Answered | None]]:
        system = self._replica.system
        driller = self._driller
        return {
            DrillStep.ROOM: driller.room,
            DrillStep.DECIDE: self._decide,
            DrillStep.ISOLATE: self._isolate,
            DrillStep.COPY: driller.copy,
            DrillStep.RECOVER: driller.recover,
            DrillStep.ANSWER: driller.answer,
            DrillStep.CLOSED: driller.closed,
            DrillStep.COMPARE: driller.compare,
            DrillStep.UNTOUCHED: lambda: check_untouched(system, self._looked(), driller.look()),
        }

    def _step(
        self, step: DrillStep, do: Callable[[], Iterable[CheckResult] | Answered | None], told: Drilled
    ) -> Drilled:
        self._note(step)
        began = self._clock.monotonic()
        try:
            came = do()
        finally:
            self._took(step, began)
        if step is DrillStep.DECIDE:
            self._decided = self._clock.monotonic()
        checks: Sequence[CheckResult]
        if isinstance(came, Answered):
            source, target = self._looked()
            checks = (check_answer(told.system, target, came),)
            told = replace(told, rpo=measure_loss(self._replica.heartbeat, source, target, came))
            if checks[0].status is CheckStatus.PASS:
                told = replace(told, rto=self._clock.monotonic() - self._decided)
        else:
            checks = tuple(came or ())
        self._checks += checks
        wrong = any(check.status is not CheckStatus.PASS for check in checks)
        return replace(told, failed=str(step)) if wrong and step in _VITAL else told

    def _decide(self) -> Sequence[CheckResult]:
        self._before = self._driller.look()
        return (check_ends(self._replica.system, *self._before),)

    def _isolate(self) -> Sequence[CheckResult]:
        outside, ways = self._driller.isolate()
        return (*outside, *check_ways(self._replica.system, ways))

    def _looked(self) -> tuple[Seen, Seen]:
        assert self._before is not None  # noqa: S101 - for the type checker: the decision comes first
        return self._before

    def _remove(self) -> tuple[str, ...]:
        self._note(DrillStep.REMOVE)
        began = self._clock.monotonic()
        try:
            left = self._driller.remove()
            self._driller.release()
        except MigrateError as error:
            return (error.code,)
        finally:
            self._took(DrillStep.REMOVE, began)
        return left

    def _took(self, step: DrillStep, began: float) -> None:
        self._timed.append(Timed(step=str(step), seconds=self._clock.monotonic() - began))
