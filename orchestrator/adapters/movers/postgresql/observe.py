"""Asks both sides what preflight judges; changes nothing. A question that fails leaves its fact out: unknown."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Mapping, Sequence

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.adapters.movers.postgresql.sql import LOGINS, SCHEMA, literal, names
from orchestrator.adapters.routes import pgbouncer
from orchestrator.adapters.sessions import OURS
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove
from orchestrator.ports.move import Session, Sessions

_USER = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migrate_move')"
_CLASS = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_NAME = "format('%I.%I', n.nspname, c.relname)"
# Each answers one JSON value. Of a cluster:
_CLUSTER = {
    "version": "current_setting('server_version_num')::int",
    "wal_level": "current_setting('wal_level')",
    "free_slots": "current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots)",
    "free_senders": "current_setting('max_wal_senders')::int - (SELECT count(*) FROM pg_stat_replication)",
    "free_workers": "current_setting('max_logical_replication_workers')::int"
    " - (SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL)",
    # Megabytes; below 0, or unknown to the version: a slot keeps WAL without end.
    "wal_keep_bytes": "coalesce((SELECT setting::bigint * 1048576 FROM pg_settings"
    " WHERE name = 'max_slot_wal_keep_size'), -1)",
    "prepared": "(SELECT coalesce(jsonb_agg(gid), '[]') FROM pg_prepared_xacts)",
    "superuser_applications": "(SELECT coalesce(jsonb_agg(DISTINCT host(client_addr)), '[]') FROM pg_stat_activity"
    f" WHERE usename = current_user AND client_addr IS NOT NULL AND application_name <> '{OURS}')",
    "tablespaces": "(SELECT coalesce(jsonb_agg(spcname), '[]') FROM pg_tablespace WHERE spcname !~ '^pg_')",
    "logins": LOGINS,
    "blocks": "concat_ws('/', current_setting('block_size'), current_setting('wal_block_size'),"
    " current_setting('segment_size'))",
    "checksums": "current_setting('data_checksums')",
    "locales": "(SELECT coalesce(jsonb_agg(DISTINCT l), '[]') FROM pg_database, unnest(ARRAY[datcollate, datctype]) l"
    " WHERE datallowconn)",
    "folder": "current_setting('data_directory')",
    "extensions_available": "(SELECT coalesce(jsonb_object_agg(name, v), '{}') FROM"
    " (SELECT name, jsonb_agg(version) AS v FROM pg_available_extension_versions GROUP BY name) x)",
    "collations_available": "(SELECT coalesce(jsonb_agg(DISTINCT collname), '[]') FROM pg_collation)",
}
# Of a database, as lists that are put together:
_DATABASE = {
    "large_objects": "(SELECT CASE WHEN count(*) > 0 THEN jsonb_build_array(current_database()) ELSE '[]' END"
    " FROM pg_largeobject_metadata)",
    "unlogged": f"(SELECT coalesce(jsonb_agg({_NAME}), '[]') FROM {_CLASS} WHERE c.relpersistence = 'u'"
    f" AND c.relkind = 'r' AND {_USER})",
    "keyless": f"(SELECT coalesce(jsonb_agg(jsonb_build_object('table', {_NAME}, 'identity',"
    " CASE c.relreplident WHEN 'f' THEN 'full' ELSE 'none' END, 'bytes', pg_total_relation_size(c.oid), 'changed',"
    " coalesce(s.n_tup_upd + s.n_tup_del, 0), 'generated', EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
    f" AND coalesce(to_jsonb(a) ->> 'attgenerated', '') <> ''))), '[]') FROM {_CLASS}"
    f" LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND {_USER}"
    " AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid"
    " AND ((i.indisprimary AND c.relreplident = 'd') OR (i.indisreplident AND c.relreplident = 'i'))))",
    "extensions": "(SELECT coalesce(jsonb_agg(extname || ' ' || extversion ORDER BY extname), '[]') FROM pg_extension)",
    "collations": "(SELECT coalesce(jsonb_agg(DISTINCT o.collname), '[]') FROM pg_attribute a"
    f" JOIN pg_collation o ON o.oid = a.attcollation JOIN pg_class c ON c.oid = a.attrelid"
    f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND {_USER})",
    "materialised_views": f"(SELECT coalesce(jsonb_agg({_NAME}), '[]') FROM {_CLASS} WHERE c.relkind = 'm'"
    f" AND {_USER})",
    "always_triggers": f"(SELECT coalesce(jsonb_agg({_NAME} || ' ' || t.tgname), '[]') FROM pg_trigger t"
    f" JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE t.tgenabled IN ('A', 'R') AND NOT t.tgisinternal AND {_USER})",
    "event_triggers": "(SELECT coalesce(jsonb_agg(evtname), '[]') FROM pg_event_trigger WHERE evtenabled <> 'D')",
    "foreign_servers": "(SELECT coalesce(jsonb_agg(srvname), '[]') FROM pg_foreign_server)",
    "own_replication": "(SELECT coalesce(jsonb_agg(pubname), '[]') FROM pg_publication WHERE pubname !~ '^migrate_')",
    # What a session keeps for itself is lost where sessions are shared.
    "session_features": "(SELECT coalesce(jsonb_agg(DISTINCT what), '[]') FROM (SELECT 'advisory lock' AS what"
    " FROM pg_locks WHERE locktype = 'advisory' UNION SELECT 'LISTEN' FROM pg_stat_activity"
    " WHERE datname = current_database() AND query ~* '^\\s*(un)?listen\\M' UNION SELECT 'temporary table'"
    " FROM pg_class WHERE relpersistence = 't' AND relkind = 'r') x)",
    "scheduled_jobs": "(SELECT coalesce(jsonb_agg(extname), '[]') FROM pg_extension"
    " WHERE extname IN ('pg_cron', 'pgagent', 'pg_timetable'))",
}
_HOLDS = (
    f"SELECT EXISTS (SELECT FROM {_CLASS} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {_USER} AND NOT"
    " EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))"
    " OR EXISTS (SELECT FROM pg_largeobject_metadata)"
    f" OR EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_USER} AND NOT"
    " EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'));"
)
_MEASURE = 1.0  # seconds over which the WAL's growth is measured


def observe(move: DatabaseMove, sessions: Sessions) -> tuple[dict[str, object], dict[str, object]]:
    """Return the facts of the source, with the pooler's, and of the target."""
    source = cluster_facts(move.source, sessions)
    for database in move.databases:
        session = sessions.open(admin(move.source, database), seconds=SECONDS)
        for name, found in _facts(session, _DATABASE).items():
            before = source.get(name, [])
            source[name] = [*(before if isinstance(before, list) else []), *(found if isinstance(found, list) else [])]
        _put(source, session, "direct_clients", _direct(move))
    source["unroutable"] = [name for name in move.databases if not pgbouncer.routable(name)]
    source.update(_pooler(move, sessions))
    source["other_databases"] = [name for name in holding(move.source, sessions) if name not in move.databases]
    session = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    which = f"FROM pg_database WHERE datname IN ({names(move.databases)})"
    _put(source, session, "database_bytes", f"(SELECT coalesce(sum(pg_database_size(datname)), 0) {which})")
    _put_wal(source, session)
    target = cluster_facts(move.target, sessions)
    target["occupied"] = _occupied(move, sessions)
    target["holding"] = holding(move.target, sessions, move.databases)
    return source, target


def holding(server: DatabaseServer, sessions: Sessions, ours: Sequence[str] = ()) -> list[str]:
    """Return a cluster's databases that hold anything, `template1` too; not those of `ours` that have our schema.

    A database that lets nobody in cannot be looked into, so it is told.
    """
    session = sessions.open(admin(server, "postgres"), seconds=SECONDS)
    asked = (
        "SELECT coalesce(jsonb_agg(jsonb_build_array(datname, datallowconn) ORDER BY datname), '[]') FROM pg_database"
    )
    found = json.loads(session.ask(f"{asked} WHERE datname <> 'template0';", SECONDS))
    return [name for name, open_ in found if not open_ or _holds(server, name, sessions, copied=name in ours)]


def _holds(server: DatabaseServer, database: str, sessions: Sessions, *, copied: bool) -> bool:
    session = sessions.open(admin(server, database), seconds=SECONDS)
    if copied and session.ask(f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}';", SECONDS) != "0":
        return False
    return session.ask(_HOLDS, SECONDS) == "t"


def _occupied(move: DatabaseMove, sessions: Sessions) -> list[str]:
    """Return the move's databases that hold tables of somebody else on the target; what is ours has our schema."""
    session = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    which = f"FROM pg_database WHERE datname IN ({names(move.databases)})"
    found = json.loads(session.ask(f"SELECT coalesce(jsonb_agg(datname ORDER BY datname), '[]') {which};", SECONDS))
    asked = (
        f"SELECT EXISTS (SELECT FROM {_CLASS} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {_USER} AND NOT"
        " EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))"
        f" AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{SCHEMA}');"
    )
    return [
        database
        for database in found
        if sessions.open(admin(move.target, database), seconds=SECONDS).ask(asked, SECONDS) == "t"
    ]


def _direct(move: DatabaseMove) -> str:
    return (
        "(SELECT coalesce(jsonb_agg(DISTINCT usename || '@' || host(client_addr)), '[]') FROM pg_stat_activity"
        f" WHERE datname = current_database() AND backend_type = 'client backend' AND client_addr IS NOT NULL"
        f" AND host(client_addr) <> {literal(move.pooler.reach.address)})"
    )


def cluster_facts(server: DatabaseServer, sessions: Sessions) -> dict[str, object]:
    """Return what a running cluster and its machine answer."""
    session = sessions.open(admin(server, "postgres"), seconds=SECONDS)
    facts = _facts(session, _CLUSTER)
    shell = sessions.open(files(server), seconds=SECONDS)
    return {**facts, **machine_facts(shell, session.ask("SHOW data_directory;", SECONDS))}


def machine_facts(shell: Session, folder: str) -> dict[str, object]:
    """Return what a machine answers, with the room on the disk of a folder."""
    facts: dict[str, object] = {}
    free = 'NR == 2 { printf "%d", $4 * 1024; n = 1 } END { exit !n }'  # what is not there has no answer
    for name, text in {
        "architecture": "uname -m",
        "glibc": "ldd --version 2>/dev/null | sed -n '1s/.* //p'",
        "locales_available": "locale -a",
        "free_bytes": f"df -Pk {shlex.quote(folder)} 2>&1 | awk {shlex.quote(free)}",
    }.items():
        try:
            said = shell.ask(text, SECONDS)
        except MigrateError:
            continue
        facts[name] = said.split() if name == "locales_available" else int(said) if name == "free_bytes" else said
    return facts


def _facts(session: Session, questions: Mapping[str, str]) -> dict[str, object]:
    facts: dict[str, object] = {}
    for name, expression in questions.items():
        _put(facts, session, name, expression)
    return facts


def _put(facts: dict[str, object], session: Session, name: str, expression: str) -> None:
    try:
        facts[name] = json.loads(session.ask(f"SELECT to_jsonb({expression});", SECONDS))
    except MigrateError as error:
        if error.code != "session.error":
            raise


def _put_wal(facts: dict[str, object], session: Session) -> None:
    position = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0');"
    try:
        before, began = int(session.ask(position, SECONDS)), time.monotonic()
        time.sleep(_MEASURE)
        grown = int(session.ask(position, SECONDS)) - before
    except MigrateError:
        return
    facts["wal_bytes_hour"] = int(grown / (time.monotonic() - began) * 3600)


def _pooler(move: DatabaseMove, sessions: Sessions) -> dict[str, object]:
    try:
        session = sessions.open(pgbouncer.voices(move.pooler)[0], seconds=SECONDS)
        rows = [line.split("|") for line in session.ask("SHOW CONFIG;", SECONDS).splitlines()]
    except MigrateError:
        return {}
    return {name: value for name, value, *_ in rows if name == "pool_mode"}
