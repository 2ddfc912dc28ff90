"""Verification: rows by hash, numbers to come, structure, code, events, rights, and one insert past the fence.

Equal rows with a counter that stood still pass every comparison: the next number must be above the highest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from orchestrator.adapters.movers.mariadb.access import accounts
from orchestrator.adapters.movers.mariadb.comparing import UNLIMITED, Table, compare, missing
from orchestrator.adapters.movers.mariadb.frozen import application
from orchestrator.adapters.movers.mariadb.sql import SCHEMA, SECONDS, account, admin, ident, literal, user_schemas
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Session, Sessions

_TABLES = f"""SELECT COALESCE(JSON_ARRAYAGG(JSON_ARRAY(t.table_schema, t.table_name, COALESCE(t.table_rows, 0),
 (SELECT JSON_ARRAYAGG(c.column_name) FROM information_schema.columns c WHERE c.table_schema = t.table_schema
  AND c.table_name = t.table_name AND c.generation_expression IS NULL),
 (SELECT JSON_ARRAYAGG(s.column_name) FROM information_schema.statistics s WHERE s.table_schema = t.table_schema
  AND s.table_name = t.table_name AND s.index_name = 'PRIMARY'),
 (SELECT MAX(c.column_name) FROM information_schema.columns c WHERE c.table_schema = t.table_schema
  AND c.table_name = t.table_name AND c.extra LIKE '%auto_increment%'), t.auto_increment)), '[]')
 FROM information_schema.tables t WHERE t.table_type = 'BASE TABLE' AND {user_schemas("t.table_schema")};"""
_ON = re.compile(r" ON (?:[A-Z ]+ )?`((?:[^`]|``)+)`\.")
# What must be the same on both sides besides rows, each a list of texts. Versions write a type's words differently
# only where they differ.
_SHAPE = {
    "constraints": f"""SELECT CONCAT_WS(' ', table_schema, table_name, constraint_name, constraint_type) AS x
 FROM information_schema.table_constraints WHERE {user_schemas("table_schema")} UNION ALL
 SELECT CONCAT_WS(' ', constraint_schema, table_name, constraint_name, update_rule, delete_rule,
 referenced_table_name) FROM information_schema.referential_constraints WHERE {user_schemas("constraint_schema")}""",
    "columns": f"""SELECT CONCAT_WS(' ', table_schema, table_name, ordinal_position, column_name, column_type,
 is_nullable, column_default, collation_name, extra) AS x FROM information_schema.columns
 WHERE {user_schemas("table_schema")}""",
    "indexes": f"""SELECT CONCAT_WS(' ', table_schema, table_name, index_name, seq_in_index, column_name, sub_part,
 non_unique) AS x FROM information_schema.statistics WHERE {user_schemas("table_schema")}""",
    "code": f"""SELECT CONCAT_WS(' ', trigger_schema, trigger_name, event_object_table, action_timing,
 event_manipulation, definer, MD5(action_statement)) AS x FROM information_schema.triggers
 WHERE {user_schemas("trigger_schema")} UNION ALL
 SELECT CONCAT_WS(' ', routine_schema, routine_type, routine_name, definer, security_type, MD5(routine_definition))
 FROM information_schema.routines WHERE {user_schemas("routine_schema")} UNION ALL
 SELECT CONCAT_WS(' ', table_schema, 'VIEW', table_name, definer, security_type, MD5(view_definition))
 FROM information_schema.views WHERE {user_schemas("table_schema")}""",
    "events": f"""SELECT CONCAT_WS(' ', event_schema, event_name, definer, event_type, execute_at, interval_value,
 interval_field, IF(status = 'DISABLED', 'off', 'on'), MD5(event_definition)) AS x FROM information_schema.events
 WHERE {user_schemas("event_schema")}""",
}


def verify(move: MariaMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Compare both sides, and try the side that clients write to."""
    leaving, opening = move.ends(back=back)
    one, other = (sessions.open(admin(server), seconds=SECONDS) for server in (leaving, opening))
    results = [*_rows(one, other), *shape(one, other), grants(move, one, other)]
    for server, session in ((leaving, one), (opening, other)):
        if session.ask("SELECT @@GLOBAL.read_only;", SECONDS) == "0":
            results += [*counters(session), insert(server, sessions)]
    return tuple(results)


def unreplicated(move: MariaMove, sessions: Sessions) -> dict[str, int]:
    """Return, by table, the rows on the target that the source has not got, as they are."""
    source, target = (sessions.open(admin(server), seconds=SECONDS) for server in (move.source, move.target))
    for session in (source, target):
        session.ask(UNLIMITED, SECONDS)
    there = {table.shown for table in tables(source)}
    lost = {}
    for table in [*tables(target), Table(schema=SCHEMA, name="probe", columns=("n", "id"), key=("n",))]:
        if table.shown not in there and table.schema != SCHEMA:
            lost[table.shown] = int(target.ask(f"SELECT COUNT(*) FROM {table.quoted};", 3600.0))
            continue
        rows = missing(table, compare(table, target, source), target, source)
        if rows:
            lost[table.shown] = rows
    return lost


def tables(session: Session) -> list[Table]:
    """Return the tables with their columns and keys."""
    return [table for table, _, _ in _listed(session)]


def _listed(session: Session) -> list[tuple[Table, str, int]]:
    listed = []
    for schema, name, rows, columns, key, counter, number in json.loads(session.ask(_TABLES, SECONDS)):
        told = [json.loads(each) if isinstance(each, str) else each or [] for each in (columns, key)]
        table = Table(schema=schema, name=name, columns=tuple(told[0]), key=tuple(told[1]), rows=int(rows))
        listed.append((table, counter or "", int(number or 0)))
    return sorted(listed, key=lambda each: each[0].shown)


def _rows(one: Session, other: Session) -> Iterator[CheckResult]:
    for session in (one, other):
        session.ask(UNLIMITED, SECONDS)
    there = {table.shown for table in tables(other)}
    for table in tables(one):
        if table.shown not in there:
            yield _result("rows", CheckStatus.FAIL, table.shown, rows=table.rows, differ="-", moving=0)
            continue
        found = compare(table, one, other)
        status = CheckStatus.FAIL if found.differ else CheckStatus.UNKNOWN if found.moving else CheckStatus.PASS
        yield _result("rows", status, table.shown, rows=found.rows, differ=len(found.differ), moving=len(found.moving))


def shape(one: Session, other: Session) -> Iterator[CheckResult]:
    """Compare what both sides have besides rows and rights."""
    for name, asked in _SHAPE.items():
        text = f"SELECT COALESCE(JSON_ARRAYAGG(x), '[]') FROM ({asked}) q;"
        here, there = (json.loads(session.ask(text, SECONDS)) for session in (one, other))
        yield _same(name, here, there)


def grants(move: MariaMove, one: Session, other: Session) -> CheckResult:
    """Compare what accounts may do on both sides; one of the target's alone counts where it reaches what moved."""
    told: list[dict[str, list[str]]] = []
    for server, session in ((move.source, one), (move.target, other)):
        users, roles = accounts(move, server, session)
        asked = [*map(literal, roles), *map(account, users)]
        told.append({who: session.ask(f"SHOW GRANTS FOR {who};", SECONDS).splitlines() for who in asked})
    source, target = told
    there = {
        who: lines
        for who, lines in target.items()
        if who in source or any(reaches(line, move.databases) for line in lines)
    }
    # A stored secret stands in them; it is compared and never told.
    return _same("grants", *(list(chain.from_iterable(told.values())) for told in (source, there)))


def reaches(grant: str, databases: Iterable[str]) -> bool:
    """Tell whether a line of SHOW GRANTS may be about one of these databases; one that is not understood may."""
    if grant.startswith("GRANT USAGE ON *.* "):
        return False
    found = _ON.search(grant)
    return found is None or any(_like(found[1].replace("``", "`"), name) for name in databases)


def _like(pattern: str, name: str) -> bool:
    """Compare as MariaDB does the database of a right: `_` is any letter, `%` any letters, unless escaped."""
    wild = {"_": ".", "%": ".*"}
    letters = re.findall(r"\\[_%]|.", pattern, re.DOTALL)
    told = "".join(wild.get(each) or re.escape(each.removeprefix("\\") or each) for each in letters)
    return re.fullmatch(told, name, re.DOTALL | re.IGNORECASE) is not None


def _same(name: str, here: list[str], there: list[str]) -> CheckResult:
    wrong = sorted({each.split(" IDENTIFIED ", 1)[0] for each in set(here) ^ set(there)})
    status = CheckStatus.FAIL if wrong else CheckStatus.PASS
    return _result(name, status, "", count=len(here), differ="; ".join(wrong[:3]) or "-")


def counters(session: Session) -> Iterator[CheckResult]:
    """Check that no next number is one that is there."""
    for table, column, number in _listed(session):
        if not column:
            continue
        asked = f"SELECT COALESCE(MAX({ident(column)}), 0) FROM {table.quoted};"
        highest = int(float(session.ask(asked, 3600.0)))
        status = CheckStatus.PASS if number > highest else CheckStatus.FAIL
        yield _result("sequence", status, table.shown, last=number - 1, highest=highest)


def insert(server: DatabaseServer, sessions: Sessions) -> CheckResult:
    """Insert as somebody who may do no more than an application, and take it back."""
    said = ""
    try:
        session = sessions.open(application(server), seconds=SECONDS)
        session.ask(f"START TRANSACTION; INSERT INTO {SCHEMA}.probe (id) VALUES (-1); ROLLBACK;", SECONDS)
    except MigrateError as error:
        said = str(error.values.get("said", "")) or error.code
    status = CheckStatus.FAIL if said else CheckStatus.PASS
    return _result("insert", status, f"{SCHEMA}.probe", role=application(server).role, said=said or "-")


def _result(name: str, status: CheckStatus, subject: str, **values: object) -> CheckResult:
    told = {key: str(value) for key, value in values.items()}
    return CheckResult(code=f"move.verify.{name}", status=status, subject=subject, values=told)
