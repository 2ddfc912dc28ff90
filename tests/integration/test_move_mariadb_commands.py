"""A MariaDB system's whole way by commands, under a client that never stops writing."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.adapters.movers.mariadb.counting import count
from orchestrator.adapters.writer import ProbeClient
from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from orchestrator.model.move import Kind
from orchestrator.model.written import Counted
from tests.command_site import MIGRATE
from tests.worlds.maria_site import MariaSite, maria_site
from tests.worlds.mariadb import SECRET
from tests.worlds.site import SYSTEM

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

CONNECTIONS, SWITCHES = 4, 3
_SSL_ALLOWED = 28  # column of SHOW ALL SLAVES STATUS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaSite]:
    with maria_site(tmp_path_factory.mktemp("programme"), encrypted=True) as made:
        yield made


def follows_encrypted(site: MariaSite, follower: str, followed: str) -> bool:
    """Tell whether a side follows behind TLS, and the other would not have it otherwise."""
    needed = site.maria.sql(followed, f"select ssl_type from mysql.user where user = '{site.named.move.follower}'")
    columns = site.maria.sql(follower, "show all slaves status").split("\t")
    return (needed, columns[_SSL_ALLOWED]) == ("ANY", "Yes")


def stands(site: MariaSite) -> tuple[Phase, list[str]]:
    """Where the system's life is, and which sides an application can write to."""
    return site.phase, site.maria.writable()


def test_a_batch_brings_it_as_far_as_it_is_told_and_as_it_may(site: MariaSite) -> None:
    for until in ("prepared", "syncing"):
        site.onward(until)
        assert stands(site) == (until, ["src"])
    assert follows_encrypted(site, "tgt", "src")
    assert "there is no schedule" in site.onward("open")
    assert stands(site) == (Phase.SYNCING, ["src"])


def test_it_goes_there_and_back_and_there_by_command_and_a_client_loses_nothing(site: MariaSite) -> None:
    client = ProbeClient(site.maria.dsn, SECRET, first=1, kind=Kind.MARIADB, prefix=site.maria.net.inside("cli"))
    try:
        site.declare(approvals="required", windows="any", soak_days=0)
        told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
        assert told["checks"][-1]["values"]["reason"] == "none"
        approve(site, "cutover", told["digest"])
        opened(site.migrate("cutover", SYSTEM, "--yes"), Phase.OPEN)
        assert stands(site) == (Phase.OPEN, ["tgt"])
        site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
        site.named.await_following(back=True)
        assert follows_encrypted(site, "src", "tgt")
        told = site.migrate("rollback", SYSTEM, "--yes", expect=ExitCode.REFUSED)
        approve(site, "rollback", told["digest"])
        opened(site.migrate("rollback", SYSTEM, "--yes"), Phase.SYNCING)
        assert stands(site) == (Phase.SYNCING, ["src"])
        assert "only a person" in site.onward("open")
        assert stands(site) == (Phase.SYNCING, ["src"])
        site.named.await_following()
        opened(site.migrate("cutover", SYSTEM, "--yes"), Phase.OPEN)
    finally:
        written = client.end()
    assert stands(site) == (Phase.OPEN, ["tgt"])
    assert written.rows > 0
    assert len(written.errors) <= CONNECTIONS * SWITCHES, written.errors
    site.named.await_following(back=True)
    site.maria.await_equal()
    for server in (site.maria.move.source, site.maria.move.target):
        found = count(written, server, site.maria.sessions)
        assert found == Counted(lost=0, duplicated=0, unacknowledged=0)


def test_after_it_soaked_a_second_person_lets_it_retire_and_nothing_of_ours_stays(site: MariaSite) -> None:
    told = site.migrate("retire", SYSTEM, "--confirm", SYSTEM, expect=ExitCode.REFUSED)
    approve(site, "retire", told["digest"])
    # The list names nobody who calls it: that may be so, or nobody may have asked.
    told = site.migrate("retire", SYSTEM, "--confirm", SYSTEM, expect=ExitCode.REFUSED)
    (gate,) = (check for check in told["checks"] if check["status"] != "pass")
    assert (gate["code"], gate["values"]["interfaces"]) == ("gate.callers", "callers:none")
    site.migrate("callers", SYSTEM, "--confirm", "callers:none", "--note", "甲局核实：无人调用")
    site.migrate("retire", SYSTEM, "--confirm", SYSTEM)
    assert stands(site) == (Phase.RETIRED, ["tgt"])
    assert of_ours(site) == []


def approve(site: MariaSite, act: str, digest: str) -> None:
    """Have somebody on another machine sign an act, with a key that the programme knows."""
    key = site.folder.with_name(f"{site.folder.name}-reviewer")  # other programmes have theirs beside it
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        (site.folder / "approvers").write_text(f"reviewer@gov {key.with_suffix('.pub').read_text()}")
    words = ["approve", SYSTEM, "--act", act, "--digest", digest, "--key", str(key)]
    told = shlex.join([*MIGRATE, "-C", str(site.folder), *words])
    subprocess.run(["unshare", "--uts", "sh", "-c", f"hostname elsewhere && exec {told}"], check=True)


def opened(told: Any, phase: Phase) -> None:
    """Check that a switch opened a side, and that the probe client met a gap and lost nothing."""
    assert (told["decision"], told["phase"]) == ("open", phase)
    probe = told["probe"]
    assert (probe["fault"], probe["lost"], probe["duplicated"]) == ("", 0, 0), probe
    assert probe["rows"] > 0
    assert probe["gap_seconds"] > 0
    assert probe["errors"] <= CONNECTIONS, probe
    assert [check for check in told["checks"] if check["status"] != "pass"] == []


def of_ours(site: MariaSite) -> list[str]:
    """Everything of ours that a side still has."""
    asked = (
        "select user from mysql.global_priv where user like 'migrate%' or user = 'nobody' union all"
        " select concat(user, ' ', db) from mysql.tables_priv where db like 'migrate%' union all"
        " select schema_name from information_schema.schemata where schema_name like 'migrate%'"
    )
    found = [site.maria.sql(host, f"{asked}; show all slaves status") for host in ("src", "tgt")]
    return [each for each in found if each]
