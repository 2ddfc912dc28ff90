"""Writing a claim, step by step: at once, with lost answers, killed in between; on a cloud in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openstack import OpenStackCloud, Timeouts
from orchestrator.errors import CloudError, Locked, MigrateError, Refused
from orchestrator.model.claim import Claim
from tests.fake_openstack import FakeOpenStack
from tests.fakes import FakeEvidence
from tests.front import Fault, FaultFront, FaultKind

pytestmark = pytest.mark.integration

PATH = "/os-server-groups$"
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
QUICK = Timeouts(grace=timedelta(seconds=1.5), settle=timedelta(seconds=0.05), poll_first=timedelta(seconds=0.1))


def claim(letter: str, seconds: int = 0, programme: str = "lab") -> Claim:
    since = NOW + timedelta(seconds=seconds)
    return Claim(programme=programme, state=letter * 32, since=since, who=f"{letter}@here", place=letter * 12)


class Bench:
    """One cloud behind a front, and an adapter for each folder."""

    def __init__(self, folder: Path, fake: FakeOpenStack, front: FaultFront) -> None:
        self.fake = fake
        self.front = front
        self._clouds_file = front.clouds_yaml(folder / "clouds.yaml")

    def cloud(self) -> OpenStackCloud:
        return OpenStackCloud(
            "fake",
            clouds_file=self._clouds_file,
            public_key="",
            evidence=FakeEvidence(),
            clock=SystemClock(),
            timeouts=QUICK,
        )

    @property
    def standing(self) -> list[str]:
        return sorted(group["name"].split("/")[1][0] for group in self.fake.of("server-groups"))

    def plant(self, wanted: Claim) -> Claim:
        self.fake.things["server-groups"][f"g-{wanted.state[0]}"] = {
            "id": f"g-{wanted.state[0]}",
            "name": wanted.text(),
        }
        return replace(wanted, id=f"g-{wanted.state[0]}")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with FakeOpenStack() as fake, FaultFront(fake.clouds_yaml(tmp_path / "direct.yaml")) as front:
        yield Bench(tmp_path, fake, front)


def together(*actions: Callable[[], object]) -> list[object]:
    """Do all at once and return what came of each: a value or an error."""
    barrier, came = threading.Barrier(len(actions)), [object()] * len(actions)

    def one(position: int, action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            came[position] = action()
        except MigrateError as error:
            came[position] = error

    threads = [threading.Thread(target=one, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_twice_is_the_same_as_once_and_writes_once(bench: Bench) -> None:
    first = bench.cloud().hold(claim("a"))
    bench.front.clear()
    assert bench.cloud().hold(claim("a", 60), first.id) == bench.cloud().hold(claim("a", 60)) == first
    assert bench.front.mutations == []
    with pytest.raises(Locked) as caught:
        bench.cloud().hold(claim("b", -60))
    assert (caught.value.code, caught.value.values["who"]) == ("claim.held", "a@here")
    assert bench.front.mutations == []


@pytest.mark.parametrize("count", [2, 4])
def test_of_those_that_begin_at_once_one_has_it_at_the_most(bench: Bench, count: int) -> None:
    rounds = 4
    for number in range(rounds):
        programme = f"p{number}"
        wanted = [claim("abcd"[position], -position, programme) for position in range(count)]
        clouds = [bench.cloud() for _ in wanted]
        for cloud in clouds:
            cloud.standing(programme)  # they have logged in
        came = together(*(lambda c=c, w=w: c.hold(w) for c, w in zip(clouds, wanted, strict=True)))
        held = [each for each in came if isinstance(each, Claim)]
        assert len(held) <= 1, came
        assert all(isinstance(each, Claim | Locked) for each in came), came
        names = [group["name"] for group in bench.fake.of("server-groups") if f":{programme}/" in group["name"]]
        assert len(names) == len(held)


def test_when_both_have_written_the_later_one_gives_way_and_the_earlier_one_waits(bench: Bench) -> None:
    bench.plant(claim("b", 60))
    # The earlier one looked before the other wrote, and was slow to write: here, it finds what an earlier try wrote.
    bench.plant(claim("a"))
    early, late = bench.cloud(), bench.cloud()
    came = together(lambda: early.hold(claim("a")), lambda: late.hold(claim("b", 60)))
    assert isinstance(came[0], Claim)
    assert isinstance(came[1], Locked)
    assert bench.standing == ["a"]


def test_who_died_before_it_could_give_way_is_a_persons_business(bench: Bench) -> None:
    dead = bench.plant(claim("b", 60))
    bench.plant(claim("a"))
    with pytest.raises(Locked):
        bench.cloud().hold(claim("a"))
    assert bench.standing == ["b"]  # nothing of who was refused is left
    assert bench.cloud().hold(claim("b", 120)) == dead  # if it was not dead
    bench.cloud().release(dead)
    bench.cloud().release(dead)  # twice is the same as once
    assert bench.cloud().hold(claim("a")).state == "a" * 32


def test_one_that_was_alone_before_loses_nothing_to_what_came_later(bench: Bench) -> None:
    held = bench.cloud().hold(claim("b"))
    bench.plant(claim("a", -60))  # by a clock that goes wrong
    assert bench.cloud().hold(claim("b", 9), held.id) == held
    assert bench.standing == ["a", "b"]


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.BAD_GATEWAY_AFTER, FaultKind.RESET_BEFORE])
def test_a_lost_answer_makes_no_second_claim(bench: Bench, kind: FaultKind) -> None:
    bench.front.inject(Fault(kind=kind, path=PATH))
    assert bench.cloud().hold(claim("a")).state == "a" * 32
    assert bench.standing == ["a"]


def test_killed_between_writing_and_listing_it_goes_on_and_others_are_kept_out(bench: Bench) -> None:
    bench.plant(claim("a"))
    with pytest.raises(Locked):
        bench.cloud().hold(claim("b", 60))
    assert bench.cloud().hold(claim("a", 120)).since == NOW
    assert bench.standing == ["a"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_cloud_without_server_groups_is_told_with_its_remedy(bench: Bench, status: int) -> None:
    bench.fake.closed["/compute/v2.1/os-server-groups"] = status
    assert bench.cloud().standing("lab").claims is None
    with pytest.raises(Refused) as caught:
        bench.cloud().hold(claim("a"))
    assert caught.value.code == "claim.not-possible"


def test_no_quota_is_told_with_its_remedy(bench: Bench) -> None:
    bench.fake.quotas["server_groups"] = 0
    with pytest.raises(Refused) as caught:
        bench.cloud().hold(claim("a"))
    assert "too many server groups" in str(caught.value.values["message"])


@pytest.mark.parametrize("identity", ["../servers/x", "a" * 65, "x?y", "\u202e1"])
def test_an_id_that_could_be_a_part_of_another_request_is_the_clouds_fault(bench: Bench, identity: str) -> None:
    bench.fake.things["server-groups"]["g"] = {"id": identity, "name": claim("b").text()}
    with pytest.raises(CloudError) as caught:
        bench.cloud().hold(claim("a"))
    assert caught.value.code == "cloud.answer-malformed"
