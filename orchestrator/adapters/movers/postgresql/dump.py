"""The `Mover` port for PostgreSQL by dump and restore: for what replication cannot carry.

Its seed is a trial: everything is dumped and restored once while the source goes on, which shows how long clients will
wait, and that the target takes it. The frozen section does the same again, with the source at rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from orchestrator.adapters.movers.postgresql import dump_shell as shell
from orchestrator.adapters.movers.postgresql import dump_target as target
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, ensure_access, files
from orchestrator.adapters.movers.postgresql.comparing import FIXED, stood
from orchestrator.adapters.movers.postgresql.dropping import unmark
from orchestrator.adapters.movers.postgresql.dump_frozen import dump_frozen
from orchestrator.adapters.movers.postgresql.dump_rehearsing import DumpRehearser, dump_rehearsal
from orchestrator.adapters.movers.postgresql.mover import LogicalMover
from orchestrator.adapters.movers.postgresql.prepare import ensure_roles
from orchestrator.adapters.movers.postgresql.sql import SCHEMA, ident
from orchestrator.adapters.movers.postgresql.verify import insert, sequences, shape, tables
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import DatabaseMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Progress, Rehearser, Sessions


class DumpMover(LogicalMover):
    """Moves databases by dump and restore; what both methods ask and count alike is the other's."""

    def ensure_prepared(self, move: DatabaseMove) -> None:
        """Make roles and empty databases on the target, and let its dump read everything on the source."""
        with KeptSessions(self._sessions) as sessions:
            ensure_roles(move, sessions)
            ensure_access(move, sessions)
            session = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
            # Large objects have no grant that says "all of them".
            session.ask(f"ALTER ROLE {ident(move.follower)} SET lo_compat_privileges = on;", SECONDS)
            target.ensure_empty(move, sessions, self._sessions)

    def ensure_seeding(self, move: DatabaseMove) -> None:
        """Begin the trial; it goes on by itself."""
        with KeptSessions(self._sessions) as sessions:
            target.ensure_trial(move, sessions, self._sessions)

    def progress(self, move: DatabaseMove, *, back: bool = False) -> Progress:
        """Tell how far the trial is; there is no copy the other way."""
        del back
        with KeptSessions(self._sessions) as sessions:
            return target.progress(move, sessions)

    def gate(self, move: DatabaseMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that clients may be held now; on the way back nothing follows, which is said."""
        if back:
            return target.one_way()
        with KeptSessions(self._sessions) as sessions:
            return target.gate(move, sessions)

    def ensure_reverse(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> None:
        """Take the trial's data away, so that the target is empty; roles may have come since it was prepared."""
        del attempt
        if back:
            return
        with KeptSessions(self._sessions) as sessions:
            ensure_roles(move, sessions)
            target.ensure_empty(move, sessions, self._sessions)

    def frozen(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return dump_frozen(move, attempt, back=back)

    def ensure_settled(self, move: DatabaseMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """End what an interrupted copy still does, and take its dumps away."""
        del attempt
        if back:
            return
        with KeptSessions(self._sessions) as sessions:
            if opened:
                sessions.open(admin(move.target, "postgres"), seconds=SECONDS).ask(unmark(move), SECONDS)
            else:
                target.end_copying(move, sessions)
            sessions.open(files(move.target), seconds=SECONDS).ask(shell.clear(move), SECONDS * 4)

    def verify(self, move: DatabaseMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare what nobody has written since the target opened, and try inserts there.

        All rows of both sides were added up before it opened, while nobody wrote.
        """
        del back
        with KeptSessions(self._sessions) as sessions:
            return tuple(_verified(move, sessions))

    def rehearsal(self, move: DatabaseMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        return dump_rehearsal(move, attempt)

    @contextmanager
    def rehearser(self, move: DatabaseMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with KeptSessions(self._sessions) as sessions:
            yield DumpRehearser(move, attempt, kept=sessions, sessions=self._sessions)

    def ensure_unrehearsed(self, move: DatabaseMove) -> tuple[str, ...]:
        """End what an interrupted rehearsal still does, and take its dumps away."""
        with KeptSessions(self._sessions) as sessions:
            target.end_copying(move, sessions)
            sessions.open(files(move.target), seconds=SECONDS).ask(shell.clear(move), SECONDS * 4)
        return ()

    def unreplicated(self, move: DatabaseMove) -> Mapping[str, int]:
        """Return, by table, the rows that were written on the target since it opened."""
        with KeptSessions(self._sessions) as sessions:
            return target.unreplicated(move, sessions)

    def removals(self, move: DatabaseMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return everything of ours on both sides, dumps and what the trial wrote down first."""
        text = shell.clear(move, everything=True)
        dumps = Removal(name="dumps", side=Side.TARGET, subject=move.name, voice=files(move.target), text=text)
        return (dumps, *super().removals(move, brought))


def _verified(move: DatabaseMove, sessions: Sessions) -> Iterator[CheckResult]:
    for database in move.databases:
        one = sessions.open(admin(move.source, database), seconds=SECONDS)
        other = sessions.open(admin(move.target, database), seconds=SECONDS)
        for session in (one, other):
            session.ask(FIXED, SECONDS)
        border = other.ask(f"SELECT xmin FROM {SCHEMA}.marker ORDER BY n DESC LIMIT 1;", SECONDS)
        for table in tables(other):
            found = stood(table, other, one, int(border))
            told = {"rows": str(found.rows), "differ": str(found.missing), "moving": "0"}
            status = CheckStatus.FAIL if found.missing else CheckStatus.PASS
            subject = f"{database}: {table.shown}"
            yield CheckResult(code="move.verify.rows", status=status, subject=subject, values=told)
        yield from shape(database, one, other)
        yield from sequences(database, other)
        yield from insert(move, database, other)
