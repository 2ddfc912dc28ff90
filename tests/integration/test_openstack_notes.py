"""The note on a server holds for the disk that was configured, and for no other: real adapter, real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.model.plan import KeypairSpec, Owner, PortSpec, SecurityGroupSpec, ServerSpec
from orchestrator.model.result import Observed
from tests.fake_openstack import FakeOpenStack, Json
from tests.front import Fault, FaultFront, FaultKind
from tests.fronted import fronted

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)
DIGEST = "d" * 64 + " nginx:0123456789abcdef"


def owner(key: str) -> Owner:
    return Owner(programme="lab", system="s-1", key=key)


SERVER = ServerSpec(
    name="lab-s-1-web", owner=owner("web/server"), flavor="gov.small", keypair="lab", port="lab-port", image="debian-12"
)
SPECS = (
    KeypairSpec(name="lab", owner=owner("keypair")),
    SecurityGroupSpec(name="lab-s-1", owner=owner("group"), openings=()),
    PortSpec(name="lab-port", owner=owner("web/port"), network="internet", security_group="lab-s-1"),
    SERVER,
)


@dataclass(frozen=True)
class Desk:
    """A server that was configured, its cloud as we see it, and as it is."""

    fake: FakeOpenStack
    front: FaultFront
    cloud: OpenStackCloud

    @property
    def thing(self) -> Json:
        (server,) = self.fake.of("servers")
        return server

    def found(self) -> Observed:
        found = self.cloud.find(SERVER)
        assert found is not None
        return found

    def notes(self) -> set[tuple[str, str]]:
        """Return configuration and renewal as both ways of looking tell them; they have to agree."""
        viewed = [seen for seen in self.cloud.view("lab").objects if seen.kind == "server"]
        return {(seen.detail["configured"], seen.detail["renewed"]) for seen in (*viewed, self.found())}

    def asked(self) -> int:
        """Return how often a server's actions were asked for."""
        return sum(call.path.endswith("/os-instance-actions") for call in self.front.calls)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with fronted(tmp_path) as (fake, front, cloud):
        for spec in SPECS:
            cloud.ensure(spec, deadline=MINUTE)
        made = Desk(fake, front, cloud)
        cloud.ensure_configured(made.found(), DIGEST)
        yield made


def test_a_note_on_an_untouched_server_holds_and_nobody_is_asked_about_it(desk: Desk) -> None:
    assert desk.notes() == {(DIGEST, "")}
    assert desk.asked() == 0


@pytest.mark.parametrize("action", ["rebuild", "evacuate"])
def test_a_disk_that_was_made_anew_holds_no_configuration(desk: Desk, action: str) -> None:
    desk.fake.relaunch(desk.thing, action)
    at = desk.thing["_actions"][0]["start_time"]

    assert desk.notes() == {("", at)}

    desk.cloud.ensure_configured(desk.found(), DIGEST)
    desk.front.clear()
    assert desk.notes() == {(DIGEST, "")}
    assert desk.asked() == 0


@pytest.mark.parametrize("action", ["unshelve", "resize", "migrate"])
def test_a_server_that_was_launched_with_the_disk_it_had_holds_its_configuration(desk: Desk, action: str) -> None:
    desk.fake.relaunch(desk.thing, action)

    assert desk.notes() == {(DIGEST, "")}
    assert desk.asked() == 2


def unexplained(desk: Desk) -> None:
    desk.thing["OS-SRV-USG:launched_at"] = desk.fake.moment()


def copied(desk: Desk) -> None:
    desk.thing["metadata"]["migrate:configured-on"] = f"another {desk.thing['OS-SRV-USG:launched_at']}"


def by_an_action_without_a_time(desk: Desk) -> None:
    desk.fake.relaunch(desk.thing, "rebuild")
    desk.thing["_actions"][0]["start_time"] = None


def rebuilt_and_then_unshelved(desk: Desk) -> None:
    desk.fake.relaunch(desk.thing, "rebuild")
    desk.fake.relaunch(desk.thing, "unshelve")


def without_leave_to_ask(desk: Desk) -> None:
    desk.fake.relaunch(desk.thing, "unshelve")
    pieces = (b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 47\r\n\r\n",)
    body = b'{"forbidden": {"code": 403, "message": "no"}}  '
    desk.front.inject(
        Fault(
            kind=FaultKind.OTHER,
            method="GET",
            path="/os-instance-actions",
            times=10,
            pieces=lambda: iter((*pieces, body)),
        )
    )


@pytest.mark.parametrize(
    "change", [unexplained, copied, by_an_action_without_a_time, rebuilt_and_then_unshelved, without_leave_to_ask]
)
def test_a_launch_that_does_not_prove_that_the_disk_stayed_ends_the_note(
    desk: Desk, change: Callable[[Desk], None]
) -> None:
    change(desk)

    ((configured, renewed),) = desk.notes()

    assert configured == ""
    assert renewed


@pytest.mark.parametrize(("action", "holds"), [("", True), ("unshelve", True), ("rebuild", False)])
def test_a_note_from_before_launches_were_noted_holds_unless_something_speaks_against_it(
    desk: Desk, action: str, holds: bool
) -> None:
    del desk.thing["metadata"]["migrate:configured-on"]
    if action:
        desk.fake.relaunch(desk.thing, action)

    assert {configured for configured, _ in desk.notes()} == {DIGEST if holds else ""}


def test_a_server_rebuilt_between_the_look_and_the_note_is_not_believed(desk: Desk) -> None:
    before = desk.found()
    desk.fake.relaunch(desk.thing, "rebuild")

    desk.cloud.ensure_configured(before, "e" * 64)

    ((configured, renewed),) = desk.notes()
    assert (configured, bool(renewed)) == ("", True)


def test_the_console_is_that_of_the_very_server_also_under_another_name(desk: Desk) -> None:
    seen = desk.found()
    desk.thing["name"], desk.thing["_console"] = "renamed-by-somebody", "its own words"

    assert desk.cloud.console(seen) == "its own words"
    assert desk.cloud.ensure_configured(desk.found(), DIGEST).changed is False
