"""One list in three formats, in every encoding, under every kind of header."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openpyxl import Workbook

from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.intake.reader import read_list

ROOT = Path(__file__).parents[4]
LAB = ROOT / "seeds/lab"
RENDITIONS = ROOT / "tests/cases/list/lab"
CSV = ("systems.csv", "servers.csv", "rooms.csv", "dependencies.csv")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_lab", ROOT / "seeds/generate_lab.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_three_renditions_are_one_list() -> None:
    programme = load_programme(LAB)
    readings = [
        read_list(LAB, programme),
        read_list(RENDITIONS, replace(programme, list_files=CSV)),
        read_list(RENDITIONS, replace(programme, list_files=("list.yaml",))),
    ]
    assert [problems for _, problems in readings] == [(), (), ()]
    assert len({listing.digest for listing, _ in readings}) == 1
    listing = readings[0][0]
    assert [len(part) for part in (listing.systems, listing.servers, listing.rooms, listing.dependencies)] == [
        12,
        6,
        2,
        2,
    ]
    assert listing.classified_count == 1
    assert "SH-013" not in repr(listing)


def test_generator_writes_the_same_bytes_as_are_kept(generator: ModuleType) -> None:
    assert generator.workbook_bytes() == (LAB / "migration-list.xlsx").read_bytes()
    assert generator.yaml_bytes() == (RENDITIONS / "list.yaml").read_bytes()


def test_a_cell_is_named_where_it_stands() -> None:
    programme = load_programme(LAB)
    listing, _ = read_list(LAB, programme)
    second = listing.systems[1]
    assert listing.cell(second.row, "audience") == "migration-list.xlsx!系统迁移清单!R6"
    assert second.unit == "实验市政务服务局"  # from the merged cell above


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_encoding_is_the_one_that_yields_the_headers(
    encoding: str, delimiter: str, desk: Any, as_table: Callable[..., bytes]
) -> None:
    rows = [["系统编号", "单位名称", "系统名称", "涉密分类"], ["S-1", "实验市财政局", "预算系统", "非涉密"]]
    desk.put("list.csv", as_table(rows, encoding, delimiter))
    listing, problems = desk.read()
    assert problems == ()
    assert listing.systems[0].unit == "实验市财政局"


def test_gbk_that_decodes_as_utf_8_is_not_believed(desk: Any) -> None:
    # 系统 in GBK is the bytes of ϵͳ in UTF-8: nothing fails, and the header is gone.
    trap = "系统,单位,系统名称,密级,系统编号\r\n".encode("gbk")
    assert trap[:4].decode("utf-8") == "ϵͳ"
    desk.put("list.csv", trap + "x,实验市财政局,预算,非涉密,S-1\r\n".encode("gbk"))
    assert desk.read()[0].systems[0].name == "预算"


def test_no_encoding_at_all_is_told_with_what_was_tried(desk: Any) -> None:
    desk.put("list.csv", b"a,b,c\n1,2,3\n")
    (problem,) = desk.read()[1]
    assert problem.code == "list.encoding"
    assert "gb18030" in problem.values["tried"]
    assert problem.values["found"] == "a,b,c"


def test_a_broken_byte_is_told_with_its_row(desk: Any, as_table: Callable[..., bytes]) -> None:
    rows = [["system_id", "unit", "name", "secrecy"], ["S-1", "u", "n", "no"], ["S-2", "u", "XX", "no"]]
    desk.put("list.csv", as_table(rows).replace(b"XX", b"\xff\xff"))
    assert desk.problems() == ["list.broken-text list!A3"]


def zhuhai() -> bytes:
    """A census form: title, merged groups with hints, pinyin initials, a total."""
    book = Workbook()
    sheet = book.create_sheet("Sheet1", 0)
    sheet.append(["政务信息系统普查表"])
    dated = "审批时间\n（格式示例：2010-10、2010/10）"
    sheet.append(["序号", "单位名称", "政务信息系统名称", "承建单位", None, dated, "涉密分类", "系统编号", "用户规模"])
    sheet.cell(2, 10, "是否僵尸系统")
    sheet.append([None, None, None, "单位名称", "联系电话"])
    sheet.append(["xh", "companyId", "name", "cjdw", "lxdh", "spsj", "smfl", "xtbh", "yhgm", "sfjs"])
    sheet.append([1, "实验市财政局", "预算", "某公司", "000", "2010/10", "非涉密", "S-1", "１，２００", "否"])
    sheet.append([2, None, "决算", "某公司", "000", 40452, "非涉密", "S-2", 30, "是"])
    sheet.append(["合 计", None, None, None, None, None, None, None, 1230])
    sheet.append(["填表人：责任人001"])
    sheet.merge_cells("A1:J1")
    sheet.merge_cells("D2:E2")
    for column in "ABCFGHIJ":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.merge_cells("B5:B6")
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_a_census_form_is_read(desk: Any) -> None:
    desk.put("list.xlsx", zhuhai())
    listing, problems = desk.read()
    assert desk.problems() == ["list.code-row Sheet1!A4", "list.unknown-column Sheet1"]
    assert problems[0].values["columns"] == "序号, 联系电话"
    first, second = listing.systems
    assert (first.unit, second.unit) == ("实验市财政局", "实验市财政局")
    assert (first.vendor, first.users, str(first.approved_on)) == ("某公司", 1200, "2010-10-01")
    assert (str(second.approved_on), second.system_class.value) == ("2010-10-01", "zombie")


def test_a_blank_unit_that_is_not_merged_stays_blank(desk: Any, as_table: Callable[..., bytes]) -> None:
    rows = [["system_id", "unit", "name", "secrecy"], ["S-1", "u", "n", "no"], ["S-2", "", "m", "no"]]
    desk.put("list.csv", as_table(rows))
    assert desk.problems() == ["list.missing-value list!B3"]


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [("内存（GB）", "2", 2048), ("内存", "2GB", 2048), ("内存（GB）", "512 MB", 512), ("ram_mib", "512", 512)],
)
def test_memory_is_in_the_unit_that_is_written(
    header: str, cell: str, expected: int, desk: Any, as_table: Callable[..., bytes]
) -> None:
    desk.put("systems.csv", as_table([["system_id", "unit", "name", "secrecy"], ["S-1", "u", "n", "no"]]))
    desk.put("servers.csv", as_table([["server_id", "system_id", header], ["V-1", "S-1", cell]]))
    listing, problems = desk.read()
    assert problems == ()
    assert listing.servers[0].ram_mib == expected


def test_memory_without_a_unit_is_not_guessed(desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("systems.csv", as_table([["system_id", "unit", "name", "secrecy"], ["S-1", "u", "n", "no"]]))
    desk.put("servers.csv", as_table([["server_id", "system_id", "内存"], ["V-1", "S-1", "4"]]))
    assert desk.problems() == ["list.missing-unit servers!C2"]


def test_text_that_looks_like_a_formula_is_kept_as_text(desk: Any, as_table: Callable[..., bytes]) -> None:
    hostile = ["=cmd|' /C calc'!A1", "+1+1", "-2", "@SUM(A1)", "{{ 7*7 }}", "$(id)", "../../etc", "--help", "!unsafe x"]
    rows = [["system_id", "unit", "name", "secrecy"], *([f"S-{n}", "u", text, "no"] for n, text in enumerate(hostile))]
    desk.put("list.csv", as_table(rows))
    listing, problems = desk.read()
    assert problems == ()
    assert [system.name for system in listing.systems] == hostile


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_every_field_has_one_column_and_every_header_one_meaning(spec: Any) -> None:
    wanted = {field.name for field in fields(spec.record)} - {"row"}
    joined = {column.field for column in spec.columns if column.joins}
    assert wanted == set(spec.by_field) - joined
    assert wanted >= {column.joins for column in spec.columns if column.joins}
    assert len(spec.columns) == len(wanted | joined)
    assert sum(len(set(map(header_key, column.names()))) for column in spec.columns) == len(spec.by_key)
