"""What a report says of its rows: who is behind the plan, what a leader hears of, and that examples are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from string import Formatter
from typing import Any, cast

import pytest

from orchestrator.adapters.schedule_file import read_plan
from orchestrator.checks.audit.subjects import AUDITS, check_audit
from orchestrator.checks.lights import Light
from orchestrator.reporting.catalogue.audit import TEXTS as AUDIT_TEXTS
from orchestrator.reporting.report.build import build_report
from orchestrator.reporting.report.charts import page_data
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.page import render_page
from orchestrator.reporting.report.wall import Planned
from orchestrator.reporting.report.words import Words
from orchestrator.reporting.texts import Lang, Say, has
from tests.unit.reporting.report.conftest import seed_report, written
from tests.unit.seeds.regions import question

# Codes of refusals, which no audit finds in a row.
ERRORS = {"audit.snapshot-exists", "audit.no-snapshot", "audit.snapshot-damaged"}
EXAMPLES = Path(__file__).parents[4] / "docs" / "examples" / "yantai"


def test_planned_nights_are_shown_and_kept_to() -> None:
    at = date(2018, 1, 31)
    ask = replace(question("yantai"), at=at)
    first, second, third = (system.id for system in ask.census.listing.systems[:3])
    planned = {first: at - timedelta(days=9), second: at - timedelta(days=3), third: at + timedelta(days=9)}
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    definitions = replace(ask.definitions, rules=replace(ask.definitions.rules, as_of=at))
    report = build_report(definitions, ask.census, audits, at, planned=Planned(evenings=planned))
    bar = next(one for one in report.bars if first in one.ids)
    assert bar.planned == (planned[first], planned[third])
    assert bar.light is Light.RED
    behind = {one.light: one.ids for one in report.concerns if one.code.endswith("behind-plan")}
    assert behind == {Light.RED: (first,), Light.YELLOW: (second,)}


def test_what_fell_due_after_the_list_was_written_is_unknown_and_not_late() -> None:
    report = seed_report("yantai", date(2018, 1, 5))
    assert report.described == date(2017, 12, 22)
    assert [one for one in report.overdue if one.due >= date(2017, 12, 22)] == []
    unknown = {line.task.id for line in report.ledger if line.lit.reason == "light.unknown-since"}
    assert len(unknown) == 7
    assert {line.lit.light for line in report.ledger if line.task.id in unknown} == {Light.GREY}
    concern = next(one for one in report.every_concern if one.code == "report.concern.task.unknown-since")
    assert set(concern.ids) == unknown
    assert sum(rows for _, rows in concern.units) == 7
    assert "audit.website-overdue" not in {one.code for one in report.every_concern}


def test_changes_are_counted_from_the_report_before() -> None:
    day = date(2018, 1, 5)
    before = seed_report("yantai", date(2017, 12, 22))
    ask = replace(question("yantai"), at=day)
    rules = replace(ask.definitions.rules, as_of=day)
    definitions = replace(ask.definitions, rules=rules)
    audits = {subject: check_audit(subject, replace(ask, definitions=definitions)) for subject in AUDITS}
    report = build_report(definitions, ask.census, audits, day, before=before)
    overdue = next(one for one in report.concerns if one.code == "report.concern.task.overdue")
    then = [one for one in before.every_concern if one.code == overdue.code]
    assert overdue.change == len(overdue.ids) - sum(len(one.ids) for one in then) > 0
    assert report.before == date(2017, 12, 22)
    now = {ratio.formula: ratio.percent() for ratio in report.headlines}
    old = {ratio.formula: ratio.percent() for ratio in before.headlines}
    assert report.changes == {
        name: value - was for name, value in now.items() if value is not None and (was := old[name]) is not None
    }
    assert seed_report("yantai", day).before is None


def test_a_batch_that_only_the_programme_or_the_plan_says_is_on_the_chart_and_in_the_forms() -> None:
    ask = question("yantai")
    listing = ask.census.listing
    blank = replace(
        ask.census, listing=replace(listing, systems=tuple(replace(one, batch=None) for one in listing.systems))
    )
    decreed = replace(ask.definitions, batches=ask.definitions.batches[:1])
    plan = Planned.of(read_plan(EXAMPLES / "schedule.yaml"))
    full = build_report(ask.definitions, blank, {}, ask.at)
    assert [(one.batch, one.total) for one in full.progress if one.batch is not None][-1][0] == 3
    assert {one.batch for one in full.census.listing.systems if one.id in plan.evenings} == {1, 2, 3}
    half = build_report(decreed, blank, {}, ask.at)
    assert {bar.batch for bar in half.bars} == {0, 1}
    planned = build_report(decreed, blank, {}, ask.at, planned=plan)
    assert {bar.batch for bar in planned.bars} == {1, 2, 3}
    assert sum(bar.total for bar in planned.bars) == 516


def test_no_planned_night_lies_before_the_band_of_its_batch() -> None:
    report = planned_report()
    first = {band.batch: band.first for band in report.bands}
    assert [bar.unit for bar in report.bars if bar.planned and bar.planned[0] < first[bar.batch]] == []
    opened = replace(Planned.of(read_plan(EXAMPLES / "schedule.yaml")), opens={2: date(2018, 2, 1)})
    ask = question("yantai")
    early = build_report(ask.definitions, ask.census, {}, ask.at, planned=opened)
    assert [band.first for band in early.bands][1:] == [date(2018, 2, 1), date(2018, 6, 30)]


def test_red_lights_come_before_yellow_ones_and_those_before_findings(yantai: Report) -> None:
    order = list(Light)
    assert yantai.concerns[0].code == "report.concern.task.overdue"
    ranks = [order.index(one.light) for one in yantai.concerns]
    assert ranks == sorted(ranks)
    assert len(yantai.concerns) == 3


@pytest.mark.parametrize("region", ["yantai", "weihai"])
def test_what_is_said_of_many_rows_is_true_of_each(region: str) -> None:
    ask = question(region)
    found = [one for one in seed_report(region, ask.at).concerns if one.subject]
    assert found
    for one in found:
        told = [result for result in check_audit(one.subject, ask).findings if result.code == one.code]
        meant = {result.subject for result in told if one.values.items() <= result.values.items()}
        assert meant == set(one.ids), one.code
    if region == "yantai":
        assert [(one.values, len(one.ids)) for one in found if one.code == "audit.verdict-unconfirmed"] == [
            ({"verdict": "shadow"}, 38)
        ]


def test_what_an_audit_says_of_one_row_has_words_for_many() -> None:
    shared = {"verdict", "disposition", "status"}
    told = {code: placeholders(code) - shared for code in AUDIT_TEXTS if f"{code}.remedy" in AUDIT_TEXTS}
    own = {code for code, names in told.items() if names} - ERRORS - {"audit.task-overdue"}
    assert "audit.dr-not-drilled" in own
    assert [code for code in sorted(own) if not has(f"report.concern.{code}")] == []
    assert [code for code in sorted(own) if placeholders(f"report.concern.{code}") - shared] == []


def placeholders(code: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(Say("zh")(code)) if name}


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


def planned_report() -> Report:
    """Return the report that is committed as an example: the seed's, with the nights of the committed plan."""
    return seed_report("yantai", date(2018, 1, 5), EXAMPLES / "schedule.yaml")


def test_the_example_shows_every_colour_that_a_plan_can_have() -> None:
    report = planned_report()
    # Of a night since the list was written nobody knows what came.
    assert {bar.light for bar in report.bars} == {Light.GREY, Light.GREEN}
    for bar in report.bars:
        assert bar.planned is not None
        expected = Light.GREY if bar.planned[0] < report.at else Light.GREEN
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
