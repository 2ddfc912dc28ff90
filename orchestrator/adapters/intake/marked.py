"""Writes a list back with its bad cells marked; credentials and classified rows leave it masked."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.adapters.intake.credentials import MASK, looks_like_credential
from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.kinds import is_blank, text_of
from orchestrator.adapters.intake.reader import hidden_rows, open_file
from orchestrator.errors import Refused
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme

Words = Callable[[Problem], str]

_FILLS = {
    Severity.ERROR: PatternFill("solid", fgColor="FFFFC7CE"),
    Severity.WARNING: PatternFill("solid", fgColor="FFFFEB9C"),
}
# A spreadsheet program takes a text cell that begins with one of these for a formula when it opens a CSV.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class _Marking:
    """What is needed to mark one file: its problems by (sheet, cell), and the rows that may not be shown."""

    sheets: Mapping[str, Grid]
    problems: Mapping[tuple[str, str], Sequence[Problem]]
    hidden: frozenset[tuple[str, int]]
    words: Words
    heading: str

    def told(self, sheet: str, cell: str) -> str:
        """Return every problem of a cell in words."""
        return "\n".join(self.words(problem) for problem in self.problems.get((sheet, cell), ()))

    def masked(self, sheet: str, row: int, text: str, *, secrecy: bool = False) -> bool:
        """Tell whether a cell's text must not be in the copy."""
        return ((sheet, row) in self.hidden and not secrecy) or looks_like_credential(text)


def write_marked(
    folder: Path, programme: Programme, problems: Sequence[Problem], out: Path, words: Words, heading: str
) -> tuple[Path, ...]:
    """Write a marked copy of each list file that could be read; existing files are never replaced.

    The copy is `out`; of several list files, `NAME-1.SUFFIX`, `NAME-2.SUFFIX` … `words` tells a problem in
    words, `heading` is the header of the problems column of a CSV copy.

    Raises:
        Refused: `list.copy-exists`, `list.copy-format`.
    """
    several = len(programme.list_files) > 1
    hidden = hidden_rows(folder, programme)
    targets = []
    for number, file in enumerate(programme.list_files, start=1):
        suffix = Path(file).suffix.lower()
        if not several and out.suffix.lower() != suffix:
            raise Refused("list.copy-format", source=file, suffix=out.suffix or "?")
        target = out.with_name(f"{out.stem}-{number}{suffix}") if several else out
        if target.exists():
            raise Refused("list.copy-exists", path=str(target))
        targets.append((file, target))
    written = []
    for file, target in targets:
        try:
            grids = open_file(folder, file)
        except FileFault:
            continue  # the problem says why it cannot be read; there is nothing to mark
        by_cell: dict[tuple[str, str], list[Problem]] = defaultdict(list)
        for problem in problems:
            if problem.file == file:
                by_cell[problem.sheet, problem.cell].append(problem)
        marking = _Marking(
            sheets={grid.sheet: grid for grid in grids},
            problems=by_cell,
            hidden=frozenset((sheet, row) for name, sheet, row in hidden if name == file),
            words=words,
            heading=heading,
        )
        render = {".xlsx": _workbook, ".xlsm": _workbook, ".yaml": _sections, ".yml": _sections}.get(
            target.suffix, _delimited
        )
        _save(target, render(folder / file, marking))
        written.append(target)
    return tuple(written)


def _save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only: a list is not for everybody."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    Path(name).replace(path)


def _workbook(source: Path, marking: _Marking) -> bytes:
    book = load_workbook(source)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.value is not None:
                    _defuse(cell, marking, sheet.title)
    for (title, name), problems in marking.problems.items():
        sheet = book[title] if title in book.sheetnames else book.worksheets[0]
        cell = _cell(sheet, name)
        severities = {problem.severity for problem in problems}
        cell.fill = _FILLS[Severity.ERROR if Severity.ERROR in severities else Severity.WARNING]
        cell.comment = Comment(marking.told(title, name), "migrate", width=320, height=140)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _cell(sheet: Worksheet, name: str) -> Cell:
    """Return the cell of that name, of its merged range's first cell, or the sheet's first cell."""
    try:
        column, row = coordinate_from_string(name)
    except CellCoordinatesException:
        column, row = (name if name.isalpha() else "A"), 1
    found = sheet[f"{column}{row}"]
    if isinstance(found, Cell):
        return found
    area = next(area for area in sheet.merged_cells.ranges if found.coordinate in area)
    first = sheet.cell(area.min_row, area.min_col)
    assert isinstance(first, Cell)  # noqa: S101 - the first cell of a merged range is an ordinary one
    return first


def _defuse(cell: Cell, marking: _Marking, sheet: str) -> None:
    """Mask what may not be shown, and turn formulas into text: nobody knows what they do elsewhere."""
    text = str(cell.value)
    if marking.masked(sheet, cell.row - 1, text) or _leaks(marking, sheet, cell.coordinate):
        cell.value = MASK
    elif cell.data_type == "f":
        cell.value = text
        cell.data_type = "s"
    cell.comment = None
    cell.hyperlink = None


def _leaks(marking: _Marking, sheet: str, name: str) -> bool:
    return any(problem.code == "list.credential" for problem in marking.problems.get((sheet, name), ()))


def _delimited(source: Path, marking: _Marking) -> bytes:
    del source  # the grid holds what was read, in the encoding that fitted
    grid = marking.sheets[""]
    width = max(map(len, grid.rows), default=0)
    by_row: dict[int, list[str]] = defaultdict(list)
    for name in {name for _, name in marking.problems}:
        digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        by_row[int(digits) - 1 if digits.isdigit() else 0].append(f"{name}: {marking.told('', name)}")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row, cells in enumerate(grid.rows):
        shown = [_harmless(_shown(marking, grid, row, column)) for column in range(len(cells))]
        told = [*([marking.heading] if row == 0 else []), *sorted(by_row[row])]
        writer.writerow([*shown, *[""] * (width - len(cells)), _harmless("\n".join(told))])
    return text.getvalue().encode("utf-8-sig")


def _shown(marking: _Marking, grid: Grid, row: int, column: int) -> str:
    text = text_of(grid.at(row, column))
    masked = text and (marking.masked(grid.sheet, row, text) or _leaks(marking, grid.place, grid.name(row, column)))
    return MASK if masked else text


def _harmless(text: str) -> str:
    """Keep a spreadsheet program from computing a text; plain numbers such as -5 stay."""
    number = text.removeprefix("-").removeprefix("+").replace(".", "", 1).isdecimal()
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not number else text


def _sections(source: Path, marking: _Marking) -> bytes:
    del source
    document: dict[str, object] = {}
    for name, grid in marking.sheets.items():
        keys = [text_of(key) for key in grid.rows[0]]
        document[name] = [
            {
                key: _shown(marking, grid, row, column)
                for column, key in enumerate(keys)
                if not is_blank(grid.at(row, column))
            }
            for row in range(1, len(grid.rows))
        ]
    told = [f"# {cell}: {line}" for (_, cell) in marking.problems for line in marking.told("", cell).splitlines()]
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    return ("\n".join(told) + "\n" + body).encode()
