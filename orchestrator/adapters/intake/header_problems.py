"""What is wrong with a sheet's header, and what stands in columns that have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from orchestrator.adapters.intake.amounts import Quantity
from orchestrator.adapters.intake.column import Column
from orchestrator.adapters.intake.columns import SERVERS, SYSTEMS
from orchestrator.adapters.intake.credentials import mask, shorten
from orchestrator.adapters.intake.dressing import header_keys
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.grid import Grid, letters
from orchestrator.adapters.intake.headers import Header
from orchestrator.model.problem import Problem, Severity

# From here on two headers may well be meant as one: 涉密情况 and 涉密分类.
_ALIKE = 0.5
# What only servers have; so many of them are a table of servers.
_OF_SERVERS = frozenset(
    {"id", "workload", "vcpus", "ram_mib", "disk_gib", "data_disk_gib", "openings", "source_address"}
)
_MIXED = 3


def header_problems(grid: Grid, header: Header) -> Iterator[Problem]:
    """Yield missing, doubled and unread columns, strange units, and a row taken for names for machines."""

    def fault(code: str, cell: str, value: str, severity: Severity = Severity.ERROR, **values: str) -> Problem:
        return Problem(
            code=code, severity=severity, file=grid.file, sheet=grid.place, cell=cell, value=value, values=values
        )

    row = max(header.data_row - 1, 0)
    for name in sorted(header.missing):
        column = header.spec.by_field[name]
        cell = grid.sheet if grid.section else ""
        near = _nearest(column, header)
        if near is not None and not grid.section:
            cell = grid.name(row, near)
        value = mask(header.unknown[near]) if near is not None else ""
        also = ", ".join(dict.fromkeys((column.header, *column.also)))
        yield fault("list.missing-header", cell, value, header=column.header, field=column.names()[0], also=also)
    for name, unit in header.strange.items():
        column = header.spec.by_field[name]
        known = column.kind.units.usual if isinstance(column.kind, Quantity) else ""
        cell = grid.name(row, header.columns[name])
        yield fault("list.header-unit", cell, mask(unit), header=column.header, unit=mask(unit), units=known)
    for name, index in header.repeated.items():
        cell = letters(index) if not grid.section else grid.name(row, index)
        yield fault("list.repeated-header", cell, shorten(header.spec.by_field[name].header))
    if header.unknown:
        names = ", ".join(mask(text) for text in header.unknown.values())
        yield fault("list.unknown-column", grid.sheet if grid.section else "", "", Severity.WARNING, columns=names)
    if header.code_row is not None:
        yield fault("list.code-row", grid.row_name(header.code_row), "", Severity.WARNING, row=str(header.code_row + 1))


def _nearest(column: Column, header: Header) -> int | None:
    """Return the unread column whose header comes nearest to what a missing one may be called."""
    names = [header_key(name) for name in column.names()]
    likeness = {
        index: max(SequenceMatcher(a=name, b=header_key(text)).ratio() for name in names)
        for index, text in header.unknown.items()
    }
    best = max(likeness, key=lambda index: likeness[index], default=None)
    return best if best is not None and likeness[best] >= _ALIKE else None


def headless_columns(grid: Grid, header: Header) -> list[int]:
    """Return the columns that have no header at all."""
    told = {*header.columns.values(), *header.unknown, *header.repeated.values()}
    width = max((len(cells) for cells in grid.rows[header.top :]), default=0)
    return [] if grid.section else [index for index in range(width) if index not in told]


def headless_problems(grid: Grid, columns: Iterable[int]) -> Iterator[Problem]:
    """Yield a warning for each column without a header in which a record has something."""
    for index in sorted(columns):
        yield Problem(
            code="list.no-header",
            severity=Severity.WARNING,
            file=grid.file,
            sheet=grid.place,
            cell=letters(index),
        )


def mixed_table(grid: Grid, header: Header) -> Iterator[Problem]:
    """Tell columns of servers in a table of systems: nothing of them would be read, and a batch have no servers."""
    if header.spec is not SYSTEMS:
        return
    known = {key: column.field for key, column in SERVERS.by_key.items()}
    found = {
        index: field
        for index, text in header.unknown.items()
        if (field := next((known[key] for key in header_keys(text) if key in known), None)) in _OF_SERVERS
    }
    if len(set(found.values())) >= _MIXED:
        names = ", ".join(mask(header.unknown[index]) for index in found)
        cell = grid.sheet if grid.section else grid.name(max(header.data_row - 1, 0), min(found))
        yield Problem(code="list.mixed-table", file=grid.file, sheet=grid.place, cell=cell, values={"columns": names})
