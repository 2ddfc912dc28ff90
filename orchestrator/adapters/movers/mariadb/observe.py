"""Asks both sides what preflight judges; changes nothing. A question that fails leaves its fact out: unknown."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Mapping

from orchestrator.adapters.movers.mariadb.access import accounts
from orchestrator.adapters.movers.mariadb.sql import PROBER, SECONDS, account, admin, files, names, user_schemas
from orchestrator.adapters.routes import haproxy
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove
from orchestrator.ports.move import Session, Sessions

_TEXT = "COALESCE(JSON_ARRAYAGG(x), '[]')"
# Each answers one JSON value. Of either side:
_SERVER = {
    **{
        name: f"JSON_QUOTE(CAST(@@GLOBAL.{name} AS CHAR))"
        for name in (
            "version",
            "binlog_format",
            "binlog_row_image",
            "sql_mode",
            "character_set_server",
            "time_zone",
            "event_scheduler",
            "have_ssl",
        )
    },
    **{
        name: f"@@GLOBAL.{name} + 0"
        for name in (
            "log_bin",
            "log_slave_updates",
            "server_id",
            "gtid_domain_id",
            "gtid_strict_mode",
            "read_only",
            "lower_case_table_names",
        )
    },
    "domains": f"(SELECT {_TEXT} FROM (SELECT DISTINCT SUBSTRING_INDEX(SUBSTRING_INDEX(@@GLOBAL.gtid_binlog_pos, ',',"
    " seq), '-', 1) AS x FROM (SELECT 1 AS seq UNION SELECT 2 UNION SELECT 3) s"
    " WHERE @@GLOBAL.gtid_binlog_pos <> '') d)",
    "schemas": f"(SELECT COALESCE(JSON_ARRAYAGG(schema_name), '[]') FROM information_schema.schemata"
    f" WHERE {user_schemas('schema_name')})",
    "replicates_from": "(SELECT COALESCE(JSON_ARRAYAGG(host), '[]') FROM information_schema.processlist"
    " WHERE command = 'Slave_IO' AND user = 'system user')",
    "time_zones": "(SELECT COUNT(*) FROM mysql.time_zone_name)",
    "prober_taken": f"(SELECT COALESCE(JSON_ARRAYAGG(CONCAT(user, '@', host)), '[]') FROM mysql.global_priv"
    f" WHERE user = '{PROBER}' AND host = 'localhost' AND JSON_VALUE(priv, '$.plugin') <> 'unix_socket')",
}
_TABLE = "CONCAT(t.table_schema, '.', t.table_name)"
_OF = f"FROM information_schema.tables t WHERE t.table_type = 'BASE TABLE' AND {user_schemas('t.table_schema')}"
# Of the source:
_SOURCE = {
    "not_transactional": f"(SELECT COALESCE(JSON_ARRAYAGG(CONCAT({_TABLE}, ' ', t.engine)), '[]') {_OF}"
    " AND t.engine <> 'InnoDB')",
    "keyless": f"(SELECT COALESCE(JSON_ARRAYAGG({_TABLE}), '[]') {_OF} AND NOT EXISTS (SELECT 1 FROM"
    " information_schema.statistics s WHERE s.table_schema = t.table_schema AND s.table_name = t.table_name"
    " AND s.non_unique = 0))",
    "old_charset": f"(SELECT COALESCE(JSON_ARRAYAGG({_TABLE}), '[]') {_OF}"
    " AND (t.table_collation LIKE 'utf8mb3%' OR t.table_collation LIKE 'utf8\\_%'))",
    "short_rows": f"(SELECT COALESCE(JSON_ARRAYAGG({_TABLE}), '[]') {_OF}"
    " AND t.row_format IN ('Compact', 'Redundant'))",
    "events": f"(SELECT COALESCE(JSON_ARRAYAGG(CONCAT(event_schema, '.', event_name)), '[]') FROM"
    f" information_schema.events WHERE {user_schemas('event_schema')})",
    "absent_definers": f"""(SELECT COALESCE(JSON_ARRAYAGG(x), '[]') FROM (
 SELECT CONCAT(trigger_schema, '.', trigger_name, ' ', definer) AS x, definer FROM information_schema.triggers
 WHERE {user_schemas("trigger_schema")} UNION SELECT CONCAT(routine_schema, '.', routine_name, ' ', definer), definer
 FROM information_schema.routines WHERE {user_schemas("routine_schema")} UNION
 SELECT CONCAT(table_schema, '.', table_name, ' ', definer), definer FROM information_schema.views
 WHERE {user_schemas("table_schema")} UNION SELECT CONCAT(event_schema, '.', event_name, ' ', definer), definer
 FROM information_schema.events WHERE {user_schemas("event_schema")}) d WHERE NOT EXISTS (SELECT 1 FROM
 mysql.global_priv p WHERE CONCAT(p.user, '@', p.host) = d.definer OR CONCAT(p.user, '@') = d.definer))""",
    "old_secrets": "(SELECT COALESCE(JSON_ARRAYAGG(CONCAT(user, '@', host)), '[]') FROM mysql.global_priv WHERE"
    " COALESCE(JSON_VALUE(priv, '$.plugin'), '') IN ('mysql_old_password') OR (JSON_VALUE(priv, '$.plugin') ="
    " 'mysql_native_password' AND LENGTH(JSON_VALUE(priv, '$.authentication_string')) = 16))",
    "zero_dates": f"""(SELECT COALESCE(JSON_ARRAYAGG(CONCAT(table_schema, '.', table_name, '.', column_name)), '[]')
 FROM information_schema.columns WHERE column_default IN ('''0000-00-00''', '''0000-00-00 00:00:00''')
 AND {user_schemas("table_schema")})""",
}
# Of the target: schemas that hold something, or are called as one that comes (a copy would keep its character set).
# Another empty one, such as a role has made, is in nobody's way.
_FILLED = f"""(SELECT COALESCE(JSON_ARRAYAGG(s), '[]') FROM (SELECT table_schema AS s FROM information_schema.tables
 UNION SELECT routine_schema FROM information_schema.routines UNION SELECT event_schema FROM information_schema.events
 UNION SELECT schema_name FROM information_schema.schemata WHERE schema_name IN ({{named}})) f
 WHERE {user_schemas("s")})"""
_MEASURE = 1.0  # seconds over which the log's growth is measured


def observe(move: MariaMove, sessions: Sessions) -> tuple[dict[str, object], dict[str, object]]:
    """Return the facts of the source, with the proxy's, and of the target."""
    source, session = _server(move.source, sessions)
    for name, expression in _SOURCE.items():
        _put(source, session, name, expression)
    _put_accounts(source, move, session)
    source["prepared"] = session.ask("XA RECOVER;", SECONDS).splitlines()
    which = f"FROM information_schema.tables WHERE table_schema IN ({names(move.databases)})"
    _put(
        source, session, "database_bytes", f"(SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS INT) {which})"
    )
    direct = (
        "(SELECT COALESCE(JSON_ARRAYAGG(DISTINCT CONCAT(user, '@', SUBSTRING_INDEX(host, ':', 1))), '[]')"
        " FROM information_schema.processlist WHERE command NOT IN ('Daemon', 'Binlog Dump') AND host NOT IN"
        f" ('localhost', '') AND SUBSTRING_INDEX(host, ':', 1) <> {names([move.proxy.reach.address])})"
    )
    _put(source, session, "direct_clients", direct)
    _put_log(source, session)
    source["undeclared"] = sorted(set(_listed(source, "schemas")) - set(move.databases))
    source["absent"] = sorted(set(move.databases) - set(_listed(source, "schemas")))
    source.update(_proxy(move, sessions))
    target, session = _server(move.target, sessions)
    _put(target, session, "filled", _FILLED.format(named=names(move.databases)))
    return source, target


def _server(server: DatabaseServer, sessions: Sessions) -> tuple[dict[str, object], Session]:
    session = sessions.open(admin(server), seconds=SECONDS)
    facts: dict[str, object] = {}
    for name, expression in _SERVER.items():
        _put(facts, session, name, expression)
    shell = sessions.open(files(server), seconds=SECONDS)
    data = shlex.quote(session.ask("SELECT @@GLOBAL.datadir;", SECONDS))
    try:
        facts["free_bytes"] = int(shell.ask(f"df -Pk {data} | awk 'NR == 2 {{ printf \"%d\", $4 * 1024 }}'", SECONDS))
        clients = "for p in mariadb-dump mysqldump; do command -v $p && break; done | wc -l"
        facts["dump_client"] = shell.ask(clients, SECONDS) != "0"
    except (MigrateError, ValueError):
        pass
    return facts, session


def _put(facts: dict[str, object], session: Session, name: str, expression: str) -> None:
    try:
        facts[name] = json.loads(session.ask(f"SELECT {expression};", SECONDS))
    except MigrateError as error:
        if error.code != "session.error":
            raise


def _put_accounts(facts: dict[str, object], move: MariaMove, session: Session) -> None:
    try:
        users, _ = accounts(move, move.source, session)
        facts["accounts"] = users
        facts["unnamable"] = [user for user in users if not user.isprintable()]
        # Rights that read_only does not bind; the fence locks every account besides.
        facts["unbound"] = [
            user
            for user in users
            if user.isprintable() and _unbound(session.ask(f"SHOW GRANTS FOR {account(user)};", SECONDS))
        ]
    except MigrateError as error:
        if error.code != "session.error":
            raise


def _unbound(grants: str) -> bool:
    rights = [line.partition(" ON *.* ")[0] for line in grants.splitlines() if " ON *.* " in line]
    return any(
        word in right for right in rights for word in ("ALL PRIVILEGES", "SUPER", "READ ONLY ADMIN", "READ_ONLY")
    )


def _put_log(facts: dict[str, object], session: Session) -> None:
    position = "SELECT COALESCE(SUM(variable_value), 0) FROM information_schema.global_status"
    position += " WHERE variable_name = 'BINLOG_BYTES_WRITTEN';"
    try:
        before, began = float(session.ask(position, SECONDS)), time.monotonic()
        time.sleep(_MEASURE)
        grown = float(session.ask(position, SECONDS)) - before
    except MigrateError:
        return
    facts["log_bytes_hour"] = int(grown / (time.monotonic() - began) * 3600)


def _proxy(move: MariaMove, sessions: Sessions) -> dict[str, object]:
    try:
        found = haproxy.observed(move.proxy, move.target.address, move.target.data_port, sessions)
    except (MigrateError, ValueError):
        return {}
    return {"proxy_declared": str(move.proxy.maxconn), **found}


def _listed(facts: Mapping[str, object], name: str) -> list[str]:
    value = facts.get(name, [])
    return [str(each) for each in value] if isinstance(value, list) else []
