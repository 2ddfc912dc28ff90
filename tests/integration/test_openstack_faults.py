"""Every create, every fault, every point at which the client may be killed: exactly one object each."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.openstack import OpenStackCloud, Timeouts
from orchestrator.checks.leftovers import leftovers
from orchestrator.errors import CloudError
from orchestrator.model.plan import (
    CloudObject,
    FloatingIpSpec,
    KeypairSpec,
    Owner,
    PortSpec,
    SecurityGroupSpec,
    ServerSpec,
    VolumeSpec,
)
from orchestrator.model.result import Ensured, Observed
from orchestrator.model.system import Opening
from tests.fake_openstack import PROJECT, FakeOpenStack, Json
from tests.front import Fault, FaultFront, FaultKind

pytestmark = pytest.mark.integration

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA tool@here"
MINUTE = timedelta(minutes=1)
READ_SECONDS = 0.4


class FastClock:
    """A real clock whose pauses are short; the HTTP time-outs stay real."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() * 20

    def sleep(self, duration: timedelta) -> None:
        time.sleep(duration.total_seconds() / 20)


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


class Mortal:
    """Evidence of a process that is killed just before or just after its nth entry is on disk.

    Reading calls do not count: being killed between two of them leaves the same behind.
    """

    def __init__(self, log: EvidenceLog, *, entry: int, durable: bool) -> None:
        self._log = log
        self._left = entry
        self._durable = durable

    @property
    def head(self) -> str:
        return self._log.head

    def record(self, kind: str, /, **data: object) -> None:
        if data.get("method") in ("GET", "HEAD"):
            self._log.record(kind, **data)
            return
        self._left -= 1
        if self._left == 0 and not self._durable:
            raise Killed
        self._log.record(kind, **data)
        if self._left == 0:
            raise Killed

    def unanswered(self, key: str) -> bool:
        return self._log.unanswered(key)


TIMEOUTS = Timeouts(
    connect=timedelta(seconds=2),
    read=timedelta(seconds=READ_SECONDS),
    first=MINUTE,  # a busy machine's first answer is late, and no cloud that is not there
    grace=timedelta(seconds=14),  # 0.7 s by the wall: longer than a late create is held beyond its read time-out
    poll_first=timedelta(seconds=0.2),
    operation=MINUTE,
)


def owner(key: str) -> Owner:
    return Owner(programme="lab", system="YT-001", key=key)


GROUP = SecurityGroupSpec(
    name="lab-yt-001",
    owner=owner("security-group"),
    openings=(
        Opening(protocol="tcp", first=22, last=22, source="172.30.1.1/32"),
        Opening(protocol="tcp", first=80, last=80),
    ),
)
SERVER = ServerSpec(
    name="lab-web1",
    owner=owner("web1/server"),
    flavor="gov.small",
    image="debian-12",
    keypair="migrate-lab",
    port="lab-web1",
    volumes=("lab-web1-data",),
)
PORT = PortSpec(name="lab-web1", owner=owner("web1/port"), network="internet", security_group="lab-yt-001")
VOLUME = VolumeSpec(name="lab-web1-data", owner=owner("web1/volume"), size_gib=1)
SPECS: tuple[CloudObject, ...] = (
    KeypairSpec(name="migrate-lab", owner=Owner(programme="lab", system="", key="keypair")),
    GROUP,
    VOLUME,
    PORT,
    SERVER,
    FloatingIpSpec(name="lab-web1-ip", owner=owner("web1/floating-ip"), network="provider", port="lab-web1"),
)
BOOT = VolumeSpec(name="lab-web1-boot", owner=owner("web1/boot"), size_gib=3, image="debian-12")
ON_VOLUME = replace(SERVER, image="", boot_volume=BOOT.name)
# The same server, its system disk a volume.
BOOTED = (*SPECS[:2], BOOT, *(ON_VOLUME if spec is SERVER else spec for spec in SPECS[2:]))
EITHER = pytest.mark.parametrize("specs", [SPECS, BOOTED], ids=["from an image", "from a volume"])
# Before an entry of the evidence is durable, or after it; each order of objects and each side of an entry once a day.
KILLED_EITHER = pytest.mark.parametrize(
    ("durable", "specs"),
    [
        pytest.param(False, SPECS, id="before-from an image"),
        pytest.param(True, BOOTED, id="after-from a volume"),
        pytest.param(True, SPECS, id="after-from an image", marks=pytest.mark.nightly),
        pytest.param(False, BOOTED, id="before-from a volume", marks=pytest.mark.nightly),
    ],
)
# What one run of SPECS leaves on the cloud; two egress rules come with the group.
WHOLE = {
    "keypairs": 1, "security-groups": 1, "rules": 4, "volumes": 1, "ports": 1, "servers": 1, "floatingips": 1,
}  # fmt: skip
CREATES = {
    "keypair": "/os-keypairs$",
    "security-group": "/security-groups$",
    "rule": "/security-group-rules$",
    "volume": "/volumes$",
    "port": "/ports$",
    "server": "/servers$",
    "attachment": "/os-volume_attachments$",
    "floating-ip": "/floatingips$",
}


@dataclass(frozen=True)
class Bench:
    """A fake cloud behind a fault front."""

    fake: FakeOpenStack
    front: FaultFront
    folder: Path
    closing: ExitStack

    def log(self) -> EvidenceLog:
        log = EvidenceLog(self.folder / "evidence.jsonl", actor="test", clock=FastClock())
        self.closing.callback(log.close)
        return log

    def cloud(self, evidence: EvidenceLog | Mortal | None = None, timeouts: Timeouts = TIMEOUTS) -> OpenStackCloud:
        return OpenStackCloud(
            "fake",
            clouds_file=self.folder / "front.yaml",
            public_key=KEY,
            evidence=evidence or self.log(),
            clock=FastClock(),
            timeouts=timeouts,
        )

    def counts(self) -> dict[str, int]:
        return {kind: len(self.fake.of(kind)) for kind in WHOLE}

    def volume(self, name: str) -> Json:
        (found,) = (volume for volume in self.fake.of("volumes") if volume["name"] == name)
        return found

    def seen(self, kind: str) -> Observed:
        (found,) = (one for one in self.cloud().view("lab").objects if one.kind == kind)
        return found


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOpenStack]:
    with FakeOpenStack() as cloud:
        yield cloud


@pytest.fixture
def bench(fake: FakeOpenStack, tmp_path: Path) -> Iterator[Bench]:
    fake.reset()
    fake.failing.clear()
    # The SDK's own retries are asked for here, to show that they are switched off.
    direct = fake.clouds_yaml(
        tmp_path / "clouds.yaml", compute_status_code_retries=3, compute_connect_retries=3, network_connect_retries=3
    )
    with FaultFront(direct) as front, ExitStack() as closing:
        front.clouds_yaml(tmp_path / "front.yaml")
        yield Bench(fake, front, tmp_path, closing)


def standing(cloud: OpenStackCloud) -> Observed:
    found = cloud.find(SERVER)
    assert found is not None
    return found


def run(cloud: OpenStackCloud, specs: tuple[CloudObject, ...] = SPECS) -> list[Ensured]:
    ensured = [cloud.ensure(spec, deadline=20 * MINUTE) for spec in specs]
    ensured.append(cloud.ensure_attached("lab-web1", "lab-web1-data", deadline=20 * MINUTE))
    ensured.append(cloud.ensure_configured(standing(cloud), "d1"))
    return ensured


def whole(specs: tuple[CloudObject, ...]) -> dict[str, int]:
    return WHOLE | {"volumes": sum(isinstance(spec, VolumeSpec) for spec in specs)}


@EITHER
def test_twice_is_once(bench: Bench, specs: tuple[CloudObject, ...]) -> None:
    assert all(one.changed for one in run(bench.cloud(), specs))
    assert bench.counts() == whole(specs)
    assert {call.method for call in bench.front.mutations} == {"POST", "PUT"}
    bench.front.clear()

    assert not any(one.changed for one in run(bench.cloud(), specs))

    assert bench.front.mutations == []
    assert bench.counts() == whole(specs)


def test_what_a_server_boots_from_is_told_from_what_is_attached(bench: Bench) -> None:
    run(bench.cloud(), BOOTED)

    server = bench.seen("server")
    assert (server.detail["image"], server.detail["boot_volume"]) == ("", BOOT.name)
    assert server.detail["volumes"] == VOLUME.name
    volumes = {one.name: one.detail for one in bench.cloud().view("lab").objects if one.kind == "volume"}
    assert {name: (detail["image"], detail["server"]) for name, detail in volumes.items()} == {
        BOOT.name: ("debian-12", SERVER.name),
        VOLUME.name: ("", SERVER.name),
    }


def test_an_image_is_no_boot_volume(bench: Bench) -> None:
    run(bench.cloud())

    server = bench.seen("server")
    assert (server.detail["image"], server.detail["boot_volume"]) == ("debian-12", "")
    assert server.detail["volumes"] == VOLUME.name


@pytest.mark.parametrize(("made", "wanted"), [(SPECS, ON_VOLUME), (BOOTED, SERVER)], ids=["image", "volume"])
def test_a_server_is_never_taken_for_one_that_boots_otherwise(
    bench: Bench, made: tuple[CloudObject, ...], wanted: ServerSpec
) -> None:
    run(bench.cloud(), made)
    bench.cloud().ensure(BOOT, deadline=MINUTE)
    bench.front.clear()

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(wanted, deadline=MINUTE)

    assert raised.value.code == "cloud.changed"
    assert raised.value.values["field"] == ("boot_volume" if wanted.boot_volume else "image")
    assert bench.front.mutations == []


def test_a_server_whose_create_was_lost_is_compared_when_it_is_found(bench: Bench) -> None:
    run(bench.cloud())
    # What a process leaves that is killed before the answer: the intent alone.
    bench.log().record("call.intent", key=f"fake:server:{SERVER.owner.mark()}", cloud="fake", name=SERVER.name, send=1)

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(replace(SERVER, flavor="gov.medium"), deadline=MINUTE)

    assert (raised.value.code, raised.value.values["field"]) == ("cloud.changed", "flavor")


@pytest.mark.parametrize("other", [{"size_gib": 4}, {"image": "debian-13"}], ids=str)
def test_a_volume_is_never_taken_for_another(bench: Bench, other: dict[str, Any]) -> None:
    bench.cloud().ensure(BOOT, deadline=MINUTE)

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(replace(BOOT, **other), deadline=MINUTE)

    assert (raised.value.code, raised.value.values["field"]) == ("cloud.changed", next(iter(other)))


def test_a_volume_whose_image_could_not_be_copied_is_reported_and_left(bench: Bench) -> None:
    bench.fake.failing[BOOT.name] = "no space"

    for _ in range(2):
        with pytest.raises(CloudError) as raised:
            bench.cloud().ensure(BOOT, deadline=5 * MINUTE)
        assert raised.value.code == "cloud.volume-error"

    assert bench.counts()["volumes"] == 1


def test_a_volume_that_another_server_boots_from_is_not_taken(bench: Bench) -> None:
    run(bench.cloud(), BOOTED)
    port = replace(PORT, name="lab-web2", owner=owner("web2/port"))
    second = replace(ON_VOLUME, name="lab-web2", owner=owner("web2/server"), port=port.name)
    bench.cloud().ensure(port, deadline=MINUTE)

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(second, deadline=MINUTE)

    assert raised.value.code == "cloud.volume-elsewhere"
    assert bench.counts()["servers"] == 1


def test_a_server_that_is_gone_is_made_anew_on_its_volume(bench: Bench) -> None:
    run(bench.cloud(), BOOTED)
    boot = bench.volume(BOOT.name)["id"]
    bench.cloud().delete(bench.seen("server"))
    assert bench.volume(BOOT.name)["status"] == "available"

    assert [one.kind for one in run(bench.cloud(), BOOTED) if one.changed] == ["server", "attachment", "configuration"]

    assert bench.volume(BOOT.name)["id"] == boot
    assert bench.seen("server").detail["boot_volume"] == BOOT.name


def test_a_volume_that_is_not_free_yet_is_waited_for(bench: Bench) -> None:
    for spec in BOOTED[:5]:
        bench.cloud().ensure(spec, deadline=MINUTE)
    bench.volume(BOOT.name)["status"] = "detaching"

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(bench.cloud().ensure, ON_VOLUME, deadline=5 * MINUTE)
        time.sleep(0.3)
        assert bench.counts()["servers"] == 0
        bench.volume(BOOT.name)["status"] = "available"
        assert waiting.result(timeout=120).changed


def fault(kind: FaultKind, create: str, **more: Any) -> Fault:
    seconds = {
        FaultKind.HANG_BEFORE: READ_SECONDS * 2,
        FaultKind.HANG_AFTER: READ_SECONDS * 2,
        FaultKind.LATE: READ_SECONDS * 1.5,
        FaultKind.SLOW: READ_SECONDS / 2,
    }
    return Fault(kind=kind, method="POST", path=CREATES[create], seconds=seconds.get(kind, 1), **more)


CREATED = [
    *((create, create, SPECS) for create in CREATES),
    ("volume to boot from", "volume", BOOTED),
    ("server on a volume", "server", BOOTED),
]


# Each create meets a third of the faults a day, each fault a third of the creates.
@pytest.mark.parametrize(
    ("create", "specs", "kind"),
    [
        pytest.param(
            create,
            specs,
            kind,
            id=f"{name}-{kind.name.lower()}",
            marks=() if (row + column) % 3 == 0 else pytest.mark.nightly,
        )
        for row, (name, create, specs) in enumerate(CREATED)
        for column, kind in enumerate(FaultKind)
    ],
)
def test_each_create_meets_each_fault(
    bench: Bench, create: str, specs: tuple[CloudObject, ...], kind: FaultKind
) -> None:
    bench.front.inject(fault(kind, create))

    run(bench.cloud(), specs)

    assert bench.counts() == whole(specs)
    assert all(len(volume["attachments"]) == 1 for volume in bench.fake.of("volumes"))
    bench.front.clear()
    assert not any(one.changed for one in run(bench.cloud(), specs))
    assert bench.front.mutations == []


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.BAD_GATEWAY_AFTER], ids=lambda kind: kind.name)
def test_an_accepted_create_is_sent_once(bench: Bench, kind: FaultKind) -> None:
    bench.front.inject(*(fault(kind, create) for create in CREATES))

    run(bench.cloud())

    for create in CREATES:
        sent = [
            call for call in bench.front.calls if call.method == "POST" and call.path.endswith(CREATES[create][:-1])
        ]
        assert len(sent) == 1, create  # the group's rules come by one request


def test_a_create_that_never_comes_through_is_sent_twice_and_no_more(bench: Bench) -> None:
    bench.front.inject(fault(FaultKind.RESET_BEFORE, "volume", times=99))

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(VOLUME, deadline=5 * MINUTE)

    assert raised.value.code == "cloud.unreachable"
    assert [call.path.rsplit("/")[-1] for call in bench.front.mutations] == ["volumes", "volumes"]
    assert bench.log().unanswered(f"fake:volume:{VOLUME.owner.mark()}")


@pytest.mark.parametrize(
    "kind", [FaultKind.UNAVAILABLE, FaultKind.THROTTLED, FaultKind.RESET_BEFORE, FaultKind.HANG_BEFORE, FaultKind.SLOW]
)
@pytest.mark.parametrize("path", ["/auth/tokens$", "/servers/detail$", "/ports$", "/volumes/detail$", "/images$"])
def test_reads_are_repeated(bench: Bench, path: str, kind: FaultKind) -> None:
    method = "POST" if "tokens" in path else "GET"
    bench.front.inject(Fault(kind=kind, method=method, path=path, times=2, seconds=READ_SECONDS))

    view = bench.cloud().view("lab")

    assert {usage.resource for usage in view.usage} >= {"instances", "volumes", "ports"}


@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.RESET_AFTER, FaultKind.HANG_AFTER])
def test_put_and_delete_are_repeated(bench: Bench, kind: FaultKind) -> None:
    seconds = READ_SECONDS * 1.5
    bench.front.inject(
        *(Fault(kind=kind, method=method, path="", times=2, seconds=seconds) for method in ("PUT", "DELETE"))
    )
    run(bench.cloud())
    for one in leftovers(bench.cloud().view("lab").objects, wanted=frozenset(), kept=frozenset()):
        bench.cloud().delete(one.found)

    assert bench.counts() == dict.fromkeys(WHOLE, 0)


def test_a_cloud_that_is_away_is_given_up_at_the_deadline(bench: Bench) -> None:
    bench.front.inject(Fault(kind=FaultKind.UNAVAILABLE, method="GET", path="/volumes/detail", times=999))

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(VOLUME, deadline=timedelta(seconds=20))

    assert raised.value.code == "cloud.unavailable"
    assert bench.front.mutations == []


@KILLED_EITHER
def test_whenever_it_is_killed_the_next_run_ends_with_one_of_each(
    bench: Bench, durable: bool, specs: tuple[CloudObject, ...]
) -> None:
    for moment in count(1):
        bench.fake.reset()
        try:
            run(bench.cloud(Mortal(bench.log(), entry=moment, durable=durable)), specs)
        except Killed:
            run(bench.cloud(), specs)
            assert bench.counts() == whole(specs), moment
            assert {volume["status"] for volume in bench.fake.of("volumes")} == {"in-use"}, moment
        else:
            break
    assert moment > 3 * len(CREATES)  # an intent, a call and an outcome for each


def test_killed_while_a_create_is_held_up(bench: Bench) -> None:
    """The create arrives after its sender died: the next run waits for it instead of sending its own."""
    log = bench.log()
    log.record("call.intent", key=f"fake:volume:{VOLUME.owner.mark()}")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(bench.cloud(log).ensure, VOLUME, deadline=MINUTE)
        time.sleep(0.3)  # within the grace window of 0.7 s
        body = {"volume": {"name": VOLUME.name, "size": 1, "metadata": dict(VOLUME.owner.tags())}}
        bench.fake.handle("POST", f"/volume/v3/{PROJECT}/volumes", {"X-Auth-Token": "token"}, body)
        assert waiting.result(timeout=120).changed

    assert bench.counts()["volumes"] == 1
    assert bench.front.mutations == []
    assert not log.unanswered(f"fake:volume:{VOLUME.owner.mark()}")


def test_a_deadline_does_not_cut_the_grace_window_short(bench: Bench) -> None:
    log = bench.log()
    log.record("call.intent", key=f"fake:volume:{VOLUME.owner.mark()}")

    with pytest.raises(CloudError) as raised:
        bench.cloud(log, replace(TIMEOUTS, grace=9 * MINUTE)).ensure(VOLUME, deadline=MINUTE)

    assert raised.value.code == "cloud.deadline"
    assert bench.front.mutations == []
    assert log.unanswered(f"fake:volume:{VOLUME.owner.mark()}")


def test_an_attachment_that_came_through_late_is_taken_for_ours(bench: Bench) -> None:
    """It arrives after its grace window and after the second send was refused because of it."""
    run_before = [bench.cloud().ensure(spec, deadline=MINUTE) for spec in SPECS[:5]]
    bench.front.inject(
        Fault(kind=FaultKind.LATE, path=CREATES["attachment"], seconds=READ_SECONDS + 0.85),
        Fault(kind=FaultKind.SLOW, path=CREATES["attachment"], nth=2, seconds=READ_SECONDS * 0.8),
    )

    assert all(one.changed for one in run_before)
    assert bench.cloud().ensure_attached("lab-web1", "lab-web1-data", deadline=20 * MINUTE).changed

    assert len([call for call in bench.front.calls if call.path.endswith("/os-volume_attachments")]) > 2
    assert [len(volume["attachments"]) for volume in bench.fake.of("volumes")] == [1]


def test_two_with_one_mark_are_reported_and_left(bench: Bench) -> None:
    bench.cloud().ensure(VOLUME, deadline=MINUTE)
    with bench.fake.mutex:
        (volume,) = bench.fake.of("volumes")
        bench.fake.things["volumes"]["twin"] = volume | {"id": "twin"}

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(VOLUME, deadline=MINUTE)

    assert raised.value.code == "cloud.ambiguous"
    assert set(str(raised.value.values["ids"]).split(", ")) == {"twin", volume["id"]}
    assert bench.counts()["volumes"] == 2


def test_a_name_of_somebody_else_is_not_taken(bench: Bench) -> None:
    bench.cloud().ensure(VOLUME, deadline=MINUTE)
    with bench.fake.mutex:
        bench.fake.of("volumes")[0]["metadata"] = {}

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(VOLUME, deadline=MINUTE)

    assert raised.value.code == "cloud.foreign-name"
    assert bench.counts()["volumes"] == 1


def test_openings_become_exactly_the_declared_ones(bench: Bench) -> None:
    bench.cloud().ensure(GROUP, deadline=MINUTE)
    narrower = replace(
        GROUP, openings=(GROUP.openings[0], Opening(protocol="udp", first=53, last=53, source="10.0.0.0/8"))
    )

    assert bench.cloud().ensure(narrower, deadline=MINUTE).changed

    rules = bench.fake.of("rules")
    assert sorted((rule["direction"], rule["port_range_min"] or 0) for rule in rules) == [
        ("egress", 0), ("egress", 0), ("ingress", 22), ("ingress", 53),
    ]  # fmt: skip
    (group,) = (one for one in bench.cloud().view("lab").objects if one.kind == "security-group")
    assert group.detail["openings"] == "tcp:22-22:172.30.1.1/32 udp:53-53:10.0.0.0/8"


@EITHER
def test_a_server_in_error_is_reported_with_its_fault_and_replaced_by_the_next_call(
    bench: Bench, specs: tuple[CloudObject, ...]
) -> None:
    bench.fake.failing["lab-web1"] = "No valid host was found."
    *before, server_spec, _ = specs
    for spec in before:
        bench.cloud().ensure(spec, deadline=MINUTE)
    kept = [volume["id"] for volume in bench.fake.of("volumes")]
    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(server_spec, deadline=5 * MINUTE)
    assert raised.value.code == "cloud.server-error"
    assert raised.value.values["fault"] == "No valid host was found."
    (failed,) = bench.fake.of("servers")
    bench.fake.failing.clear()

    assert bench.cloud().ensure(server_spec, deadline=5 * MINUTE).changed

    (server,) = bench.fake.of("servers")
    assert server["id"] != failed["id"]
    assert [volume["id"] for volume in bench.fake.of("volumes")] == kept
    assert '"server.replaced"' in (bench.folder / "evidence.jsonl").read_text(encoding="utf-8")


@KILLED_EITHER
def test_killed_while_it_replaces_a_server(bench: Bench, durable: bool, specs: tuple[CloudObject, ...]) -> None:
    *before, server_spec, _ = specs
    for moment in count(1):
        bench.fake.reset()
        bench.fake.failing["lab-web1"] = "No valid host was found."
        for spec in before:
            bench.cloud().ensure(spec, deadline=MINUTE)
        with pytest.raises(CloudError):
            bench.cloud().ensure(server_spec, deadline=5 * MINUTE)
        bench.fake.failing.clear()
        try:
            bench.cloud(Mortal(bench.log(), entry=moment, durable=durable)).ensure(server_spec, deadline=5 * MINUTE)
        except Killed:
            bench.cloud().ensure(server_spec, deadline=5 * MINUTE)
            assert [server["status"] for server in bench.fake.of("servers")] == ["ACTIVE"], moment
        else:
            break
    assert moment > 5


@pytest.mark.parametrize("trace", ["launched", "configured"])
def test_a_server_that_has_run_is_never_replaced(bench: Bench, trace: str) -> None:
    run(bench.cloud())
    with bench.fake.mutex:
        (server,) = bench.fake.of("servers")
        server |= {"status": "ERROR", "fault": {"message": "disk is gone"}}
        if trace == "configured":
            server["OS-SRV-USG:launched_at"] = None
        else:
            server["metadata"].pop("migrate:configured")

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(SERVER, deadline=MINUTE)

    assert raised.value.code == "cloud.server-error"
    assert [one["id"] for one in bench.fake.of("servers")] == [server["id"]]


def test_a_server_that_was_stopped_is_told_at_once(bench: Bench) -> None:
    run(bench.cloud())
    bench.fake.of("servers")[0]["status"] = "SHUTOFF"

    with pytest.raises(CloudError) as raised:
        bench.cloud().ensure(SERVER, deadline=60 * MINUTE)

    assert raised.value.code == "cloud.server-state"


@pytest.mark.parametrize(
    ("quota", "spec", "resource"),
    [
        ("cores", 4, "cores"),
        ("ram", 4, "ram_mib"),
        ("instances", 4, "instances"),
        ("volumes", 2, "volumes"),
        ("port", 3, "ports"),
        ("security_group", 1, "security_groups"),
        ("security_group_rule", 1, "security_group_rules"),
        ("floatingip", 5, "floating_ips"),
    ],
)
def test_a_full_quota_is_named_and_not_tried_again(bench: Bench, quota: str, spec: int, resource: str) -> None:
    for before in SPECS[:spec]:
        bench.cloud().ensure(before, deadline=MINUTE)
    bench.front.clear()
    kept = dict(bench.fake.quotas)
    bench.fake.quotas[quota] = len(bench.fake.of("rules")) + 2 if quota == "security_group_rule" else 0
    try:
        with pytest.raises(CloudError) as raised:
            bench.cloud().ensure(SPECS[spec], deadline=MINUTE)
    finally:
        bench.fake.quotas |= kept

    assert raised.value.code == "cloud.quota"
    assert raised.value.values["resource"] == resource
    assert len([call for call in bench.front.mutations if call.status >= 400]) == 1


def test_rules_that_are_there_by_now_are_kept(bench: Bench) -> None:
    """One of two rules came about after the group was looked at: the request for both is refused as a whole."""
    bench.cloud().ensure(replace(GROUP, openings=()), deadline=MINUTE)
    (group,) = bench.fake.of("security-groups")
    rule = {"security_group_id": group["id"], "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp"}
    rule |= {"port_range_min": 80, "port_range_max": 80, "remote_ip_prefix": "0.0.0.0/0"}

    def meanwhile(method: str, path: str) -> None:
        if (method, path) == ("POST", "/network/v2.0/security-group-rules"):
            bench.fake.watch = lambda *_: None
            bench.fake.handle(method, path, {"X-Auth-Token": "token"}, {"security_group_rule": rule})

    bench.fake.watch = meanwhile
    assert bench.cloud().ensure(GROUP, deadline=MINUTE).changed

    assert bench.counts()["rules"] == WHOLE["rules"]
    assert not bench.cloud().ensure(GROUP, deadline=MINUTE).changed


def test_threads_that_wait_look_together(bench: Bench) -> None:
    cloud, count = bench.cloud(), 5
    ports = [replace(PORT, name=f"lab-w{n}", owner=owner(f"w{n}/port")) for n in range(count)]
    systems = [
        replace(SERVER, name=port.name, port=port.name, owner=replace(port.owner, system=f"YT-00{n}", key="w/server"))
        for n, port in enumerate(ports)
    ]
    for spec in (SPECS[0], GROUP, *ports):
        cloud.ensure(spec, deadline=MINUTE)
    bench.fake.build_seconds = 0.5
    bench.front.clear()
    try:
        with ThreadPoolExecutor(max_workers=count) as pool:
            made = list(pool.map(lambda spec: cloud.ensure(spec, deadline=20 * MINUTE), systems))
    finally:
        bench.fake.build_seconds = 0

    assert all(one.changed for one in made)
    assert len({one.id for one in made}) == count
    assert not [call for call in bench.front.calls if re.search("/servers/[0-9a-f-]{36}$", call.path)]


def test_several_threads_share_one_cloud(bench: Bench) -> None:
    cloud = bench.cloud()
    specs = [replace(VOLUME, name=f"lab-v{number}", owner=owner(f"v{number}")) for number in range(8)]

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda spec: cloud.ensure(spec, deadline=5 * MINUTE), specs))

    assert sorted(volume["name"] for volume in bench.fake.of("volumes")) == [spec.name for spec in specs]


def test_evidence_holds_every_request_and_no_secret(bench: Bench) -> None:
    run(bench.cloud())

    told = (bench.folder / "evidence.jsonl").read_text(encoding="utf-8")
    assert told.count('"kind":"call"') == len(bench.front.calls)
    assert '"request_id":"req-' in told
    for secret in ('"p"', "token", "X-Auth", "AAAAC3NzaC1lZDI1NTE5AAAAIA"):
        assert secret not in told.replace("/auth/tokens", "")
