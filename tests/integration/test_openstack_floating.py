"""A floating IP is led from one port to the other exactly once, whatever becomes of the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.routes import floating
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.errors import MigrateError
from orchestrator.model.routes import FloatingRoute
from tests.fake_openstack import PROJECT, FakeOpenStack, Json
from tests.front import Fault, FaultFront, FaultKind
from tests.fronted import fronted

pytestmark = pytest.mark.integration

HOLD = timedelta(seconds=0.3)


class Place:
    """A cloud with an old and a new port, and an address of ours at the old one; the front stands before it."""

    def __init__(self, fake: FakeOpenStack, front: FaultFront, folder: Path) -> None:
        self.fake, self.front = fake, front
        self.ports = [self.port(f"10.0.0.{last}") for last in (5, 9)]
        self.ip = self.floating_ip("172.30.0.20", self.ports[0])
        self.sessions = ProgramSessions(OpenSsh([], folder / "known_hosts"), ToolPlace(programme=folder, state=folder))
        self.route = FloatingRoute(
            address="172.30.0.20", cloud="fake", clouds="clouds.yaml", source="10.0.0.5", target="10.0.0.9"
        )

    def port(self, fixed: str, project: str = PROJECT) -> Json:
        made: Json = {
            "id": f"port-{fixed.replace('.', '-')}", "name": "", "description": "", "network_id": "n1",
            "project_id": project, "fixed_ips": [{"subnet_id": "s1", "ip_address": fixed}], "security_groups": [],
        }  # fmt: skip
        self.fake.things["ports"][made["id"]] = made
        return made

    def floating_ip(self, address: str, port: Json, project: str = PROJECT) -> Json:
        made: Json = {
            "id": f"ip-{address}", "description": "", "floating_ip_address": address, "floating_network_id": "n2",
            "project_id": project, "port_id": port["id"], "fixed_ip_address": port["fixed_ips"][0]["ip_address"],
            "revision_number": 4,
        }  # fmt: skip
        self.fake.things["floatingips"][made["id"]] = made
        return made

    def noted(self) -> FloatingRoute:
        """The route as preflight notes it."""
        seen = floating.seen(self.route, self.sessions)
        assert not seen.fault, seen
        return replace(self.route, source_port=seen.port, target_port=seen.target_port)

    def lead(self, route: FloatingRoute, *, back: bool = False) -> str:
        session = self.sessions.open(floating.voice(route), seconds=10)
        return session.ask(floating.lead(route, back=back), 5)

    @property
    def at(self) -> str:
        return str(self.ip["fixed_ip_address"])

    @property
    def changes(self) -> int:
        return sum(call.method == "PUT" for call in self.front.calls)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with fronted(tmp_path) as (fake, front, _):
        yield Place(fake, front, tmp_path)


def test_it_is_led_there_and_back_and_each_once(place: Place) -> None:
    route = place.noted()
    assert (route.source_port, route.target_port) == ("port-10-0-0-5", "port-10-0-0-9")
    for back, fixed in ((False, "10.0.0.9"), (True, "10.0.0.5")):
        for _ in range(2):
            assert place.lead(route, back=back).endswith(fixed)
        assert place.at == fixed
    assert place.changes == 2


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.BAD_GATEWAY_AFTER, FaultKind.RESET_BEFORE])
def test_a_lost_answer_is_looked_up(place: Place, kind: FaultKind) -> None:
    route = place.noted()
    place.front.inject(Fault(kind=kind, method="PUT", path=r"/floatingips/"))
    assert place.lead(route).endswith("10.0.0.9")
    assert (place.at, place.ip["revision_number"]) == ("10.0.0.9", 5)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(place: Place) -> None:
    route = place.noted()
    place.ip |= {"port_id": place.port("10.0.0.77")["id"], "fixed_ip_address": "10.0.0.77"}
    with pytest.raises(MigrateError) as refused:
        place.lead(route)
    assert "cloud.changed" in str(refused.value.values["said"])
    assert (place.at, place.changes) == ("10.0.0.77", 0)


def test_a_change_between_the_look_and_the_change_is_not_written_over(place: Place) -> None:
    route = place.noted()

    def elsewhere(method: str, path: str) -> None:
        if method == "PUT":
            place.ip |= {"port_id": place.ports[0]["id"], "fixed_ip_address": "10.0.0.77", "revision_number": 9}

    place.fake.watch = elsewhere
    with pytest.raises(MigrateError):
        place.lead(route)
    assert place.at == "10.0.0.77"


def test_an_address_that_the_cloud_took_from_a_port_that_went_is_led_all_the_same(place: Place) -> None:
    route = place.noted()
    place.ip |= {"port_id": None, "fixed_ip_address": None}
    assert place.lead(route).endswith("10.0.0.9")


def test_one_of_another_project_is_not_ours_and_two_ports_of_one_address_are_none(place: Place) -> None:
    place.ip["project_id"] = "other"
    assert not floating.seen(place.route, place.sessions).known
    place.ip["project_id"] = PROJECT
    twin = place.port("10.0.0.9")
    place.fake.things["ports"]["twin"] = {**twin, "id": "twin"}
    assert floating.seen(place.route, place.sessions).target_port == ""


def test_a_target_that_has_another_one_is_told_and_refused_by_the_cloud(place: Place) -> None:
    route = place.noted()
    place.floating_ip("172.30.0.21", place.ports[1])
    assert floating.seen(route, place.sessions).taken == "172.30.0.21"
    with pytest.raises(MigrateError) as refused:
        place.lead(route)
    assert "cloud.conflict" in str(refused.value.values["said"])
    assert place.at == "10.0.0.5"


@pytest.mark.parametrize(
    "changed",
    [
        {"fixed_ip_address": "10.0.0.5; reboot"},
        {"fixed_ip_address": None},
        {"port_id": "p\nlead 172.30.0.20"},
        {"port_id": ["x"]},
        {"revision_number": "4"},
    ],
)
def test_an_answer_that_is_none_leaves_it_unknown(place: Place, changed: Json) -> None:
    place.ip |= changed
    seen = floating.seen(place.route, place.sessions)
    assert seen.fault
    assert not seen.known


def test_a_cloud_that_is_not_there_or_refuses_the_login_is_unknown_before_anything_begins(
    place: Place, tmp_path: Path
) -> None:
    place.fake.refused = 401
    assert "cloud.credentials" in floating.seen(place.route, place.sessions).fault
    (tmp_path / "clouds.yaml").unlink()
    assert "cloud.no-clouds-file" in floating.seen(place.route, place.sessions).fault
    with pytest.raises(MigrateError):
        place.sessions.open(floating.voice(place.route), seconds=5)


def test_what_it_says_is_what_a_section_keeps_and_no_secret(place: Place) -> None:
    route = place.noted()
    told = json.dumps([floating.lead(route, back=True), str(floating.voice(route))])
    assert "lead 172.30.0.20 port-10-0-0-5 10.0.0.5 port-10-0-0-9 10.0.0.9" in told
    assert '"p"' not in told
