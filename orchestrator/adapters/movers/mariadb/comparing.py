"""Hashes a table's rows chunk by chunk, as MariaDB does it, and compares them with those of the other side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.adapters.movers.chunks import Compared, Hashes, chunks_for, compare_sides
from orchestrator.adapters.movers.mariadb.sql import ident
from orchestrator.ports.move import Session

_SECONDS = 3600.0
UNLIMITED = "SET SESSION max_statement_time = 0;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; without a key a whole row is its key."""

    schema: str
    name: str
    columns: tuple[str, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A table of the source beside a copy of a moment between two looks at it.

    Attributes:
        rows: of the source, at the later look.
        missing: those that both looks have seen and that are not in the copy.
        since: those of the later look that came or changed between the two.
        gone: rows of the copy that neither look has seen.
    """

    rows: int
    missing: int
    since: int
    gone: int


def stood(table: Table, before: Session, after: Session, copy: Session) -> Stood:
    """Compare a table, as it was at two moments, with a copy of a moment between them, while somebody writes.

    A row that is the same at both was there in between, and must be in the copy as often as it is at the rarer of the
    two. (One that was taken away and put back as it had been in just that time would be told as missing.)
    """
    chunks = chunks_for(table.rows)
    looks = (before, after, copy)
    for session in looks:
        session.send(_hashes(table, chunks, range(chunks)))
    old, new, there = (_read(session) for session in looks)
    unequal = [
        chunk for chunk in sorted({*old, *new, *there}) if not old.get(chunk) == new.get(chunk) == there.get(chunk)
    ]
    lost = since = gone = 0
    for chunk in unequal:
        asked = f"SELECT {_row(table)} FROM {table.quoted} WHERE {_chunk(table, chunks)} = {chunk};"
        for session in looks:
            session.send(asked)
        one, two, copied = (Counter(session.receive(_SECONDS).split()) for session in looks)
        still = one & two
        lost += (still - copied).total()
        since += (two - one).total()
        gone += (copied - (one | two)).total()
    return Stood(rows=sum(rows for rows, _ in new.values()), missing=lost, since=since, gone=gone)


def missing(table: Table, found: Compared, one: Session, other: Session) -> int:
    """Return how many rows of one side the other has not got, as they are; in the chunks that are not equal."""
    unequal = [*found.differ, *found.moving]
    if not unequal:
        return 0
    asked = f"SELECT {_row(table)} FROM {table.quoted} WHERE {_chunk(table, found.chunks)} IN ({_listed(unequal)});"
    here, there = (Counter(session.ask(asked, _SECONDS).split()) for session in (one, other))
    return (here - there).total()


def _hashes(table: Table, chunks: int, which: Sequence[int]) -> str:
    # Sums do not care for order, and equal rows do not take each other away.
    row = _row(table)
    return (
        f"SELECT {_chunk(table, chunks)} AS chunk, COUNT(*),"
        f" CONCAT(SUM(CAST(CONV(LEFT({row}, 15), 16, 10) AS UNSIGNED)), '-',"
        f" SUM(CAST(CONV(RIGHT({row}, 15), 16, 10) AS UNSIGNED)))"
        f" FROM {table.quoted} WHERE {_chunk(table, chunks)} IN ({_listed(which)}) GROUP BY chunk;"
    )


def _read(session: Session) -> Hashes:
    lines = [line.split("\t") for line in session.receive(_SECONDS).splitlines()]
    return {int(chunk): (int(rows), sums) for chunk, rows, sums in lines}


def _listed(chunks: Sequence[int]) -> str:
    return ", ".join(map(str, chunks))


def _chunk(table: Table, chunks: int) -> str:
    return f"MOD(CRC32({_text(table.key or table.columns)}), {chunks})"


def _row(table: Table) -> str:
    return f"MD5({_text(table.columns)})"


def _text(columns: tuple[str, ...]) -> str:
    """Return an expression: the bytes of each value, told apart from their neighbours and from NULL."""
    told = ", ".join(f"COALESCE(HEX(CAST({ident(name)} AS BINARY)), '-')" for name in columns)
    return f"CONCAT_WS('|', {told})"
