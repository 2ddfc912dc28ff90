"""The adapter of a fake cloud, with a fault front between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openstack import OpenStackCloud
from tests.fake_openstack import FakeOpenStack
from tests.fakes import FakeEvidence
from tests.front import FaultFront


@contextmanager
def fronted(folder: Path) -> Iterator[tuple[FakeOpenStack, FaultFront, OpenStackCloud]]:
    """Give all three; the clouds files stand in the folder."""
    with FakeOpenStack(polls=0) as fake, FaultFront(fake.clouds_yaml(folder / "direct.yaml")) as front:
        yield (
            fake,
            front,
            OpenStackCloud(
                "fake",
                clouds_file=front.clouds_yaml(folder / "clouds.yaml"),
                public_key="ssh-ed25519 AAAA lab",
                evidence=FakeEvidence(),
                clock=SystemClock(),
            ),
        )
