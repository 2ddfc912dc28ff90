"""A terminal that hangs up, a process that was stopped, and what is told of what nobody works at."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from orchestrator.errors import ExitCode
from tests.command_site import CommandSite, command_site, server_of

pytestmark = pytest.mark.integration
UNITS = {"S-1": "甲局", "S-2": "乙局"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    with command_site(tmp_path / "p", UNITS) as made:
        yield made


def hold(site: CommandSite, polls: int) -> None:
    for cloud in site.clouds.values():
        cloud.polls = polls
        for server in cloud.of("servers"):
            server["_polls"] = polls


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, *(pytest.param(each, marks=pytest.mark.nightly) for each in (signal.SIGHUP, signal.SIGINT))],
)
def test_a_signal_to_end_is_heard_and_the_run_goes_on_later(site: CommandSite, number: signal.Signals) -> None:
    hold(site, 1 << 30)
    batch = site.start("batch", "1")
    site.wait_for(lambda: len(site.servers()) == 2)
    batch.send_signal(number)
    assert batch.stderr
    while "stopping" not in batch.stderr.readline():
        pass
    hold(site, 0)
    _, err = CommandSite.end(batch, expect=ExitCode.INTERRUPTED)
    assert "run.interrupted" in err

    told = site.ask("doctor", expect=ExitCode.FAILED)
    assert [check["values"] for check in told["checks"] if check["code"] == "doctor.stuck"] == [{"systems": "S-1, S-2"}]
    assert "nobody runs this batch now" in site.run("status", "1")[0]
    site.run("batch", "1")
    assert site.servers() == sorted(map(server_of, UNITS))


def test_evidence_hides_calls_that_only_read_and_filters(site: CommandSite) -> None:
    site.run("batch", "1")
    hidden = site.ask("evidence", "show", "--last", "1000")
    every = site.ask("evidence", "show", "--last", "1000", "--calls")
    assert not [each for each in hidden if each["kind"] == "call" and each["data"]["method"] == "GET"]
    assert len(every) > len(hidden)
    ports = site.ask("evidence", "show", "--system", "S-1", "--step", "ensure_ports")
    assert [each["kind"] for each in ports] == ["step.started", "step.done"]
    assert {each["kind"] for each in site.ask("evidence", "show", "--kind", "system.done")} == {"system.done"}
    assert site.ask("evidence", "show", "--kind", "call")


def test_a_retry_of_a_system_that_is_held_back_says_why(site: CommandSite) -> None:
    declaration = site.folder / "programme.yaml"
    declared = yaml.safe_load(declaration.read_text(encoding="utf-8"))
    declared["clouds"]["administrative"]["lifecycle"] = "building"
    declaration.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")
    _, err = site.run("retry", "1", "--system", "S-2", expect=ExitCode.REFUSED)
    assert "batch.held" in err
    assert "S-2: " in err
    assert "nothing is provisioned" not in err
    assert site.servers() == []
