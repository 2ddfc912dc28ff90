"""The heartbeat on a source: looked at, made where nobody made it, and taken away where it was made here.

A loop of `psql` on the source's machine writes it, as PostgreSQL's own user over its own socket. It goes on when the
server comes back; after a restart of the machine, when somebody prepares the standby once more.
"""

from __future__ import annotations

import shlex

from orchestrator.adapters.movers.postgresql import closed
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.adapters.movers.postgresql.sql import ident, literal
from orchestrator.adapters.movers.throwaway import found
from orchestrator.adapters.sessions import conninfo
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.replica import Heartbeat
from orchestrator.ports.move import Sessions

OLD = 5.0  # seconds; a beat on a busy machine may come late
PAUSE = 2  # seconds before a loop that ended is begun again
MADE = "migrate dr prepare"


class Beating:
    """The heartbeat of one source.

    Args:
        name: what marks it as ours.
        role: the role that checks read it by.
    """

    def __init__(self, name: str, source: DatabaseServer, beat: Heartbeat, role: str, sessions: Sessions) -> None:
        self._name = name
        self._source = source
        self._beat = beat
        self._role = role
        self._sessions = sessions
        self._schema, self._table = beat.table.split(".")
        self._quoted = f"{ident(self._schema)}.{ident(self._table)}"

    def state(self) -> str:
        """Return `beats`, `still` where the row is not written, or `absent`."""
        session = self._sessions.open(admin(self._source, self._beat.database), seconds=SECONDS)
        if session.ask(f"SELECT to_regclass({literal(self._quoted)}) IS NULL;", SECONDS) == "t":
            return "absent"
        old = max(OLD, 3 * self._beat.every.total_seconds())
        asked = f"SELECT coalesce(bool_or(clock_timestamp() - ts < make_interval(secs => {old})), false)"
        return "beats" if session.ask(f"{asked} FROM {self._quoted};", SECONDS) == "t" else "still"

    def ours(self) -> bool:
        """Tell whether anything of it was made here."""
        return self._made() or bool(self._loop())

    def ensure(self) -> None:
        """Make the table where it is missing, let checks read it, and begin the loop where nothing writes it."""
        if self.state() == "beats":
            return
        session = self._sessions.open(admin(self._source, self._beat.database), seconds=SECONDS)
        if self.state() == "absent":
            told = literal(f"{MADE} {self._name}")
            # In one transaction: a table without its row or its mark would be nobody's.
            session.ask(
                "BEGIN;"
                f" CREATE SCHEMA IF NOT EXISTS {ident(self._schema)};"
                f" CREATE TABLE {self._quoted} (n bigint, ts timestamptz);"
                f" INSERT INTO {self._quoted} VALUES (0, clock_timestamp());"
                f" COMMENT ON TABLE {self._quoted} IS {told};"
                " COMMIT;",
                SECONDS,
            )
            role = ident(self._role)
            session.ask(
                f"GRANT USAGE ON SCHEMA {ident(self._schema)} TO {role}; GRANT SELECT ON {self._quoted} TO {role};",
                SECONDS,
            )
        if not self._loop():
            self._begin()

    def end(self) -> None:
        """End the loop."""
        shell = self._sessions.open(files(self._source), seconds=SECONDS)
        shell.ask(
            f'({found(self._marked)}; n=0; while l=$(found); [ -n "$l" ] && [ $n -lt 100 ]; do'
            " kill -TERM $l 2>/dev/null || :; sleep 0.1; n=$((n + 1)); done)",
            SECONDS,
        )

    def remove(self) -> None:
        """End the loop, and take the table away where it was made here; the schema where nothing else is in it."""
        self.end()
        if self._made():
            session = self._sessions.open(admin(self._source, self._beat.database), seconds=SECONDS)
            empty = (
                f"NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace"
                f" WHERE s.nspname = {literal(self._schema)})"
            )
            gone = literal(f"DROP SCHEMA {ident(self._schema)}")
            session.ask(f"DROP TABLE {self._quoted};", SECONDS)
            session.ask(f"SELECT {gone} WHERE {empty} \\gexec\n;", SECONDS)

    @property
    def _marked(self) -> str:
        # Whole, so that loops of other clusters of one machine are told apart.
        return f"{closed.local(self._source, f'{self._name}_beat')} dbname={conninfo(self._beat.database)}"

    def _made(self) -> bool:
        session = self._sessions.open(admin(self._source, self._beat.database), seconds=SECONDS)
        told = f"obj_description(to_regclass({literal(self._quoted)}), 'pg_class')"
        return session.ask(f"SELECT {told} = {literal(f'{MADE} {self._name}')};", SECONDS) == "t"

    def _loop(self) -> list[str]:
        shell = self._sessions.open(files(self._source), seconds=SECONDS)
        return shell.ask(f"({found(self._marked)}; found)", SECONDS).split()

    def _begin(self) -> None:
        every = self._beat.every.total_seconds()
        beat = f"UPDATE {self._quoted} SET n = n + 1, ts = clock_timestamp() \\watch {every:g}\n"
        text = f'while :; do printf %s "$2" | psql -XAtqw -d "$1" >/dev/null 2>&1; sleep {PAUSE}; done'
        words = shlex.join(["setsid", "--fork", "sh", "-c", text, "sh", self._marked, beat])
        shell = self._sessions.open(files(self._source), seconds=SECONDS)
        shell.ask(f"(cd / && {words} </dev/null >/dev/null 2>&1)", SECONDS)
