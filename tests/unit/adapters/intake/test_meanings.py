"""What people write means what they mean: words that say nothing, units, dressed headers, rows that are no records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import SHEETS, SYSTEMS
from orchestrator.adapters.intake.dressing import header_keys
from orchestrator.adapters.intake.fold import INVISIBLE, plain_key
from orchestrator.adapters.intake.kinds import Label, Text
from orchestrator.adapters.intake.nothing import means_ditto, means_no, means_nothing
from orchestrator.model.programme import Batch

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[3] / "cases/list/meanings.yaml").read_text(encoding="utf-8")
)
HEADER = ["系统编号", "单位名称", "系统名称", "涉密分类", "处置方式", "批次", "用户规模", "备注"]
FIRST = ["S-1", "实验市财政局", "预算", "非涉密", "迁移", 1, 10, ""]


@pytest.fixture
def read(desk: Any, as_table: Callable[..., bytes]) -> Callable[[list[list[Any]]], tuple[Any, list[str]]]:
    """Read one CSV file; its systems, and its problems as `code cell`."""

    def reading(rows: list[list[Any]]) -> tuple[Any, list[str]]:
        desk.put("list.csv", as_table(rows))
        listing, problems = desk.read()
        return listing.systems, [f"{one.code} {one.cell}".strip() for one in problems]

    return reading


def with_column(header: str, *cells: object) -> list[list[Any]]:
    """Return a table of as many systems as there are cells, with one more column, or another header of its own."""
    rows = [[f"S-{number}", FIRST[1], f"系统{number}", *FIRST[3:], cell] for number, cell in enumerate(cells, 1)]
    field = meant(header)
    kept = [index for index, name in enumerate(HEADER) if field is None or meant(name) != field]
    return [[*(HEADER[index] for index in kept), header], *([*(row[index] for index in kept), row[-1]] for row in rows)]


def meant(header: str) -> str | None:
    """Return the field of a system that a header alone means, without a unit behind it."""
    return next((SYSTEMS.by_key[key].field for key in header_keys(header) if key in SYSTEMS.by_key), None)


# --- words


@pytest.mark.parametrize("text", CASES["nothing"])
def test_a_word_that_says_nothing_is_nothing_in_every_kind_of_column(text: str, read: Any) -> None:
    assert means_nothing(text)
    headers = [
        "等保备案证明编号",
        "审批时间",
        "建设金额（万元）",
        "使用对象",
        "是否叫停",
        "所在机房",
        "批准文号",
        "并入系统",
        "认定人",
    ]
    (system,), told = read([[*HEADER, *headers], [*FIRST, *[text] * len(headers)]])
    assert told == ["list.census-gap J2"]  # the day of approval is asked for
    fields = (system.mlps_filing, system.approved_on, system.build_cost_wan, system.audience, system.room_id)
    assert fields == ("", None, None, frozenset(), "")
    assert (system.approval_no, system.merged_into, system.confirmed_by) == ("", "", "")
    assert not system.stopped


@pytest.mark.parametrize("text", CASES["no"])
def test_a_phrase_that_says_no_is_no(text: str, read: Any) -> None:
    assert means_no(text)
    (first, second), told = read(
        [
            [*HEADER, "是否申请暂缓整合", "是否叫停"],
            [*FIRST, text, text],
            ["S-2", *FIRST[1:2], "决算", *FIRST[3:], "场地未定，暂缓", "是"],
        ]
    )
    assert told == []
    assert (first.deferral, first.stopped) == ("", False)
    assert (second.deferral, second.stopped) == ("场地未定，暂缓", True)


@pytest.mark.parametrize("text", CASES["survive"])
def test_an_ordinary_word_is_itself(text: str, read: Any) -> None:
    assert not means_nothing(text)
    assert not means_ditto(text)
    (system, _), told = read([HEADER, ["S-1", text, text, *FIRST[3:]], ["S-2", *FIRST[1:]]])
    assert told == []
    assert (system.unit, system.name) == (text, text)


def test_a_column_s_own_word_comes_before_saying_nothing(read: Any) -> None:
    (system,), told = read([[*HEADER, "等保级别", "状态"], [*FIRST, "无", "待核实"]])
    assert (told, system.mlps_level, system.status.value) == ([], 0, "unverified")


def test_a_deferral_needs_its_reason(read: Any) -> None:
    rows = with_column("是否申请暂缓整合", "是", "暂缓", "是，等保测评未完成")
    assert read(rows)[1] == ["list.deferral-reason I2", "list.deferral-reason I3"]
    reasoned = [[*row, reason] for row, reason in zip(rows, ["暂缓整合原因说明", "场地未定", "", ""], strict=True)]
    systems, told = read(reasoned)
    assert told == ["list.deferral-reason I3"]
    assert [system.deferral for system in systems] == ["场地未定", "暂缓", "是，等保测评未完成"]
    assert read([[*HEADER, "是否暂缓", "暂缓原因"], [*FIRST, "否", "场地未定"]])[1] == [
        "list.deferral-contradiction J2"
    ]


# --- the same as above


@pytest.mark.parametrize("text", CASES["ditto"])
def test_a_ditto_mark_is_the_value_above(text: str, read: Any) -> None:
    systems, told = read([HEADER, FIRST, ["S-2", text, "决算", "非涉密", text, text, 5, text]])
    assert told == ["list.ditto H3"]  # there is nothing above it
    assert [(one.unit, one.disposition, one.batch) for one in systems] == [
        (systems[0].unit, systems[0].disposition, 1)
    ] * 2


def test_a_ditto_mark_is_no_id_and_no_name(read: Any) -> None:
    assert read([HEADER, FIRST, ["同上", FIRST[1], "同上", "非涉密"]])[1] == ["list.ditto A3", "list.ditto C3"]
    assert read([HEADER, ["S-1", "同上", "预算", "非涉密"]])[1] == ["list.ditto B2"]
    classified = ["S-1", "甲局", "隐", "涉密"]
    assert read([HEADER, classified, ["S-2", "同上", "预算", "非涉密"]])[1] == ["list.ditto B3"]


# --- headers and units


@pytest.mark.parametrize(("header", "field"), CASES["headers"].items())
def test_a_header_is_known_in_its_dress(header: str, field: str | None, read: Any) -> None:
    values: dict[str | None, object] = {"id": "S-1", "unit": "实验市财政局", "name": "系统1", "om_cost_wan": Decimal(7)}
    (system,), told = read(with_column(header, values.get(field, "x")))
    assert told == ([] if field else ["list.unknown-column"])
    assert field is None or getattr(system, field) == values[field]


@pytest.mark.parametrize("case", CASES["units"], ids=lambda case: f"{case.get('above', '')} {case['header']}")
def test_a_number_is_in_the_unit_of_its_header(case: dict[str, Any], read: Any) -> None:
    rows = with_column(case["header"], case["cell"])
    (system,), told = read([[case["above"]], *rows] if "above" in case else rows)
    broken = {"H": ["list.header-unit I1"], "C": ["list.bad-number I2"], "": []}[case.get("broken", "")]
    assert told == broken
    value = getattr(system, case["field"])
    assert str(value) == case.get("value", "None")


def test_every_column_that_counts_knows_its_own_header() -> None:
    for spec in SHEETS:
        assert not _strange(spec), spec.name


def _strange(spec: SheetSpec) -> dict[str, str]:
    from orchestrator.adapters.intake.grid import Grid
    from orchestrator.adapters.intake.headers import find_header

    header = find_header(Grid(file="", sheet="", rows=[[column.header for column in spec.columns]], title=spec.name))
    assert header is not None
    return header.strange


def test_what_is_missing_is_named_with_the_nearest_header(read: Any) -> None:
    _, told = read([["系统编号", "单位名称", "系统名称", "涉密情况"], ["S-1", "甲局", "预算", "非涉密"]])
    assert told == ["list.missing-header D1", "list.unknown-column"]


def test_a_column_without_a_header_is_told(read: Any) -> None:
    assert read([[*HEADER, "", ""], [*FIRST, "", "x"]])[1] == ["list.no-header J"]


# --- rows


@pytest.mark.parametrize("case", CASES["rows"], ids=lambda case: case["name"])
def test_a_row_is_a_record_or_is_told_once(case: dict[str, Any], read: Any) -> None:
    systems, told = read([HEADER, FIRST, *case["rows"]])
    assert told == case.get("told", [])
    assert len(systems) == case["reads"]


def test_a_row_of_the_form_that_waits_for_its_record_is_none(read: Any) -> None:
    systems, told = read([["序号", *HEADER], [1, *FIRST], [2], [3]])
    assert (len(systems), told) == (1, ["list.unknown-column"])


# --- names


@pytest.mark.parametrize(
    "written",
    [
        "实验市\n财政局",
        "实验市 财政局",
        "实验市　财政局",
        "实验市财政局 ",
        "实验市\u200b财政局",
        "实验市\u3164财政局",
        "实验市\u00ad财政局",
    ],
)
def test_two_spellings_that_look_the_same_are_one_unit(written: str, desk: Any, read: Any) -> None:
    desk.programme = replace(desk.programme, batches=(Batch(number=1, units=("实验市财政局",)),))
    systems, told = read([HEADER[:4], ["S-1", written, "预算", "非涉密"], ["S-2", "实验市财政局", "决算", "非涉密"]])
    assert {system.unit for system in systems} == {"实验市财政局"}
    code = "invisible-character" if set(written) & {"\u200b", "\u3164", "\u00ad"} else "name-spelling"
    assert told == ([] if written.endswith(" ") else [f"list.{code} B2"])


def test_full_width_letters_are_the_same_and_other_names_are_not(read: Any) -> None:
    rows = [
        HEADER[:4],
        ["S-1", "IT中心", "一", "非涉密"],
        ["S-2", "ＩＴ中心", "二", "非涉密"],
        ["S-3", "IT中心（北）", "三", "非涉密"],
    ]
    systems, told = read(rows)
    assert told == ["list.name-spelling B3"]
    assert [system.unit for system in systems] == ["IT中心", "IT中心", "IT中心（北）"]


def test_a_merge_target_is_found_by_a_name_with_what_nobody_sees(read: Any) -> None:
    rows = [[*HEADER[:5], "并入系统"], [*FIRST[:5], ""], ["S-2", FIRST[1], "决算", "非涉密", "整合", "预\u200b算"]]
    systems, told = read(rows)
    assert told == ["list.invisible-character F3"]
    assert systems[1].merged_into == "S-1"


def test_labels_refuse_what_was_typed_otherwise_and_texts_do_not() -> None:
    labels = {column.field for spec in SHEETS for column in spec.columns if isinstance(column.kind, Label)}
    assert labels >= {"unit", "name", "approval_no", "mlps_filing", "evidence", "exemption_no", "confirmed_by"}
    free = {column.field for column in SYSTEMS.columns if type(column.kind) is Text}
    assert free >= {"remarks", "function", "legal_basis"}


def test_a_key_has_letters_and_digits_alone_whatever_characters_there_are() -> None:
    for number in (*range(0x20000), *range(0xE0000, 0xE0200)):
        text = f"系{chr(number)}1"
        folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
        assert plain_key.__wrapped__(text) == re.sub(r"[\W_]+", "", folded), hex(number)
