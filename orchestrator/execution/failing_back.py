"""Leads clients home: the side that is left is closed, the other one has all it wrote, then it is decided, once.

Until the decision whatever fails opens the side that was left again, and a command that finds it closed does so first;
after it there is only the way to the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from orchestrator.checks.replicas.failback import check_failback, check_going_on, check_last
from orchestrator.checks.replicas.making import WARNINGS
from orchestrator.errors import MigrateError
from orchestrator.model.failback import LIMITS, FailbackStep, FailedBack, Pair, Standing
from orchestrator.model.failover import Decided, FenceStatement, wrong
from orchestrator.model.rehearsal import Timed
from orchestrator.model.replica import Replica
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.standby import Prepared
from orchestrator.ports import Clock
from orchestrator.ports.replica import Promoter, Turner

Came = TypeVar("Came")
_POLL = 0.05
_JOIN = 30.0  # seconds; a standby asks for its primary again every few


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a failback is asked for: of whose programme, by whom, and who agreed."""

    programme: str
    actor: str
    statement: FenceStatement | None


class FailingBack:
    """One switch home.

    Args:
        promoter: of the old primary, which follows.
        turner: of the side that is left.
        follow: makes the side that was left follow, once the other one is the primary.
        note: told each step before it begins.
        deciding: told, before anything is touched, the verdicts that it rests on: they are on record first.
    """

    def __init__(
        self,
        promoter: Promoter,
        turner: Turner,
        home: Replica,
        wish: Wish,
        *,
        follow: Callable[[], Prepared],
        clock: Clock,
        note: Callable[[FailbackStep], None],
        deciding: Callable[[FailedBack], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._promoter = promoter
        self._turner = turner
        self._home = home
        self._wish = wish
        self._follow = follow
        self._clock = clock
        self._note = note
        self._deciding = deciding
        self._sleep = sleep
        self._timed: list[Timed] = []
        self._closed_at: float | None = None

    def preview(self) -> FailedBack:
        """Look and change nothing: what forbids it, and whether it was decided already."""
        return self._judged(self._told(), self._look())

    def run(self) -> FailedBack:
        """Go as far as it goes.

        Raises:
            Locked: `failover.running`: somebody else switches this pair; nothing was touched.
        """
        told = self._step(FailbackStep.LOOK, self.preview)
        if told.blocked and not told.closed:
            return replace(told, timed=tuple(self._timed))
        self._step(FailbackStep.CLAIM, self._promoter.hold)
        try:
            told = self._going(told)
        finally:
            # Who is killed, or cut off, leaves the lock to the kernel and an empty place to the next command.
            with suppress(MigrateError):
                if told.decided:
                    self._promoter.release()
                else:
                    self._promoter.forget()
        return replace(told, timed=tuple(self._timed))

    def _going(self, told: FailedBack) -> FailedBack:
        step = FailbackStep.LOOK
        try:
            pair = self._step(step, self._look)
            if _undecided(pair):
                # Somebody was killed before a decision: first what was is again, then it is judged anew.
                self._turner.reopen()
                self._turner.renew()
                told, pair = self._joined(replace(told, reopened=True))
            else:
                told = self._judged(told, pair)
            if told.blocked:
                return told
            decided = pair.looked.decided
            if decided is None:
                self._deciding(told)
                told, decided = self._decided(told, pair)
                if decided is None:
                    return told
            return self._finished(told, decided)
        except MigrateError as error:
            return _failed(told, step, error)

    def _decided(self, told: FailedBack, pair: Pair) -> tuple[FailedBack, Decided | None]:
        """Close the one side, see that the other has it all, and decide; or take it back."""
        step = FailbackStep.CLOSE
        self._closed_at = self._clock.monotonic()
        try:
            end = self._step(step, self._turner.close)
            step = FailbackStep.LAST
            has, last = self._step(step, lambda: self._last(end))
            if last.status is not CheckStatus.PASS:
                return self._taken_back(replace(told, failed=str(step), checks=(*told.checks, last))), None
            told = replace(told, checks=(*told.checks, last), lacking=0)
        except MigrateError as error:
            return self._taken_back(_failed(told, step, error)), None
        except BaseException:
            self._taken_back(told)  # nobody who ends it by hand leaves clients without a side
            raise
        cluster = pair.looked.target.cluster
        wanted = Decided(id=told.id, timeline=cluster.timeline if cluster else 0, lsn=has or end)
        try:
            decided = self._step(FailbackStep.DECIDE, lambda: self._promoter.decide(wanted))
        except MigrateError as error:
            # Whether it was decided nobody here knows: nothing is opened before somebody does.
            return replace(_failed(told, FailbackStep.DECIDE, error), closed=True, reopened=False), None
        return replace(told, id=decided.id, decided=True), decided

    def _finished(self, told: FailedBack, decided: Decided) -> FailedBack:
        steps: dict[FailbackStep, Callable[[], Iterable[CheckResult]]] = {
            FailbackStep.SETTINGS: self._promoter.ensure_settings,
            FailbackStep.PROMOTE: lambda: self._promoter.ensure_promoted(decided),
            FailbackStep.ROUTE: self._promoter.ensure_route,
            FailbackStep.VERIFY: self._promoter.verify,
            FailbackStep.FOLLOW: self._followed,
            FailbackStep.TIDY: self._tidied,
        }
        for step, do in steps.items():
            try:
                found = tuple(self._step(step, do))
            except MigrateError as error:
                return _failed(told, step, error)
            told = replace(told, checks=(*told.checks, *found))
            if step is FailbackStep.PROMOTE:
                if wrong(found):
                    return replace(told, failed=str(step))
                told = replace(told, promoted=True)
            if step is FailbackStep.ROUTE and self._closed_at is not None:
                told = replace(told, gap=self._clock.monotonic() - self._closed_at)
        return told

    def _followed(self) -> tuple[CheckResult, ...]:
        """Have the side that was left follow; the decision that once made it the primary is over."""
        self._turner.unbind()
        self._turner.renew()
        made = self._follow()
        self._turner.renew()
        if made.failed:
            raise MigrateError(made.code, **made.values)
        forbidden = () if made.todo else tuple(each for each in wrong(made.checks) if each.code not in WARNINGS)
        return (*forbidden, *made.proofs)

    def _tidied(self) -> tuple[CheckResult, ...]:
        self._turner.tidy()
        return ()

    def _last(self, end: int) -> tuple[int | None, CheckResult]:
        until = self._clock.monotonic() + LIMITS[FailbackStep.LAST].total_seconds()
        while True:
            has = self._turner.replayed()
            last = check_last(self._home, end, has)
            if last.status is CheckStatus.PASS or self._clock.monotonic() > until:
                return has, last
            self._sleep(_POLL)

    def _joined(self, told: FailedBack) -> tuple[FailedBack, Pair]:
        """Judge it once the old primary follows again the one that was opened again, or does not for too long."""
        until = self._clock.monotonic() + _JOIN
        while True:
            pair = self._look()
            told = self._judged(told, pair)
            apart = any(each.code.startswith("dr.") for each in told.blocked)
            if not apart or self._clock.monotonic() > until:
                return told, pair
            self._sleep(_POLL * 10)

    def _taken_back(self, told: FailedBack) -> FailedBack:
        with suppress(MigrateError):
            self._turner.reopen()
            self._turner.renew()
            return replace(told, reopened=True)
        return replace(told, closed=True, reopened=False)

    def _look(self) -> Pair:
        return Pair(looked=self._promoter.look(), leaving=self._turner.standing())

    def _judged(self, told: FailedBack, pair: Pair) -> FailedBack:
        cluster, decided = pair.looked.target.cluster, pair.looked.decided
        if decided is not None and cluster is not None:
            return replace(
                told,
                id=decided.id,
                checks=check_going_on(self._home, pair),
                decided=True,
                finished=True,
            )
        data = self._turner.data() if pair.leaving is Standing.OPEN else ""
        checks = check_failback(
            self._home,
            pair,
            data,
            self._wish.statement,
            programme=self._wish.programme,
            actor=self._wish.actor,
            now=self._clock.now(),
        )
        return replace(told, checks=checks, closed=_undecided(pair))

    def _told(self) -> FailedBack:
        at = self._clock.now()
        return FailedBack(system=self._home.system, replica=self._home.key, id=f"{at:%Y%m%dT%H%M%SZ}", at=at)

    def _step(self, step: FailbackStep, do: Callable[[], Came]) -> Came:
        self._note(step)
        began = self._clock.monotonic()
        try:
            return do()
        finally:
            self._timed.append(Timed(step=str(step), seconds=self._clock.monotonic() - began))


def _undecided(pair: Pair) -> bool:
    """Tell whether the one side is closed, or will be, and the other one, a standby, is undecided."""
    shut = pair.leaving in {Standing.CLOSING, Standing.CLOSED, Standing.FOLLOWS}
    cluster = pair.looked.target.cluster
    return shut and cluster is not None and cluster.recovery and pair.looked.decided is None


def _failed(told: FailedBack, step: FailbackStep, error: MigrateError) -> FailedBack:
    values = {name: str(value) for name, value in error.values.items()}
    return replace(told, failed=str(step), code=error.code, values=values)
