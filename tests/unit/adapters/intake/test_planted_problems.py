"""Every planted fault is found at its cell, and nothing else is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from orchestrator.model.problem import Severity
from orchestrator.reporting.texts import Lang, Say, has

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "cases/list/planted.yaml").read_text(encoding="utf-8")
)
# 管理密码 is a column of no list; its header is reported, its cells only when filled.
LANGUAGES: tuple[Lang, ...] = ("en", "zh")
ALWAYS = "list.unknown-column systems"


Sheets = dict[str, list[list[Any]]]


def plant(sheets: Sheets, case: Mapping[str, Any]) -> None:
    for number in case.get("classified", ()):
        row = sheets["systems"][number - 1]
        row[3:] = ["涉密", "", "", "排除", *[""] * (len(row) - 7)]
    for place, value in case.get("set", {}).items():
        sheet, cell = place.split("!")
        letters, number = coordinate_from_string(cell)
        sheets[sheet][number - 1][column_index_from_string(letters) - 1] = value


@pytest.fixture
def wrong(desk: Any, clean_list: Sheets, as_workbook: Callable[..., bytes]) -> Any:
    """A programme whose list has every fault at once."""
    for case in CASES:
        plant(clean_list, case)
    clean_list["systems"][31][0] = "NAMELESS-31"
    clean_list["systems"][31][2] = "绝不能出现的名称"
    desk.put("list.xlsx", as_workbook(clean_list, [area for case in CASES for area in case.get("merge", ())]))
    return desk


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_fault_is_found_at_its_cell_and_nothing_else(
    case: dict[str, Any],
    desk: Any,
    clean_list: Sheets,
    as_workbook: Callable[..., bytes],
    as_table: Callable[..., bytes],
) -> None:
    plant(clean_list, case)
    if case.get("workbook"):
        desk.put("list.xlsx", as_workbook(clean_list, case.get("merge", ())))
    else:
        for name, rows in clean_list.items():
            desk.put(f"{name}.csv", as_table(rows))
    assert desk.problems() == sorted([ALWAYS, *case["expect"]])


def test_all_faults_at_once_give_exactly_their_sum(wrong: Any) -> None:
    assert wrong.problems() == sorted([ALWAYS, *(problem for case in CASES for problem in case["expect"])])


def test_a_clean_list_has_no_problem(desk: Any, clean_list: Sheets, as_workbook: Callable[..., bytes]) -> None:
    desk.put("list.xlsx", as_workbook(clean_list))
    assert desk.problems() == [ALWAYS]
    assert len(desk.read()[0].systems) == 49


def test_neither_credentials_nor_classified_values_are_told(wrong: Any) -> None:
    listing, problems = wrong.read()
    told = repr((listing, problems))
    for secret in ("hunter2", "Abc@123", "绝不能出现的名称", "NAMELESS-31", "'S-34'", "'S-35'", "'S-36'"):
        assert secret not in told
    assert listing.classified_count == 7


def test_every_rule_has_words_and_a_remedy_in_both_languages(wrong: Any) -> None:
    for problem in wrong.read()[1]:
        for lang in LANGUAGES:
            say = Say(lang)
            assert "{" not in say(problem.code, **problem.values)
            assert "{" not in say(f"{problem.code}.remedy", **problem.values)
            assert has(problem.code)
            assert has(f"{problem.code}.remedy")


def test_only_what_cannot_be_right_is_an_error(wrong: Any) -> None:
    warned = {problem.code for problem in wrong.read()[1] if problem.severity is Severity.WARNING}
    assert warned == {"list.unknown-column", "list.filed-twice", "list.room-of-other-unit", "list.census-gap"}
