"""Quoting, and the statements that several modules say. A name from a source is data: it is quoted here or nowhere."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.adapters.sessions import FROZEN, OURS

SCHEMA = "migrate_move"
PUBLICATION = "migrate_move"

# Who applications log in as: they are fenced and opened together.
LOGINS = (
    "(SELECT coalesce(jsonb_agg(rolname ORDER BY rolname), '[]') FROM pg_roles WHERE rolcanlogin"
    " AND rolname <> current_user AND NOT rolreplication AND rolname !~ '^(pg_|migrate_)')"
)

# Ours on both sides. `marker` and `probe` are published, `state` never: each side keeps its own decisions.
OWN_TABLES = f"""CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE IF NOT EXISTS {SCHEMA}.marker (n int PRIMARY KEY, sequences jsonb);
CREATE TABLE IF NOT EXISTS {SCHEMA}.state (n int PRIMARY KEY, what text NOT NULL, lsn pg_lsn);
CREATE TABLE IF NOT EXISTS {SCHEMA}.probe (n bigserial PRIMARY KEY, id bigint NOT NULL, at timestamptz DEFAULT now());
CREATE INDEX IF NOT EXISTS probe_id ON {SCHEMA}.probe (id);"""


def ident(name: str) -> str:
    """Return a name quoted as an identifier.

    Raises:
        ValueError: a NUL, which no database can hold.
    """
    if "\0" in name:
        raise ValueError("NUL in a name")
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text quoted as a string; sessions have `standard_conforming_strings` on.

    Raises:
        ValueError: a NUL.
    """
    if "\0" in text:
        raise ValueError("NUL in a text")
    return "'" + text.replace("'", "''") + "'"


def do(body: str) -> str:
    """Return an anonymous block around a body that may hold any text."""
    tag = "$migrate$"
    number = 0
    while tag in body:
        number += 1
        tag = f"$migrate{number}$"
    return f"DO {tag} {body} {tag};"


def poll(done: str, seconds: float, late: str) -> str:
    """Return PL/pgSQL that looks each millisecond until `done`; it expects a variable `t0 timestamptz`.

    The server's own waiting (`pg_terminate_backend(pid, ms)`, `pg_promote(true)`) goes in steps of 100 ms.
    """
    return f"""LOOP
  PERFORM pg_stat_clear_snapshot();
  EXIT WHEN {done};
  IF clock_timestamp() - t0 > make_interval(secs => {seconds}) THEN RAISE EXCEPTION {literal(late)}; END IF;
  PERFORM pg_sleep(0.001);
END LOOP;"""


def without_slot(name: str) -> str:
    """Return a statement that takes a slot away, whoever uses it; one that stays fills its server's disk."""
    told = literal(name)
    return do(f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
PERFORM pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = {told} AND active_pid IS NOT NULL;
{poll(f"NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = {told} AND active)", 10, "the slot is in use")}
PERFORM pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = {told};
END""")


def logins(roles: Iterable[str], *, allowed: bool) -> str:
    """Return statements that let roles log in, or no longer."""
    word = "LOGIN" if allowed else "NOLOGIN"
    return " ".join(f"ALTER ROLE {ident(role)} {word};" for role in roles)


def names(values: Iterable[str]) -> str:
    """Return names as a list for `IN (…)`; never empty."""
    return ", ".join(literal(value) for value in values) or "NULL"


def others(databases: Iterable[str]) -> str:
    """Return a relation: every client backend in these databases but ours. Replication runs in backends of its own."""
    return (
        f"pg_stat_activity WHERE datname IN ({names(databases)}) AND backend_type = 'client backend'"
        f" AND NOT (application_name IN ('{OURS}', '{FROZEN}') AND usename = current_user)"
    )
