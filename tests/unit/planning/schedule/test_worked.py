"""What people see of a plan: crews that share the night, slack, nights of rest, a small first night, filled holes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Freeze, Schedule, ScheduleRules
from orchestrator.model.system import MigrationList, Status
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import build_problem
from orchestrator.reporting.view import plain
from tests import schedule_programmes as programmes
from tests.schedule_checker import violations

CASES = yaml.safe_load(Path("tests/cases/schedule/worked.yaml").read_text("utf-8"))
START = date(2018, 7, 1)


def planned(given: dict[str, Any]) -> Schedule:
    after, nights = given.get("rest", (0, 1))
    freezes = (Freeze(first=given["freeze"][0], last=given["freeze"][1], name="重保期"),) if "freeze" in given else ()
    rules = ScheduleRules(
        start=START,
        people=given["people"],
        limits=given.get("limits", {}),
        slack=given.get("slack", 0),
        rest_after=after,
        rest_nights=nights,
        pilot=given.get("pilot"),
        freezes=freezes,
    )
    sizes = given.get("data_gib", 50)
    rows = tuple(
        programmes.system(number, "单位一", data_gib=Decimal(sizes[number - 1] if isinstance(sizes, list) else sizes))
        for number in range(1, given["systems"] + 1)
    )
    if "status" in given:
        rows = (replace(rows[0], status=Status(given["status"])), *rows[1:])
    listing = MigrationList(systems=rows)
    programme = programmes.programme((Batch(number=1, deadline=given.get("deadline", date(2018, 9, 30))),), rules)
    placed = programmes.placed(listing)
    made = make_schedule(build_problem(programme, listing, placed, public_calendar(2017, 2019), START))
    assert isinstance(made, Schedule), made
    assert violations(cast(dict[str, Any], plain(made)), programme, listing, placed) == []
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_plan_can_be_worked(case: dict[str, Any]) -> None:
    plan = planned(case["given"])
    slots = [slot for window in plan.windows for slot in window.slots]
    found = {
        "nights": len(plan.windows),
        "evenings": [window.evening for window in plan.windows],
        "last_end": f"{max(slot.end - window.start for window in plan.windows for slot in window.slots)}",
        "per_crew": sorted(Counter(slot.crew for slot in slots).values()),
        "waiting": plan.goals[1].value,
        "first": len(plan.windows[0].slots),
        "held": list(plan.held),
        "systems": len(slots),
    }
    assert {name: found[name] for name in case["expect"]} == case["expect"]
