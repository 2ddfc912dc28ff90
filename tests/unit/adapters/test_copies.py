"""However many systems ask, a cloud lists each kind once; a name that several have is nobody's."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.openstack.stock import _moment
from orchestrator.adapters.replicas.copies import CopiesObserver
from orchestrator.adapters.replicas.records import read_records
from orchestrator.errors import CloudError, StorageError
from orchestrator.model.copies import Backup, Image, Stock, Stocked, Volume
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Replica, ReplicaKind

ID = "0a1b2c3d-0000-4000-8000-00000000000a"


class Cloud:
    """Tells what it is given, or breaks, and counts who asks."""

    def __init__(self, stock: Stock | Exception) -> None:
        self._stock = stock
        self.asked: list[Stocked] = []

    def stock(self, what: Stocked) -> Stock:
        self.asked.append(what)
        if isinstance(self._stock, Exception):
            raise self._stock
        return self._stock


def volume(identity: str, name: str = "data") -> Volume:
    return Volume(id=identity, name=name, status="in-use", size_gib=1)


def backup(identity: str, of: str, name: str = "data") -> Backup:
    return Backup(id=identity, name=name, volume=of, status="available", size_gib=1, incremental=False)


def image(identity: str, name: str = "base", origin: str = "") -> Image:
    return Image(id=identity, name=name, status="active", origin=origin)


def replica(
    kind: ReplicaKind = ReplicaKind.VOLUME, item: str = "data", *, cloud: str = "dr", name: str = ""
) -> Replica:
    ends = End(cloud="gov", item=item, port=0), End(cloud=cloud, item=name or item, port=0)
    return Replica(system="S-1", kind=kind, source=ends[0], replica=ends[1])


def look(clouds: Mapping[str, Stock | Exception], asked: Replica) -> tuple[Seen, Seen]:
    return CopiesObserver({name: Cloud(told) for name, told in clouds.items()}).observe(asked)


def test_a_listing_serves_every_system() -> None:
    gov = Cloud(Stock(cloud="gov", now=1, volumes=(volume("v1"),), images=(image("i1"),)))
    dr = Cloud(Stock(cloud="dr", now=1, backups=(backup("b1", "v1"),), images=(image("c1", origin="i1"),)))
    observer = CopiesObserver({"gov": gov, "dr": dr})
    asked = [replica(), replica(ReplicaKind.IMAGE, "base")] * 500
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(observer.observe, asked))
    assert sorted(gov.asked) == ["images", "volumes"]
    assert sorted(dr.asked) == ["backups", "images"]
    assert all(source.stock and target.stock for source, target in found)


def test_a_silent_cloud_is_asked_once_and_told_as_what_it_is() -> None:
    dr = Cloud(CloudError("cloud.unreachable", cloud="dr", subject="backups", host="\x1b[2J" + "x" * 500))
    observer = CopiesObserver({"gov": Cloud(Stock(cloud="gov", now=1, volumes=(volume("v1"),))), "dr": dr})
    for _ in range(3):
        source, target = observer.observe(replica())
        assert source.stock
        assert (target.stock, target.fault, target.absent) == (None, "cloud.unreachable", False)
        assert target.values["host"].startswith("?[2Jxx")
        assert len(target.values["host"]) <= 201
        assert "subject" not in target.values  # a verdict's own is the system
    other = observer.observe(replica(ReplicaKind.IMAGE, cloud="dr"))[1]
    assert other.fault == "cloud.unreachable"
    assert dr.asked == ["backups"]


def test_a_disk_of_ours_ends_the_check() -> None:
    with pytest.raises(StorageError):
        look({"gov": StorageError("storage.full"), "dr": Stock(cloud="dr", now=1)}, replica())


def test_an_id_goes_before_a_name_and_a_name_that_two_have_is_nobodys() -> None:
    twins = Stock(cloud="gov", now=1, volumes=(volume("v1"), volume("v2"), volume("v3", "v1")))
    source, _ = look({"gov": twins, "dr": Stock(cloud="dr", now=1)}, replica(item="v1"))
    assert source.stock
    assert [each.id for each in source.stock.volumes] == ["v1"]
    source, target = look({"gov": twins, "dr": Stock(cloud="dr", now=1, backups=(backup("b", "v1"),))}, replica())
    assert (source.fault, source.values["ids"], source.absent) == ("dr.ambiguous", "v1, v2", False)
    assert target.stock
    assert len(target.stock.backups) == 1
    source, _ = look({"gov": Stock(cloud="gov", now=1), "dr": Stock(cloud="dr", now=1)}, replica())
    assert source.absent


def test_what_a_silent_clouds_volume_left_is_found_by_its_id() -> None:
    kept = Stock(cloud="dr", now=1, backups=(backup("b1", ID, "x"), backup("b2", "v9", "y"), backup("b3", "", "z")))
    clouds: dict[str, Stock | Exception] = {"gov": CloudError("cloud.unreachable", cloud="gov"), "dr": kept}
    _, target = look(clouds, replica(item=ID))
    assert target.stock
    assert [each.id for each in target.stock.backups] == ["b1"]
    _, target = look(clouds, replica(item="data"))
    assert target.stock
    assert target.stock.backups == ()


def test_copies_are_found_by_their_own_name_and_the_source_is_none() -> None:
    both = Stock(cloud="gov", now=1, images=(image("i1"), image("c1", "base-dr"), image("c2", "other", "i1")))
    _, target = look({"gov": both}, replica(ReplicaKind.IMAGE, "base", cloud="gov"))
    assert target.stock
    assert [each.id for each in target.stock.images] == ["c2"]
    _, target = look({"gov": both}, replica(ReplicaKind.IMAGE, "base", cloud="gov", name="base-dr"))
    assert target.stock
    assert [each.id for each in target.stock.images] == ["c1", "c2"]


def test_more_copies_than_anybody_keeps_are_no_answer() -> None:
    many = Stock(cloud="dr", now=1, backups=tuple(backup(f"b{number}", "v1") for number in range(10_001)))
    _, target = look({"gov": Stock(cloud="gov", now=1, volumes=(volume("v1"),)), "dr": many}, replica())
    assert (target.stock, target.fault) == (None, "cloud.answer-too-large")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00.000000", 60), ("1970-01-01T00:01:00Z", 60), ("1970-01-01T01:01:00+01:00", 60),
        ("", None), ("soon", None), ("9999-12-31T23:59:59-14:00", None), ("0001-01-01T00:00:00+14:00", None),
        (None, None), (5, None), ("2026-13-01T00:00:00", None), ("\ufffd", None),
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_not_told(text: object, seconds: float | None) -> None:
    assert _moment(text) == seconds


def record(text: object) -> str:
    return b64encode(json.dumps(text).encode()).decode()


def test_a_record_is_found_in_whatever_a_tool_wrote_and_nonsense_is_none(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "api.json": {"backup-record": {"backup_service": "cinder.nfs", "backup_url": record({"id": "b1", "size": 1})}},
        "tool.json": {"Backup Service": "cinder.nfs", "Metadata": record({"id": "b2"})},
        "no-id.json": {"backup_url": record({"size": 1})}, "list.json": [record({"id": "b9"})],
        "number.json": {"backup_url": record({"id": 9})}, "text.json": {"backup_url": "b9"},
        "list-inside.json": {"backup_url": record(["b9"])}, "null.json": None,
        "long.json": {"a": record({"id": "x" * 999})},
    }  # fmt: skip
    for name, told in files.items():
        (tmp_path / name).write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    (tmp_path / "deep").write_text("[" * 100_000)
    (tmp_path / "large").write_bytes(b" " * (1 << 20) + (tmp_path / "api.json").read_bytes().replace(b"b1", b"b9"))
    os.mkfifo(tmp_path / "pipe")  # nobody waits for what may never come
    assert read_records(tmp_path) == {"b1", "b2"}
    assert read_records(tmp_path / "nowhere") == frozenset()


def test_records_are_read_once_and_go_with_the_answer_of_the_copies() -> None:
    read: list[str] = []

    def recorded(folder: str) -> frozenset[str]:
        read.append(folder)
        return frozenset({"b1"})

    gov = Cloud(Stock(cloud="gov", now=1, volumes=(volume("v1"),), backups=(backup("b1", "v1"),)))
    asked = replica(cloud="gov")
    asked = replace(asked, replica=replace(asked.replica, records="dr/records"))
    observer = CopiesObserver({"gov": gov}, recorded)
    for _ in range(2):
        source, target = observer.observe(asked)
        assert source.stock
        assert target.stock
        assert target.stock.recorded == {"b1"}
        assert not source.stock.recorded
    assert read == ["dr/records"]
