"""What a workbook shows against what it holds: number formats, days, hidden and struck-out rows, Strict, 1904."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

HEADER = [
    "系统编号",
    "单位名称",
    "系统名称",
    "涉密分类",
    "批准文号",
    "年运维金额（万元）",
    "完成期限",
    "备注",
    "批次",
    "并入系统",
]
Cells = Mapping[str, tuple[Any, str]]


def book(cells: Cells, change: Callable[[Any], None] = lambda sheet: None, epoch: Any = None) -> bytes:
    """Return a workbook of one system, with some cells of another value and number format."""
    made = Workbook()
    if epoch is not None:
        made.epoch = epoch
    sheet = made.worksheets[0]
    sheet.title = "清单"
    sheet.append(HEADER)
    sheet.append(["S-1", "甲局", "预算", "非涉密", "甲1号", 5, "2026-12-31", "", 1, ""])
    for name, (value, style) in cells.items():
        sheet[name] = value
        sheet[name].number_format = style
    change(sheet)
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("cell", "value", "style", "field", "read"),
    [
        ("A2", 1, '"SH-"000', "id", "SH-001"),
        ("A2", 7, "000", "id", "007"),
        ("A2", 20180001, "0000-0000", "id", "2018-0001"),
        ("A2", 7, "General", "id", "7"),
        ("A2", 1234, "0_ ", "id", "1234"),
        ("E2", 12, '"市批〔2026〕"0"号"', "approval_no", "市批〔2026〕12号"),
        ("E2", 86, "00000", "approval_no", "00086"),
        ("F2", 860000, '#,##0"元"', "om_cost_wan", "86"),
        ("F2", 8.6, '0.0"百万元"', "om_cost_wan", "860"),
        ("F2", 86, "#,##0.00_);[Red](#,##0.00)", "om_cost_wan", "86"),
        ("F2", 86, "¥#,##0", "om_cost_wan", "86"),
        ("F2", 86, "[DBNum1][$-804]General", "om_cost_wan", "86"),
        ("I2", 1, '"第"0"批"', "batch", "1"),
        ("G2", date(2026, 12, 31), "yyyy年m月d日", "due", "2026-12-31"),
        ("G2", 20261231, "0000-00-00", "due", "2026-12-31"),
        ("H2", date(2026, 3, 1), "yyyy-mm-dd", "remarks", "2026-03-01"),
        ("H2", 0.5, "0%", "remarks", "0.5"),
    ],
)
def test_what_is_shown_is_what_is_read(cell: str, value: object, style: str, field: str, read: str, desk: Any) -> None:
    desk.put("list.xlsx", book({cell: (value, style)}))
    listing, problems = desk.read()
    assert [problem.code for problem in problems] == []
    assert str(getattr(listing.systems[0], field)) == read


@pytest.mark.parametrize(
    ("cell", "value", "style", "code"),
    [
        ("A2", date(2026, 3, 1), 'm"月"d"日"', "changed-text"),
        ("A2", 100000, "0.00E+00", "shown-differs"),
        ("A2", 0.5, "0%", "shown-differs"),
        ("A2", 370102198801011234, "0", "digits-lost"),
        ("A2", "2026-3-1", "@", "changed-text"),
        ("A2", "Mar-26", "@", "changed-text"),
        ("C2", date(2026, 3, 1), "yyyy-mm-dd", "changed-text"),
        ("E2", date(2026, 3, 1), "mmm-yy", "changed-text"),
        ("E2", "3.7E+17", "@", "changed-text"),
        ("E2", 8, "[DBNum1][$-804]General", "shown-differs"),
        ("F2", 860000, '0.0,"千元"', "shown-differs"),
        ("F2", 0.5, "0%", "shown-differs"),
        ("G2", date(2026, 12, 1), 'yyyy"年"m"月"', "date-without-day"),
        ("H2", 370102198801011234, "0", "digits-lost"),
        ("C2", '=DISPIMG("ID_1F8C",1)', "@", "formula"),
        ("C2", "é¢„ç®—ç³»ç»Ÿ", "@", "garbled"),
        ("C2", "Ô¤Ëã", "@", "garbled"),
        ("C2", "预\ufffd系统", "@", "garbled"),
    ],
)
def test_what_means_something_else_is_refused(cell: str, value: object, style: str, code: str, desk: Any) -> None:
    desk.put("list.xlsx", book({cell: (value, style)}))
    assert [problem for problem in desk.problems() if "left-out" not in problem][:1] == [f"list.{code} 清单!{cell}"]


@pytest.mark.parametrize("name", ["MAR-01", "DEC-05", "2018-001", "1E5", "3E10"])
def test_ids_like_days_and_powers_are_ids(name: str, desk: Any) -> None:
    desk.put("list.xlsx", book({"A2": (name, "@")}))
    assert desk.problems() == []


def test_a_picture_is_no_name(desk: Any, as_table: Callable[..., bytes]) -> None:
    row = ["S-1", "甲局", '=DISPIMG("ID_1F8C083117A04B6F90E9EABD4CC888DF",1)', "非涉密"]
    desk.put("list.csv", as_table([HEADER[:4], row]))
    assert desk.problems() == ["list.picture list!C2"]
    desk.put("list.csv", as_table([[*HEADER[:4], "备注"], ["S-1", "甲局", "预算", "非涉密", row[2]]]))
    assert [(problem.code, problem.severity) for problem in desk.read()[1]] == [("list.picture", "warning")]


@pytest.mark.parametrize("text", ["Müller", "Dirección", "Noël à", "façade ñandú"])
def test_a_name_with_accents_is_not_garbled(text: str, desk: Any) -> None:
    desk.put("list.xlsx", book({"C2": (text, "@")}))
    assert desk.problems() == []


# --- days of 1904


def test_days_since_1904_are_the_same_days(desk: Any) -> None:
    from openpyxl.utils.datetime import MAC_EPOCH

    cells: Cells = {"G2": (44925, "General")}
    desk.put("list.xlsx", book(cells, epoch=MAC_EPOCH))
    assert str(desk.read()[0].systems[0].due) == "2026-12-31"
    desk.put("list.xlsx", book({"G2": (date(2026, 12, 31), "yyyy-mm-dd")}, epoch=MAC_EPOCH))
    assert str(desk.read()[0].systems[0].due) == "2026-12-31"
    desk.put("list.xlsx", book({"G2": (46387, "General")}))
    assert str(desk.read()[0].systems[0].due) == "2026-12-31"


# --- hidden and struck out


def hide(sheet: Any) -> None:
    sheet.row_dimensions[2].hidden = True


def strike(sheet: Any) -> None:
    for cell in sheet[2]:
        cell.font = Font(strike=True)


def strike_remark(sheet: Any) -> None:
    sheet["H2"].font = Font(strike=True)


def hide_blank(sheet: Any) -> None:
    sheet.row_dimensions[5].hidden = True
    sheet["A5"].font = Font(strike=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (hide, ["list.hidden-row 清单!A2"]),
        (strike, ["list.struck-row 清单!A2"]),
        (strike_remark, []),
        (hide_blank, []),
    ],
)
def test_a_row_nobody_saw_is_told(change: Callable[[Any], None], told: list[str], desk: Any) -> None:
    desk.put("list.xlsx", book({"H2": ("备注", "@")}, change))
    assert desk.problems() == told
    assert len(desk.read()[0].systems) == 1


# --- the other dialect of the format


def strict(data: bytes) -> bytes:
    """Return a workbook with the namespaces of Strict Open XML."""
    changed = io.BytesIO()
    pairs = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for transitional, other in pairs.items():
                part = part.replace(transitional, other)
            new.writestr(name, part)
    return changed.getvalue()


@pytest.mark.parametrize("other", [strict, lambda data: data], ids=["strict", "transitional"])
def test_both_dialects_say_the_same(other: Callable[[bytes], bytes], desk: Any) -> None:
    cells: Cells = {"A2": (1, '"SH-"000'), "F2": ("=SUM(A1)", "General"), "E2": ("#N/A", "General")}
    desk.put("list.xlsx", other(book(cells, hide)))
    assert desk.problems() == ["list.error-value 清单!E2", "list.formula 清单!F2", "list.hidden-row 清单!A2"]
    assert desk.read()[0].systems[0].id == "SH-001"
