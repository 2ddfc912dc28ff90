"""Commands that move data ask whose the programme is, and whether a cloud is the one it was, before they act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import read
from orchestrator.errors import ExitCode
from orchestrator.execution.database import Database
from orchestrator.execution.lives import Lives
from orchestrator.execution.moving import dumped
from orchestrator.model.life import Move, Phase
from tests.command_site import CLOUDS, SLUG, CommandSite, command_site
from tests.unit.adapters.test_rehearsal_list import move

pytestmark = pytest.mark.integration

FIRST = CLOUDS[0]
MOVING = [("cutover", "S-1", "--yes"), ("rollback", "S-1", "--yes"), ("retire", "S-1", "--confirm", "S-1")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandSite]:
    """A programme whose batch was run, with a life that waits for its cutover."""
    moving = {"approvals": "none", "windows": "any"}
    with command_site(tmp_path_factory.mktemp("moving") / "p", {"S-1": "甲局"}, moving=moving) as made:
        made.run("batch", "1", "--yes")
        state = made.folder / ".migrate"
        lives = Lives(Database(programme=SLUG, file=state / "state.sqlite", log=state / "engine.log"), SystemClock())
        life = lives.happen(lives.begin("S-1"), Move.PREPARE, move=dumped(move("app")), method="logical")
        assert lives.happen(life, Move.SEED).phase is Phase.SYNCING
        yield made


def moved(site: CommandSite) -> list[str]:
    """Return what the record has of data that moved."""
    path = site.folder / ".migrate" / "evidence.jsonl"
    return [entry.kind for entry in read(path) if entry.kind.startswith("move.")]


def foreign() -> dict[str, Any]:
    name = f"migrate-claim:{SLUG}/{'a' * 32}/20260101T000000Z/op@elsewhere/{'b' * 12}"
    return {"g-1": {"id": "g-1", "name": name, "members": []}}


@pytest.mark.parametrize("command", MOVING, ids=lambda command: command[0])
def test_another_folders_programme_is_not_moved(
    site: CommandSite, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.clouds[FIRST].things, "server-groups", foreign())
    _, err = site.run(*command, expect=ExitCode.LOCKED)
    assert "[claim.held]" in err
    assert "op@elsewhere" in err
    assert moved(site) == []


@pytest.mark.parametrize("command", MOVING, ids=lambda command: command[0])
def test_data_is_not_moved_when_a_cloud_is_another(
    site: CommandSite, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.clouds[FIRST], "project", "2" * 32)
    _, err = site.run(*command, expect=ExitCode.LOCKED)
    assert "[cloud.another]" in err
    assert moved(site) == []


def test_a_dry_run_shows_the_list_and_tells_of_the_other_folder(
    site: CommandSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.clouds[FIRST].things, "server-groups", foreign())
    out, err = site.run("cutover", "S-1", "--dry-run", expect=ExitCode.LOCKED)
    assert "[claim.held]" in err
    assert f"{FIRST}: another state folder has the programme: op@elsewhere" in out
    assert "→ go on in that folder" in out
    assert list(site.clouds[FIRST].things["server-groups"]) == ["g-1"]


READING = [
    ("cutover", "S-1", "--dry-run"),
    ("cutover", "S-1", "--rehearse", "--dry-run"),
    ("rollback", "S-1", "--dry-run"),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_dry_runs_answer_tells_of_the_other_folder(
    site: CommandSite, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.clouds[FIRST].things, "server-groups", foreign())
    told = {"cloud": FIRST, "ours": False, "code": "claim.held", "id": "g-1", "state": "a" * 32}
    answer = site.ask(*command, expect=ExitCode.LOCKED)
    assert answer["claims"] == [{**told, "since": "2026-01-01T00:00:00+00:00", "who": "op@elsewhere"}]


def test_a_dry_runs_answer_tells_which_cloud_could_not_tell(site: CommandSite, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.ask(*READING[0])["claims"] == []
    monkeypatch.setattr(site.clouds[FIRST], "refused", 401)
    (claim,) = site.ask(*READING[0])["claims"]
    assert (claim["cloud"], claim["ours"], claim["code"]) == (FIRST, None, "cloud.credentials")


def test_a_silent_cloud_stops_a_cutover_and_no_rollback(site: CommandSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.clouds[FIRST], "refused", 401)
    _, err = site.run("cutover", "S-1", "--yes", expect=ExitCode.FAILED)
    assert err.count("[cloud.credentials]") == 2  # told, and why it ends
    assert moved(site) == []
    _, err = site.run("rollback", "S-1", "--yes", expect=ExitCode.REFUSED)
    assert "[cloud.credentials]" in err
    assert "[life.not-now]" in err  # it came as far as the life itself
    path = site.folder / ".migrate" / "evidence.jsonl"
    assert [entry.data["cloud"] for entry in read(path) if entry.kind == "claim.unknown"] == [FIRST, FIRST]


def test_a_folder_of_before_there_were_claims_writes_them_before_it_moves(
    site: CommandSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cloud in site.clouds.values():
        monkeypatch.setitem(cloud.things, "server-groups", {})
    site.run("rollback", "S-1", "--yes", expect=ExitCode.REFUSED)
    assert len(site.clouds[FIRST].of("server-groups")) == 1
