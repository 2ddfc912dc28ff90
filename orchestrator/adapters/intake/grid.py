"""A sheet as read from any file format: rows of raw cells, and how a cell of it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.adapters.intake.cells import Raw
from orchestrator.adapters.intake.credentials import MASK, looks_like_credential, shorten
from orchestrator.adapters.intake.looks import Shown


class FileFault(Exception):
    """The file cannot be read further; `code` is the rule, `sheet` and `cell` say where."""

    def __init__(self, code: str, /, *, sheet: str = "", cell: str = "", **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.sheet = sheet
        self.cell = cell
        self.values = values


@dataclass(frozen=True)
class Merge:
    """A merged range; 0-based, both ends inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def covers(self, height: int, width: int) -> int:
        """Return how many cells of a sheet of this size the range covers."""
        rows = min(self.last_row + 1, height) - self.first_row
        columns = min(self.last_column + 1, width) - self.first_column
        return max(rows, 0) * max(columns, 0)


@dataclass(frozen=True)
class Grid:
    """One sheet.

    Attributes:
        file: the file's name as the programme gives it.
        sheet: the sheet's name; in YAML the section; empty for CSV.
        rows: 0-based; row 0 is the file's first row.
        merges: merged ranges.
        unread: (row, column) of cells whose value the file does not hold: formulas never computed.
        shown: (row, column) of cells of which people see another text than the cell holds.
        struck: (row, column) of cells whose text is struck out.
        hidden_rows: 0-based rows that are not shown and hold something.
        since_1904: days are counted from 1904, as on old Macintosh computers.
        hidden: the sheet is not shown; nothing of it belongs to the list.
        section: True for a YAML section, whose cells are called `systems[3].unit`.
        title: what may tell the kind of sheet by its name: the sheet's or the CSV file's.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Raw]] = field(repr=False)
    merges: tuple[Merge, ...] = ()
    unread: frozenset[tuple[int, int]] = frozenset()
    shown: Mapping[tuple[int, int], Shown] = field(default_factory=dict, repr=False)
    struck: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    since_1904: bool = False
    hidden: bool = False
    section: bool = False
    title: str = ""

    def at(self, row: int, column: int) -> Raw:
        """Return a cell; beyond the end of a row there is nothing."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    @property
    def place(self) -> str:
        """The sheet as problems name it; a YAML section is part of the cell's name."""
        return "" if self.section else self.sheet

    def name(self, row: int, column: int) -> str:
        """Return a cell's name: `B7`, or `systems[3].unit` in YAML."""
        if not self.section:
            return f"{letters(column)}{row + 1}"
        # Row 0 is the header made of the keys; entries are counted from 0 as paths do.
        key = str(self.at(0, column))
        return f"{self.sheet}[{row - 1}].{MASK if looks_like_credential(key) else shorten(key)}"

    def row_name(self, row: int) -> str:
        """Return a row's name where no single cell is meant."""
        return f"{self.sheet}[{row - 1}]" if self.section else f"A{row + 1}"


def letters(column: int) -> str:
    """Return a 0-based column's letters: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
