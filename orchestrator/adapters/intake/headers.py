"""Finds a sheet's header among titles, merged groups, hints and machine-code rows, and where its data begin."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache

from orchestrator.adapters.intake.amounts import Quantity
from orchestrator.adapters.intake.cells import Raw, is_blank, text_of
from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.dressing import header_keys
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.kinds import Bad, Identifier, Text
from orchestrator.adapters.intake.units import stated_units, units_above

# A manual may stand above the table.
_SEARCHED_ROWS = 200
# No header is longer, with all its hints; what is, is told by its beginning.
_LONGEST = 1_000
_TALLEST = 4
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# As the end of a header's key: 内存gb, 运维经费千元.
_LONGEST_UNIT = 4


@dataclass(frozen=True)
class Header:
    """A recognised header.

    Attributes:
        columns: field → 0-based column.
        units: field → the unit that the header, or a line above it, names.
        strange: field → a unit named there that its column cannot be in; its cells are not judged.
        unknown: header texts, by column, that no column of the sheet goes by.
        repeated: fields that two headers mean, with the second column.
        top: the header's first row, 0-based.
        data_row: first row after the header, 0-based.
        code_row: a row between the two that was taken for machine names by its look alone, 0-based.
    """

    spec: SheetSpec
    columns: dict[str, int]
    data_row: int
    top: int = 0
    units: dict[str, str] = field(default_factory=dict)
    strange: dict[str, str] = field(default_factory=dict)
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
    filled = filled_rows(grid)
    specs = (only,) if only else SHEETS
    known = only.by_key.keys() if only else _known()
    telling: dict[int, bool] = {}

    def tells(row: int) -> bool:  # asked of few rows: what stands below a whole header is never looked at
        if row not in telling:
            cells = (text_of(cell) for cell in filled[row] if not is_blank(cell))
            telling[row] = any(not known.isdisjoint(header_keys(text)) for text in cells)
        return telling[row]

    for top in range(min(_SEARCHED_ROWS, len(filled))):
        # Below a whole header there are only data; a title above it may hide its last row from the first try.
        if best is not None and best[0][0] and top >= best[1].data_row:
            break
        for height in range(1, min(_TALLEST, len(filled) - top) + 1):
            if not any(map(tells, range(top, top + height))):
                continue
            paths = header_paths(filled[top : top + height])
            captions = {index: _caption(path, known) for index, path in enumerate(paths) if path}
            for spec in specs:
                header = _match(spec, captions, top, top + height)
                if not header.columns:
                    continue
                told = len(header.columns), -len(header.repeated)
                score = (not header.missing, *told, spec.called(grid.title), -height)
                if best is None or score > best[0]:
                    best = (score, header)
    if best is None:
        return None
    return _after_code_rows(grid, _in_units(best[1], filled))


@cache
def _known() -> frozenset[str]:
    """Return the keys that the columns of all kinds of sheets go by."""
    return frozenset(key for spec in SHEETS for key in spec.by_key)


def filled_rows(grid: Grid) -> list[list[Raw]]:
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


def header_paths(rows: Sequence[Sequence[Raw]]) -> list[tuple[str, ...]]:
    """Return each column's header texts from group to leaf, repeated ones once."""
    return [
        tuple(dict.fromkeys(text_of(cell) for cell in column if not is_blank(cell)))
        for column in zip(*rows, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Caption:
    """What a column's header texts may mean to any kind of sheet: found once, then asked by each of them.

    Attributes:
        text: the leaf, on one line.
        groups: the columns' keys that its groups go by.
        together: the columns' keys that groups and leaf make together, the longest first.
        leaf: the columns' keys that the leaf alone goes by, the surest first.
        measured: keys and units that the last of all these keys is made of, such as 内存 and gb.
        measured_together: the same of groups and leaf together, for where the leaf alone does not count.
    """

    text: str
    groups: tuple[str, ...]
    together: tuple[str, ...]
    leaf: tuple[str, ...]
    measured: tuple[tuple[str, str], ...]
    measured_together: tuple[tuple[str, str], ...]

    @property
    def telling(self) -> bool:
        """Whether it may mean a column of any kind of sheet."""
        return bool(self.leaf or self.together or self.measured or self.measured_together)


def _caption(path: tuple[str, ...], known: Set[str]) -> _Caption:
    together = ["".join(header_key(text) for text in path[start:]) for start in range(len(path) - 1)]
    leaf = header_keys(path[-1])
    return _Caption(
        text=" ".join(path[-1].split()),
        groups=tuple(key for text in path[:-1] for key in header_keys(text) if key in known),
        together=tuple(key for key in together if key in known),
        leaf=tuple(key for key in leaf if key in known),
        measured=tuple(cut for key in [*together, *leaf][-1:] for cut in _cut(key, known)),
        measured_together=tuple(cut for key in together[-1:] for cut in _cut(key, known)),
    )


def _match(spec: SheetSpec, captions: Mapping[int, _Caption], top: int, data_row: int) -> Header:
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    repeated: dict[str, int] = {}
    for index, caption in captions.items():
        found = _field(spec, caption) if caption.telling else None
        if found is None:
            unknown[index] = caption.text
        elif found in columns:
            repeated[found] = index
        else:
            columns[found] = index
    return Header(spec=spec, columns=columns, unknown=unknown, repeated=repeated, data_row=data_row, top=top)


def _in_units(header: Header, rows: Sequence[Sequence[Raw]]) -> Header:
    """Return the header with the units of its columns: the leaf's, else a group's, else one stated above the table."""
    above = [unit for row in rows[: header.top] for cell in row for unit in units_above(text_of(cell))]
    paths = header_paths(rows[header.top : header.data_row])
    units: dict[str, str] = {}
    strange: dict[str, str] = {}
    for name, index in header.columns.items():
        kind = header.spec.by_field[name].kind
        if not isinstance(kind, Quantity):
            continue
        texts = [text_of(cell) for cell in reversed(paths[index])]
        own = next((found for text in texts if (found := [*stated_units(text)])), [])
        own = own or [unit for text in texts if (unit := _unit_behind(header.spec, header_key(text)))][:1]
        for unit in own or [unit for unit in above if kind.units.factor(unit) is not None]:
            if kind.units.factor(unit) is None:
                strange[name] = unit
            else:
                units.setdefault(name, unit)
    return replace(header, units=units, strange=strange)


def _cut(key: str, known: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut a key into a known one and a few letters behind it, which may be a unit."""
    for length in range(1, min(_LONGEST_UNIT, len(key) - 1) + 1):
        if key[:-length] in known:
            yield key[:-length], key[-length:]


def _is_in(column: Column | None, unit: str) -> bool:
    return column is not None and isinstance(column.kind, Quantity) and column.kind.units.factor(unit) is not None


def _unit_behind(spec: SheetSpec, key: str) -> str:
    """Return the unit that a header ends in without brackets, such as 内存gb, or ""."""
    if key in spec.by_key:
        return ""
    return next((unit for stem, unit in _cut(key, spec.by_key) if _is_in(spec.by_key[stem], unit)), "")


def _field(spec: SheetSpec, caption: _Caption) -> str | None:
    """Return the field that a column's header means.

    Group and leaf together come first (承建单位 + 单位名称); the leaf alone counts only where its group is
    no column itself, lest the builder's name be taken for the unit's.
    """
    by_key = spec.by_key
    grouped = any(group in by_key for group in caption.groups)
    for key in (*caption.together, *(() if grouped else caption.leaf)):
        if key in by_key:
            return by_key[key].field
    measured = caption.measured_together if grouped else caption.measured
    return next((by_key[stem].field for stem, unit in measured if _is_in(by_key.get(stem), unit)), None)


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
