"""The list of a dump: what copies comes after every fence, and opening after every proof; nothing secret is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.adapters.movers.postgresql.dump_frozen import dump_frozen
from orchestrator.adapters.movers.postgresql.dump_rehearsing import dump_rehearsal
from orchestrator.model.frozen import Expect
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import Copying, DatabaseMove, Limits, Method

_SOURCE, _TARGET = (
    DatabaseServer(name=name, reach=Reach(address=address), address=address, socket=f"/run/{name}")
    for name, address in (("source", "192.0.2.1"), ("target", "192.0.2.2"))
)
TRIED = Copying(dump=20, restore=60, compare=5, patience=120)


def move(*databases: str, copying: Copying | None = TRIED, limits: Limits | None = None) -> DatabaseMove:
    return DatabaseMove(
        system="S-1", slug="s-1", databases=databases or ("app",), source=_SOURCE, target=_TARGET,
        pooler=Pooler(name="pooler", reach=Reach(address="192.0.2.3"), file="/f"), roles=("app",), method=Method.DUMP,
        copying=copying, limits=limits or Limits(),
    )  # fmt: skip


@pytest.mark.parametrize("databases", [("app",), ("app", "other.db-2")])
def test_every_line_stands_where_it_must(databases: tuple[str, ...]) -> None:
    section = dump_frozen(move(*databases), 3)
    names = [line.name for line in section.lines]
    for name in ("dump", "restore", "sum", "prove-same", "border"):
        assert names.count(name) == len(databases)
    order = ("fence", "prove-login", "hold", "end-sessions", "prove-ended", "snapshot", "dump", "restore", "sum")
    assert [names.index(name) for name in order] == sorted(names.index(name) for name in order)
    opening = names.index("open")
    assert (
        max(number for number, name in enumerate(names) if name.startswith("prove-") and name != "prove-route")
        < opening
    )
    assert all(line.expected is Expect.SAME for line in section.lines if line.name == "prove-same")
    # The session that is to be dead would write if it were asked beside what ends it.
    assert not any(line.beside for line in section.lines if line.name in {"prove-ended", "prove-sessions"})
    assert {line.voice for line in section.lines} <= {voice.name for voice in section.voices}


def test_deadlines_follow_the_trial_or_the_person() -> None:
    assert dump_frozen(move(), 1).seconds == 5 + 2 * 85 + 30
    allowed = move(limits=Limits(copy=timedelta(seconds=100)))
    assert dump_frozen(allowed, 1).seconds == 105
    longest = max(line.deadline for line in dump_frozen(allowed, 1).lines)
    assert longest == timedelta(seconds=100)


@pytest.mark.parametrize(
    ("copying", "refuses"),
    [(TRIED, True), (replace(TRIED, patience=0), False), (replace(TRIED, patience=3600), False),
     (replace(TRIED, patience=0, shared=False), True)],
)  # fmt: skip
def test_new_clients_are_refused_where_the_pooler_would_not_let_them_wait(copying: Copying, refuses: bool) -> None:
    lines = dump_frozen(move(copying=copying), 1).lines
    undone = {line.undo.name for line in lines if line.undo}
    assert ("refuse" in [line.name for line in lines], "admit" in undone) == (refuses, refuses)
    assert "refuse" not in [line.name for line in dump_frozen(move(copying=replace(TRIED)), 1, back=True).lines]


def test_the_way_back_copies_nothing_and_gives_up_no_more_than_was_accepted() -> None:
    section = dump_frozen(replace(move("app", "other"), lose=(7, 0)), 2, back=True)
    accepted = [line.text for line in section.lines if line.name == "accepted"]
    assert ["> 7 THEN RAISE" in text for text in accepted] == [True, False]
    assert {"dump", "restore", "sum"}.isdisjoint(line.name for line in section.lines)
    assert (section.seconds, section.leaving, section.opening) == (5, "target", "source")


def test_every_line_is_rehearsed_or_said_not_to_be() -> None:
    plan, lines = dump_rehearsal(move(), 1), [line.name for line in dump_frozen(move(), 1).lines]
    rehearsed = [step.name for step in plan.steps if step.line]
    assert rehearsed == ["dump", "restore", "sum", "prove-same"]
    assert [name for name in lines if name not in rehearsed] == list(plan.skipped)
    assert [step.name for step in plan.steps if step.makes] == ["empty"]
