"""Turns a sheet's rows into the model's records; every cell that breaks its column's rule is a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from orchestrator.adapters.intake.amounts import Day, Quantity
from orchestrator.adapters.intake.cells import Raw, is_blank, is_error, is_picture, says_nothing, text_of
from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.credentials import MASK, asks_for_credential, looks_like_credential, mask, shorten
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.grid import Grid, letters
from orchestrator.adapters.intake.header_problems import header_problems, headless_columns, headless_problems
from orchestrator.adapters.intake.headers import Header
from orchestrator.adapters.intake.kinds import Bad, Identifier, Label, Text
from orchestrator.adapters.intake.limits import MAX_CELL_CHARACTERS
from orchestrator.adapters.intake.looks import Shown
from orchestrator.adapters.intake.nothing import means_ditto
from orchestrator.adapters.intake.rows import RowSorter, Sort
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import Disposition, Row, Secrecy

# Field → a name of the programme's own → the value it stands for.
OwnNames = Mapping[str, Mapping[str, str]]

_DITTO, _NEW = object(), object()
# Days between the first days of the two calendars of spreadsheet programs.
_TO_1900 = 1462
_STATED_TARGETS = frozenset({Disposition.MERGE, Disposition.MIGRATE, Disposition.CONNECT})


@dataclass(slots=True)
class Record:
    """One row as read.

    Attributes:
        row: 0-based row of the grid.
        values: field → parsed value; a field that is empty or broken is not in it.
        broken: fields whose cell breaks a rule: what depends on them is not judged, causes are told, not echoes.
        hidden: the row is of a classified system, or might be: none of its values is ever shown.
        classified: the row says that its system is classified.
    """

    grid: Grid
    header: Header
    row: int
    values: dict[str, Any] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    hidden: bool = False
    classified: bool = False

    @property
    def spec(self) -> SheetSpec:
        """The kind of sheet the row is in."""
        return self.header.spec

    def problem(
        self,
        code: str,
        name: str,
        *,
        severity: Severity = Severity.ERROR,
        shown: str | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Problem:
        """Return a problem of one of the row's cells."""
        column = self.header.columns.get(name)
        place = self.grid.row_name(self.row) if column is None else self.grid.name(self.row, column)
        value = text_of(self.grid.at(self.row, column)) if column is not None and shown is None else (shown or "")
        return Problem(
            code=code,
            severity=severity,
            file=self.grid.file,
            sheet=self.grid.place,
            cell=place,
            value=mask(value, hidden=self.hidden and name != "secrecy"),
            values=values or {},
        )

    def holds(self, name: str) -> bool:
        """Tell whether a column's cell says anything, be it only no."""
        column = self.header.columns.get(name)
        return column is not None and not is_blank(self.grid.at(self.row, column))

    def forget(self, column: int) -> None:
        """Drop the value that came from a column, as if its cell could not be read."""
        for name, index in self.header.columns.items():
            if index == column:
                self.values.pop(name, None)
                self.broken.add(name)

    def build(self) -> object:
        """Return the model's record, or None when a required cell is empty or broken."""
        if self.header.spec.required - self.values.keys():
            return None
        where = Row(file=self.grid.file, sheet=self.grid.sheet, number=self.row + (0 if self.grid.section else 1))
        return self.spec.record(row=where, **self.values)


def read_rows(grid: Grid, header: Header, programme: Programme) -> Iterator[Record | Problem]:
    """Yield the sheet's records and the problems of single cells, from top to bottom."""
    yield from header_problems(grid, header)
    yield from _leaks_above(grid, header)
    if header.missing:
        return
    reader, sorter = _Reader(grid, header, programme), RowSorter(grid, header)
    headless, used = headless_columns(grid, header), set[int]()
    for row in range(header.data_row, len(grid.rows)):
        cells = grid.rows[row]
        if reader.is_empty(row, cells) or reader.is_masked(cells):
            continue
        record = Record(grid=grid, header=header, row=row)
        sort = sorter.sort(row) if not reader.is_unread(row) else Sort.RECORD
        if sort is not Sort.RECORD:
            yield from reader.credentials(record, cells)
            if sort in _TOLD:
                yield _told(grid, row, sort)
            if sort is Sort.TABLE:
                break
            continue
        problems = [*reader.read(record)]
        leaks = [*reader.credentials(record, cells)]
        leaking = {problem.cell for problem in leaks}
        yield from leaks
        yield from (problem for problem in problems if problem.cell not in leaking)
        yield from _unseen(record)
        yield record
        used.update(index for index in headless if not is_blank(grid.at(row, index)))
    yield from headless_problems(grid, used)


# A row that is no record → the rule by which it is told, once, and unmasked.
_TOLD = {
    Sort.LINE: ("list.passed-line", Severity.WARNING),
    Sort.HINTS: ("list.passed-hints", Severity.WARNING),
    Sort.EXAMPLE: ("list.passed-example", Severity.WARNING),
    Sort.NO_RECORD: ("list.no-record", Severity.ERROR),
    Sort.TABLE: ("list.second-table", Severity.ERROR),
}


def _told(grid: Grid, row: int, sort: Sort) -> Problem:
    code, severity = _TOLD[sort]
    column = next(index for index, cell in enumerate(grid.rows[row]) if not is_blank(cell))
    value = mask(text_of(grid.at(row, column)))
    cell = grid.name(row, column)
    return Problem(code=code, severity=severity, file=grid.file, sheet=grid.place, cell=cell, value=value)


def _unseen(record: Record) -> Iterator[Problem]:
    """Tell a record in a row that a filter or somebody hid, or that is struck out: nobody saw it as one."""
    grid, columns = record.grid, record.header.columns
    values = {"row": str(record.row + 1)}
    if record.row in grid.hidden_rows:
        yield record.problem("list.hidden-row", "id", severity=Severity.WARNING, values=values)
    if any((record.row, columns[name]) in grid.struck for name in ("id", "name") if name in columns):
        yield record.problem("list.struck-row", "id", severity=Severity.WARNING, values=values)


def _own_names(programme: Programme) -> OwnNames:
    """Return the names that the programme itself gave to zones and clouds; they count beside the usual words."""
    return {
        "zone": {zone.name: zone.name for cloud in programme.clouds for zone in cloud.zones},
        "target_cloud": {cloud.name: cloud.kind.value for cloud in programme.clouds},
    }


def columns_of(grid: Grid, header: Header) -> Mapping[str, str]:
    """Return what a record's fields are called on this sheet, for `MigrationList.columns`."""
    if grid.section:
        return {name: f"{text_of(grid.at(0, column))} #" for name, column in header.columns.items()}
    names = {name: letters(column) for name, column in header.columns.items()}
    joined = {one.joins: names[one.field] for one in header.spec.columns if one.joins and one.field in names}
    return {**joined, **names}


def _leaks_above(grid: Grid, header: Header) -> Iterator[Problem]:
    """Find credentials in titles, headers and hints."""
    for row in range(min(header.data_row, len(grid.rows))):
        for column, cell in enumerate(grid.rows[row]):
            if isinstance(cell, str) and looks_like_credential(cell):
                place = grid.sheet if grid.section else grid.name(row, column)
                yield Problem(code="list.credential", file=grid.file, sheet=grid.place, cell=place, value=MASK)


def _merged(grid: Grid, header: Header) -> dict[tuple[int, int], Raw]:
    """Return what stands in merged cells of the columns that are read, at each place below the first."""
    columns = set(header.columns.values())
    return {
        (row, merge.first_column): cell
        for merge in grid.merges
        if merge.first_column in columns
        and merge.first_row >= header.data_row
        and not is_blank(cell := grid.at(merge.first_row, merge.first_column))
        for row in range(merge.first_row + 1, min(merge.last_row + 1, len(grid.rows)))
    }


# A column, where it is, its field, and what its cells came to, by the cell.
_Plan = tuple[Column, int, str, dict[object, object]]


class _Reader:
    """Reads the rows of one sheet; equal cells of a column are parsed once, as most are repeated many times."""

    def __init__(self, grid: Grid, header: Header, programme: Programme) -> None:
        self._grid = grid
        self._merged = _merged(grid, header)
        columns = [(one, header.columns[one.field]) for one in header.spec.columns if one.field in header.columns]
        self._secrecy = [pair for pair in columns if pair[0].field == "secrecy"]
        self._columns = [pair for pair in columns if pair[0].field != "secrecy"]
        self._plans: list[_Plan] = [(*pair, pair[0].field, dict[object, object]()) for pair in self._columns]
        # On most sheets each cell holds what people see in it.
        self._straight = not (self._merged or grid.unread or grid.shown or grid.since_1904 or header.strange)
        self._required = [header.columns[name] for name in header.spec.required]
        self._secret = {index for index, text in header.unknown.items() if asks_for_credential(header_key(text))}
        self._parse = partial(_value, header, _own_names(programme))
        # The type counts: 1, 1.0 and True are equal, but not as cells.
        self._value = lru_cache(maxsize=None, typed=True)(self._parse)
        self._harmless: set[Raw] = set()
        self._last: Record | None = None

    def is_empty(self, row: int, cells: Sequence[Raw]) -> bool:
        """Tell whether nothing stands in a row.

        A formula without a result is nothing by itself, as people fill formulas down ahead of the data; in a
        required column it is a record that cannot be read.
        """
        if not all(is_blank(cell) or is_error(cell) for cell in cells):
            return False
        return not self.is_unread(row)

    def is_unread(self, row: int) -> bool:
        """Tell whether a required cell of a row is a formula without a result."""
        return any(is_error(self._grid.at(row, at)) or (row, at) in self._grid.unread for at in self._required)

    def is_masked(self, cells: Sequence[Raw]) -> bool:
        """Tell whether a marked copy has masked the whole row, as it does a classified system's servers."""
        return not self._secrecy and all(is_blank(cell) or cell == MASK for cell in cells)

    def read(self, record: Record) -> Iterator[Problem]:
        """Fill the record from its row; yield what is wrong."""
        # Whether anything of a row may be shown is read first of all.
        for column, index in self._secrecy:
            if (problem := self._cell(record, column, index)) is not None:
                yield problem
            record.classified = record.values.get("secrecy") is Secrecy.CLASSIFIED
            record.hidden = record.classified or "secrecy" in record.broken
        for column, index in self._take(record) if self._straight and not record.hidden else self._columns:
            # A marked copy comes back: what it masks is not judged again.
            if record.hidden and self._grid.at(record.row, index) == MASK:
                continue
            closed = record.classified and column.field != "id"
            problem = self._classified_cell(record, column, index) if closed else self._cell(record, column, index)
            if problem is not None:
                yield problem
        self._last = record

    def _take(self, record: Record) -> Sequence[tuple[Column, int]]:
        """Take in each cell whose text was met before or breaks no rule; return the columns of the others."""
        cells, values = self._grid.rows[record.row], record.values
        width, others = len(cells), []
        for column, index, name, met in self._plans:
            cell = cells[index] if index < width else None
            key = cell if cell.__class__ is str else (cell.__class__, cell)
            value = met.get(key, _NEW)
            if value is _NEW:
                value = met[key] = self._parse(name, cell)
            if value is None:
                if column.required or column.asked:
                    others.append((column, index))
            elif value is _DITTO or value.__class__ is Bad:
                others.append((column, index))
            else:
                values[name] = value
        return others

    def _cell(self, record: Record, column: Column, index: int) -> Problem | None:
        name, place = column.field, (record.row, index)
        cell = self._grid.at(*place)
        if name in record.header.strange and not says_nothing(cell):
            record.broken.add(name)  # told at the header
            return None
        lent = self._merged.get(place) if self._merged and is_blank(cell) else None
        if place in self._grid.unread:
            value: object = Bad("list.formula")
        elif lent is not None and not column.fill:
            # One sum for three systems, or the same batch for each? Only who filled in the form knows.
            value = Bad("list.merged-cell")
        elif place in self._grid.shown:
            value = self._as_shown(column, cell, self._grid.shown[place])
        elif self._grid.since_1904 and isinstance(column.kind, Day) and isinstance(cell, int | float):
            value = self._value(name, cell + _TO_1900)
        else:
            value = self._value(name, cell if lent is None else lent)
        if value is _DITTO:
            value = self._above(column)
        if isinstance(value, Bad):
            record.broken.add(name)
            # A picture in a remark is no fault of the list, only nothing that can be read.
            aside = value.code == "list.picture" and type(column.kind) is Text and not column.required
            severity = Severity.WARNING if aside else Severity.ERROR
            return record.problem(value.code, name, severity=severity, values={"header": column.header, **value.values})
        if value is not None:
            record.values[name] = value
        elif column.required:
            record.broken.add(name)
            return record.problem("list.missing-value", name, values={"header": column.header})
        elif column.asked:
            return record.problem("list.census-gap", name, severity=Severity.WARNING, values={"header": column.header})
        return None

    def _as_shown(self, column: Column, cell: Raw, seen: Shown) -> object:
        """Return what people see, or what the cell holds where that means the same."""
        named = isinstance(column.kind, Identifier | Label)
        if seen.dated and named:
            return Bad("list.changed-text")
        if seen.text is None:
            if named or (isinstance(column.kind, Quantity) and seen.scaled):
                return Bad("list.shown-differs", format=shorten(seen.format))
            return self._value(column.field, cell)
        value = self._value(column.field, seen.text)
        # 第1批 is a look of the number 1, as 86万元 is more than the number 86.
        if isinstance(value, Bad) and not named and not isinstance(column.kind, Day):
            return self._value(column.field, cell)
        return value

    def _above(self, column: Column) -> object:
        """Return what 同上 stands for: the value of the record above, if there is no doubt which that is."""
        above, self_named = self._last, isinstance(column.kind, Identifier) or column.field == "name"
        if above is None or self_named or above.hidden or column.field not in above.values:
            return Bad("list.ditto")
        return above.values[column.field] if not self._grid.hidden_rows.intersection({above.row}) else Bad("list.ditto")

    def _classified_cell(self, record: Record, column: Column, index: int) -> Problem | None:
        """A classified system is counted and nothing else: where it is or goes may not even be written down."""
        cell = self._grid.at(record.row, index)
        if is_blank(cell) and is_blank(cell := self._merged.get((record.row, index))):
            return None
        stated = column.detail and not says_nothing(cell)
        if column.field == "disposition":
            try:
                stated = column.kind.parse(cell, "") in _STATED_TARGETS
            except Bad:
                stated = True
        return record.problem("list.classified-target", column.field) if stated else None

    def credentials(self, record: Record, cells: Sequence[Raw]) -> Iterator[Problem]:
        """Find credentials in every cell of the row, also in columns that are not read."""
        fresh = {*cells} - self._harmless
        leaks = {cell for cell in fresh if isinstance(cell, str) and looks_like_credential(cell)}
        self._harmless |= fresh - leaks
        if not leaks and not self._secret:
            return
        for index, cell in enumerate(cells):
            if cell in leaks or (index in self._secret and not says_nothing(cell)):
                record.forget(index)
                yield Problem(
                    code="list.credential",
                    file=record.grid.file,
                    sheet=record.grid.place,
                    cell=record.grid.name(record.row, index),
                    value=MASK,
                )


def _value(header: Header, own: OwnNames, name: str, cell: Raw) -> object:
    """Return the value of a field's cell, or the rule that it breaks."""
    column, names = header.spec.by_field[name], own.get(name)
    if isinstance(cell, str):
        if len(cell) > MAX_CELL_CHARACTERS:
            return Bad("list.too-long", longest=str(MAX_CELL_CHARACTERS))
        if is_error(cell):
            return Bad("list.error-value")
        if is_picture(cell):
            return Bad("list.picture")
    if names and (text := text_of(cell).strip()) in names:
        return names[text]
    if isinstance(cell, str) and means_ditto(cell):
        return _DITTO
    if column.required and says_nothing(cell):
        return None
    try:
        return column.kind.parse(cell, header.units.get(name, ""))
    except Bad as bad:
        return bad
