"""Gates: what may happen now, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from orchestrator.checks.gates import (
    OVER,
    check_approval,
    check_freeze,
    check_rehearsal,
    check_soak,
    check_window,
    frozen_time,
)
from orchestrator.model.life import Life, Phase
from orchestrator.model.moving import Act, Approval, MovingRules
from orchestrator.model.result import CheckStatus
from orchestrator.model.schedule import BEIJING, Basis, Freeze, Schedule, Slot, Window
from orchestrator.reporting.texts import has

NIGHT = datetime(2026, 12, 4, 22, 0, tzinfo=BEIJING)
PLAN = "d" * 64
SLOT = Slot(
    system="SH-002",
    name="n",
    unit="u",
    batch=1,
    group="SH-002",
    crew=1,
    start=NIGHT,
    end=NIGHT + timedelta(hours=2),
    rollback_by=NIGHT + timedelta(hours=5),
    basis=Basis.DECLARED,
)
SCHEDULE = Schedule(
    programme="lab",
    made_for=date(2026, 12, 1),
    solver="greedy",
    inputs={},
    goals=(),
    batches=(),
    windows=(Window(evening=NIGHT.date(), start=NIGHT, end=NIGHT + timedelta(hours=8), load={}, slots=(SLOT,)),),
)
APPROVAL = Approval(
    programme="lab",
    system="SH-002",
    act=Act.CUTOVER,
    digest=PLAN,
    actor="reviewer@desk",
    made=NIGHT - timedelta(hours=3),
    expires=NIGHT + timedelta(hours=9),
    principal="reviewer@gov",
)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NIGHT - timedelta(seconds=1), "early"),
        (NIGHT, ""),
        (NIGHT.astimezone(UTC), ""),
        (NIGHT + timedelta(hours=5), ""),
        (NIGHT + timedelta(hours=5, seconds=1), "late"),
    ],
)
def test_a_window_is_open_until_a_rollback_would_not_fit(at: datetime, expected: str) -> None:
    found = check_window(SCHEDULE, "SH-002", at)
    assert found.values.get("reason", "") == expected
    assert (found.status is CheckStatus.PASS) is (not expected)


def test_a_frozen_section_that_may_not_end_in_time_does_not_begin() -> None:
    life = Life(system="SH-002", phase=Phase.REHEARSED, facts={"rehearsal": {"gap_ms": 90_000.0}})
    assert frozen_time(life, timedelta(seconds=5)) == timedelta(seconds=90)
    assert frozen_time(life, timedelta(seconds=100)) == timedelta(seconds=100)
    assert frozen_time(replace(life, facts={"rehearsal": {"gap_ms": None}}), timedelta(5)) == timedelta(5)
    for seconds, expected in ((90, ""), (89, "short")):
        at = SLOT.rollback_by - timedelta(seconds=seconds)
        found = check_window(SCHEDULE, "SH-002", at, life=life, needed=timedelta(seconds=90))
        assert found.values.get("reason", "") == expected
    assert {"short", "late"} == OVER
    assert all(has(f"gate.window.{reason}") for reason in (*OVER, "given-back"))


def test_a_window_that_was_given_back_is_open_no_more_and_another_one_is() -> None:
    fact = {"at": (NIGHT - timedelta(days=1)).isoformat(), "start": SLOT.start.astimezone(UTC).isoformat()}
    life = Life(system="SH-002", phase=Phase.SYNCING, facts={"given_back": fact})
    assert check_window(SCHEDULE, "SH-002", NIGHT, life=life).values["reason"] == "given-back"
    other = replace(life, facts={"given_back": {**fact, "start": (NIGHT - timedelta(days=7)).isoformat()}})
    assert check_window(SCHEDULE, "SH-002", NIGHT, life=other).status is CheckStatus.PASS


@pytest.mark.parametrize(
    ("act", "hours", "expected"),
    [(Act.CUTOVER, 3, "given-back"), (Act.CUTOVER, 4, ""), (Act.ROLLBACK, 3, "")],
)
def test_what_was_approved_before_the_window_was_given_back_went_with_it(act: Act, hours: int, expected: str) -> None:
    fact = {"at": (NIGHT - timedelta(hours=hours)).isoformat(), "start": ""}
    life = Life(system="SH-002", phase=Phase.SYNCING, facts={"given_back": fact})
    approval = replace(APPROVAL, act=act)
    found = check_approval([approval], system="SH-002", act=act, digest=PLAN, actor="o@desk", now=NIGHT, life=life)
    assert found.values.get("reason", "") == expected
    assert has("gate.approval.given-back")


def test_what_is_not_known_is_no_window() -> None:
    assert check_window(None, "SH-002", NIGHT).status is CheckStatus.UNKNOWN
    assert check_window(SCHEDULE, "SH-009", NIGHT).values["reason"] == "no-slot"


@pytest.mark.parametrize(
    ("day", "frozen"), [("2026-12-31", False), ("2027-01-01", True), ("2027-01-03", True), ("2027-01-04", False)]
)
def test_a_freeze_is_days_in_beijing(day: str, frozen: bool) -> None:
    freeze = Freeze(first=date(2027, 1, 1), last=date(2027, 1, 3), name="元旦")
    for hour in (0, 23):
        at = datetime.fromisoformat(f"{day}T{hour:02}:30+08:00").astimezone(UTC)
        assert (check_freeze([freeze], "SH-002", at).status is CheckStatus.FAIL) is frozen


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"system": "SH-003"}, "none"),
        ({"act": Act.ROLLBACK}, "none"),
        ({"principal": ""}, "unsigned"),
        ({"fault": "signature.wrong"}, "signature.wrong"),
        ({"digest": "e" * 64}, "other-plan"),
        ({"expires": NIGHT - timedelta(seconds=1)}, "expired"),
        ({"made": NIGHT + timedelta(seconds=1)}, "expired"),
        ({"actor": "operator@desk"}, "same-person"),
        ({"principal": "operator@desk"}, "same-person"),
        ({"principal": "operator"}, "same-person"),
    ],
)
def test_an_approval_is_a_second_persons_for_this_plan_now(change: dict[str, object], expected: str) -> None:
    approval = replace(APPROVAL, **change)  # type: ignore[arg-type]
    found = check_approval([approval], system="SH-002", act=Act.CUTOVER, digest=PLAN, actor="operator@desk", now=NIGHT)
    assert found.values.get("reason", "") == expected
    assert (found.status is CheckStatus.PASS) is (not expected)
    assert not expected or expected.startswith("signature") or has(f"gate.approval.{expected}")


def test_one_good_approval_among_bad_ones_is_enough() -> None:
    bad = replace(APPROVAL, digest="e" * 64)
    found = check_approval(
        [bad, APPROVAL, bad], system="SH-002", act=Act.CUTOVER, digest=PLAN, actor="operator@desk", now=NIGHT
    )
    assert (found.status, found.values["by"]) == (CheckStatus.PASS, "reviewer@gov")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (None, "none"),
        ({"at": NIGHT.isoformat(), "digest": PLAN}, ""),
        ({"at": NIGHT.isoformat(), "digest": "e" * 64}, "other-plan"),
        ({"at": (NIGHT - timedelta(days=15)).isoformat(), "digest": PLAN}, "old"),
    ],
)
def test_a_rehearsal_counts_for_its_plan_and_its_days(fact: object, expected: str) -> None:
    life = Life(system="SH-002", phase=Phase.REHEARSED, facts={"rehearsal": fact} if fact else {})
    found = check_rehearsal(life, MovingRules(), PLAN, NIGHT)
    assert found.values.get("reason", "") == expected


def test_a_soak_is_over_to_the_minute() -> None:
    life = Life(system="SH-002", phase=Phase.OPEN, since=NIGHT)
    rules = MovingRules(soak_days=7)
    assert check_soak(life, rules, NIGHT + timedelta(days=7, minutes=-1)).status is CheckStatus.FAIL
    assert check_soak(life, rules, NIGHT + timedelta(days=7)).status is CheckStatus.PASS
    assert check_soak(replace(life, since=None), rules, NIGHT).status is CheckStatus.UNKNOWN
