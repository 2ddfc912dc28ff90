"""The end of a move: what of ours stands on either side, and of the data what we brought, as a list that is run.

Slots come first: one that stays keeps WAL until its server's disk is full. The target's data comes last, and each of
its statements names the cluster and the number that the server gave a database or a role: what somebody made anew in
its place under the same name is not ours. A database that we made anew ourselves, as dump and restore do before every
copy, is known by a comment that names its number.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files, passfile
from orchestrator.adapters.movers.postgresql.prepare import COPIED, TABLES, where
from orchestrator.adapters.movers.postgresql.sql import PUBLICATION, SCHEMA, do, ident, literal, names, others, poll
from orchestrator.adapters.movers.reaching import check_reached
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.life import Side
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove, Method
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Session, Sessions

_CLUSTER = "(SELECT system_identifier::text FROM pg_control_system())"
_DATABASES = "SELECT coalesce(jsonb_object_agg(datname, oid::bigint), '{}') FROM pg_database"
_ROLES = "SELECT coalesce(jsonb_object_agg(rolname, oid::bigint), '{}') FROM pg_roles"
_SETTINGS = {"wal_retrieve_retry_interval": "500ms", "wal_receiver_status_interval": "1s"}
_DATA = frozenset({"database", "role"})  # removals that are the target's data
_LONG = 300.0  # a database of many files


def standing(move: DatabaseMove, sessions: Sessions) -> Standing:
    """Return which of the move's databases, and of the source's roles, the target has."""
    source = sessions.open(admin(move.source, "postgres"), seconds=SECONDS)
    roles = json.loads(source.ask(f"SELECT coalesce(jsonb_agg(rolname), '[]') FROM pg_roles WHERE {COPIED};", SECONDS))
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    return Standing(
        cluster=target.ask(f"SELECT {_CLUSTER};", SECONDS),
        databases=json.loads(target.ask(f"{_DATABASES} WHERE datname IN ({names(move.databases)});", SECONDS)),
        roles=json.loads(target.ask(f"{_ROLES} WHERE rolname IN ({names(roles)});", SECONDS)),
    )


def removals(move: DatabaseMove, brought: Standing | None = None) -> tuple[Removal, ...]:
    """Return everything of ours on both sides, and with `brought` the data; pure."""
    sides = ((Side.SOURCE, move.source), (Side.TARGET, move.target))
    # What follows ends before what it follows, so that nothing asks for a slot again.
    links = [
        _removal(name, side, server, text, database)
        for database in move.databases
        for name, text in (("subscriptions", _subscriptions(move)), ("slots", _slots(move, brought)))
        for side, server in (reversed(sides) if name == "subscriptions" else sides)
    ]
    own = [_removal("own", side, server, _own(move), database) for database in move.databases for side, server in sides]
    access = [
        removal
        for side, server in sides
        for removal in (
            Removal(name="access", side=side, subject=move.follower, voice=files(server), text=_access(move, server)),
            _removal("roles", side, server, _own_roles(move)),
            _removal("settings", side, server, _settings()),
        )
    ]
    return (*links, *own, *access, *(_data(move, brought) if brought else ()))


def _data(move: DatabaseMove, brought: Standing) -> Iterator[Removal]:
    ours = f"{_CLUSTER} = {literal(brought.cluster)}"
    for name, number in brought.databases.items():
        that = f"datname = {literal(name)} AND (oid = {number:d} OR {_marked(move)}) AND {ours}"
        text = f"SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE {that} \\gexec\n"
        text += f"SELECT 'left' FROM pg_database WHERE {that};"
        yield _removal("database", Side.TARGET, move.target, text, subject=name)
    for name, number in brought.roles.items():
        that = f"rolname = {literal(name)} AND oid = {number:d} AND {ours}"
        # One that something else on the target belongs to stays.
        body = f"""BEGIN IF EXISTS (SELECT FROM pg_roles WHERE {that})
THEN DROP ROLE {ident(name)}; END IF; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END"""
        text = f"{do(body)} SELECT 'left' FROM pg_roles WHERE {that};"
        yield _removal("role", Side.TARGET, move.target, text, subject=name)


def droppable(
    move: DatabaseMove, brought: Standing | None, sessions: Sessions, *, gone: Side, data: bool
) -> tuple[CheckResult, ...]:
    """Check that both sides can be asked, and that the target's data is ours and nobody has used it; changes nothing.

    Args:
        move: what moved.
        brought: what is ours of the target's data.
        sessions: to both sides.
        gone: the side that is said to be gone; one that answers all the same is not.
        data: whether the target's data is to go.
    """
    reached = check_reached(
        move.source, move.target, partial(admin, database="postgres"), sessions, seconds=SECONDS, gone=gone
    )
    checks = list(reached)
    if data and brought is None:
        checks.append(CheckResult(code="drop.recorded", status=CheckStatus.UNKNOWN, subject=move.target.name))
    elif data and brought and checks[1].status is CheckStatus.PASS:
        checks += _unused(move, brought, sessions, gone=gone)
    return tuple(checks)


def mark(move: DatabaseMove, database: str) -> str:
    """Return SQL that marks a database which is made anew as this move's."""
    made = f"format('COMMENT ON DATABASE %I IS %L', datname, {literal(_mark(move))} || oid)"
    return f"SELECT {made} FROM pg_database WHERE datname = {literal(database)} \\gexec\n;"


def unmark(move: DatabaseMove) -> str:
    """Return SQL that takes the marks away: what has opened is its users'."""
    made = "format('COMMENT ON DATABASE %I IS NULL', datname)"
    named = f"datname IN ({names(move.databases)})"
    return f"SELECT {made} FROM pg_database WHERE {named} AND {_marked(move)} \\gexec\n;"


def _mark(move: DatabaseMove) -> str:
    return f"migrate {move.name} "


def _marked(move: DatabaseMove) -> str:
    # A copy of a database, with its comment or without, has another number.
    return f"coalesce(shobj_description(oid, 'pg_database') = {literal(_mark(move))} || oid, false)"


def _unused(move: DatabaseMove, brought: Standing, sessions: Sessions, *, gone: Side) -> Iterator[CheckResult]:
    target = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
    cluster = target.ask(f"SELECT {_CLUSTER};", SECONDS)
    yield _check("drop.cluster", move.target.name, [cluster] if cluster != brought.cluster else [])
    if cluster != brought.cluster:
        return
    now = json.loads(target.ask(f"{_DATABASES} WHERE datname IN ({names(brought.databases)});", SECONDS))
    anew = json.loads(target.ask(f"{_DATABASES} WHERE {_marked(move)};", SECONDS))
    strange = [name for name, number in now.items() if number not in (brought.databases[name], anew.get(name))]
    roles = json.loads(target.ask(f"{_ROLES} WHERE rolcanlogin AND rolname IN ({names(brought.roles)});", SECONDS))
    sharing = f"SELECT coalesce(jsonb_agg(DISTINCT usename), '[]') FROM {others(now)};"
    yield _check("drop.same", move.target.name, strange)
    yield _check("drop.logins", move.target.name, sorted(roles))
    yield _check("drop.sessions", move.target.name, json.loads(target.ask(sharing, SECONDS)))
    for database in now:
        session = sessions.open(admin(move.target, database), seconds=SECONDS)
        yield _check("drop.never-open", database, _opened(session))
        dumped = move.method is Method.DUMP
        filled = _copied(move, database, sessions, gone=gone) if dumped else _followed(move, session)
        yield _check("drop.only-ours", database, _strangers(session, filled))


def _opened(session: Session) -> list[str]:
    """Return the attempts that opened this side."""
    if session.ask(f"SELECT to_regclass('{SCHEMA}.state') IS NULL;", SECONDS) == "t":
        return []
    asked = f"SELECT coalesce(jsonb_agg(n::text ORDER BY n), '[]') FROM {SCHEMA}.state WHERE what = 'open';"
    opened: list[str] = json.loads(session.ask(asked, SECONDS))
    return opened


def _followed(move: DatabaseMove, session: Session) -> set[tuple[str, str]]:
    """Return the tables that a subscription of ours fills."""
    asked = (
        "SELECT coalesce(jsonb_agg(jsonb_build_array(n.nspname, c.relname)), '[]') FROM pg_subscription_rel r"
        " JOIN pg_subscription s ON s.oid = r.srsubid JOIN pg_class c ON c.oid = r.srrelid"
        f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE s.subname ~ {_named(move)};"
    )
    return {(schema, name) for schema, name in json.loads(session.ask(asked, SECONDS))}


def _copied(move: DatabaseMove, database: str, sessions: Sessions, *, gone: Side) -> set[tuple[str, str]]:
    """Return the tables that a dump brings: the source's; none once it is gone and the copy may be all there is."""
    if gone is Side.SOURCE:
        return set()
    source = sessions.open(admin(move.source, database), seconds=SECONDS)
    return {(schema, name) for schema, name in json.loads(source.ask(TABLES, SECONDS))}


def _strangers(session: Session, filled: Collection[tuple[str, str]]) -> list[str]:
    """Return tables with rows that are not among those that the move fills."""
    return [
        f"{schema}.{name}"
        for schema, name in json.loads(session.ask(TABLES, SECONDS))
        if (schema, name) not in filled
        and session.ask(f"SELECT EXISTS (SELECT FROM ONLY {ident(schema)}.{ident(name)});", SECONDS) == "t"
    ]


def drop(listed: Sequence[Removal], sessions: Sessions) -> tuple[Removal, ...]:
    """Take away what is listed, in its order; return what stays because something else on the target belongs to it.

    What is gone already was taken away by an earlier call.
    """
    with KeptSessions(sessions) as kept:
        for removal in listed:
            if removal.name not in _DATA and _there(removal, kept):
                kept.open(removal.voice, seconds=SECONDS).ask(removal.text, _LONG)
    left = []
    with KeptSessions(sessions) as kept:  # a database with a session of ours in it cannot be dropped
        for removal in listed:
            if removal.name in _DATA:
                session = kept.open(removal.voice, seconds=SECONDS)
                session.ask("SET statement_timeout = 0;", SECONDS)
                if session.ask(removal.text, _LONG) == "left":
                    left.append(removal)
    return tuple(left)


def _there(removal: Removal, sessions: Sessions) -> bool:
    """Tell whether the database of a statement is there."""
    if removal.voice.program != "psql" or removal.voice.database == "postgres":
        return True
    session = sessions.open(replace(removal.voice, database="postgres"), seconds=SECONDS)
    asked = f"SELECT count(*) FROM pg_database WHERE datname = {literal(removal.voice.database)};"
    return session.ask(asked, SECONDS) != "0"


def _removal(
    name: str, side: Side, server: DatabaseServer, text: str, database: str = "", *, subject: str = ""
) -> Removal:
    voice = admin(server, database or "postgres")
    return Removal(name=name, side=side, subject=subject or database or server.name, voice=voice, text=text)


def _subscriptions(move: DatabaseMove) -> str:
    body = f"""DECLARE r record; BEGIN FOR r IN SELECT subname FROM pg_subscription s JOIN pg_database d
ON d.oid = s.subdbid WHERE datname = current_database() AND subname ~ {_named(move)} LOOP
EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', r.subname);
EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', r.subname);
EXECUTE format('DROP SUBSCRIPTION %I', r.subname);
END LOOP; END"""
    return do(body)


def _slots(move: DatabaseMove, brought: Standing | None) -> str:
    which = f"slot_name ~ {_named(move)}"
    if brought:  # those of a first copy, one for each table at work, carry the follower's cluster in their names
        which = f"({which} OR slot_name ~ {literal(f'^pg_[0-9]+_sync_[0-9]+_{brought.cluster}$')})"
    which = f"pg_replication_slots WHERE database = current_database() AND {which}"
    body = f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
PERFORM pg_terminate_backend(active_pid) FROM {which} AND active_pid IS NOT NULL;
{poll(f"NOT EXISTS (SELECT FROM {which} AND active)", 10, "the slot is in use")}
PERFORM pg_drop_replication_slot(slot_name) FROM {which};
END"""
    return do(body)


def _own(move: DatabaseMove) -> str:
    owned = "".join(
        f"IF EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(role)}) THEN DROP OWNED BY {ident(role)}; END IF; "
        for role in (move.follower, move.prober)
    )
    return (
        f"DROP PUBLICATION IF EXISTS {PUBLICATION}; {do(f'BEGIN {owned}END')} DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;"
    )


def _own_roles(move: DatabaseMove) -> str:
    return f"DROP ROLE IF EXISTS {ident(move.follower)}; DROP ROLE IF EXISTS {ident(move.prober)};"


def _access(move: DatabaseMove, server: DatabaseServer) -> str:
    """Take our lines out of pg_hba.conf and pg_ident.conf, and the follower's secret away, wherever they are."""
    program = shlex.quote(f"/^# migrate {move.name} begins$/,/^# migrate {move.name} ends$/d")
    secret = passfile(move, "$d")
    # Into the same file, which may be a link or have rights of its own.
    return (
        f'(set -e; q() {{ LC_ALL=C psql -XAtqw -d {shlex.quote(where(server, "postgres"))} -c "$1"; }}; '
        'd=$(q "SHOW data_directory"); h=$(q "SHOW hba_file"); i=$(q "SHOW ident_file"); '
        f'for f in "$h" "$i"; do sed {program} "$f" > "$f.migrate"; cat "$f.migrate" > "$f"; rm -f "$f.migrate"; done; '
        f'rm -f "{secret}"; q "SELECT pg_reload_conf()" > /dev/null)'
    )


def _settings() -> str:
    """Give back what `prepare` set for the whole server, unless somebody changed it or another move needs it."""
    texts = [
        f"SELECT 'ALTER SYSTEM RESET {name}' FROM pg_file_settings WHERE sourcefile ~ 'postgresql[.]auto[.]conf$'"
        f" AND name = '{name}' AND setting = '{value}'"
        " AND NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name ~ '^migrate_')"
        " AND NOT EXISTS (SELECT FROM pg_subscription WHERE subname ~ '^migrate_') \\gexec"
        for name, value in _SETTINGS.items()
    ]
    return "\n".join((*texts, "SELECT pg_reload_conf();"))


def _named(move: DatabaseMove) -> str:
    return literal(f"^migrate_{move.name}_[0-9]+_[0-9]+$")


def _check(code: str, subject: str, found: Sequence[str]) -> CheckResult:
    status = CheckStatus.FAIL if found else CheckStatus.PASS
    return CheckResult(code=code, status=status, subject=subject, values={"found": ", ".join(found[:5]) or "-"})
