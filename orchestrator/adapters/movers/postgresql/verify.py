"""Verification: rows by hash, sequences, constraints, grants, extensions, and one insert as the application.

Equal rows with dead sequences pass every comparison: only an insert through the application's own role shows them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.comparing import FIXED, Table, compare, missing
from orchestrator.adapters.movers.postgresql.sql import SCHEMA, ident, literal, names
from orchestrator.errors import MigrateError
from orchestrator.model.move import DatabaseMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Session, Sessions

_OURS = f"n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{SCHEMA}')"
_TABLES = f"""SELECT coalesce(jsonb_agg(jsonb_build_object('schema', n.nspname, 'name', c.relname, 'rows',
 greatest(c.reltuples, 0), 'key', (SELECT coalesce(jsonb_agg(a.attname ORDER BY k.o), '[]') FROM pg_index i,
 unnest(i.indkey::int2[]) WITH ORDINALITY k(n, o) JOIN pg_attribute a ON a.attnum = k.n
 WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid)) ORDER BY n.nspname, c.relname), '[]')
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence = 'p'
 AND {_OURS} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');"""
# What must be the same on both sides besides rows, each a sorted list of texts.
_SHAPE = {
    "constraints": f"""SELECT format('%I.%I %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
 || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END AS x
 FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}""",
    "indexes": f"""SELECT pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END AS x
 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}
 AND c.relkind IN ('r', 'm', 'p')""",
    "grants": f"""SELECT format('%I.%I %s %s %s', n.nspname, c.relname, c.relowner::regrole, a.grantee::regrole,
 a.privilege_type) AS x FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
 aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner))) a
 WHERE {_OURS} AND c.relkind IN ('r', 'S', 'v', 'm', 'p') AND a.grantee::regrole::text !~ '^migrate_'""",
    "extensions": """SELECT format('%s %s %I', extname, extversion, n.nspname) AS x FROM pg_extension e
 JOIN pg_namespace n ON n.oid = e.extnamespace""",
}
# A sequence that owns a column must not be behind it.
_OWNED = f"""SELECT coalesce(jsonb_agg(jsonb_build_object('sequence', format('%I.%I', n.nspname, s.relname), 'table',
 format('%I.%I', tn.nspname, t.relname), 'column', a.attname, 'columns', (SELECT coalesce(jsonb_agg(o.attname), '[]')
 FROM pg_attribute o WHERE o.attrelid = t.oid AND o.attnum > 0 AND NOT o.attisdropped AND o.attnum <> a.attnum
 AND coalesce(to_jsonb(o) ->> 'attgenerated', '') = ''), 'unique', (SELECT coalesce(jsonb_agg(x.relname), '[]')
 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = t.oid AND i.indisunique
 AND a.attnum = ANY (i.indkey::int2[])), 'others', (SELECT coalesce(jsonb_agg(x.relname), '[]')
 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = t.oid AND i.indisunique
 AND a.attnum <> ALL (i.indkey::int2[])), 'oid', t.oid::text)
 ORDER BY 1), '[]') FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace
 JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
 AND d.deptype IN ('a', 'i') JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S' AND {_OURS};"""


def verify(move: DatabaseMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Compare both sides, and try inserts on the side that clients write to."""
    leaving, opening = move.ends(back=back)
    results: list[CheckResult] = []
    for database in move.databases:
        one = sessions.open(admin(leaving, database), seconds=SECONDS)
        other = sessions.open(admin(opening, database), seconds=SECONDS)
        results += _rows(database, one, other)
        results += shape(database, one, other)
        # On a side that follows, sequences stand still until it opens; what counts is the side that is written to.
        asked = f"SELECT coalesce(bool_and(rolcanlogin), false) FROM pg_roles WHERE rolname IN ({names(move.roles)});"
        for session in (one, other):
            if session.ask(asked, SECONDS) == "t":
                results += sequences(database, session)
                results += insert(move, database, session)
    return tuple(results)


def unreplicated(move: DatabaseMove, sessions: Sessions) -> dict[str, int]:
    """Return, by table, the rows on the target that the source has not got, as they are."""
    lost = {}
    for database in move.databases:
        source = sessions.open(admin(move.source, database), seconds=SECONDS)
        target = sessions.open(admin(move.target, database), seconds=SECONDS)
        for session in (source, target):
            session.ask(FIXED, SECONDS)
        for table in [*tables(target), Table(schema=SCHEMA, name="probe", key=("n",))]:
            rows = missing(table, compare(table, target, source), target, source)
            if rows:
                lost[f"{database}: {table.shown}"] = rows
    return lost


def tables(session: Session) -> list[Table]:
    """Return the ordinary tables of a database with their keys."""
    return [
        Table(schema=row["schema"], name=row["name"], key=tuple(row["key"]), rows=int(row["rows"]))
        for row in json.loads(session.ask(_TABLES, SECONDS))
    ]


def _rows(database: str, one: Session, other: Session) -> Iterator[CheckResult]:
    for session in (one, other):
        session.ask(FIXED, SECONDS)
    here, there = tables(one), {table.shown for table in tables(other)}
    for table in here:
        subject = f"{database}: {table.shown}"
        if table.shown not in there:
            yield _result("move.verify.rows", CheckStatus.FAIL, subject, rows=table.rows, differ="-", moving=0)
            continue
        found = compare(table, one, other)
        status = CheckStatus.FAIL if found.differ else CheckStatus.UNKNOWN if found.moving else CheckStatus.PASS
        counted = {"rows": found.rows, "differ": len(found.differ), "moving": len(found.moving)}
        yield _result("move.verify.rows", status, subject, **counted)


def shape(database: str, one: Session, other: Session) -> Iterator[CheckResult]:
    """Compare constraints, indexes, grants and extensions."""
    for name, asked in _SHAPE.items():
        text = f"SELECT coalesce(jsonb_agg(x ORDER BY x COLLATE \"C\"), '[]') FROM ({asked}) q;"
        here, there = (set(json.loads(session.ask(text, SECONDS))) for session in (one, other))
        wrong = sorted((here - there) | (there - here))
        status = CheckStatus.FAIL if wrong else CheckStatus.PASS
        yield _result(f"move.verify.{name}", status, database, count=len(here), differ="; ".join(wrong[:3]) or "-")


def sequences(database: str, session: Session) -> Iterator[CheckResult]:
    """Check that no sequence is behind the column that it owns."""
    for owned in json.loads(session.ask(_OWNED, SECONDS)):
        # An empty column and a sequence never used are well together.
        asked = (
            f"SELECT jsonb_build_array(max({ident(owned['column'])}), (SELECT CASE WHEN is_called THEN last_value"
            f" ELSE last_value - 1 END FROM {owned['sequence']})) FROM ONLY {owned['table']};"
        )
        highest, last = json.loads(session.ask(asked, SECONDS * 20))
        behind = highest is not None and highest > last
        status = CheckStatus.FAIL if behind else CheckStatus.PASS
        subject = f"{database}: {owned['sequence']}"
        yield _result("move.verify.sequence", status, subject, last=last, highest="-" if highest is None else highest)


def insert(move: DatabaseMove, database: str, session: Session) -> Iterator[CheckResult]:
    """Insert a copy of a row with a key of its own, as the application's role, and take it back.

    Tables that a role may not write to are left out: that both sides grant the same was compared.
    """
    probe = {"table": f"{SCHEMA}.probe", "columns": ["id"], "unique": ["probe_pkey"], "others": []}
    yield from _inserted(database, session, move.roles, [probe], "SELECT -1")
    yield from insert_as(database, session, move.roles)


def insert_as(database: str, session: Session, roles: Sequence[str]) -> Iterator[CheckResult]:
    """Insert, as each role, a copy of a row of each table that gives keys and that the role may write to."""
    return _inserted(database, session, roles, json.loads(session.ask(_OWNED, SECONDS)), "")


def _inserted(
    database: str, session: Session, roles: Sequence[str], tables: Sequence[Any], ours: str
) -> Iterator[CheckResult]:
    for role in roles:
        for owned in tables:
            if not owned["columns"] or (not ours and not _may_insert(session, role, owned["oid"])):
                continue
            listed = ", ".join(map(ident, owned["columns"]))
            values = ours or f"SELECT {listed} FROM ONLY {owned['table']} LIMIT 1"
            text = (
                f"BEGIN; SET LOCAL SESSION AUTHORIZATION {ident(role)};"
                f" INSERT INTO {owned['table']} ({listed}) {values}; ROLLBACK;"
            )
            said = _refusal(session, text)
            # A key of the sequence's own that is there already says that the sequence is dead. A copied row that
            # meets another unique column is refused as it should be: the role may write, and the side checks.
            dead = ours or any(f'"{index}"' in said for index in owned["unique"])
            well = not said or any(f'"{index}"' in said for index in owned["others"])
            status = CheckStatus.PASS if well else CheckStatus.FAIL if dead else CheckStatus.UNKNOWN
            yield _result("move.verify.insert", status, f"{database}: {owned['table']}", role=role, said=said or "-")


def _may_insert(session: Session, role: str, table: str) -> bool:
    asked = (
        f"SELECT has_table_privilege({literal(role)}, {table}::oid, 'INSERT')"
        f" AND has_schema_privilege({literal(role)}, (SELECT relnamespace FROM pg_class WHERE oid = {table}), 'USAGE');"
    )
    return session.ask(asked, SECONDS) == "t"


def _refusal(session: Session, text: str) -> str:
    try:
        session.ask(text, SECONDS)
    except MigrateError as error:
        if error.code != "session.error":
            raise
        return str(error.values.get("said", "")) or "?"
    return ""


def _result(code: str, status: CheckStatus, subject: str, **values: object) -> CheckResult:
    return CheckResult(
        code=code, status=status, subject=subject, values={name: str(value) for name, value in values.items()}
    )
