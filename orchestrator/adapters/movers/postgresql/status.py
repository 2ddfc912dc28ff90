"""How far a copy is, and whether a frozen section may begin now."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.sql import literal
from orchestrator.model.move import DatabaseMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Progress, Sessions, TableProgress

_STATES = {"i": "waiting", "d": "copying", "f": "copying", "s": "following", "r": "following"}
_LOOKS, _BETWEEN = 3, 0.05
# pg_stat_replication has no `reply_time` before 12; read through JSON it is then simply missing.
LOOK = """SELECT jsonb_build_object(
 'lag', (SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FROM pg_stat_replication r
   WHERE application_name ~ {ours} AND state = 'streaming'
   AND coalesce((to_jsonb(r) ->> 'reply_time')::timestamptz, now()) > now() - interval '3 s'),
 'seconds', (SELECT extract(epoch FROM max(coalesce(replay_lag, '0'))) FROM pg_stat_replication
   WHERE application_name ~ {ours} AND state = 'streaming'),
 'links', (SELECT count(*) FROM pg_stat_replication WHERE application_name ~ {ours} AND state = 'streaming'),
 'retained', (SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)
   FROM pg_replication_slots WHERE slot_name ~ {ours}),
 'oldest', (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity
   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()),
 'prepared', (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()));"""
_TABLES = """SELECT coalesce(jsonb_agg(jsonb_build_object('table', format('%I.%I', n.nspname, c.relname),
 'state', r.srsubstate, 'bytes', pg_total_relation_size(c.oid)) ORDER BY 1), '[]') FROM pg_subscription_rel r
 JOIN pg_subscription s ON s.oid = r.srsubid JOIN pg_class c ON c.oid = r.srrelid
 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE s.subname ~ {ours} AND s.subenabled;"""
_SIZES = """SELECT coalesce(jsonb_object_agg(format('%I.%I', n.nspname, c.relname), pg_total_relation_size(c.oid)),
 '{}') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r';"""


def progress(move: DatabaseMove, sessions: Sessions, *, back: bool) -> Progress:
    """Tell how far the copy is, of all databases together."""
    leaving, opening = move.ends(back=back)
    tables: list[TableProgress] = []
    seen = []
    for database in move.databases:
        a = sessions.open(admin(leaving, database), seconds=SECONDS)
        b = sessions.open(admin(opening, database), seconds=SECONDS)
        try:
            seen.append(json.loads(a.ask(LOOK.format(ours=ours(move)), SECONDS)))
            sizes = json.loads(a.ask(_SIZES, SECONDS))
            rows = json.loads(b.ask(_TABLES.format(ours=ours(move)), SECONDS))
            tables += [_table(database, row, sizes) for row in rows]
        finally:
            a.close()
            b.close()
    lags = [look["lag"] for look in seen]
    return Progress(
        tables=tuple(tables),
        streaming=bool(tables) and None not in lags,
        lag_bytes=None if None in lags else int(max(lags)),
        oldest_transaction=max(float(look["oldest"]) for look in seen),
        prepared=sum(look["prepared"] for look in seen),
        retained_bytes=int(max(look["retained"] for look in seen)),
        lag_seconds=None if None in lags else max(float(look["seconds"]) for look in seen),
    )


def _table(database: str, row: Mapping[str, str], sizes: Mapping[str, int]) -> TableProgress:
    state = _STATES.get(row["state"], "waiting")
    whole = int(sizes.get(row["table"], row["bytes"]))
    # A copy's file may be larger than the original's; done is done.
    done = whole if state == "following" else min(int(row["bytes"]), whole)
    return TableProgress(database=database, table=row["table"], state=state, bytes_done=done, bytes_all=whole)


def gate(move: DatabaseMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Check, three times in a row, that the follower is close and that nothing runs which would be waited for."""
    found = progress(move, sessions, back=back)
    limits = move.limits
    copying = [table.table for table in found.tables if table.state != "following"]
    checks = [
        CheckResult.of(
            "move.gate.copied", found.tables and not copying, count=len(copying), tables=", ".join(copying[:5])
        ),
        CheckResult.of("move.gate.prepared", found.prepared == 0, count=found.prepared),
    ]
    lag, oldest = looks(move, sessions, back=back)
    seconds = limits.transaction.total_seconds()
    checks.append(
        CheckResult.of("move.gate.transaction", oldest <= seconds, seconds=f"{oldest:.1f}", limit=f"{seconds:.0f}")
    )
    if lag is None:
        checks.append(CheckResult(code="move.gate.following", status=CheckStatus.FAIL))
    else:
        checks.append(CheckResult.of("move.gate.lag", lag <= limits.lag_bytes, bytes=lag, limit=limits.lag_bytes))
    return tuple(checks)


def looks(move: DatabaseMove, sessions: Sessions, *, back: bool) -> tuple[int | None, float]:
    """Return the largest lag and the oldest transaction of several looks; a lag of None: not following."""
    leaving, _ = move.ends(back=back)
    opened = [sessions.open(admin(leaving, name), seconds=SECONDS) for name in move.databases]
    lag, oldest = 0, 0.0
    try:
        for _ in range(_LOOKS):
            for session in opened:
                look = json.loads(session.ask(LOOK.format(ours=ours(move)), SECONDS))
                oldest = max(oldest, float(look["oldest"]))
                if look["lag"] is None:
                    return None, oldest
                lag = max(lag, int(look["lag"]))
            time.sleep(_BETWEEN)
    finally:
        for session in opened:
            session.close()
    return lag, oldest


def ours(move: DatabaseMove) -> str:
    """Return the pattern, quoted, of our links' names."""
    return literal(f"^migrate_{move.name}_[0-9]+_[0-9]+$")
