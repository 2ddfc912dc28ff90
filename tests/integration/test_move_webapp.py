"""A file system and a database move as one under a client that writes a row and a file for each change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.checks import preflight_webapp
from orchestrator.model.frozen import Decision
from orchestrator.model.move import Method
from tests.worlds.drive import Drive, following, wrong
from tests.worlds.files import SIDES
from tests.worlds.webapp import WebappWorld, webapp_world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

# In the list's order; whatever comes before `sent` is taken back, whatever comes after it is finished.
BEFORE = (
    "armed", "connect", "ready", "holding", "stop-service", "seal", "prove-sealed", "prove-read-only", "fence",
    "prove-login", "hold", "end-sessions", "last-pass", "prove-names", "mark", "snapshot", "catch-up",
    "prove-sessions", "prove-ended", "prove-still", "flush", "open",
)  # fmt: skip
AFTER = ("opened", "open-files", "unlock", "route", "reload", "prove-route", "resume", "start-service")
DAILY = {"hold", "opened"}
CASES = [
    pytest.param(stage, back, marks=[] if stage in DAILY and not back else [pytest.mark.nightly])
    for back in (False, True)
    for stage in (*BEFORE, *AFTER)
]


@pytest.fixture(scope="module")
def site() -> Iterator[WebappWorld]:
    with webapp_world() as made:
        yield made


@pytest.fixture(scope="module")
def drive(site: WebappWorld) -> Drive:
    made = following(site)
    assert site.mover.progress(site.move).copied
    return made


def stands(site: WebappWorld) -> tuple[list[str], list[str]]:
    """The sides that can be written to, both parts of them, and those whose service runs."""
    return site.writable(), site.running()


def test_preflight_judges_each_part_and_names_it(site: WebappWorld) -> None:
    found = preflight_webapp.preflight(site.move, *site.mover.observe(site.move))
    assert found.possible
    assert (found.move.files.method, found.move.database.method) == (Method.RSYNC, Method.LOGICAL)  # type: ignore[union-attr]
    told = {each.result.subject.partition(":")[0] for each in found.findings}
    assert told <= {"files", "postgresql"}
    assert "files" in told


@pytest.mark.nightly
def test_to_and_fro_under_a_client_of_both(site: WebappWorld, drive: Drive) -> None:
    client = site.client()
    try:
        for number in range(2):
            time.sleep(1)
            outcome = drive.run()
            assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ()), number
            assert stands(site) == ([SIDES[drive.opened]], [SIDES[drive.opened]])
        time.sleep(1)
    finally:
        client.end()
    assert client.made > 30
    site.assert_pairs("src", client)
    site.mover.ensure_reverse(site.move, drive.attempt + 1)
    site.await_following()
    site.database.await_equal()
    site.assert_pairs("tgt", client)
    assert wrong(site.mover.verify(site.move, back=True)) == []


@pytest.mark.parametrize(("stage", "back"), CASES)
def test_the_section_is_killed_at_a_line(site: WebappWorld, drive: Drive, stage: str, back: bool) -> None:
    drive.at(opened=back)
    client = site.client()
    try:
        time.sleep(0.3)
        drive.killed(stage)
        if stage == "opened":
            # Decided, and not yet said to the files: nobody may write to them, on either side.
            assert stands(site) == (["tgt" if not back else "src"], [])
        decision = drive.recover().decision
        time.sleep(0.3)
    finally:
        client.end()
    assert decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    assert stands(site) == ([SIDES[drive.opened]], [SIDES[drive.opened]])
    site.assert_pairs(SIDES[drive.opened], client)


def test_a_fault_of_the_second_part_takes_both_back(site: WebappWorld, drive: Drive) -> None:
    drive.at(opened=False)
    client = site.client()
    try:
        drive.prepare()
        (link,) = site.database.sql("tgt", "select subname from pg_subscription").split()
        site.database.sql("tgt", f"alter subscription {link} disable")
        hurried = replace(site.move.database, limits=replace(site.move.database.limits, catch_up=timedelta(seconds=1)))
        outcome = drive.switch().run(replace(site.move, database=hurried), drive.attempt)
        drive.took(outcome)
        site.database.sql("tgt", f"alter subscription {link} enable")
    finally:
        client.end()
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "catch-up")
    assert stands(site) == (["src"], ["src"])
    site.assert_pairs("src", client)


@pytest.mark.nightly
def test_a_file_that_somebody_writes_lets_nobody_be_held_for_long_and_takes_both_back(
    site: WebappWorld, drive: Drive
) -> None:
    drive.at(opened=False)
    drive.prepare()
    hurried = replace(site.move.files, limits=replace(site.move.files.limits, hold=timedelta(seconds=1)))
    with (site.files.tree("src") / "d1/f1.dat").open("ab"):
        outcome = drive.switch().run(replace(site.move, files=hurried), drive.attempt)
        drive.took(outcome)
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "seal")
    assert stands(site) == (["src"], ["src"])


@pytest.mark.nightly
@pytest.mark.parametrize("host", ["ftgt", "tgt"])
@pytest.mark.parametrize("stage", ["open", "sent", "opened"])
def test_a_machine_that_is_not_reached_around_the_decision_opens_with_the_other(
    site: WebappWorld, drive: Drive, stage: str, host: str
) -> None:
    drive.at(opened=False)
    client = site.client()
    try:
        time.sleep(0.3)
        drive.cut(stage, "ctl", host, 6)
    finally:
        site.net.mend()
        client.end()
    side = SIDES[drive.opened]
    assert stands(site) == ([side], [side])
    site.assert_pairs(side, client)


@pytest.mark.nightly
@pytest.mark.parametrize("question", range(1, 8))
@pytest.mark.parametrize("stage", ["flush", "opened"])
def test_the_recovery_is_killed_too(site: WebappWorld, drive: Drive, stage: str, question: int) -> None:
    drive.at(opened=False)
    client = site.client()
    try:
        drive.killed(stage)
        drive.recover_killed(question)
        decision = drive.recover().decision
    finally:
        client.end()
    assert decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    assert stands(site) == ([SIDES[drive.opened]], [SIDES[drive.opened]])
    site.assert_pairs(SIDES[drive.opened], client)


def test_what_is_dropped_leaves_nothing_of_ours(site: WebappWorld, drive: Drive) -> None:
    drive.at(opened=False)
    for _ in range(2):
        assert list(site.mover.drop(site.move, site.mover.removals(site.move))) == []
    for host in SIDES:
        assert site.files.sh(host, "ls /var/lib/migrate").strip() == ""
        assert site.database.sql(host, "select count(*) from pg_replication_slots") == "0"
        assert site.database.sql(host, "select count(*) from pg_namespace where nspname = 'migrate_move'") == "0"
