"""Files are what they are, not what they are called; nothing in them is lost without a word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

HEADER = ["系统编号", "单位名称", "系统名称", "涉密分类"]
ENGLISH = ["system_id", "unit", "name", "secrecy"]
ROW = ["S-1", "甲局", "预算", "非涉密"]


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return packed.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("list.csv", zipped("xl/workbook.xml"), "xlsx"),
        ("list.yaml", zipped("xl/workbook.xml"), "xlsx"),
        ("list.xlsx", zipped("content.xml", "mimetype"), "ods"),
        ("list.xlsx", zipped("xl/workbook.bin"), "xlsb"),
        ("list.xlsx", zipped("word/document.xml"), "docx"),
        ("list.xlsx", ole("Workbook"), "xls"),
        ("list.csv", ole("Workbook"), "xls"),
        ("list.xlsx", ole("EncryptedPackage"), "xlsx with a password"),
        ("list.xlsx", b"<html><table><tr><td>x</td></tr></table></html>", "html"),
        ("list.csv", "\ufeff<table><tr><td>系统编号</td></tr></table>".encode(), "html"),
        ("list.csv", "<html><body>系统编号</body></html>".encode("utf-16"), "html"),
        ("list.xlsx", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml (Excel 2003)"),
        ("list.xlsx", ",".join(HEADER).encode(), "text"),
        ("list.csv", b"%PDF-1.4", "pdf"),
        ("list.csv", b'[{"system_id": "S-1"}]', "json"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name: str, data: bytes, found: str, desk: Any) -> None:
    desk.put(name, data)
    (problem,) = desk.read()[1]
    assert (problem.code, problem.values["found"]) == ("list.other-format", found)


# --- encodings


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-2", "big5", "shift_jis"])
def test_bytes_of_another_code_page_never_become_chinese(
    encoding: str, desk: Any, as_table: Callable[..., bytes]
) -> None:
    names = {
        "cp1252": ["Dirección General", "Förderanträge"],
        "iso-8859-2": ["Ministerstvo zdravotníctva", "Žiadosti"],
        "big5": ["財政局國庫處", "預算管理系統"],
        "shift_jis": ["総務省行政管理局", "予算システム"],
    }[encoding]
    desk.put("list.csv", as_table([ENGLISH, ["S-1", *names, "no"]], encoding))
    assert desk.problems() == ["list.unknown-encoding list"]


@pytest.mark.parametrize("names", [["实验市财政局", "预算管理系统"], ["实验市财政局", "朱镕堃喆的系统，用于预算管理"]])
def test_chinese_under_headers_in_english_is_read(names: list[str], desk: Any, as_table: Callable[..., bytes]) -> None:
    for encoding in ("gbk", "gb18030", "utf-8"):
        desk.put("list.csv", as_table([ENGLISH, ["S-1", *names, "no"]], encoding))
        (system,) = desk.read()[0].systems
        assert [system.unit, system.name] == names


def test_a_byte_that_broke_does_not_make_another_encoding(desk: Any, as_table: Callable[..., bytes]) -> None:
    rows = [ENGLISH, ["S-1", "实验市财政局", "预算管理系统", "no"], ["S-2", "实验市XX", "决算", "no"]]
    desk.put("list.csv", as_table(rows).replace(b"XX", b"\xe5\xae"))
    assert desk.problems() == ["list.broken-text list!A3"]


# --- guards and tails of text files


@pytest.mark.parametrize("written", ['="S-1"', '"=""S-1"""', "S-1\t", "\tS-1", " S-1 ", "Ｓ－１"])
def test_a_guarded_id_is_the_id(written: str, desk: Any) -> None:
    desk.put("list.csv", f"{','.join(HEADER)}\r\n{written},甲局,预算,非涉密\r\n".encode())
    listing, problems = desk.read()
    assert (problems, listing.systems[0].id) == ((), "S-1")


@pytest.mark.parametrize(("written", "read"), [('="001"', "001"), ("'001", "001")])
def test_guarded_zeros_are_kept(written: str, read: str, desk: Any) -> None:
    desk.put("list.csv", f"{','.join(HEADER)}\r\n{written},甲局,预算,非涉密\r\n".encode())
    assert desk.read()[0].systems[0].id == read


@pytest.mark.parametrize("tail", ["\x1a", "\0\0", ",,,,,\r\n" * 60_000, "\r\n" * 60_000, ",,,\r\n" + "," * 300])
def test_the_blank_end_of_a_file_is_no_size_and_no_row(tail: str, desk: Any) -> None:
    desk.put("list.csv", f"{','.join(HEADER)}\r\n{','.join(ROW)}\r\n{tail}".encode())
    assert desk.problems() == []
    assert len(desk.read()[0].systems) == 1


def test_a_line_that_names_the_separator_is_no_row(desk: Any) -> None:
    desk.put("list.csv", f"sep=;\r\n{';'.join(HEADER)}\r\n{';'.join(ROW)}\r\n".encode())
    assert desk.problems() == []


# --- sheets and files of which nothing is read


@pytest.mark.parametrize("notes", [30, 150])
def test_a_header_below_a_long_manual_is_found(notes: int, desk: Any, as_workbook: Callable[..., bytes]) -> None:
    manual = [[f"填表说明{number}：请如实填写。"] for number in range(notes)]
    second = [*manual, HEADER, ["S-2", *ROW[1:3], "非涉密"]]
    desk.put("list.xlsx", as_workbook({"第一处": [HEADER, ROW], "第二处": second}))
    assert len(desk.read()[0].systems) == 2
    desk.put("list.csv", as_table_of(second))
    desk.files = ["list.csv"]
    assert len(desk.read()[0].systems) == 1


def as_table_of(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def test_a_sheet_of_records_without_a_header_is_an_error(desk: Any, as_workbook: Callable[..., bytes]) -> None:
    beside = [["S-2", "乙局", "决算", "非涉密"], ["S-3", "乙局", "国库", "非涉密"]]
    desk.put("list.xlsx", as_workbook({"甲局": [HEADER, ROW], "乙局": beside}))
    assert desk.problems() == ["list.sheet-without-header 乙局"]


@pytest.mark.parametrize("title", ["填写示例", "样表", "示例1", "Example"])
def test_an_example_sheet_is_no_part_of_the_list(title: str, desk: Any, as_workbook: Callable[..., bytes]) -> None:
    example = [HEADER, ["S-9", "某局", "某系统", "非涉密"]]
    desk.put(
        "list.xlsx", as_workbook({"清单": [HEADER, ROW], title: example, "示例市财政局": [HEADER, ["S-2", *ROW[1:]]]})
    )
    assert [problem for problem in desk.problems() if "filed-twice" not in problem] == [f"list.example-sheet {title}"]
    assert [system.id for system in desk.read()[0].systems] == ["S-1", "S-2"]


def test_a_header_of_two_rows_may_stand_on_each_page(desk: Any, as_workbook: Callable[..., bytes]) -> None:
    title, above, below = ["系统迁移清单"], [*HEADER, "承建单位", ""], ["", "", "", "", "单位名称", "联系电话"]
    rows = [title, above, below, [*ROW, "某公司", "1"]]
    again = [title, above, below, ["S-2", *ROW[1:], "某公司", "1"]]
    desk.put("list.xlsx", as_workbook({"清单": [*rows, *again]}, ["清单!E2:F2"]))
    assert [system.vendor for system in desk.read()[0].systems] == ["某公司"] * 2
    assert {problem.code for problem in desk.read()[1]} <= {"list.unknown-column", "list.filed-twice"}


@pytest.mark.parametrize(
    ("name", "data", "found"), [("list.xls", ole("Workbook"), "xls"), ("list.et", b"<html>", "html")]
)
def test_a_file_of_another_name_is_told_by_its_content(name: str, data: bytes, found: str, desk: Any) -> None:
    desk.put(name, data)
    (problem,) = desk.read()[1]
    assert (problem.code, problem.values["found"]) == ("list.unknown-format", found)


def test_another_table_is_told_and_a_manual_is_not(desk: Any, as_workbook: Callable[..., bytes]) -> None:
    people = [["姓名", "电话", "邮箱"], ["甲", "1", "a"], ["乙", "2", "b"]]
    manual = [["填表说明"], ["1、系统编号：按规则编号"], ["2、涉密分类：从下拉框选择"], ["", "3、其余如实填写"]]
    desk.put("list.xlsx", as_workbook({"清单": [HEADER, ROW], "通讯录": people, "填表说明": manual}))
    assert desk.problems() == ["list.sheet-not-read 通讯录"]


def test_a_file_that_gives_nothing_is_an_error(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("a.csv", as_table([HEADER, ROW]))
    desk.put("b.csv", as_table([HEADER]))
    assert desk.problems() == ["list.nothing-read b"]


def test_servers_among_the_systems_are_told_unless_they_have_a_sheet(desk: Any, as_table: Callable[..., bytes]) -> None:
    more = ["服务器编号", "CPU（核）", "内存（GB）"]
    desk.put("systems.csv", as_table([[*HEADER, *more], [*ROW, "V-1", "2", "4"]]))
    assert desk.problems() == ["list.mixed-table systems!E1", "list.unknown-column systems"]
    desk.put("servers.csv", as_table([["服务器编号", "系统编号", "内存（GB）"], ["V-1", "S-1", "4"]]))
    assert desk.problems() == ["list.unknown-column systems"]
