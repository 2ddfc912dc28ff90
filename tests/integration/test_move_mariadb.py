"""A MariaDB moves there and back under a steady writer, and wherever its section is killed nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast

import pytest

from orchestrator.checks import preflight_mariadb
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Decision
from orchestrator.model.move import MariaMove, Method
from orchestrator.model.result import CheckStatus
from tests.worlds.drive import Drive
from tests.worlds.mariadb import SECRET, MariaWorld, Writer, assert_exactly_once, maria_world
from tests.worlds.postgresql import World

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

# In the list's order; whatever comes before `sent` is taken back, whatever comes after it is finished.
BEFORE = (
    "armed", "stop-events", "plug", "holding", "hold", "fence", "prove-fence", "end-sessions", "mark", "snapshot",
    "catch-up", "prove-sessions", "prove-ended", "prove-caught-up", "prove-still", "strict", "open",
)  # fmt: skip
AFTER = ("opened", "writable", "route", "prove-route", "resume")
DAILY = {"end-sessions", "strict", "writable"}
CASES = [
    pytest.param(stage, back, marks=[pytest.mark.nightly] if stage not in DAILY or back else [])
    for back in (False, True)
    for stage in (*BEFORE, *AFTER)
]


@pytest.fixture(scope="module")
def site() -> Iterator[MariaWorld]:
    with maria_world() as made:
        yield made


@pytest.fixture(scope="module")
def drive(site: MariaWorld) -> Drive:
    site.mover.ensure_prepared(site.move)
    site.mover.ensure_prepared(site.move)
    site.mover.ensure_seeding(site.move)
    site.mover.ensure_seeding(site.move)
    site.await_following()
    return Drive(cast(World, site))


def test_what_preflight_asks_is_answered_and_judged(site: MariaWorld) -> None:
    found = preflight_mariadb.preflight(site.move, *site.mover.observe(site.move))
    assert isinstance(found.move, MariaMove)
    assert (found.move.roles, found.move.method, found.possible) == (("app@%", "o'dd@x@10.%"), Method.LOGICAL, True)
    assert [each.result for each in found.findings if each.against] == []
    plain = [each.result.subject for each in found.findings if each.result.code == "move.preflight.mariadb-plain"]
    assert plain == ["source", "target"]
    site.sql("src", "create table app.old(n int) engine=MyISAM; create database beside; set global sync_binlog = 1")
    site.sql(
        "tgt", "create database empty; create database other; create view other.one as select 1; create database app"
    )
    try:
        found = preflight_mariadb.preflight(site.move, *site.mover.observe(site.move))
    finally:
        site.sql("src", "drop table app.old; drop database beside")
        site.sql("tgt", "drop database empty; drop database other; drop database app")
    against = [each.result for each in found.findings if each.against]
    codes = {each.code.removeprefix("move.preflight.") for each in against}
    assert codes == {"not-transactional", "undeclared-database", "target-not-empty"}
    assert sorted(each.subject for each in against if each.code.endswith("target-not-empty")) == ["app", "other"]


def test_a_first_copy_that_failed_is_told_and_begun_anew(site: MariaWorld) -> None:
    site.mover.ensure_prepared(site.move)
    site.sql("tgt", "set sql_log_bin = 0; create database app; create view app.ledger as select 1 as id")
    site.mover.ensure_seeding(site.move)
    limit = time.monotonic() + 60
    with pytest.raises(MigrateError) as failure:
        while time.monotonic() < limit:
            site.mover.progress(site.move)
            time.sleep(0.1)
    assert failure.value.code == "move.seed-failed"
    site.sql("tgt", "set sql_log_bin = 0; drop database app")
    site.mover.ensure_seeding(site.move)
    site.await_following()


def test_to_and_fro_under_a_writer(site: MariaWorld, drive: Drive) -> None:
    switches, connections = 4, 4
    writer = Writer(site, connections=connections)
    try:
        for number in range(switches):
            time.sleep(1)
            assert [check for check in site.mover.gate(site.move, back=drive.opened) if not passed(check.status)] == []
            outcome = drive.run()
            assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ()), number
        time.sleep(1)
    finally:
        written = writer.end()
    assert drive.opened is False
    for connection in range(connections):
        mine = [said for _, number, said in writer.errors if number == connection]
        assert len(mine) <= switches, mine
    assert written.rows > 100
    assert written.longest_gap() < site.move.limits.frozen.total_seconds()
    site.await_following()
    site.await_equal()
    assert_exactly_once(site, written)
    assert SECRET not in "".join(path.read_text() for path in site.journal.iterdir())


@pytest.mark.parametrize(("stage", "back"), CASES)
def test_the_section_is_killed_at_a_line(site: MariaWorld, drive: Drive, stage: str, back: bool) -> None:
    drive.at(opened=back)
    drive.killed(stage)
    assert drive.recover().decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    site.await_following(back=drive.opened)
    site.await_equal()


def test_both_sides_are_compared(site: MariaWorld, drive: Drive) -> None:
    drive.at(opened=True)
    site.await_following(back=True)
    checks = site.mover.verify(site.move)
    assert [check for check in checks if not passed(check.status)] == []
    assert {"move.verify.insert", "move.verify.sequence", "move.verify.events"} <= {check.code for check in checks}
    # The event runs where clients write, and nowhere else.
    assert (site.sql("src", "select @@event_scheduler"), site.sql("tgt", "select @@event_scheduler")) == ("OFF", "ON")


@pytest.mark.parametrize(
    ("harm", "mend", "code", "subject"),
    [
        (
            "update app.`odd ``name' //` set pad = 'x' where id = 7",
            "update app.`odd ``name' //` set pad = md5(7) where id = 7",
            "rows",
            "app.odd `name' //",
        ),
        ("alter table app.ledger add key w (w)", "alter table app.ledger drop key w", "indexes", ""),
        ("revoke insert on app.* from app@'%'", "grant insert on app.* to app@'%'", "grants", ""),
        ("alter event app.tick disable", "alter event app.tick enable", "events", ""),
    ],
)
def test_what_differs_is_found(site: MariaWorld, drive: Drive, harm: str, mend: str, code: str, subject: str) -> None:
    drive.at(opened=True)
    site.await_following(back=True)
    site.sql("tgt", f"set sql_log_bin = 0; {harm}")
    try:
        found = {(check.code, check.subject): check.status for check in site.mover.verify(site.move)}
    finally:
        site.sql("tgt", f"set sql_log_bin = 0; {mend}")
    assert found[f"move.verify.{code}", subject] is CheckStatus.FAIL


def test_rows_that_a_way_back_would_lose_are_counted_by_table(site: MariaWorld, drive: Drive) -> None:
    drive.at(opened=True)
    site.await_following(back=True)
    assert site.mover.unreplicated(site.move) == {}
    site.sql("tgt", "set sql_log_bin = 0; insert into app.ledger(id, w) select -seq, 1 from mysql.seq_1_to_7")
    assert site.mover.unreplicated(site.move) == {"app.ledger": 7}
    site.sql("tgt", "set sql_log_bin = 0; delete from app.ledger where id < 0")


def test_a_source_that_does_not_follow_is_found_by_the_gate(site: MariaWorld, drive: Drive) -> None:
    drive.at(opened=True)
    site.await_following(back=True)
    site.sql("src", f"stop slave '{site.move.follower}'")
    assert {check.code for check in site.mover.gate(site.move, back=True) if not passed(check.status)} == {
        "move.gate.following"
    }
    site.sql("src", f"start slave '{site.move.follower}'")


def test_what_is_dropped_leaves_nothing_of_ours(site: MariaWorld, drive: Drive) -> None:
    drive.at(opened=True)
    for _ in range(2):
        assert site.mover.drop(site.move, site.mover.removals(site.move)) == ()
    for host in ("src", "tgt"):
        assert site.sql(host, "show all slaves status") == ""
        assert site.sql(host, "select user from mysql.user where user like 'migrate%' or user = 'nobody'") == ""
        assert site.sql(host, "show databases like 'migrate%'") == ""
        assert site.sql(host, "select @@sync_binlog, @@innodb_flush_log_at_trx_commit") == "1\t1"
        assert "migrate_" not in "".join(path.name for path in (site.folder / host).iterdir())


def passed(status: CheckStatus) -> bool:
    return status is CheckStatus.PASS
