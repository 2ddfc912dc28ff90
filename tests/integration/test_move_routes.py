"""What leads people to a static site: a name of a real DNS, an old address and a floating IP, there and back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from orchestrator.adapters.routes import forwarder
from orchestrator.errors import ExitCode
from orchestrator.execution.moving import recorded
from orchestrator.model.life import Phase
from orchestrator.model.move import routes_of
from orchestrator.model.routes import Forwarder
from tests.worlds.named_site import TTL, NamedSite, an_hour_later, named_site, reboot
from tests.worlds.site import SYSTEM

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamedSite]:
    with named_site(tmp_path_factory.mktemp("programme")) as made:
        yield made


def failing(told: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [check for check in told["checks"] if check["status"] != "pass"]


def gate(told: dict[str, list[dict[str, object]]], code: str) -> dict[str, object]:
    (found,) = [check for check in told["checks"] if check["code"] == code]
    return found


def old_address(site: NamedSite) -> Forwarder:
    life = site.lives.of(SYSTEM)
    assert life is not None
    passes = routes_of(recorded(life)).forwarder
    assert passes is not None
    return passes


def test_people_are_led_there_and_back_by_name_and_by_the_old_address(site: NamedSite) -> None:
    source, target = site.addresses
    assert site.says("ns1") == site.says("ns2") == ([source], TTL)
    site.onward("syncing")
    assert site.says("ns1") == site.says("ns2") == ([source], 2)
    # Who asked before may keep that answer for an hour yet.
    assert "gate.names" in str(site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED))
    an_hour_later(site)

    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], failing(told)) == ("open", []), told
    probe = told["probe"]
    assert (probe["fault"], probe["rows"] > 50, probe["gap_seconds"] < 5) == ("", True, True), probe
    assert (site.phase, site.led(), site.cloud.at) == (Phase.OPEN, [target], target)
    # Who knows no name, or a name's old address, meets the target all the same; ours compared past it.
    assert (site.served_by(source), site.served_by(target)) == ("tgt", "tgt")
    reboot(site)
    assert site.served_by(source) == "tgt"
    seen = forwarder.seen(old_address(site), site.files.sessions)
    assert (seen.state, seen.clients) == ("on", (site.net.address("cli"),))

    told = site.migrate("rollback", SYSTEM, "--yes")
    assert (told["decision"], told["probe"]["fault"]) == ("open", "")
    assert (site.phase, site.led(), site.says("ns1")[1], site.cloud.at) == (Phase.SYNCING, [source], 2, source)
    assert (site.served_by(source), site.served_by(target)) == ("src", "tgt")


@pytest.mark.nightly
def test_the_old_machine_is_retired_once_nobody_comes_there(site: NamedSite) -> None:
    source, target = site.addresses
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], failing(told)) == ("open", []), told
    site.migrate("callers", SYSTEM, "--confirm", "callers:none", "--note", "nobody calls it")
    with site.visited(source):
        told = site.migrate("retire", SYSTEM, "--confirm", SYSTEM, expect=ExitCode.REFUSED)
    found = gate(told, "gate.quiet")
    assert (found["status"], site.net.address("cli") in str(found["values"])) == ("fail", True), found
    time.sleep(4)
    site.migrate("retire", SYSTEM, "--confirm", SYSTEM)
    assert (site.phase, site.says("ns1"), site.served_by(source)) == (Phase.RETIRED, ([target], TTL), "src")
    left = site.files.sh(
        "src", "nft list tables; cd /var/lib/migrate; ls /etc/cron.d .; cat /proc/sys/net/ipv4/ip_forward"
    )
    assert ("migrate-" in left, "forward-" in left, left.split()[-1]) == (False, False, "0"), left
