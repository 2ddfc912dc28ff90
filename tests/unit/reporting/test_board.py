"""The board as a value: green is only what was seen just now, and no value of a state is believed to be of its kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.model.life import Life, Phase
from orchestrator.model.result import RunningTask, RunStatus, SystemRun
from orchestrator.model.schedule import Basis, Schedule, Slot, Window
from orchestrator.reporting.board import Board, BoardRow, Clock, Light, Turn, happened
from orchestrator.reporting.board_page import local, render_board, size
from orchestrator.reporting.view import to_json

NOW = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
HOLDER = {"pid": 1, "command": "migrate batch 1"}


def seen(at: datetime = NOW, **more: object) -> Mapping[str, object]:
    begun = {"at": (NOW - timedelta(seconds=100)).isoformat(), "bytes_done": 0}
    told = {"streaming": True, "bytes_done": 1000, "bytes_all": 3000, "lag_bytes": 7}
    return {"at": at.isoformat(), "begun": begun, **told, **more}


def row(phase: Phase = Phase.SYNCING, *, holder: Mapping[str, object] | None = None, **told: Any) -> BoardRow:
    life = Life(system="S", phase=phase, **told)
    (found,) = Board(programme="p", title="t", at=NOW, read=NOW, lives=(life,), holder=holder).rows
    return found


def test_a_copy_s_rate_is_the_average_since_the_first_look() -> None:
    copy = row(Phase.PREPARED, facts={"progress": seen()}).copy
    assert copy is not None
    assert (copy.rate, copy.left, copy.lag, copy.fresh) == (10.0, 200.0, 7, True)


@pytest.mark.parametrize(
    ("phase", "told", "holder", "light"),
    [
        (Phase.SYNCING, {"facts": {"progress": seen()}}, None, Light.GREEN),
        (Phase.SYNCING, {"facts": {"progress": seen(NOW - timedelta(minutes=2))}}, None, Light.GREY),
        (Phase.SYNCING, {"facts": {"progress": seen(NOW + timedelta(minutes=2))}}, None, Light.GREY),
        (Phase.SYNCING, {"facts": {"progress": seen(streaming="yes")}}, None, Light.GREY),
        (Phase.SYNCING, {}, None, Light.GREY),
        (Phase.SYNCING, {"facts": {"progress": seen(), "last": {"decision": "back"}}}, None, Light.RED),
        (Phase.SYNCING, {"facts": {"progress": seen()}, "waits_for": "x"}, None, Light.YELLOW),
        (Phase.PROVISIONED, {}, None, Light.GREY),
        (Phase.CUTOVER, {}, HOLDER, Light.BLUE),
        (Phase.CUTOVER, {}, None, Light.RED),
        (Phase.OPEN, {}, None, Light.DONE),
    ],
)
def test_a_light_says_no_more_than_is_known(
    phase: Phase, told: Mapping[str, Any], holder: Mapping[str, object] | None, light: Light
) -> None:
    assert row(phase, holder=holder, **told).light is light


def test_what_is_remembered_is_grey_whatever_it_was() -> None:
    lives = tuple(Life(system=f"S-{phase}", phase=phase, facts={"progress": seen()}) for phase in Phase)
    board = Board(programme="p", title="t", at=NOW, read=NOW - timedelta(hours=1), lives=lives, holder=HOLDER)
    assert {each.light for each in board.rows} == {Light.GREY}


@pytest.mark.parametrize(
    ("status", "holder", "light"),
    [
        (RunStatus.FAILED, None, Light.RED),
        (RunStatus.RUNNING, HOLDER, Light.BLUE),
        (RunStatus.RUNNING, None, Light.GREY),
        (RunStatus.WAITING, None, Light.GREY),
        (RunStatus.DONE, None, Light.GREY),
    ],
)
def test_a_system_without_a_life_stands_by_its_run(
    status: RunStatus, holder: Mapping[str, object] | None, light: Light
) -> None:
    run = SystemRun(system="S", batch=1, workflow="w", attempt=1, status=status)
    board = Board(programme="p", title="t", at=NOW, read=NOW, runs=(run,), holder=holder)
    assert board.rows[0].light is light
    stage = "provisioned" if status is RunStatus.DONE else "provisioning"
    assert {name for name, count in board.counts.items() if count} == {stage}


@pytest.mark.parametrize(
    ("status", "holder", "read", "told"),
    [
        (RunStatus.RUNNING, HOLDER, NOW, True),
        (RunStatus.RUNNING, None, NOW, False),  # what a killed run left
        (RunStatus.WAITING, HOLDER, NOW, False),
        (RunStatus.RUNNING, HOLDER, NOW - timedelta(minutes=1), False),  # remembered
    ],
)
@pytest.mark.parametrize(("of", "shown"), [(7, "task 3 of 7"), (None, "task 3 of an unknown number")])
def test_the_task_that_runs_now_is_told_and_no_other(
    status: RunStatus, holder: Mapping[str, object] | None, read: datetime, told: bool, of: int | None, shown: str
) -> None:
    run = SystemRun(system="S", batch=1, workflow="w", attempt=1, status=status)
    task = RunningTask(task="<b>restore</b>\u202e" + "x" * 999, number=3, of=of, since=NOW)
    board = Board(programme="p", title="t", at=NOW, read=read, runs=(run,), tasks={"S": task}, holder=holder)
    page, answer = render_board(board, "en").decode(), json.loads(to_json(board.data()))["systems"][0]["task"]
    assert (shown in page) is told
    assert "<b>restore" not in page
    assert "\u202e" not in page
    assert ((answer or {}).get("number"), (answer or {}).get("of")) == ((3, of) if told else (None, None))
    assert "第 3/" in render_board(board, "zh").decode() or not told


WRONG: tuple[object, ...] = (
    None,
    True,
    -1,
    1.5,
    float("nan"),
    float("inf"),
    1 << 80,
    "x",
    "0001-01-01",
    [],
    {},
    [[]],
    "\ud800",
)


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_no_fact_is_believed_to_be_what_it_should_be(wrong: object) -> None:
    facts: list[Mapping[str, object]] = [{"progress": wrong, "last": wrong}]
    facts += [{"progress": {**seen(), name: wrong}} for name in seen()]
    facts += [{"progress": seen(begun={"at": wrong, "bytes_done": wrong})}]
    facts += [{"last": {name: wrong}} for name in ("decision", "back", "seconds", "at")]
    waits: Any = {"from": wrong}
    lives = tuple(
        Life(system=f"S-{number}", phase=Phase.PREPARED, facts=each, waits_for="gate.window.late", waits=waits)
        for number, each in enumerate(facts)
    )
    entry = happened(NOW.isoformat(), "life", {"system": wrong, "before": wrong})
    assert entry is not None
    board = Board(programme="p", title="t", at=NOW, read=NOW, lives=lives, night=(entry,), holder={"command": wrong})
    json.loads(to_json(board.data()), parse_constant=pytest.fail)
    assert render_board(board, "zh")
    assert render_board(board, "en")


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-01T15:00:00", "0001-01-01T00:00:00+14:00"])
def test_an_entry_without_a_time_tells_no_night(at: str) -> None:
    entry = happened(at, "life", {})
    assert entry is None or local(entry.at) in {"?", "01-01 00:00:00"}


def test_only_what_tells_a_night_is_taken_from_the_record() -> None:
    assert happened(NOW.isoformat(), "call.answer", {"body": "x"}) is None
    entry = happened(NOW.isoformat(), "move.decided", {"system": "S", "decision": "open", "answers": ["SQL"]})
    assert entry is not None
    assert entry.values == {"system": "S", "decision": "open", "back": "", "seconds": "", "failed": "", "code": ""}


def plan(*windows: tuple[int, int]) -> Schedule:
    slots = [
        Slot(
            system="S", name="", unit="", batch=1, group="S", crew=1, basis=Basis.MEASURED,
            start=NOW + timedelta(hours=first), end=NOW + timedelta(hours=first, minutes=30),
            rollback_by=NOW + timedelta(hours=last, minutes=-10),
        )
        for first, last in windows
    ]  # fmt: skip
    made = tuple(
        Window(evening=NOW.date(), start=slot.start, end=NOW + timedelta(hours=last), load={}, slots=(slot,))
        for slot, (_, last) in zip(slots, windows, strict=True)
    )
    return Schedule(
        programme="p", made_for=NOW.date(), solver="greedy", inputs={}, goals=(), batches=(), windows=made
    )  # fmt: skip


@pytest.mark.parametrize(
    ("windowed", "schedule", "clock", "begins"),
    [
        (False, None, Clock.ANY, None),
        (True, None, Clock.UNKNOWN, None),
        (True, plan((-9, -1)), Clock.OVER, None),
        (True, plan((30, 34), (6, 10), (-9, -1)), Clock.NEXT, 6),
        (True, plan((6, 10), (-1, 3)), Clock.OPEN, -1),
    ],
)
def test_the_window_that_counts(windowed: bool, schedule: Schedule | None, clock: Clock, begins: int | None) -> None:
    board = Board(programme="p", title="t", at=NOW, read=NOW, windowed=windowed, schedule=schedule)
    assert board.clock is clock
    assert (board.window.start if board.window else None) == (NOW + timedelta(hours=begins) if begins else None)


@pytest.mark.parametrize(
    ("phase", "window", "holder", "turn"),
    [
        (Phase.SYNCING, (1, 3), None, Turn.PLANNED),
        (Phase.SYNCING, (-1, 3), None, Turn.DUE),
        (Phase.OPEN, (-1, 3), None, Turn.DONE),
        (Phase.CUTOVER, (-1, 3), HOLDER, Turn.RUNNING),
        (Phase.CUTOVER, (-1, 3), None, Turn.UNDECIDED),
        (None, (-1, 3), None, Turn.UNKNOWN),
    ],
)
def test_a_slot_s_turn(
    phase: Phase | None, window: tuple[int, int], holder: Mapping[str, object] | None, turn: Turn
) -> None:
    lives = (Life(system="S", phase=phase),) if phase else ()
    board = Board(
        programme="p", title="t", at=NOW, read=NOW, lives=lives, holder=holder, windowed=True, schedule=plan(window)
    )
    assert [found for _, found in board.turns] == [turn]


@pytest.mark.parametrize(
    ("count", "text"), [(None, "?"), (0, "0 B"), (4096, "4 KiB"), (3 << 20, "3.0 MiB"), (1 << 80, "1048576.0 EiB")]
)
def test_sizes(count: float | None, text: str) -> None:
    assert size(count) == text
