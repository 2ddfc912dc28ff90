"""The blank form: it has all that the schema has, reads back as nothing, and its example reads as what it shows."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, get_args

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import SHEETS, SYSTEMS
from orchestrator.adapters.intake.example import TITLES, choices_of, example_rows, header_of, title_of
from orchestrator.adapters.intake.form import LONGEST_LIST, Lang, hint, write_form
from orchestrator.adapters.intake.kinds import Choice, Flag
from orchestrator.adapters.intake.reader import read_census
from orchestrator.errors import Refused
from orchestrator.reporting.texts import Say
from tests.unit.adapters.intake.conftest import Desk

LANGS: tuple[Lang, ...] = get_args(Lang)


@pytest.fixture(params=LANGS)
def form(request: pytest.FixtureRequest, desk: Desk) -> tuple[Path, Lang]:
    """A form in the desk's folder, in each language; it is the desk's list."""
    path = desk.folder / "form.xlsx"
    write_form(path, request.param, Say(request.param))
    desk.files = [path.name]
    return path, request.param


def fill(path: Path, change: Callable[[Any], None]) -> None:
    """Open a form as a spreadsheet program does, change it and save it."""
    book: Workbook = load_workbook(path)
    change(book)
    book.save(path)


def test_every_column_of_every_sheet_is_there_with_a_hint_and_a_list_of_its_values(form: tuple[Path, Lang]) -> None:
    path, lang = form
    book = load_workbook(path)
    assert book.sheetnames == [*(title_of(spec, lang) for spec in SHEETS), TITLES[lang]]
    for spec in SHEETS:
        sheet = book[title_of(spec, lang)]
        assert [cell.value for cell in sheet[1]] == [header_of(column, lang) for column in spec.columns]
        assert all(cell.comment is not None and cell.comment.text for cell in sheet[1])
        lists = {
            str(rule.sqref).split("2:")[0]: rule.formula1.strip('"').split(",")
            for rule in sheet.data_validations.dataValidation
        }
        wanted = {
            get_column_letter(number): [*choices_of(column, lang)]
            for number, column in enumerate(spec.columns, start=1)
            if isinstance(column.kind, Choice | Flag)
        }
        assert lists == wanted


@pytest.mark.parametrize("spec", SHEETS, ids=[spec.name for spec in SHEETS])
@pytest.mark.parametrize("lang", LANGS)
def test_each_column_has_words_and_each_of_its_choices_is_read(spec: SheetSpec, lang: Lang) -> None:
    for column in spec.columns:
        assert "form." not in hint(column, lang, Say(lang))
        choices = choices_of(column, lang)
        assert len(",".join(choices)) <= LONGEST_LIST
        assert not any("," in choice or '"' in choice for choice in choices)
        assert None not in [column.kind.parse(choice, "") for choice in choices]


def test_an_untouched_form_has_no_problem_and_is_told_apart_from_a_list(form: tuple[Path, Lang], desk: Desk) -> None:
    census, problems = read_census(desk.folder, desk.declared)
    assert problems == ()
    assert census.empty


def test_a_form_without_one_of_its_sheets_is_a_list_in_which_nothing_was_found(
    form: tuple[Path, Lang], desk: Desk
) -> None:
    path, lang = form
    fill(path, lambda book: book.remove(book[title_of(SYSTEMS, lang)]))
    _, problems = desk.read()
    assert [problem.code for problem in problems] == ["list.no-systems"]


def test_the_example_is_read_exactly_once_it_is_copied_into_the_sheets(form: tuple[Path, Lang], desk: Desk) -> None:
    path, lang = form

    def copied(book: Any) -> None:
        for spec, rows in example_rows(lang):
            sheet = book[title_of(spec, lang)]
            for row, cells in enumerate(rows, start=2):
                for column, cell in enumerate(cells, start=1):
                    if cell is not None:
                        sheet.cell(row, column, cell)

    fill(path, copied)
    census, problems = read_census(desk.folder, desk.declared)
    assert problems == ()
    assert not census.empty
    read = {
        "systems": census.listing.systems,
        "servers": census.listing.servers,
        "rooms": census.listing.rooms,
        "dependencies": census.listing.dependencies,
        "interfaces": census.listing.interfaces,
    }
    for spec, rows in example_rows(lang):
        found = read.get(spec.name) or getattr(census, spec.name)
        assert len(found) == len(rows)
        for record, cells in zip(found, rows, strict=True):
            for column, cell in zip(spec.columns, cells, strict=True):
                unit = "MB" if column.field == "ram_mib" else ""
                if cell is not None:
                    assert getattr(record, column.field) == column.kind.parse(cell, unit), column.field


def test_what_somebody_writes_on_the_example_sheet_is_told(form: tuple[Path, Lang], desk: Desk) -> None:
    path, lang = form

    def written(book: Any) -> None:
        sheet = book[TITLES[lang]]
        for cell in [*sheet[3]]:
            other = sheet.cell(4, cell.column, "CZ-009" if cell.column == 1 else cell.value)
            other.number_format = copy(cell.number_format)

    fill(path, written)
    _, problems = desk.read()
    assert [problem.code for problem in problems] == ["list.example-sheet", "list.no-systems"]


@pytest.mark.parametrize(("name", "code"), [("there.xlsx", "form.exists"), ("form.csv", "form.suffix")])
def test_a_file_that_is_there_or_of_another_kind_is_not_written(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "there.xlsx").write_text("mine")
    with pytest.raises(Refused) as refused:
        write_form(tmp_path / name, "en", Say("en"))
    assert refused.value.code == code
    assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"]
