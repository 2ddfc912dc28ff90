"""One programme folder under test: runs the command in it, kills it, and asks the clouds themselves what there is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openstack
import yaml

LAB = Path(os.environ.get("MIGRATE_LAB", "/var/lib/migrate-lab"))
MIGRATE = [str(Path(sys.executable).with_name("migrate"))]
REPO = Path(__file__).parents[2]

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Site:
    """A programme folder; `slug` begins every name of its cloud objects."""

    folder: Path
    slug: str
    clouds: tuple[str, ...] = ("public-service",)
    environ: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, expect: int = 0, seconds: float = 1200) -> subprocess.CompletedProcess[str]:
        """Run `migrate` to its end and compare the exit code."""
        done = subprocess.run(
            [*MIGRATE, "-C", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            timeout=seconds,
            env={**os.environ, "LC_ALL": "C.UTF-8", **self.environ},
            check=False,
        )
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-6000:]}"
        return done

    def ask(self, *arguments: str, expect: int = 0) -> Any:
        """Run a reading command and return its JSON answer."""
        return json.loads(self.run(*arguments, "-o", "json", expect=expect).stdout)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `migrate`; its output goes to a file beside the state."""
        with (self.folder / "run.log").open("ab") as log:
            return subprocess.Popen(
                [*MIGRATE, "-C", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": "C.UTF-8", **self.environ},
                start_new_session=True,
            )

    def evidence(self) -> list[Entry]:
        """Return the whole lines of the evidence so far."""
        path = self.folder / ".migrate" / "evidence.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]

    def kill_at(self, *arguments: str, when: Callable[[Entry], bool], seconds: float = 600) -> Entry:
        """Start the command, SIGKILL it as soon as a new evidence entry fulfils `when`, and return that entry."""
        path = self.folder / ".migrate" / "evidence.jsonl"
        offset = path.stat().st_size if path.exists() else 0
        process = self.start(*arguments)
        try:
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if path.exists():
                    with path.open("rb") as log:
                        log.seek(offset)
                        fresh = log.read()
                    for line in fresh.split(b"\n")[:-1]:
                        offset += len(line) + 1
                        entry: Entry = json.loads(line)
                        if when(entry):
                            process.send_signal(signal.SIGKILL)
                            process.wait()
                            return entry
                assert process.poll() is None, f"ended before the kill: {self.tail()}"
                time.sleep(0.005)
            raise AssertionError(f"never came to the point of the kill: {self.tail()}")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def tail(self) -> str:
        """Return the end of what started commands printed."""
        return (self.folder / "run.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def objects(self) -> dict[str, list[str]]:
        """Return the names of this programme's objects by kind, as the clouds' own lists have them, sorted."""
        found: dict[str, list[str]] = {}
        for name in self.clouds:
            cloud = connect(name)
            listed = {
                "server": [item.name for item in cloud.compute.servers()],
                "volume": [item.name for item in cloud.block_storage.volumes()],
                "port": [item.name for item in cloud.network.ports()],
                "security-group": [item.name for item in cloud.network.security_groups()],
                "floating-ip": [item.description for item in cloud.network.ips()],
                "keypair": [item.name for item in cloud.compute.keypairs()],
            }
            marks = (f"{self.slug}-", f"migrate:{self.slug}/", f"migrate-{self.slug}")
            for kind, names in listed.items():
                ours = [item for item in names if (item or "").startswith(marks)]
                found[f"{name}/{kind}"] = sorted(ours)
        return found

    def addresses(self) -> dict[str, str]:
        """Return the address each server is reached at, by server name."""
        reached = {}
        for name in self.clouds:
            for server in connect(name).compute.servers():
                if server.name.startswith(f"{self.slug}-"):
                    flat = [address for network in server.addresses.values() for address in network]
                    floating = [a["addr"] for a in flat if a.get("OS-EXT-IPS:type") == "floating"]
                    reached[server.name] = (floating or [a["addr"] for a in flat])[0]
        return reached

    def clear(self) -> None:
        """Delete this programme's objects, whatever state they are in."""
        for name in self.clouds:
            _clear(connect(name), self.slug)


def connect(name: str) -> Any:
    """Return a plain SDK connection: what the tests know of a cloud does not come from the tool under test."""
    config = openstack.config.OpenStackConfig(config_files=[str(LAB / "clouds.yaml")])
    return openstack.connection.Connection(config=config.get_one(name))


def _clear(cloud: Any, slug: str) -> None:
    servers = [item for item in cloud.compute.servers() if item.name.startswith(f"{slug}-")]
    for server in servers:
        cloud.compute.delete_server(server, ignore_missing=True)
    for server in servers:
        cloud.compute.wait_for_delete(server, interval=1, wait=180)
    for ip in cloud.network.ips():
        if (ip.description or "").startswith(f"migrate:{slug}/"):
            cloud.network.delete_ip(ip, ignore_missing=True)
    for port in cloud.network.ports():
        if port.name.startswith(f"{slug}-"):
            cloud.network.delete_port(port, ignore_missing=True)
    for group in cloud.network.security_groups():
        if group.name.startswith(f"{slug}-"):
            cloud.network.delete_security_group(group, ignore_missing=True)
    volumes = [item for item in cloud.block_storage.volumes() if item.name.startswith(f"{slug}-")]
    for volume in volumes:
        cloud.block_storage.wait_for_status(
            volume, status="available", failures=[], interval=1, wait=120
        ) if volume.status in {"in-use", "detaching", "creating"} else None
        cloud.block_storage.delete_volume(volume, ignore_missing=True)
    for volume in volumes:
        cloud.block_storage.wait_for_delete(volume, interval=1, wait=120)
    for key in cloud.compute.keypairs():
        if key.name == f"migrate-{slug}":
            cloud.compute.delete_keypair(key, ignore_missing=True)
    # Another folder of the same name, of the next try, must not find the programme claimed.
    for group in cloud.compute.server_groups():
        if (group.name or "").startswith(f"migrate-claim:{slug}/"):
            cloud.compute.delete_server_group(group, ignore_missing=True)


def make_site(
    folder: Path,
    slug: str,
    systems: Sequence[Mapping[str, object]],
    servers: Sequence[Mapping[str, object]],
    *,
    clouds: Mapping[str, Mapping[str, object]],
    clouds_yaml: Path | None = None,
    limits: Mapping[str, int] | None = None,
) -> Site:
    """Write a programme with one batch of one unit and a YAML list, and connect it to the lab.

    Values of `systems` and `servers` are written as they are, by the YAML dumper.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unit = "测试局"
    declaration = {
        "programme": slug,
        "title": "合成测试项目",
        "synthetic": True,
        "list": ["list.yaml"],
        "clouds": {name: dict(spec) for name, spec in clouds.items()},
        "batches": {1: {"title": "首批", "deadline": "2026-12-31", "units": [unit]}},
        "limits": {"per_department": 4, "playbooks": 2, "server_minutes": 10, "playbook_minutes": 20, **(limits or {})},
        "sources": {"user": "root", "identity": "source_ed25519", "known_hosts": "known_hosts"},
        "mirror": "mirror",
    }
    defaults = {
        "unit": unit,
        "secrecy": "非涉密",
        "function": "业务办理",
        "approver": "市信息化主管部门",
        "approved_on": "2015-06-01",
        "fund_source": "财政资金",
        "scope": "全市",
        "monthly_use": "100",
        "responsible": "责任人001",
        "mlps_level": "二级",
        "mlps_filing": "370000-00001",
        "audience": "公众",
    }
    listing = {
        "systems": [{**defaults, **system} for system in systems],
        "servers": [{"vcpus": 1, "ram_mib": 512, "disk_gib": 3, "workload": "none", **server} for server in servers],
    }
    for name, content in (("programme.yaml", declaration), ("list.yaml", listing)):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    site = Site(folder=folder, slug=slug, clouds=tuple(clouds))
    subprocess.run([*MIGRATE, "lab", "connect", str(folder)], check=True, capture_output=True, timeout=60)
    if clouds_yaml is not None:
        (folder / "clouds.yaml").unlink()
        (folder / "clouds.yaml").write_bytes(clouds_yaml.read_bytes())
        (folder / "clouds.yaml").chmod(0o600)
    return site


def lab_cloud(number: int = 1, *, fake: bool = False) -> dict[str, object]:
    """Return the declaration of a lab cloud; `fake` puts its servers on the fake compute driver."""
    return {
        "kind": "public-service" if number == 1 else "administrative",
        "lifecycle": "available",
        "domain": "公共服务域" if number == 1 else "行政服务域",
        "mlps_level": 3,
        "concurrency": 4 if fake else 2,
        "user": "debian",
        "ssh_from": "10.77.0.2/32",
        "volume_type": "nfs",
        "images": {"": "debian-12"},
        "flavors": {"gov.small": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}},
        "zones": {
            "internet": {"network": "internet", "floating_network": "provider"},
            "common": {"network": "provider"},
        },
        **({"availability_zone": "fake"} if fake else {}),
    }
