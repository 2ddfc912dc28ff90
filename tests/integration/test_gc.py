"""`migrate gc` as a command, against two clouds in memory: it lists, and deletes only when told to."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import NoEvidence
from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.model.plan import KeypairSpec, Owner, PortSpec, SecurityGroupSpec, ServerSpec, VolumeSpec
from tests.fake_openstack import FakeOpenStack

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Bench:
    """A programme of the lab seed whose two clouds are fakes; one of them holds what a vanished system left."""

    folder: Path
    fake: FakeOpenStack

    def gc(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        command = [sys.executable, "-c", "from orchestrator.cli.main import main; main()", "-C", str(self.folder)]
        done = subprocess.run([*command, "gc", *arguments, "-o", "json"], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else {"error": done.stderr}

    def counts(self) -> dict[str, int]:
        return {
            kind: len(self.fake.of(kind)) for kind in ("keypairs", "ports", "security-groups", "servers", "volumes")
        }


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = tmp_path / "programme"
    start = [
        sys.executable,
        "-c",
        "from orchestrator.cli.main import main; main()",
        "init",
        str(folder),
        "--from",
        "lab",
    ]
    subprocess.run(start, check=True, capture_output=True)
    with FakeOpenStack(polls=0) as fake, FakeOpenStack() as other:
        clouds = {}
        for name, cloud in (("public-service", fake), ("administrative", other)):
            cloud.clouds_yaml(tmp_path / "one.yaml")
            clouds[name] = yaml.safe_load((tmp_path / "one.yaml").read_text(encoding="utf-8"))["clouds"]["fake"]
        (folder / "clouds.yaml").write_text(yaml.safe_dump({"clouds": clouds}), encoding="utf-8")
        adapter = OpenStackCloud(
            "public-service",
            clouds_file=folder / "clouds.yaml",
            public_key="ssh-ed25519 AAAA",
            evidence=NoEvidence(),
            clock=SystemClock(),
        )

        def owner(key: str, system: str = "gone-1") -> Owner:
            return Owner(programme="lab", system=system, key=key)

        for spec in (
            KeypairSpec(name="migrate-lab", owner=owner("keypair", "")),
            SecurityGroupSpec(name="lab-gone-1", owner=owner("security-group"), openings=()),
            VolumeSpec(name="lab-gone-1-boot", owner=owner("boot"), size_gib=3, image="debian-12"),
            VolumeSpec(name="lab-gone-1-data", owner=owner("data"), size_gib=1),
            PortSpec(name="lab-gone-1-port", owner=owner("port"), network="internet", security_group="lab-gone-1"),
            ServerSpec(
                name="lab-gone-1",
                owner=owner("server"),
                flavor="gov.small",
                boot_volume="lab-gone-1-boot",
                keypair="migrate-lab",
                port="lab-gone-1-port",
            ),
        ):
            adapter.ensure(spec, deadline=MINUTE)
        yield Bench(folder, fake)


def test_it_lists_by_default_and_deletes_when_told(bench: Bench) -> None:
    before = bench.counts()
    code, told = bench.gc()
    assert code == 0, told
    assert told["dry_run"] is True
    assert sorted(told["clouds"]) == ["administrative", "public-service"]
    # The key pair belongs to what the batches will make on this cloud.
    assert sorted(one["kind"] for one in told["leftovers"]) == ["port", "security-group", "server", "volume", "volume"]
    assert {one["reason"] for one in told["leftovers"]} == {"gc.system-gone"}
    assert bench.counts() == before

    code, told = bench.gc("--yes")
    assert code == 0, told
    assert {one["kind"]: one["fate"] for one in told["leftovers"]} == {
        "server": "spared", "volume": "spared", "port": "spared", "security-group": "spared",
    }  # fmt: skip
    assert bench.counts() == before, "a server that has run keeps running, with all it needs"

    code, told = bench.gc("--yes", "--data")
    assert {one["fate"] for one in told["leftovers"]} == {"deleted"}
    assert bench.counts() == {"keypairs": 1, "ports": 0, "security-groups": 0, "servers": 0, "volumes": 0}


def test_what_holds_nothing_goes_without_a_further_word(bench: Bench) -> None:
    (server,) = bench.fake.of("servers")
    server.update(status="ERROR", **{"OS-SRV-USG:launched_at": None})
    code, told = bench.gc("--yes")
    assert code == 0, told
    assert {one["kind"]: one["fate"] for one in told["leftovers"]} == {
        "server": "deleted", "volume": "spared", "port": "deleted", "security-group": "deleted",
    }  # fmt: skip
    assert bench.counts() == {"keypairs": 1, "ports": 0, "security-groups": 0, "servers": 0, "volumes": 2}


def test_a_cloud_that_does_not_answer_is_not_taken_for_clean(bench: Bench) -> None:
    path = bench.folder / "clouds.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["clouds"]["administrative"]["auth"]["password"] = "wrong"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")

    code, told = bench.gc()

    assert code == 1
    assert told["silent"] == ["administrative"]


def test_an_unknown_cloud_is_refused(bench: Bench) -> None:
    code, told = bench.gc("--cloud", "nowhere")
    assert code == 4
    assert "gc.no-cloud" in str(told["error"])
