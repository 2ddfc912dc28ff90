"""What replication cannot carry moves by dump and restore: clients wait, nothing is lost, the way back is counted."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import ENTRY, FrozenProcess
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.movers.postgresql.dump import DumpMover
from orchestrator.adapters.writer import ProbeClient
from orchestrator.checks import preflight
from orchestrator.checks.kinds import CARRIED_OUT
from orchestrator.errors import MigrateError
from orchestrator.execution.switch import Switch
from orchestrator.model.frozen import Decision, Outcome
from orchestrator.model.move import DatabaseMove, Method
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.written import Counted
from tests.worlds.drive import KILLED
from tests.worlds.postgresql import SECRET, World, world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

# Each of these ends logical replication; some are dumped only by a superuser, or under a name that must be quoted.
UNCARRIED = """
create unlogged table cache(k text primary key, v double precision); insert into cache select g, random()
 from generate_series(1, 50) g;
create table bare(n int); insert into bare values (1); update bare set n = 2;
create schema "O'dd $x"; create table "O'dd $x"."ta ble"(id serial primary key, "v'" text);
insert into "O'dd $x"."ta ble"("v'") values ('x'), (null); revoke all on schema "O'dd $x" from public;
grant usage on schema "O'dd $x" to app; grant all on all tables in schema "O'dd $x" to app;
grant all on all sequences in schema "O'dd $x" to app;
select lo_from_bytea(77, '\\xdeadbeef'); alter large object 77 owner to app;
"""
# It is called while rows are put back, when a table that it names by chance alone may not be found.
UNRESTORABLE = """
create function public.known() returns bool language sql as 'select count(*) >= 0 from balance';
create table late(n int check (known())); insert into late values (1);
"""
MENDED = "drop table late; drop function known()"


class Driver:
    """One system's switches by dump, one attempt after the other."""

    def __init__(self, site: World, move: DatabaseMove) -> None:
        self.site = site
        self.mover = DumpMover(site.sessions)
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

    def ready(self, *, back: bool) -> DatabaseMove:
        """Begin an attempt; on the way back everything may be lost."""
        if self.opened and not back:
            assert self.run(back=True).decision is Decision.OPEN
        self.attempt += 1
        self.mover.ensure_reverse(self.move, self.attempt, back=back)
        return replace(self.move, lose=(10**9,)) if back else self.move

    def run(self, *, back: bool = False) -> Outcome:
        move = self.ready(back=back)
        if not back:
            assert refused(self.mover.gate(move)) == set()
        return self.switch().run(move, self.attempt, back=back)

    def killed(self, stage: str, *, back: bool) -> Outcome:
        """Begin a switch that kills itself at a stage, and recover it."""
        move = self.ready(back=back)
        runner = FrozenProcess(self.site.journal, self.site.ssh, (*KILLED, "frozen", stage))
        with pytest.raises(MigrateError) as ended:
            runner.run(self.mover.frozen(move, self.attempt, back=back))
        assert ended.value.code == "frozen.ended"
        outcome = self.switch().recover(move)
        assert outcome is not None
        assert outcome.left == ()
        return outcome


def refused(checks: tuple[CheckResult, ...] | object) -> set[str]:
    assert isinstance(checks, tuple)
    return {check.code for check in checks if check.status is not CheckStatus.PASS}


def tried(mover: DumpMover, move: DatabaseMove) -> DatabaseMove:
    """Have a trial succeed, and return the move with what it has shown."""
    mover.ensure_seeding(move)
    mover.ensure_seeding(move)  # one that runs is not begun again
    limit = time.monotonic() + 120
    while not (found := mover.progress(move)).copied:
        assert time.monotonic() < limit, found
        time.sleep(0.2)
    assert found.copying is not None
    assert min(found.copying.dump, found.copying.restore, found.copying.compare) > 0
    return replace(move, copying=found.copying)


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with world(big=2_000) as site:
        site.sql("src", UNCARRIED)
        mover, move = DumpMover(site.sessions), replace(site.move, method=Method.DUMP)
        found = preflight.preflight(move, *mover.observe(move), methods=CARRIED_OUT[move.kind])
        assert (found.possible, found.move.method) == (True, Method.DUMP)
        assert {check.code for check in found.against(Method.LOGICAL)} >= {
            "move.preflight.large-objects", "move.preflight.unlogged", "move.preflight.no-key",
        }  # fmt: skip
        mover.ensure_prepared(move)
        yield Driver(site, tried(mover, move))


def test_a_trial_that_fails_says_why_and_touches_no_source(driver: Driver) -> None:
    site = driver.site
    shutil.rmtree(next((site.folder / "tgt").glob("migrate-dump-*")))  # as on a target that was made anew
    site.sql("src", UNRESTORABLE)
    with pytest.raises(MigrateError) as failed:
        tried(driver.mover, driver.move)
    assert (failed.value.code, "balance" in str(failed.value.values["said"])) == ("dump.trial", True)
    assert site.writable() == ["src"]
    site.sql("src", MENDED)
    driver.move = tried(driver.mover, driver.move)


def test_there_under_a_writer_and_back_with_what_would_be_lost(driver: Driver) -> None:
    site, mover = driver.site, driver.mover
    client = ProbeClient(site.dsn, SECRET, first=1_000_000_000, prefix=site.net.inside("cli"))
    time.sleep(0.5)
    outcome = driver.run()
    assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ())
    assert site.writable() == ["tgt"]
    time.sleep(1)
    written = client.end()
    assert (written.errors, written.rows > 100) == ((), True)
    assert written.longest_gap() < mover.frozen(driver.move, 1).seconds
    assert count(written, driver.move.target, "app", site.sessions) == Counted(lost=0, duplicated=0, unacknowledged=0)
    told = "select encode(lo_get(77), 'hex'), (select count(*) from cache), (select n from bare)"
    told += """, (select count(*) from "O'dd $x"."ta ble"), nextval('"O''dd $x"."ta ble_id_seq"')"""
    assert site.sql("tgt", told) == "deadbeef|50|2|2|3"
    assert [check for check in mover.verify(driver.move) if check.status is not CheckStatus.PASS] == []
    # Nothing follows back: the rows are counted, and not one more is given up than was accepted.
    assert refused(mover.gate(driver.move, back=True)) == {"move.gate.one-way"}
    site.sql("tgt", "insert into ledger(id, w) select g, 1 from generate_series(1, 7) g; update cache set v = 0"
             " where k = '1'; insert into cache values ('new', 1)")  # fmt: skip
    assert mover.unreplicated(driver.move) == {"app: public.ledger": 7, "app: public.cache": 2}
    driver.attempt += 1
    mover.ensure_reverse(driver.move, driver.attempt, back=True)
    outcome = driver.switch().run(replace(driver.move, lose=(8,)), driver.attempt, back=True)
    assert (outcome.decision, outcome.failed, site.writable()) == (Decision.BACK, "accepted", ["tgt"])
    driver.attempt += 1
    outcome = driver.switch().run(replace(driver.move, lose=(9,)), driver.attempt, back=True)
    assert (outcome.decision, site.writable()) == (Decision.OPEN, ["src"])
    assert site.sql("src", "select count(*) from ledger") == "0"


def test_a_restore_that_fails_opens_the_source_again(driver: Driver) -> None:
    site = driver.site
    site.sql("src", UNRESTORABLE)  # since the trial
    client = ProbeClient(site.dsn, SECRET, first=2_000_000_000, prefix=site.net.inside("cli"))
    time.sleep(0.5)
    outcome = driver.run()
    time.sleep(0.5)
    written = client.end()
    assert (outcome.decision, outcome.failed, outcome.left) == (Decision.BACK, "restore", ())
    assert "balance" in outcome.values["said"]
    assert (site.writable(), written.errors) == (["src"], ())
    assert count(written, driver.move.source, "app", site.sessions) == Counted(lost=0, duplicated=0, unacknowledged=0)
    site.sql("src", MENDED)


def test_a_writer_whom_no_fence_holds_is_seen(driver: Driver) -> None:
    """The superuser's own job writes a row after the dump has passed its table: the target adds up to less."""
    site = driver.site
    move = driver.ready(back=False)
    section = driver.mover.frozen(move, driver.attempt)
    late = next(line for line in section.lines if line.name == "border")
    lines = []
    for line in section.lines:
        if line.name == "sum":
            lines.append(replace(late, name="late", voice=line.voice, text="INSERT INTO public.ledger VALUES (-1, 1);"))
        lines.append(line)
    outcome = FrozenProcess(site.journal, site.ssh).run(replace(section, lines=tuple(lines)))
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "prove-same")
    driver.mover.ensure_settled(move, driver.attempt, opened=False)
    FileJournal(site.journal).settle()
    assert site.writable() == ["src"]
    site.sql("src", "delete from ledger")


@pytest.mark.parametrize(
    "known", [{"patience": 5.0}, pytest.param({"shared": False}, marks=pytest.mark.nightly)], ids=str
)
def test_a_pooler_that_would_not_let_clients_wait_so_long_refuses_new_ones(
    driver: Driver, known: Mapping[str, Any]
) -> None:
    site = driver.site
    driver.ready(back=False)
    assert driver.move.copying is not None
    move = replace(driver.move, copying=replace(driver.move.copying, **known))
    names = [line.name for line in driver.mover.frozen(move, 1).lines]
    assert names.index("refuse") < names.index("end-sessions") < names.index("restore") < names.index("admit")
    outcome = driver.switch().run(move, driver.attempt)
    assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ())
    client = ProbeClient(site.dsn, SECRET, first=(3 + driver.attempt) * 1_000_000_000, prefix=site.net.inside("cli"))
    time.sleep(0.5)
    assert client.end().errors == ()


BEFORE = (
    "armed", "fence", "hold", "end-sessions", "readable", "snapshot", "dump", "restore", "sum", "prove-still",
    "border", "open",
)  # fmt: skip
AFTER = ("opened", "route", "resume")
QUICK = {"dump", "route"}


@pytest.mark.parametrize(
    "stage", [stage if stage in QUICK else pytest.param(stage, marks=pytest.mark.nightly) for stage in BEFORE + AFTER]
)
def test_the_section_is_killed_at_a_line(driver: Driver, stage: str) -> None:
    outcome = driver.killed(stage, back=False)
    assert outcome.decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    assert driver.site.writable() == (["tgt"] if stage in AFTER else ["src"])
    assert copying(driver) == 0
    if stage in AFTER:
        assert driver.run(back=True).decision is Decision.OPEN


@pytest.mark.parametrize("stage", ["accepted", pytest.param("route", marks=pytest.mark.nightly)])
def test_the_way_back_is_killed_at_a_line(driver: Driver, stage: str) -> None:
    assert driver.run().decision is Decision.OPEN
    outcome = driver.killed(stage, back=True)
    assert driver.opened is (stage == "accepted")
    if outcome.decision is Decision.BACK:
        assert driver.run(back=True).decision is Decision.OPEN


def copying(driver: Driver) -> int:
    """Sessions on the source that an interrupted copy has left."""
    asked = f"select count(*) from pg_stat_activity where usename = '{driver.move.follower}'"
    return int(driver.site.sql("src", asked, "postgres"))


def test_a_database_that_is_not_ours_is_never_replaced(driver: Driver) -> None:
    site = driver.site
    driver.mover.drop(driver.move, driver.mover.removals(driver.move))
    site.sql("tgt", "create table if not exists precious(n int)")
    with pytest.raises(MigrateError) as occupied:
        driver.mover.ensure_prepared(driver.move)
    assert occupied.value.code == "dump.occupied"
    assert site.sql("tgt", "select count(*) from precious") == "0"
    for host in ("src", "tgt"):
        assert list((site.folder / host).glob("migrate-dump-*")) == []
