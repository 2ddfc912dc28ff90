"""What two clouds keep, asked over real HTTP by the real libraries; what they say proves no more than it says."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openstack import OpenStackCloud, Timeouts
from orchestrator.adapters.replicas.copies import CopiesObserver
from orchestrator.checks.replicas.system import check_replica
from orchestrator.model.copies import Stocked
from orchestrator.model.observed import Observed
from orchestrator.model.replica import End, Policy, Replica, ReplicaKind, Site, Told
from orchestrator.model.result import CheckResult, CheckStatus
from tests.command_site import CommandSite, command_site
from tests.fake_openstack import FakeOpenStack
from tests.fakes import FakeEvidence
from tests.front import Fault, FaultFront, FaultKind
from tests.hostile_answers import SMALL, HostileAnswer

pytestmark = pytest.mark.integration
PASS, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN
SITES = {
    "room": Site(name="room", city="烟台", province="山东"),
    "centre": Site(name="centre", city="济南", province="山东"),
}
POLICY = Policy(rpo=timedelta(hours=1), rto=timedelta(hours=4), drill=timedelta(days=180), headroom=100,
                retention=timedelta(0))  # fmt: skip
DAILY = {"null", "html", "half", "id-is-a-list", "huge-number", "redirected-elsewhere"}
SHORT = Timeouts(
    connect=timedelta(seconds=2), read=timedelta(seconds=2), answer=timedelta(seconds=1), outage=timedelta(seconds=0.5),
    first=timedelta(seconds=5), operation=timedelta(seconds=5),
)  # fmt: skip


def ago(seconds: float) -> str:
    """Return a time as Cinder writes it."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(timespec="microseconds")


def backup(identity: str, seconds: float, **changed: object) -> dict[str, Any]:
    return {
        "id": identity, "name": "data", "volume_id": "v-1", "status": "available", "size": 5, "object_count": 9,
        "is_incremental": False, "has_dependent_backups": False, "created_at": ago(seconds), "updated_at": ago(seconds),
        "data_timestamp": ago(seconds), "snapshot_id": None, "fail_reason": None, "container": "c", **changed,
    }  # fmt: skip


def image(identity: str, **changed: object) -> dict[str, Any]:
    return {
        "id": identity, "name": "base", "status": "active", "min_disk": 2, "min_ram": 256, "size": 1000,
        "disk_format": "qcow2", "container_format": "bare", "os_hash_algo": "sha512", "os_hash_value": "ab" * 64,
        "protected": True, "visibility": "private", "hw_disk_bus": "virtio", "created_at": "2026-01-01T00:00:00Z",
        "os_secure_boot": "required", **changed,
    }  # fmt: skip


def fill(gov: FakeOpenStack, dr: FakeOpenStack) -> None:
    """Keep a volume and an image, backed up and copied as they should be."""
    for cloud in (gov, dr):
        cloud.reset()
        cloud.ahead, cloud.closed = 0, {}
    gov.things["volumes"]["v-1"] = {
        "id": "v-1", "name": "data", "status": "in-use", "size": 5, "metadata": {}, "attachments": [],
        "encrypted": False, "_polls": 0,
    }  # fmt: skip
    gov.images.append(image("img-1"))
    dr.images.append(image("copy-1", source_image_id="img-1"))
    dr.backups = [
        backup("c", 30, is_incremental=True), backup("b", 7000, is_incremental=True, has_dependent_backups=True),
        backup("a", 9000, has_dependent_backups=True),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def clouds() -> Iterator[tuple[FakeOpenStack, FakeOpenStack]]:
    with FakeOpenStack(polls=0) as gov, FakeOpenStack(polls=0) as dr:
        yield gov, dr


@pytest.fixture
def pair(clouds: tuple[FakeOpenStack, FakeOpenStack]) -> tuple[FakeOpenStack, FakeOpenStack]:
    fill(*clouds)
    return clouds


def opened(clouds_file: Path) -> OpenStackCloud:
    return OpenStackCloud("fake", clouds_file=clouds_file, public_key="", evidence=FakeEvidence(), clock=SystemClock(),
                          timeouts=SHORT)  # fmt: skip


def look(gov: Path, dr: Path, kind: ReplicaKind = ReplicaKind.VOLUME) -> dict[str, CheckResult]:
    item = "data" if kind is ReplicaKind.VOLUME else "base"
    ends = End(cloud="gov", item=item, site="room", port=0), End(cloud="dr", item=item, site="centre", port=0)
    replica = Replica(system="S-1", kind=kind, source=ends[0], replica=ends[1])
    source, target = CopiesObserver({"gov": opened(gov), "dr": opened(dr)}).observe(replica)
    seen = Observed(replica=replica, source=source, target=target, day=datetime.now(UTC).date())
    return {each.code.split(".")[1]: each for each in check_replica(seen, POLICY, Told(), SITES)}


def told(
    pair: tuple[FakeOpenStack, FakeOpenStack], folder: Path, kind: ReplicaKind = ReplicaKind.VOLUME
) -> dict[str, tuple[str, CheckStatus]]:
    gov, dr = (cloud.clouds_yaml(folder / f"{at}.yaml") for at, cloud in enumerate(pair))
    return {name: (each.code.split(".")[2], each.status) for name, each in look(gov, dr, kind).items()}


def test_backups_are_judged_by_what_both_clouds_list(pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path) -> None:
    assert told(pair, tmp_path) == {
        "existence": ("there", PASS), "identity": ("same", PASS), "freshness": ("fresh", PASS),
        "continuity": ("kept", PASS), "content": ("only-available", UNKNOWN), "restorability": ("unrestored", FAIL),
        "drift": ("same-size", PASS), "capacity": ("room", PASS), "protection": ("store-untold", UNKNOWN),
        "independence": ("away", PASS),
    }  # fmt: skip
    pair[1].backups[1]["status"] = "error"
    assert told(pair, tmp_path)["continuity"] == ("chain-broken", FAIL)
    assert told(pair, tmp_path)["freshness"] == ("stale", FAIL)
    pair[0].things["volumes"]["v-2"] = pair[0].things["volumes"].pop("v-1") | {"id": "v-2"}
    assert told(pair, tmp_path)["identity"] == ("another-volume", FAIL)


def test_a_copy_of_an_image_is_judged_by_its_mark_and_both_hashes(
    pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path
) -> None:
    assert told(pair, tmp_path, ReplicaKind.IMAGE) == {
        "existence": ("there", PASS), "identity": ("same", PASS), "freshness": ("fresh", PASS),
        "continuity": ("stands", PASS), "content": ("only-uploaded", UNKNOWN), "restorability": ("unrestored", FAIL),
        "drift": ("none", PASS), "protection": ("locked", PASS), "independence": ("away", PASS),
    }  # fmt: skip
    pair[1].images[-1] |= {"os_hash_value": "cd" * 64, "os_secure_boot": "optional"}
    found = told(pair, tmp_path, ReplicaKind.IMAGE)
    assert (found["content"], found["drift"]) == (("other-bytes", FAIL), ("differs-image", FAIL))
    del pair[1].images[-1]["source_image_id"]
    assert told(pair, tmp_path, ReplicaKind.IMAGE)["identity"] == ("unmarked", UNKNOWN)


@pytest.mark.parametrize("ahead", [(3600, 0), (0, -3600), (None, 0), (0, None)])
def test_a_clock_that_is_off_or_silent_is_not_believed(
    pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path, ahead: tuple[float | None, float | None]
) -> None:
    for cloud, seconds in zip(pair, ahead, strict=True):
        cloud.ahead = seconds
    assert told(pair, tmp_path)["freshness"] == ("clouds-clock", UNKNOWN)


def test_our_own_clock_decides_nothing(pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path) -> None:
    for cloud in pair:
        cloud.ahead = 100 * 86400
    for each in pair[1].backups:
        each["data_timestamp"] = each["created_at"] = ago(-100 * 86400 + 30)
    assert told(pair, tmp_path)["freshness"] == ("fresh", PASS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"data_timestamp": "9999-12-31T23:59:59-14:00"}, {"data_timestamp": "soon"}, {"data_timestamp": ""},
        {"data_timestamp": None, "snapshot_id": "s"}, {"created_at": None, "data_timestamp": None},
        {"size": -5}, {"name": "\x1b[2J\u202e" * 1000}, {"fail_reason": "x" * 100_000}, {"status": "available\x00"},
        {"volume_id": None}, {"id": "../../etc"},
    ],
    ids=ascii,
)  # fmt: skip
def test_a_backup_of_nonsense_passes_nothing(
    pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path, wrong: dict[str, object]
) -> None:
    pair[1].backups = [backup("a", 30, **wrong)]
    found = told(pair, tmp_path)
    assert len(found) == 10
    if not {"name", "fail_reason", "id"} & wrong.keys():
        assert any(found[name][1] is not PASS for name in ("existence", "identity", "freshness", "drift")), found


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": "5"}, {"size": None}, {"size": 2**60}, {"is_incremental": "no"}, {"has_dependent_backups": 1},
        {"data_timestamp": 5}, {"volume_id": ["v-1"]}, {"status": None}, {"id": None}, {"name": {}},
    ],
    ids=ascii,
)  # fmt: skip
def test_a_backup_of_another_form_is_no_answer(
    pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path, wrong: dict[str, object]
) -> None:
    pair[1].backups = [backup("a", 30) | wrong]
    found = told(pair, tmp_path)
    assert found["existence"] == ("unseen", UNKNOWN)
    assert {status for _, status in found.values()} <= {UNKNOWN, FAIL, PASS}
    assert {name for name, (_, status) in found.items() if status is PASS} == {"independence"}


def test_a_project_that_may_not_read_its_limits_leaves_its_room_unknown(
    pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path
) -> None:
    pair[1].closed = {f"/volume/v3/{pair[1].project}/limits": 403}
    assert told(pair, tmp_path)["capacity"] == ("unseen", UNKNOWN)
    pair[1].closed = {f"/volume/v3/{pair[1].project}/backups": 403}
    assert told(pair, tmp_path)["existence"] == ("unseen", UNKNOWN)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(each, id=each.name, marks=() if each.name in DAILY else pytest.mark.nightly)
        for each in SMALL
        if "endless" not in each.name
    ],
)
def test_no_answer_to_a_listing_of_backups_is_more_than_unknown(
    pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path, answer: HostileAnswer
) -> None:
    source = pair[0].clouds_yaml(tmp_path / "gov.yaml")
    with FaultFront(pair[1].clouds_yaml(tmp_path / "direct.yaml")) as front:
        front.inject(Fault(kind=FaultKind.OTHER, method="GET", path="/backups/detail$", times=999,
                           pieces=lambda: answer.pieces("backups")))  # fmt: skip
        found = look(source, front.clouds_yaml(tmp_path / "dr.yaml"))
    assert found["existence"].status is UNKNOWN
    assert found["existence"].values["evidence"].startswith("cloud.")
    assert [name for name, each in found.items() if each.status is PASS] == ["independence"]


def test_pages_are_read_to_their_end(pair: tuple[FakeOpenStack, FakeOpenStack], tmp_path: Path) -> None:
    pair[1].backups = [backup(f"b{number}", 100 * number) for number in range(9)]
    stock = opened(pair[1].clouds_yaml(tmp_path / "c.yaml")).stock(Stocked.BACKUPS)
    assert [each.id for each in stock.backups] == [f"b{number}" for number in range(9)]
    assert stock.now == pytest.approx(time.time(), abs=5)
    assert stock.room
    assert (stock.room.backups, stock.room.backup_gib) == (1, 1000 - 45)


# Images are listed in both clouds.
LISTINGS = {"GET volumes": 1, "GET backups": 1, "GET images": 2}


def declared(number: int) -> dict[str, object]:
    ends = {"cloud": "public-service", "site": "room"}, {"cloud": "administrative", "site": "centre"}
    return {
        "rpo": "1h", "rto": "4h", "basis": "市灾备规划第 4 条", "drill": "180d", "retention": "0d", "headroom": 20,
        "check": "1d",
        "volume": [{"source": {**ends[0], "volume": "data"}, "replica": ends[1], "every": "1d"}] if number else [],
        "image": [{"source": {**ends[0], "image": "base"}, "replica": ends[1]}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandSite]:
    names = [f"YT-{number:03}" for number in range(20)]
    recovery = {
        "sites": {"room": {"city": "烟台", "province": "山东"}, "centre": {"city": "济南", "province": "山东"}},
        "systems": {name: declared(number) for number, name in enumerate(names)},
    }
    folder = tmp_path_factory.mktemp("copies") / "programme"
    with command_site(folder, dict.fromkeys(names, "甲局"), recovery=recovery) as site:
        fill(*site.clouds.values())
        (folder / ".migrate").mkdir(mode=0o700)  # what is found is kept
        yield site


def test_the_command_lists_each_kind_once_for_all_systems_and_exits_with_what_it_found(site: CommandSite) -> None:
    asked: Counter[str] = Counter()
    for cloud in site.clouds.values():
        cloud.watch = lambda method, path: asked.update([f"{method} {path.removesuffix('/detail').rsplit('/', 1)[-1]}"])
    found = site.ask("dr", "check", "--all", expect=8)
    assert {path: count for path, count in asked.items() if path in LISTINGS} == LISTINGS
    second = found["systems"][1]
    assert [(each["kind"], each["address"], each["port"]) for each in second["replicas"]] == [
        ("volume", "administrative/data", 0), ("image", "administrative/base", 0),
    ]  # fmt: skip
    assert found["coverage"]["healthy"] == [each["system"] for each in found["systems"]]
    assert found["coverage"]["drilled"] == []
    shown, _ = site.run("dr", "check", "YT-001", expect=8)
    assert "volume administrative/data" in shown
    assert "nobody read it back" in shown
    audit = site.ask("audit", "dr", expect=8)
    assert {ratio["formula"]: len(ratio["counted"]) for ratio in audit["ratios"]}["dr.configured"] == 20


def test_a_cloud_that_is_gone_leaves_its_copies_unknown_and_is_refused_where_it_is_not_declared(
    site: CommandSite,
) -> None:
    site.clouds["administrative"].hang_up()
    try:
        text, _ = site.run("dr", "check", "YT-001", expect=8)
    finally:
        site.clouds["administrative"].come_back()
    assert text.count("its cloud does not answer") == 2
    assert "would be lost" not in text.replace("would be lost now", "")
    programme = site.folder / "programme.yaml"
    before = programme.read_text(encoding="utf-8")
    programme.write_text(before.replace("cloud: administrative", "cloud: elsewhere", 1), encoding="utf-8")
    try:
        refused = site.ask("dr", "check", "--all", expect=4)
    finally:
        programme.write_text(before, encoding="utf-8")
    assert "programme.recovery-cloud" in str(refused)
