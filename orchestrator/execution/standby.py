"""Makes one standby step by step, or takes it away; wherever it was interrupted, the next time goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from orchestrator.checks.replicas.continuity import check_continuity
from orchestrator.checks.replicas.identity import check_identity
from orchestrator.checks.replicas.making import (
    WARNINGS,
    check_dropping,
    check_making,
    parts_gone,
    parts_there,
    steps_left,
)
from orchestrator.checks.replicas.making_maria import check_making_maria
from orchestrator.errors import MigrateError
from orchestrator.model.observed import Observed, Seen
from orchestrator.model.rehearsal import Timed
from orchestrator.model.replica import Replica, ReplicaKind
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.standby import LIMITS, Dropped, Make, Part, Prepared, PrepareStep, Seeding, blocked
from orchestrator.ports import Clock
from orchestrator.ports.replica import StandbyMaker

_LOOK = 1.0  # seconds between two looks at what goes on by itself


class Preparing:
    """One standby.

    Args:
        note: told each step before it is done.
        progress: told how far the first copy is, with the seconds since this command looks at it.
    """

    def __init__(
        self,
        maker: StandbyMaker,
        replica: Replica,
        make: Make,
        *,
        clock: Clock,
        note: Callable[[PrepareStep], None],
        progress: Callable[[Seeding, float], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._maker = maker
        self._replica = replica
        self._make = make
        self._clock = clock
        self._note = note
        self._progress = progress
        self._sleep = sleep

    def look(self) -> Prepared:
        """Return what is found and what is left to do; nothing is touched."""
        source, place = self._maker.look()
        check = check_making_maria if self._replica.kind is ReplicaKind.MARIADB else check_making
        checks = check(source, place, self._make)
        todo = () if blocked(checks, WARNINGS) else steps_left(source, place)
        return Prepared(system=self._replica.system, replica=self._replica.key, checks=checks, todo=todo)

    def run(self, begin: Callable[[Prepared], None]) -> Prepared:
        """Do what is left to do; `begin` is told before anything is touched.

        Raises:
            Locked: `prepare.running`.
        """
        told = self.look()
        if blocked(told.checks, WARNINGS):
            return told
        self._maker.claim()
        try:
            # Whoever held it before may have changed what was seen.
            told = self.look()
            if blocked(told.checks, WARNINGS):
                return told
            begin(told)
            for step in told.todo:
                told = self._step(step, told)
                if told.failed:
                    break
        finally:
            self._maker.release()
        return told

    def _step(self, step: PrepareStep, told: Prepared) -> Prepared:
        self._note(step)
        began = self._clock.monotonic()
        try:
            proofs = self._do(step)
        except MigrateError as error:
            values = {name: str(value) for name, value in error.values.items()}
            return replace(told, failed=str(step), code=error.code, values=values)
        timed = (*told.timed, Timed(step=str(step), seconds=self._clock.monotonic() - began))
        return replace(told, timed=timed, proofs=tuple(proofs))

    def _do(self, step: PrepareStep) -> Sequence[CheckResult]:
        match step:
            case PrepareStep.ACCESS:
                self._maker.access()
            case PrepareStep.BEAT:
                self._maker.beat()
            case PrepareStep.SLOT:
                self._maker.slot()
            case PrepareStep.SEED:
                self._seed()
            case PrepareStep.START:
                self._maker.start()
            case PrepareStep.FOLLOW:
                self._maker.follow()
            case PrepareStep.PROVE:
                return self._prove()
        return ()

    def _seed(self) -> None:
        self._maker.begin()
        began = self._clock.monotonic()
        while True:
            found, seconds = self._maker.seeding(), self._clock.monotonic() - began
            self._progress(found, seconds)
            if found.state == "placed":
                return
            if found.state == "failed":
                raise MigrateError("prepare.seed", said=found.said)
            if found.state == "none" or seconds > LIMITS[PrepareStep.SEED].total_seconds():
                raise MigrateError("prepare.seed-ended")
            self._sleep(_LOOK)

    def _prove(self) -> Sequence[CheckResult]:
        """Look until it streams from this source and has what the source had at the first look.

        A standby that goes on catching up is not given up; one that stands still, or another's, is.
        """
        limit = LIMITS[PrepareStep.PROVE].total_seconds()
        until = self._clock.monotonic() + limit
        first: Seen | None = None
        best: int | None = None
        while True:
            source, target = self._maker.observe()
            seen = Observed(replica=self._replica, source=source, target=target, day=self._clock.now().date())
            first = first or (source if source.cluster or source.server else None)
            lacks = _lacks(first, target) if first else None
            proofs = [each for each in (check_identity(seen), check_continuity(seen)) if each is not None]
            proofs.append(CheckResult.of("prepare.caught-up", lacks == 0, _subject(self._replica)))
            if all(each.status is CheckStatus.PASS for each in proofs):
                return proofs
            if lacks is not None and (best is None or lacks < best):
                best, until = lacks, max(until, self._clock.monotonic() + limit / 10)
            if self._clock.monotonic() > until or proofs[0].status is CheckStatus.FAIL:
                return proofs
            self._sleep(_LOOK / 2)


class Dropping:
    """Takes one standby away again; what was not made here stays."""

    def __init__(self, maker: StandbyMaker, replica: Replica, *, without: str, note: Callable[[Part], None]) -> None:
        self._maker = maker
        self._replica = replica
        self._without = without
        self._note = note

    def look(self) -> Dropped:
        """Return what is there and what forbids to take it away; nothing is touched."""
        source, place = self._maker.look()
        return Dropped(
            system=self._replica.system,
            replica=self._replica.key,
            checks=check_dropping(source, place, self._without),
            there=parts_there(source, place),
        )

    def run(self, begin: Callable[[Dropped], None]) -> Dropped:
        """Take away what is there, and look again; `begin` is told before anything is touched.

        Raises:
            Locked: `prepare.running`.
        """
        told = self.look()
        if blocked(told.checks, frozenset()) or not told.there:
            return told
        held = self._without != "replica"
        if held:
            self._maker.claim()
        try:
            told = self.look()
            if blocked(told.checks, frozenset()):
                return told
            begin(told)
            gone = parts_gone(told.there, self._without)
            for part in gone:
                self._note(part)
                self._maker.take(part)
        finally:
            self._maker.release()
        left = parts_gone(self.look().there, self._without)
        return replace(told, gone=tuple(part for part in gone if part not in left), left=left)


def _lacks(source: Seen, target: Seen) -> int | None:
    """Return how much, in bytes or transactions, a replica lacks of what its source had; None: nobody knows."""
    if source.server and target.server:
        return target.server.lacks(source.server)
    one, other = source.cluster, target.cluster
    if one is None or other is None or one.lsn is None or other.lsn is None:
        return None
    return max(0, one.lsn - other.lsn)


def _subject(replica: Replica) -> str:
    return replica.replica.reach.address
