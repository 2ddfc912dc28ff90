"""A file system and a database as one, their whole way by commands, under a client that changes both."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.pairs import Pairs
from tests.worlds.site import SYSTEM
from tests.worlds.webapp_site import WebappSite, webapp_site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebappSite]:
    with webapp_site(tmp_path_factory.mktemp("programme")) as made:
        yield made


@pytest.fixture(scope="module")
def client(site: WebappSite) -> Iterator[Pairs]:
    yield (running := site.webapp.client())
    running.kill()


def failing(told: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [check for check in told["checks"] if check["status"] != "pass"]


def test_a_batch_prepares_and_copies_both_parts(site: WebappSite, client: Pairs) -> None:
    site.onward("syncing")
    assert site.stands() == (Phase.SYNCING, ["src"], ["src"], ["src"])
    life = site.lives.of(SYSTEM)
    assert life is not None
    facts: Any = life.facts
    assert (facts["method"], facts["move"]["kind"], facts["progress"]["streaming"]) == ("together", "webapp", True)
    assert facts["progress"]["pass"]["entries"] > 170
    assert facts["progress"]["bytes_all"] > facts["progress"]["begun"]["bytes_done"] > -1
    dry = site.migrate("cutover", SYSTEM, "--dry-run")
    lines = [line["line"] for line in dry["lines"]]
    assert (lines.count("open"), lines[-2:]) == (1, ["start-service", "start-service"])
    assert [line["line"] for line in dry["lines"] if line["decides"]] == ["open"]
    assert (dry["method"], dry["leaving"], len(dry["databases"])) == ("together", "SV-1 + SV-2", 2)


def test_a_rehearsal_goes_through_both_parts_and_leaves_nothing(site: WebappSite, client: Pairs) -> None:
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    assert (told["passed"], failing(told), told["left"]) == (True, [], []), told
    steps = [each["step"] for each in told["steps"]]
    assert {"files/open", "postgresql/open", "files/duplicate", "postgresql/copy"} <= set(steps)
    assert (steps.count("remove"), steps[-1]) == (1, "remove")
    assert told["gap_ms"] > 0
    assert site.stands() == (Phase.REHEARSED, ["src"], ["src"], ["src"])
    assert site.webapp.files.sh("tgt", "ls /var/lib/migrate").split() == ["files-s-1"]


def test_both_go_there_and_back_by_command_and_a_client_of_both_loses_nothing(site: WebappSite, client: Pairs) -> None:
    opened(site.migrate("cutover", SYSTEM, "--yes"), Phase.OPEN)
    assert site.stands() == (Phase.OPEN, ["tgt"], ["tgt"], ["tgt"])
    time.sleep(1)
    site.webapp.database.await_following(back=True)
    opened(site.migrate("rollback", SYSTEM, "--yes"), Phase.SYNCING)
    assert site.stands() == (Phase.SYNCING, ["src"], ["src"], ["src"])
    client.end()
    assert client.made > 50
    site.webapp.assert_pairs("src", client)


@pytest.mark.nightly
def test_a_section_that_is_killed_is_settled_by_the_next_command(site: WebappSite) -> None:
    site.killed("before:ensure_settled", "cutover", SYSTEM, "--yes")
    assert site.phase is Phase.CUTOVER
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    assert site.stands() == (Phase.OPEN, ["tgt"], ["tgt"], ["tgt"])


def opened(told: Any, phase: Phase) -> None:
    """Check that a switch opened a side, that what was compared is alike, and that no row of the probe is lost."""
    assert (told["decision"], told["phase"], failing(told)) == ("open", phase, [])
    assert (told["probe"]["fault"], told["probe"]["lost"], told["probe"]["duplicated"]) == ("", 0, 0)
