"""The `Mover` port for MariaDB by GTID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from orchestrator.adapters.movers.mariadb import dropping, prepare, reverse, status
from orchestrator.adapters.movers.mariadb import verify as verifying
from orchestrator.adapters.movers.mariadb.clone import Clone
from orchestrator.adapters.movers.mariadb.counting import count
from orchestrator.adapters.movers.mariadb.frozen import frozen
from orchestrator.adapters.movers.mariadb.observe import observe
from orchestrator.adapters.movers.mariadb.rehearsing import CloneRehearser, rehearsal
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import MariaMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Progress, Rehearser, Sessions


class GtidMover:
    """Moves a server by replication."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, move: MariaMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides, change nothing."""
        with KeptSessions(self._sessions) as sessions:
            return observe(move, sessions)

    def ensure_prepared(self, move: MariaMove) -> None:
        """Make the accounts on the target, and what replication needs on both sides."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_prepared(move, sessions)

    def ensure_seeding(self, move: MariaMove) -> None:
        """Begin the copy; it goes on by itself."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_seeding(move, sessions)

    def progress(self, move: MariaMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is; `back` asks about the way from target to source.

        Raises:
            MigrateError: `move.seed-failed`.
        """
        with KeptSessions(self._sessions) as sessions:
            found = status.progress(move, sessions, back=back)
            if not found.streaming and not back:
                prepare.require_seeding(move, sessions)
            return found

    def gate(self, move: MariaMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now."""
        with KeptSessions(self._sessions) as sessions:
            return status.gate(move, sessions, back=back)

    def ensure_reverse(self, move: MariaMove, attempt: int, *, back: bool = False) -> None:
        """Name, before the frozen section, whom the side that is left will follow; the same for every attempt."""
        del attempt
        with KeptSessions(self._sessions) as sessions:
            reverse.ensure_reverse(move, sessions, back=back)

    def frozen(self, move: MariaMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return frozen(move, attempt, back=back)

    def ensure_settled(self, move: MariaMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Finish after the decision."""
        with KeptSessions(self._sessions) as sessions:
            reverse.ensure_settled(move, attempt, sessions, opened=opened, back=back)

    def verify(self, move: MariaMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides and try one insert on the one that clients write to."""
        with KeptSessions(self._sessions) as sessions:
            return verifying.verify(move, sessions, back=back)

    def rehearsal(self, move: MariaMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        return rehearsal(move, attempt)

    @contextmanager
    def rehearser(self, move: MariaMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with KeptSessions(self._sessions) as sessions:
            yield CloneRehearser(move, attempt, sessions)

    def ensure_unrehearsed(self, move: MariaMove) -> tuple[str, ...]:
        """Take a rehearsal's clone away; return what is left all the same."""
        with KeptSessions(self._sessions) as sessions:
            return Clone.of(move, sessions).ensure_gone()

    def counted(self, move: MariaMove, written: Written, *, back: bool = False) -> Counted:
        """Count what the side that clients write to has of the rows a probe client was told are written."""
        with KeptSessions(self._sessions) as sessions:
            return count(written, move.ends(back=back)[1], sessions)

    def unreplicated(self, move: MariaMove) -> Mapping[str, int]:
        """Return, by table, the rows on the target that the source has not got: what a rollback would lose."""
        with KeptSessions(self._sessions) as sessions:
            return verifying.unreplicated(move, sessions)

    def standing(self, move: MariaMove) -> Standing:
        """Return nothing: what a copy brought is not taken away again by us."""
        del move
        return Standing(cluster="")

    def removals(self, move: MariaMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return everything of ours on both sides."""
        del brought
        return dropping.removals(move)

    def droppable(self, move: MariaMove, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both sides can be asked."""
        del brought, data
        with KeptSessions(self._sessions) as sessions:
            return dropping.droppable(move, sessions, gone=gone)

    def drop(self, move: MariaMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed; nothing of it stays."""
        with KeptSessions(self._sessions) as sessions:
            dropping.drop(move, listed, sessions)
        return ()
