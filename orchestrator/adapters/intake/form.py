"""Makes the blank form: a workbook with every sheet and column of the migration list, made from the columns' table."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.adapters.files import PRIVATE_FILE, write_whole
from orchestrator.adapters.intake.amounts import Day, Quantity
from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.delimited import FORMULA_STARTS
from orchestrator.adapters.intake.example import TITLES, choices_of, example_sheet, header_of, title_of
from orchestrator.adapters.intake.kinds import Choices, Identifier, Label
from orchestrator.adapters.intake.limits import MAX_ROWS
from orchestrator.errors import Refused, storage_error

Lang = Literal["en", "zh"]
Say = Callable[..., str]
Rows = Mapping[str, Sequence[Mapping[str, str | int | float | date]]]

SUFFIX = ".xlsx"
_HEAD = Font(bold=True)
_REQUIRED = PatternFill("solid", start_color="FFF8CBAD")
_ASKED = PatternFill("solid", start_color="FFFFE699")
_OTHER = PatternFill("solid", start_color="FFDDEBF7")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_AUTHOR = "form"
_NARROWEST, _WIDEST = 12, 30
# Of a list of values that stands in the rule itself, as ECMA-376 part 1, 18.3.1.32 and spreadsheet programs allow.
LONGEST_LIST = 255


@dataclass(frozen=True)
class Form:
    """A form that was written: where, in which language, and how many columns each of its sheets has."""

    path: Path
    lang: Lang
    sheets: dict[str, int]
    example: str


def write_form(
    path: Path, lang: Lang, say: Say, *, rows: Rows = MappingProxyType({}), mode: int = PRIVATE_FILE
) -> Form:
    """Write the form, blank or with rows filled in; what is there is never replaced.

    Args:
        path: ends in `.xlsx`; its folder exists.
        lang: of the headers, the choices and the example.
        say: gives the words of the hints by code, in that language.
        rows: by kind of sheet, cells by their column's code name. They stay data: a text is no formula.
        mode: permission bits.

    Raises:
        Refused: `form.exists`, `form.suffix`, `form.unwritable`.
        StorageError: the disk does not take it.
    """
    if path.suffix.lower() != SUFFIX:
        raise Refused("form.suffix", path=str(path), wanted=SUFFIX)
    if path.exists():
        raise Refused("form.exists", path=str(path))
    book = Workbook()
    book.remove(book.worksheets[0])
    for spec in SHEETS:
        sheet = book.create_sheet(title_of(spec, lang))
        _sheet(sheet, spec, lang, say)
        _fill(sheet, spec, rows.get(spec.name, ()))
    _example(book.create_sheet(TITLES[lang]), lang)
    data = io.BytesIO()
    book.save(data)
    save_new(path, data.getvalue(), mode)
    return Form(path, lang, {title_of(spec, lang): len(spec.columns) for spec in SHEETS}, TITLES[lang])


def save_new(path: Path, data: bytes, mode: int) -> None:
    """Write a workbook of ours.

    Raises:
        Refused: `form.unwritable`.
        StorageError: the disk does not take it.
    """
    try:
        write_whole(path, data, mode=mode)
    except OSError as error:
        raise (storage_error(error, path, ours=False) or Refused("form.unwritable", path=str(path))) from error


def _sheet(sheet: Worksheet, spec: SheetSpec, lang: Lang, say: Say) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(spec.columns, start=1):
        letters, header = get_column_letter(number), header_of(column, lang)
        head = sheet.cell(1, number, header)
        head.font, head.alignment = _HEAD, _WRAPPED
        head.fill = _REQUIRED if column.required else _ASKED if column.asked else _OTHER
        head.comment = Comment(hint(column, lang, say), _AUTHOR, height=140, width=300)
        dimension = sheet.column_dimensions[letters]
        dimension.width = min(max(_NARROWEST, 2 * len(header)), _WIDEST)
        dimension.number_format = number_format(column)
        if choices := choices_of(column, lang):
            sheet.add_data_validation(_drop_down(column, choices, letters))


def _fill(sheet: Worksheet, spec: SheetSpec, rows: Sequence[Mapping[str, str | int | float | date]]) -> None:
    for number, row in enumerate(rows, start=2):
        for index, column in enumerate(spec.columns, start=1):
            value = row.get(column.names()[0])
            if value is None:
                continue
            cell = sheet.cell(number, index, value)
            cell.number_format = number_format(column)
            if isinstance(value, str):
                cell.data_type = "s"  # also what begins as a formula, or looks like an error value
                cell.quotePrefix = value.startswith(FORMULA_STARTS)  # nor does it become one when it is edited


def hint(column: Column, lang: Lang, say: Say) -> str:
    """Return what the note at a header says: its other name, whether it must be filled in, what it holds."""
    other = column.names()[0] if lang == "zh" else column.header
    need = "required" if column.required else "asked" if column.asked else "free"
    kind, unit = column.kind, ""
    if isinstance(kind, Quantity):
        unit = kind.units.usual
    exact = "-exact" if isinstance(kind, Day) and kind.to_the_day else ""
    holds = say(
        f"form.holds.{type(kind).__name__.lower()}{exact}", values=", ".join(choices_of(column, lang)), units=unit
    )
    return "\n".join((other, say(f"form.need.{need}"), holds))


def number_format(column: Column) -> str:
    """Return the format of a column's cells: ids and names are text, lest 3-1 become a day and 007 lose its zeros."""
    match column.kind:
        case Identifier() | Label():
            return "@"
        case Day():
            return "yyyy-mm-dd"
        case Quantity() as kind:
            return "0" if kind.whole else "0.######"
        case _:
            return "General"


def _drop_down(column: Column, choices: tuple[str, ...], letters: str) -> DataValidation:
    """Return the list of a column's values. Other words for them are warned of; several may be written side by side."""
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, errorStyle="warning")
    rule.showErrorMessage = not isinstance(column.kind, Choices)
    rule.add(f"{letters}2:{letters}{MAX_ROWS}")
    return rule


def _example(sheet: Worksheet, lang: Lang) -> None:
    for row, cells in enumerate(example_sheet(lang), start=1):
        for number, cell in enumerate(cells, start=1):
            if cell is not None:
                sheet.cell(row, number, cell)
    for number in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _NARROWEST + 4
