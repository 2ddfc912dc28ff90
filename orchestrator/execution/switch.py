"""One switch of the writable side, there or back: the frozen section, whatever becomes of it, and what follows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.errors import MigrateError
from orchestrator.execution.recover import recover, recover_lost
from orchestrator.model.frozen import Decision, Frozen, Outcome
from orchestrator.model.move import AnyMove
from orchestrator.ports import Clock
from orchestrator.ports.move import FrozenRunner, Journal, Mover, Sessions

_ANOTHER = frozenset({"frozen.running", "frozen.unsettled"})  # what is there is another attempt's


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What a switch of one system needs.

    Attributes:
        decided: told what was decided and settled, before the journal is put away: whoever keeps a record of his own
            has it by then, and a journal that is gone can mean only that nothing was left to say.
    """

    mover: Mover[Any]
    runner: FrozenRunner
    journal: Journal
    sessions: Sessions
    clock: Clock
    decided: Callable[[Frozen, Outcome], None] = lambda _frozen, _outcome: None

    def run(self, move: AnyMove, attempt: int, *, back: bool = False) -> Outcome:
        """Switch, settle what was decided, and return it; nothing is settled while it is undecided.

        Raises:
            MigrateError: it could not be armed; nothing was touched, and the reverse's preparation is taken away.
        """
        frozen = self.mover.frozen(move, attempt, back=back)
        try:
            outcome = self.runner.run(frozen)
        except MigrateError as error:
            if error.code in _ANOTHER:
                raise
            recovered = self.recover(move) if error.code == "frozen.ended" else None
            if recovered is None:
                # Never begun. A slot that stayed would fill its server's disk.
                self.mover.ensure_settled(move, attempt, opened=False, back=back)
                raise
            return recovered
        return self._settled(move, frozen, outcome)

    def recover(self, move: AnyMove) -> Outcome | None:
        """Finish or take back a switch whose end nobody saw; None when there is none.

        Raises:
            Locked: `frozen.running`.
            MigrateError: a side did not let us settle; the next call goes on.
        """
        found = recover(self.journal, self.sessions, self.clock)
        return self._settled(move, *found) if found else None

    def recover_begun(self, move: AnyMove, attempt: int, *, back: bool, since: datetime | None) -> Outcome:
        """Finish or take back an attempt that is on record as begun, also where its journal is on a lost machine.

        Raises:
            Locked: `frozen.running`; `frozen.elsewhere`: the lost machine may still be at work.
            MigrateError: as `recover`.
        """
        if recovered := self.recover(move):
            return recovered
        frozen = self.mover.frozen(move, attempt, back=back)
        if self.journal.promised() == attempt:
            # A section writes itself down here before it touches anything: without one, everything is as it was.
            outcome = Outcome(decision=Decision.BACK, answers=(), seconds=0.0)
            self.decided(frozen, outcome)
            return outcome
        return self._settled(move, frozen, recover_lost(frozen, since, self.sessions, self.clock))

    def _settled(self, move: AnyMove, frozen: Frozen, outcome: Outcome) -> Outcome:
        if outcome.decision is Decision.UNDECIDED or outcome.left:
            return outcome  # the journal stays: the next command goes on from it
        opened = outcome.decision is Decision.OPEN
        self.mover.ensure_settled(move, frozen.attempt, opened=opened, back=frozen.back)
        self.decided(frozen, outcome)
        self.journal.settle()
        return outcome
