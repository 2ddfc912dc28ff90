"""What a report says of its rows: who is behind the plan, what a leader hears of, and that examples are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from orchestrator.adapters.schedule_file import read_plan
from orchestrator.checks.audits import AUDITS, check_audit
from orchestrator.checks.lights import Light
from orchestrator.reporting.report.build import build_report
from orchestrator.reporting.report.charts import page_data
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.page import render_page
from orchestrator.reporting.report.words import Words
from orchestrator.reporting.texts import Lang, Say, has
from tests.unit.reporting.report.conftest import seed_report, written
from tests.unit.seeds.regions import question

EXAMPLES = Path(__file__).parents[4] / "docs" / "examples" / "yantai"


def test_planned_nights_are_shown_and_kept_to() -> None:
    at = date(2018, 1, 31)
    ask = replace(question("yantai"), at=at)
    first, second, third = (system.id for system in ask.census.listing.systems[:3])
    planned = {first: at - timedelta(days=9), second: at - timedelta(days=3), third: at + timedelta(days=9)}
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    report = build_report(ask.definitions, ask.census, audits, at, planned=planned)
    bar = next(one for one in report.bars if first in one.ids)
    assert bar.planned == (planned[first], planned[third])
    assert bar.light is Light.RED
    behind = {one.light: one.ids for one in report.concerns if one.code.endswith("behind-plan")}
    assert behind == {Light.RED: (first,), Light.YELLOW: (second,)}


def test_red_lights_come_before_yellow_ones_and_those_before_findings(yantai: Report) -> None:
    order = list(Light)
    assert yantai.concerns[0].code == "report.concern.task.overdue"
    ranks = [order.index(one.light) for one in yantai.concerns]
    assert ranks == sorted(ranks)
    assert len(yantai.concerns) == 3


def test_every_light_that_can_worry_has_words() -> None:
    task = ("overdue", "near", "done-late", "blocked", "no-day")
    system = ("overdue", "near", "rolled-back", "behind-plan")
    codes = [
        f"report.concern.{kind}.{one}" for kind, reasons in (("task", task), ("system", system)) for one in reasons
    ]
    assert [code for code in codes if not (has(code) and has(f"{code}.remedy"))] == []


def test_progress_counts_every_migrating_system_and_every_task_once(yantai: Report) -> None:
    systems = sum(one.total for one in yantai.progress if one.batch is not None)
    tasks = sum(one.total for one in yantai.progress if one.batch is None)
    assert (systems, tasks) == (516, len(yantai.ledger))


def test_what_came_back_is_closed_out_no_more() -> None:
    report = written("x")
    (room,) = report.census.listing.rooms
    reopened = replace(room, reopened_on=date(2018, 6, 1))
    listing = replace(report.census.listing, rooms=(reopened,))
    census = replace(report.census, listing=listing)
    ask = replace(question("laiwu"), census=census, at=report.at, level=None)
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    again = build_report(ask.definitions, census, audits, report.at)
    assert [(one.id, one.rebound) for one in again.closed if one.kind == "room"] == [(room.id, True)]
    assert [(one.id, one.rebound) for one in report.closed if one.kind == "room"] == [(room.id, False)]


@cache
def planned_report() -> Report:
    """Return the report that is committed as an example: the seed's, with the nights of the committed plan."""
    schedule = read_plan(EXAMPLES / "schedule.yaml")
    planned = {slot.system: window.evening for window in schedule.windows for slot in window.slots}
    return seed_report("yantai", date(2018, 1, 5), tuple(planned.items()))


def test_the_example_shows_every_colour_that_a_plan_can_have() -> None:
    report = planned_report()
    assert {bar.light for bar in report.bars} == {Light.RED, Light.YELLOW, Light.GREEN}
    for bar in report.bars:
        assert bar.planned is not None
        behind = (report.at - bar.planned[0]).days
        expected = Light.RED if behind > 7 else Light.YELLOW if behind > 0 else Light.GREEN
        assert bar.light is expected, (bar.unit, bar.planned)


@pytest.mark.parametrize("planned", [False, True])
def test_the_chart_has_planned_nights_within_the_time_of_the_batch(planned: bool) -> None:
    report = planned_report() if planned else seed_report("yantai", date(2018, 1, 5))
    wall = cast("dict[str, Any]", page_data(report, Words(Say("en")))["wall"])
    for shown, bar in zip((one for sheet in wall["bars"] for one in sheet), report.bars, strict=True):
        ends = [bar.first.isoformat(), bar.last.isoformat()]
        assert shown["track"] == (ends if planned else [])
        nights = [day.isoformat() for day in bar.planned or ()]
        assert [shown["first"], shown["last"]] == (nights if planned else ends)


@pytest.mark.parametrize(("lang", "name"), [("zh", "整合迁移报告.html"), ("en", "report.html")])
def test_the_committed_example_is_what_the_seed_gives(lang: Lang, name: str) -> None:
    made = render_page(planned_report(), Say(lang))
    # No comparison of two megabyte texts in the failure's message.
    same = (EXAMPLES / name).read_text("utf-8") == made
    assert same, (
        f"make it again: migrate -C seeds/yantai --lang {lang} report --at 2018-01-05 --out docs/examples/yantai"
        " --plan docs/examples/yantai/schedule.yaml"
    )
