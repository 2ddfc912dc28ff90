"""Whatever a cloud answers to whichever request, it is one error that names the cloud, and nothing is made twice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.openstack import OpenStackCloud, Timeouts
from orchestrator.errors import CloudError
from orchestrator.model.plan import KeypairSpec, Owner, PortSpec, SecurityGroupSpec, ServerSpec, VolumeSpec
from tests.fake_openstack import FakeOpenStack
from tests.front import Fault, FaultFront, FaultKind
from tests.hostile import NO_ADDRESSES
from tests.hostile_answers import LARGE, RETRY_AFTER, SMALL, HostileAnswer, refusal

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)
# Path of every listing of a view → the key its objects stand under.
LISTINGS = {
    "/os-keypairs$": "keypairs",
    "/os-server-groups$": "server_groups",
    "/security-groups$": "security_groups",
    "/volumes/detail$": "volumes",
    "/ports$": "ports",
    "/servers/detail$": "servers",
    "/floatingips$": "floatingips",
    "/networks$": "networks",
    "/subnets$": "subnets",
    "/network-ip-availabilities$": "network_ip_availabilities",
    "/images$": "images",
    "/flavors/detail$": "flavors",
    "/types$": "volume_types",
    "/os-availability-zone$": "availabilityZoneInfo",
    "/compute/v2.1/limits$": "limits",
    "/volume/v3/[^/]*/limits$": "limits",
    "/quotas/": "quota",
}
BY_NAME = {answer.name: answer for answer in SMALL}


class Clock:
    """A real clock whose pauses and deadlines are twenty times shorter."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() * 20

    def sleep(self, duration: timedelta) -> None:
        time.sleep(duration.total_seconds() / 20)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOpenStack]:
    with FakeOpenStack(polls=0) as cloud:
        yield cloud


@pytest.fixture
def front(fake: FakeOpenStack, tmp_path: Path) -> Iterator[FaultFront]:
    fake.reset()
    with FaultFront(fake.clouds_yaml(tmp_path / "direct.yaml")) as front:
        front.clouds_yaml(tmp_path / "clouds.yaml")
        yield front


@pytest.fixture
def cloud(front: FaultFront, tmp_path: Path) -> Iterator[OpenStackCloud]:
    del front
    evidence = EvidenceLog(tmp_path / "evidence.jsonl", actor="test", clock=Clock())
    yield OpenStackCloud(
        "fake",
        clouds_file=tmp_path / "clouds.yaml",
        public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA tool@here",
        evidence=evidence,
        clock=Clock(),
        timeouts=Timeouts(
            connect=timedelta(seconds=2),
            read=timedelta(seconds=2),
            answer=timedelta(seconds=12),
            first=timedelta(seconds=60),  # three seconds: the fake cloud may be held up on a busy machine
            grace=timedelta(seconds=4),
            poll_first=timedelta(seconds=0.2),
            operation=timedelta(seconds=60),
        ),
    )
    evidence.close()


def other(answer: HostileAnswer, path: str, *, method: str = "GET", key: str = "servers", times: int = 999) -> Fault:
    return Fault(kind=FaultKind.OTHER, method=method, path=path, times=times, pieces=lambda: answer.pieces(key))


def owner(key: str) -> Owner:
    return Owner(programme="lab", system="YT-001", key=key)


GROUP = SecurityGroupSpec(name="lab-yt-001", owner=owner("security-group"), openings=())
PORT = PortSpec(name="lab-web1", owner=owner("web1/port"), network="internet", security_group="lab-yt-001")
VOLUME = VolumeSpec(name="lab-web1-data", owner=owner("web1/volume"), size_gib=1)
KEYPAIR = KeypairSpec(name="migrate-lab", owner=Owner(programme="lab", system="", key="keypair"))
SERVER = ServerSpec(
    name="lab-web1",
    owner=owner("web1/server"),
    flavor="gov.small",
    image="debian-12",
    keypair="migrate-lab",
    port="lab-web1",
    volumes=(),
)
SPECS = (KEYPAIR, GROUP, VOLUME, PORT, SERVER)


def refused(error: CloudError) -> None:
    """Check that an error says whose answer it was, and that all of it can be told."""
    assert error.values["cloud"] == "fake"
    assert error.code.startswith("cloud.")
    json.dumps(dict(error.values)).encode()
    "".join(map(str, error.values.values())).encode()


@pytest.mark.parametrize("answer", SMALL, ids=lambda answer: answer.name)
def test_no_answer_to_a_listing_is_more_than_an_error_of_the_cloud(
    front: FaultFront, cloud: OpenStackCloud, answer: HostileAnswer
) -> None:
    front.inject(other(answer, "/servers/detail$"))

    with pytest.raises(CloudError) as raised:
        cloud.view("lab")

    refused(raised.value)


@pytest.mark.parametrize("path", LISTINGS)
@pytest.mark.parametrize("name", ["null", "no-key", "a-list", "list-of-null", "html", "deep", "no-content"])
def test_every_listing_is_looked_at(front: FaultFront, cloud: OpenStackCloud, path: str, name: str) -> None:
    front.inject(other(BY_NAME[name], path, key=LISTINGS[path]))

    with pytest.raises(CloudError) as raised:
        cloud.view("lab")

    refused(raised.value)
    assert raised.value.code in {"cloud.answer-malformed", "cloud.unavailable"}


@pytest.mark.parametrize("name", list(BY_NAME))
def test_no_answer_to_a_token_is_more_than_an_error(front: FaultFront, cloud: OpenStackCloud, name: str) -> None:
    front.inject(other(BY_NAME[name], "/auth/tokens$", method="POST", key="token"))

    with pytest.raises(CloudError) as raised:
        cloud.view("lab")

    refused(raised.value)


@pytest.mark.parametrize("name", list(BY_NAME))
@pytest.mark.parametrize(("spec", "path"), [(VOLUME, "/volumes$"), (PORT, "/ports$"), (SERVER, "/servers$")])
def test_a_create_with_such_an_answer_makes_one_at_most(
    front: FaultFront,
    cloud: OpenStackCloud,
    fake: FakeOpenStack,
    name: str,
    spec: VolumeSpec | PortSpec | ServerSpec,
    path: str,
) -> None:
    """The create is served, and its answer is lost on the way to us behind another."""
    for before in SPECS[: SPECS.index(spec)]:
        cloud.ensure(before, deadline=MINUTE)
    front.inject(other(BY_NAME[name], path, method="POST", key=path.strip("/$").removesuffix("s"), times=1))
    try:
        cloud.ensure(spec, deadline=MINUTE)
    except CloudError as error:
        refused(error)

    cloud.ensure(spec, deadline=MINUTE)

    kind = {"/volumes$": "volumes", "/ports$": "ports", "/servers$": "servers"}[path]
    assert len(fake.of(kind)) == 1


@pytest.mark.parametrize(("place", "name"), list(enumerate(BY_NAME)), ids=list(BY_NAME))
def test_waiting_for_a_server_ends(
    front: FaultFront, cloud: OpenStackCloud, fake: FakeOpenStack, place: int, name: str
) -> None:
    """It waits by listings, and asks for the one server when that one is in error; each answer comes by one of them."""
    for before in SPECS[:-1]:
        cloud.ensure(before, deadline=MINUTE)
    if place % 2:
        fake.failing[SERVER.name] = "no valid host"
        front.inject(other(BY_NAME[name], "/servers/[0-9a-f-]{36}$", key="server"))
    else:
        front.inject(replace(other(BY_NAME[name], "/servers/detail$"), nth=3))  # by tag, by name, and then it waits

    try:
        with pytest.raises(CloudError) as raised:
            cloud.ensure(SERVER, deadline=MINUTE)
    finally:
        fake.failing.clear()

    refused(raised.value)
    assert len(fake.of("servers")) == 1


@pytest.mark.parametrize("value", RETRY_AFTER, ids=ascii)
def test_a_retry_after_of_nonsense_is_no_reason_to_fail(front: FaultFront, cloud: OpenStackCloud, value: str) -> None:
    answer = HostileAnswer("busy", refusal(value))
    front.inject(other(answer, "/servers/detail$", times=1))
    told = ""
    try:
        told = cloud.view("lab").cloud
    except CloudError as error:  # the cloud asks for more time than there is
        told = error.code
    assert told in {"fake", "cloud.unavailable"}


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff x", "\\ud83d\\\\ude00", "\\udc00\\ud800"])
def test_half_a_character_in_a_fault_is_replaced(
    front: FaultFront, cloud: OpenStackCloud, fake: FakeOpenStack, half: str
) -> None:
    for before in SPECS[:-1]:
        cloud.ensure(before, deadline=MINUTE)
    fake.failing[SERVER.name] = json.loads(f'"lone {half} surrogate"')
    try:
        with pytest.raises(CloudError) as raised:
            cloud.ensure(SERVER, deadline=MINUTE)
    finally:
        fake.failing.clear()
    del front
    assert raised.value.code == "cloud.server-error"
    refused(raised.value)
    assert "\ufffd" in str(raised.value.values["fault"])


@pytest.mark.parametrize("address", [*NO_ADDRESSES, "127.0.0.1", None, 7], ids=ascii)
@pytest.mark.parametrize("kind", ["ports", "floatingips"])
def test_what_is_no_address_is_refused_where_it_is_read(
    cloud: OpenStackCloud, fake: FakeOpenStack, kind: str, address: object
) -> None:
    for before in SPECS:
        cloud.ensure(before, deadline=MINUTE)
    (server,) = (one for one in cloud.view("lab").objects if one.kind == "server")
    with fake.mutex:
        port = fake.of("ports")[0]
        if kind == "ports":
            port["fixed_ips"] = [{"subnet_id": "s", "ip_address": address}]
        else:
            fake.things["floatingips"]["1"] = {
                "id": "1", "port_id": port["id"], "floating_ip_address": address, "description": "", "tags": [],
                "project_id": port["project_id"],
            }  # fmt: skip

    with pytest.raises(CloudError) as raised:
        cloud.address(server)

    refused(raised.value)


@pytest.mark.parametrize("answer", [BY_NAME["endless-body"], BY_NAME["endless-header"]], ids=lambda answer: answer.name)
def test_an_answer_that_never_ends_is_given_up_in_its_time(
    front: FaultFront, cloud: OpenStackCloud, answer: HostileAnswer
) -> None:
    front.inject(other(answer, "/ports$", key="ports"))

    with pytest.raises(CloudError) as raised:
        cloud.view("lab")

    assert raised.value.code == "cloud.unreachable"
    assert raised.value.values["kind"] == "time-out"


@pytest.mark.parametrize("endless", ["same", "new"])
def test_pages_without_end_are_given_up(cloud: OpenStackCloud, fake: FakeOpenStack, endless: str) -> None:
    fake.endless = endless
    try:
        with pytest.raises(CloudError) as raised:
            cloud.view("lab")
    finally:
        fake.endless = ""
    refused(raised.value)


@pytest.mark.parametrize("answer", LARGE, ids=lambda answer: answer.name)
def test_what_is_too_large_is_refused_by_name(front: FaultFront, cloud: OpenStackCloud, answer: HostileAnswer) -> None:
    front.inject(other(answer, "/servers/detail$"))

    with pytest.raises(CloudError) as raised:
        cloud.view("lab")

    assert raised.value.code in {"cloud.answer-too-large", "cloud.answer-malformed", "cloud.unreachable"}
    refused(raised.value)
