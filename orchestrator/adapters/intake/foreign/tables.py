"""Finds the tables of an export: which sheet is of which kind, where its header stands, which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from orchestrator.adapters.intake.cells import Raw, text_of
from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import SERVERS, SYSTEMS
from orchestrator.adapters.intake.dressing import header_keys
from orchestrator.adapters.intake.fold import header_key, narrow
from orchestrator.adapters.intake.foreign.shape import MappingPart, SheetPart, SourcePart
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.headers import filled_rows, header_paths
from orchestrator.adapters.intake.units import stated_units

# Lines about the export may stand above its table.
_SEARCHED = 30
_TALLEST = 3
_BYTES = re.compile(r"(?<![a-z])([kmgtp]i?b)(?:ytes)?(?![a-z/])|[(\[]\s*([kmgtp])\s*[)\]]", re.IGNORECASE)
# A reference that an export follows to its text: department.name.
_WALKED = re.compile(r"\.(?:u_)?(?:display_)?(?:name|value)\s*$", re.IGNORECASE)
# What the list says of both a system and a server is the server's in a row that has both.
_SHARED = frozenset({"remarks", "arch", "room_id"})


@dataclass(frozen=True)
class Columns:
    """The columns that one source stands for.

    Attributes:
        indexes: 0-based: those of which the first that is filled counts, all factors, or the summands that there are.
        how: `first`, `times` or `sum`.
        units: of each, the one that its header names, else the mapping's.
    """

    indexes: tuple[int, ...]
    how: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A sheet that was recognised.

    Attributes:
        fields: place in the mapping, such as `servers.vcpus` → its columns.
        headers: every header, by its column.
        missing, columns, data_row: as a header of the list has them; for who chooses among readings of a CSV file.
    """

    grid: Grid
    part: SheetPart
    fields: Mapping[str, Columns]
    headers: Mapping[int, str]
    keys: Mapping[str, int]
    data_row: int
    top: int = 0
    missing: frozenset[str] = frozenset()

    @property
    def columns(self) -> Mapping[str, Columns]:
        """The fields, by the name that `Header` has for them."""
        return self.fields

    def first(self, names: Sequence[str]) -> int | None:
        """Return the column of the first of some headers that is there."""
        return next((self.keys[key] for name in names if (key := header_key(name)) in self.keys), None)


def find_table(grid: Grid, mapping: MappingPart, *, named: bool = False) -> Table | None:
    """Return the table of a sheet that most of a mapping's columns are in, or None.

    Args:
        grid: the sheet.
        mapping: one of ours, or a mapping file's.
        named: a mapping file's sheets are those it names, else those with any of its columns.
    """
    rows = filled_rows(grid)
    found = [
        table
        for part in mapping.sheets
        if not (named and part.titles) or _titled(grid, part)
        for top in range(min(_SEARCHED, len(rows)))
        for height in range(1, min(_TALLEST if grid.merges else 1, len(rows) - top) + 1)
        if (table := _match(grid, rows[top : top + height], part, top, mapping.own_words))
    ]
    return max(found, key=lambda one: (len(one.fields), _titled(grid, one.part), -one.top, -one.data_row), default=None)


def _titled(grid: Grid, part: SheetPart) -> bool:
    return any(header_key(grid.title).startswith(header_key(title)) for title in part.titles)


def the_meant(tables: Mapping[int, Table]) -> Mapping[int, Table]:
    """Return the tables without those that only repeat another's columns.

    All sheets of an RVTools workbook begin with the columns of vInfo. Where a sheet is called as its kind is, no other
    sheet is of that kind; else one with half of another's columns or less only refers to it.
    """
    left: dict[int, Table] = {}
    for at, table in tables.items():
        rivals = [other for other in tables.values() if other.part is table.part]
        titled = any(_titled(other.grid, other.part) for other in rivals)
        most = max(len(other.fields) for other in rivals)
        if _titled(table.grid, table.part) if titled else len(table.fields) * 2 > most:
            left[at] = table
    return left


def _match(grid: Grid, rows: Sequence[Sequence[Raw]], part: SheetPart, top: int, own_words: bool) -> Table | None:
    headers, keys = _headers(rows)
    if not keys or not all(any(header_key(name) in keys for name in group) for group in part.known_by):
        return None
    fields = {place: found for place, source in _sources(part, own_words) if (found := _columns(source, keys, headers))}
    fields = dict(_each_once(fields))
    if not fields:
        return None
    return Table(grid, part, fields, headers, keys, data_row=top + len(rows), top=top)


def _headers(rows: Sequence[Sequence[Raw]]) -> tuple[dict[int, str], dict[str, int]]:
    """Return every column's header and folded header → column; a header's own words come before those it may mean."""
    headers: dict[int, str] = {}
    sure: dict[str, int] = {}
    maybe: dict[str, int] = {}
    for index, path in enumerate(header_paths(rows)):
        if not path:
            continue
        headers[index] = " ".join(path[-1].split())
        groups = ["".join(header_key(text) for text in path[start:]) for start in range(len(path) - 1)]
        own, *others = [*header_keys(path[-1]), header_key(_WALKED.sub("", path[-1]))]
        for key in filter(None, (*groups, own)):
            sure.setdefault(key, index)
        bare = _BYTES.sub("", narrow(path[-1]))
        for key in filter(
            None, (*others, header_key(bare), header_key(re.sub(r"\bin\s*$", "", bare.strip(), flags=re.I)))
        ):
            maybe.setdefault(key, index)
    return headers, {**maybe, **sure}


def _sources(part: SheetPart, own_words: bool) -> Iterator[tuple[str, SourcePart]]:
    told = dict(part.sources)
    yield from told.items()
    if own_words:
        yield from ((place, source) for place, source in _words(bool(part.servers)) if place not in told)


@cache
def _words(with_servers: bool) -> tuple[tuple[str, SourcePart], ...]:
    """Return the list's own headers as sources: of servers first, but for what says which system it is."""

    def of(spec: SheetSpec, section: str, left_out: frozenset[str]) -> Iterator[tuple[str, SourcePart]]:
        for column in spec.columns:
            if column.field not in left_out:
                yield f"{section}.{column.names()[0]}", SourcePart(columns=column.names())

    servers = of(SERVERS, "servers", frozenset({"system_id"})) if with_servers else ()
    return (*servers, *of(SYSTEMS, "systems", _SHARED if with_servers else frozenset()))


def _columns(source: SourcePart, keys: Mapping[str, int], headers: Mapping[int, str]) -> Columns | None:
    def there(names: Sequence[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(keys[key] for name in names if (key := header_key(name)) in keys))

    factors, summands, one = there(source.times), there(source.sum), there(source.columns)
    if source.times and len(factors) == len(source.times):
        indexes, how = factors, "times"
    elif summands:
        indexes, how = summands, "sum"
    else:
        indexes, how = one, "first"
    if not indexes:
        return None
    return Columns(indexes, how, tuple(unit_in(headers[index]) or source.unit for index in indexes))


def _each_once(fields: Mapping[str, Columns]) -> Iterator[tuple[str, Columns]]:
    """Yield the fields without the columns that an earlier one has: a column says one thing."""
    taken: set[int] = set()
    for place, columns in fields.items():
        left = [at for at, index in enumerate(columns.indexes) if index not in taken]
        if left and (columns.how != "times" or len(left) == len(columns.indexes)):
            taken.update(columns.indexes[at] for at in left)
            yield (
                place,
                Columns(
                    tuple(columns.indexes[at] for at in left), columns.how, tuple(columns.units[at] for at in left)
                ),
            )


def unit_in(header: str) -> str:
    """Return the unit that a header names, such as `Memory (In MB)`, `内存（G）` or `RAM_GB`, or ""."""
    if found := _BYTES.search(narrow(header).replace("_", " ")):
        return (found.group(1) or found.group(2)).casefold()
    return next(iter(stated_units(header)), "")


def unused(table: Table, taken: Set[int]) -> Iterator[tuple[int, str, int]]:
    """Yield each column of which nothing is taken: its place, its header, and how many of its cells hold something."""
    width = max((len(row) for row in table.grid.rows[table.data_row :]), default=0)
    for index in range(max(width, *(one + 1 for one in table.headers))):
        if index in taken:
            continue
        held = sum(
            bool(text_of(table.grid.at(row, index)).strip()) for row in range(table.data_row, len(table.grid.rows))
        )
        if held or index in table.headers:
            yield index, table.headers.get(index, ""), held
