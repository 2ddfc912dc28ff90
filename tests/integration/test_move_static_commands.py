"""A static site's whole way by commands: both sides are compared from outside, and a reader measures the gap."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.files import FilesWriter, assert_held
from tests.worlds.site import SYSTEM
from tests.worlds.static_site import StaticSite, static_site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticSite]:
    with static_site(tmp_path_factory.mktemp("programme")) as made:
        yield made


def stands(site: StaticSite) -> tuple[Phase, list[str], list[str]]:
    """Where the system's life is, which sides can be written to, and where people are led."""
    return site.phase, site.named.writable(), site.running()


def failing(told: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [check for check in told["checks"] if check["status"] != "pass"]


def test_it_goes_there_and_back_and_a_reader_measures_the_gap(site: StaticSite) -> None:
    site.onward("syncing")
    assert stands(site) == (Phase.SYNCING, ["src"], ["src"])
    writer = FilesWriter(site.files)
    try:
        there_and_back(site)
    finally:
        writer.end()
    assert writer.changes > 60
    assert_held(site.files, "src", writer)


def there_and_back(site: StaticSite) -> None:
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], failing(told)) == ("open", []), told
    (pages,) = [check["values"] for check in told["checks"] if check["code"] == "move.verify.pages"]
    assert int(pages["same"]) >= 10, pages
    probe = told["probe"]
    assert (probe["fault"], probe["rows"] > 50, 0 < probe["gap_seconds"] < 60) == ("", True, True), probe
    assert stands(site) == (Phase.OPEN, ["tgt"], ["tgt"])
    time.sleep(1)
    told = site.migrate("rollback", SYSTEM, "--yes")
    assert (told["decision"], told["probe"]["fault"]) == ("open", "")
    assert stands(site) == (Phase.SYNCING, ["src"], ["src"])


def test_a_target_that_serves_something_else_is_told_before_anybody_is_led_there(site: StaticSite) -> None:
    site.configure("tgt", "/var/empty")
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert "move.gate.pages" in str(told)
    assert stands(site) == (Phase.SYNCING, ["src"], ["src"])
    site.configure("tgt")


@pytest.mark.nightly
def test_a_rehearsal_is_not_felt_by_a_reader(site: StaticSite) -> None:
    told = site.migrate("cutover", SYSTEM, "--rehearse")
    assert (told["passed"], failing(told)) == (True, []), told
    assert (told["probe"]["errors"], told["probe"]["fault"], told["probe"]["rows"] > 50) == (0, "", True)
    assert stands(site) == (Phase.REHEARSED, ["src"], ["src"])


@pytest.mark.nightly
def test_pages_that_differ_are_told_by_path(site: StaticSite) -> None:
    other = site.files.folder / "tgt/other"
    (other / "d1").mkdir(parents=True)
    (other / "index.html").write_text("another")
    (other / "d1/f1.dat").write_text("another")
    site.configure("tgt", str(other))
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.FAILED)
    assert told["decision"] == "open"
    assert {"/", "/d1/f1.dat"} <= {check["subject"] for check in failing(told)}
    site.configure("tgt")
    site.migrate("rollback", SYSTEM, "--yes")
