"""The HTML page, read back: what it shows is what the report holds, and nothing of the list is more than text."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from lxml import html

from orchestrator.checks.lights import Light, light_system, light_task
from orchestrator.model.census import Task, TaskLevel
from orchestrator.model.system import Row
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.page import PAGES, render_page
from orchestrator.reporting.texts import Lang, Say
from tests.hostile import payloads
from tests.unit.reporting.report.conftest import seed_report, written
from tests.unit.seeds.regions import question


def parsed(report: Report, lang: Lang = "zh") -> Any:
    return html.document_fromstring(render_page(report, Say(lang)))


def data(page: Any) -> Any:
    return json.loads(page.get_element_by_id("report-data").text)


def text(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def test_the_same_report_gives_the_same_bytes(yantai: Report) -> None:
    assert render_page(yantai, Say("zh")) == render_page(yantai, Say("zh"))


@pytest.mark.parametrize(("lang", "told"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_says_its_language_and_leaves_no_code_without_words(weihai: Report, lang: Lang, told: str) -> None:
    page = parsed(weihai, lang)
    assert page.get("lang") == told
    assert [one.get("aria-controls") for one in page.cssselect("[role=tab]")] == [f"page-{name}" for name in PAGES]
    for script in page.cssselect("script, style"):
        script.drop_tree()
    shown = text(page)
    assert re.findall(r"\b(?:report|audit|light|help)\.[a-z]+[a-z.-]+", shown) == []
    assert re.findall(r"\{\w+\}", shown) == []


def test_a_report_of_another_day_says_what_the_list_has_no_day_for() -> None:
    yantai = seed_report("yantai", date(2018, 1, 5))
    shown = {lang: text(parsed(yantai, lang)) for lang in ("zh", "en")}
    assert "按清单数据日期 2017-12-22 计" in shown["zh"]
    assert "is as of 2017-12-22, the day the list describes" in shown["en"]
    assert not any("status-undated" in told for told in shown.values())


def test_the_page_needs_nothing_from_outside(weihai: Report) -> None:
    page = parsed(weihai)
    linked = [
        value
        for element in page.iter()
        if isinstance(element.tag, str)
        for name, value in element.attrib.items()
        if name in {"src", "href", "action", "data", "poster", "srcset", "formaction"}
    ]
    assert sorted(linked) == ["#main", "data:,"]
    (style,) = (one.text for one in page.cssselect("style"))
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = (one.get("content") for one in page.cssselect("meta[http-equiv]"))
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_only_the_two_scripts_that_the_policy_names_may_run(weihai: Report) -> None:
    source = render_page(weihai, Say("zh"))
    (policy,) = (one.get("content") for one in html.document_fromstring(source).cssselect("meta[http-equiv]"))
    scripts = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    digests = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert policy.split("script-src ")[1].split(";")[0].split() == digests
    assert len(scripts) == 2


def test_the_leaders_page_shows_five_numbers_with_what_is_behind_them(weihai: Report) -> None:
    tiles = {one.get("data-formula"): one for one in parsed(weihai).cssselect("#page-leader .numbers li")}
    assert len(tiles) == 5
    for ratio in weihai.headlines:
        tile = tiles[ratio.formula]
        assert text(tile.cssselect(".value")[0]) == f"{ratio.percent()}%"
        assert text(tile.cssselect(".fraction")[0]).startswith(f"{ratio.numerator} / {ratio.denominator} ")
    assert text(tiles["room"].cssselect(".value")[0]) == "94.0%"


def test_the_centres_page_tells_rates_replicas_and_levels_and_of_the_unseen_only_their_ids(weihai: Report) -> None:
    page = parsed(weihai, "en").get_element_by_id("page-centre")
    tiles = {one.get("data-rate"): text(one.cssselect(".fraction")[0]) for one in page.cssselect(".numbers li")}
    assert tiles == dict.fromkeys(("configured", "healthy", "drilled"), "0 of 218")
    assert page.cssselect("#replicas") == []
    assert text(page.cssselect(".untouched p")[0]).count(",") == 217
    shown = parsed(written("x"), "en").get_element_by_id("page-centre")
    (row,) = shown.cssselect("#levels tbody tr")
    assert text(row).startswith("S1xunknown5not shown–data backup")
    rows = [text(one) for one in shown.cssselect("#replicas tbody tr")]
    assert ["2018-06-15 08:00" in one and "failed: existence" in one for one in rows] == [False, True]


def test_the_leaders_page_tells_verdicts_in_words_and_nothing_of_a_single_row() -> None:
    told = text(parsed(seed_report("yantai", question("yantai").at)).cssselect(".problems")[0])
    assert "影子系统，尚未经部门认定" in told
    assert "十二个月内未演练达标（灾备覆盖率" in told
    assert re.findall(r"[A-Z][a-z]+", told) == []


def test_the_legend_says_what_is_red_without_a_day_and_what_is_grey(weihai: Report) -> None:
    legend = text(parsed(weihai))
    assert "任务无时限" in legend
    assert "系统暂缓、排除或未定时限" in legend
    bare = Task(id="T", title="t", row=Row(file="", sheet="", number=1), level=TaskLevel.LEAF)
    (system,) = written("x").census.listing.systems[:1]
    assert light_task(bare, weihai.at).light is Light.RED
    assert light_system(replace(system, due=None), weihai.at).light is Light.GREY


def test_nothing_in_the_denominator_is_no_rate() -> None:
    page = parsed(written("x"), "zh")
    (tile,) = page.cssselect('[data-formula="closure.merged"]')
    assert text(tile.cssselect(".value")[0]) == "—"
    assert "分母为零" in text(tile)


def test_every_rate_opens_to_the_ids_behind_it(weihai: Report) -> None:
    page = parsed(weihai)
    script = data(page)
    rows, ratios = script["rows"], {one["key"]: one for one in script["ratios"]}
    drills = {one.get("data-rows"): one for one in page.cssselect("details.ratio")}
    assert len(drills) == sum(len(audit.ratios) for audit in weihai.audits.values())
    for subject, audit in weihai.audits.items():
        for ratio in audit.ratios:
            key = f"{subject}:{ratio.formula}"
            told, shown = ratios[key], text(drills[f"ratio:{key}"])
            assert [rows[place][0] for place in told["counted"]] == list(ratio.counted)
            assert [rows[place][0] for place in told["missing"]] == list(ratio.missing)
            left_out = [rows[place][0] for _, places in told["excluded"] for place in places]
            assert sorted(left_out) == sorted(one.id for one in ratio.excluded)
            assert f"{ratio.formula} v{ratio.version}" in shown
            assert str(audit.baseline) in shown
    missing = ratios["rooms:room"]["missing"]
    assert [rows[place][3] for place in missing] == ["部分腾空", "部分腾空", "在用"]


def test_findings_are_listed_with_their_reasons(weihai: Report) -> None:
    script = data(parsed(weihai))
    for subject, audit in weihai.audits.items():
        told = [script["rows"][place][0] for one in script["findings"].get(subject, []) for place, _ in one["rows"]]
        assert sorted(told) == sorted(result.subject for result in audit.findings)


def test_the_ledger_shows_every_leaf_with_its_light_in_words(yantai: Report) -> None:
    lines = parsed(yantai).cssselect(".ledger tr[data-id]")
    words = {Light.RED: "红", Light.YELLOW: "黄", Light.GREEN: "绿", Light.GREY: "灰"}
    assert [one.get("data-id") for one in lines] == [line.task.id for line in yantai.ledger]
    for shown, line in zip(lines, yantai.ledger, strict=True):
        told = text(shown)
        assert shown.get("data-light") == line.lit.light.value
        assert text(shown.cssselect(".light")[0]).startswith(words[line.lit.light])
        assert line.task.responsible in told
        assert str(line.task.due) in told


def test_overdue_and_closed_out_lists_hold_what_the_report_holds(yantai: Report) -> None:
    page = parsed(yantai)
    for name, held in (("overdue", yantai.overdue), ("closed", yantai.closed)):
        ids = [text(one) for one in page.cssselect(f"#{name} tbody th")]
        assert ids == [one.id for one in held]
    # Seven tasks, and the portal with the 88 sites of units, which were due on the same day.
    assert Counter(one.kind for one in yantai.overdue) == {"task": 7, "website": 89}
    assert {one.days for one in yantai.overdue} == {5}


def test_the_wall_chart_has_a_bar_for_each_unit_and_batch_and_says_so_in_a_table(yantai: Report) -> None:
    page = parsed(yantai)
    wall = data(page)["wall"]
    drawn = [bar["unit"] for sheet in wall["bars"] for bar in sheet]
    assert drawn == [bar.unit for bar in yantai.bars]
    assert len(drawn) == len(set(drawn)) == 51
    assert sum(bar.total for bar in yantai.bars) == 516
    assert [text(one) for one in page.cssselect("#page-wall .as-table tbody th")] == drawn
    assert wall["milestones"] == ["2017-12-31", "2018-02-28", "2018-06-30", "2018-08-31", "2018-12-31"]
    assert [band[:2] for band in wall["bands"]] == [
        ["2017-11-21", "2018-02-28"],
        ["2018-02-28", "2018-06-30"],
        ["2018-06-30", "2018-12-31"],
    ]


def test_published_figures_are_shown_beside_the_computed_ones(yantai: Report) -> None:
    shown = [text(one) for one in parsed(yantai).cssselect("#audit-figures tbody th")]
    assert shown == [one.id for one in yantai.figures]


SHARP = {
    "element": "</td></table><img src=x onerror=alert(1)><b>x</b>",
    "script-end": '</script><script>alert(1)</script>"]}',
    "comment": "<!--<script>x",
    "attribute": "\" onmouseover=\"alert(1)' onfocus='alert(1)",
    "entity": "&lt;img src=x&gt; &amp;#60;",
    "jinja": "{{ 7919 * 7919 }}{% raw %}",
    "separator": "a\u2028b\u2029c",
}


HOSTILE = (*SHARP.values(), *payloads("/canary").values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_in_every_column_stays_text(lang: Lang) -> None:
    calm = parsed(written(*(f"calm {number}" for number, _ in enumerate(HOSTILE))), lang)
    attacked = parsed(written(*HOSTILE), lang)
    # The same elements with the same attribute names: the text made none, and ended none.
    assert shape(attacked) == shape(calm)
    assert str(7919 * 7919) not in attacked.text_content()
    script = data(attacked)
    assert {len(row) for row in script["rows"]} == {5}
    assert len(script["rows"]) == len(data(calm)["rows"])
    names = {one.text_content() for one in attacked.cssselect("#overdue td[data-label]")}
    assert names >= {text for text in SHARP.values() if text.isprintable()}


def shape(page: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(element.tag, tuple(sorted(element.attrib))) for element in page.iter() if isinstance(element.tag, str)]
