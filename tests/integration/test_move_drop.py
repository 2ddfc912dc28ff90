"""`migrate drop`: everything of ours goes on both sides, and of the target's data what was brought and never used."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from orchestrator.adapters.schedule_file import write_plan
from orchestrator.errors import ExitCode
from orchestrator.execution.moving import recorded
from orchestrator.model.canonical import digest
from orchestrator.model.life import Phase
from orchestrator.model.move import DatabaseMove
from orchestrator.model.schedule import Basis, Schedule, Slot, Window
from tests.worlds.drive import KILLED
from tests.worlds.net import run
from tests.worlds.postgresql import AS, World, world
from tests.worlds.site import SYSTEM, Site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

DROP = ("drop", SYSTEM, "--confirm", SYSTEM)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with world(big=200) as running:
        made = Site(running, tmp_path_factory.mktemp("programme"))
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none", windows="any")
        made.list()
        made.onward("syncing")
        yield made


def named(site: Site) -> World:
    """Return the world with the names that the list gives."""
    life = site.lives.of(SYSTEM)
    assert life is not None
    return replace(site.world, move=cast(DatabaseMove, recorded(life)))


def of_ours(site: Site, host: str) -> list[str]:
    """Everything of ours that a side still has."""
    found = [
        site.world.sql(host, f"select {column} from {relation} where {column} ~ '^migrate'", "postgres")
        for relation, column in (
            ("pg_replication_slots", "slot_name"),
            ("pg_subscription", "subname"),
            ("pg_roles", "rolname"),
        )
    ]
    if site.world.sql(host, "select count(*) from pg_database where datname = 'app'", "postgres") == "1":
        found.append(site.world.sql(host, "select nspname from pg_namespace where nspname ~ '^migrate'"))
        found.append(site.world.sql(host, "select pubname from pg_publication"))
    data = site.world.folder / host / "data"
    for name in ("pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf"):
        text = (data / name).read_text()
        found += [name] if "migrate" in text or "wal_re" in text else []
    return [each for each in (*found, *(path.name for path in data.glob("migrate*"))) if each]


def brought(site: Site) -> str:
    databases = "select datname from pg_database where datname = 'app'"
    return site.world.sql(
        "tgt", f"{databases} union all select rolname from pg_roles where rolname = 'app'", "postgres"
    )


def checks(told: Any) -> dict[str, str]:
    return {check["code"]: check["status"] for check in told["checks"] if check["status"] != "pass"}


def plan(site: Site, start: timedelta, hours: float) -> None:
    """Plan a window that begins so far from now, with a rollback deadline so many hours later."""
    now = datetime.now(UTC).replace(microsecond=0)
    begins = now + start
    until = begins + timedelta(hours=hours)
    slot = Slot(
        system=SYSTEM, name="n", unit="u", batch=1, group=SYSTEM, crew=1, start=begins, end=until, rollback_by=until,
        basis=Basis.DECLARED,
    )  # fmt: skip
    window = Window(evening=begins.date(), start=begins, end=until + timedelta(hours=1), load={}, slots=(slot,))
    planned = Schedule(
        programme="p", made_for=begins.date(), solver="greedy", inputs={}, goals=(), batches=(), windows=(window,)
    )
    write_plan(site.folder / "schedule.yaml", replace(planned, digest=digest(planned)))


def test_a_window_that_ended_unused_is_given_back_and_the_next_one_is_open(site: Site) -> None:
    site.declare(approvals="none")
    plan(site, timedelta(hours=-2), 1)
    site.onward("open")
    life = site.lives.of(SYSTEM)
    assert life is not None
    assert (life.phase, life.waits_for) == (Phase.SYNCING, "gate.window.late")
    assert "given_back" in life.facts
    told = site.migrate("cutover", SYSTEM, "--dry-run", expect=ExitCode.REFUSED)
    assert [check["values"]["reason"] for check in told["checks"]] == ["given-back"]
    plan(site, timedelta(hours=-1), 3)
    assert checks(site.migrate("cutover", SYSTEM, "--dry-run")) == {}
    # Half a minute before its end there is no time left for a frozen section, whose limit is 30 s.
    plan(site, timedelta(hours=-1), 1 + 20 / 3600)
    told = site.migrate("cutover", SYSTEM, "--dry-run", expect=ExitCode.REFUSED)
    assert told["checks"][0]["values"]["reason"] in {"short", "late"}
    plan(site, timedelta(hours=-1), 4)
    site.migrate("give-back", SYSTEM)
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert [check["values"]["reason"] for check in told["checks"]] == ["given-back"]
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    site.declare(approvals="none", windows="any")


def test_a_dry_run_lists_what_goes_and_touches_nothing(site: Site) -> None:
    told = site.migrate("drop", SYSTEM, "--dry-run")
    assert [(each["removal"], each["side"]) for each in told["removals"][:4]] == [
        ("subscriptions", "target"), ("subscriptions", "source"), ("slots", "source"), ("slots", "target"),
    ]  # fmt: skip
    assert [(each["removal"], each["subject"]) for each in told["removals"][-2:]] == [
        ("database", "app"), ("role", "app"),
    ]  # fmt: skip
    assert (checks(told), told["stays"], told["by_hand"]) == ({}, [], [])
    refused = site.migrate("drop", SYSTEM, expect=ExitCode.REFUSED)
    assert refused["error"]["code"] == "drop.not-confirmed"
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    named(site).await_following()


@pytest.mark.parametrize(
    ("harm", "mend", "code"),
    [
        ("create table other(x int); insert into other values (1)", "drop table other", "drop.only-ours"),
        ("alter role app login", "alter role app nologin", "drop.logins"),
        (
            "insert into migrate_move.state values (1, 'open')",
            "delete from migrate_move.state",
            "drop.never-open",
        ),
    ],
)
def test_a_target_that_somebody_used_is_left(site: Site, harm: str, mend: str, code: str) -> None:
    site.world.sql("tgt", harm)
    try:
        told = site.migrate(*DROP, expect=ExitCode.REFUSED)
        kept = site.migrate("drop", SYSTEM, "--dry-run", "--keep-data")
    finally:
        site.world.sql("tgt", mend)
    assert checks(told) == {code: "fail"}
    assert (checks(kept), kept["stays"]) == ({}, ["app"])
    assert (site.phase, brought(site)) == (Phase.SYNCING, "app\napp")


def test_a_database_that_somebody_is_in_is_left(site: Site) -> None:
    inside = subprocess.Popen(
        [*site.world.net.inside("tgt"), *AS, "psql", "-XAtq", "-h", str(site.world.folder / "tgt"), "-d", "app"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with inside:
        assert inside.stdin is not None
        assert inside.stdout is not None
        print("select 1;", file=inside.stdin, flush=True)
        assert inside.stdout.readline() == "1\n"
        assert checks(site.migrate(*DROP, expect=ExitCode.REFUSED)) == {"drop.sessions": "fail"}


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_killed_at_a_step_it_is_finished_by_the_same_command_and_by_no_other(site: Site, every: bool) -> None:
    if every:  # the one before has dropped it
        site.onward("syncing")
        named(site).await_following()
    listed = len(site.migrate("drop", SYSTEM, "--dry-run")["removals"])
    # The list is gone through once for what is ours and once for the data.
    for number in range(2 * listed) if every else (listed // 2, 2 * listed - 1):
        done = subprocess.run(
            [*site.world.net.inside("ctl"), *KILLED, "removal", str(number), "-C", str(site.folder), *DROP],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, (number, done.stdout[-2000:], done.stderr[-2000:])
        assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    refused = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert refused["error"]["code"] == "drop.unfinished"
    site.killed("after:drop", *DROP)
    told = site.migrate(*DROP)
    assert (told["phase"], told["left"], told["stays"]) == ("provisioned", [], [])
    assert (of_ours(site, "src"), of_ours(site, "tgt"), brought(site)) == ([], [], "")
    assert site.world.writable() == ["src"]
    assert site.migrate(*DROP, expect=ExitCode.REFUSED)["error"]["code"] == "drop.nothing"


def test_what_was_dropped_is_prepared_anew_and_what_was_opened_keeps_its_data(site: Site) -> None:
    site.onward("syncing")
    named(site).await_following()
    site.migrate("cutover", SYSTEM, "--yes")
    assert site.migrate(*DROP, expect=ExitCode.REFUSED)["error"]["code"] == "drop.open"
    assert site.world.writable() == ["tgt"]
    named(site).await_following(back=True)
    site.migrate("rollback", SYSTEM, "--yes")
    assert checks(site.migrate(*DROP, expect=ExitCode.REFUSED)) == {"drop.never-open": "fail"}
    told = site.migrate(*DROP, "--keep-data")
    assert (told["phase"], told["stays"], brought(site)) == ("provisioned", ["app"], "app\napp")
    assert (of_ours(site, "src"), of_ours(site, "tgt")) == ([], [])
    # What stays is met before anything is made again.
    site.onward("syncing")
    life = site.lives.of(SYSTEM)
    assert life is not None
    assert (life.phase, "occupied" in life.waits["checks"]) == (Phase.PROVISIONED, True)
    for text in ("drop database app", "drop role app"):
        site.world.sql("tgt", text, "postgres")


def test_a_source_that_is_gone_is_said_to_be_and_what_stays_on_it_is_told(site: Site) -> None:
    site.onward("syncing")
    named(site).await_following()
    assert checks(site.migrate(*DROP, "--without", "source", expect=ExitCode.REFUSED)) == {"drop.gone": "fail"}
    site.world.server("src", "-m", "immediate", "stop")
    try:
        assert checks(site.migrate(*DROP, expect=ExitCode.REFUSED)) == {"drop.reached": "fail"}
        told = site.migrate(*DROP, "--without", "source")
    finally:
        site.world.server("src", "start")
    assert (told["phase"], told["left"], brought(site), of_ours(site, "tgt")) == ("provisioned", [], "", [])
    assert of_ours(site, "src") != []
    for each in told["by_hand"]:
        if each["program"] == "psql":
            site.world.sql("src", each["text"], each["database"])
        else:
            run(*site.world.net.inside("src"), *AS, "sh", text=each["text"])
    assert of_ours(site, "src") == []
