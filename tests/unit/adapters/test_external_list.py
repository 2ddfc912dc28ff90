"""The frozen section of a tool: what is proved before it opens, what takes it back, and what an approval covers."""

from __future__ import annotations

import json
from dataclasses import replace

from orchestrator.adapters.frozen_journal import frozen_from, frozen_json
from orchestrator.adapters.movers.external.frozen import frozen
from orchestrator.execution.moving import dumped, recorded
from orchestrator.model.frozen import Expect
from orchestrator.model.life import Life, Phase
from orchestrator.model.machines import Machine, Reach
from orchestrator.model.move import ExternalMove, Tool
from orchestrator.planning.moving import cutover_digest
from orchestrator.reporting import texts


def machine(name: str, address: str) -> Machine:
    return Machine(name=name, reach=Reach(address=address), address=address)


MOVE = ExternalMove(
    system="S-1",
    slug="s-1",
    source=machine("SV-1", "192.0.2.1"),
    target=machine("p-sv-1", "192.0.2.2"),
    tool=Tool(name="redis", digest="a" * 64),
    options={"port": "1; rm -rf / \u202e'\"\n"},
    able=("back",),
)


def test_nothing_opens_before_the_fence_was_proved_twice_and_the_other_side_arrived() -> None:
    lines = frozen(MOVE, 3).lines
    names = [line.name for line in lines]
    assert names[1:6] == ["external-freeze", "external-prove", "external-last", "external-prove-still", "open"]
    assert [line.name for line in lines if line.decides] == ["open"]
    same = {line.name for line in lines if line.expected is Expect.SAME and line.wanted == ("external-prove",)}
    assert same == {"external-last", "external-prove-still"}
    assert [line.undo.name for line in lines if line.undo] == ["external-unfreeze"]
    told = {*names, *(line.undo.name for line in lines if line.undo)}
    assert [name for name in told if not texts.has(f"frozen.{name}")] == []


def test_a_rollback_is_the_same_list_with_its_ends_swapped() -> None:
    there, back = frozen(MOVE, 3), frozen(MOVE, 4, back=True)
    assert [line.name for line in there.lines] == [line.name for line in back.lines]
    assert (back.leaving, back.opening) == ("p-sv-1", "SV-1")
    told = json.loads(back.lines[1].text)
    assert (told["leaving"]["address"], told["opening"]["address"]) == ("192.0.2.2", "192.0.2.1")
    assert (told["attempt"], json.loads(back.claim.text)["decision"]) == (4, "back")


def test_options_are_data_and_the_section_outlives_its_journal() -> None:
    section = frozen(MOVE, 3)
    assert all(json.loads(line.text)["options"] == MOVE.options for line in section.lines)
    assert all("\n" not in line.text for line in section.lines)
    assert frozen_from(frozen_json(section)) == section
    life = Life(system="S-1", phase=Phase.SYNCING, facts={"move": dumped(MOVE)})
    assert recorded(life) == MOVE


def test_an_approval_is_of_the_tools_bytes_and_options() -> None:
    def digest(move: ExternalMove) -> str:
        return cutover_digest(move, frozen(move, 1))

    assert digest(MOVE) == cutover_digest(MOVE, frozen(MOVE, 2))
    others = (
        replace(MOVE, tool=replace(MOVE.tool, digest="b" * 64)),
        replace(MOVE, options={"port": "2"}),
        replace(MOVE, able=()),
    )
    assert len({digest(MOVE), *map(digest, others)}) == 4
