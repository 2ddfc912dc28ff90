"""A cloud's network service beside a world: reached from where the controller is, with a floating IP at the source."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.fake_openstack import PROJECT, FakeOpenStack, Json
from tests.worlds.net import Net, run

FLOATING = "172.30.0.20"


@dataclass(frozen=True)
class FloatingCloud:
    """A small cloud whose two ports have the addresses of the sides."""

    fake: FakeOpenStack
    ip: Json

    @property
    def at(self) -> str:
        """The fixed address that the floating IP leads to; empty: none."""
        return str(self.ip["fixed_ip_address"] or "")


@contextmanager
def floating_cloud(hosts: Net, folder: Path) -> Iterator[FloatingCloud]:
    """Bring it up, as the cloud `c` of the programme in that folder."""
    with FakeOpenStack(polls=0) as fake:
        file = fake.clouds_yaml(folder / "clouds.yaml")
        told = yaml.safe_load(file.read_text())
        file.write_text(yaml.safe_dump({"clouds": {"c": told["clouds"]["fake"]}}))
        for host in ("src", "tgt"):
            fake.things["ports"][f"port-{host}"] = {
                "id": f"port-{host}", "name": "", "description": "", "network_id": "n1", "project_id": PROJECT,
                "fixed_ips": [{"subnet_id": "s1", "ip_address": hosts.address(host)}], "security_groups": [],
            }  # fmt: skip
        ip: Json = {
            "id": "ip-1", "description": "", "floating_ip_address": FLOATING, "floating_network_id": "n2",
            "project_id": PROJECT, "port_id": "port-src", "fixed_ip_address": hosts.address("src"),
            "revision_number": 1,
        }  # fmt: skip
        fake.things["floatingips"]["ip-1"] = ip
        port, socket = fake.url.rpartition(":")[2], folder / "cloud.sock"
        # It listens where the tests are; a socket of the file system is the same from everywhere.
        ways = (
            ["socat", f"UNIX-LISTEN:{socket},fork", f"TCP:127.0.0.1:{port}"],
            [
                *hosts.inside("ctl"),
                "socat",
                f"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr",
                f"UNIX-CONNECT:{socket}",
            ],
        )
        running = [subprocess.Popen(way, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for way in ways]
        try:
            limit = time.monotonic() + 20
            while f":{port} " not in run(*hosts.inside("ctl"), "ss", "-Hltn") or not socket.exists():
                assert time.monotonic() < limit
                time.sleep(0.05)
            yield FloatingCloud(fake, ip)
        finally:
            for each in running:
                each.kill()
                each.wait()
