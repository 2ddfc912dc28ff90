"""A Redis's whole way by commands, under a client that never stops writing; and the example tool's trial."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.external import RedisWriter
from tests.worlds.external_site import SYSTEM, ToolSite, tool_site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolSite]:
    with tool_site(tmp_path_factory.mktemp("programme")) as made:
        yield made


def test_it_goes_there_and_back_and_a_client_loses_nothing(site: ToolSite) -> None:
    writer = RedisWriter(site.redis)
    site.onward("syncing")
    assert site.stands() == (Phase.SYNCING, ["src"])
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], [check["status"] for check in told["checks"]]) == ("open", ["pass", "pass"])
    assert site.stands() == (Phase.OPEN, ["tgt"])
    time.sleep(0.5)
    assert site.migrate("rollback", SYSTEM, "--yes")["decision"] == "open"
    assert site.stands() == (Phase.SYNCING, ["src"])
    writer.assert_held("src")


def test_the_digest_that_is_approved_is_of_the_tool_too_and_another_tool_is_refused(site: ToolSite) -> None:
    dry = site.migrate("cutover", SYSTEM, "--dry-run")
    assert [line["line"] for line in dry["lines"] if line["decides"]] == ["open"]
    approved = site.tool.read_bytes()
    site.tool.write_bytes(approved + b"\n# better\n")
    refused = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert "move.gate.external-tool" in str(refused)
    assert site.stands() == (Phase.SYNCING, ["src"])
    site.tool.write_bytes(approved)


def test_a_section_that_is_killed_is_settled_by_the_next_command_even_without_the_file(site: ToolSite) -> None:
    site.killed("before:ensure_settled", "cutover", SYSTEM, "--yes")
    assert site.phase is Phase.CUTOVER
    aside = site.tool.rename(site.tool.with_name("aside"))
    site.migrate("retire", SYSTEM, expect=ExitCode.REFUSED)
    aside.rename(site.tool)
    assert site.stands() == (Phase.OPEN, ["tgt"])
    assert site.migrate("rollback", SYSTEM, "--yes")["decision"] == "open"


@pytest.mark.nightly
def test_a_rehearsal_that_the_tool_has_not_is_refused_with_what_helps(site: ToolSite) -> None:
    told = site.migrate("cutover", SYSTEM, "--rehearse", expect=ExitCode.REFUSED)
    assert (told["passed"], told["code"]) == (False, "external.not-able"), told
    assert site.stands() == (Phase.SYNCING, ["src"])


def test_what_the_tool_made_is_dropped(site: ToolSite) -> None:
    assert site.migrate("drop", SYSTEM, "--dry-run")["removals"]
    site.migrate("drop", SYSTEM, "--confirm", SYSTEM)
    assert site.phase is Phase.PROVISIONED
    assert site.redis.redis("tgt", "DBSIZE") == "0"
    assert int(site.redis.redis("src", "DBSIZE")) > 2000


@pytest.mark.nightly
def test_the_example_keeps_every_rule_of_the_contract(site: ToolSite) -> None:
    sides = ["--source", site.redis.net.address("src"), "--target", site.redis.net.address("tgt")]
    told = site.migrate("external", "check", "redis", *sides, "--yes")
    absent = {check["subject"] for check in told["checks"] if check["status"] == "unknown"}
    assert (told["right"], absent) == (True, {"rehearse"})
    assert site.redis.writable() == ["src", "tgt"]
    site.redis.redis("tgt", "DEL", "tried")
