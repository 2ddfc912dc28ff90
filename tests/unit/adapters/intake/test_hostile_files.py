"""Files made to hurt cost a clear error, neither memory nor time."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.adapters.intake import archive
from orchestrator.adapters.intake.fold import header_key, narrow
from orchestrator.adapters.intake.yamltext import YamlError, parse_yaml

Patch = Callable[[str, bytes], bytes]


def repacked(workbook: bytes, patch: Patch, extra: int = 0) -> bytes:
    """Return the workbook with its parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, patch(name, old.read(name)))
        for number in range(extra):
            new.writestr(f"x{number}", b"")
    return packed.getvalue()


def in_sheet(old: bytes, new: bytes) -> Patch:
    return lambda name, data: data.replace(old, new) if name == "xl/worksheets/sheet1.xml" else data


@pytest.fixture
def small(clean_list: Any, as_workbook: Callable[..., bytes]) -> bytes:
    data: bytes = as_workbook({name: rows[:3] for name, rows in clean_list.items()})
    return data


def codes(desk: Any) -> set[str]:
    return {problem.code for problem in desk.read()[1]}


def test_a_zip_bomb_is_refused_before_it_is_unpacked(desk: Any, small: bytes) -> None:
    desk.put("list.xlsx", repacked(small, in_sheet(b"<sheetData>", b"<sheetData>" + b" " * (40 << 20))))
    tracemalloc.start()
    assert codes(desk) == {"list.too-large"}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20


def test_a_size_that_lies_is_not_believed(desk: Any, small: bytes) -> None:
    bomb = bytearray(repacked(small, in_sheet(b"<sheetData>", b"<sheetData>" + b" " * (40 << 20))))
    entry = bomb.find(b"PK\x01\x02", bomb.find(b"PK\x01\x02"))
    while entry >= 0:
        if b"worksheets/sheet1.xml" in bomb[entry : entry + 100]:
            bomb[entry + 24 : entry + 28] = struct.pack("<I", 100)
        entry = bomb.find(b"PK\x01\x02", entry + 4)
    desk.put("list.xlsx", bytes(bomb))
    assert codes(desk) == {"list.too-large"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A1"', b'<c r="XFD1048576"'),
        (b"</sheetData>", b'<row r="1048576"><c><v>1</v></c></row></sheetData>'),
        (b"</sheetData>", b"<x:row xmlns:x='u' r = '99999'><x:c>\n<x:v>1</x:v></x:c></x:row></sheetData>"),
        (b"</row>", b"<c><v>1</v></c>" * 300 + b"</row>"),
    ],
)
def test_a_far_cell_is_refused_before_a_rectangle_is_allocated(old: bytes, new: bytes, desk: Any, small: bytes) -> None:
    desk.put("list.xlsx", repacked(small, in_sheet(old, new)))
    assert codes(desk) == {"list.too-large"}


def test_rows_that_do_not_say_where_they_are_are_counted_from_those_that_do(desk: Any, small: bytes) -> None:
    told = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(5, 40_000))
    untold = b"<row><c><v>1</v></c></row>" * 15_000
    desk.put("list.xlsx", repacked(small, in_sheet(b"</sheetData>", told + untold + b"</sheetData>")))
    assert codes(desk) == {"list.too-large"}


@pytest.mark.parametrize(
    "new",
    [
        b'<row r="1048576"><c r="C1048576" s="1" t="n"></c><c r="XFD1048576"/></row>',
        b'<row r="99999" ht="20" customHeight="1"/>',
        b"<row>" + b'<c s="0"/>' * 16_384 + b"</row>",
        b"".join(b'<row r="%d"><c r="XFD%d" s="0"></c></row>' % (row, row) for row in range(5, 70_000)),
    ],
    ids=["a cell without content", "a row without cells", "a row of looks", "more than one piece of looks"],
)
def test_looks_without_content_are_no_size(new: bytes, desk: Any, small: bytes) -> None:
    desk.put("list.xlsx", repacked(small, in_sheet(b"</sheetData>", new + b"</sheetData>")))
    assert "list.too-large" not in codes(desk)
    assert len(desk.read()[0].systems) == 2


def test_what_is_too_far_is_named_by_its_sheet_and_cell(desk: Any, small: bytes) -> None:
    desk.put("list.xlsx", repacked(small, in_sheet(b'<c r="A1"', b'<c r="ZZ7"')))
    (problem,) = desk.read()[1]
    assert (problem.code, problem.sheet, problem.cell) == ("list.too-large", "systems", "ZZ7")


def test_an_encoding_that_nobody_knows_is_told(desk: Any, small: bytes) -> None:
    desk.put(
        "list.xlsx",
        repacked(
            small,
            lambda name, data: (
                b"<?xml version='1.0' encoding='x-nobody'?>" + data if name == "xl/workbook.xml" else data
            ),
        ),
    )
    assert codes(desk) == {"list.not-a-workbook"}


def test_entities_are_refused(desk: Any, small: bytes) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet'
    desk.put("list.xlsx", repacked(small, in_sheet(b"<worksheet", entities)))
    assert codes(desk) == {"list.xml-entities"}


def test_too_many_parts_are_refused(desk: Any, small: bytes) -> None:
    desk.put("list.xlsx", repacked(small, lambda _, data: data, extra=2001))
    assert codes(desk) == {"list.too-large"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no"])
def test_what_is_no_workbook_is_told(data: bytes, desk: Any) -> None:
    desk.put("list.xlsx", data)
    assert codes(desk) == {"list.not-a-workbook"}


def test_missing_and_unknown_files_are_told(desk: Any) -> None:
    desk.put("list.pdf", b"%PDF-1.4")
    desk.files = ["nowhere.csv", "list.pdf"]
    assert codes(desk) == {"list.missing-file", "list.unknown-format"}


@pytest.mark.parametrize("text", ["(" * 50_000 + ")" * 50_000, "([" * 50_000, "）（" * 50_000])
def test_brackets_are_folded_in_time_that_grows_with_the_text(text: str) -> None:
    begun = time.process_time()
    header_key(text)
    assert time.process_time() - begun < 5


def test_a_sheet_is_searched_for_formulas_without_a_tree(desk: Any, small: bytes) -> None:
    cells = b"<row><c><f>1</f></c></row>" + b"<x/>" * 200_000
    desk.put("list.xlsx", repacked(small, in_sheet(b"</sheetData>", b"</sheetData>" + cells)))
    tracemalloc.start()
    desk.read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20


def test_too_many_rows_are_refused(desk: Any) -> None:
    desk.put("list.csv", b"system_id,unit,name,secrecy\n" + b"S,u,n,no\n" * 50_001)
    assert codes(desk) == {"list.too-large"}


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "too-large"),
        ("a: &a [*a]", "unknown-alias"),
        (f"a: &a {'x' * 60_000}\nb: [{', '.join(['*a'] * 100_000)}]", "too-large"),
        ("[" * 100_000, "too-deep"),
        ("a: 1\nb: 2\na: 3", "duplicate-key"),
        ("a: !!python/object/apply:os.system [id]", "tag"),
        ("a: !!int 3", "tag"),
        ("a: 1\n---\nb: 2", "many-documents"),
        ("? [a]\n: b", "key-not-text"),
        ("a: [b", "syntax"),
        ("a: \x01", "syntax"),
    ],
)
def test_yaml_made_to_hurt_is_refused(text: str, reason: str) -> None:
    with pytest.raises(YamlError) as caught:
        parse_yaml(text.encode())
    assert caught.value.reason == reason


def test_yaml_that_is_not_utf_8_is_told() -> None:
    with pytest.raises(YamlError) as caught:
        parse_yaml(b"a: 1\nb: \xff")
    assert (caught.value.reason, caught.value.line) == ("not-utf-8", 2)


def test_yaml_values_are_text_and_nothing_else() -> None:
    text = "a: 0777\nb: 1.10\nc: NO\nd: 12:30:45\ne: 2026-01-01\nf:\ng: &x {h: y}\ni: *x\n"
    plain = {"a": "0777", "b": "1.10", "c": "NO", "d": "12:30:45", "e": "2026-01-01", "f": ""}
    assert parse_yaml(text.encode()) == {**plain, "g": {"h": "y"}, "i": {"h": "y"}}


HEADER = ["system_id", "unit", "name", "secrecy", "审批时间", "用户规模", "使用对象", "季节性", "备注", "批次", "x"]
anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(anything, min_size=11, max_size=11), max_size=4))
def test_no_cell_text_breaks_the_reader(rows: list[list[str]], desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table([HEADER, *rows]))
    for problem in desk.read()[1]:
        assert problem.code.startswith("list.")
        assert len(problem.value) <= 40


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=anything, remark=anything)
def test_text_comes_through_as_it_was(name: str, remark: str, desk: Any, as_table: Callable[..., bytes]) -> None:
    desk.put("list.csv", as_table([HEADER, ["S-1", "u", name, "no", "", "", "", "", remark, "", ""]]))
    listing, problems = desk.read()
    for system in listing.systems if not problems else ():
        assert narrow(system.name) == narrow(name.replace("\r\n", "\n").replace("\r", "\n"))
        assert narrow(system.remarks) == narrow(remark.replace("\r\n", "\n").replace("\r", "\n"))


def test_a_large_list_is_read(desk: Any, as_table: Callable[..., bytes]) -> None:
    usual = ["非涉密", "2010-10", "1,200", "公众", "否", "", "1", ""]
    rows = [[f"S-{number}", f"单位{number % 50}", f"系统{number}", *usual] for number in range(3_000)]
    desk.put("list.csv", as_table([HEADER, *rows]))
    listing, problems = desk.read()
    assert [problem.code for problem in problems] == ["list.unknown-column"]
    assert len(listing.systems) == 3_000


@pytest.mark.parametrize(
    "xml",
    [
        b'<cols><col min="1"/></cols><row r="1"><c r="A1"/><c r="B1"><v>1</v></c></row>',
        b'<row r="2" spans="1:2"><c r="AB2"/></row><row r="7"/>',
        b'<row r="2"><c r="B900"/></row><row r="3"><c r="A3"/>',
        b"<row><c/><c/><c/></row><row><c/></row>",
        b'<row r="5"><c r="C5"/><c/><c/></row>',
        b'<x:row r="5"><x:c r="C5"/></x:row><row r="2"><c r="A2"/></row>',
        b'<row r="2"><c r="A2"><is><t>a:c b:row</t></is></c></row>',
        b'<row r="9"/><row/><row r="3"/><c r="A3"/>',
    ],
)
def test_a_sheet_that_says_where_its_cells_are_measures_the_same(xml: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured() -> tuple[int, int, int, int]:
        extent = archive._Extent()
        extent.add(xml)
        extent.add(b"<row><c/>")  # goes on from where the piece before has ended
        return extent.row, extent.column, extent.last_row, extent.last_column

    found = measured()
    monkeypatch.setattr(archive._Extent, "_jump", lambda *_: False)

    assert found == measured()
