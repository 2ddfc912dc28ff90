"""The adapter on a real cloud of the lab: what the fake says of OpenStack, OpenStack says itself."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.openstack import OpenStackCloud, Timeouts
from orchestrator.checks.leftovers import leftovers
from orchestrator.errors import CloudError
from orchestrator.model.plan import (
    CloudObject,
    FloatingIpSpec,
    KeypairSpec,
    Kind,
    Owner,
    PortSpec,
    SecurityGroupSpec,
    ServerSpec,
    VolumeSpec,
)
from orchestrator.model.result import Ensured, Observed
from orchestrator.model.system import Opening
from tests.front import Fault, FaultFront, FaultKind

pytestmark = pytest.mark.e2e

CLOUDS = Path("/var/lib/migrate-lab/clouds.yaml")
CLOUD = "public-service"
# One programme for each run, so that runs never meet each other's objects.
PROGRAMME = f"osdev-{uuid4().hex[:6]}"
SYSTEM = "sys1"
DEADLINE = timedelta(minutes=8)


def owner(key: str) -> Owner:
    return Owner(programme=PROGRAMME, system=SYSTEM, key=key)


GROUP = SecurityGroupSpec(
    name=f"{PROGRAMME}-group",
    owner=owner("security-group"),
    openings=(
        Opening(protocol="tcp", first=22, last=22, source="172.30.1.1/32"),
        Opening(protocol="tcp", first=80, last=80),
    ),
)
KEYPAIR = KeypairSpec(name=f"{PROGRAMME}-key", owner=Owner(programme=PROGRAMME, system="", key="keypair"))
VOLUME = VolumeSpec(name=f"{PROGRAMME}-web1-data", owner=owner("web1/volume"), size_gib=1, type="nfs")
PORT = PortSpec(
    name=f"{PROGRAMME}-web1", owner=owner("web1/port"), network="internet", security_group=f"{PROGRAMME}-group"
)
SERVER = ServerSpec(
    name=f"{PROGRAMME}-web1",
    owner=owner("web1/server"),
    flavor="gov.tiny",
    image="debian-12",
    keypair=KEYPAIR.name,
    port=PORT.name,
    volumes=(VOLUME.name,),
)
IP = FloatingIpSpec(name=f"{PROGRAMME}-web1", owner=owner("web1/floating-ip"), network="provider", port=PORT.name)
SPECS: tuple[CloudObject, ...] = (KEYPAIR, GROUP, VOLUME, PORT, SERVER, IP)
# The image's disk is 2 GiB; a volume may be larger.
BOOT = VolumeSpec(name=f"{PROGRAMME}-web1-boot", owner=owner("web1/boot"), size_gib=3, type="nfs", image="debian-12")
ON_VOLUME = replace(SERVER, image="", boot_volume=BOOT.name)
BOOTED: tuple[CloudObject, ...] = (KEYPAIR, GROUP, BOOT, VOLUME, PORT, ON_VOLUME, IP)


@dataclass(frozen=True)
class Bench:
    """The real cloud behind the fault front."""

    front: FaultFront
    folder: Path
    public_key: str

    def cloud(self, timeouts: Timeouts | None = None) -> OpenStackCloud:
        return OpenStackCloud(
            CLOUD,
            clouds_file=self.folder / "clouds.yaml",
            public_key=self.public_key,
            evidence=EvidenceLog(self.folder / "evidence.jsonl", actor="e2e", clock=SystemClock()),
            clock=SystemClock(),
            timeouts=timeouts or Timeouts(),
        )

    def objects(self) -> dict[str, list[Observed]]:
        found = self.cloud().view(PROGRAMME).objects
        return {kind: [one for one in found if one.kind == kind] for kind in Kind}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    with FaultFront(CLOUDS) as front:
        front.clouds_yaml(tmp_path / "clouds.yaml")
        bench = Bench(front, tmp_path, (tmp_path / "key.pub").read_text(encoding="utf-8"))
        try:
            yield bench
        finally:
            front.clear()
            cloud = bench.cloud()
            for one in leftovers(cloud.view(PROGRAMME).objects, wanted=frozenset(), kept=frozenset()):
                cloud.delete(one.found)
    assert _left() == []


def connect(name: str) -> Connection:
    """Connect to a cloud of the lab without the adapter."""
    return Connection(config=OpenStackConfig(config_files=[str(CLOUDS)], load_envvars=False).get_one(cloud=name))


def _left() -> list[object]:
    """Ask the cloud itself, not the adapter, what is still there."""
    with closing(connect(CLOUD)) as connection:
        listed = [
            *connection.compute.servers(),
            *connection.compute.keypairs(),
            *connection.block_storage.volumes(),
            *connection.network.ports(project_id=connection.current_project_id),
            *connection.network.security_groups(project_id=connection.current_project_id),
        ]
        floating = connection.network.ips(project_id=connection.current_project_id)
        return [
            *(thing for thing in listed if str(thing.name).startswith(PROGRAMME)),
            *(ip for ip in floating if PROGRAMME in str(ip.description)),
        ]


def standing(cloud: OpenStackCloud) -> Observed:
    found = cloud.find(SERVER)
    assert found is not None
    return found


def run(cloud: OpenStackCloud, specs: tuple[CloudObject, ...] = SPECS) -> list[Ensured]:
    ensured = [cloud.ensure(spec, deadline=DEADLINE) for spec in specs]
    ensured.append(cloud.ensure_attached(SERVER.name, VOLUME.name, deadline=DEADLINE))
    ensured.append(cloud.ensure_configured(standing(cloud), "d1"))
    return ensured


def test_lost_answers_then_nothing_left_to_do(bench: Bench) -> None:
    creates = ("/security-groups$", "/volumes$", "/ports$", "/servers$", "/floatingips$", "/os-volume_attachments$")
    bench.front.inject(*(Fault(kind=FaultKind.RESET_AFTER, path=path) for path in creates))
    bench.front.inject(Fault(kind=FaultKind.UNAVAILABLE, method="GET", path="/servers/detail$", nth=2, times=2))

    assert all(one.changed for one in run(bench.cloud()))

    found = bench.objects()
    counts = {kind: len(found[kind]) for kind in found}
    assert counts == dict.fromkeys(Kind, 1) | {Kind.ATTACHMENT: 0, Kind.CONFIGURATION: 0}
    for path in creates:
        sent = [call for call in bench.front.calls if call.method == "POST" and call.path.endswith(path[:-1])]
        assert len(sent) == 1, path
    server, volume, ip = found[Kind.SERVER][0], found[Kind.VOLUME][0], found[Kind.FLOATING_IP][0]
    assert server.detail["flavor"] == "gov.tiny"
    assert server.detail["image"] == "debian-12"
    assert server.detail["configured"] == "d1"
    assert server.detail["port"] == PORT.name
    assert server.detail["volumes"] == VOLUME.name
    assert server.detail["never_ran"] == ""
    assert volume.detail["server"] == SERVER.name
    assert volume.status == "in-use"
    assert found[Kind.SECURITY_GROUP][0].detail["openings"] == "tcp:22-22:172.30.1.1/32 tcp:80-80:0.0.0.0/0"
    assert bench.cloud().address(server) == ip.detail["address"] == server.detail["address"]

    bench.front.clear()
    assert not any(one.changed for one in run(bench.cloud()))
    assert bench.cloud().console(standing(bench.cloud())) is not None
    assert bench.front.mutations == []


def await_console(cloud: OpenStackCloud) -> str:
    """Return the console once a guest has said its host key there: it has booted."""
    clock, end = SystemClock(), time.monotonic() + DEADLINE.total_seconds()
    while "END SSH HOST KEY KEYS" not in (said := cloud.console(standing(cloud))) and time.monotonic() < end:
        clock.sleep(timedelta(seconds=5))
    return said


def test_a_server_boots_from_its_volume_and_is_made_anew_on_it(bench: Bench) -> None:
    bench.front.inject(*(Fault(kind=FaultKind.RESET_AFTER, path=path) for path in ("/volumes$", "/servers$")))

    assert all(one.changed for one in run(bench.cloud(), BOOTED))

    for path in ("/volumes", "/servers"):
        sent = [call for call in bench.front.calls if call.method == "POST" and call.path.endswith(path)]
        assert len(sent) == (2 if path == "/volumes" else 1), path
    volumes = {one.name: one for one in bench.objects()[Kind.VOLUME]}
    boot, data = volumes.pop(BOOT.name), volumes.pop(VOLUME.name)
    assert volumes == {}
    assert (boot.status, boot.detail["server"]) == ("in-use", SERVER.name)
    assert (boot.detail["image"], boot.detail["size_gib"]) == ("debian-12", "3")
    assert (data.detail["image"], data.detail["server"]) == ("", SERVER.name)
    (server,) = bench.objects()[Kind.SERVER]
    assert (server.detail["image"], server.detail["boot_volume"]) == ("", BOOT.name)
    assert server.detail["volumes"] == VOLUME.name
    assert "END SSH HOST KEY KEYS" in await_console(bench.cloud())

    bench.front.clear()
    assert not any(one.changed for one in run(bench.cloud(), BOOTED))
    assert bench.front.mutations == []

    # The system disk outlives its server: what takes its place boots from the same one.
    bench.cloud().delete(server)
    made = [one.kind for one in run(bench.cloud(), BOOTED) if one.changed]
    assert made == [Kind.SERVER, Kind.ATTACHMENT, Kind.CONFIGURATION]
    assert {one.id for one in bench.objects()[Kind.VOLUME]} == {boot.id, data.id}
    assert "END SSH HOST KEY KEYS" in await_console(bench.cloud())


def test_a_volume_is_smaller_than_its_image(bench: Bench) -> None:
    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(replace(BOOT, size_gib=1), deadline=DEADLINE)

    assert raised.value.code == "cloud.bad-request"
    assert bench.objects()[Kind.VOLUME] == []


@pytest.fixture
def impossible_flavor() -> Iterator[str]:
    """A flavor that wants what no hypervisor of the lab has; only an administrator can offer it."""
    name = f"{PROGRAMME}-impossible"
    with closing(connect(f"{CLOUD}-admin")) as admin:
        flavor = admin.compute.create_flavor(name=name, vcpus=1, ram=256, disk=2)
        admin.compute.create_flavor_extra_specs(flavor, {"trait:HW_GPU_API_VULKAN": "required"})
        try:
            yield name
        finally:
            admin.compute.delete_flavor(flavor)


@pytest.mark.parametrize("wanted", [SERVER, ON_VOLUME], ids=["from an image", "from a volume"])
def test_an_error_is_told_with_its_fault_and_the_retry_replaces_the_server(
    bench: Bench, impossible_flavor: str, wanted: ServerSpec
) -> None:
    cloud = bench.cloud()
    on_provider = replace(PORT, network="provider")
    for spec in (KEYPAIR, GROUP, *([BOOT] if wanted.boot_volume else ()), on_provider):
        cloud.ensure(spec, deadline=DEADLINE)
    kept = [one.id for one in bench.objects()[Kind.VOLUME]]

    with pytest.raises(CloudError) as raised:
        cloud.ensure(replace(wanted, flavor=impossible_flavor), deadline=DEADLINE)

    assert raised.value.code == "cloud.server-error"
    assert "No valid host" in str(raised.value.values["fault"])
    (failed,) = bench.objects()[Kind.SERVER]
    assert (failed.status, failed.detail["never_ran"]) == ("ERROR", "yes")

    assert cloud.ensure(wanted, deadline=DEADLINE).changed

    (server,) = bench.objects()[Kind.SERVER]
    assert server.id != failed.id
    assert server.status == "ACTIVE"
    assert server.detail["boot_volume"] == wanted.boot_volume
    assert [one.id for one in bench.objects()[Kind.VOLUME]] == kept


def test_a_quota_is_named(bench: Bench) -> None:
    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(replace(VOLUME, size_gib=1_000_000), deadline=DEADLINE)

    assert raised.value.code == "cloud.quota"
    assert raised.value.values["resource"] == "gigabytes"
    assert len(bench.front.mutations) == 1


def test_what_the_cloud_does_not_offer_is_told_before_anything_is_made(bench: Bench) -> None:
    cloud = bench.cloud()
    for spec in (KEYPAIR, GROUP, PORT):
        cloud.ensure(spec, deadline=DEADLINE)
    bench.front.clear()

    for wrong, code in (
        (replace(SERVER, flavor="no-such"), "cloud.no-offer"),
        (replace(SERVER, image="no-such"), "cloud.no-offer"),
        (replace(SERVER, availability_zone="no-such"), "cloud.bad-request"),
    ):
        with pytest.raises(CloudError) as raised:
            cloud.ensure(wrong, deadline=DEADLINE)
        assert raised.value.code == code
    assert bench.objects()[Kind.SERVER] == []
    assert [call.status for call in bench.front.mutations] == [400]
