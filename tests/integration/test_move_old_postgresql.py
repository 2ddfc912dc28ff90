"""Sources of versions that Debian has left: a dump that is dropped again, then rows that follow, there and back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from orchestrator.model.life import Life, Phase
from tests.worlds.old_postgresql import OLD, SCHEMA, old_programs
from tests.worlds.postgresql import world
from tests.worlds.site import SYSTEM, Site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.nightly, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", params=sorted(OLD))
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    programs = old_programs(request.param)
    try:
        with world(big=200, older=programs) as running:
            running.sql("src", SCHEMA)
            made = Site(running, tmp_path_factory.mktemp("programme"))
            for name in ("identity", "known_hosts"):
                shutil.copy(running.folder / name, made.folder / name)
            made.declare(approvals="none", windows="any")
            made.list()
            yield made
    finally:
        shutil.rmtree(programs.parent)


def begun(site: Site) -> Life:
    site.onward("syncing")
    life = site.lives.of(SYSTEM)
    assert life is not None
    assert life.phase is Phase.SYNCING
    return life


def test_what_rows_cannot_carry_goes_by_a_dump(site: Site) -> None:
    site.world.sql("src", "select lo_from_bytea(77, 'large')")
    assert begun(site).facts["method"] == "dump"
    assert site.world.sql("tgt", "select lo_get(77)") == site.world.sql("src", "select lo_get(77)")
    site.world.sql("src", "select lo_unlink(77)")


def test_nothing_of_it_stays(site: Site) -> None:
    told = site.migrate("drop", SYSTEM, "--confirm", SYSTEM)
    assert (told["phase"], told["left"], told["stays"], told["by_hand"]) == ("provisioned", [], [], [])
    ours = "select rolname from pg_roles union all select pubname from pg_publication"
    assert "migrate" not in site.world.sql("src", ours)


def test_it_is_rehearsed(site: Site) -> None:
    assert begun(site).facts["method"] == "logical"
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    assert told["passed"], told
    assert {check["status"] for check in told["checks"]} == {"pass"}


def test_there_and_back(site: Site) -> None:
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], told["probe"]["lost"], told["probe"]["duplicated"]) == ("open", 0, 0)
    assert site.world.writable() == ["tgt"]
    site.world.sql(
        "tgt",
        "insert into visit values (-1, '2017-05-05', 1); insert into clerk(name) values ('责任人900');"
        " update clerk set told = '{}' where id = 1; delete from visit where id = 7",
    )
    told = site.migrate("rollback", SYSTEM, "--yes")
    assert (told["decision"], told["probe"]["lost"], told["probe"]["duplicated"]) == ("open", 0, 0)
    assert site.world.writable() == ["src"]
    asked = "select count(*), sum(id), (select count(*) from clerk), (select count(*) from log_) from visit"
    assert site.world.sql("src", asked) == site.world.sql("tgt", asked) == "2000|2000992|51|51"
