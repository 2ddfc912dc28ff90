from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Clusters, Conflict, Freeze, Schedule, ScheduleRules
from orchestrator.model.system import MigrationList
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import build_problem
from orchestrator.reporting.schedule import InfeasibleView
from orchestrator.reporting.texts import Say, has
from tests import schedule_programmes as programmes

CASES = yaml.safe_load(Path("tests/cases/schedule/infeasible.yaml").read_text())
RULES = ("people", "trial_in_deadline", "limits", "hours", "long_hours")


def made_of(case: dict[str, Any]) -> Schedule | tuple[Conflict, ...]:
    rules: dict[str, Any] = {name: case[name] for name in RULES if name in case}
    if "freeze" in case:
        first, last = case["freeze"]
        rules["freezes"] = (Freeze(first=first, last=last, name="重保期"),)
    if case.get("together"):
        rules["together"] = (tuple(case["together"]),)
    if "cloud_from" in case:
        rules["cloud_from"] = dict.fromkeys(programmes.CLOUDS, case["cloud_from"])
    if "open" in case:
        rules["open_batches"] = (case["open"],)
    # Without `decreed` the first batch is a closed list and the second takes every other unit.
    batches = (
        Batch(number=1, deadline=case["deadline"], units=("单位一",)),
        Batch(number=2, deadline=date(2018, 12, 31), units=("单位二",) if case.get("decreed") else ()),
    )
    rows = tuple(
        programmes.system(
            number,
            case.get("unit", "单位一") if "cell" not in case or case.get("decreed") else "单位九",
            data_gib=Decimal(case.get("data_gib", 5)),
            due=case.get("due"),
            batch=case.get("cell"),
        )
        for number in range(1, case["systems"] + 1)
    )
    chain = zip(rows[1:], rows, strict=False) if case.get("chain") else ()
    listing = MigrationList(
        systems=rows,
        servers=tuple(programmes.server(row) for row in rows),
        dependencies=tuple(programmes.needs(user, needed) for user, needed in chain),
    )
    found = ScheduleRules(start=case["start"], clusters=Clusters(case.get("clusters", "one-window")), **rules)
    programme = programmes.programme(batches, found)
    workdays = public_calendar(2017, 2019)
    return make_schedule(build_problem(programme, listing, programmes.placed(listing), workdays, case["start"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_what_cannot_be_planned_is_explained_and_the_relaxed_programme_is_planned(case: dict[str, Any]) -> None:
    conflicts = made_of(case["given"])
    assert isinstance(conflicts, tuple)
    first, expect = conflicts[0], case["expect"]
    assert first.code == expect.pop("code")
    if "remedies" in expect:
        assert [remedy.code for remedy in first.remedies] == expect.pop("remedies")
    assert {name: first.values[name] for name in expect} == {name: str(value) for name, value in expect.items()}
    relaxed = made_of({**case["given"], **case["relaxed"]})
    assert isinstance(relaxed, Schedule), relaxed


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_explanation_is_one_screen_of_words(case: dict[str, Any], lang: Any) -> None:
    conflicts = made_of(case["given"])
    assert isinstance(conflicts, tuple)
    say = Say(lang)
    lines = list(InfeasibleView(conflicts).lines(say))
    assert len(lines) <= 24
    for conflict in conflicts:
        assert has(conflict.code)
        text = say(conflict.code, **conflict.values)
        assert "{" not in text
        for remedy in conflict.remedies:
            assert has(remedy.code)
            assert "{" not in say(remedy.code, **remedy.values)


def test_the_offered_deadline_and_people_do_lift_the_conflict() -> None:
    case = {"start": date(2018, 1, 2), "deadline": date(2018, 1, 5), "systems": 40}
    conflicts = made_of(case)
    assert isinstance(conflicts, tuple)
    offered = {remedy.code: remedy.values for remedy in conflicts[0].remedies}
    people = int(offered["schedule.relax.people"]["people"])
    deadline = date.fromisoformat(offered["schedule.relax.deadline"]["deadline"])
    assert isinstance(made_of({**case, "people": people}), Schedule)
    assert isinstance(made_of({**case, "deadline": deadline}), Schedule)
