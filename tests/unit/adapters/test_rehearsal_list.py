"""The list of a rehearsal is the very section's, and nothing of it is said to the source or to the real target."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.adapters.movers.postgresql.frozen import frozen
from orchestrator.adapters.movers.postgresql.rehearsing import frozen_on_clone, rehearsal
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove
from orchestrator.model.rehearsal import Place

_SOURCE, _TARGET = (
    DatabaseServer(name=name, reach=Reach(address=address), address=address, socket=f"/run/{name}")
    for name, address in (("source", "192.0.2.1"), ("target", "192.0.2.2"))
)
_POOLER = Pooler(name="pooler", reach=Reach(address="192.0.2.3"), file="/f")


def move(*databases: str) -> DatabaseMove:
    return DatabaseMove(
        system="S-1", slug="s-1", databases=databases, source=_SOURCE, target=_TARGET, pooler=_POOLER, roles=("app",)
    )


@pytest.mark.parametrize("databases", [("app",), ("app", "other.db-2")])
def test_every_line_of_the_section_is_rehearsed_or_said_not_to_be(databases: tuple[str, ...]) -> None:
    wanted = move(*databases)
    plan, lines = rehearsal(wanted, 3), [line.name for line in frozen(wanted, 3).lines]
    rehearsed = [step.name for step in plan.steps if step.line]
    assert [name for name in lines if name in rehearsed] == rehearsed
    assert [name for name in lines if name not in rehearsed] == list(plan.skipped)
    assert {"catch-up", "open"} <= set(rehearsed)
    assert {"fence", "hold", "end-sessions", "route", "resume"} <= set(plan.skipped)


def test_it_is_isolated_before_anything_is_said_to_it_and_taken_away_at_the_end() -> None:
    steps = rehearsal(move("app"), 1).steps
    names = [step.name for step in steps]
    vital = {step.name for step in steps if step.vital}
    first = next(number for number, step in enumerate(steps) if step.line)
    assert names.index("room") < names.index("copy") < names.index("isolated") < names.index("unsubscribe") < first
    assert {"room", "isolated", "unsubscribe"} <= vital
    assert (names[-1], steps[-1].place) == ("remove", Place.TARGET)
    assert [step.name for step in steps if step.makes] == ["copy"]


@pytest.mark.parametrize("databases", [("app",), ("app", "other.db-2")])
def test_lines_are_said_to_the_clone_alone(databases: tuple[str, ...]) -> None:
    clone = replace(_TARGET, name="clone", socket="/clone")
    told = dict.fromkeys(databases, '{"public.s": 7}')
    section = frozen_on_clone(replace(move(*databases), target=clone), 1, told)
    assert {(voice.reach, voice.socket, voice.program) for voice in section.voices} == {
        (_TARGET.reach, "/clone", "psql")
    }
    assert {line.voice for line in section.lines} <= {voice.name for voice in section.voices}
    assert section.claim.voice in {voice.name for voice in section.voices}
    assert section.claim.silence == ()
    assert [line.voice for line in section.lines if line.name == "mark"] == [f"opening/{name}" for name in databases]
    assert all('"public.s": 7' in line.text for line in section.lines if line.name == "mark")
