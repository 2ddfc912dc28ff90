"""A standby is made from nothing and taken away again: nothing is written over, and nothing is left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest

from orchestrator.adapters.replicas.held_folder import mark_of
from tests.worlds.net import run
from tests.worlds.prepared import KEEP, bare, data, told
from tests.worlds.preparing import drop, prepare, refused
from tests.worlds.recovery import World

pytestmark = pytest.mark.integration
KILLED = ("-m", "tests.worlds.prepared", "killed")
TRACES = """SELECT json_build_object('slots', (SELECT count(*) FROM pg_replication_slots),
 'roles', (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'migrate%'),
 'beats', to_regclass('migrate_dr.heartbeat') IS NOT NULL)"""


@pytest.fixture(scope="module")
def primary() -> Iterator[World]:
    with bare() as made:
        yield made


@pytest.fixture
def made(primary: World) -> Iterator[World]:
    """Give the primary without a standby; what a test leaves is taken away."""
    hba = (primary.folder / "src" / "data" / "pg_hba.conf").read_text()
    yield primary
    told(primary, data=str(data(primary)), config=None, rate=None)
    primary.net.mend()
    drop(primary, "--confirm", "S-1", expect=0)
    assert json.loads(primary.sql("src", TRACES)) == {"slots": 0, "roles": 0, "beats": False}
    assert (primary.folder / "src" / "data" / "pg_hba.conf").read_text() == hba
    assert not list((primary.folder / "rep").glob("*"))


def killed(made: World, step: str, when: str, *words: str) -> None:
    died = made.begin("dr", *(words or ("prepare", "S-1")), entry=(*KILLED, step, when))
    died.communicate(timeout=60)
    assert died.returncode == -9


def checked(made: World) -> tuple[dict[str, str], str]:
    """Check it; return what did not pass, and what was said."""
    out, err = made.begin("dr", "check", "S-1", "-o", "json").communicate(timeout=60)
    (replica,) = json.loads(out)["systems"][0]["replicas"]
    found = {each["code"].split(".")[1]: each["status"] for each in replica["results"]}
    return {name: status for name, status in found.items() if status != "pass"}, err


def test_a_standby_is_made_from_nothing_also_after_a_kill_and_taken_away(made: World) -> None:
    steps = [each["step"] for each in prepare(made, "--dry-run", expect=0)["todo"]]
    assert steps == ["access", "beat", "slot", "seed", "start", "prove"]
    assert not data(made).exists()
    stale = [made.folder / "rep" / f"migrate-failover-{mark_of(made.standby())}", made.folder / "rep" / "another's"]
    for folder in stale:
        folder.mkdir()
    killed(made, "begin", "after")  # the copy itself goes on
    assert made.sql("src", "SELECT count(*) FROM pg_replication_slots") == "1"
    assert "migrate dr drop S-1" in checked(made)[1]  # the slot is told, before it fills the source's disk
    came = prepare(made, expect=0)
    assert {each["code"]: each["status"] for each in came["proofs"]} == {
        "dr.identity.same": "pass", "dr.continuity.follows": "pass", "prepare.caught-up": "pass",
    }  # fmt: skip
    assert [folder.exists() for folder in stale] == [False, True]
    manifest = json.loads((data(made) / "backup_manifest").read_text())
    assert {each["Checksum-Algorithm"] for each in manifest["Files"]} == {"SHA256"}
    # Once more is the same as once.
    assert [each["step"] for each in prepare(made, expect=0)["steps"]] == ["prove"]
    wrong, said = checked(made)
    assert wrong == {"content": "unknown", "restorability": "fail", "protection": "fail"}  # no drill yet, no TLS
    assert "migrate dr drop S-1" not in said
    parts = drop(made, "--dry-run", expect=0)["there"]
    assert parts == ["standby", "data", "slot", "line", "role", "beat", "folder"]
    made.migrate("dr", "drop", "S-1", expect=4)  # without --confirm
    assert drop(made, "--confirm", "S-1", expect=0)["left"] == []
    stale[1].rmdir()


@pytest.mark.nightly
def test_whatever_forbids_it_is_told_at_once_and_nothing_is_touched(made: World) -> None:
    made.sql("src", "ALTER SYSTEM RESET max_slot_wal_keep_size")
    made.sql("src", "SELECT pg_reload_conf()")
    (data(made) / "base").mkdir(parents=True)
    (data(made) / "base" / "somebody's").write_text("data")
    shutil.chown(data(made), "postgres")
    told(made, config="/nowhere/postgresql.conf")
    run(*made.net.inside("rep"), *["iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", "5432", "-j", "REJECT"])
    assert refused(made) == ["bounded", "data", "config", "reach"]
    assert (data(made) / "base" / "somebody's").read_text() == "data"
    shutil.rmtree(data(made))
    made.net.mend()
    told(made, data="/nowhere/data", config=None)
    made.sql("src", "ALTER SYSTEM SET max_slot_wal_keep_size = '9999GB'")
    made.sql("src", "SELECT pg_reload_conf()")
    assert refused(made) == ["bounded", "parent", "place"]
    made.sql("src", KEEP)
    made.sql("src", "SELECT pg_reload_conf()")
    told(made, superuser="watcher")
    assert refused(made) == ["silent"]
    told(made, superuser="postgres", data=str(data(made)))
    assert json.loads(made.sql("src", TRACES)) == {"slots": 0, "roles": 0, "beats": False}
    # What was never made is nothing to take away.
    assert drop(made, "--confirm", "S-1", expect=0)["there"] == []


@pytest.mark.nightly
@pytest.mark.parametrize("step", ["access", "beat", "slot", "begin", "seeding", "start", "observe"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_standby_whose_making_is_killed_anywhere_is_made_by_the_next_command(
    made: World, step: str, when: str
) -> None:
    told(made, rate="8M")  # slow enough to be seen under way
    killed(made, step, when)
    assert prepare(made, expect=0)["done"]


@pytest.mark.nightly
@pytest.mark.parametrize("part", ["standby", "data", "slot", "line", "role", "beat"])
def test_taking_away_that_is_killed_anywhere_is_ended_by_the_next_command(made: World, part: str) -> None:
    prepare(made, expect=0)
    killed(made, "take", part, "drop", "S-1", "--confirm", "S-1")
