"""What stands on real forms beside the records: code rows, footers, side sheets, formulas, hidden things."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

HEADER = ("系统编号", "单位名称", "系统名称", "涉密分类", "处置方式", "批次", "最近登录日期")
FIRST = ("S-1", "实验市财政局", "预算", "非涉密", "迁移", 1, "2010-10")

Rows = Sequence[Sequence[Any]]


def book(*rows: Sequence[Any], beside: dict[str, Rows] | None = None, hidden: Sequence[str] = ()) -> bytes:
    """Return a workbook with one system, more rows, and sheets beside it."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, content in {"清单": (HEADER, FIRST, *rows), **(beside or {})}.items():
        sheet = made.create_sheet(name)
        for row in content:
            sheet.append([None if cell == "" else cell for cell in row])
        if name in hidden:
            sheet.sheet_state = "hidden"
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def patched(data: bytes, patch: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with its first sheet's XML changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, patch(part) if name == "xl/worksheets/sheet1.xml" else part)
    return packed.getvalue()


# --- formulas


def test_a_row_whose_id_is_a_failed_formula_is_no_empty_row(desk: Any) -> None:
    desk.put("list.xlsx", book(["#REF!"] * 4, ["=A9", "=B9", "决算", "非涉密"]))
    errors = [f"list.error-value 清单!{letter}3" for letter in "ABCD"]
    assert desk.problems() == [*errors, "list.formula 清单!A4", "list.formula 清单!B4"]


def test_formulas_filled_down_ahead_of_the_data_are_no_rows(desk: Any) -> None:
    desk.put("list.xlsx", book(["", "", "", "", "#N/A", "=VLOOKUP(A3,B:C,2)"]))
    assert desk.problems() == []


def test_the_result_of_a_formula_may_be_an_empty_text(desk: Any) -> None:
    data = book(["S-2", "实验市财政局", "决算", "非涉密", "=IF(A1=1,A2,A3)", "=A4"])
    desk.put("list.xlsx", patched(data, lambda part: part.replace(b'<c r="E3"', b'<c r="E3" t="str"')))
    assert desk.problems() == ["list.formula 清单!F3"]


def test_cells_without_references_are_counted(desk: Any) -> None:
    data = book(["S-2", "实验市财政局", "决算", "非涉密", "#N/A", "=A4"])
    stripped = patched(data, lambda part: part.replace(b' r="E3"', b"").replace(b' r="F3"', b""))
    desk.put("list.xlsx", stripped)
    assert desk.problems() == ["list.error-value 清单!E3", "list.formula 清单!F3"]


def test_xml_that_ends_in_the_middle_is_told(desk: Any) -> None:
    desk.put("list.xlsx", patched(book(["S-2", "", "", "", "=A4"]), lambda part: part[: part.index(b"</sheetData>")]))
    assert desk.problems() == ["list.not-a-workbook list"]


# --- merged cells


def test_a_merged_unit_is_every_row_s_and_nothing_else_is(desk: Any) -> None:
    merge = b'<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="E2:E3"/><mergeCell ref="G3:G4"/></mergeCells>'
    data = book(["S-2", "", "决算", "非涉密"])
    desk.put("list.xlsx", patched(data, lambda part: part.replace(b"</sheetData>", b"</sheetData>" + merge)))
    listing, problems = desk.read()
    assert [(problem.code, problem.cell) for problem in problems] == [("list.merged-cell", "E3")]
    assert [system.unit for system in listing.systems] == ["实验市财政局"] * 2


def test_merged_ranges_upon_each_other_are_refused(desk: Any) -> None:
    merges = b"<mergeCells>" + b'<mergeCell ref="A1:G2"/>' * 300_000 + b"</mergeCells>"
    desk.put("list.xlsx", patched(book(), lambda part: part.replace(b"</sheetData>", b"</sheetData>" + merges)))
    assert desk.problems() == ["list.too-large 清单"]


# --- rows that are no records

CODES = ["xtbh", "dwmc", "xtmc", "smfl", "czfs", "pc", "spsj"]


def test_one_row_may_be_taken_for_codes_and_that_is_told(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table([HEADER, CODES, FIRST]))
    assert desk.problems() == ["list.code-row list!A2"]
    assert len(desk.read()[0].systems) == 1
    desk.put("list.csv", as_table([HEADER, CODES, CODES, FIRST]))
    assert {"list.code-row list!A2", "list.value-domain list!D3"} <= set(desk.problems())


def test_the_header_again_in_other_words_is_no_row(desk: Any, as_table: Callable[..., bytes]) -> None:
    english = ["system_id", "unit", "name", "secrecy", "disposition", "batch", "last_login"]
    desk.put("list.csv", as_table([HEADER, english, english, FIRST]))
    assert desk.problems() == []


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (["A1", "Finance", "Portal", "none", "move", "first"], "DEF"),
        (["A", "Finance", "Portal", "none", "retire", "first"], "DF"),
    ],
    ids=["an id with a digit", "a cell that is a value"],
)
def test_a_system_with_wrong_cells_does_not_disappear(
    row: list[str], wrong: str, desk: Any, as_table: Callable[..., bytes]
) -> None:
    desk.put("list.csv", as_table([HEADER, row]))
    assert [problem.cell for problem in desk.read()[1]] == [f"{letter}2" for letter in wrong]


@pytest.mark.parametrize(
    "footer",
    [
        ["填表人：张三", "", "审核人：李四", "", "填表日期：2018-03-02"],
        ["填表人：", "张三", "审核人：", "李四", "联系电话：", "0531-1234"],
        ["单位负责人（签字）：", "", "单位（盖章）："],
        ["注：1.本表逐行填写"],
        ["共计 1 个系统"],
        ["本页小计", "", "", "", "", 1],
        ["本表合计：1"],
    ],
)
def test_totals_and_signatures_are_no_systems(footer: list[Any], desk: Any) -> None:
    desk.put("list.xlsx", book(footer))
    assert desk.problems() == []
    assert len(desk.read()[0].systems) == 1


def test_a_system_without_an_id_is_no_footer(desk: Any) -> None:
    desk.put("list.xlsx", book(["", "备注：实验市财政局", "决算", "非涉密"]))
    assert desk.problems() == ["list.missing-value 清单!A3"]


# --- sheets that are no part of the list


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("下拉选框附页", [["涉密分类", "等保级别", "处置方式", "目标云"], ["涉密", "一级", "关停", "公共服务云"]]),
        ("汇总", [["序号", "单位名称", "系统数量", "备注"], [1, "实验市财政局", 1, ""]]),
        ("联系人", [["单位名称", "责任人", "联系电话"], ["实验市财政局", "责任人001", "0531"]]),
    ],
)
def test_a_sheet_beside_the_list_is_left_out_and_told(name: str, rows: Rows, desk: Any) -> None:
    desk.put("list.xlsx", book(beside={name: rows}))
    assert desk.problems() == [f"list.sheet-not-read {name}"]
    assert desk.read()[1][0].severity.value == "warning"


@pytest.mark.parametrize(
    ("name", "header", "missing"),
    [
        ("系统清单2", ["单位名称", "备注"], 3),
        ("Sheet2", ["系统编号", "批次"], 3),
        ("Sheet2", ["单位名称", "系统名称"], 2),
    ],
    ids=["by its name", "by the ids", "by half of what is required"],
)
def test_a_sheet_that_is_meant_as_a_list_is_one(name: str, header: list[str], missing: int, desk: Any) -> None:
    desk.put("list.xlsx", book(beside={name: [header]}))
    assert desk.problems() == [f"list.missing-header {name}"] * missing


def test_a_file_of_one_sheet_is_meant_whatever_it_lacks(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table([["备注", "联系电话"], ["x", "y"]]))
    assert {problem.code for problem in desk.read()[1]} == {"list.missing-header", "list.unknown-column"}


def test_a_list_of_which_only_side_sheets_are_found_is_refused(desk: Any, as_workbook: Callable[..., bytes]) -> None:
    desk.put("list.xlsx", as_workbook({"汇总": [["单位名称", "备注"], ["实验市财政局", ""]]}))
    assert desk.problems() == ["list.no-systems list", "list.sheet-not-read 汇总"]


def test_a_hidden_list_is_told_and_hidden_choices_are_not(desk: Any) -> None:
    beside: dict[str, Rows] = {
        "清单2": [HEADER, ["S-9", *FIRST[1:]]],
        "附页": [["涉密分类", "处置方式"], ["涉密", "关停"]],
    }
    desk.put("list.xlsx", book(beside=beside, hidden=("清单2", "附页")))
    assert desk.problems() == ["list.hidden-sheet 清单2"]
    assert [system.id for system in desk.read()[0].systems] == ["S-1"]


# --- credentials outside the records


def test_credentials_above_the_data_are_found_and_not_shown(desk: Any, as_table: Callable[..., bytes]) -> None:
    asks = "登录地址（账号：admin 密码：Abc@123）"
    desk.put("list.csv", as_table([["测试账号：admin 密码：Abc@123"], [*HEADER, asks], [*FIRST, "http://x"]]))
    assert desk.problems() == ["list.credential list!A1", "list.credential list!H2", "list.unknown-column list"]
    assert "Abc@123" not in repr(desk.read())


@pytest.mark.parametrize("cell", ["无", "/", "-", "没有", ""])
def test_a_column_of_passwords_may_say_that_there_is_none(cell: str, desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table([[*HEADER, "密码"], [*FIRST, cell]]))
    assert desk.problems() == ["list.unknown-column list"]


# --- values


@pytest.mark.parametrize(
    "written",
    [
        "2018/3/2 0:00",
        "2018-03-02 0:00:00",
        "2018-03-02T00:00:00.000",
        "2018-03-02 14:22:10",
        "2018-03-02T14:22:10+08:00",
        "2018年3月2日14时22分",
        "2018/3/2 下午 2:22",
        "2018-03-02 星期五",
        "20180302142210",
    ],
)
def test_a_time_is_no_part_of_a_day(written: str, desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table([HEADER, [*FIRST[:-1], written]]))
    listing, problems = desk.read()
    assert problems == ()
    assert str(listing.systems[0].last_login) == "2018-03-02"


def test_yaml_says_nothing_with_null(desk: Any) -> None:
    desk.put(
        "list.yaml",
        "systems:\n- {system_id: S-1, unit: u, name: n, secrecy: 非涉密, target_cloud: null, due: ~, users: Null,"
        " remarks: NULL, location: '~', function: 'null and void'}\n".encode(),
    )
    listing, problems = desk.read()
    assert problems == ()
    (system,) = listing.systems
    assert (system.location, system.remarks, system.function) == ("", "", "null and void")
