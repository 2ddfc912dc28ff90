"""How far a copy is, and whether a frozen section may begin now."""

from __future__ import annotations

import json
import time

from orchestrator.adapters.movers.mariadb.sql import SCHEMA, SECONDS, admin, literal, user_schemas
from orchestrator.model.move import MariaMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Progress, Session, Sessions, TableProgress

_LOOKS, _BETWEEN = 3, 0.05
_BEHIND = 10  # transactions with which a frozen section may begin
_TABLES = f"""SELECT COALESCE(JSON_ARRAYAGG(JSON_ARRAY(table_schema, table_name,
 COALESCE(data_length, 0) + COALESCE(index_length, 0))), '[]') FROM information_schema.tables
 WHERE table_type = 'BASE TABLE' AND {user_schemas("table_schema")};"""
# Its own clock is the server's time zone, whatever the session's is.
_OLDEST = """SET STATEMENT time_zone = 'SYSTEM' FOR SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, trx_started,
 SYSDATE(6))) / 1000000, 0) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> CONNECTION_ID();"""
_IO, _SQL, _ERRNO, _ERROR = 12, 13, 20, 21  # columns of SHOW ALL SLAVES STATUS since 10.0


def follows(move: MariaMove, session: Session) -> tuple[bool, str] | None:
    """Return whether our connection of a side runs and the error that stopped it; None where there is none."""
    for line in session.ask("SHOW ALL SLAVES STATUS;", SECONDS).splitlines():
        columns = line.split("\t")
        if columns[0] == move.follower and len(columns) > _SQL:
            error = f"{columns[_ERRNO]} {columns[_ERROR]}" if len(columns) > _ERROR else ""
            return (columns[_IO], columns[_SQL]) == ("Yes", "Yes"), "" if error.startswith("0") else error
    return None


def progress(move: MariaMove, sessions: Sessions, *, back: bool) -> Progress:
    """Tell how far the copy is."""
    leaving, opening = move.ends(back=back)
    a, b = (sessions.open(admin(server), seconds=SECONDS) for server in (leaving, opening))
    there = {(schema, name): size for schema, name, size in json.loads(b.ask(_TABLES, SECONDS))}
    found = follows(move, b)
    running, error = found or (False, "")
    tables = []
    for schema, name, size in json.loads(a.ask(_TABLES, SECONDS)):
        state = "following" if running else "copying" if (schema, name) in there else "waiting"
        done = size if running else min(size, there.get((schema, name), 0))
        tables.append(
            TableProgress(database=schema, table=name, state=state, bytes_done=int(done), bytes_all=int(size))
        )
    return Progress(
        tables=tuple(tables),
        streaming=running,
        lag_bytes=0 if running and _behind(a, b) == 0 else None,
        oldest_transaction=_oldest(a),
        prepared=_prepared(a),
        errors=(error,) if error else (),
    )


def gate(move: MariaMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Check, several times in a row, that the follower is close and that nothing runs which would be waited for."""
    leaving, opening = move.ends(back=back)
    a, b = (sessions.open(admin(server), seconds=SECONDS) for server in (leaving, opening))
    found = follows(move, b)
    if found is None or not found[0]:
        return (CheckResult.of("move.gate.following", False),)
    prepared = _prepared(a)
    behind, oldest = 0, 0.0
    for _ in range(_LOOKS):
        behind, oldest = max(behind, _behind(a, b)), max(oldest, _oldest(a))
        time.sleep(_BETWEEN)
    seconds = move.limits.transaction.total_seconds()
    return (
        CheckResult.of("move.gate.following", _arrives(a, b, move.limits.catch_up.total_seconds())),
        CheckResult.of("move.gate.prepared", prepared == 0, count=prepared),
        CheckResult.of("move.gate.transaction", oldest <= seconds, seconds=f"{oldest:.1f}", limit=f"{seconds:.0f}"),
        CheckResult.of("move.gate.behind", behind <= _BEHIND, count=behind, limit=_BEHIND),
    )


def _arrives(a: Session, b: Session, seconds: float) -> bool:
    """Tell whether what is written here comes there: a line that was lost looks healthy for most of a minute."""
    a.ask(
        f"SET SESSION sql_log_bin = 1; REPLACE INTO {SCHEMA}.marker (n) VALUES (0); SET SESSION sql_log_bin = 0;",
        SECONDS,
    )
    position = a.ask("SELECT @@GLOBAL.gtid_binlog_pos;", SECONDS)
    return b.ask(f"SELECT MASTER_GTID_WAIT({literal(position)}, {seconds});", SECONDS + seconds) == "0"


def _behind(a: Session, b: Session) -> int:
    """Return the transactions that one side has logged and the other not yet applied; one domain."""
    there = _number(b.ask("SELECT @@GLOBAL.gtid_slave_pos;", SECONDS))  # asked first: it can only be further by now
    return max(0, _number(a.ask("SELECT @@GLOBAL.gtid_binlog_pos;", SECONDS)) - there)


def _number(position: str) -> int:
    return int(position.rpartition("-")[2] or 0)


def _oldest(session: Session) -> float:
    return float(session.ask(_OLDEST, SECONDS))


def _prepared(session: Session) -> int:
    return len(session.ask("XA RECOVER;", SECONDS).splitlines())
