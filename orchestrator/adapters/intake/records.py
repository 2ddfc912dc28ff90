"""Turns a sheet's rows into the model's records; every cell that breaks its column's rule is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import Any

from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.credentials import MASK, asks_for_credential, looks_like_credential, shorten
from orchestrator.adapters.intake.fold import header_key, narrow
from orchestrator.adapters.intake.grid import Grid, letters
from orchestrator.adapters.intake.headers import Header
from orchestrator.adapters.intake.kinds import Bad, Raw, is_blank, is_error, says_nothing, text_of
from orchestrator.adapters.intake.limits import MAX_CELL_CHARACTERS
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import Disposition, Row, Secrecy

# Field → a name of the programme's own → the value it stands for.
OwnNames = Mapping[str, Mapping[str, str]]

_TOTAL = re.compile(r"(?:本[页表])?(?:(?:合计|小计|总计|total|subtotal|sum)(?:[:(\d].*)?|共计.*)", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|(?:填[表报]|制表|审[核批]|经办|联系|责任|负责|单位负责)人|制表|"
    r"(?:填[表报]|制表|审[核批])?(?:日期|时间)|(?:联系)?电话|(?:填[表报])?单位)(?:\([^()]*\))?\d*:.*"
)
_NONE = frozenset({"无", "没有"})
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
    yield from _leaks_above(grid, header)
    if header.missing:
        return
    reader = _Reader(grid, header, programme)
    for row in range(header.data_row, len(grid.rows)):
        cells = grid.rows[row]
        if reader.is_empty(row, cells):
            continue
        record = Record(grid=grid, header=header, row=row)
        if reader.is_masked(cells):
            continue
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
        names = ", ".join(mask(text) for text in header.unknown.values())
        yield fault("list.unknown-column", grid.sheet if grid.section else "", "", Severity.WARNING, columns=names)
    if header.code_row is not None:
        yield fault("list.code-row", grid.row_name(header.code_row), "", Severity.WARNING, row=str(header.code_row + 1))


def _leaks_above(grid: Grid, header: Header) -> Iterator[Problem]:
    """Find credentials in titles, headers and hints."""
    for row in range(min(header.data_row, len(grid.rows))):
        for column, cell in enumerate(grid.rows[row]):
            if isinstance(cell, str) and looks_like_credential(cell):
                place = grid.sheet if grid.section else grid.name(row, column)
                yield Problem(code="list.credential", file=grid.file, sheet=grid.place, cell=place, value=MASK)


def _is_no_record(grid: Grid, header: Header, row: int) -> bool:
    """Tell whether a row is a total or a note of the form rather than a record."""
    cells = grid.rows[row]
    first = next((index for index, cell in enumerate(cells) if not is_blank(cell)), None)
    identity = header.columns.get("id", header.columns.get("system_id"))
    if first is None or (identity is not None and identity != first and not is_blank(grid.at(row, identity))):
        return False
    text = _squeezed(cells[first])
    if not _NOTE.fullmatch(text):
        return bool(_TOTAL.fullmatch(text))
    # The signatures below a form, 填表人：… 审核人：…, have each name in its label's cell or in the next one.
    texts = [_squeezed(cell) for cell in cells if not is_blank(cell)]
    signed = all(_NOTE.fullmatch(text) or label.endswith(":") for label, text in pairwise(texts))
    return signed or len(texts) <= 2


def _squeezed(cell: Raw) -> str:
    return "".join(narrow(text_of(cell)).split())


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


class _Reader:
    """Reads the rows of one sheet; equal cells of a column are parsed once, as most are repeated many times."""

    def __init__(self, grid: Grid, header: Header, programme: Programme) -> None:
        self._grid = grid
        self._merged = _merged(grid, header)
        self._columns = [(one, header.columns[one.field]) for one in header.spec.columns if one.field in header.columns]
        # Whether anything of a row may be shown is read first of all.
        self._columns.sort(key=lambda pair: pair[0].field != "secrecy")
        self._tells_secrecy = "secrecy" in header.columns
        self._required = [header.columns[name] for name in header.spec.required]
        self._secret = {index for index, text in header.unknown.items() if asks_for_credential(header_key(text))}
        # The type counts: 1, 1.0 and True are equal, but not as cells.
        self._value = lru_cache(maxsize=None, typed=True)(partial(_value, header, _own_names(programme)))
        self._leaks = cache(looks_like_credential)

    def is_empty(self, row: int, cells: Sequence[Raw]) -> bool:
        """Tell whether nothing stands in a row.

        A formula without a result is nothing by itself, as people fill formulas down ahead of the data; in a
        required column it is a record that cannot be read.
        """
        if not all(is_blank(cell) or is_error(cell) for cell in cells):
            return False
        return not any(is_error(self._grid.at(row, at)) or (row, at) in self._grid.unread for at in self._required)

    def is_masked(self, cells: Sequence[Raw]) -> bool:
        """Tell whether a marked copy has masked the whole row, as it does a classified system's servers."""
        return not self._tells_secrecy and all(is_blank(cell) or cell == MASK for cell in cells)

    def read(self, record: Record) -> Iterator[Problem]:
        """Fill the record from its row; yield what is wrong."""
        for column, index in self._columns:
            # A marked copy comes back: what it masks is not judged again.
            if record.hidden and self._grid.at(record.row, index) == MASK:
                continue
            closed = record.classified and column.field != "id"
            problem = self._classified_cell(record, column, index) if closed else self._cell(record, column, index)
            if problem is not None:
                yield problem
            if column.field == "secrecy":
                record.classified = record.values.get("secrecy") is Secrecy.CLASSIFIED
                record.hidden = record.classified or "secrecy" in record.broken

    def _cell(self, record: Record, column: Column, index: int) -> Problem | None:
        name, place = column.field, (record.row, index)
        cell = self._grid.at(*place)
        lent = self._merged.get(place) if self._merged and is_blank(cell) else None
        if place in self._grid.unread:
            value: object = Bad("list.formula")
        elif lent is not None and not column.fill:
            # One sum for three systems, or the same batch for each? Only who filled in the form knows.
            value = Bad("list.merged-cell")
        else:
            value = self._value(name, cell if lent is None else lent)
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

    def _classified_cell(self, record: Record, column: Column, index: int) -> Problem | None:
        """A classified system is counted and nothing else: where it is or goes may not even be written down."""
        cell = self._grid.at(record.row, index)
        if is_blank(cell) and is_blank(cell := self._merged.get((record.row, index))):
            return None
        stated = column.detail and not _says_none(cell)
        if column.field == "disposition":
            try:
                stated = column.kind.parse(cell, "") in _STATED_TARGETS
            except Bad:
                stated = True
        return record.problem("list.classified-target", column.field) if stated else None

    def credentials(self, record: Record, cells: Sequence[Raw]) -> Iterator[Problem]:
        """Find credentials in every cell of the row, also in columns that are not read."""
        for index, cell in enumerate(cells):
            if (isinstance(cell, str) and self._leaks(cell)) or (index in self._secret and not _says_none(cell)):
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
    if is_error(cell):
        return Bad("list.error-value")
    column, text, names = header.spec.by_field[name], text_of(cell).strip(), own.get(name, {})
    if text in names:
        return names[text]
    if column.required and says_nothing(cell):
        return None
    try:
        return column.kind.parse(cell, header.units.get(name, ""))
    except Bad as bad:
        return bad


def _says_none(cell: Raw) -> bool:
    return says_nothing(cell) or narrow(text_of(cell)) in _NONE
