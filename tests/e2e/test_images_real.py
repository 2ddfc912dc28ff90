"""What a real Glance makes of a disk that is sent in pieces: the same bytes by its own sum, one image of a system."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.model.image import ImageSpec
from orchestrator.model.plan import Owner
from tests.fakes import FakeEvidence

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

CLOUDS = Path("/var/lib/migrate-lab/clouds.yaml")
CLOUD = "public-service"
DISK = os.urandom(16 * 1024**2 + 512)
NAME = f"images-{uuid4().hex[:6]}"
SPEC = ImageSpec(name=NAME, owner=Owner(programme=NAME, system="s-1", key="image"), size=len(DISK))


@pytest.fixture
def connection() -> Iterator[Connection]:
    with closing(
        Connection(config=OpenStackConfig(config_files=[str(CLOUDS)], load_envvars=False).get_one(cloud=CLOUD))
    ) as made:
        yield made
        for image in made.image.images(name=NAME):
            made.image.delete_image(image.id)


def pieces() -> Iterator[bytes]:
    for at in range(0, len(DISK), 1024**2):
        yield DISK[at : at + 1024**2]


def test_the_newest_that_came_there_whole_is_the_only_one(connection: Connection) -> None:
    cloud = OpenStackCloud(
        CLOUD, clouds_file=CLOUDS, public_key="ssh-ed25519 AAAA e2e", evidence=FakeEvidence(), clock=SystemClock()
    )
    for _ in range(2):
        made = cloud.ensure_image(SPEC, pieces(), deadline=timedelta(minutes=5))
        (found,) = connection.image.images(name=NAME)
        assert (found.id, found.status, found.size) == (made.id, "active", len(DISK))
        image = connection.image.get_image(made.id)
        assert image.hash_value == hashlib.new(image.hash_algo, DISK).hexdigest()
        assert b"".join(connection.image.download_image(made.id, stream=True).iter_content(1024**2)) == DISK
