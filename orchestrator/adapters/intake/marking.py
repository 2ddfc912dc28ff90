"""Says, for the marked copy of a list file, what its cells are marked with and which may not be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from orchestrator.adapters.intake.cells import is_blank, text_of
from orchestrator.adapters.intake.credentials import MASK, asks_for_credential, looks_like_credential
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.headers import find_header
from orchestrator.adapters.intake.kinds import Bad
from orchestrator.model.problem import Problem
from orchestrator.model.system import Secrecy

Words = Callable[[Problem], str]
# Row → the one column of it that may be shown.
Closed = Mapping[int, int | None]

# A label of secrets (账号, 管理员密码) is short; a sentence that ends in such a word is none.
_LABEL = 20


@dataclass(frozen=True)
class Marking:
    """What is needed to mark one file.

    Attributes:
        sheets: the file's sheets by name, hidden ones too.
        problems: by place and cell.
        closed: by sheet, the rows that may not be shown.
        secret: by sheet, further cells that may not be shown.
        words: tells a problem in words.
        heading: header of the problems' column of a CSV copy.
    """

    sheets: Mapping[str, Grid]
    problems: Mapping[tuple[str, str], Sequence[Problem]]
    closed: Mapping[str, Closed]
    secret: Mapping[str, AbstractSet[tuple[int, int]]]
    words: Words
    heading: str

    def told(self, sheet: str, cell: str) -> str:
        """Return every problem of a cell in words."""
        return "\n".join(self.words(problem) for problem in self.problems.get((sheet, cell), ()))

    def hides(self, grid: Grid, row: int, column: int) -> bool:
        """Tell whether a cell may not be shown for where it stands, whatever its text; nor what hangs on it."""
        rows = self.closed[grid.sheet]
        if (row in rows and rows[row] != column) or (row, column) in self.secret[grid.sheet]:
            return True
        # What the table of problems masks is masked here too.
        return any(one.value == MASK for one in self.problems.get((grid.place, grid.name(row, column)), ()))

    def shown(self, grid: Grid, row: int, column: int) -> str:
        """Return a cell's text as the copy may hold it."""
        text = text_of(grid.at(row, column))
        return MASK if text and (self.hides(grid, row, column) or looks_like_credential(text)) else text


def closed_unread(grid: Grid) -> Closed:
    """Return the rows of a sheet not read, being hidden or lacking a column, that may be of classified systems."""
    header = find_header(grid)
    # A sheet of choices has 涉密分类 too, but neither ids nor names.
    if header is None or "secrecy" not in header.columns or not header.columns.keys() & {"id", "name", "unit"}:
        return {}
    column, kind = header.columns["secrecy"], header.spec.by_field["secrecy"].kind

    def is_open(row: int) -> bool:
        try:
            return kind.parse(grid.at(row, column), "") is Secrecy.UNCLASSIFIED
        except Bad:
            return False

    return {row: column for row in range(header.data_row, len(grid.rows)) if not is_open(row)}


def labelled(grid: Grid) -> AbstractSet[tuple[int, int]]:
    """Return the cells of a sheet not read that stand below, or to the right of, a label of secrets."""
    below: set[int] = set()
    found: set[tuple[int, int]] = set()
    for row, cells in enumerate(grid.rows):
        beside = False
        for column, cell in enumerate(cells):
            if is_blank(cell):
                continue
            if beside or column in below:
                found.add((row, column))
            beside = isinstance(cell, str) and len(cell) <= _LABEL and asks_for_credential(header_key(cell))
            if beside:
                below.add(column)
    return found
