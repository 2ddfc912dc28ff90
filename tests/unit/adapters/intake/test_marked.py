"""The marked copy shows every problem at its cell, and nothing that may not be shown."""

from __future__ import annotations

import csv
import io
import stat
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting import rule as rules_of_openpyxl
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableFormula

from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.marked import write_marked
from orchestrator.adapters.intake.marked_workbook import mark_workbook
from orchestrator.adapters.intake.marking import Marking
from orchestrator.errors import Refused
from orchestrator.model.problem import Problem

SECRET = "账号：admin 密码：Abc@123"
ROWS = [
    ["system_id", "unit", "name", "secrecy", "审批时间", "备注"],
    ["S-1", "甲局", "=HYPERLINK(1)", "非涉密", "昨天", "-5"],
    ["S-2", "甲局", "@SUM(A1)", "非涉密", "2010-10", SECRET],
    ["S-3", "甲局", "隐去的名称", "涉密", "", ""],
]


def code_of(problem: Problem) -> str:
    return problem.code


def write(desk: Any, out: str) -> tuple[Path, ...]:
    return write_marked(desk.folder, desk.declared, desk.read()[1], desk.folder / out, code_of, "问题")


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    """Return a workbook with a text of one of its parts replaced."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            target.writestr(name, text)
    return saved.getvalue()


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def listed(rows: list[list[Any]]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "清单"
    for row in rows:
        sheet.append(row)
    return book


def test_workbook(desk: Any, as_workbook: Callable[..., bytes]) -> None:
    desk.put("list.xlsx", as_workbook({"清单": ROWS}))
    (copy,) = write(desk, "marked.xlsx")
    sheet = load_workbook(copy)["清单"]
    assert sheet["E2"].comment is not None
    assert sheet["E2"].comment.text == "list.bad-date"
    assert sheet["E2"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A1"].comment is None
    assert sheet["F3"].value == "******"
    assert [cell.value for cell in sheet[4]][:4] == ["******", "******", "******", "涉密"]
    # A formula without a result stays an error, and is not computed wherever the copy is opened.
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("#VALUE!", "e")
    with zipfile.ZipFile(copy) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("Abc@123", "隐去的名称", "S-3"):
        assert secret.encode() not in everything
    assert b"<f>" not in everything
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_table(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table(ROWS, "gb18030"))
    (copy,) = write(desk, "marked.csv")
    data = copy.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, first, second, hidden = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert header[-1] == "问题"
    assert first == ["S-1", "甲局", "'=HYPERLINK(1)", "非涉密", "昨天", "-5", "E2: list.bad-date"]
    assert second == ["S-2", "甲局", "'@SUM(A1)", "非涉密", "2010-10", "******", "F3: list.credential"]
    assert hidden[:4] == ["******", "******", "******", "涉密"]


def test_sections(desk: Any) -> None:
    keys = ["system_id", "unit", "name", "secrecy", "approved_on", "remarks"]
    systems = [{key: cell for key, cell in zip(keys, row, strict=True) if cell} for row in ROWS[1:]]
    desk.put("list.yaml", yaml.safe_dump({"systems": systems}, allow_unicode=True).encode())
    (copy,) = write(desk, "marked.yaml")
    text = copy.read_text(encoding="utf-8")
    assert "# systems[0].approved_on: list.bad-date" in text.splitlines()
    assert "Abc@123" not in text
    assert "隐去的名称" not in text
    assert yaml.safe_load(text)["systems"][0]["unit"] == "甲局"


def test_a_key_of_a_section_may_be_a_secret_itself(desk: Any) -> None:
    keys = ["system_id", "unit", "name", "secrecy", "approved_on", SECRET, f"{SECRET} 2"]
    row = ["S-1", "甲局", "甲系统", "非涉密", "昨天", "x", "y"]
    desk.put("list.yaml", yaml.safe_dump({"systems": [dict(zip(keys, row, strict=True))]}, allow_unicode=True).encode())
    (copy,) = write(desk, "marked.yaml")
    assert "Abc@123" not in repr(desk.read()) + copy.read_text(encoding="utf-8")
    desk.put("list.yaml", yaml.safe_dump({"systems": [{SECRET: {"x": "y"}}]}, allow_unicode=True).encode())
    assert "Abc@123" not in repr(desk.read())


def test_several_files_are_numbered(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("a.csv", as_table(ROWS))
    desk.put("b.csv", as_table([["server_id", "system_id"], ["V-1", "S-9"]]))
    assert [copy.name for copy in write(desk, "marked.csv")] == ["marked-1.csv", "marked-2.csv"]


def test_nothing_is_replaced(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table(ROWS))
    with pytest.raises(Refused) as caught:
        write(desk, "list.csv")
    assert caught.value.code == "list.copy-exists"
    with pytest.raises(Refused) as caught:
        write(desk, "marked.xlsx")
    assert caught.value.code == "list.copy-format"


SHEET = "xl/worksheets/sheet1.xml"
PLAIN: list[list[Any]] = [
    ["system_id", "unit", "name", "secrecy", "审批时间", "用户规模"],
    ["S-1", "甲局", "甲系统", "非涉密", "昨天", 5],
    ["S-2", "甲局", "乙系统", "非涉密", "2010-10", 6],
]


def test_a_formula_becomes_its_last_result(desk: Any) -> None:
    book = listed([*PLAIN[:2], ["S-2", "甲局", "乙系统", "非涉密", "2010-10", "=100*2"]])
    desk.put("list.xlsx", edited(saved(book), SHEET, "<f>100*2</f><v></v>", "<f>100*2</f><v>200</v>"))
    (copy,) = write(desk, "marked.xlsx")
    assert load_workbook(copy)["清单"]["F3"].value == 200


def test_comments_and_links_stay_unless_they_tell_too_much(desk: Any) -> None:
    book = listed([*PLAIN, ["S-3", "甲局", "隐去的名称", "涉密", "", ""]])
    sheet = book["清单"]
    for name in ("C2", "E2", "G2", "C4"):
        sheet[name].comment = Comment("请核实", "审核")
    sheet["C3"].comment = Comment(SECRET, "审核")
    sheet["B2"].hyperlink, sheet["B3"].hyperlink = "http://example.gov/", "http://root:Abc@123@example.gov/"
    sheet["B4"].hyperlink = "http://hidden.gov/"
    desk.put("list.xlsx", saved(book))
    (copy,) = write(desk, "marked.xlsx")
    marked = load_workbook(copy)["清单"]
    told = {cell.coordinate: cell.comment.text for row in marked for cell in row if cell.comment}
    assert told == {"C2": "请核实", "E2": "请核实\nlist.bad-date", "G2": "请核实"}
    assert [marked[name].hyperlink is not None for name in ("B2", "B3", "B4")] == [True, False, False]
    with zipfile.ZipFile(copy) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Abc@123" not in everything
    assert b"hidden.gov" not in everything


def test_hidden_sheets_and_what_hangs_on_a_workbook_tell_nothing(desk: Any) -> None:
    book = listed(PLAIN)
    accounts = book.create_sheet("账户")
    for row in (["名称", "账号", "密码"], ["门户", "admin", "hunter2hunter2"], [], ["管理口令", "hunter3"]):
        accounts.append(row)
    old = book.create_sheet("旧清单")
    for row in ([*PLAIN[0]], PLAIN[1], ["S-9", "甲局", "隐去的名称", "涉密", "", ""]):
        old.append(row)
    choices = book.create_sheet("下拉")
    for row in (["涉密分类", "处置方式"], ["涉密", "关停"], ["非涉密", "迁移"]):
        choices.append(row)
    for sheet in (accounts, old, choices):
        sheet.sheet_state = "hidden"
    validation = DataValidation(type="list", formula1="下拉!$A$2:$A$3", prompt=SECRET)
    kept = DataValidation(type="list", formula1="下拉!$A$2:$A$3")
    for one in (validation, kept):
        book["清单"].add_data_validation(one)
        one.add("D2:D9")
    header: Any = book["清单"].oddHeader
    header.center.text = SECRET
    book.properties.description = SECRET
    desk.put("list.xlsx", saved(book))
    (copy,) = write(desk, "marked.xlsx")
    marked = load_workbook(copy)
    assert [cell.value for cell in marked["账户"][2]] == ["门户", "******", "******"]
    assert [cell.value for cell in marked["旧清单"][2]][:3] == ["S-1", "甲局", "甲系统"]
    assert [cell.value for cell in marked["旧清单"][3]][:4] == ["******", "******", "******", "涉密"]
    assert [cell.value for row in marked["下拉"] for cell in row] == [
        "涉密分类",
        "处置方式",
        "涉密",
        "关停",
        "非涉密",
        "迁移",
    ]
    assert len(marked["清单"].data_validations.dataValidation) == 1
    with zipfile.ZipFile(copy) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("hunter", "Abc@123", "隐去的名称"):
        assert secret.encode() not in everything


def test_what_openpyxl_leaves_out_is_no_warning(desk: Any) -> None:
    extension = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    desk.put("list.xlsx", edited(saved(listed(PLAIN)), SHEET, "</worksheet>", extension))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write(desk, "marked.xlsx")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".yaml"])
def test_a_copy_reads_as_the_list_does(
    desk: Any, as_workbook: Callable[..., bytes], as_table: Callable[..., bytes], suffix: str
) -> None:
    """A classified system stays one, and the copy has no problem of its own."""
    keys = ["system_id", "unit", "name", "secrecy", "batch", "disposition", "target_cloud", "merged_into", "remarks"]
    rows: list[list[Any]] = [
        keys,
        ["S-1", "甲局", "甲系统", "非涉密", "-", "-", "-", "", "+86 0531-1234"],
        ["S-2", "甲局", "乙系统", "非涉密", 9, "迁移", "", "", "@见附件"],
        ["S-3", "甲局", "隐去的名称", "涉密", "", "排除", "", "", "备注"],
        ["S-4", "甲局", "或须隐去", "不详", 1, "迁移", "", "", ""],
    ]
    if suffix == ".xlsx":
        servers = [["server_id", "system_id", "源服务器IP"], ["V-1", "S-3", "10.1.1.1"]]
        data = as_workbook({"systems": rows, "servers": servers})
    elif suffix == ".csv":
        data = as_table(rows)
    else:
        systems = [{key: str(cell) for key, cell in zip(keys, row, strict=True) if cell} for row in rows[1:]]
        data = yaml.safe_dump({"systems": systems}, allow_unicode=True).encode()
    desk.put(f"list{suffix}", data)
    listing, problems = desk.read()
    (copy,) = write(desk, f"marked{suffix}")
    desk.files.clear()
    desk.put("again" + suffix, copy.read_bytes())
    again, still = desk.read()
    # The servers of a classified system are gone with their row, and the column of problems is no column of the list.
    own = {"list.classified-target", "list.unknown-column"}
    assert [(one.code, one.cell) for one in still if one.code not in own] == [
        (one.code, one.cell) for one in problems if one.code not in own
    ]
    assert again.classified_count == listing.classified_count == 1
    assert {one.id: one.remarks for one in again.systems} == {one.id: one.remarks for one in listing.systems}


def test_a_copy_has_no_macros(desk: Any) -> None:
    desk.put("list.xlsm", saved(listed(PLAIN)))
    with pytest.raises(Refused) as caught:
        write(desk, "marked.xlsm")
    assert caught.value.values["wanted"] == ".xlsx"
    (copy,) = write(desk, "marked.xlsx")
    with zipfile.ZipFile(copy) as archive:
        assert b"spreadsheetml.sheet.main+xml" in archive.read("[Content_Types].xml")


def test_a_copy_that_cannot_be_written_is_refused(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table(ROWS))
    with pytest.raises(Refused) as caught:
        write(desk, "nowhere/marked.csv")
    assert caught.value.code == "list.copy-unwritable"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", 'patternType="gray125"', 'patternType="weird"'),
        (SHEET, "<pageMargins ", '<pageMargins x="a" '),
        (SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="H1:XFD1048576"/></mergeCells>'),
        (SHEET, "</sheetData>", '</sheetData><hyperlinks><hyperlink ref="H1:XFD1048576" location="A1"/></hyperlinks>'),
    ],
    ids=["style", "margins", "merge", "link"],
)
def test_a_workbook_that_only_the_reader_understands_is_refused(desk: Any, part: str, old: str, new: str) -> None:
    desk.put("list.xlsx", edited(saved(listed(PLAIN)), part, old, new))
    assert desk.read()[0].systems
    with pytest.raises(Refused) as caught:
        write(desk, "marked.xlsx")
    assert caught.value.code == "list.copy-unreadable"


def test_one_cell_far_off_costs_one_cell(tmp_path: Path) -> None:
    book = listed(PLAIN)
    book["清单"]["CB30000"] = "x"
    source = tmp_path / "list.xlsx"
    source.write_bytes(saved(book))
    grid = Grid(file="list.xlsx", sheet="清单", rows=PLAIN)
    marking = Marking(
        sheets={"清单": grid}, problems={}, closed={"清单": {}}, secret={"清单": frozenset()}, words=code_of, heading=""
    )
    began = time.process_time()
    mark_workbook(source, marking)
    assert time.process_time() - began < 2


def test_no_formula_is_left_outside_the_cells_either(desk: Any) -> None:
    """A name, a drop-down, a colour or a column of a table may compute, fetch and start things as a cell may."""
    book = listed(ROWS[:3])
    sheet = book["清单"]
    names = {
        "plain": "'清单'!$A$1:$B$2",
        "several": "'清单'!$A$1,'清单'!$B$2:$B$9",
        "dde": "cmd|'/C calc'!A0",
        "elsewhere": "[1]清单!$A$1",
        "share": "'\\\\host\\[x.xlsx]清单'!$A$1",
        "computed": "INDEX('清单'!$A$1:$B$2,1)",
        "fetched": 'WEBSERVICE("http://example.org")',
    }
    for name, text in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    sheet.defined_names["local"] = DefinedName("local", attr_text="cmd|'/C calc'!A1")
    choices = ['"甲,乙"', "$A$1:$A$9", "=plain", '=HYPERLINK("http://example.org")', "cmd|'/C calc'!A0", "LEN(A1)>3"]
    for formula in choices:
        choice = DataValidation(type="list", formula1=formula)
        choice.add("B2")
        sheet.add_data_validation(choice)
    made: Any = rules_of_openpyxl  # its stubs lack the arguments' types
    for rule in (
        made.CellIsRule(operator="greaterThan", formula=["5"], font=Font(bold=True)),
        made.FormulaRule(formula=["WEBSERVICE(A1)"], font=Font(bold=True)),
        made.DataBarRule("formula", "HYPERLINK(A1)", "num", 9, color="FF638EC6"),
        made.DataBarRule("min", None, "max", None, color="FF638EC6"),
    ):
        sheet.conditional_formatting.add("B2:B9", rule)
    for cell, target in (("A2", "https://example.org"), ("B2", "file:///etc/passwd"), ("C2", "\\\\host\\share")):
        sheet[cell].hyperlink = target
    table: Any = Table(displayName="Rows", ref="A1:F3")
    table._initialise_columns()
    for column, header in zip(table.tableColumns, ROWS[0], strict=True):
        column.name = header
    table.tableColumns[2].calculatedColumnFormula = TableFormula(attr_text="HYPERLINK(1)")
    sheet.add_table(table)
    desk.put("list.xlsx", saved(book))

    (copy,) = write(desk, "marked.xlsx")

    marked = load_workbook(copy)
    assert set(marked.defined_names) == {"plain", "several"}
    assert not marked["清单"].defined_names
    kept = [rule.formula1 for rule in marked["清单"].data_validations.dataValidation]
    assert kept == ['"甲,乙"', "$A$1:$A$9", "=plain"]
    rules = [rule for area in marked["清单"].conditional_formatting for rule in area.rules]
    assert sorted(rule.type for rule in rules) == ["cellIs", "dataBar"]
    links = {cell.coordinate for row in marked["清单"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {"A2"}
    with zipfile.ZipFile(copy) as parts:
        everything = b"".join(map(parts.read, parts.namelist()))
    for word in (b"cmd|", b"HYPERLINK(", b"WEBSERVICE", b"calculatedColumnFormula"):
        assert word not in everything, word
