"""`migrate gc` as a command, against two clouds in memory: it lists, and deletes only when told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import NoEvidence, read
from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.errors import ExitCode
from orchestrator.model.plan import KeypairSpec, Owner, PortSpec, SecurityGroupSpec, ServerSpec, VolumeSpec
from tests.command_site import MIGRATE
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
        (folder / "clouds.yaml").chmod(0o600)
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
    would = fates(told)

    code, told = bench.gc("--yes")
    assert code == 0, told
    assert fates(told) == would, "a dry run says what will be"
    assert {one["kind"]: one["fate"] for one in told["leftovers"]} == {
        "server": "spared", "volume": "spared", "port": "spared", "security-group": "spared",
    }  # fmt: skip
    assert bench.counts() == before, "a server that has run keeps running, with all it needs"

    _, would_go = bench.gc("--data")
    code, told = bench.gc("--yes", "--data")
    assert fates(told) == fates(would_go)
    assert {one["fate"] for one in told["leftovers"]} == {"deleted"}
    assert bench.counts() == {"keypairs": 1, "ports": 0, "security-groups": 0, "servers": 0, "volumes": 0}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("times", [1, 2])
def test_it_ends_between_two_objects_and_says_what_became_of_each(
    bench: Bench, number: signal.Signals, times: int
) -> None:
    """Whoever asks twice does not wait for the object in hand: what became of it nobody knows."""
    started = threading.Event()
    deletes: list[str] = []

    def interrupt(method: str, path: str) -> None:
        if method != "DELETE":
            return
        deletes.append(path)
        if len(deletes) == 1:
            started.wait(30)
            for _ in range(times):
                process.send_signal(number)
                time.sleep(0.3)

    bench.fake.watch = interrupt
    process = subprocess.Popen(
        [*MIGRATE, "-C", str(bench.folder), "gc", "--yes", "--data", "-o", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started.set()
    out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, err
    assert "gc.interrupted" in err
    told = json.loads(out)
    met = Counter(one["fate"] for one in told["leftovers"])
    assert met == {"deleted" if times == 1 else "unknown": 1, "left": 4}
    entries = list(read(bench.folder / ".migrate" / "evidence.jsonl"))
    assert Counter(entry.data["fate"] for entry in entries if entry.kind == "gc") == met
    assert [entry.kind for entry in entries[-3:] if entry.kind.startswith("gc.")] == ["gc.interrupted", "gc.ended"]

    bench.fake.watch = lambda *_: None
    code, told = bench.gc("--yes", "--data")
    assert code == 0, told
    assert bench.counts() == {"keypairs": 1, "ports": 0, "security-groups": 0, "servers": 0, "volumes": 0}


def test_a_cloud_that_is_lost_meanwhile_is_not_asked_for_every_object(bench: Bench) -> None:
    def revoke(method: str, _: str) -> None:
        if method == "DELETE":
            bench.fake.refused = 401

    bench.fake.watch = revoke
    code, told = bench.gc("--yes", "--data")
    assert code == ExitCode.FAILED
    met = [one["fate"] for one in told["leftovers"]]
    assert met.count("failed") == 1
    assert met[met.index("failed") + 1 :] == ["left"] * (len(met) - met.index("failed") - 1)


def fates(told: Any) -> dict[str, str]:
    return {one["id"]: one["fate"] for one in told["leftovers"]}


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
