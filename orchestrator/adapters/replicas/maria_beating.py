"""The heartbeat on a MariaDB source: looked at, made where nobody made it, and taken away where it was made here.

A loop on the source's machine tells its client to write the row. It goes on when the server comes back; after a restart
of the machine, when somebody prepares the replica once more.
"""

from __future__ import annotations

import shlex

from orchestrator.adapters.movers.mariadb.sql import SECONDS, account, admin, files, ident, literal
from orchestrator.adapters.movers.throwaway import found
from orchestrator.adapters.replicas.beating import MADE, OLD, PAUSE
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.replica import Heartbeat
from orchestrator.ports.move import Session, Sessions

_LOGGED = "SET SESSION sql_log_bin = 1;"  # unlike everything else of ours: the replica gets it too
_LOOP = """while :; do
{ while printf '%s\\n' "$2"; do sleep "$3"; done; } 2>/dev/null |
 "$(command -v mariadb || command -v mysql)" --no-defaults --socket="$1" --user="$4" >/dev/null 2>&1
sleep "$5"; done"""


class MariaBeating:
    """The heartbeat of one source.

    Args:
        name: what marks it as ours.
        role: whom checks ask as.
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
        session = self._session()
        if session.ask(f"SELECT COUNT(*) {self._where};", SECONDS) == "0":
            return "absent"
        old = int(1_000_000 * max(OLD, 3 * self._beat.every.total_seconds()))
        age = "TIMESTAMPDIFF(MICROSECOND, MAX(ts), SYSDATE(6))"
        return (
            "beats"
            if session.ask(f"SELECT COALESCE({age} < {old}, 0) FROM {self._quoted};", SECONDS) == "1"
            else "still"
        )

    def ours(self) -> bool:
        """Tell whether anything of it was made here."""
        return self._made() or bool(self._loop())

    def ensure(self) -> None:
        """Make the table where it is missing, let checks read it, and begin the loop where nothing writes it."""
        if self.state() == "beats":
            return
        session = self._session()
        told = literal(f"{MADE} {self._name}")
        session.ask(
            f"{_LOGGED} CREATE DATABASE IF NOT EXISTS {ident(self._schema)};"
            f" CREATE TABLE IF NOT EXISTS {self._quoted} (n BIGINT PRIMARY KEY, ts TIMESTAMP(6) NOT NULL)"
            f" ENGINE=InnoDB COMMENT = {told};"
            # A table without its row is one that was interrupted.
            f" INSERT INTO {self._quoted} SELECT 0, CURRENT_TIMESTAMP(6) FROM DUAL"
            f" WHERE NOT EXISTS (SELECT * FROM {self._quoted});",
            SECONDS,
        )
        if self._role != self._source.superuser:
            session.ask(f"GRANT SELECT ON {self._quoted} TO {account(f'{self._role}@localhost')};", SECONDS)
        session.ask("SET SESSION sql_log_bin = 0;", SECONDS)
        if not self._loop():
            self._begin()

    def end(self) -> None:
        """End the loop."""
        self._shell().ask(
            f'({found(self._marked)}; n=0; while l=$(found); [ -n "$l" ] && [ $n -lt 100 ]; do'
            " kill -TERM $l 2>/dev/null || :; sleep 0.1; n=$((n + 1)); done)",
            SECONDS,
        )

    def remove(self) -> None:
        """End the loop, and take the table away where it was made here; the schema where nothing else is in it."""
        self.end()
        if self._made():
            session = self._session()
            session.ask(f"{_LOGGED} DROP TABLE IF EXISTS {self._quoted};", SECONDS)
            rest = f"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = {literal(self._schema)};"
            if session.ask(rest, SECONDS) == "0":
                session.ask(f"DROP DATABASE IF EXISTS {ident(self._schema)};", SECONDS)
            session.ask("SET SESSION sql_log_bin = 0;", SECONDS)

    @property
    def _where(self) -> str:
        return (
            "FROM information_schema.tables"
            f" WHERE table_schema = {literal(self._schema)} AND table_name = {literal(self._table)}"
        )

    @property
    def _marked(self) -> str:
        # With the socket, so that loops of other servers of one machine are told apart.
        return f"{self._name}_beat {self._source.socket}"

    def _made(self) -> bool:
        return self._session().ask(f"SELECT table_comment {self._where};", SECONDS) == f"{MADE} {self._name}"

    def _loop(self) -> list[str]:
        return self._shell().ask(f"({found(self._marked)}; found)", SECONDS).split()

    def _begin(self) -> None:
        every = f"{self._beat.every.total_seconds():g}"
        beat = f"UPDATE {self._quoted} SET n = n + 1, ts = CURRENT_TIMESTAMP(6);"
        told = (self._source.socket, beat, every, self._source.superuser, str(PAUSE), self._marked)
        words = shlex.join(["setsid", "--fork", "sh", "-c", _LOOP, "sh", *told])
        self._shell().ask(f"(cd / && {words} </dev/null >/dev/null 2>&1)", SECONDS)

    def _session(self) -> Session:
        return self._sessions.open(admin(self._source), seconds=SECONDS)

    def _shell(self) -> Session:
        return self._sessions.open(files(self._source), seconds=SECONDS)
