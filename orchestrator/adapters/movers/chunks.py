"""Compares the rows of a table on both sides, chunk by chunk, also while somebody writes.

A chunk holds the rows whose key hashes to it, so that a row that changes stays in its chunk. One that was equal at
one look is equal; one that differs in the same way at two looks differs; one that changes from look to look is being
written, and nobody can tell. How a chunk is hashed is each kind's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.ports.move import Session

_ROWS_A_CHUNK = 2000
_CHUNKS = 1024
_LOOKS, _BETWEEN = 6, 0.5

Hashes = Mapping[int, tuple[int, str]]
"""By chunk: how many rows, and the hash of them all; one without rows is not there."""


@dataclass(slots=True)
class Compared:
    """What became of a comparison: rows looked at, chunks that differ, chunks that nobody could tell."""

    rows: int = 0
    chunks: int = 0
    differ: list[int] = field(default_factory=list)
    moving: list[int] = field(default_factory=list)


def chunks_for(rows: int) -> int:
    """Return into how many chunks a table of about so many rows is cut."""
    return max(1, min(_CHUNKS, rows // _ROWS_A_CHUNK))


def compare_sides(
    rows: int,
    sides: tuple[Session, Session],
    ask: Callable[[int, Sequence[int]], str],
    read: Callable[[Session], Hashes],
) -> Compared:
    """Compare a table of about so many rows; both sides are asked at the same time, again for what differs.

    Args:
        rows: about how many.
        sides: a session on each.
        ask: returns the question for some of so many chunks.
        read: receives a side's answer.
    """
    chunks = chunks_for(rows)

    def look(which: Sequence[int]) -> tuple[Hashes, Hashes]:
        for session in sides:
            session.send(ask(chunks, which))
        return read(sides[0]), read(sides[1])

    return compare_chunks(chunks, look)


def compare_chunks(chunks: int, look: Callable[[Sequence[int]], tuple[Hashes, Hashes]]) -> Compared:
    """Compare a table's chunks, again those that differ; `look` asks both sides for some of them at the same time."""
    left = list(range(chunks))
    found = Compared(chunks=chunks)
    before: tuple[Hashes, Hashes] = ({}, {})
    for number in range(_LOOKS):
        if number:
            time.sleep(_BETWEEN)
        now = look(left)
        if not number:
            found.rows = sum(rows for rows, _ in now[0].values())
        unequal = [chunk for chunk in left if now[0].get(chunk) != now[1].get(chunk)]
        stable = [
            chunk
            for chunk in unequal
            if number and all(now[side].get(chunk) == before[side].get(chunk) for side in (0, 1))
        ]
        found.differ += stable
        left = [chunk for chunk in unequal if chunk not in stable]
        if not left:
            break
        before = now
    found.moving = left
    return found
