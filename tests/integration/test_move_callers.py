"""Who calls a system that moves: told before, looked at from the callers' own hosts after a cutover and a rollback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from orchestrator.errors import ExitCode
from orchestrator.model.machines import Reach
from tests.worlds.postgresql import await_sshd, sshd_command
from tests.worlds.site import SYSTEM, Site, syncing

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(600)]

KEPT, DIRECT, FOREIGN, NOWHERE = "JK-1", "JK-2", "JK-3", "JK-4"
# A connection that nobody uses, as a pool of an application's keeps one.
HOLD = """
import socket, sys, time
kept = socket.create_connection((sys.argv[1], 5432))
print(1, flush=True)
time.sleep(99)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A system that is syncing, a caller with a real sshd that calls it both ways, and one without a login."""
    with syncing(tmp_path_factory.mktemp("programme")) as made:
        net = made.world.net
        started = subprocess.Popen(sshd_command(net, "cli", made.world.folder, ()))
        await_sshd(made.world.ssh, [Reach(address=net.address("cli"))])
        assert started.poll() is None
        made.list()
        path = made.folder / "list.yaml"
        told = yaml.safe_load(path.read_text())
        told["systems"].append({**told["systems"][0], "system_id": "S-2", "name": "调用方"})
        told["servers"].append({"server_id": "SV-2", "system_id": "S-2", "source_address": net.address("cli")})
        route, source = f"{net.address('prx')}:6432", f"{net.address('src')}:5432"
        told["interfaces"] = [
            {"interface_id": KEPT, "caller": "S-2", "callee": SYSTEM, "address": route},
            {"interface_id": DIRECT, "caller": "S-2", "callee": SYSTEM, "address": source, "contact": "承建单位"},
            {"interface_id": FOREIGN, "caller": "省级平台", "callee": SYSTEM, "address": route},
            {"interface_id": NOWHERE, "caller": "省级平台", "callee": SYSTEM},
        ]
        path.write_text(yaml.safe_dump(told, allow_unicode=True))
        yield made


@contextmanager
def holding(site: Site, host: str) -> Iterator[None]:
    """Have the caller keep a connection to a host's server."""
    net = site.world.net
    words = [*net.inside("cli"), sys.executable, "-c", HOLD, net.address(host)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield
    finally:
        process.kill()
        process.wait()


def by_id(told: Any) -> dict[str, Any]:
    return {each["interface"]: each for each in told["interfaces"]}


def codes(told: Any) -> dict[str, str]:
    return {name: each["code"] for name, each in by_id(told).items()}


def test_the_dry_run_tells_what_becomes_of_each_interface(site: Site) -> None:
    found = by_id(site.migrate("cutover", SYSTEM, "--dry-run"))
    assert {name: (each["becomes"], each["reason"]) for name, each in found.items()} == {
        KEPT: ("kept", "route"),
        DIRECT: ("re-pointed", "to-route"),
        FOREIGN: ("kept", "route"),
        NOWHERE: ("unknown", "no-address"),
    }
    assert found[DIRECT]["must"] == f"{site.world.net.address('prx')}:6432"
    assert (found[KEPT]["hosts"], found[FOREIGN]["hosts"]) == (["SV-2"], [])


def test_after_the_cutover_each_is_looked_at_from_its_caller(site: Site) -> None:
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert codes(told) == {
        KEPT: "caller.right",
        DIRECT: "caller.right",
        FOREIGN: "caller.not-ours",
        NOWHERE: "caller.no-address",
    }
    shown = site.migrate("callers", SYSTEM)
    assert codes(shown) == codes(told)
    assert (shown["gate"]["status"], shown["gate"]["values"]["interfaces"]) == ("unknown", f"{FOREIGN}, {NOWHERE}")
    life = site.lives.of(SYSTEM)
    assert life is not None
    assert (life.waits_for, life.waits["interfaces"]) == ("caller.left", f"{FOREIGN}, {NOWHERE}")


def test_a_persons_word_counts_for_a_caller_that_cannot_be_asked(site: Site) -> None:
    for name in (FOREIGN, NOWHERE):
        told = site.migrate("callers", SYSTEM, "--confirm", name, "--note", "电话核实")
    assert told["gate"]["status"] == "pass"
    assert by_id(told)[FOREIGN]["confirmed"]["note"] == "电话核实"


def test_whoever_still_calls_the_closed_side_is_found_and_no_word_stands_against_it(site: Site) -> None:
    with holding(site, "src"):
        told = site.migrate("callers", SYSTEM, "--look", expect=ExitCode.FAILED)
    assert codes(told)[DIRECT] == "caller.held"
    assert by_id(told)[DIRECT]["values"]["at"] == f"{site.world.net.address('src')}:5432"
    assert told["gate"]["status"] == "fail"
    refused = site.migrate("callers", SYSTEM, "--confirm", DIRECT, expect=ExitCode.REFUSED)
    assert refused["error"]["code"] == "caller.seen-wrong"


def test_after_a_rollback_what_was_seen_and_said_before_counts_no_more(site: Site) -> None:
    site.world.await_following(back=True)
    with holding(site, "tgt"):
        told = site.migrate("rollback", SYSTEM, "--yes", expect=ExitCode.FAILED)
    assert codes(told)[KEPT] == "caller.held"
    site.world.net.cut("cli", "prx")
    told = site.migrate("callers", SYSTEM, "--look", expect=ExitCode.FAILED)
    assert (codes(told)[KEPT], by_id(told)[FOREIGN]["confirmed"]) == ("caller.refused", None)
    assert by_id(told)[KEPT]["values"]["said"] == "timed out"
    site.world.net.mend()
    told = site.migrate("callers", SYSTEM, "--look", expect=ExitCode.FAILED)
    assert (codes(told)[KEPT], codes(told)[DIRECT]) == ("caller.right", "caller.right")
