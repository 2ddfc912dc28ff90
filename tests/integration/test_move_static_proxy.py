"""A static site whose readers come by a HAProxy: it is switched with the sides, and told where the target is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from orchestrator.adapters.movers.static.mover import StaticMover
from orchestrator.checks.preflight_static import preflight
from orchestrator.model.frozen import Decision
from orchestrator.model.life import Phase
from orchestrator.model.move import StaticMove
from tests.worlds.drive import Drive
from tests.worlds.files import SIDES, FilesWriter, assert_held
from tests.worlds.postgresql import World
from tests.worlds.site import SYSTEM
from tests.worlds.static_site import ProxiedSite, static_site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedSite]:
    with static_site(tmp_path_factory.mktemp("programme"), ProxiedSite) as made:
        assert isinstance(made, ProxiedSite)
        yield made


def stands(site: ProxiedSite) -> tuple[Phase, list[str], list[str]]:
    """Where the system's life is, which sides can be written to, and where people are led."""
    return site.phase, site.named.writable(), site.running()


def test_readers_follow_there_and_back_and_miss_nothing(site: ProxiedSite) -> None:
    site.onward("syncing")
    writer = FilesWriter(site.files)
    try:
        told = site.migrate("cutover", SYSTEM, "--yes")
        assert told["decision"] == "open", told
        probe = told["probe"]
        assert (probe["fault"], probe["errors"], probe["rows"] > 50) == ("", 0, True), probe
        assert stands(site) == (Phase.OPEN, ["tgt"], ["tgt"])
        time.sleep(1)
        site.restart_proxy()  # which leads to the source again, and knows no target
        site.files.sh("src", _lead_away(site))
        told = site.migrate("rollback", SYSTEM, "--yes")
        assert (told["decision"], told["probe"]["fault"]) == ("open", "")
        assert stands(site) == (Phase.SYNCING, ["src"], ["src"])
    finally:
        writer.end()
    assert_held(site.files, "src", writer)


def _lead_away(site: ProxiedSite) -> str:
    """What an operator does whose proxy was restarted after the opening."""
    address = site.files.net.address("tgt")
    told = (
        f"set server sides/target addr {address} port 80; set server sides/target state ready;"
        " set server sides/source state maint"
    )
    return f"echo '{told}' | socat - UNIX-CONNECT:{site.files.folder}/src/front.sock"


def test_a_proxy_that_leads_elsewhere_is_told_before_anything(site: ProxiedSite) -> None:
    wrong = "set server sides/target addr 10.99.8.77 port 81"
    site.files.sh("src", f"echo '{wrong}' | socat - UNIX-CONNECT:{site.files.folder}/src/front.sock")
    move = site.named.move
    assert isinstance(move, StaticMove)
    found = preflight(move, *StaticMover(site.files.sessions).observe(move)).findings
    (told,) = [each.result for each in found if each.result.code == "move.preflight.proxy-elsewhere"]
    assert told.values["found"] == "10.99.8.77 81"
    site.restart_proxy()


@pytest.fixture(scope="module")
def drive(site: ProxiedSite) -> Drive:
    named = replace(site.named, mover=StaticMover(site.files.sessions))
    made = Drive(cast(World, named))
    made.attempt = 100  # beyond those of the commands
    return made


@pytest.mark.nightly
@pytest.mark.parametrize("stage", ["flush", "open", "opened", "unlock", "route"])
@pytest.mark.parametrize("back", [False, True])
def test_killed_at_a_line_readers_are_where_the_files_may_be_written(
    site: ProxiedSite, drive: Drive, stage: str, back: bool
) -> None:
    drive.at(opened=back)
    drive.killed(stage)
    decision = drive.recover().decision
    assert decision is (Decision.OPEN if stage in {"opened", "unlock", "route"} else Decision.BACK)
    side = [SIDES[drive.opened]]
    assert (site.named.writable(), site.running()) == (side, side)
