"""What leads clients to a database that come by no pooler: a name and a floating IP, there and back."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.floating import FLOATING, FloatingCloud, floating_cloud
from tests.worlds.named_site import NAME, SERVERS, ZONE, an_hour_later, dns_key, led, start_server
from tests.worlds.net import net
from tests.worlds.postgresql import HOSTS, SECRET, bring_up
from tests.worlds.site import SYSTEM, Site, as_named

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.nightly, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class NamedDatabase(Site):
    """As `Site`; who comes by no pooler knows a name or a floating IP."""

    cloud: FloatingCloud = field(kw_only=True)

    def moved(self) -> dict[str, object]:
        servers = [self.world.net.address(each) for each in SERVERS]
        name = {"name": NAME, "zone": ZONE, "servers": servers, "key": "dns.key", "ttl": 2}
        return {**super().moved(), "routes": {"names": [name], "floating_ips": [{"address": FLOATING, "cloud": "c"}]}}

    def direct(self, address: str) -> str:
        """What the application is answered by the server at an address."""
        asked = [
            *self.world.net.inside("cli"),
            "psql",
            "-XAtq",
            f"host={address} dbname=app user=app connect_timeout=5",
        ]
        done = subprocess.run(
            [*asked, "-c", "insert into audit(note) values('direct') returning inet_server_addr()"],
            env={**os.environ, "PGPASSWORD": SECRET}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() or done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamedDatabase]:
    folder, place = tmp_path_factory.mktemp("programme"), Path(tempfile.mkdtemp(prefix="mvd-", dir="/tmp"))
    place.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, place)
        hosts = stack.enter_context(net((*HOSTS, *SERVERS)))
        world = bring_up(hosts, place, 200, ())
        made = NamedDatabase(world, folder, cloud=stack.enter_context(floating_cloud(hosts, folder)))
        for name in ("identity", "known_hosts"):
            shutil.copy(place / name, folder / name)
        key = dns_key(folder)
        for server in SERVERS:
            start_server(hosts, place, server, key, hosts.address("src"))
        made.declare(approvals="none", windows="any")
        made.list()
        made.onward("syncing")
        an_hour_later(made)
        yield made


def test_who_knows_a_name_or_a_floating_ip_writes_to_the_side_that_is_open(site: NamedDatabase) -> None:
    hosts = site.world.net
    source, target = hosts.address("src"), hosts.address("tgt")
    assert site.direct(source) == source
    for act, opened, closed, phase in (
        ("cutover", target, source, Phase.OPEN),
        ("rollback", source, target, Phase.SYNCING),
    ):
        told = site.migrate(act, SYSTEM, "--yes")
        assert told["decision"] == "open", told
        assert [check for check in told["checks"] if check["status"] != "pass"] == []
        assert (site.phase, led(hosts), site.cloud.at) == (phase, [opened], opened)
        assert site.direct(opened) == opened
        assert "not permitted to log in" in site.direct(closed)
        as_named(site).await_following(back=act == "cutover")


@pytest.mark.parametrize("stage", ["opened", "lead-address", "lead"])
def test_a_section_that_is_killed_leaves_nobody_at_the_side_that_is_closed(site: NamedDatabase, stage: str) -> None:
    target = site.world.net.address("tgt")
    site.killed(stage, "cutover", SYSTEM, "--yes", kind="section")
    site.migrate("callers", SYSTEM, "--look", expect=ExitCode.FAILED)
    assert (site.phase, led(site.world.net), site.cloud.at) == (Phase.OPEN, [target], target)
    as_named(site).await_following(back=True)
    site.migrate("rollback", SYSTEM, "--yes")
    as_named(site).await_following()


def test_nobody_is_held_where_the_floating_ip_was_led_elsewhere(site: NamedDatabase) -> None:
    had = dict(site.cloud.ip)
    site.cloud.ip.update(port_id="port-9", fixed_ip_address="10.0.0.9")
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert "move.gate.floating" in str(told)
    site.cloud.fake.refused = 503
    assert "move.gate.floating" in str(site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED))
    site.cloud.fake.refused = 0
    site.cloud.ip.update(had)
    assert site.phase is Phase.SYNCING
