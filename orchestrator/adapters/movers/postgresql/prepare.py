"""Makes the target ready and lets it follow: roles with their stored secrets, schema, publication, subscription."""

from __future__ import annotations

import json
import shlex

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, connection, ensure_access, files
from orchestrator.adapters.movers.postgresql.sql import OWN_TABLES, PUBLICATION, SCHEMA, do, ident, literal
from orchestrator.adapters.sessions import conninfo
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove
from orchestrator.ports.move import Session, Sessions

_LONG = 3600.0  # a schema of many thousand tables
# Who is copied: everybody but the cluster's own, the superuser of the session and ours.
COPIED = "rolname !~ '^pg_' AND rolname <> current_user AND rolname !~ '^migrate_.*_(follow|probe)$'"
_ROLES = f"""SELECT coalesce(jsonb_agg(jsonb_build_object('name', rolname, 'secret', rolpassword,
  'options', concat_ws(' ',
  CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
  CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
  CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
  CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
  CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, 'CONNECTION LIMIT ' || rolconnlimit))
  ORDER BY rolname), '[]') FROM pg_authid WHERE {COPIED};"""
_MEMBERS = """SELECT coalesce(jsonb_agg(jsonb_build_array(r.rolname, m.rolname)), '[]')
  FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
  WHERE m.rolname !~ '^(pg_|migrate_)' AND r.rolname !~ '^migrate_';"""
# Ordinary tables that can be published; partitions are, their roots are not copied by themselves.
TABLES = f"""SELECT coalesce(jsonb_agg(jsonb_build_array(n.nspname, c.relname) ORDER BY 1), '[]')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence = 'p'
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{SCHEMA}')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');"""


def ensure_prepared(move: DatabaseMove, sessions: Sessions) -> None:
    """Make roles, databases and schema on the target and what replication needs on both sides."""
    ensure_roles(move, sessions)
    ensure_databases(move, sessions)
    ensure_access(move, sessions)
    for database in move.databases:
        _ensure_source(move, sessions, database)
        _ensure_schema(move, sessions, database)
        _ensure_target(move, sessions, database)
    for server in (move.source, move.target):
        session = sessions.open(admin(server, "postgres"), seconds=SECONDS)
        try:
            # The default starts an apply worker up to 5 s after it is wanted: the whole of a frozen section.
            session.ask("ALTER SYSTEM SET wal_retrieve_retry_interval = '500ms';", SECONDS)
            # The default lets a follower that has nothing to say be silent for 10 s; the gate wants to hear of it.
            session.ask("ALTER SYSTEM SET wal_receiver_status_interval = '1s';", SECONDS)
            session.ask("SELECT pg_reload_conf();", SECONDS)
        finally:
            session.close()


def ensure_seeding(move: DatabaseMove, sessions: Sessions) -> None:
    """Subscribe the target to the source; the first copy and all that follows goes on by itself."""
    for database in move.databases:
        session = sessions.open(admin(move.target, database), seconds=SECONDS)
        try:
            link = move.link(0, database)
            if session.ask(f"SELECT count(*) FROM pg_subscription WHERE subname = {literal(link)};", SECONDS) == "0":
                data = session.ask("SHOW data_directory;", SECONDS)
                told = literal(connection(move, move.source, database, data))
                text = f"CREATE SUBSCRIPTION {ident(link)} CONNECTION {told} PUBLICATION {PUBLICATION};"
                session.ask(text, SECONDS)
        finally:
            session.close()


def ensure_roles(move: DatabaseMove, sessions: Sessions) -> None:
    """Make the source's roles on the target, with their stored secrets and memberships; none may log in yet."""
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    try:
        roles = json.loads(source.ask(_ROLES, SECONDS))
        body = "BEGIN\n"
        for role in roles:
            name = role["name"]
            body += (
                f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(name)})"
                f" THEN CREATE ROLE {ident(name)} NOLOGIN; END IF;\n"
            )
            secret = f" PASSWORD {literal(role['secret'])}" if role["secret"] else ""
            # Nobody may log in on a side that is not open; the opening transaction allows it.
            body += f"ALTER ROLE {ident(name)} {role['options']}{secret};\n"
        for group, member in json.loads(source.ask(_MEMBERS, SECONDS)):
            body += f"GRANT {ident(group)} TO {ident(member)};\n"
        target.ask(do(body + "END"), SECONDS)
    finally:
        source.close()
        target.close()


def ensure_databases(move: DatabaseMove, sessions: Sessions) -> None:
    """Make the databases on the target that are not there, as the source has them."""
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    try:
        for database in move.databases:
            where = f"FROM pg_database d WHERE datname = {literal(database)};"
            if target.ask(f"SELECT count(*) {where}", SECONDS) != "0":
                continue
            told = json.loads(
                source.ask(
                    "SELECT jsonb_build_object('owner', pg_get_userbyid(datdba), 'encoding',"
                    f" pg_encoding_to_char(encoding), 'collate', datcollate, 'ctype', datctype) {where}",
                    SECONDS,
                )
            )
            target.ask(
                f"CREATE DATABASE {ident(database)} OWNER {ident(told['owner'])} TEMPLATE template0"
                f" ENCODING {literal(told['encoding'])} LC_COLLATE {literal(told['collate'])}"
                f" LC_CTYPE {literal(told['ctype'])};",
                SECONDS,
            )
    finally:
        source.close()
        target.close()


def _ensure_source(move: DatabaseMove, sessions: Sessions, database: str) -> None:
    session = sessions.open(admin(move.source, database), seconds=SECONDS)
    try:
        session.ask(OWN_TABLES, SECONDS)
        grant_own(move, session)
        tables = json.loads(session.ask(TABLES, SECONDS))
        grants = "BEGIN\n"
        for schema in sorted({schema for schema, _ in tables} | {SCHEMA}):
            grants += f"GRANT USAGE ON SCHEMA {ident(schema)} TO {ident(move.follower)};\n"
            for kind in ("TABLES", "SEQUENCES"):
                grants += f"GRANT SELECT ON ALL {kind} IN SCHEMA {ident(schema)} TO {ident(move.follower)};\n"
        session.ask(do(grants + "END"), SECONDS)
        publish(session, tables)
    finally:
        session.close()


def publish(session: Session, tables: list[list[str]]) -> None:
    """Publish the tables and ours; never the decisions, which each side keeps for itself."""
    told = ", ".join(f"{ident(schema)}.{ident(name)}" for schema, name in tables)
    listed = ", ".join(filter(None, (told, f"{SCHEMA}.marker", f"{SCHEMA}.probe")))
    exists = session.ask(f"SELECT count(*) FROM pg_publication WHERE pubname = '{PUBLICATION}';", SECONDS)
    text = "CREATE PUBLICATION {} FOR TABLE {};" if exists == "0" else "ALTER PUBLICATION {} SET TABLE {};"
    session.ask(text.format(PUBLICATION, listed), SECONDS)


def grant_own(move: DatabaseMove, session: Session) -> None:
    """Let the application's roles write to our probe, and ours be any of them."""
    for role in (*move.roles, move.prober):
        session.ask(
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ident(role)}; GRANT SELECT, INSERT ON {SCHEMA}.probe TO {ident(role)};"
            f" GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {ident(role)};",
            SECONDS,
        )
    if move.roles:
        session.ask(f"GRANT {', '.join(map(ident, move.roles))} TO {ident(move.prober)};", SECONDS)


def _ensure_schema(move: DatabaseMove, sessions: Sessions, database: str) -> None:
    """Load the source's schema by the target's pg_dump, the newer one; all of it or nothing."""
    session = sessions.open(admin(move.target, database), seconds=SECONDS)
    try:
        if session.ask(f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}';", SECONDS) != "0":
            return
        data = session.ask("SHOW data_directory;", SECONDS)
    finally:
        session.close()
    told = shlex.quote(connection(move, move.source, database, data))
    own = shlex.quote(where(move.target, database))
    shell = sessions.open(files(move.target), seconds=SECONDS)
    try:
        shell.ask(
            "d=$(mktemp -d) && LC_ALL=C pg_dump --schema-only --no-publications --no-subscriptions"
            f' --exclude-schema={SCHEMA} -f "$d/schema" -d {told} 2>&1'
            f' && printf %s {shlex.quote(OWN_TABLES)} >> "$d/schema"'
            f' && LC_ALL=C psql -XAtqw -v ON_ERROR_STOP=1 -1 -f "$d/schema" -d {own} >/dev/null'
            ' ; s=$?; rm -rf "$d"; (exit $s)',
            _LONG,
        )
    finally:
        shell.close()


def where(server: DatabaseServer, database: str) -> str:
    """Return how a server's own user connects to it on its machine."""
    told = {"host": server.socket, "port": str(server.data_port), "user": server.superuser, "dbname": database}
    return " ".join(f"{name}={conninfo(value)}" for name, value in told.items())


def _ensure_target(move: DatabaseMove, sessions: Sessions, database: str) -> None:
    session = sessions.open(admin(move.target, database), seconds=SECONDS)
    try:
        grant_own(move, session)
        session.ask(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ident(move.follower)};", SECONDS)
        session.ask(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {ident(move.follower)};", SECONDS)
        publish(session, json.loads(session.ask(TABLES, SECONDS)))
    finally:
        session.close()
