"""A system that moves as a standby, by the commands: chosen, rehearsed, cut over, taken back, dropped."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from orchestrator.adapters.movers.kinds import Movers
from orchestrator.errors import ExitCode
from orchestrator.execution.moving import recorded
from orchestrator.model.life import Phase
from tests.worlds.postgresql import world
from tests.worlds.site import SYSTEM, Site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with world(big=200) as running:
        running.sql("src", "select lo_from_bytea(77, 'large'); alter large object 77 owner to app")
        made = Site(running, tmp_path_factory.mktemp("programme"))
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none", windows="any", rehearsal="required")
        made.list()
        yield made


def following(site: Site) -> None:
    """Wait until the target is a standby again, copied anew."""
    limit = time.monotonic() + 120
    mover, life = Movers(site.world.sessions), site.lives.of(SYSTEM)
    assert life is not None
    while not mover.progress(recorded(life)).copied:
        assert time.monotonic() < limit
        time.sleep(0.2)


def test_the_whole_cluster_is_the_first_copy(site: Site) -> None:
    site.onward("syncing")
    life = site.lives.of(SYSTEM)
    assert life is not None
    assert (life.phase, life.facts["method"]) == (Phase.SYNCING, "physical")
    assert "move.preflight.large-objects" in str(life.facts["against"])
    assert site.world.sql("tgt", "select pg_is_in_recovery()", "postgres") == "t"
    told = site.migrate("cutover", SYSTEM, "--dry-run", expect=ExitCode.REFUSED)
    assert told["checks"][-1]["values"]["reason"] == "none"
    assert {"replayed", "promote", "open"} <= {line["line"] for line in told["lines"]}


def test_it_is_rehearsed_on_a_clone_of_the_standby(site: Site) -> None:
    plan = site.migrate("cutover", SYSTEM, "--rehearse", "--dry-run")
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    assert told["passed"], told
    assert [step["step"] for step in told["steps"]] == [step["step"] for step in plan["steps"]]
    assert {check["status"] for check in told["checks"]} == {"pass"}
    assert (site.phase, site.world.writable()) == (Phase.REHEARSED, ["src", "tgt"])  # read, on a standby
    assert site.world.sql("tgt", "select pg_is_in_recovery()", "postgres") == "t"


def test_there_and_back_with_the_rows_that_are_given_up_and_dropped(site: Site) -> None:
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], told["probe"]["lost"], told["probe"]["duplicated"]) == ("open", 0, 0)
    assert told["probe"]["rows"] > 0
    assert site.world.writable() == ["tgt"]
    site.world.sql("tgt", "insert into ledger(id, w) select g, 1 from generate_series(1, 5) g")
    assert site.migrate("rollback", SYSTEM, "--dry-run")["would_lose"] == {"app: public.ledger": 5}
    refused = site.migrate("rollback", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert refused["error"]["code"] == "move.would-lose"
    assert site.migrate("rollback", SYSTEM, "--yes", "--lose", "5")["decision"] == "open"
    assert site.phase is Phase.SYNCING
    following(site)
    assert site.world.sql("tgt", "select pg_is_in_recovery(), count(*) from ledger") == "t|0"
    assert site.migrate("drop", SYSTEM, "--dry-run")["stays"] == []
    site.migrate("drop", SYSTEM, "--confirm", SYSTEM)
    assert (site.phase, site.world.writable()) == (Phase.PROVISIONED, ["src"])
    assert site.world.sql("tgt", "select count(*) from pg_database", "postgres") == "3"
