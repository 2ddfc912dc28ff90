"""A whole disk becomes an image only if the cloud has every byte of it: real adapter, real HTTP."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.errors import MigrateError
from orchestrator.model.image import ImageSpec
from orchestrator.model.plan import Owner
from orchestrator.model.result import Ensured
from tests.fake_openstack import FakeOpenStack, Json
from tests.fakes import FakeClock, FakeEvidence

pytestmark = pytest.mark.integration

DISK = os.urandom(3 * 1024**2 + 512)
SPEC = ImageSpec(name="lab-s-1", owner=Owner(programme="lab", system="s-1", key="image"), size=len(DISK))


@dataclass(frozen=True)
class Desk:
    fake: FakeOpenStack
    cloud: OpenStackCloud
    evidence: FakeEvidence

    def send(self, chunks: Iterable[bytes]) -> Ensured:
        return self.cloud.ensure_image(SPEC, chunks, deadline=timedelta(minutes=5))

    def ours(self) -> list[Json]:
        return [image for image in self.fake.images if image["name"] == SPEC.name]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    evidence = FakeEvidence()
    with FakeOpenStack() as fake:
        cloud = OpenStackCloud(
            "fake",
            clouds_file=fake.clouds_yaml(tmp_path / "clouds.yaml"),
            public_key="ssh-ed25519 AAAA tool@here",
            evidence=evidence,
            clock=FakeClock(),
        )
        yield Desk(fake, cloud, evidence)


def pieces(data: bytes = DISK, size: int = 256 * 1024) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def test_what_the_cloud_has_is_what_was_sent(desk: Desk) -> None:
    made = desk.send(pieces())
    (image,) = desk.ours()
    assert (image["size"], image["os_hash_value"]) == (len(DISK), hashlib.sha512(DISK).hexdigest())
    assert (image["disk_format"], image["visibility"], image["min_disk"]) == ("raw", "private", 1)
    assert image["migrate:system"] == "s-1"
    assert made.detail["sha256"] == hashlib.sha256(DISK).hexdigest()
    assert (made.id, made.changed) == (image["id"], True)


def test_the_newest_that_came_there_whole_is_kept(desk: Desk) -> None:
    first = desk.send(pieces()).id
    desk.fake.images.append({**desk.ours()[0], "id": "half", "status": "saving"})
    second = desk.send(pieces())
    assert [image["id"] for image in desk.ours()] == [second.id]
    desk.fake.images_in_use = frozenset({second.id})
    third = desk.send(pieces())
    assert (third.detail["left"], first != second.id) == (second.id, True)
    assert [image["id"] for image in desk.ours()] == [second.id, third.id]


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (lambda content: content[:-1], "cloud.image-other"),
        (lambda content: b"x" + content[1:], "cloud.image-other"),
        (lambda _: b"", "cloud.image-other"),
    ],
)
def test_a_spoiled_image_is_taken_away_and_the_older_one_stays(desk: Desk, spoiled: object, code: str) -> None:
    kept = desk.send(pieces()).id
    desk.fake.spoiled = spoiled  # type: ignore[assignment]
    with pytest.raises(MigrateError) as failed:
        desk.send(pieces())
    assert failed.value.code == code
    assert [image["id"] for image in desk.ours()] == [kept]


def test_a_disk_that_could_not_be_read_to_its_end_leaves_no_image(desk: Desk) -> None:
    with pytest.raises(MigrateError) as failed:
        desk.send(pieces(DISK[:-512]))
    assert failed.value.code == "cloud.image-size"

    def broken() -> Iterator[bytes]:
        yield DISK[:1000]
        raise MigrateError("session.ended", session="keeper", said="")

    with pytest.raises(MigrateError) as ended:
        desk.send(broken())
    assert ended.value.code == "session.ended"
    assert desk.ours() == []


def test_somebody_elses_image_of_that_name_is_left_alone(desk: Desk) -> None:
    desk.fake.images.append({"id": "theirs", "name": SPEC.name, "status": "active", "migrate:system": "other"})
    desk.send(pieces())
    assert [image["id"] for image in desk.ours()][:1] == ["theirs"]
    assert len(desk.ours()) == 2


def test_a_cloud_that_refuses_so_large_an_image_is_told_of_once(desk: Desk) -> None:
    desk.fake.closed["PUT /image"] = 413
    with pytest.raises(MigrateError):
        desk.send(pieces())
    sent = [values for kind, values in desk.evidence.entries if kind == "call" and values.get("method") == "PUT"]
    assert len(sent) == 1
