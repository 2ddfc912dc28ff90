"""The rows of the blank form's example sheet: a table of each kind of sheet, in the form's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from orchestrator.adapters.intake.amounts import Day, Quantity
from orchestrator.adapters.intake.cells import Raw, text_of
from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.kinds import Choice, Flag
from orchestrator.adapters.intake.yamltext import Value, parse_yaml

# Sheets of these names are what `reader` takes for examples, in the two languages of a form.
TITLES = {"zh": "填写示例", "en": "example"}
_YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}


def title_of(spec: SheetSpec, lang: str) -> str:
    """Return what a form calls a kind of sheet."""
    return spec.titles[0] if lang == "zh" else spec.name


def header_of(column: Column, lang: str) -> str:
    """Return what a form calls a column."""
    return column.header if lang == "zh" else column.names()[0]


def choices_of(column: Column, lang: str) -> tuple[str, ...]:
    """Return the values that a cell of the column may be picked from, in the form's language; () for free cells."""
    kind = column.kind
    if isinstance(kind, Flag):
        return _YES_NO[lang]
    if not isinstance(kind, Choice):
        return ()
    members = {str(getattr(member, "value", member)): words for member, words in kind.words.items()}
    return tuple(words[0] if lang == "zh" and words else member for member, words in members.items())


@cache
def example_rows(lang: str) -> tuple[tuple[SheetSpec, tuple[tuple[Raw, ...], ...]], ...]:
    """Return each kind of sheet with its example rows, as wide as its columns; `lang` is `en` or `zh`."""
    document = parse_yaml((resources.files("orchestrator.adapters.intake") / "example.yaml").read_bytes())
    assert isinstance(document, dict)  # noqa: S101 - a file of ours, walked by a test
    return tuple((spec, tuple(_row(spec, row, lang) for row in _rows(document[spec.name]))) for spec in SHEETS)


def _rows(section: Value) -> Sequence[Mapping[str, Value]]:
    return [row for row in section if isinstance(row, dict)]


def _row(spec: SheetSpec, row: Mapping[str, Value], lang: str) -> tuple[Raw, ...]:
    unknown = row.keys() - {column.names()[0] for column in spec.columns}
    if unknown:
        raise KeyError(f"{spec.name}: {', '.join(sorted(unknown))}")
    return tuple(_cell(column, row.get(column.names()[0], ""), lang) for column in spec.columns)


def _cell(column: Column, value: Value, lang: str) -> Raw:
    """Return a cell as a person fills it in: days as days, numbers as numbers, choices in the form's language."""
    text = str(value[lang == "zh"]) if isinstance(value, list) else str(value)
    if not text:
        return None
    match column.kind:
        case Day():
            return date.fromisoformat(text)
        case Quantity():
            number = Decimal(text)
            return int(number) if number == number.to_integral_value() else float(number)
        case Flag():
            return _YES_NO[lang][text != "yes"]
        case Choice() as kind:
            words = {str(getattr(member, "value", member)): words for member, words in kind.words.items()}
            return words[text][0] if lang == "zh" else text
        case _:
            return text


def example_sheet(lang: str) -> list[list[Raw]]:
    """Return the whole example sheet: for each kind its name, its header and its rows, a blank row between two."""
    sheet: list[list[Raw]] = []
    for spec, rows in example_rows(lang):
        sheet += [[title_of(spec, lang)], [header_of(column, lang) for column in spec.columns]]
        sheet += [*(list(row) for row in rows), []]
    return sheet[:-1]


def is_our_example(grid: Grid) -> bool:
    """Tell whether a sheet is the form's own example as it was made: nobody has written anything on it."""
    return any(_texts(grid.rows) == _texts(example_sheet(lang)) for lang in TITLES)


def _texts(rows: Sequence[Sequence[Raw]]) -> list[list[str]]:
    filled = ([text_of(cell).strip() for cell in row] for row in rows)
    return [row[: max((at + 1 for at, text in enumerate(row) if text), default=0)] for row in filled]
