"""A static site that people are led to by a name, by an old address and by a floating IP, with what tells them so."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from tests.worlds.files import FilesWorld, bring_up
from tests.worlds.files_site import FilesSite
from tests.worlds.floating import FLOATING, FloatingCloud, floating_cloud
from tests.worlds.net import Net, net, run
from tests.worlds.postgresql import World
from tests.worlds.site import SYSTEM, Site
from tests.worlds.static_site import HOST, configured, web_servers

ZONE, NAME = "example.test", HOST
TTL = 3600  # seconds that the name is kept before anything is prepared
SERVERS = ("ns1", "ns2")
_KEY = "migrate"
_CONF = """server:
    rundir: "{folder}"
    pidfile: "{folder}/pid"
    listen: {address}@53
log:
  - target: "{folder}/log"
    any: info
database:
    storage: "{folder}/db"
key:
  - id: migrate
    algorithm: hmac-sha256
    secret: {secret}
remote:
  - id: first
    address: {first}@53
  - id: second
    address: {second}@53
acl:
  - id: changes
    key: migrate
    action: update
  - id: fetches
    address: {second}
    action: transfer
  - id: told
    address: {first}
    action: notify
zone:
  - domain: {zone}
    storage: "{folder}"
    {role}
"""
_FIRST = """file: zone
    acl: [changes, fetches]
    notify: second
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
    semantic-checks: off"""
_SECOND = """file: fetched
    master: first
    acl: told"""
_ZONE = """$ORIGIN example.test.
$TTL 3600
@ SOA ns1 root 1 5 5 3600 5
@ NS ns1
@ NS ns2
ns1 A {first}
ns2 A {second}
www A {source}
other A 192.0.2.7
alias CNAME www
"""


@dataclass(frozen=True)
class NamedSite(FilesSite):
    """As `FilesSite`; nothing is ended on a side: both serve at all times, and people are led from one to the other."""

    kind = "static"
    told_by: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    cloud: FloatingCloud = field(kw_only=True)

    @property
    def net(self) -> Net:
        return self.files.net

    @property
    def addresses(self) -> tuple[str, str]:
        """That of the source and that of the target."""
        return self.net.address("src"), self.net.address("tgt")

    def moved(self) -> dict[str, object]:
        told = super().moved()
        ends = {end: {"path": cast(dict[str, object], told[end])["path"]} for end in ("source", "target")}
        routes = {
            "names": [
                {
                    "name": NAME,
                    "zone": ZONE,
                    "servers": [self.net.address(each) for each in SERVERS],
                    "key": "dns.key",
                    "ttl": 2,
                }
            ],
            "forward": {"ports": [80], "quiet_days": 3 / 86400},
            "floating_ips": [{"address": FLOATING, "cloud": "c"}],
        }
        probe = {"name": NAME, "rate": 50}
        return {**told, **ends, "host": HOST, "paths": ["/", "/d1/f1.dat"], "routes": routes, "probe": probe}

    def says(self, server: str, name: str = NAME) -> tuple[list[str], int]:
        """What a server says of a name: addresses, and seconds that they are kept."""
        return says(self.net, server, name)

    def led(self) -> list[str]:
        """Where both servers lead, once the second has heard of a change or had time to."""
        return led(self.net)

    def served_by(self, address: str, host: str = "cli") -> str:
        """The side that answers a client of a machine at an address."""
        asked = ["curl", "-sS", "-m", "5", "-o", "/dev/null", "-D", "-", "-H", f"Host: {HOST}", f"http://{address}/"]
        head = run(*self.net.inside(host), *asked)
        return next(line.split()[1] for line in head.splitlines() if line.lower().startswith("x-side:"))

    @contextmanager
    def visited(self, address: str) -> Iterator[None]:
        """Have somebody come to an address all the while."""
        asked = f"while :; do curl -sS -m 5 -o /dev/null -H 'Host: {HOST}' http://{address}/; sleep 0.5; done"
        with subprocess.Popen([*self.net.inside("cli"), "sh", "-c", asked], stdin=subprocess.DEVNULL) as client:
            try:
                yield
            finally:
                client.kill()

    def update(self, text: str) -> None:
        """Change the zone by hand, as somebody may."""
        secret = (self.folder / "dns.key").read_text().strip()
        told = f"server {self.net.address('ns1')}\nzone {ZONE}\n{text}\nsend\n"
        run(*self.net.inside("ctl"), "knsupdate", "-y", secret, text=told)

    @contextmanager
    def silent(self, server: str) -> Iterator[None]:
        """Have a server of the zone say nothing for a while."""
        self.told_by[server].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.told_by[server].send_signal(signal.SIGCONT)


def says(hosts: Net, server: str, name: str = NAME) -> tuple[list[str], int]:
    """What a server says of a name: addresses, and seconds that they are kept."""
    asked = ["kdig", f"@{hosts.address(server)}", name, "A", "+noall", "+answer", "+timeout=2", "+retry=1"]
    lines = [line.split() for line in run(*hosts.inside("ctl"), *asked).splitlines() if line.strip()]
    return [words[4] for words in lines], max((int(words[1]) for words in lines), default=0)


def led(hosts: Net) -> list[str]:
    """Where both servers lead, once the second has heard of a change or had time to."""
    limit = time.monotonic() + 10
    while len(found := {address for server in SERVERS for address in says(hosts, server)[0]}) > 1:
        if time.monotonic() > limit:
            break
        time.sleep(0.1)
    return sorted(found)


def dns_key(folder: Path) -> str:
    """Make the key that may change the zone, in a programme's folder."""
    key = f"hmac-sha256:{_KEY}:{b64encode(secrets.token_bytes(32)).decode()}"
    (folder / "dns.key").touch(mode=0o600)
    (folder / "dns.key").write_text(f"{key}\n")
    return key


def an_hour_later(site: Site) -> None:
    """Have the names' TTL lowered before now by as long as they were kept."""
    life = site.lives.of(SYSTEM)
    assert life is not None
    lowered = datetime.fromisoformat(str(life.facts["lowered"])) - timedelta(seconds=TTL)
    site.lives.learn(life, lowered=lowered.isoformat())


def start_server(hosts: Net, folder: Path, server: str, key: str, source: str) -> subprocess.Popen[bytes]:
    """Start a server of the zone; what it had before it was ended is there again."""
    place = folder / server
    (place / "db").mkdir(parents=True, exist_ok=True)
    first, second = (hosts.address(each) for each in SERVERS)
    told = {"first": first, "second": second, "zone": ZONE, "folder": place, "source": source}
    role = _FIRST if server == "ns1" else _SECOND
    (place / "knot.conf").write_text(
        _CONF.format(**told, address=hosts.address(server), secret=key.split(":")[2], role=role)
    )
    if server == "ns1" and not (place / "zone").exists():
        (place / "zone").write_text(_ZONE.format(**told))
    started = subprocess.Popen(
        [*hosts.inside(server), "knotd", "-c", str(place / "knot.conf")], stdin=subprocess.DEVNULL
    )
    asked = [*hosts.inside("ctl"), "kdig", f"@{hosts.address(server)}", NAME, "A", "+short", "+timeout=1", "+retry=0"]
    limit = time.monotonic() + 30
    while not subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip():
        assert time.monotonic() < limit, f"no DNS at {server}: {(place / 'log').read_text()[-2000:]}"
        time.sleep(0.1)
    return started


@contextmanager
def named_site(folder: Path) -> Iterator[NamedSite]:
    """Bring up both sides, both servers of the zone and the programme; nothing of the move is begun."""
    place = Path(tempfile.mkdtemp(prefix="mvn-", dir="/tmp"))
    place.chmod(0o711)
    try:
        with net(("ctl", "src", "tgt", "cli", *SERVERS)) as hosts, ExitStack() as stack:
            for host in ("src", "tgt"):
                (place / host).mkdir()
                configured(place, host)
                # What begins something there after a restart is that machine's own.
                for own in ("cron.d", "systemd"):
                    shutil.copytree(f"/etc/{own}", place / host / own, symlinks=True)
            running = bring_up(hosts, place, {})
            made = NamedSite(cast(World, running), folder, cloud=stack.enter_context(floating_cloud(hosts, folder)))
            for name in ("identity", "known_hosts"):
                shutil.copy(place / name, made.folder / name)
            (running.tree("src") / "index.html").write_text("<title>站点</title>")
            web_servers(running)
            key = dns_key(made.folder)
            for server in SERVERS:
                made.told_by[server] = start_server(hosts, place, server, key, hosts.address("src"))
            made.declare(approvals="none", windows="any", soak_days=0)
            made.list()
            yield made
    finally:
        shutil.rmtree(place)


def reboot(site: NamedSite, host: str = "src") -> None:
    """Do to a machine's kernel what a restart does, and what its cron does after it."""
    running: FilesWorld = site.files
    running.sh(host, "nft flush ruleset; echo 0 > /proc/sys/net/ipv4/ip_forward")
    for line in running.sh(host, "cat /etc/cron.d/migrate-* /dev/null").splitlines():
        running.sh(host, line.removeprefix("@reboot root "))
