"""The `Mover` port for PostgreSQL by streaming replication: the target is a standby until it is promoted.

The whole cluster goes, with everything in it that logical replication leaves behind. Nothing follows back: the source
stays as it was left, and what a rollback loses is counted as after a dump.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from orchestrator.adapters.movers.postgresql import physical_shell as shell
from orchestrator.adapters.movers.postgresql import physical_target as target
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, ensure_access, files
from orchestrator.adapters.movers.postgresql.clone import Clone
from orchestrator.adapters.movers.postgresql.dropping import removals
from orchestrator.adapters.movers.postgresql.dump import DumpMover
from orchestrator.adapters.movers.postgresql.dump_target import end_copying, one_way
from orchestrator.adapters.movers.postgresql.logins import check_logins
from orchestrator.adapters.movers.postgresql.physical_frozen import physical_frozen
from orchestrator.adapters.movers.postgresql.prepare import grant_own
from orchestrator.adapters.movers.postgresql.rehearsing import CloneRehearser, rehearsal
from orchestrator.adapters.movers.postgresql.sql import OWN_TABLES, do, literal, logins, without_slot
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen, Voice
from orchestrator.model.life import Side
from orchestrator.model.move import DatabaseMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Progress, Rehearser, Sessions


class PhysicalMover(DumpMover):
    """Moves a whole cluster by base backup and streaming; what is asked and counted afterwards is as after a dump."""

    def ensure_prepared(self, move: DatabaseMove) -> None:
        """Make what replication needs on the source, and see that the target's cluster is empty."""
        with KeptSessions(self._sessions) as sessions:
            target.ensure_ready(move, sessions)
            ensure_access(move, sessions)
            free = int(sessions.open(files(move.source), seconds=SECONDS).ask(_free(move, sessions), SECONDS))
            target.ensure_bounded(move, free, sessions)
            for name in move.databases:
                session = sessions.open(admin(move.source, name), seconds=SECONDS)
                session.ask(OWN_TABLES, SECONDS)
                grant_own(move, session)

    def ensure_seeding(self, move: DatabaseMove) -> None:
        """Begin the base backup; it goes on by itself, and the target then follows."""
        with KeptSessions(self._sessions) as sessions:
            target.ensure_copying(move, sessions)

    def progress(self, move: DatabaseMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is, and how far behind; nothing goes the other way."""
        del back
        with KeptSessions(self._sessions) as sessions:
            return target.progress(move, sessions)

    def gate(self, move: DatabaseMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now; on the way back nothing follows, which is said."""
        if back:
            return one_way()
        with KeptSessions(self._sessions) as sessions:
            return (*target.gate(move, sessions), *check_logins(move, sessions, back=False))

    def ensure_reverse(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> None:
        """See that the target follows, and have both sides write their checkpoints; nothing will follow back."""
        del attempt
        if back:
            return
        with KeptSessions(self._sessions) as sessions:
            target.ensure_following(move, sessions)
            target.checkpoint(move, sessions)

    def frozen(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return physical_frozen(move, attempt, back=back)

    def ensure_settled(self, move: DatabaseMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Take the slot away where the target has opened; copy it anew where it was promoted and the source serves."""
        del attempt
        with KeptSessions(self._sessions) as sessions:
            if opened and not back:
                target.ensure_own(move, sessions)
            elif opened or not back:
                end_copying(move, sessions)
        if opened is back:  # what an ended session has still asked for is looked for in new ones
            with KeptSessions(self._sessions) as sessions:
                target.ensure_following(move, sessions)

    def rehearsal(self, move: DatabaseMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        return rehearsal(move, attempt, physical_frozen)

    @contextmanager
    def rehearser(self, move: DatabaseMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with KeptSessions(self._sessions) as sessions:
            yield CloneRehearser(move, attempt, sessions, physical_frozen)

    def ensure_unrehearsed(self, move: DatabaseMove) -> tuple[str, ...]:
        """Take a rehearsal's clone away; return what is left all the same."""
        with KeptSessions(self._sessions) as sessions:
            return Clone.of(move, sessions).ensure_gone()

    def removals(self, move: DatabaseMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return everything of ours on both sides; with `brought` the target's empty cluster takes its place again."""
        target_, source = admin(move.target, "postgres"), admin(move.source, "postgres")
        keep = _removal("promoted", Side.TARGET, move, target_, _promoted(move))
        aside = _removal("aside", Side.TARGET, move, shell.root(move), shell.forget(move))
        copy = _removal("copy", Side.TARGET, move, shell.root(move), shell.restore(move))
        return (
            *((copy,) if brought else (aside, keep)),
            _removal("slots", Side.SOURCE, move, source, without_slot(target.slot(move))),
            _removal("settings", Side.SOURCE, move, source, target.unbounded(move)),
            *(each for each in removals(move) if each.name not in {"subscriptions", "slots"}),
        )

    def droppable(
        self, move: DatabaseMove, brought: Standing | None, *, gone: Side, data: bool
    ) -> Sequence[CheckResult]:
        """Check that both sides can be asked; a target that was never promoted has been written to by nobody."""
        checks = list(super().droppable(move, brought, gone=gone, data=False))
        if data and brought is None:
            checks.append(CheckResult(code="drop.recorded", status=CheckStatus.UNKNOWN, subject=move.target.name))
        elif data and brought and checks[1].status is CheckStatus.PASS:
            with KeptSessions(self._sessions) as sessions:
                cluster = target.cluster(move, sessions)
                ours = cluster == brought.cluster or target.standby(move, sessions)
            found = "-" if ours else cluster
            status = CheckStatus.PASS if ours else CheckStatus.FAIL
            told = {"found": found}
            checks.append(CheckResult(code="drop.standby", status=status, subject=move.target.name, values=told))
        return tuple(checks)


def _free(move: DatabaseMove, sessions: Sessions) -> str:
    """Return the command that answers the free bytes of the source's disk."""
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    data = shlex.quote(source.ask("SHOW data_directory;", SECONDS))
    return f"df -Pk {data} | awk 'NR == 2 {{ printf \"%d\", $4 * 1024 }}'"


def _promoted(move: DatabaseMove) -> str:
    """Return what makes a standby a server of its own that lets no application in; an opened one stays as it is."""
    body = f"BEGIN {logins((*move.roles, move.prober), allowed=False)} END"
    return (
        f"SELECT 'SELECT pg_promote(true, 600)', {literal(do(body))} WHERE pg_is_in_recovery() \\gexec\n"
        "SELECT 'ALTER SYSTEM RESET ' || n FROM unnest(ARRAY['primary_conninfo', 'primary_slot_name']) n \\gexec\n"
        "SELECT pg_reload_conf();"
    )


def _removal(name: str, side: Side, move: DatabaseMove, voice: Voice, text: str) -> Removal:
    subject = (move.target if side is Side.TARGET else move.source).name
    return Removal(name=name, side=side, subject=subject, voice=voice, text=text)
