"""Lives on a real database: kept over processes, changed by one writer at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestrator import resources
from orchestrator.cli.output import Shell
from orchestrator.cli.programme import load
from orchestrator.errors import Locked, Refused
from orchestrator.execution import life_rows, tables
from orchestrator.execution.database import Database
from orchestrator.execution.lives import Lives
from orchestrator.model.life import Move, Phase
from orchestrator.model.system import Status
from tests.fakes import FakeClock

pytestmark = pytest.mark.integration


@pytest.fixture
def lives(tmp_path: Path) -> Lives:
    database = Database(programme="prog", file=tmp_path / "state.sqlite", log=tmp_path / "engine.log")
    database.prepare()
    return Lives(database, FakeClock())


def test_before_anything_ran_there_are_none(tmp_path: Path) -> None:
    database = Database(programme="prog", file=tmp_path / "state.sqlite", log=tmp_path / "engine.log")
    assert Lives(database, FakeClock()).all() == {}
    assert not (tmp_path / "state.sqlite").exists()


def test_a_life_begins_once(lives: Lives) -> None:
    first = lives.begin("SH-001")
    moved = lives.happen(first, Move.PREPARE, method="logical")
    assert lives.begin("SH-001") == moved == lives.of("SH-001")
    assert moved.facts == {"method": "logical"}


def test_facts_stay_until_they_are_forgotten(lives: Lives) -> None:
    life = lives.note(lives.begin("SH-001"), waits_for="life.waits.window", waits={"from": "22:00"}, lag=3, window="w")
    assert (life.waits_for, life.waits) == ("life.waits.window", {"from": "22:00"})
    life = lives.happen(life, Move.PREPARE, window=None)
    assert (life.waits_for, life.facts) == ("", {"lag": 3})


def test_they_are_read_without_the_engine_as_with_it(
    lives: Lives, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives.note(lives.begin("SH-002"), waits_for="life.waits.window", waits={"from": "22:00"}, lag=3)
    lives.begin("SH-001")
    database = Database(programme="prog", file=tmp_path / "state.sqlite", log=tmp_path / "engine.log")
    assert list(life_rows.lives(database, FakeClock()).items()) == list(lives.all().items())
    monkeypatch.setattr(tables, "FORM", -1)
    assert list(life_rows.lives(database, FakeClock())) == ["SH-001", "SH-002"]


def test_a_frozen_section_is_counted(lives: Lives) -> None:
    life = lives.begin("SH-001")
    for move in (Move.PREPARE, Move.SEED, Move.FREEZE, Move.ABORT, Move.FREEZE, Move.OPEN, Move.ROLLBACK):
        life = lives.happen(life, move)
    assert (life.phase, life.attempt) == (Phase.ROLLBACK, 3)


def test_the_table_is_asked(lives: Lives) -> None:
    life = lives.begin("SH-001")
    with pytest.raises(Refused) as refused:
        lives.happen(life, Move.RETIRE)
    assert refused.value.code == "life.not-now"
    assert lives.of("SH-001") == life


def test_who_read_an_older_row_changes_nothing(lives: Lives) -> None:
    life = lives.begin("SH-001")
    now = lives.happen(life, Move.PREPARE)
    with pytest.raises(Locked) as locked:
        lives.happen(life, Move.PREPARE)
    assert locked.value.code == "life.changed"
    assert lives.of("SH-001") == now


def test_programmes_in_one_database_do_not_meet(lives: Lives, tmp_path: Path) -> None:
    other = Lives(Database(programme="other", file=tmp_path / "state.sqlite", log=tmp_path / "engine.log"), FakeClock())
    lives.begin("SH-001")
    assert other.all() == {}


def test_a_list_is_read_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    shutil.copytree(resources.path("seeds") / "lab", folder)
    shell = Shell(folder=folder)
    before = {system.id: system.status for system in load(shell)[1].systems}

    (folder / ".migrate").mkdir(mode=0o700)
    database = Database(programme="lab", file=folder / ".migrate/state.sqlite", log=folder / ".migrate/engine.log")
    database.prepare()
    lives = Lives(database, FakeClock())
    life = lives.begin("SH-002")
    for move in (Move.PREPARE, Move.SEED, Move.FREEZE, Move.OPEN):
        life = lives.happen(life, move)

    after = {system.id: system.status for system in load(shell)[1].systems}
    assert after == {**before, "SH-002": Status.CUT_OVER}
    assert "SH-002" in capsys.readouterr().err
