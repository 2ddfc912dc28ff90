"""`migrate batch` in a window: three systems, two crews, one that fails on purpose, and a window too short before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import timedelta
from io import BytesIO

import docx
import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.night import SYSTEMS, Night, night
from tests.worlds.onward import TAKEN

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with night(tmp_path_factory.mktemp("programme")) as running:
        running.batch("syncing")
        yield running


def standing(made: Night) -> dict[str, tuple[Phase, list[str]]]:
    lives = made.site.lives.all()
    return {system: (lives[system].phase, made.worlds[system].writable()) for system in SYSTEMS}


def rehearsed(made: Night, took: Mapping[str, object] | None) -> None:
    for life in made.site.lives.all().values():
        made.site.lives.learn(life, rehearsal=took)


def test_a_window_that_is_too_short_is_given_back(made: Night) -> None:
    evening = made.plan(left=timedelta(minutes=30))
    made.site.migrate("report", "--night", evening.isoformat(), expect=ExitCode.REFUSED)  # nobody was in one yet
    rehearsed(made, {"seconds": 3600})
    told, _ = made.batch("open")
    rehearsed(made, None)
    assert "3 turns: 0 open" in told
    assert standing(made) == {system: (Phase.SYNCING, ["src"]) for system in SYSTEMS}
    found = made.site.migrate("report", "--night", evening.isoformat())["night"]
    assert [(row["system"], row["end"], row["code"]) for row in found["systems"]] == [
        (system, "given-back", f"night.back.{reason}")
        for system, reason in (("S-1", "short"), ("S-2", "short"), ("S-3", "short"))
    ]


def test_a_programme_that_was_taken_over_ends_the_night_before_anybody_is_held(made: Night) -> None:
    evening = made.plan(left=timedelta(hours=2))
    taken = made.site.folder / TAKEN
    taken.touch()
    told, err = made.batch("open", expect=ExitCode.LOCKED)
    taken.unlink()
    assert err.count("[claim.held]") == 1
    assert "op@elsewhere" in err
    assert "3 turns: 0 open" in told
    assert standing(made) == {system: (Phase.SYNCING, ["src"]) for system in SYSTEMS}
    found = made.site.migrate("report", "--night", evening.isoformat())["night"]
    assert [(row["system"], row["end"], row["code"]) for row in found["systems"]] == [
        (system, "held", "claim.held") for system in SYSTEMS
    ]


AT_SOURCES = {system: (Phase.SYNCING, ["src"]) for system in SYSTEMS}


def anew(made: Night) -> None:
    """Forget that anybody was taken back, so that nobody has to send them there again."""
    for life in made.site.lives.all().values():
        made.site.lives.learn(life, rolled_back=None)
    made.batch("syncing")


# A night's report keeps what came of a system until something else does: where somebody is to be held in it, nobody has
# had a turn yet.
@pytest.mark.nightly
def test_a_group_of_which_one_may_not_go_does_not_begin_and_names_it(made: Night) -> None:
    anew(made)
    life = made.site.lives.of("S-3")
    assert life
    made.site.lives.learn(life, rolled_back="2026-01-01")
    evening = made.plan(left=timedelta(hours=2), group="S-1")
    _, err = made.batch("open")
    assert "S-1: S-3 of its dependency group cannot be cut over; it stays with it" in err
    assert standing(made) == AT_SOURCES
    report = made.site.migrate("report", "--night", evening.isoformat())["night"]
    assert [(row["end"], row["code"]) for row in report["systems"]] == [
        ("held", "night.hold.member"), ("held", "night.hold.member"), ("held", "move.waits.person"),
    ]  # fmt: skip
    anew(made)


@pytest.mark.nightly
def test_a_group_that_stays_open_where_one_fails_is_told_as_split(made: Night) -> None:
    made.as_group("stay")
    evening = made.plan(left=timedelta(hours=2), group="S-1")
    with made.held("S-2"):
        told, _ = made.batch("open", expect=ExitCode.FINDING)
    assert standing(made) == {**AT_SOURCES, "S-1": (Phase.OPEN, ["tgt"])}
    assert "dependency group S-1 is split: open S-1; at their sources S-2, S-3" in told
    report = made.site.migrate("report", "--night", evening.isoformat(), expect=ExitCode.FINDING)["night"]
    assert [(row["system"], row["end"]) for row in report["systems"]] == [
        ("S-1", "open"), ("S-2", "back"), ("S-3", "held"),
    ]  # fmt: skip
    made.taken_back("S-1")
    anew(made)


def test_a_group_of_which_one_fails_goes_back_as_a_whole(made: Night) -> None:
    made.as_group("return")
    evening = made.plan(left=timedelta(hours=2), group="S-1")
    dry = made.site.migrate("cutover", "S-2", "--dry-run")["group"]
    assert (dry["systems"], dry["returns"]) == (list(SYSTEMS), True)
    with made.held("S-3"):
        told, err = made.batch("open", expect=ExitCode.ROLLED_BACK)
    turns = [line for line in err.splitlines() if "its turn begins" in line or "it goes back with it" in line]
    another = "another of its dependency group is not open; it goes back with it"
    assert turns == [
        *(f"{system}: its turn begins" for system in SYSTEMS), f"S-2: {another}", f"S-1: {another}",
    ]  # fmt: skip
    assert standing(made) == AT_SOURCES
    assert "dependency group S-1: all of it is at its sources (S-1, S-2, S-3)" in told
    report = made.site.migrate("report", "--night", evening.isoformat())["night"]
    assert [(row["system"], row["end"], row["code"]) for row in report["systems"]] == [
        ("S-1", "returned", "night.returned"), ("S-2", "returned", "night.returned"), ("S-3", "back", "session.late"),
    ]  # fmt: skip
    assert [(group["whole"], group["returns"]) for group in report["groups"]] == [("back", True)]


@pytest.mark.nightly
@pytest.mark.parametrize("fails", [False, True])
def test_a_night_that_is_killed_between_two_of_a_group_is_gone_on_with(made: Night, fails: bool) -> None:
    anew(made)
    made.as_group("return")
    evening = made.plan(left=timedelta(hours=2), group="S-1")
    made.killed_once("S-1", Phase.OPEN)
    with made.held("S-3") if fails else nullcontext():
        made.batch("open", expect=ExitCode.ROLLED_BACK if fails else ExitCode.DONE)
    if fails:
        assert standing(made) == AT_SOURCES
    else:
        assert standing(made) == {system: (Phase.OPEN, ["tgt"]) for system in SYSTEMS}
    report = made.site.migrate("report", "--night", evening.isoformat())["night"]
    assert [group["whole"] for group in report["groups"]] == ["back" if fails else "whole"]
    for system in () if fails else reversed(SYSTEMS):
        made.taken_back(system)
    anew(made)


def test_two_open_side_by_side_and_one_that_cannot_hold_its_clients_is_back_at_its_source(made: Night) -> None:
    anew(made)
    evening = made.plan(left=timedelta(hours=2))
    with made.held("S-3"):
        told, err = made.batch("open", expect=ExitCode.ROLLED_BACK)
    begins = [line for line in err.splitlines() if line.endswith("its turn begins") or "waits for a crew" in line]
    assert begins == ["S-1: its turn begins", "S-2: its turn begins", "S-3 waits for a crew", "S-3: its turn begins"]
    assert "3 turns: 2 open, 1 back at their sources" in told
    assert standing(made) == {
        "S-1": (Phase.OPEN, ["tgt"]), "S-2": (Phase.OPEN, ["tgt"]), "S-3": (Phase.SYNCING, ["src"]),
    }  # fmt: skip

    answer = made.site.migrate("report", "--night", evening.isoformat())
    report = answer["night"]
    assert (report["batches"], report["crews"], report["interrupted"]) == ([1], 2, False)
    assert report["ended"]
    rows = {row["system"]: row for row in report["systems"]}
    assert list(rows) == ["S-1", "S-2", "S-3"]
    for row in (rows["S-1"], rows["S-2"]):
        assert (row["end"], row["verified"], row["lost"], row["duplicated"]) == ("open", True, 0, 0)
        assert row["gap_seconds"] > 0
        assert row["rows"] > 0
        assert row["who"]
    assert (rows["S-3"]["end"], rows["S-3"]["failed"], rows["S-3"]["verified"]) == ("back", "hold", None)
    files = [made.site.folder / "report" / f"night-{evening}.{kind}" for kind in ("html", "docx")]
    assert answer["files"] == [str(file) for file in files]
    table = docx.Document(BytesIO(files[1].read_bytes())).tables[0]
    assert [row.cells[0].text.split()[0] for row in table.rows[1:]] == list(SYSTEMS)
