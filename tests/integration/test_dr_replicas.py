"""Every false answer about a replica is told right, on a real PostgreSQL pair and on real trees over real sshd."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from orchestrator.model.result import CheckStatus
from tests.worlds.recovery import RPO, World, cluster, world

pytestmark = pytest.mark.integration
PASS, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN
# What a popular exporter says: nothing is behind where all that was received is replayed.
EXPORTER = """SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
 WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
 ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END"""


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def beating(made: World) -> Iterator[World]:
    made.beat()
    yield made
    made.still()


def test_a_good_standby_is_fresh_and_what_nobody_proved_is_unknown(beating: World) -> None:
    beating.until(lambda: beating.sql("rep", "SELECT n > 3 FROM migrate_dr.heartbeat") == "t")
    told = beating.told(beating.standby())
    good = {"existence", "identity", "freshness", "continuity", "drift", "capacity", "independence"}
    assert {name for name, (_, status) in told.items() if status is PASS} == good, told
    assert told["content"] == ("not-read", UNKNOWN)
    assert told["restorability"] == ("undrilled", FAIL)
    assert told["protection"] == ("plain", FAIL)
    assert beating.told(beating.standby(), None)["freshness"] == ("no-threshold", UNKNOWN)


def test_an_idle_primary_is_not_behind(made: World) -> None:
    made.until(lambda: float(made.sql("rep", "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())")) > 2)
    for heartbeat in (True, False):
        assert made.told(made.standby(heartbeat=heartbeat), timedelta(seconds=30))["freshness"] == ("fresh", PASS)


def test_replay_that_is_paused_is_a_finding_and_its_age_is_measured(beating: World) -> None:
    beating.sql("rep", "SELECT pg_wal_replay_pause()")
    try:
        beating.until(lambda: beating.told(beating.standby())["freshness"] == ("stale", FAIL))
        assert beating.told(beating.standby())["continuity"] == ("paused", FAIL)
    finally:
        beating.sql("rep", "SELECT pg_wal_replay_resume()")


def test_a_delay_beyond_the_rpo_is_a_finding_though_everything_has_arrived(made: World) -> None:
    made.sql("rep", "ALTER SYSTEM SET recovery_min_apply_delay = '1h'")
    made.sql("rep", "SELECT pg_reload_conf()")
    try:
        made.until(lambda: made.sql("rep", "SHOW recovery_min_apply_delay") == "1h")
        assert made.told(made.standby())["freshness"] == ("delayed", FAIL)
    finally:
        made.sql("rep", "ALTER SYSTEM RESET recovery_min_apply_delay")
        made.sql("rep", "SELECT pg_reload_conf()")


def test_a_cut_link_is_told_while_states_say_streaming_and_the_lag_zero(beating: World) -> None:
    beating.until(lambda: beating.told(beating.standby())["freshness"] == ("fresh", PASS))
    beating.net.cut("src", "rep")
    try:
        beating.sql("src", "INSERT INTO ledger SELECT generate_series(1, 15)")
        beating.until(lambda: beating.told(beating.standby())["continuity"][1] is FAIL)
        beating.until(lambda: beating.told(beating.standby())["freshness"] == ("stale", FAIL))
        assert float(beating.sql("rep", EXPORTER)) == 0
        assert beating.sql("src", "SELECT state FROM pg_stat_replication") == "streaming"
        found = beating.look(beating.standby())
        assert float(found["freshness"].values["seconds"]) > RPO.total_seconds()
        assert found["continuity"].code == "dr.continuity.silent-replica"
        # Without a heartbeat nobody can say by how much; it is never taken for nothing.
        assert beating.told(beating.standby(heartbeat=False))["freshness"] == ("no-heartbeat", UNKNOWN)
        # A source whose clock went back after its last beat: no age is made of such stamps.
        beating.still()
        beating.sql("src", "UPDATE migrate_dr.heartbeat SET n = n + 1, ts = clock_timestamp() + interval '1 hour'")
        assert beating.told(beating.standby())["freshness"] == ("clock", UNKNOWN)
    finally:
        beating.net.mend()
    beating.until(lambda: beating.told(beating.standby())["continuity"] == ("follows", PASS), 90)


def test_another_clusters_server_is_no_replica_of_this_source(made: World) -> None:
    cluster(made, "rep", "other", port=5433)
    try:
        told = made.told(made.standby(port=5433))
        assert told["identity"] == ("another", FAIL)
        assert told["freshness"] == ("not-comparable", UNKNOWN)
    finally:
        made.server("rep", "stop", "-m", "immediate", data="other")


def test_who_cannot_be_asked_is_unknown(made: World) -> None:
    told = made.told(made.standby(address="10.99.8.200"))
    assert told["existence"] == told["freshness"] == told["continuity"] == ("unseen", UNKNOWN)
    made.server("rep", "stop", "-m", "fast")
    try:
        told = made.told(made.standby())
        assert told["existence"] == told["freshness"] == ("unseen", UNKNOWN)
    finally:
        made.server("rep", "start")
    made.until(lambda: made.told(made.standby())["continuity"] == ("follows", PASS))


def test_a_standby_that_was_promoted_by_accident_is_a_finding(made: World) -> None:
    made.sql("rep", "SELECT pg_promote()")
    told = made.told(made.standby())
    assert float(made.sql("rep", EXPORTER)) == 0
    assert told["identity"] == ("same", PASS)
    assert told["continuity"] == ("split", FAIL)
    assert told["freshness"] == ("not-comparable", UNKNOWN)
    made.seed()


def test_a_slot_that_lost_its_log_is_told_as_the_cause(made: World) -> None:
    made.sql("src", "ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'")
    made.sql("src", "SELECT pg_reload_conf()")
    made.server("rep", "stop", "-m", "fast")
    try:
        for _ in range(6):
            made.sql("src", "INSERT INTO ledger VALUES (0)")
            made.sql("src", "SELECT pg_switch_wal()")
        made.sql("src", "CHECKPOINT")
        made.until(lambda: made.sql("src", "SELECT wal_status FROM pg_replication_slots") == "lost")
        made.server("rep", "start")
        found = made.look(made.standby())
        assert (found["continuity"].code, found["continuity"].status) == ("dr.continuity.slot-lost", FAIL)
        assert "no-receiver" in found["continuity"].values["also"]
    finally:
        made.sql("src", "ALTER SYSTEM RESET max_slot_wal_keep_size")
        made.sql("src", "SELECT pg_reload_conf()")
    made.seed()


@pytest.fixture
def trees(made: World) -> World:
    source = made.tree("src")
    shutil.rmtree(source, ignore_errors=True)
    shutil.rmtree(made.tree("rep"), ignore_errors=True)
    (source / "db").mkdir(parents=True)
    for number in range(30):
        (source / f"db/{number}.bin").write_bytes(os.urandom(2000))
    (source / "a\nname 'of' a person $(id)").write_text("x")
    (source / "status").write_text("available\n")
    (source / "link").symlink_to("db/0.bin")
    made.sync()
    return made


def test_a_good_copy_passes_by_every_byte(trees: World) -> None:
    told = trees.told(trees.copy())
    good = {"existence", "identity", "freshness", "content", "drift", "capacity", "independence"}
    assert {name for name, (_, status) in told.items() if status is PASS} == good, told
    assert "continuity" not in told
    found = trees.look(trees.copy())
    assert found["content"].values["evidence"] == "SHA-256 of 33 entries"


def test_an_edit_of_the_same_size_and_time_is_stale_though_nothing_is_transferred(trees: World) -> None:
    path = trees.tree("src") / "db/3.bin"
    times = path.stat()
    time.sleep(0.05)  # the kernel's stamps of the copy and of the edit lie one tick of its clock apart
    path.write_bytes(os.urandom(2000))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert trees.sync() == "0"
    told = trees.told(trees.copy(), timedelta(0))
    assert told["freshness"] == ("stale", FAIL)
    assert told["content"] == ("same", PASS)


@pytest.mark.parametrize("keep", [True, False])
def test_a_bit_that_flipped_at_the_replica_is_damage_whatever_its_status_says(trees: World, keep: bool) -> None:
    path = trees.tree("rep") / "db/7.bin"
    times, data = path.stat(), bytearray(path.read_bytes())
    data[1000] ^= 1
    time.sleep(0.05)
    path.write_bytes(data)
    if keep:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert trees.sync("--dry-run") == "0"
    found = trees.look(trees.copy())
    assert (trees.tree("rep") / "status").read_text() == "available\n"
    assert (found["content"].code, found["content"].status) == ("dr.content.damaged", FAIL)
    assert found["content"].values["first"] == "db/7.bin"
    assert found["freshness"].status is PASS


def test_what_has_not_arrived_is_as_old_as_its_change(trees: World) -> None:
    (trees.tree("src") / "new").write_text("x")
    assert trees.told(trees.copy(), timedelta(hours=1))["freshness"] == ("fresh", PASS)
    assert trees.told(trees.copy(), timedelta(0))["freshness"] == ("stale", FAIL)


def test_what_was_removed_at_the_source_and_a_link_that_leads_elsewhere_are_told(trees: World) -> None:
    (trees.tree("src") / "db/9.bin").unlink()
    trees.sync()
    link = trees.tree("rep") / "link"
    link.unlink()
    link.symlink_to("/rsyncd-munged/db/0.bin")
    told = trees.told(trees.copy())
    assert told["drift"] == ("extra", FAIL)
    assert told["content"] == ("damaged", FAIL)


def test_a_tree_that_is_not_there_fails_and_one_of_another_source_is_no_replica(trees: World) -> None:
    copied = trees.tree("rep")
    shutil.rmtree(copied)
    told = trees.told(trees.copy())
    assert told["existence"] == ("absent", FAIL)
    assert told["freshness"] == ("unseen", UNKNOWN)
    copied.mkdir()
    assert trees.told(trees.copy())["content"] == ("nothing", FAIL)
    for number in range(20):
        (copied / f"other{number}").write_text("y")
    assert trees.told(trees.copy())["identity"] == ("another-tree", FAIL)


def test_the_command_tells_people_programs_nagios_and_prometheus(beating: World, trees: World) -> None:
    folder = trees.declare()
    answer = trees.asked("--all", expect=8)
    assert {each["system"]: each["status"] for each in answer["systems"]} == {"S-1": "fail", "S-2": "fail"}
    assert answer["systems"][1]["missing"][0]["code"] == "dr.existence.none"
    assert answer["uncounted"] == 1
    rates = answer["coverage"]
    assert (rates["configured"], rates["healthy"], rates["drilled"]) == (["S-1"], ["S-1"], [])
    assert answer["systems"][0]["policy"]["rpo"] == 1800
    told = trees.migrate("dr", "check", "S-1", "--prometheus", str(folder / "dr.prom"), "-o", "nagios", expect=2)
    assert re.match(r"MIGRATE DR CRITICAL - 1 of 1 .*\| systems=1 pass=0 fail=1 .*healthy=1 drilled=0\n$", told), told
    metrics = (folder / "dr.prom").read_text()
    assert re.search(r'^migrate_dr_loss_seconds\{.*kind="files".*\} [\d.]+$', metrics, re.MULTILINE)
    assert trees.asked("S-9", expect=4)["error"]["code"] == "dr.unknown-system"
    refused = trees.migrate("dr", "check", "S-9", "-o", "nagios", expect=3)
    assert refused == "MIGRATE DR UNKNOWN - dr.unknown-system: not on the migration list: S-9\n"
    shown = trees.migrate("dr", "check", "--batch", "1", expect=8)
    assert "nobody made a replica" in shown
    assert "needing 2 ⊇ configured 1" in shown
    entries = [json.loads(line) for line in (folder / ".migrate/evidence.jsonl").read_text().splitlines()]
    assert [entry["kind"] for entry in entries].count("dr.checked") == 3
    audit = json.loads(trees.migrate("audit", "dr", "-o", "json", expect=8))
    counted = {ratio["formula"]: ratio["counted"] for ratio in audit["ratios"]}
    assert counted == {"dr.configured": ["S-1"], "dr.healthy": ["S-1"], "dr.drilled": [], "dr.claimed": []}
    codes = {each["subject"]: each["code"] for each in audit["findings"]}
    assert codes == {"S-1": "audit.dr-no-drill", "S-2": "audit.dr-check-unlimited"}
    out = ("--out", str(folder / "report"), "--format", "html", "-o", "json")
    reported = json.loads(trees.migrate("report", *out, expect=0))["recovery"]
    assert reported["coverage"]["systems"] == {
        "needing": ["S-1", "S-2"], "configured": ["S-1"], "healthy": ["S-1"], "drilled": [],
    }  # fmt: skip
    standing, copy = reported["systems"][0]["replicas"]
    assert (standing["status"], copy["status"], standing["drill"]) == ("pass", "pass", "never")
    assert (standing["port"], copy["port"]) == (5432, 0)
    assert reported["systems"][0]["checked"] is not None
    assert reported["systems"][1]["replicas"][0]["code"] == "missing"
    grades = json.loads(trees.migrate("dr", "grade", "-o", "json", expect=8))
    told_of = {each["system"]: (each["at_most"], each["reached"], each["held_back_by"]) for each in grades["systems"]}
    # Its files are copied now and then, which is not level 5; nobody said how long a check of level 4 counts.
    assert told_of == {"S-1": (4, None, "data"), "S-2": (None, None, "data")}
    # One verdict turned into a pass: the record contradicts itself, and nothing in it counts.
    record = folder / ".migrate/evidence.jsonl"
    record.write_text(record.read_text().replace("fail never", "pass drilled", 1))
    audit = json.loads(trees.migrate("audit", "dr", "-o", "json", expect=8))
    assert not any(ratio["counted"] for ratio in audit["ratios"])
    assert {each["code"] for each in audit["findings"]} == {"audit.dr-not-configured"}
