"""A server of ours is started from another image, and switched off: real adapter, real HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.errors import CloudError
from orchestrator.model.machines import CloudServer, Reach
from orchestrator.model.plan import KeypairSpec, Owner, PortSpec, SecurityGroupSpec, ServerSpec
from tests.fake_openstack import FakeOpenStack
from tests.fakes import FakeEvidence

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)


def owner(key: str) -> Owner:
    return Owner(programme="lab", system="s-1", key=key)


SPECS = (
    KeypairSpec(name="lab", owner=owner("keypair")),
    SecurityGroupSpec(name="lab-s-1", owner=owner("group"), openings=()),
    PortSpec(name="lab-port", owner=owner("web/port"), network="internet", security_group="lab-s-1"),
    ServerSpec(
        name="lab-s-1-web", owner=owner("web/server"), flavor="gov.small", keypair="lab", port="lab-port",
        image="debian-12",
    ),
)  # fmt: skip
SERVER = CloudServer(
    name="lab-s-1-web", cloud="fake", programme="lab", system="s-1", key="web/server", reach=Reach(address="192.0.2.3")
)


def test_a_server_starts_from_an_image_once_and_goes_off(tmp_path: Path) -> None:
    with FakeOpenStack() as fake:
        cloud = OpenStackCloud(
            "fake", clouds_file=fake.clouds_yaml(tmp_path / "clouds.yaml"), public_key="ssh-ed25519 AAAA tool@here",
            evidence=FakeEvidence(), clock=SystemClock(),
        )  # fmt: skip
        for spec in SPECS:
            cloud.ensure(spec, deadline=MINUTE, among=SPECS)
        (server,) = fake.of("servers")
        identity, port = server["id"], fake.of("ports")[0]["device_id"]
        cloud.ensure_stopped(SERVER, deadline=MINUTE)
        assert cloud.state(SERVER) == "SHUTOFF"
        for _ in range(2):
            cloud.ensure_started(SERVER, "another-image", deadline=MINUTE)
        (server,) = fake.of("servers")
        assert (server["id"], server["image"], server["status"]) == (identity, {"id": "another-image"}, "ACTIVE")
        assert fake.of("ports")[0]["device_id"] == port
        for _ in range(2):
            cloud.ensure_stopped(SERVER, deadline=MINUTE)
        cloud.ensure_started(SERVER, "", deadline=MINUTE)
        (server,) = fake.of("servers")
        assert (server["image"], server["status"]) == ({"id": "another-image"}, "ACTIVE")
        assert [each["action"] for each in reversed(server["_actions"])] == [
            "os-stop", "rebuild", "os-start", "os-stop", "os-start"
        ]  # fmt: skip
        server["image"] = ""
        with pytest.raises(CloudError) as refused:
            cloud.ensure_started(SERVER, "another-image", deadline=MINUTE)
        assert refused.value.code == "cloud.changed"
