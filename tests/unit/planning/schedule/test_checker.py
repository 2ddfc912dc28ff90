"""The checker itself is tested: each rule is broken once, and the checker must say so."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, cast

import pytest

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.schedule import Schedule
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import build_problem
from orchestrator.reporting.view import plain
from tests import schedule_programmes as programmes
from tests.schedule_checker import violations

PROGRAMME, LISTING = programmes.yantai()
PLACED = programmes.placed(LISTING)


@cache
def good() -> dict[str, Any]:
    problem = build_problem(PROGRAMME, LISTING, PLACED, public_calendar(2016, 2019), date(2017, 12, 1))
    made = make_schedule(problem)
    assert isinstance(made, Schedule)
    return cast(dict[str, Any], plain(made))


def every_slot(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [slot for window in plan["windows"] for slot in window["slots"]]


def later(text: str, days: int) -> str:
    return f"{date.fromordinal(date.fromisoformat(text[:10]).toordinal() + days)}{text[10:]}"


def move(plan: dict[str, Any], days: int) -> None:
    for window in plan["windows"]:
        window["evening"] = later(window["evening"], days)
        for item in (window, *window["slots"]):
            for name in ("start", "end", "rollback_by"):
                if name in item:
                    item[name] = later(item[name], days)


def drop(plan: dict[str, Any]) -> None:
    plan["windows"][0]["slots"].pop()


def twice(plan: dict[str, Any]) -> None:
    plan["windows"][1]["slots"].append(plan["windows"][0]["slots"][0])


def other_batch(plan: dict[str, Any]) -> None:
    plan["windows"][0]["slots"][0]["batch"] = 3


def torn_unit(plan: dict[str, Any]) -> None:
    free = next(slot for slot in every_slot(plan) if slot["batch"] == 2)
    free["batch"] = 3


def same_crew(plan: dict[str, Any]) -> None:
    window = next(window for window in plan["windows"] if len({slot["crew"] for slot in window["slots"]}) > 1)
    for slot in window["slots"]:
        slot["crew"] = 1


def ninth_crew(plan: dict[str, Any]) -> None:
    plan["windows"][0]["slots"][0]["crew"] = 9


def short(plan: dict[str, Any]) -> None:
    slot = plan["windows"][0]["slots"][0]
    slot["end"] = slot["start"]


def no_way_back(plan: dict[str, Any]) -> None:
    plan["windows"][0]["slots"][0]["rollback_by"] = plan["windows"][0]["end"]


def long_window(plan: dict[str, Any]) -> None:
    plan["windows"][0]["end"] = later(plan["windows"][0]["end"], 1)


def wrong_load(plan: dict[str, Any]) -> None:
    plan["windows"][0]["load"]["servers"] += 1


def needed_after(plan: dict[str, Any]) -> None:
    where = {slot["system"]: slot for slot in every_slot(plan)}
    pair = next(
        (where[item.system_id], where[item.needs_id])
        for item in LISTING.dependencies
        if where[item.system_id]["group"] == where[item.needs_id]["group"]
    )
    user, needed = pair
    user["start"], needed["start"] = needed["start"], user["start"]
    user["end"], needed["end"] = needed["end"], user["end"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (drop, "planned and wanted differ"),
        (twice, "planned twice"),
        (other_batch, "is decreed for batch"),
        (torn_unit, "is torn between batches"),
        (same_crew, "in two places"),
        (ninth_crew, "has crew 9"),
        (short, "needs"),
        (no_way_back, "could not be rolled back"),
        (long_window, "is legal"),
        (wrong_load, "servers, it is"),
        (needed_after, "moves before"),
        (lambda plan: move(plan, 52), "touches a public holiday"),
        (lambda plan: move(plan, 32), "touches a freeze"),
        (lambda plan: move(plan, 68), "ends after its batch's deadline"),
        (lambda plan: move(plan, -10), "is before planning starts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_broken_rule_is_found(change: Callable[[dict[str, Any]], None], told: str) -> None:
    plan = deepcopy(good())
    change(plan)
    assert any(told in sentence for sentence in violations(plan, PROGRAMME, LISTING, PLACED))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"limits": {"servers": 10}}, "servers, 10 is legal"),
        ({"limits": {"public-service/servers": 3}}, "public-service/servers, 3 is legal"),
        ({"evenings": (6,)}, "is no evening"),
        ({"together": (("单位001", "单位050"),)}, "do not move together"),
        ({"cloud_from": {"administrative": date(2018, 2, 1)}}, "before it is there"),
        ({"month_start_words": ("业务",)}, "first working day of a month"),
        ({"people": 4}, "has crew"),
    ],
    ids=str,
)
def test_a_plan_made_under_other_rules_is_found_out(changes: dict[str, Any], told: str) -> None:
    other = replace(PROGRAMME, schedule=replace(PROGRAMME.schedule, **changes))
    assert any(told in sentence for sentence in violations(good(), other, LISTING, PLACED))


def test_a_system_after_its_own_due_date_is_found() -> None:
    late = replace(LISTING, systems=tuple(replace(item, due=date(2017, 12, 23)) for item in LISTING.systems))
    assert any("own due date" in sentence for sentence in violations(good(), PROGRAMME, late, PLACED))


def test_an_unbroken_plan_is_not_complained_about() -> None:
    assert violations(good(), PROGRAMME, LISTING, PLACED) == []
