"""Turns a sheet's rows into the model's records; every cell that breaks its column's rule is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from typing import Any

from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.credentials import MASK, asks_for_credential, looks_like_credential, shorten
from orchestrator.adapters.intake.fold import header_key, narrow
from orchestrator.adapters.intake.grid import Grid, letters
from orchestrator.adapters.intake.headers import Header
from orchestrator.adapters.intake.kinds import Bad, Raw, is_blank, text_of
from orchestrator.adapters.intake.limits import MAX_CELL_CHARACTERS
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import Disposition, Row, Secrecy

# Field → a name of the programme's own → the value it stands for.
OwnNames = Mapping[str, Mapping[str, str]]

_TOTAL = re.compile(r"(?:合计|小计|总计|共计|total|subtotal|sum)(?:[:(\d].*)?", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填表人|填报人|填报单位|审核人|制表人?|联系电话)\s*\d*\s*[:：].*", re.DOTALL
)
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


def mask(value: str, *, hidden: bool = False) -> str:
    """Return a value as it may be shown."""
    return MASK if value and (hidden or looks_like_credential(value)) else shorten(value)


def read_rows(grid: Grid, header: Header, programme: Programme) -> Iterator[Record | Problem]:
    """Yield the sheet's records and the problems of single cells, from top to bottom."""
    yield from _header_problems(grid, header)
    if header.missing:
        return
    reader = _Reader(grid, header, programme)
    for row in range(header.data_row, len(grid.rows)):
        cells = grid.rows[row]
        if all(map(is_blank, cells)):
            continue
        record = Record(grid=grid, header=header, row=row)
        if _is_no_record(grid, header, row):
            yield from reader.credentials(record, cells)
            continue
        problems = [*reader.read(record)]
        leaks = [*reader.credentials(record, cells)]
        leaking = {problem.cell for problem in leaks}
        yield from leaks
        yield from (problem for problem in problems if problem.cell not in leaking)
        yield record


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
    return {name: letters(column) for name, column in header.columns.items()}


def _header_problems(grid: Grid, header: Header) -> Iterator[Problem]:
    def fault(code: str, cell: str, value: str, severity: Severity = Severity.ERROR, **values: str) -> Problem:
        return Problem(
            code=code, severity=severity, file=grid.file, sheet=grid.place, cell=cell, value=value, values=values
        )

    row = max(header.data_row - 1, 0)
    for name in sorted(header.missing):
        column = header.spec.by_field[name]
        cell = grid.sheet if grid.section else ""
        yield fault("list.missing-header", cell, "", header=column.header, field=column.names()[0])
    for name, index in header.repeated.items():
        cell = letters(index) if not grid.section else grid.name(row, index)
        yield fault("list.repeated-header", cell, shorten(header.spec.by_field[name].header))
    if header.unknown:
        names = ", ".join(shorten(text) for text in header.unknown.values())
        yield fault("list.unknown-column", grid.sheet if grid.section else "", "", Severity.WARNING, columns=names)


def _is_no_record(grid: Grid, header: Header, row: int) -> bool:
    """Tell whether a row is a total or a note of the form rather than a record."""
    filled = (index for index, cell in enumerate(grid.rows[row]) if not is_blank(cell))
    column = next(filled)
    identity = header.columns.get("id", header.columns.get("system_id"))
    if identity is not None and identity != column and not is_blank(grid.at(row, identity)):
        return False
    first = "".join(narrow(text_of(grid.at(row, column))).split())
    return bool(_TOTAL.fullmatch(first) or (_NOTE.fullmatch(first) and len(list(filled)) < 2))


def _merged(grid: Grid, header: Header) -> dict[tuple[int, int], Raw]:
    """Return the values that merged cells lend to the rows they span, where the column allows it."""
    filling = {header.columns[name] for name in header.columns if header.spec.by_field[name].fill}
    return {
        (row, merge.first_column): grid.at(merge.first_row, merge.first_column)
        for merge in grid.merges
        if merge.first_column in filling and merge.first_row >= header.data_row
        for row in range(merge.first_row + 1, min(merge.last_row + 1, len(grid.rows)))
    }


class _Reader:
    """Reads the rows of one sheet; equal cells of a column are parsed once, as most are repeated many times."""

    def __init__(self, grid: Grid, header: Header, programme: Programme) -> None:
        self._merged = _merged(grid, header)
        self._columns = [(one, header.columns[one.field]) for one in header.spec.columns if one.field in header.columns]
        # Whether anything of a row may be shown is read first of all.
        self._columns.sort(key=lambda pair: pair[0].field != "secrecy")
        self._secret = {index for index, text in header.unknown.items() if asks_for_credential(header_key(text))}
        # The type counts: 1, 1.0 and True are equal, but not as cells.
        self._value = lru_cache(maxsize=None, typed=True)(partial(_value, header, _own_names(programme)))
        self._leaks = cache(looks_like_credential)

    def read(self, record: Record) -> Iterator[Problem]:
        """Fill the record from its row; yield what is wrong."""
        for column, index in self._columns:
            closed = record.classified and column.field != "id"
            problem = _classified_cell(record, column, index) if closed else self._cell(record, column, index)
            if problem is not None:
                yield problem
            if column.field == "secrecy":
                record.classified = record.values.get("secrecy") is Secrecy.CLASSIFIED
                record.hidden = record.classified or "secrecy" in record.broken

    def _cell(self, record: Record, column: Column, index: int) -> Problem | None:
        name, place = column.field, (record.row, index)
        cell = record.grid.at(*place)
        if is_blank(cell):
            cell = self._merged.get(place, cell)
        value = Bad("list.formula") if place in record.grid.unread else self._value(name, cell)
        if isinstance(value, Bad):
            record.broken.add(name)
            return record.problem(value.code, name, values={"header": column.header, **value.values})
        if value is not None:
            record.values[name] = value
        elif column.required:
            record.broken.add(name)
            return record.problem("list.missing-value", name, values={"header": column.header})
        elif column.asked:
            return record.problem("list.census-gap", name, severity=Severity.WARNING, values={"header": column.header})
        return None

    def credentials(self, record: Record, cells: Sequence[Raw]) -> Iterator[Problem]:
        """Find credentials in every cell of the row, also in columns that are not read."""
        for index, cell in enumerate(cells):
            if (isinstance(cell, str) and self._leaks(cell)) or (index in self._secret and not is_blank(cell)):
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
    if isinstance(cell, str) and len(cell) > MAX_CELL_CHARACTERS:
        return Bad("list.too-long", longest=str(MAX_CELL_CHARACTERS))
    text, names = text_of(cell).strip(), own.get(name, {})
    if text in names:
        return names[text]
    try:
        return header.spec.by_field[name].kind.parse(cell, header.units.get(name, ""))
    except Bad as bad:
        return bad


def _classified_cell(record: Record, column: Column, index: int) -> Problem | None:
    """A classified system is counted and nothing else: where it is or goes may not even be written down."""
    if is_blank(cell := record.grid.at(record.row, index)):
        return None
    stated = column.detail and narrow(text_of(cell)) not in {"-", "--", "—", "/", "无"}
    if column.field == "disposition":
        try:
            stated = column.kind.parse(cell, "") in _STATED_TARGETS
        except Bad:
            stated = True
    return record.problem("list.classified-target", column.field) if stated else None
