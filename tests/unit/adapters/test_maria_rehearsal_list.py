"""The list of a MariaDB's rehearsal is the very section's, and nothing of it is said to the source or to the target."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.adapters.movers.mariadb.frozen import frozen
from orchestrator.adapters.movers.mariadb.rehearsing import frozen_on_clone, rehearsal
from orchestrator.model.machines import DatabaseServer, Proxy, Reach
from orchestrator.model.move import MariaMove
from orchestrator.model.rehearsal import Place

_SOURCE, _TARGET = (
    DatabaseServer(name=name, reach=Reach(address=address), address=address, socket=f"/run/{name}")
    for name, address in (("source", "192.0.2.1"), ("target", "192.0.2.2"))
)
_PROXY = Proxy(
    name="proxy", reach=Reach(address="192.0.2.3"), port=3306, socket="/s", backend="b", source="old", target="new",
    maxconn=9,
)  # fmt: skip
MOVE = MariaMove(
    system="S-1", slug="s-1", databases=("app",), source=_SOURCE, target=_TARGET, proxy=_PROXY, roles=("app@%",)
)


def test_every_line_of_the_section_is_rehearsed_or_said_not_to_be() -> None:
    plan, lines = rehearsal(MOVE, 3), [line.name for line in frozen(MOVE, 3).lines]
    rehearsed = [step.name for step in plan.steps if step.line]
    assert [name for name in lines if name in rehearsed] == rehearsed
    assert [name for name in lines if name not in rehearsed] == list(plan.skipped)
    assert rehearsed == ["mark", "catch-up", "strict", "open", "writable"]


def test_it_is_isolated_before_anything_is_said_to_it_and_taken_away_at_the_end() -> None:
    steps = rehearsal(MOVE, 1).steps
    names = [step.name for step in steps]
    first = next(number for number, step in enumerate(steps) if step.line)
    assert names.index("room") < names.index("install") < names.index("isolated") < names.index("load") < first
    assert {"room", "isolated", "load"} <= {step.name for step in steps if step.vital}
    assert (names[-1], steps[-1].place) == ("remove", Place.TARGET)
    assert [step.name for step in steps if step.makes] == ["install"]


def test_lines_are_said_to_the_clone_alone_and_its_events_sleep() -> None:
    section = frozen_on_clone(replace(MOVE, target=replace(_TARGET, name="clone", socket="/clone")), 1)
    assert [(voice.reach, voice.socket) for voice in section.voices] == [(_TARGET.reach, "/clone")]
    assert {line.voice for line in section.lines} == {section.claim.voice} == {section.voices[0].name}
    assert section.claim.silence == ()
    assert not [line.name for line in section.lines if "event_scheduler" in line.text]
