"""Whatever fails around a switch: one side is written to, no acknowledged row is lost, and the next command goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from orchestrator.adapters.frozen_process import FrozenProcess
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Decision, Outcome
from orchestrator.model.result import CheckStatus
from tests.worlds.drive import Drive, driven
from tests.worlds.postgresql import SECRET, World

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def drive() -> Iterator[Drive]:
    with driven(disk_mib=400, unnoticed=False) as made:
        yield made


def refusals(site: World, *, back: bool = False) -> set[str]:
    return {check.code for check in site.mover.gate(site.move, back=back) if check.status is not CheckStatus.PASS}


def direct(site: World, host: str) -> str:
    secret = SECRET.replace("\\", "\\\\").replace("'", "\\'")
    return f"host={site.net.address(host)} user=app dbname=app password='{secret}'"


# Where the line is lost, between whom, for how many seconds; 0: until the section has ended by itself.
CUTS = [
    ("hold", "ctl", "src", 4), ("catch-up", "src", "tgt", 0), ("sent", "ctl", "tgt", 0), ("route", "ctl", "prx", 4),
]  # fmt: skip
MORE = [
    (stage, *pair, seconds)
    for stage in ("fence", "hold", "catch-up", "sent", "route")
    for pair in (("ctl", "src"), ("ctl", "tgt"), ("src", "tgt"), ("ctl", "prx"))
    for seconds in (4, 0)
    if (stage, *pair, seconds) not in CUTS
]


@pytest.mark.parametrize(
    ("stage", "one", "other", "seconds"), [*CUTS, *(pytest.param(*case, marks=pytest.mark.nightly) for case in MORE)]
)
def test_a_line_is_lost(drive: Drive, stage: str, one: str, other: str, seconds: float) -> None:
    outcome = drive.cut(stage, one, other, seconds)
    if stage in {"fence", "hold", "catch-up"} and {one, other} != {"src", "tgt"}:
        assert outcome.decision in {Decision.BACK, Decision.OPEN}
    if stage == "route":
        assert outcome.decision is Decision.OPEN


def test_a_client_past_the_pooler_loses_nothing(drive: Drive) -> None:
    site = drive.site
    rogue = subprocess.Popen(
        [*site.net.inside("cli"), sys.executable, "-m", "tests.worlds.rogue"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert rogue.stdin is not None
    rogue.stdin.write(json.dumps([direct(site, "src"), direct(site, "tgt")]) + "\n")
    rogue.stdin.flush()
    for _ in range(2):
        drive.run()
        time.sleep(1)
    acknowledged = set(json.loads(rogue.communicate(timeout=30)[0]))
    assert len(acknowledged) > 50
    site.await_following(back=drive.opened)
    serving = "tgt" if drive.opened else "src"
    found = {int(text) for text in site.sql(serving, "select id from ledger where w = 9").split()}
    assert acknowledged - found == set()


def test_a_long_transaction_is_told_and_never_waited_for_beyond_the_deadline(drive: Drive) -> None:
    site = drive.site
    client = subprocess.Popen(
        [*site.net.inside("cli"), "psql", "-XAtq", site.dsn],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PGPASSWORD": SECRET, "PATH": "/usr/bin"},
    )  # fmt: skip
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write("begin; insert into ledger(id, w) values (-50, 1); select 'in it';\n")
    client.stdin.flush()
    assert client.stdout.readline() == "in it\n"
    time.sleep(1.2)
    assert "move.gate.transaction" in refusals(site, back=drive.opened)
    outcome = drive.run()
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "hold")
    client.communicate("commit;\n", timeout=30)
    serving = "tgt" if drive.opened else "src"
    assert site.sql(serving, "select count(*) from ledger where id = -50") == "1"


def test_a_second_operator_is_refused(drive: Drive) -> None:
    drive.prepare()
    frozen = drive.site.mover.frozen(drive.site.move, drive.attempt, back=drive.opened)
    with drive.journal.held(), pytest.raises(MigrateError) as caught:
        FrozenProcess(drive.site.journal, drive.site.ssh).run(frozen)
    assert caught.value.code == "frozen.running"
    assert drive.run().decision is Decision.OPEN


def test_a_section_that_cannot_be_armed_leaves_no_slot(drive: Drive) -> None:
    drive.prepare()
    site = drive.site
    # The rename's machine is not there: one session of all does not open.
    away = replace(site.move.pooler, reach=replace(site.move.pooler.reach, port=2222))
    with pytest.raises(MigrateError):
        drive.switch().run(replace(site.move, pooler=away), drive.attempt, back=drive.opened)
    assert drive.journal.read() is None
    for host in ("src", "tgt"):
        slots = site.sql(host, "select slot_name from pg_replication_slots where active is false")
        assert slots == ""
    assert site.writable() == ["tgt" if drive.opened else "src"]


def test_a_follower_that_stops_is_seen_at_the_gate_and_in_the_section(drive: Drive) -> None:
    drive.at(opened=False)
    site = drive.site
    drive.prepare()
    link = site.sql("tgt", "select subname from pg_subscription where subenabled")
    site.sql("tgt", f"alter subscription {link} disable")
    time.sleep(0.5)
    assert "move.gate.following" in refusals(site)
    outcome = drive.switch().run(site.move, drive.attempt)
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "catch-up")
    drive.took(outcome)
    site.sql("tgt", f"alter subscription {link} enable")
    site.await_following()


def test_a_changed_schema_stops_the_copy_and_is_told(drive: Drive) -> None:
    drive.at(opened=False)
    site = drive.site
    site.sql("src", "alter table ledger add column more int; insert into ledger(id, w, more) values (-60, 1, 7)")
    limit = time.monotonic() + 30
    while not refusals(site) & {"move.gate.following", "move.gate.lag"}:
        assert time.monotonic() < limit
        time.sleep(0.2)
    site.sql("tgt", "alter table ledger add column more int")
    site.await_following()
    assert drive.run().decision is Decision.OPEN


@pytest.mark.parametrize("host", ["tgt", pytest.param("src", marks=pytest.mark.nightly)])
def test_a_full_disk(drive: Drive, host: str) -> None:
    drive.at(opened=False)
    site = drive.site
    drive.prepare()
    filler = site.folder / host / "filler"
    subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=1M"], check=False, capture_output=True)
    time.sleep(2)
    decided: Outcome | None = None
    with suppress(MigrateError):  # not armed, or not settled: the next command tells
        decided = drive.switch().run(site.move, drive.attempt)
    filler.unlink()
    try:
        site.sql(host, "select 1", "postgres")
    except RuntimeError:
        site.server(host, "start")
    # A disk that is full only now may leave room for the section's few rows: either end is right, in between is not.
    outcome = drive.switch().recover(site.move) or decided
    if outcome is None:
        assert site.writable() == ["src"]
    else:
        drive.took(outcome)
    site.await_following(back=drive.opened)
    assert drive.run().decision is Decision.OPEN
