"""A system that only a dump can move, by the commands: chosen and explained, rehearsed, cut over, taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.postgresql import world
from tests.worlds.site import SYSTEM, Site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with world(big=200) as running:
        running.sql("src", "select lo_from_bytea(77, 'large'); create unlogged table cache(n int)")
        made = Site(running, tmp_path_factory.mktemp("programme"))
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none", windows="any", rehearsal="required")
        made.list()
        yield made


def test_the_trial_is_the_first_copy(site: Site) -> None:
    site.onward("syncing")
    life = site.lives.of(SYSTEM)
    assert life is not None
    assert (life.phase, life.facts["method"]) == (Phase.SYNCING, "dump")
    assert "move.preflight.large-objects" in str(life.facts["against"])
    told = site.migrate("cutover", SYSTEM, "--dry-run", expect=ExitCode.REFUSED)
    assert told["checks"][-1]["values"]["reason"] == "none"
    assert told["frozen_seconds"] > 30
    assert {"dump", "restore", "prove-same"} <= {line["line"] for line in told["lines"]}


def test_what_the_trial_brought_is_dropped_and_brought_anew(site: Site) -> None:
    assert site.world.sql("tgt", "select count(*) from big") == "200"
    told = site.migrate("drop", SYSTEM, "--dry-run")
    assert [(each["removal"], each["subject"]) for each in told["removals"][-2:]] == [
        ("database", "app"), ("role", "app"),
    ]  # fmt: skip
    told = site.migrate("drop", SYSTEM, "--confirm", SYSTEM)
    assert (told["phase"], told["left"], told["stays"], told["by_hand"]) == ("provisioned", [], [], [])
    ours = "select rolname from pg_roles where rolname ~ '^(migrate|app$)' union all select datname from pg_database"
    assert "migrate" not in site.world.sql("src", ours, "postgres")
    assert site.world.sql("tgt", f"{ours} where datname = 'app'", "postgres") == ""
    for side in ("src", "tgt"):
        assert not list((site.world.folder / side / "data").glob("migrate*"))
    assert site.world.writable() == ["src"]
    site.onward("syncing")
    assert site.world.sql("tgt", "select count(*) from big") == "200"


def test_it_is_rehearsed_where_nobody_works(site: Site) -> None:
    plan = site.migrate("cutover", SYSTEM, "--rehearse", "--dry-run")
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    assert told["passed"], told
    assert [step["step"] for step in told["steps"]] == [step["step"] for step in plan["steps"]]
    assert {check["status"] for check in told["checks"]} == {"pass"}
    assert told["gap_ms"] > 0
    assert (site.phase, site.world.writable()) == (Phase.REHEARSED, ["src"])


def test_there_and_back_with_the_rows_that_are_given_up(site: Site) -> None:
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], told["probe"]["lost"], told["probe"]["duplicated"]) == ("open", 0, 0)
    assert told["probe"]["rows"] > 0
    assert site.world.writable() == ["tgt"]
    site.world.sql("tgt", "insert into ledger(id, w) select g, 1 from generate_series(1, 5) g")
    assert site.migrate("rollback", SYSTEM, "--dry-run")["would_lose"] == {"app: public.ledger": 5}
    refused = site.migrate("rollback", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert refused["error"]["code"] == "move.would-lose"
    site.killed("after:ensure_reverse", "rollback", SYSTEM, "--yes", "--lose", "5")
    assert site.world.writable() == ["tgt"]
    assert site.migrate("rollback", SYSTEM, "--yes", "--lose", "5")["decision"] == "open"
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    refused = site.migrate("drop", SYSTEM, "--confirm", SYSTEM, expect=ExitCode.REFUSED)
    assert "drop.never-open" in {check["code"] for check in refused["checks"] if check["status"] == "fail"}
    site.migrate("cutover", SYSTEM, "--rehearse")
    assert site.migrate("cutover", SYSTEM, "--yes")["decision"] == "open"
