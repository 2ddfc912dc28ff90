"""Hashes a table's rows chunk by chunk, as PostgreSQL does it, and compares them with those of the other side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.adapters.movers.chunks import Compared, Hashes, chunks_for, compare_sides
from orchestrator.adapters.movers.postgresql.sql import ident
from orchestrator.ports.move import Session

_SECONDS = 3600.0
# What a row looks like as text depends on these.
FIXED = (
    "SET statement_timeout = 0; SET datestyle = 'ISO'; SET timezone = 'UTC'; SET intervalstyle = 'postgres';"
    " SET extra_float_digits = 3; SET bytea_output = 'hex'; SET xmloption = 'content';"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; without a key a whole row is its key."""

    schema: str
    name: str
    key: tuple[str, ...] = ()
    rows: int = 0

    @property
    def quoted(self) -> str:
        """The name as SQL has it."""
        return f"{ident(self.schema)}.{ident(self.name)}"

    @property
    def shown(self) -> str:
        """The name as people are told it."""
        return f"{self.schema}.{self.name}"


def compare(table: Table, one: Session, other: Session) -> Compared:
    """Compare a table; both sides are asked at the same time, again for what differs."""
    return compare_sides(table.rows, (one, other), lambda chunks, which: _hashes(table, chunks, which), _read)


def missing(table: Table, compared: Compared, has: Session, lacks: Session) -> int:
    """Return how many rows of a comparison's unequal chunks one side has, as they are, and the other has not."""
    unequal = sorted({*compared.differ, *compared.moving})
    if not unequal:
        return 0
    asked = (
        f"SELECT coalesce(jsonb_agg(m), '[]') FROM (SELECT md5(t::text) AS m FROM ONLY {table.quoted} t"
        f" WHERE {_chunk(table, compared.chunks)} IN ({', '.join(map(str, unequal))})) r;"
    )
    has.send(asked)
    lacks.send(asked)
    here, there = json.loads(has.receive(_SECONDS)), json.loads(lacks.receive(_SECONDS))
    return len(set(here) - set(there))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A table beside a copy of an earlier moment.

    Attributes:
        rows: of the source, now.
        missing: of them, those that stood still since before the copy and are not in it.
        since: of them, those that came or changed since.
        gone: rows of the copy that the source has no longer.
    """

    rows: int
    missing: int
    since: int
    gone: int


def stood(table: Table, source: Session, copy: Session, before: int) -> Stood:
    """Compare a table with a copy that holds everything committed before a transaction, while somebody writes.

    A row whose `xmin` is older than every transaction that ran then was committed before it and has not been touched
    since: it must be in the copy as it is, as often as it is. Of all others the copy says nothing.
    """
    chunks = chunks_for(table.rows)
    for session in (source, copy):
        session.send(_hashes(table, chunks, range(chunks)))
    here, there = _read(source), _read(copy)
    missing = since = gone = 0
    for chunk in sorted({*here, *there}):
        if here.get(chunk) == there.get(chunk):
            continue
        where = f"FROM ONLY {table.quoted} t WHERE {_chunk(table, chunks)} = {chunk}"
        # Frozen rows have the highest age of all.
        old = f"age(t.xmin) > age('{before % 2**32}'::xid)"
        source.send(f"SELECT coalesce(jsonb_agg(jsonb_build_array(md5(t::text), {old})), '[]') {where};")
        copy.send(f"SELECT coalesce(jsonb_agg(md5(t::text)), '[]') {where};")
        told = json.loads(source.receive(_SECONDS))
        copied = Counter(json.loads(copy.receive(_SECONDS)))
        still = Counter(row for row, is_old in told if is_old)
        missing += (still - copied).total()
        since += len(told) - still.total()
        gone += (copied - Counter(row for row, _ in told)).total()
    return Stood(rows=sum(rows for rows, _ in here.values()), missing=missing, since=since, gone=gone)


def _read(session: Session) -> Hashes:
    return {int(chunk): (told[0], told[1]) for chunk, told in json.loads(session.receive(_SECONDS)).items()}


def _hashes(table: Table, chunks: int, only: Sequence[int]) -> str:
    which = f" WHERE {_chunk(table, chunks)} IN ({', '.join(map(str, only))})" if len(only) < chunks else ""
    return (
        "SELECT coalesce(jsonb_object_agg(c, jsonb_build_array(n, h)), '{}') FROM (SELECT c, count(*) AS n,"
        " md5(string_agg(m, '' ORDER BY m COLLATE \"C\")) AS h FROM"
        f" (SELECT {_chunk(table, chunks)} AS c, md5(t::text) AS m FROM ONLY {table.quoted} t{which}) r GROUP BY c) s;"
    )


def _chunk(table: Table, chunks: int) -> str:
    key = f"concat_ws('|', {', '.join(f't.{ident(name)}' for name in table.key)})" if table.key else "t::text"
    return f"(('x' || substr(md5({key}), 1, 7))::bit(28)::int % {chunks})"
