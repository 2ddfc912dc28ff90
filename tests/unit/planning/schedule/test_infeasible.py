from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch, Programme
from orchestrator.model.schedule import (
    LONGEST_WINDOW,
    MOST,
    Basis,
    Clusters,
    Conflict,
    CutoverPhase,
    Freeze,
    Remedy,
    Schedule,
    ScheduleRules,
    Timing,
)
from orchestrator.model.system import MigrationList
from orchestrator.planning.schedule.advice import advise
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import build_problem
from orchestrator.reporting.schedule import InfeasibleView, remedy_text
from orchestrator.reporting.texts import Say, has
from tests import schedule_programmes as programmes
from tests.unit.seeds.regions import read

CASES = yaml.safe_load(Path("tests/cases/schedule/infeasible.yaml").read_text())
HARD = yaml.safe_load(Path("tests/cases/schedule/hidden.yaml").read_text())
RULES = (
    "people",
    "trial_in_deadline",
    "limits",
    "hours",
    "long_hours",
    "rest_after",
    "rest_nights",
    "pilot",
    "evenings",
)


Given = tuple[Programme, MigrationList]


def given(case: dict[str, Any]) -> Given:
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
    batches: tuple[Batch, ...] = (
        Batch(number=1, deadline=case["deadline"], units=("单位一",)),
        Batch(number=2, deadline=date(2018, 12, 31), units=("单位二",) if case.get("decreed") else ()),
    )
    if case.get("unlisted"):
        batches = (Batch(number=1, deadline=case["deadline"]),)
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
    return programmes.programme(batches, found), listing


def made_of(case: dict[str, Any]) -> Schedule | tuple[Conflict, ...]:
    return planned(*given(case))


@cache
def told(name: str) -> tuple[Conflict, ...]:
    """Return what the case of this name is told: the same for each test that asks."""
    return conflicts_of(made_of(next(case["given"] for case in CASES if case["name"] == name)))


def planned(programme: Programme, listing: MigrationList) -> Schedule | tuple[Conflict, ...]:
    workdays, start = public_calendar(2017, 2019), programme.schedule.start or date.max
    return make_schedule(build_problem(programme, listing, programmes.placed(listing), workdays, start))


def corrected(made: Given, remedy: Remedy) -> Given:
    """Return the programme and its list after a person did what one line of advice says."""
    programme, listing = made
    rules, batches = programme.schedule, programme.batches
    rows = listing.systems
    for part in (remedy, *remedy.also):
        values = part.values
        match part.code.removeprefix("schedule.relax."):
            case "people":
                rules = replace(rules, people=int(values["people"]))
            case "limit":
                rules = replace(rules, limits={**rules.limits, values["resource"]: int(values["limit"])})
            case "hours":
                rules = replace(rules, hours=int(values["hours"]), long_hours=int(values["hours"]))
            case "ordered":
                rules = replace(rules, clusters=Clusters.ORDERED)
            case "rehearse":
                each = int(values["minutes"]) // (len(CutoverPhase) * len(part.systems))
                known = Timing(basis=Basis.MEASURED, phases=dict.fromkeys(CutoverPhase, each))
                rules = replace(rules, timings=dict.fromkeys(part.systems, known))
            case "deadline":
                day, number = date.fromisoformat(values["deadline"]), int(values["batch"])
                old = next(batch.deadline for batch in made[0].batches if batch.number == number)
                assert old is not None
                assert (day - old).days == int(values["days"])
                batches = tuple(replace(one, deadline=day) if one.number == number else one for one in batches)
            case "freeze":
                rules = replace(rules, freezes=tuple(one for one in rules.freezes if one.name != values["freeze"]))
            case "holidays":
                rules = replace(rules, holidays=False)
            case "trial":
                rules = replace(rules, trial_in_deadline=False)
            case "due":
                day = date.fromisoformat(values["due"])
                rows = tuple(replace(row, due=day) if row.id in part.systems else row for row in rows)
            case "cloud":
                day = date.fromisoformat(values["from"])
                rules = replace(rules, cloud_from={**rules.cloud_from, values["cloud"]: day})
            case "rest":
                rules = replace(rules, rest_after=0)
            case "pilot":
                rules = replace(rules, pilot=None)
            case "open":
                rules = replace(rules, open_batches=(int(values["batch"]),))
            case "decree":
                units = tuple({row.unit for row in rows})
                batches = (replace(batches[0], units=(*batches[0].units, *units)), *batches[1:])
            case "cell":
                rows = tuple(replace(row, batch=int(values["batch"])) for row in rows)
            case "declare":
                batches = (*batches, Batch(number=int(values["cell"]), deadline=date(2018, 12, 31)))
            case "together":
                rules = replace(rules, together=())
            case unknown:
                raise AssertionError(unknown)
    return replace(programme, schedule=rules, batches=batches), replace(listing, systems=rows)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_what_cannot_be_planned_is_explained_and_the_relaxed_programme_is_planned(case: dict[str, Any]) -> None:
    first, expect = told(case["name"])[0], dict(case["expect"])
    assert first.code == expect.pop("code")
    if "remedies" in expect:
        assert [remedy.code for remedy in first.remedies] == expect.pop("remedies")
    assert {name: first.values[name] for name in expect} == {name: str(value) for name, value in expect.items()}
    relaxed = made_of({**case["given"], **case["relaxed"]})
    assert isinstance(relaxed, Schedule), relaxed


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_explanation_is_one_screen_of_words(case: dict[str, Any], lang: Any) -> None:
    conflicts = told(case["name"])
    say = Say(lang)
    lines = list(InfeasibleView(conflicts).lines(say))
    assert len(lines) <= 24
    for conflict in conflicts:
        assert has(conflict.code)
        text = say(conflict.code, **conflict.values)
        assert "{" not in text
        for remedy in conflict.remedies:
            assert has(remedy.code)
            assert "{" not in remedy_text(say, remedy)


def test_the_offered_deadline_and_people_do_lift_the_conflict() -> None:
    case = {"start": date(2018, 1, 2), "deadline": date(2018, 1, 5), "systems": 40}
    conflicts = made_of(case)
    assert isinstance(conflicts, tuple)
    offered = {remedy.code: remedy.values for remedy in conflicts[0].remedies}
    people = int(offered["schedule.relax.people"]["people"])
    deadline = date.fromisoformat(offered["schedule.relax.deadline"]["deadline"])
    assert isinstance(made_of({**case, "people": people}), Schedule)
    assert isinstance(made_of({**case, "deadline": deadline}), Schedule)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_doing_what_any_one_line_says_makes_a_plan_possible(case: dict[str, Any]) -> None:
    made = given(case["given"])
    ways = [remedy for conflict in told(case["name"]) for remedy in conflict.remedies]
    assert ways
    for remedy in ways:
        assert not remedy.least
        assert isinstance(planned(*corrected(made, remedy)), Schedule), remedy
        # What programme.yaml would refuse is no way out.
        for part in (remedy, *remedy.also):
            assert int(part.values.get("hours", 1)) <= LONGEST_WINDOW
            assert all(int(part.values.get(name, 1)) <= MOST for name in ("people", "limit"))


@pytest.mark.parametrize("case", HARD, ids=lambda case: str(case["name"]))
def test_advice_is_followed_to_its_end_where_one_lack_hides_another(case: dict[str, Any]) -> None:
    made = given(case["given"])
    conflicts = conflicts_of(planned(*made))
    ways = [remedy for conflict in conflicts for remedy in conflict.remedies]
    assert [[part.code for part in (one, *one.also)] for one in ways] == case["ways"]
    for remedy in ways:
        assert isinstance(planned(*corrected(made, remedy)), Schedule), remedy


@pytest.mark.parametrize("deadline", [date(2017, 12, 20), date(2017, 12, 26)], ids=str)
def test_a_city_that_cannot_keep_its_first_deadline_is_told_what_would_do(deadline: date) -> None:
    programme, census, _ = read("yantai")
    first, *rest = programme.batches
    made = replace(programme, batches=(replace(first, deadline=deadline), *rest)), census.listing
    (conflict,) = conflicts_of(planned(*made))
    assert conflict.remedies
    for remedy in conflict.remedies:
        assert not remedy.least
        assert isinstance(planned(*corrected(made, remedy)), Schedule), remedy
    if deadline == date(2017, 12, 26):
        lacking = {part.values.get("resource", "people") for part in (conflict.remedies[0], *conflict.remedies[0].also)}
        assert {"people", "systems", "servers"} <= lacking


def test_of_a_programme_too_large_to_be_tried_out_the_least_is_told_and_called_so() -> None:
    programme, listing = given({"start": date(2018, 1, 2), "deadline": date(2018, 1, 5), "systems": 40})
    problem = build_problem(
        programme, listing, programmes.placed(listing), public_calendar(2017, 2019), date(2018, 1, 2)
    )
    (conflict,) = advise(problem, conflicts_of(make_schedule(problem)), make_schedule, most=len(problem.jobs) - 1)
    assert [remedy.least for remedy in conflict.remedies] == [True, True]
    for lang in ("en", "zh"):
        say = Say(lang)
        assert all(remedy_text(say, one).endswith(say("schedule.least")) for one in conflict.remedies)


def conflicts_of(made: Schedule | tuple[Conflict, ...]) -> tuple[Conflict, ...]:
    assert isinstance(made, tuple)
    return made
