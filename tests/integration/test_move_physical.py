"""A whole cluster moves as a standby that is promoted, with what logical replication leaves behind; nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import ENTRY, FrozenProcess
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.movers.postgresql.physical import PhysicalMover
from orchestrator.adapters.writer import ProbeClient
from orchestrator.checks import preflight
from orchestrator.checks.kinds import CARRIED_OUT
from orchestrator.errors import MigrateError
from orchestrator.execution.switch import Switch
from orchestrator.model.dropping import Standing
from orchestrator.model.frozen import Decision, Outcome
from orchestrator.model.life import Side
from orchestrator.model.move import DatabaseMove, Method
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.written import Counted
from tests.worlds.drive import KILLED
from tests.worlds.postgresql import SECRET, World, world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

# Each of these ends logical replication, or is left behind by it.
UNCARRIED = """
create table bare(n int); insert into bare values (1); update bare set n = 2;
create schema "O'dd $x"; create table "O'dd $x"."ta ble"(id serial primary key, "v'" text);
insert into "O'dd $x"."ta ble"("v'") values ('x'), (null); grant usage on schema "O'dd $x" to app;
grant all on all tables in schema "O'dd $x" to app; grant all on all sequences in schema "O'dd $x" to app;
create materialized view totals as select count(*) from balance;
select lo_from_bytea(77, '\\xdeadbeef'); alter large object 77 owner to app;
"""


class Driver:
    """One system's switches, one attempt after the other."""

    def __init__(self, site: World, move: DatabaseMove) -> None:
        self.site = site
        self.mover = PhysicalMover(site.sessions)
        self.move = move
        self.attempt = 0

    @property
    def opened(self) -> bool:
        return self.site.writable() == ["tgt"]

    def switch(self) -> Switch:
        return Switch(
            mover=self.mover,
            runner=FrozenProcess(self.site.journal, self.site.ssh, ENTRY),
            journal=FileJournal(self.site.journal),
            sessions=self.site.sessions,
            clock=SystemClock(),
        )

    def follow(self) -> None:
        """Wait until the target follows closely."""
        limit = time.monotonic() + 120
        while not (found := self.mover.progress(self.move)).copied:
            assert time.monotonic() < limit, found
            time.sleep(0.2)

    def ready(self, *, back: bool) -> DatabaseMove:
        """Begin an attempt; on the way back everything may be lost."""
        if not back:
            self.follow()
        self.attempt += 1
        self.mover.ensure_reverse(self.move, self.attempt, back=back)
        return replace(self.move, lose=(10**9,)) if back else self.move

    def run(self, *, back: bool = False) -> Outcome:
        return self.switch().run(self.ready(back=back), self.attempt, back=back)

    def killed(self, stage: str, *, back: bool) -> Outcome:
        """Begin a switch that kills itself at a stage, and recover it."""
        move = self.ready(back=back)
        runner = FrozenProcess(self.site.journal, self.site.ssh, (*KILLED, "frozen", stage))
        with pytest.raises(MigrateError) as ended:
            runner.run(self.mover.frozen(move, self.attempt, back=back))
        assert ended.value.code == "frozen.ended"
        outcome, again = self.switch().recover(move), 4
        while outcome and outcome.decision is Decision.UNDECIDED and again:
            # A busy machine may not answer in time: the next command asks again.
            outcome, again = self.switch().recover(move), again - 1
        assert outcome is not None
        assert outcome.left == ()
        return outcome


def refused(checks: object) -> set[str]:
    assert isinstance(checks, tuple)
    return {check.code for check in checks if isinstance(check, CheckResult) and check.status is not CheckStatus.PASS}


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with world(big=2_000) as site:
        site.sql("src", UNCARRIED)
        mover = PhysicalMover(site.sessions)
        time.sleep(1)  # statistics
        found = preflight.preflight(site.move, *mover.observe(site.move), methods=CARRIED_OUT[site.move.kind])
        assert isinstance(found.move, DatabaseMove)
        assert (found.possible, found.move.method) == (True, Method.PHYSICAL)
        assert {check.code for check in found.against(Method.LOGICAL)} == {
            "move.preflight.large-objects", "move.preflight.no-key",
        }  # fmt: skip
        made = Driver(site, replace(site.move, method=Method.PHYSICAL, folder=found.move.folder))
        mover.ensure_prepared(made.move)
        mover.ensure_prepared(made.move)
        mover.ensure_seeding(made.move)
        mover.ensure_seeding(made.move)  # one that runs is not begun again
        made.follow()
        yield made


def test_what_the_source_keeps_has_an_end(driver: Driver) -> None:
    asked = "select slot_type, active, wal_status from pg_replication_slots"
    assert driver.site.sql("src", asked, "postgres") == "physical|t|reserved"
    assert driver.site.sql("src", "show max_slot_wal_keep_size", "postgres") != "-1"
    found = driver.mover.progress(driver.move)
    assert (found.copied, found.streaming, found.lag_bytes is not None) == (True, True, True)


def test_there_under_a_writer_and_back_with_what_would_be_lost(driver: Driver) -> None:
    site, mover = driver.site, driver.mover
    client = ProbeClient(site.dsn, SECRET, first=1_000_000_000, prefix=site.net.inside("cli"))
    time.sleep(0.5)
    outcome = driver.run()
    assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ())
    assert site.writable() == ["tgt"]
    time.sleep(1)
    written = client.end()
    assert (written.errors, written.rows > 50) == ((), True)
    assert written.longest_gap() < driver.move.limits.frozen.total_seconds()
    assert count(written, driver.move.target, "app", site.sessions) == Counted(lost=0, duplicated=0, unacknowledged=0)
    told = "select encode(lo_get(77), 'hex'), (select n from bare), (select count from totals)"
    told += """, (select count(*) from "O'dd $x"."ta ble")"""
    assert site.sql("tgt", told) == "deadbeef|2|4|2"
    assert site.sql("src", "select count(*) from pg_replication_slots", "postgres") == "0"
    assert [check for check in mover.verify(driver.move) if check.status is not CheckStatus.PASS] == []
    assert refused(mover.gate(driver.move, back=True)) == {"move.gate.one-way"}
    site.sql("tgt", "insert into ledger(id, w) select g, 1 from generate_series(1, 7) g; update bare set n = 3")
    lost = dict(mover.unreplicated(driver.move))
    assert lost == {"app: public.ledger": 7, "app: public.bare": 1}
    driver.attempt += 1
    outcome = driver.switch().run(replace(driver.move, lose=(7,)), driver.attempt, back=True)
    assert (outcome.decision, outcome.failed, site.writable()) == (Decision.BACK, "accepted", ["tgt"])
    driver.attempt += 1
    outcome = driver.switch().run(replace(driver.move, lose=(8,)), driver.attempt, back=True)
    assert (outcome.decision, outcome.left, site.writable()[:1]) == (Decision.OPEN, (), ["src"])
    assert site.sql("src", "select count(*), (select n from bare) from ledger") == "0|2"
    driver.follow()  # copied anew
    assert site.sql("tgt", "select pg_is_in_recovery(), count(*) from ledger") == "t|0"


BEFORE = ("armed", "fence", "hold", "end-sessions", "mark", "replayed", "prove-still", "promote", "open")
AFTER = ("opened", "route", "resume")
QUICK = {"open"}  # promoted, and not decided


@pytest.mark.parametrize(
    "stage", [stage if stage in QUICK else pytest.param(stage, marks=pytest.mark.nightly) for stage in BEFORE + AFTER]
)
def test_the_section_is_killed_at_a_line(driver: Driver, stage: str) -> None:
    site = driver.site
    outcome = driver.killed(stage, back=False)
    assert outcome.decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    if stage in AFTER:
        assert site.writable() == ["tgt"]
        assert driver.run(back=True).decision is Decision.OPEN
    assert site.sql("src", "select rolcanlogin from pg_roles where rolname = 'app'", "postgres") == "t"
    driver.follow()  # also where it was promoted
    site.sql("src", f"insert into ledger(id, w) values ({driver.attempt}, 1)")
    limit = time.monotonic() + 30
    asked = f"select pg_is_in_recovery(), count(*) from ledger where id = {driver.attempt}"
    while site.sql("tgt", asked) != "t|1":
        assert time.monotonic() < limit
        time.sleep(0.1)
    site.sql("src", "delete from ledger")


@pytest.mark.parametrize("stage", ["accepted", pytest.param("route", marks=pytest.mark.nightly)])
def test_the_way_back_is_killed_at_a_line(driver: Driver, stage: str) -> None:
    assert driver.run().decision is Decision.OPEN
    outcome = driver.killed(stage, back=True)
    assert driver.opened is (stage == "accepted")
    if outcome.decision is Decision.BACK:
        assert driver.run(back=True).decision is Decision.OPEN
    driver.follow()


def test_what_is_dropped_gives_the_target_its_own_empty_cluster_back(driver: Driver) -> None:
    site, mover, move = driver.site, driver.mover, driver.move
    brought = Standing(cluster="of before")
    assert refused(mover.droppable(move, brought, gone=Side.NONE, data=True)) == set()
    for _ in range(2):
        assert mover.drop(move, mover.removals(move, brought)) == ()
        assert site.sql("tgt", "select count(*) from pg_database", "postgres") == "3"
        for host in ("src", "tgt"):
            assert site.sql(host, "select slot_name from pg_replication_slots", "postgres") == ""
            assert site.sql(host, "select rolname from pg_roles where rolname ~ '^migrate'", "postgres") == ""
            assert "migrate" not in (site.folder / host / "data" / "pg_hba.conf").read_text()
        assert list((site.folder / "tgt").glob("migrate-physical-????????????")) == []
    assert site.sql("src", "show max_slot_wal_keep_size", "postgres") == "-1"
    assert site.writable() == ["src"]


def test_a_cluster_that_holds_anything_is_never_replaced(driver: Driver) -> None:
    site = driver.site
    site.sql("tgt", "create table precious(n int)", "postgres")
    found = preflight.preflight(site.move, *driver.mover.observe(site.move), methods=CARRIED_OUT[site.move.kind])
    assert "move.preflight.target-holds" in {check.code for check in found.against(Method.PHYSICAL)}
    with pytest.raises(MigrateError) as occupied:
        driver.mover.ensure_prepared(driver.move)
    assert occupied.value.code == "physical.occupied"
    assert site.sql("tgt", "select count(*) from precious", "postgres") == "0"
    site.sql("src", "create database theirs", "postgres")
    site.sql("src", "create table t(n int)", "theirs")
    found = preflight.preflight(site.move, *driver.mover.observe(site.move), methods=CARRIED_OUT[site.move.kind])
    assert {check.code: check.subject for check in found.against(Method.PHYSICAL)}[
        "move.preflight.other-database"
    ] == "theirs"
