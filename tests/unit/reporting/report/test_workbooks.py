"""The workbooks, read back cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.model.system import Disposition
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.forms import WORKBOOKS
from orchestrator.reporting.report.words import Words
from orchestrator.reporting.report.workbook import Column, Form, clean_lines, render_workbook
from orchestrator.reporting.texts import Lang, Say
from tests.hostile import payloads
from tests.unit.reporting.report.conftest import seed_report, written

HEADER = 3


# The reports of these tests live as long as the tests do, so an id names one.
made: dict[tuple[int, str, Lang], bytes] = {}
opened: dict[tuple[int, str, Lang], Workbook] = {}


def render(report: Report, kind: str, lang: Lang) -> bytes:
    say = Say(lang)
    return render_workbook(WORKBOOKS[kind](report, Words(say)), report, say)


def content(report: Report, kind: str, lang: Lang = "zh") -> bytes:
    key = (id(report), kind, lang)
    if key not in made:
        made[key] = render(report, kind, lang)
    return made[key]


def book(report: Report, kind: str, lang: Lang = "zh") -> Workbook:
    """Return the workbook as it is read back; the tests only look at it."""
    key = (id(report), kind, lang)
    if key not in opened:
        opened[key] = load_workbook(io.BytesIO(content(report, kind, lang)))
    return opened[key]


def body(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows under their headings; a merged cell's value stands in each of its rows."""
    values = [list(row) for row in sheet.iter_rows(min_row=HEADER, values_only=True)]
    for merged in sheet.merged_cells.ranges:
        if merged.min_row > HEADER:
            for row in range(merged.min_row, merged.max_row + 1):
                values[row - HEADER][merged.min_col - 1] = sheet.cell(merged.min_row, merged.min_col).value
    return [dict(zip(map(str, values[0]), row, strict=True)) for row in values[1:]]


def test_the_same_report_gives_the_same_bytes(yantai: Report) -> None:
    for kind in ("ledger", "rooms", "closeout"):
        first = content(yantai, kind)
        assert render(yantai, kind, "zh") == first
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2018, 1, 5, 0, 0, 0)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_is_set_up_for_paper_and_screen(lang: Lang) -> None:
    for kind in WORKBOOKS:
        for sheet in book(written("x"), kind, lang).worksheets:
            assert sheet.freeze_panes == "A4", (kind, sheet.title)
            assert sheet.print_title_rows == "$1:$3"
            assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "8")
            assert sheet.page_setup.fitToHeight == 0
            assert "&P" in str(sheet.oddFooter.center.text)  # type: ignore[union-attr]
            assert "2018-06-15" in str(sheet["A2"].value)


def test_a_row_is_as_high_as_its_lines() -> None:
    # An office program that opens a file shows one line of a cell that holds more, unless the row has a height.
    columns = (Column(title="甲", width=12), Column(title="乙" * 20, width=12))
    form = Form(title="表", columns=columns, rows=[("短", 3), ("十个汉字占两行的宽度", None), ("一\n二\n三", "x")])
    sheet = load_workbook(io.BytesIO(render_workbook((form,), written("x"), Say("zh")))).active
    assert sheet is not None
    heights = [sheet.row_dimensions[row].height for row in range(HEADER, HEADER + 4)]
    assert heights == [66, 21, 36, 51]


def test_the_ledger_holds_every_leaf_with_typed_cells(yantai: Report) -> None:
    sheet = book(yantai, "ledger")["工作台账"]
    rows = body(sheet)
    assert len(rows) == len(yantai.ledger) == 44
    for row, line in zip(rows, yantai.ledger, strict=True):
        task = line.task
        assert (row["主项"], row["子项"], row["责任单位"], row["责任人"]) == (
            line.main,
            task.title,
            task.unit,
            task.responsible,
        )
        assert isinstance(row["完成时限"], datetime)
        assert row["完成时限"].date() == task.due
        assert row["亮灯"] in "红黄绿灰"
        assert row["是否销号"] == ("是" if task.evidence else "否")
    assert [row["序号"] for row in rows] == list(range(1, 45))
    # Each main item is one merged cell over its leaves.
    merged = [str(one) for one in sheet.merged_cells.ranges if one.min_col == one.max_col == 2]
    assert len(merged) == len({line.main for line in yantai.ledger})


def test_the_four_lists_hold_the_census(weihai: Report) -> None:
    # Every ninth of Weihai's systems, of all dispositions: writing and reading all takes seconds.
    systems = weihai.census.listing.systems[::9]
    listing = replace(weihai.census.listing, systems=systems)
    some = replace(weihai, census=replace(weihai.census, listing=listing))
    lists = load_workbook(io.BytesIO(render(some, "lists", "zh")))
    dispositions = Counter(system.disposition for system in systems)
    sizes = {sheet.title: sheet.max_row - HEADER for sheet in lists.worksheets}
    assert sizes["可迁移上云系统清单"] == dispositions[Disposition.MIGRATE] > 0
    assert sizes["待清理系统清单"] == dispositions[Disposition.RETIRE] + dispositions[Disposition.MERGE] > 0
    for row, system in zip(body(lists["现有应用系统清单"]), systems, strict=True):
        assert (row["系统编号"], row["责任单位"], row["系统名称"]) == (system.id, system.unit, system.name)
        assert row["用户数"] == system.users
        assert row["建设费用（万元）"] == float(system.build_cost_wan or 0)
        assert (row["完成时限"].date() if row["完成时限"] else None) == system.due


def test_the_room_audit_explains_the_missing_six_percent(weihai: Report) -> None:
    rooms = book(weihai, "rooms")
    summary = {row["口径编号"]: row for row in body(rooms["集中率汇总"])}
    shown = {name: round(summary[name]["数值"] * 100, 1) for name in summary if name.startswith("room")}
    assert shown == {"room": 94.0, "room+exempt": 92.2, "room+classified": 90.4, "room+exempt+classified": 88.7}
    assert (summary["room"]["分子"], summary["room"]["分母"]) == (47, 50)
    counts = [row["计入情况"] for row in body(rooms["机房明细"])]
    assert counts.count("计入分子：已关停") == 47
    assert counts.count("计入分母，未关停") == 3
    proof = body(rooms["佐证索引"])
    assert [row["编号"] for row in proof] == [room.id for room in weihai.census.listing.rooms if room.evidence]


def test_the_room_audit_of_another_day_says_what_the_list_has_no_day_for() -> None:
    yantai = seed_report("yantai", date(2018, 1, 5))
    cells = [str(cell.value) for sheet in book(yantai, "rooms") for row in sheet.iter_rows() for cell in row]
    assert any("按清单数据日期 2017-12-22 计" in cell for cell in cells)
    assert not any("status-undated" in cell for cell in cells)


def test_the_close_out_list_leaves_the_checker_to_be_written_by_hand(yantai: Report) -> None:
    rows = body(book(yantai, "closeout")["销号清单"])
    assert [(row["问题编号"], row["证据"], row["销号日期"].date()) for row in rows] == [
        (one.id, one.evidence, one.done_on) for one in yantai.closed
    ]
    assert {row["核查人"] for row in rows} == {None}


FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(1)", "=cmd|'/c calc'!A0", "\t=1")
HOSTILE = (*FORMULAS, *payloads("/canary").values())


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_hostile_text_stays_text_in_every_cell(kind: str) -> None:
    attacked = book(written(*HOSTILE), kind)
    calm = book(written(*(f"calm {number}" for number, _ in enumerate(HOSTILE))), kind)
    prefixed = 0
    for sheet, quiet in zip(attacked.worksheets, calm.worksheets, strict=True):
        assert sheet.dimensions == quiet.dimensions
        for cells, others in zip(sheet.iter_rows(), quiet.iter_rows(), strict=True):
            for cell, other in zip(cells, others, strict=True):
                assert cell.data_type == other.data_type, (cell.coordinate, cell.value)
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert cell.quotePrefix == cell.value.startswith(("=", "+", "-", "@")), cell.coordinate
                    prefixed += cell.quotePrefix
    assert prefixed


def test_hostile_text_is_shown_as_it_is() -> None:
    rows = body(book(written(*HOSTILE), "closeout")["逾期清单"])
    names = {str(row["名称"]) for row in rows}
    assert names >= {clean_lines(text) for text in HOSTILE}


def test_no_workbook_holds_a_formula_or_a_link() -> None:
    for kind in WORKBOOKS:
        with zipfile.ZipFile(io.BytesIO(content(written(*HOSTILE), kind))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        assert not [name for name in parts if "external" in name.lower()]
        assert not [name for name, part in parts.items() if name.startswith("xl/worksheets/") and b"<f>" in part]
        assert b"2018-06-15T00:00:00Z" in parts["docProps/core.xml"]


def test_a_day_is_a_day() -> None:
    row = body(book(written("x"), "closeout")["逾期清单"])[0]
    assert row["完成时限"] == datetime(2018, 6, 1)  # noqa: DTZ001 - a spreadsheet's day has no zone
    assert row["逾期天数"] == (date(2018, 6, 15) - date(2018, 6, 1)).days
