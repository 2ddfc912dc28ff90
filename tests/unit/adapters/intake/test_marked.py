"""The marked copy shows every problem at its cell, and nothing that may not be shown."""

from __future__ import annotations

import csv
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from orchestrator.adapters.intake.marked import write_marked
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


def test_workbook(desk: Any, as_workbook: Callable[..., bytes]) -> None:
    desk.put("list.xlsx", as_workbook({"清单": ROWS}))
    (copy,) = write(desk, "marked.xlsx")
    sheet = load_workbook(copy)["清单"]
    assert sheet["E2"].comment is not None
    assert sheet["E2"].comment.text == "list.bad-date"
    assert sheet["E2"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A1"].comment is None
    assert sheet["F3"].value == "******"
    assert [cell.value for cell in sheet[4]][:4] == ["******"] * 4
    # A formula is kept as the text it is: it is not computed wherever the copy is opened.
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=HYPERLINK(1)", "s")
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
    assert hidden[:4] == ["******"] * 4


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
