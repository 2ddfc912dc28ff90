"""Everything of a system renamed on its cloud: the adapter goes on by marks, and makes nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.errors import CloudError
from orchestrator.model.result import Ensured, Observed
from tests.fake_openstack import FakeOpenStack
from tests.fakes import sample_spec
from tests.front import FaultFront
from tests.fronted import fronted

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)
OBJECTS = sample_spec().parts[0].objects
SERVER, VOLUME = "lab-yt-001-web", "lab-yt-001-web-data"
RENAMED = ("servers", "volumes", "ports", "security-groups")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[FakeOpenStack, FaultFront, OpenStackCloud]]:
    with fronted(tmp_path) as (fake, front, cloud):
        ensure(cloud)
        for kind in RENAMED:
            for thing in fake.of(kind):
                thing["name"] = "one-name-for-all"
        front.clear()
        yield fake, front, cloud


def ensure(cloud: OpenStackCloud) -> list[Ensured]:
    made = [cloud.ensure(item, deadline=MINUTE, among=OBJECTS) for item in OBJECTS]
    return [*made, cloud.ensure_attached(SERVER, VOLUME, deadline=MINUTE, among=OBJECTS)]


def server(cloud: OpenStackCloud) -> Observed:
    (found,) = (seen for seen in cloud.view("lab").objects if seen.kind == "server")
    return found


def test_a_second_run_changes_nothing(world: tuple[FakeOpenStack, FaultFront, OpenStackCloud]) -> None:
    _, front, cloud = world

    assert not any(each.changed for each in ensure(cloud))

    assert front.mutations == []


def test_a_server_that_is_gone_is_made_again_on_what_it_had(
    world: tuple[FakeOpenStack, FaultFront, OpenStackCloud],
) -> None:
    fake, _, cloud = world
    kept = {thing["id"] for kind in RENAMED[1:] for thing in fake.of(kind)}
    cloud.delete(server(cloud))

    ensure(cloud)

    assert {thing["id"] for kind in RENAMED[1:] for thing in fake.of(kind)} == kept
    assert len(fake.of("servers")) == 1


def test_a_view_tells_names_that_two_have_by_their_ids(
    world: tuple[FakeOpenStack, FaultFront, OpenStackCloud],
) -> None:
    fake, _, cloud = world
    volumes = {thing["id"] for thing in fake.of("volumes")}

    detail = server(cloud).detail

    assert {detail["boot_volume"], detail["volumes"]} == volumes


def test_without_its_mark_an_object_is_not_ours_whatever_its_name(
    world: tuple[FakeOpenStack, FaultFront, OpenStackCloud],
) -> None:
    fake, _, cloud = world
    (port,) = fake.of("ports")
    port["name"], port["description"] = SERVER, ""

    with pytest.raises(CloudError) as missing:
        cloud.ensure(OBJECTS[-1], deadline=MINUTE, among=OBJECTS)

    assert missing.value.code == "cloud.missing"
