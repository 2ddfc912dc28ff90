from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Literal

import pytest
from rich.console import Console, RenderableType

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Clusters, Freeze, Schedule, ScheduleRules
from orchestrator.planning.schedule.diff import changed_inputs, moves
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import Problem, build_problem
from orchestrator.reporting.schedule import ScheduleView
from orchestrator.reporting.texts import Say, has
from tests import schedule_programmes as programmes

Lang = Literal["en", "zh"]
RULES = ScheduleRules(start=date(2018, 1, 8), people=2, clusters=Clusters.ORDERED)
BATCHES = (Batch(number=1, title="首批", deadline=date(2018, 2, 28)), Batch(number=2, deadline=date(2018, 6, 30)))


def problem(rules: ScheduleRules) -> Problem:
    programme, listing = programmes.city(14, 3, BATCHES, rules)
    nameless = (replace(listing.systems[0], name="x\x1b[2J{y}[red]", data_gib=None), *listing.systems[1:])
    listing = replace(listing, systems=nameless)
    return build_problem(programme, listing, programmes.placed(listing), public_calendar(2017, 2019), date(2018, 1, 8))


def plan(found: Problem) -> Schedule:
    made = make_schedule(found)
    assert isinstance(made, Schedule)
    return made


def shown(lines: list[RenderableType]) -> str:
    console = Console(file=io.StringIO(), width=240, no_color=True)
    for line in lines:
        console.print(line, soft_wrap=isinstance(line, str), highlight=False, markup=False)
    text = console.file
    assert isinstance(text, io.StringIO)
    return text.getvalue()


def view() -> ScheduleView:
    before = problem(RULES)
    freeze = Freeze(first=date(2018, 1, 9), last=date(2018, 1, 9), name="临时重保")
    after = problem(replace(RULES, freezes=(freeze,)))
    old, new = plan(before), plan(after)
    moved = moves(old, new, after)
    return ScheduleView(new, after.rules, "plan.yaml", moved, changed_inputs(old.inputs, new.inputs))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_screen_says_both_readings_the_goals_with_their_gaps_and_what_moved(lang: Lang) -> None:
    say, answer = Say(lang), view()
    text = shown(list(answer.lines(say)))
    schedule = answer.schedule
    for goal in schedule.goals:
        assert str(goal.value) in text
        assert str(goal.bound) in text
    for batch in schedule.batches:
        for reading in batch.readings:
            assert str(reading.last_day) in text
    assert "临时重保" in text
    assert schedule.digest in text
    assert say("schedule.assumed.data_gib", count=1) in text
    assert "\x1b" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nights_for_a_cloud_that_is_not_built_are_called_provisional(lang: Lang) -> None:
    say, answer = Say(lang), view()
    waiting = {"S-00001": "place.cloud-not-available place.no-servers", "S-00002": "place.no-servers"}
    text = shown(list(replace(answer, schedule=replace(answer.schedule, waiting=waiting)).lines(say)))
    assert say("schedule.tentative", count=1) in text
    assert say("schedule.waiting", count=2) in text
    assert say("schedule.tentative", count=0)[4:] not in shown(list(answer.lines(say)))


@pytest.mark.parametrize("kind", ["cloud", "batch", "freeze", "people"])
def test_every_fault_of_the_scheduling_rules_has_a_remedy(kind: str) -> None:
    assert has(f"programme.schedule-{kind}.remedy")


def test_json_has_the_gap_and_every_move() -> None:
    answer = view()
    data = answer.data()
    assert {"goals", "windows", "batches", "digest", "inputs", "diff"} <= set(data)
    assert answer.moves
    assert data["diff"] == {"changed_inputs": ("rules",), "moves": answer.moves}
