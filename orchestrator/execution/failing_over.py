"""Fails over to one standby: looks, decides once, goes to the end; whoever finds it half done goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from orchestrator.checks.replicas.failover import (
    check_decided,
    check_failover,
    is_split,
    measure_failover_loss,
    reached,
)
from orchestrator.errors import MigrateError
from orchestrator.model.failover import Accepted, Decided, FailedOver, FailoverStep, Known, Looked, wrong
from orchestrator.model.rehearsal import Timed
from orchestrator.model.replica import Replica
from orchestrator.model.result import CheckResult
from orchestrator.ports import Clock
from orchestrator.ports.replica import Promoter

Came = TypeVar("Came")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a failover is asked for, of whose programme, and by whom."""

    programme: str
    actor: str
    known: Known
    accepted: Accepted


class FailingOver:
    """One failover.

    Args:
        note: told each step before it begins.
        deciding: told, before the decision, the verdicts that it rests on: they are on record first.
    """

    def __init__(
        self,
        promoter: Promoter,
        replica: Replica,
        asked: Asked,
        *,
        clock: Clock,
        note: Callable[[FailoverStep], None],
        deciding: Callable[[FailedOver], None],
    ) -> None:
        self._promoter = promoter
        self._replica = replica
        self._asked = asked
        self._clock = clock
        self._note = note
        self._deciding = deciding
        self._timed: list[Timed] = []

    def preview(self) -> FailedOver:
        """Look and change nothing: what forbids it, what it would lose, and whether it was decided already."""
        return self._judged(self._told(), self._promoter.look())

    def run(self) -> FailedOver:
        """Go as far as it goes.

        Raises:
            Locked: `failover.running`: somebody else fails over to this standby; nothing was touched.
        """
        told = self._step(FailoverStep.LOOK, self.preview)
        if told.blocked:
            return replace(told, timed=tuple(self._timed))
        self._step(FailoverStep.CLAIM, self._promoter.hold)
        step = FailoverStep.LOOK
        try:
            told, looked = self._step(step, lambda: self._look(told))
            decided = looked.decided
            if not told.blocked and decided is None:
                step = FailoverStep.DECIDE
                decided = self._step(step, lambda: self._decide(told, looked))
                told = replace(told, id=decided.id, decided=True)
            if not told.blocked and decided is not None:
                for step, do in self._following(decided).items():
                    found = tuple(self._step(step, do))
                    told = replace(told, checks=(*told.checks, *found))
                    if step is FailoverStep.PROMOTE and wrong(found):
                        return replace(told, failed=str(step), timed=tuple(self._timed))
                told = replace(told, promoted=True, split=is_split(self._promoter.look()))
        except MigrateError as error:
            values = {name: str(value) for name, value in error.values.items()}
            told = replace(told, failed=str(step), code=error.code, values=values)
        finally:
            # Who is killed leaves the lock to the kernel, and an empty place to the next command.
            self._end(told)
        return replace(told, timed=tuple(self._timed))

    def _look(self, told: FailedOver) -> tuple[FailedOver, Looked]:
        """Look once more: nobody else decides meanwhile, and what was received is replayed."""
        self._promoter.replay()
        looked = self._promoter.look()
        return self._judged(told, looked), looked

    def _judged(self, told: FailedOver, looked: Looked) -> FailedOver:
        cluster = looked.target.cluster
        if looked.decided is not None and cluster is not None:
            if resumed := check_decided(self._replica, looked):
                return replace(told, id=looked.decided.id, checks=resumed)
            # Only finishing is possible, whatever anybody says by now.
            return replace(
                told,
                id=looked.decided.id,
                checks=(),
                loss=None,
                decided=True,
                finished=True,
                promoted=not cluster.recovery,
                split=is_split(looked),
            )
        now, known = self._clock.now(), self._asked.known
        loss = measure_failover_loss(self._replica.heartbeat, known, looked, now)
        checks = check_failover(
            self._replica,
            known,
            looked,
            loss,
            self._asked.accepted,
            programme=self._asked.programme,
            actor=self._asked.actor,
            now=now,
        )
        return replace(told, checks=checks, loss=loss)

    def _decide(self, told: FailedOver, looked: Looked) -> Decided:
        self._deciding(told)
        cluster = looked.target.cluster
        timeline = cluster.timeline if cluster else 0
        return self._promoter.decide(Decided(id=told.id, timeline=timeline, lsn=reached(looked)))

    def _following(self, decided: Decided) -> dict[FailoverStep, Callable[[], Iterable[CheckResult]]]:
        return {
            FailoverStep.SETTINGS: self._promoter.ensure_settings,
            FailoverStep.PROMOTE: lambda: self._promoter.ensure_promoted(decided),
            FailoverStep.ROUTE: self._promoter.ensure_route,
            FailoverStep.VERIFY: self._promoter.verify,
        }

    def _told(self) -> FailedOver:
        at = self._clock.now()
        return FailedOver(system=self._replica.system, replica=self._replica.key, id=f"{at:%Y%m%dT%H%M%SZ}", at=at)

    def _end(self, told: FailedOver) -> None:
        """Let others go on; a place in which somebody decided meanwhile stays, whatever we know of it."""
        if told.decided:
            self._promoter.release()
        else:
            self._promoter.forget()

    def _step(self, step: FailoverStep, do: Callable[[], Came]) -> Came:
        self._note(step)
        began = self._clock.monotonic()
        try:
            return do()
        finally:
            self._timed.append(Timed(step=str(step), seconds=self._clock.monotonic() - began))
