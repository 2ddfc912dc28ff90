"""A Redis moves there and back by a tool of the programme's own, and wherever its section is killed nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from orchestrator.checks import preflight_external
from orchestrator.model.frozen import Decision
from orchestrator.model.move import Method
from tests.worlds.drive import Drive, following, wrong
from tests.worlds.external import SIDES, RedisWorld, RedisWriter, redis_world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(600)]

BEFORE = (
    "armed", "external-ready", "holding", "external-freeze", "external-prove", "external-last", "external-prove-still",
)  # fmt: skip
AFTER = ("opened", "external-open")
DAILY = {("external-last", False)}
CASES = [
    pytest.param(stage, back, marks=() if (stage, back) in DAILY else pytest.mark.nightly)
    for back in (False, True)
    for stage in (*BEFORE, "open", *AFTER)
]


@pytest.fixture(scope="module")
def site() -> Iterator[RedisWorld]:
    with redis_world() as made:
        yield made


@pytest.fixture(scope="module")
def drive(site: RedisWorld) -> Drive:
    return following(site)


def test_what_the_tool_says_of_itself_and_of_both_sides_is_judged(site: RedisWorld) -> None:
    found = preflight_external.preflight(replace(site.move, able=()), *site.mover.observe(site.move))
    assert (found.move, found.possible) == (site.move, True)
    assert [each.result.code for each in found.findings] == ["move.preflight.external-no-rehearsal"]
    site.redis("tgt", "SET", "stranger", "1")
    found = preflight_external.preflight(site.move, *site.mover.observe(site.move))
    site.redis("tgt", "DEL", "stranger")
    assert [each.values["name"] for each in found.against(Method.EXTERNAL)] == ["not-empty"]


def test_to_and_fro_under_a_writer(site: RedisWorld, drive: Drive) -> None:
    drive.at(opened=False)
    writer = RedisWriter(site)
    for number in range(2):
        time.sleep(0.5)
        assert wrong(site.mover.gate(site.move, back=drive.opened)) == []
        outcome = drive.run()
        assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ()), outcome
        assert wrong(site.mover.verify(site.move, back=not drive.opened) if number == 0 else []) == []
    writer.assert_held("src")


@pytest.mark.parametrize(("stage", "back"), CASES)
def test_the_section_is_killed_at_a_line(site: RedisWorld, drive: Drive, stage: str, back: bool) -> None:
    drive.at(opened=back)
    writer = RedisWriter(site)
    time.sleep(0.3)
    drive.killed(stage)
    decision = drive.recover().decision
    time.sleep(0.3)
    assert decision is (Decision.OPEN if stage in AFTER else Decision.BACK)
    writer.assert_held(SIDES[drive.opened])


@pytest.mark.nightly
@pytest.mark.parametrize("later", [0.03, 0.1, 0.2])
@pytest.mark.parametrize("stage", ["external-freeze", "external-last", "open", "external-open"])
def test_the_section_is_killed_while_the_tool_works(site: RedisWorld, drive: Drive, stage: str, later: float) -> None:
    back = drive.opened
    writer = RedisWriter(site)
    time.sleep(0.3)
    drive.killed(stage, later)
    decision = drive.recover().decision  # whichever it is, one side alone may be written to
    assert drive.opened is (back if decision is Decision.BACK else not back)
    time.sleep(0.3)
    writer.assert_held(SIDES[drive.opened])


@pytest.mark.nightly
def test_the_fence_outlasts_a_restart(site: RedisWorld, drive: Drive) -> None:
    drive.at(opened=True)
    site.redis("src", "SHUTDOWN", "NOSAVE")
    site.start("src")
    site.await_following(back=True)
    assert site.writable() == ["tgt"]
    drive.at(opened=False)
