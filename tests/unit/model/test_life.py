"""The table of lives: every prefix of every life leads where it says, and nobody writes on two sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.model.life import (
    DECIDED,
    EDGES,
    FIRST,
    UNDECIDED,
    Move,
    Phase,
    Side,
    drawn,
    edge,
    moves,
    replay,
    writable,
)

ROOT = Path(__file__).resolve().parents[3]
LONGEST = 10


def lives(length: int, phase: Phase = FIRST) -> Iterator[tuple[Move, ...]]:
    """Give every life of up to so many moves."""
    yield ()
    if length:
        for move in moves(phase):
            found = edge(move, phase)
            assert found is not None
            for rest in lives(length - 1, found.after):
                yield (move, *rest)


def test_every_prefix_of_every_life_stands_somewhere() -> None:
    count = 0
    for happened in lives(LONGEST):
        count += 1
        assert len(list(replay(happened))) == len(happened)
    assert count > 1000


def test_what_the_table_does_not_have_is_refused() -> None:
    for phase in Phase:
        for move in set(Move) - set(moves(phase)):
            with pytest.raises(ValueError, match=str(move)):
                list(replay([move], phase))


def test_a_move_in_a_phase_has_one_end() -> None:
    assert len({(edge.move, edge.before) for edge in EDGES}) == len(EDGES)


def test_every_phase_can_be_reached_and_only_the_last_is_an_end() -> None:
    reached = {FIRST, *(edge.after for edge in EDGES)}
    assert reached == set(Phase)
    assert [phase for phase in Phase if not moves(phase)] == [Phase.RETIRED]


def test_the_writable_side_is_one_in_every_phase() -> None:
    for phase in Phase:
        assert len({edge.writable for edge in EDGES if edge.after is phase} | {writable(phase)}) == 1


def test_sides_change_only_through_a_frozen_section() -> None:
    for found in EDGES:
        before = writable(found.before)
        if found.writable is not before:
            assert Side.NONE in {before, found.writable}


def test_an_undecided_life_admits_only_what_its_row_of_decision_says() -> None:
    for phase in UNDECIDED:
        assert writable(phase) is Side.NONE
        assert set(moves(phase)) == set(DECIDED[phase].values())
    assert set(DECIDED) == UNDECIDED


def test_what_is_open_is_never_dropped() -> None:
    dropped = {edge.before for edge in EDGES if edge.move is Move.DROP}
    assert all(writable(phase) is Side.SOURCE for phase in dropped)


def test_the_picture_in_the_docs_is_the_table() -> None:
    assert f"```mermaid\n{drawn()}\n```" in (ROOT / "docs/life.md").read_text(encoding="utf-8")
