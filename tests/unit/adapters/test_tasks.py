"""The board of running tasks: what one process writes, another reads; what it cannot read it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.tasks import TaskBoard

NAMES = ["S-1", "../../etc/passwd", "系统 \x1b[2J", "a" * 300]


@pytest.mark.parametrize("system", NAMES, ids=["plain", "a path", "a terminal's", "long"])
def test_what_is_begun_is_shown_until_it_ends(system: str, tmp_path: Path) -> None:
    board = TaskBoard(tmp_path / "tasks", SystemClock())
    assert board.all() == {}
    board.ended(system)
    board.begun(system, "Install nginx", 1, 12)
    board.begun(system, "Reload", 2, None)
    found = TaskBoard(tmp_path / "tasks", SystemClock()).all()
    assert {name: (task.task, task.number, task.of) for name, task in found.items()} == {system: ("Reload", 2, None)}
    assert [path.parent for path in tmp_path.rglob("*.json")] == [tmp_path / "tasks"]
    board.ended(system)
    assert board.all() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"system": "S-1", "task": "t", "number": "x", "of": 1}'])
def test_a_file_that_says_nothing_shows_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(text)
    assert TaskBoard(tmp_path, SystemClock()).all() == {}
