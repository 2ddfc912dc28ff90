"""The `Mover` port for PostgreSQL by logical replication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from orchestrator.adapters.movers.postgresql import dropping, prepare, reverse, status
from orchestrator.adapters.movers.postgresql import verify as verifying
from orchestrator.adapters.movers.postgresql.clone import Clone
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.movers.postgresql.frozen import frozen
from orchestrator.adapters.movers.postgresql.logins import check_logins
from orchestrator.adapters.movers.postgresql.observe import observe
from orchestrator.adapters.movers.postgresql.rehearsing import CloneRehearser, rehearsal
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import DatabaseMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Progress, Rehearser, Sessions


class LogicalMover:
    """Moves databases by publication and subscription."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, move: DatabaseMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides, change nothing."""
        with KeptSessions(self._sessions) as sessions:
            return observe(move, sessions)

    def ensure_prepared(self, move: DatabaseMove) -> None:
        """Make roles, schema and extensions on the target, and what replication needs on both sides."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_prepared(move, sessions)

    def ensure_seeding(self, move: DatabaseMove) -> None:
        """Begin the copy; it goes on by itself."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_seeding(move, sessions)

    def progress(self, move: DatabaseMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is; `back` asks about the way from target to source."""
        with KeptSessions(self._sessions) as sessions:
            return status.progress(move, sessions, back=back)

    def gate(self, move: DatabaseMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now."""
        with KeptSessions(self._sessions) as sessions:
            return (*status.gate(move, sessions, back=back), *check_logins(move, sessions, back=back))

    def ensure_reverse(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> None:
        """Set up, before the frozen section, the replication that will run against it afterwards."""
        with KeptSessions(self._sessions) as sessions:
            reverse.ensure_reverse(move, attempt, sessions, back=back)

    def frozen(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return frozen(move, attempt, back=back)

    def ensure_settled(self, move: DatabaseMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Finish after the decision."""
        with KeptSessions(self._sessions) as sessions:
            reverse.ensure_settled(move, attempt, sessions, opened=opened, back=back)

    def verify(self, move: DatabaseMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides and try one insert through the application's role, where clients write or shall write."""
        with KeptSessions(self._sessions) as sessions:
            return verifying.verify(move, sessions, back=back)

    def rehearsal(self, move: DatabaseMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        return rehearsal(move, attempt)

    @contextmanager
    def rehearser(self, move: DatabaseMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with KeptSessions(self._sessions) as sessions:
            yield CloneRehearser(move, attempt, sessions)

    def ensure_unrehearsed(self, move: DatabaseMove) -> tuple[str, ...]:
        """Take a rehearsal's clone away; return what is left all the same."""
        with KeptSessions(self._sessions) as sessions:
            return Clone.of(move, sessions).ensure_gone()

    def counted(self, move: DatabaseMove, written: Written, *, back: bool = False) -> Counted:
        """Count what the side that clients write to has of the rows a probe client was told are written."""
        with KeptSessions(self._sessions) as sessions:
            return count(written, move.ends(back=back)[1], move.databases[0], sessions)

    def unreplicated(self, move: DatabaseMove) -> Mapping[str, int]:
        """Return, by table, the rows on the target that the source has not got: what a rollback would lose."""
        with KeptSessions(self._sessions) as sessions:
            return verifying.unreplicated(move, sessions)

    def standing(self, move: DatabaseMove) -> Standing:
        """Return which of the move's databases, and of the source's roles, the target has."""
        with KeptSessions(self._sessions) as sessions:
            return dropping.standing(move, sessions)

    def removals(self, move: DatabaseMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return everything of ours on both sides, and with `brought` the data."""
        return dropping.removals(move, brought)

    def droppable(
        self, move: DatabaseMove, brought: Standing | None, *, gone: Side, data: bool
    ) -> Sequence[CheckResult]:
        """Check that both sides can be asked, and that the target's data is ours and nobody has used it."""
        with KeptSessions(self._sessions) as sessions:
            return dropping.droppable(move, brought, sessions, gone=gone, data=data)

    def drop(self, move: DatabaseMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed, in its order; return what stays."""
        del move  # each removal says where
        return dropping.drop(listed, self._sessions)
