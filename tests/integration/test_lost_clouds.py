"""A cloud that is lost in the middle of a run is paused as a whole: nothing fails there, and the others go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import NoEvidence, read
from orchestrator.adapters.openstack import OpenStackCloud, Timeouts
from orchestrator.errors import CloudError, CloudLost, ExitCode
from orchestrator.model.plan import Owner, SecurityGroupSpec
from tests.command_site import CLOUDS, CommandSite, command_site, server_of
from tests.fake_openstack import FakeOpenStack

pytestmark = pytest.mark.integration

SYSTEMS = [f"S-{number}" for number in range(1, 5)]
THERE, HERE = SYSTEMS[0::2], SYSTEMS[1::2]  # on the cloud that is lost, and on the other one
# As after three minutes of silence: the tests have no time for them.
MINUTE = timedelta(minutes=1)
GROUP = SecurityGroupSpec(name="web", owner=Owner(programme="p", system="s", key="group"), openings=())
IMPATIENT = (
    "from datetime import timedelta; from functools import partial\n"
    "from orchestrator.adapters.openstack import cloud, timing\n"
    "cloud.Timeouts = partial(timing.Timeouts, outage=timedelta(seconds=1))"
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    """One department with one place, which the first system of the lost cloud holds."""
    limits = {"per_department": 1}
    with command_site(tmp_path / "p", dict.fromkeys(SYSTEMS, "甲局"), limits=limits, concurrency=1) as made:
        yield replace(made, before=IMPATIENT)


def login(status: int) -> Callable[[FakeOpenStack], None]:
    def lose(cloud: FakeOpenStack) -> None:
        cloud.refused = status

    return lose


def service(path: str, status: int) -> Callable[[FakeOpenStack], None]:
    def lose(cloud: FakeOpenStack) -> None:
        cloud.closed = {path: status}

    return lose


def catalogue(*services: str) -> Callable[[FakeOpenStack], None]:
    def lose(cloud: FakeOpenStack) -> None:
        cloud.unlisted, cloud.token = frozenset(services), "another"

    return lose


def mend(cloud: FakeOpenStack) -> None:
    cloud.refused, cloud.closed, cloud.unlisted = 0, {}, frozenset()
    if cloud.gone:
        cloud.come_back()
    cloud.polls = 0
    for server in cloud.of("servers"):
        server["_polls"] = 0


KINDS = [
    pytest.param(login(401), "cloud.credentials", "HTTP 401", id="revoked, expired or disabled"),
    pytest.param(login(403), "cloud.credentials", "HTTP 403", id="forbidden at the login"),
    pytest.param(login(503), "cloud.unavailable", "503", id="Keystone is closed"),
    pytest.param(service("/network", 401), "cloud.credentials", "not you", id="Neutron takes no token"),
    pytest.param(service("/network", 403), "cloud.forbidden", "not you", id="Neutron forbids everything"),
    pytest.param(service("/network", 503), "cloud.unavailable", "503", id="Neutron is closed"),
    pytest.param(FakeOpenStack.hang_up, "cloud.unreachable", "refused", id="nobody listens"),
]


@pytest.fixture
def adapter(tmp_path: Path) -> Iterator[tuple[FakeOpenStack, OpenStackCloud]]:
    """A cloud that has let us in, and its adapter."""
    with FakeOpenStack() as fake:
        cloud = adapter_of(fake, tmp_path)
        cloud.ensure(GROUP, deadline=MINUTE)
        yield fake, cloud


def adapter_of(fake: FakeOpenStack, folder: Path) -> OpenStackCloud:
    return OpenStackCloud(
        "fake",
        clouds_file=fake.clouds_yaml(folder / "clouds.yaml"),
        public_key="",
        evidence=NoEvidence(),
        clock=SystemClock(),
        timeouts=Timeouts(outage=timedelta(seconds=0.5)),
    )


@pytest.mark.parametrize(("lose", "code", "words"), KINDS)
def test_what_every_system_would_meet_is_the_clouds(
    lose: Callable[[FakeOpenStack], None], code: str, words: str, adapter: tuple[FakeOpenStack, OpenStackCloud]
) -> None:
    fake, cloud = adapter
    lose(fake)
    with pytest.raises(CloudLost) as raised:
        cloud.ensure(GROUP, deadline=MINUTE)
    assert raised.value.code == code
    assert raised.value.values["cloud"] == "fake"
    assert words in str(raised.value)

    mend(fake)
    assert not cloud.ensure(GROUP, deadline=MINUTE).changed


@pytest.mark.parametrize("services", [("network",), ("identity", "compute", "network", "image", "volumev3")])
def test_a_service_that_left_the_catalogue_is_the_clouds(services: tuple[str, ...], tmp_path: Path) -> None:
    with FakeOpenStack() as fake:
        catalogue(*services)(fake)
        with pytest.raises(CloudLost) as raised:
            adapter_of(fake, tmp_path).ensure(GROUP, deadline=MINUTE)
        assert raised.value.code == "cloud.not-usable"


def full(fake: FakeOpenStack) -> None:
    fake.quotas["security_group"] = 1


def forbidding_creates(fake: FakeOpenStack) -> None:
    fake.closed = {"POST /network/v2.0/security-groups": 403}


def losing_creates(fake: FakeOpenStack) -> None:
    fake.closed = {"POST /network/v2.0/security-groups": 503}


def breaking(fake: FakeOpenStack) -> None:
    fake.closed = {"/network/v2.0/security-groups": 500}


@pytest.mark.parametrize("fail", [full, forbidding_creates, losing_creates, breaking])
def test_what_is_refused_about_one_object_is_the_systems(
    fail: Callable[[FakeOpenStack], None], adapter: tuple[FakeOpenStack, OpenStackCloud]
) -> None:
    fake, cloud = adapter
    fail(fake)
    with pytest.raises(CloudError) as raised:
        other = replace(GROUP, name="another", owner=replace(GROUP.owner, key="another"))
        cloud.ensure(other, deadline=timedelta(seconds=3))
    assert not isinstance(raised.value, CloudLost)


def test_a_cloud_that_forbids_one_system_after_another_holds_the_rest(tmp_path: Path) -> None:
    """The first one's refusal is its own; the second one's shows whose it is, and nobody else asks."""
    many = dict.fromkeys((f"S-{number}" for number in range(1, 11)), "甲局")
    with command_site(tmp_path / "p", many, concurrency=1) as site:
        there = site.clouds[CLOUDS[0]]
        there.closed = {"POST /compute/v2.1/servers": 403}
        out, err = site.run("batch", "1", "-o", "json", expect=ExitCode.FAILED)
        assert err.count("[run.cloud-lost]") == 1
        assert "[cloud.refuses-alike]" in err
        answer = json.loads(out)
        (lost,) = answer["lost_clouds"]
        stands = {each["system"]: each["status"] for each in answer["systems"]}
        here = [system for number, system in enumerate(many) if number % 2]
        assert {stands[system] for system in here} == {"done"}
        assert [status for status in stands.values() if status == "failed"] == ["failed"]
        assert (lost["cloud"], lost["code"], len(lost["systems"])) == (CLOUDS[0], "cloud.refuses-alike", 4)

        there.closed = {}
        site.run("batch", "1")
        assert site.servers() == sorted(map(server_of, many))


@pytest.mark.parametrize(
    ("lose", "code", "words"),
    [
        pytest.param(login(401), "cloud.credentials", "HTTP 401", id="revoked"),
        pytest.param(
            catalogue("compute"), "cloud.not-usable", "compute", id="left the catalogue", marks=pytest.mark.nightly
        ),
        pytest.param(
            FakeOpenStack.hang_up, "cloud.unreachable", "refused", id="nobody listens", marks=pytest.mark.nightly
        ),
    ],
)
def test_a_lost_cloud_holds_its_systems_and_the_others_go_on(
    lose: Callable[[FakeOpenStack], None], code: str, words: str, site: CommandSite
) -> None:
    there = site.clouds[CLOUDS[0]]
    there.polls = 1 << 30
    batch = site.start("batch", "1", "-o", "json")
    site.wait_for(lambda: bool(there.of("servers")))
    lose(there)
    out, err = CommandSite.end(batch, expect=ExitCode.FAILED)

    told = [line for line in err.splitlines() if "run.cloud-lost" in line]
    assert len(told) == 1, err
    assert CLOUDS[0] in told[0]
    assert f"[{code}]" in told[0]
    assert words in told[0]
    assert "migrate batch 1" in err
    answer = site.ask("status", "1")
    stands = {each["system"]: (each["status"], each["attempt"]) for each in answer["systems"]}
    assert {stands[system] for system in HERE} == {("done", 1)}
    assert "failed" not in {status for status, _ in stands.values()}
    assert {stands[system][0] for system in THERE} == {"waiting"}
    (lost,) = json.loads(out)["lost_clouds"]
    assert (lost["cloud"], lost["code"], lost["systems"]) == (CLOUDS[0], code, THERE)
    entries = list(read(site.folder / ".migrate" / "evidence.jsonl"))
    loss = next(number for number, entry in enumerate(entries) if entry.kind == "cloud.lost")
    begun = [entry.data["system"] for entry in entries[loss:] if entry.kind == "step.started"]
    assert not set(begun) & set(THERE)

    mend(there)
    site.run("batch", "1")
    again = site.ask("status", "1")
    assert {(each["status"], each["attempt"]) for each in again["systems"]} == {("done", 1)}
    assert site.servers() == sorted(map(server_of, SYSTEMS))
