"""The side that a failback leaves: closed so that no restart opens it, opened again where nothing was decided.

What makes a server a standby is a file in its data that it reads as it starts. So it is written before the server is
stopped: from then on whoever starts it, person or machine, starts a standby.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, drop_lines
from orchestrator.adapters.movers.postgresql.background import configured
from orchestrator.adapters.movers.postgresql.sql import ident, without_slot
from orchestrator.adapters.replicas import seeding
from orchestrator.adapters.replicas.making import PostgresMaker
from orchestrator.adapters.replicas.seeding import MARK, asked, following, without_stale
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.errors import MigrateError
from orchestrator.model.failback import Standing
from orchestrator.model.standby import Part

_LET_IN = 60.0  # seconds until a server that was started lets us in
_DOWN = re.compile(r"shut down\|([0-9A-F]{1,8})/([0-9A-F]{1,8})")
_REPLAYED = """SELECT CASE WHEN pg_is_in_recovery()
 THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::text ELSE '' END;"""
_AUTO = '"$data/postgresql.auto.conf"'
_CONTROL = """LC_ALL=C "$bin/pg_controldata" "$data" | awk -F': *' '/^Database cluster state/ { s = $2 }
/^Latest checkpoint location/ { l = $2 } END { print s "|" l }'"""


class PostgresTurner:
    """The `Turner` port; making the object touches nothing.

    Args:
        away: of the side that is left, which follows in the end: the pair as it is declared.
        home: of the side that opens, which follows now.
        sessions: kept open; what was said over one to a server that stopped is said anew after `renew`.
    """

    def __init__(self, away: PostgresMaker, home: PostgresMaker, sessions: KeptSessions) -> None:
        self._away = away
        self._home = home
        self._sessions = sessions

    def standing(self) -> Standing:
        """Tell how the side that is left stands."""
        if not self._away.seed.programs:
            self._away.look()
        seed = self._away.seed
        if not seed.programs:
            return Standing.UNKNOWN
        try:
            closed = asked(seed, self._sessions, '[ -e "$data/standby.signal" ] && echo t || :') == "t"
            if not seeding.runs(seed, self._sessions):
                return Standing.CLOSED if closed else Standing.STOPPED
            writable = self._writable()
        except MigrateError:
            return Standing.UNKNOWN
        if not writable:
            return Standing.FOLLOWS
        return Standing.CLOSING if closed else Standing.OPEN

    def renew(self) -> None:
        """Forget the sessions to the side that is left: its server was stopped or started meanwhile."""
        self._sessions.renew(self._away.seed.target.reach)

    def replayed(self) -> int | None:
        """Return how far the side that opens has replayed, in bytes; None where it does not recover."""
        opens = self._sessions.open(admin(self._away.seed.source, "postgres"), seconds=SECONDS)
        told = opens.ask(_REPLAYED, SECONDS)
        return int(told) if told.isdecimal() else None

    def data(self) -> str:
        """Return the data folder that the side that is left runs on."""
        session = self._sessions.open(admin(self._away.seed.target, "postgres"), seconds=SECONDS)
        return session.ask("SHOW data_directory;", SECONDS)

    def close(self) -> int:
        """Stop the side that is left, as one that starts again as a standby; return where its log ends, in bytes.

        Raises:
            MigrateError: `failback.not-closed`.
        """
        seed = self._away.seed
        seeding.ensure_slot(seed, self._sessions)  # the side that opens keeps its log for it from now on
        asked(
            seed,
            self._sessions,
            f'{configured(following(seed), _AUTO)} >"$data/migrate_auto"',
            'mv "$data/migrate_auto" "$data/postgresql.auto.conf"',
            f'printf %s "$name" >"$data/{MARK}"',
            ': >"$data/standby.signal"',
            f'sync {_AUTO} "$data/standby.signal" "$data"',  # the power may fail before it has stopped
        )
        if seeding.runs(seed, self._sessions):
            self._away.take(Part.STANDBY)
            self.renew()
        found = _DOWN.fullmatch(asked(seed, self._sessions, _CONTROL).strip())
        if found is None or self.standing() is not Standing.CLOSED:
            raise MigrateError("failback.not-closed", data=seed.data)
        return (int(found[1], 16) << 32) + int(found[2], 16)

    def reopen(self) -> None:
        """Open the side that was being left again, and take back what it was to follow by.

        Raises:
            MigrateError: `failback.not-opened`.
        """
        seed = self._away.seed
        self.renew()
        if not (seeding.runs(seed, self._sessions) and self._lets_write()):
            if seeding.runs(seed, self._sessions):
                self._away.take(Part.STANDBY)
            asked(seed, self._sessions, 'rm -f "$data/standby.signal"; sync "$data"')
            self._away.start()
            self.renew()
            until = running_seconds() + _LET_IN
            while not self._lets_write():
                if running_seconds() > until:
                    raise MigrateError("failback.not-opened", data=seed.data)
                time.sleep(0.1)
        asked(seed, self._sessions, 'rm -f "$data/standby.signal"')
        with suppress(MigrateError):  # it may be silent, which is no reason to say that this side is not open
            opens = self._sessions.open(admin(seed.source, "postgres"), seconds=SECONDS)
            opens.ask(without_slot(seed.name), SECONDS)

    def unbind(self) -> None:
        """Take away, beside the data of the side that was left, the decision that once made it the primary."""
        asked(self._away.seed, self._sessions, without_stale(self._away.seed))

    def tidy(self) -> None:
        """Take away what let the side that opened follow."""
        self._home.still()
        for part in (Part.SLOT, Part.LINE, Part.FOLDER):
            self._home.take(part)
        name, source = self._home.seed.name, self._away.seed.source
        session = self._sessions.open(admin(source, "postgres"), seconds=SECONDS)
        drop_lines(self._sessions, source, session.ask("SHOW hba_file;", SECONDS), name)
        session.ask(f"SELECT pg_reload_conf(); DROP ROLE IF EXISTS {ident(name)};", SECONDS)

    def _lets_write(self) -> bool:
        try:
            return self._writable()
        except MigrateError:  # it is only starting
            return False

    def _writable(self) -> bool:
        session = self._sessions.open(admin(self._away.seed.target, "postgres"), seconds=SECONDS)
        return session.ask("SELECT pg_is_in_recovery();", SECONDS) == "f"
