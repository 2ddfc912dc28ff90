"""What the adapter tells of a cloud's offers, and what commands make of it: refused before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.errors import CloudError, ExitCode
from orchestrator.model.result import Offer
from tests.command_site import CLOUDS, CommandSite, command_site
from tests.fake_openstack import PROJECT, FakeOpenStack, subnet
from tests.fakes import FakeClock, FakeEvidence

pytestmark = pytest.mark.integration

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "readiness" / "addresses.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOpenStack]:
    with FakeOpenStack(polls=0) as cloud:
        yield cloud


@pytest.fixture
def cloud(fake: FakeOpenStack, tmp_path: Path) -> OpenStackCloud:
    fake.reset()
    return OpenStackCloud(
        "fake",
        clouds_file=fake.clouds_yaml(tmp_path / "clouds.yaml"),
        public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA tool@here",
        evidence=FakeEvidence(),
        clock=FakeClock(),
    )


def seen(cloud: OpenStackCloud, kind: str, name: str) -> Offer:
    (offer,) = (each for each in cloud.view("lab").offers if (each.kind, each.name) == (kind, name))
    return offer


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_addresses_are_counted_as_far_as_they_are_told(
    fake: FakeOpenStack, cloud: OpenStackCloud, case: Mapping[str, Any]
) -> None:
    for identity, network, first, last, *more in case["subnets"]:
        fake.subnets = [each for each in fake.subnets if each["id"] != identity]
        fake.subnets.append(subnet(identity, network, first, last, **(more[0] if more else {})))
    if not case["subnets"]:
        fake.subnets = []
    fake.ip_sums = case.get("ip_sums")
    for number, (network, *addresses) in enumerate(case.get("ports", [])):
        fixed = [{"ip_address": address, "subnet_id": "s1"} for address in addresses]
        port = {"id": f"p{number}", "name": "", "network_id": network, "device_id": "", "fixed_ips": fixed}
        fake.things["ports"][port["id"]] = {**port, "project_id": "others", "security_groups": []}

    detail = seen(cloud, "network", case.get("network", "internet")).detail

    assert {name: detail[name] for name in case["expect"]} == case["expect"]


def test_our_own_floating_ips_are_known_to_be_taken(fake: FakeOpenStack, cloud: OpenStackCloud) -> None:
    fake.things["floatingips"]["f1"] = {
        "id": "f1", "floating_ip_address": "172.30.0.10", "floating_network_id": "n2", "port_id": None,
        "project_id": PROJECT,
    }  # fmt: skip
    detail = seen(cloud, "network", "provider").detail
    assert (detail["taken_least"], detail["taken_most"]) == ("1", "")


def test_port_security_is_off_only_where_neutron_says_so(fake: FakeOpenStack, cloud: OpenStackCloud) -> None:
    del fake.networks[0]["port_security_enabled"]
    fake.networks[1]["port_security_enabled"] = False
    assert seen(cloud, "network", "internet").detail["port_security"] == ""
    assert seen(cloud, "network", "provider").detail["port_security"] == "no"


@pytest.mark.parametrize(
    ("size", "virtual", "needs"),
    [(None, None, "2"), (2 * 2**30, None, "2"), (2 * 2**30 + 1, None, "3"), (1, 4 * 2**30, "4"), (0, 0, "2")],
)
def test_an_image_needs_a_disk_that_holds_it(
    fake: FakeOpenStack, cloud: OpenStackCloud, size: int | None, virtual: int | None, needs: str
) -> None:
    fake.images[0] |= {"size": size, "virtual_size": virtual}
    assert seen(cloud, "image", "debian-12").detail["min_disk_gib"] == needs


@pytest.mark.parametrize(
    "pool",
    [{"start": "fd00::1", "end": "fd00::2"}, {"start": "10.0.0.1", "end": "fd00::2"}, {"start": "10.0.0.1"}, "all"],
    ids=["of IPv6", "of both", "without end", "a text"],
)
def test_a_pool_of_nonsense_is_the_clouds_fault(fake: FakeOpenStack, cloud: OpenStackCloud, pool: object) -> None:
    fake.subnets[0]["allocation_pools"] = [pool]
    with pytest.raises(CloudError) as raised:
        cloud.view("lab")
    assert raised.value.code == "cloud.answer-malformed"


def test_a_pool_that_ends_before_it_begins_holds_nothing(fake: FakeOpenStack, cloud: OpenStackCloud) -> None:
    fake.subnets[0]["allocation_pools"] = [{"start": "10.0.0.9", "end": "10.0.0.1"}]
    assert seen(cloud, "network", "internet").detail["addresses"] == "0"


def _second_network(cloud: FakeOpenStack) -> None:
    cloud.networks.append(cloud.networks[0] | {"id": "n9"})
    cloud.subnets.append(subnet("s9", "n9", "10.9.0.1", "10.9.0.9"))


def _second_image(cloud: FakeOpenStack) -> None:
    cloud.images.append(cloud.images[0] | {"id": "i9"})


def _one_address(cloud: FakeOpenStack) -> None:
    cloud.subnets[0]["allocation_pools"] = [{"start": "10.0.0.10", "end": "10.0.0.10"}]


MISSES: Mapping[str, tuple[Callable[[FakeOpenStack], object], str, str]] = {
    "two networks": (_second_network, "plan.offered-twice", "n1, n9"),
    "two images": (_second_image, "plan.offered-twice", "i1, i9"),
    "port security off": (
        lambda cloud: cloud.networks[0].update(port_security_enabled=False),
        "plan.network-no-port-security",
        "network set --enable-port-security n1",
    ),
    "one address for two": (_one_address, "plan.addresses", "lacking 1"),
    "no subnet": (lambda cloud: cloud.subnets.clear(), "plan.network-no-subnet", "subnet create --network n1"),
    "image deactivated": (
        lambda cloud: cloud.images[0].update(status="deactivated"),
        "plan.image-deactivated",
        "image set --activate i1",
    ),
    "image queued": (lambda cloud: cloud.images[0].update(status="queued"), "plan.image-status", "image show"),
    "image too large": (lambda cloud: cloud.images[0].update(min_disk=4), "plan.image-fits", "larger flavor"),
    "network down": (lambda cloud: cloud.networks[0].update(status="DOWN"), "plan.network-status", "network show n1"),
    "network off": (
        lambda cloud: cloud.networks[0].update(admin_state_up=False),
        "plan.network-disabled",
        "network set --enable n1",
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandSite]:
    units = {"S-1": "甲局", "S-2": "甲局", "S-3": "甲局", "S-4": "甲局"}
    with command_site(tmp_path_factory.mktemp("offers") / "p", units) as made:
        yield made


@pytest.mark.parametrize(("spoil", "code", "said"), MISSES.values(), ids=MISSES)
def test_what_a_cloud_cannot_give_is_refused_before_anything_is_made(
    site: CommandSite, spoil: Callable[[FakeOpenStack], object], code: str, said: str
) -> None:
    cloud = site.clouds[CLOUDS[0]]
    cloud.reset()
    spoil(cloud)
    before = deepcopy(cloud.things)

    told = site.ask("batch", "1", "--dry-run", expect=ExitCode.REFUSED)
    assert [check["code"] for check in told["checks"] if check["status"] != "pass"] == [code]
    out, _ = site.run("batch", "1", "--yes", expect=ExitCode.REFUSED)
    assert said in " ".join(out.split())
    assert cloud.things == before


def test_hidden_pools_of_an_external_network_stop_nothing_and_are_told(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as site:
        cloud = site.clouds[CLOUDS[0]]
        cloud.networks[0] |= {"project_id": "cloud", "shared": True}
        cloud.subnets[0]["hidden"] = True

        told = site.ask("batch", "1", "--dry-run")
        assert [note["code"] for note in told["notes"]] == ["plan.addresses-unknown"]
        site.run("batch", "1", "--yes")
        assert len(cloud.of("servers")) == 1


def test_a_batch_takes_the_last_addresses_and_is_then_done(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", {"S-1": "甲局", "S-2": "甲局", "S-3": "甲局"}) as site:
        cloud = site.clouds[CLOUDS[0]]
        cloud.subnets[0]["allocation_pools"] = [{"start": "10.0.0.10", "end": "10.0.0.11"}]
        site.run("batch", "1", "--yes")
        assert len(cloud.of("servers")) == 2
        assert "nothing to do" in site.run("batch", "1")[0]
