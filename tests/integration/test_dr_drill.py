"""A standby's recovery is drilled from a copy of it, on a real pair: isolated, timed, compared, and nothing is left."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.model.drill import DrillStep
from tests.worlds.recovery import World, world

pytestmark = pytest.mark.integration
DRILLED = ("-m", "tests.worlds.drilled")
# The connection that feeds the standby, and what the standby is: none of it may change.
FED = "SELECT array_agg(pid || ' ' || backend_start || ' ' || state) FROM pg_stat_replication"
STANDS = "SELECT pg_is_in_recovery() || ' ' || pg_postmaster_start_time() || ' ' || pg_get_wal_replay_pause_state()"


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with world() as made:
        declare(made)
        made.sql("src", "CREATE TABLE kept (id int PRIMARY KEY, note text)")
        made.sql("src", "INSERT INTO kept SELECT n, md5(n::text) FROM generate_series(1, 5000) n")
        yield made


@pytest.fixture
def beating(made: World) -> Iterator[World]:
    made.beat()
    made.until(lambda: made.sql("rep", "SELECT n > 3 FROM migrate_dr.heartbeat") == "t")
    before = made.sql("src", FED), made.sql("rep", STANDS)
    yield made
    made.still()
    # Whatever became of the drill.
    assert (made.sql("src", FED), made.sql("rep", STANDS)) == before
    assert not left(made)


def declare(made: World) -> None:
    """Write a programme whose system has a standby alone."""
    folder = made.declare()
    told = yaml.safe_load((folder / "programme.yaml").read_text())
    del told["recovery"]["systems"]["S-1"]["files"]
    (folder / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))


def left(made: World) -> list[str]:
    """Return what stands on the standby's machine: folders, processes in them, and the account that only waits."""
    found = [str(path) for path in (made.folder / "rep").glob("migrate-drill-*")]
    for path in Path("/proc").glob("[0-9]*"):
        try:
            told = f"{(path / 'cwd').readlink()} {(path / 'cmdline').read_bytes()!r}"
        except OSError:
            continue
        found += [told] if "migrate-drill-" in told and str(made.folder) in told else []
    return found


def drilled(made: World, *words: str, expect: int) -> Any:
    return json.loads(made.migrate("dr", "drill", "S-1", *words, "-o", "json", expect=expect))


def ended(process: subprocess.Popen[str], expect: int) -> Any:
    out, err = process.communicate(timeout=120)
    assert process.returncode == expect, (out[-3000:], err[-3000:])
    return json.loads(out) if out else None


def statuses(came: Any) -> set[tuple[str, str]]:
    return {(each["code"], each["status"]) for each in came["checks"]}


def restorability(made: World) -> str:
    """Return the verdict that the last check kept."""
    entries = [
        json.loads(line) for line in (made.folder / "programme/.migrate/evidence.jsonl").read_text().splitlines()
    ]
    last = next(each for each in reversed(entries) if each["kind"] == "dr.checked")
    return str(last["data"]["seen"]["S-1"]["replicas"][0]["verdicts"]["restorability"])


def test_a_drill_passes_counts_and_leaves_everything_as_it_was(beating: World) -> None:
    came = drilled(beating, expect=0)
    assert came["passed"]
    assert {status for _, status in statuses(came)} == {"pass"}
    steps = {each["step"]: each["seconds"] for each in came["steps"]}
    assert list(steps) == list(DrillStep)
    parts = sum(steps[name] for name in ("isolate", "copy", "recover", "answer"))
    assert parts <= came["rto_seconds"] < parts + 1
    assert 0 <= came["rpo_seconds"] < 30
    ways = [each["values"] for each in came["checks"] if each["code"] == "drill.way"]
    assert {(way["what"], way["port"]) for way in ways} >= {("source", "22"), ("source", "5432"), ("mail", "25")}
    rows = next(each["values"] for each in came["checks"] if each["code"] == "drill.rows")
    assert int(rows["rows"]) >= 5001
    # The drill looked again, so that everything that counts counts it.
    assert restorability(beating) == "pass drilled"
    audit = json.loads(beating.migrate("audit", "dr", "-o", "json", expect=8))
    assert next(each["counted"] for each in audit["ratios"] if each["formula"] == "dr.drilled") == ["S-1"]
    grades = json.loads(beating.migrate("dr", "grade", "S-1", "-o", "json", expect=8))
    assert {each["element"]: each["code"] for each in grades["systems"][0]["elements"]}["plan"] == "drilled"
    record = json.loads(beating.migrate("dr", "record", "S-1", "-o", "json", expect=0))
    assert (record["drill"], record["passed"], record["unended"]) == (came["drill"], True, False)
    assert set(record["checks"]) == {code for code, _ in statuses(came)}


def test_a_place_that_leads_out_ends_the_drill_before_anything_is_started(beating: World) -> None:
    came = ended(beating.begin("dr", "drill", "S-1", "-o", "json", entry=(*DRILLED, "leaking")), expect=8)
    assert came["failed"] == "isolate"
    assert [each["step"] for each in came["steps"]] == ["claim", "room", "decide", "isolate", "remove"]
    assert ("drill.network", "fail") in statuses(came)
    reached = {(each["values"]["what"], each["values"]["port"], each["status"]) for each in came["checks"]
               if each["code"] == "drill.way"}  # fmt: skip
    assert ("source", "5432", "fail") in reached
    assert restorability(beating) == "fail failed"


def test_a_standby_that_is_cut_off_shows_what_would_be_lost(beating: World) -> None:
    beating.net.cut("src", "rep")
    try:
        time.sleep(3)
        came = drilled(beating, expect=0)
    finally:
        beating.net.mend()
    assert 2 < came["rpo_seconds"] < 60
    beating.until(lambda: beating.sql("src", "SELECT count(*) FROM pg_stat_replication") == "1", 90)


def test_one_drills_at_a_time_and_what_a_killed_one_left_is_found_and_taken_away(beating: World) -> None:
    first = beating.begin("dr", "drill", "S-1", entry=(*DRILLED, "stopped", "compare"))
    assert first.stderr
    while "rows are compared" not in first.stderr.readline():
        assert first.poll() is None
    assert left(beating)
    refused = drilled(beating, expect=7)
    assert refused["error"]["code"] == "drill.running"
    first.kill()
    first.communicate()
    told = beating.begin("dr", "check", "S-1")
    assert "migrate dr drill S-1 --clean" in told.communicate(timeout=60)[1]
    cleaned = drilled(beating, "--clean", expect=0)
    assert (cleaned["drill"][-1], cleaned["left"]) == ("Z", [])


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("step", "seconds"),
    [("room", 0), ("isolate", 0.05), ("isolate", 1), ("copy", 0), ("copy", 0.3), ("recover", 0.2), ("recover", 0.8),
     ("closed", 0), ("remove", 0), ("remove", 0.2)],
)  # fmt: skip
def test_a_drill_that_is_killed_anywhere_is_cleaned_by_the_next(beating: World, step: str, seconds: float) -> None:
    ended(beating.begin("dr", "drill", "S-1", entry=(*DRILLED, "killed", step, str(seconds))), expect=-9)
    assert drilled(beating, expect=0)["passed"]


@pytest.mark.nightly
def test_a_source_that_is_silent_is_no_ground_for_a_drill(made: World) -> None:
    made.server("src", "stop", "-m", "fast")
    try:
        came = drilled(made, expect=4)
    finally:
        made.server("src", "start")
    assert (came["failed"], came["rto_seconds"]) == ("decide", None)
    assert ("drill.silent", "unknown") in statuses(came)
    assert not left(made)
