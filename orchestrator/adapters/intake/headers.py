"""Finds a sheet's header among titles, merged groups, hints and machine-code rows, and where its data begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.fold import header_key, header_keys, narrow
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.kinds import Bad, Identifier, Raw, Text, is_blank, text_of

_SEARCHED_ROWS = 25
# No header is longer, with all its hints; what is, is told by its beginning.
_LONGEST = 1_000
_TALLEST = 4
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HINTED_UNIT = re.compile(
    r"(?i)[(\[【]?\s*(?:单位)?\s*[:：]?\s*(万元|亿元|元|GiB|MiB|TiB|GB|MB|TB|分钟|小时)\s*[)\]】]|_(gib|mib|gb|mb)$"
)


@dataclass(frozen=True)
class Header:
    """A recognised header.

    Attributes:
        columns: field → 0-based column.
        units: field → the unit that the header names.
        unknown: header texts, by column, that no column of the sheet goes by.
        repeated: fields that two headers mean, with the second column.
        data_row: first row after the header, 0-based.
        code_row: a row between the two that was taken for machine names by its look alone, 0-based.
    """

    spec: SheetSpec
    columns: dict[str, int]
    data_row: int
    units: dict[str, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    code_row: int | None = None

    @property
    def missing(self) -> frozenset[str]:
        """Required fields without a column."""
        return self.spec.required - self.columns.keys()

    @property
    def whole(self) -> bool:
        """Whether every required field has a column, and every column is a field, once."""
        return not (self.missing or self.unknown or self.repeated)


def find_header(grid: Grid, *, only: SheetSpec | None = None) -> Header | None:
    """Return the header that explains most of the sheet's upper rows, or None where nothing fits at all.

    A header with all the columns one kind of sheet requires wins over any without; then the one with more
    known columns, each once; then the kind that the sheet's title names; then the fewest rows.
    """
    best: tuple[tuple[bool, int, int, bool, int], Header] | None = None
    filled = _fill(grid)
    specs = (only,) if only else SHEETS
    known = {key for spec in specs for key in spec.by_key}
    telling = [
        any(not is_blank(cell) and known.intersection(header_keys(text_of(cell))) for cell in row) for row in filled
    ]
    for top in range(min(_SEARCHED_ROWS, len(filled))):
        # Below a whole header there are only data; a title above it may hide its last row from the first try.
        if best is not None and best[0][0] and top >= best[1].data_row:
            break
        for height in range(1, min(_TALLEST, len(filled) - top) + 1):
            if not any(telling[top : top + height]):
                continue
            paths = _paths(filled[top : top + height])
            for spec in specs:
                header = _match(spec, paths, top + height)
                if not header.columns:
                    continue
                told = len(header.columns), -len(header.repeated)
                score = (not header.missing, *told, spec.called(grid.title), -height)
                if best is None or score > best[0]:
                    best = (score, header)
    return _after_code_rows(grid, best[1]) if best else None


def _fill(grid: Grid) -> list[list[Raw]]:
    """Return the upper rows with merged cells repeated over their range, and long texts cut."""
    height = min(_SEARCHED_ROWS + _TALLEST, len(grid.rows))
    width = max((len(row) for row in grid.rows[:height]), default=0)
    rows = [
        [*(cell[:_LONGEST] if isinstance(cell, str) else cell for cell in row), *([None] * (width - len(row)))]
        for row in grid.rows[:height]
    ]
    for merge in grid.merges:
        for row in range(merge.first_row, min(merge.last_row + 1, height)):
            for column in range(merge.first_column, min(merge.last_column + 1, width)):
                rows[row][column] = rows[merge.first_row][merge.first_column]
    return rows


def _paths(rows: list[list[Raw]]) -> list[tuple[str, ...]]:
    """Return each column's header texts from group to leaf, repeated ones once."""
    return [
        tuple(dict.fromkeys(text_of(cell) for cell in column if not is_blank(cell)))
        for column in zip(*rows, strict=True)
    ]


def _match(spec: SheetSpec, paths: Iterable[tuple[str, ...]], data_row: int) -> Header:
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    unknown: dict[int, str] = {}
    repeated: dict[str, int] = {}
    for index, path in enumerate(paths):
        if not path:
            continue
        found = _field(spec, path)
        if found is None:
            unknown[index] = " ".join(path[-1].split())
        elif found in columns:
            repeated[found] = index
        else:
            columns[found] = index
            if unit := _HINTED_UNIT.search(narrow(" ".join(path))):
                units[found] = (unit.group(1) or unit.group(2)).casefold()
    return Header(spec=spec, columns=columns, units=units, unknown=unknown, repeated=repeated, data_row=data_row)


def _field(spec: SheetSpec, path: tuple[str, ...]) -> str | None:
    """Return the field that a header path means.

    Group and leaf together come first (承建单位 + 单位名称); the leaf alone counts only where its group is
    no column itself, lest the builder's name be taken for the unit's.
    """
    leaf = path[-1]
    groups = [key for text in path[:-1] for key in header_keys(text)]
    together = ["".join(header_key(text) for text in path[start:]) for start in range(len(path) - 1)]
    keys = [*together, *(() if any(group in spec.by_key for group in groups) else header_keys(leaf))]
    return next((spec.by_key[key].field for key in keys if key in spec.by_key), None)


def _after_code_rows(grid: Grid, header: Header) -> Header:
    """Skip rows between header and data that repeat the header for machines, and blank ones."""
    guessed = None
    row = header.data_row
    while row < len(grid.rows):
        cells = {
            name: text_of(grid.at(row, column)).strip()
            for name, column in header.columns.items()
            if not is_blank(grid.at(row, column))
        }
        blank = not cells and all(map(is_blank, grid.rows[row]))
        if not (blank or _repeats(header, cells)):
            if guessed is not None or not _looks_like_codes(header, cells):
                break
            guessed = row
        row += 1
    return replace(header, data_row=row, code_row=guessed)


def _repeats(header: Header, cells: Mapping[str, str]) -> bool:
    """Tell whether a row names the columns again, in another of the words they go by."""
    by_key = header.spec.by_key
    same = sum(by_key[key].field == name for name, text in cells.items() if (key := header_key(text)) in by_key)
    return same * 2 > len(cells)


def _looks_like_codes(header: Header, cells: Mapping[str, str]) -> bool:
    """Tell whether a row might name the columns by initials (xtbh, spsj): by the look of it, so only one row may.

    Initials make ids and texts but no value of any other column; what has a digit in its id is a system.
    """
    if not all(map(_CODE.fullmatch, cells.values())) or any(map(str.isdigit, cells.get("id", ""))):
        return False
    kinds = {name: header.spec.by_field[name].kind for name in cells}
    telling = [name for name, kind in kinds.items() if not isinstance(kind, Text | Identifier)]
    return len(telling) > 1 and not any(_parses(header, name, cells[name]) for name in telling)


def _parses(header: Header, name: str, text: str) -> bool:
    try:
        header.spec.by_field[name].kind.parse(text, header.units.get(name, ""))
    except Bad:
        return False
    return True
