"""Opens an export and finds out of which kind it is, by its headers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from orchestrator.adapters.intake.cells import is_blank, text_of
from orchestrator.adapters.intake.credentials import mask, shorten
from orchestrator.adapters.intake.delimited import Heading, read_delimited
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.foreign.drawing import Drawn, draw
from orchestrator.adapters.intake.foreign.shape import MappingPart, at_line, known_mappings, read_mapping
from orchestrator.adapters.intake.foreign.tables import Table, find_table, the_meant
from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.limits import MAX_FILE_BYTES
from orchestrator.adapters.intake.reader import READERS, as_named
from orchestrator.adapters.intake.workbook import read_workbook
from orchestrator.errors import Refused
from orchestrator.model.problem import Problem, Severity

_SHOWN_HEADERS = 12


def draw_export(path: Path, mapping_file: Path | None) -> Drawn:
    """Return the list that an export makes.

    Raises:
        Refused: `from.unreadable` and `mapping.invalid` with `problems`; `from.unrecognised`, with what its headers
            are; `from.mapping-missing`; `from.no-servers` when nothing of it is a server or a system.
    """
    written = b"" if mapping_file is None else _mapping(mapping_file)
    mappings = known_mappings() if mapping_file is None else (read_mapping(written, mapping_file.name),)
    named = mapping_file is not None
    grids = _open(path, mappings, named=named)
    for mapping in mappings:
        found = {at: find_table(grid, mapping, named=named) for at, grid in enumerate(grids) if not grid.hidden}
        tables = the_meant({at: table for at, table in found.items() if table is not None})
        # The first kind that knows the export counts: the general one takes what no other does.
        if any(table.part.disks is None for table in tables.values()):
            break
    else:
        raise Refused("from.unrecognised", path=str(path), headers=_headers(grids), known=_kinds(mappings))
    if mapping_file is not None:
        _require_columns(mapping, list(tables.values()), mapping_file, written)
    drawn = draw(mapping, _chosen(list(tables.values())), list(_left(grids, tables)))
    if not drawn.servers and not drawn.systems:
        raise Refused("from.no-servers", path=str(path), problems=drawn.notes)
    return drawn


def _mapping(path: Path) -> bytes:
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None
    except OSError as error:
        raise Refused("from.mapping-missing", path=str(path)) from error
    if data is None:
        raise Refused("from.mapping-missing", path=str(path))
    return data


def _open(path: Path, mappings: Sequence[MappingPart], *, named: bool) -> list[Grid]:
    """Return the sheets of an export.

    Raises:
        Refused: `from.unreadable`, `from.unrecognised`.
    """

    def find(grid: Grid) -> Heading | None:
        found = [table for one in mappings if (table := find_table(grid, one, named=named))]
        return found[0] if found else None

    try:
        return _sheets(path, find)
    except (FileFault, OSError) as error:
        fault = error if isinstance(error, FileFault) else FileFault("from.missing-file")
        if fault.code == "list.encoding":
            raise Refused(
                "from.unrecognised",
                path=str(path),
                headers=mask(fault.values.get("found", "").lstrip("\ufeff")),
                known=_kinds(mappings),
            ) from error
        values = {name: mask(value) if name == "found" else value for name, value in fault.values.items()}
        problem = Problem(code=fault.code, file=path.name, sheet=fault.sheet, cell=mask(fault.cell), values=values)
        raise Refused("from.unreadable", path=str(path), problems=(problem,)) from error


def _sheets(path: Path, find: Callable[[Grid], Heading | None]) -> list[Grid]:
    """Return a file's sheets.

    Raises:
        FileFault: it is not there, too large, no table, or not what its name says.
        OSError: it cannot be read.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise FileFault("from.missing-file")
    if (size := path.stat().st_size) > MAX_FILE_BYTES:
        raise FileFault("list.too-large", what="bytes", found=str(size), most=str(MAX_FILE_BYTES))
    as_named(path, suffix)
    if READERS[suffix] is read_workbook:
        return read_workbook(path, path.name)
    if READERS[suffix] is not read_delimited:
        raise FileFault("from.no-table", suffix=suffix)
    return read_delimited(path, path.name, find)


def _kinds(mappings: Sequence[MappingPart]) -> str:
    return ", ".join(mapping.name for mapping in mappings)


def _headers(grids: Sequence[Grid]) -> str:
    """Return the first filled cells of the first sheet, which are its headers in most exports."""
    rows = ([text_of(cell) for cell in row if not is_blank(cell)] for grid in grids for row in grid.rows)
    first = next((row for row in rows if len(row) > 1), [])
    return ", ".join(mask(shorten(text)) for text in first[:_SHOWN_HEADERS])


def _chosen(tables: list[Table]) -> list[Table]:
    """Return the tables in which a row is a server or a system first, then those of disks."""
    return sorted(tables, key=lambda table: table.part.disks is not None)


def _require_columns(mapping: MappingPart, tables: Sequence[Table], path: Path, written: bytes) -> None:
    """Refuse a mapping file that names columns which no sheet of the export has; each is told.

    Raises:
        Refused: `mapping.invalid`.
    """
    problems = []
    for number, part in enumerate(mapping.sheets):
        found = [table for table in tables if table.part is part]
        there = ", ".join(mask(text) for table in found[:1] for text in table.headers.values()) or "-"
        sources = [(place, source.named) for place, source in part.sources if source.named]
        for name in ("skip", "tell"):
            sources += [(f"{name}[{at}]", one.column) for at, one in enumerate(getattr(part, name))]
        for place, names in sources:
            keys = {header_key(one) for one in names}
            if not any(keys & table.keys.keys() for table in found):
                values = {"names": ", ".join(names), "columns": there}
                cell = f"sheets[{number}].{place}"
                value = mask(names[0])
                problem = Problem(code="mapping.no-such-column", file=path.name, cell=cell, value=value, values=values)
                problems.append(at_line(problem, written))
    if problems:
        raise Refused("mapping.invalid", path=str(path), errors=len(problems), problems=tuple(problems))


def _left(grids: Sequence[Grid], tables: Mapping[int, Table]) -> Iterator[Problem]:
    """Yield each sheet that is not used and holds something."""
    for at, grid in enumerate(grids):
        rows = sum(not all(map(is_blank, row)) for row in grid.rows)
        if at not in tables and rows:
            yield Problem(
                code="from.hidden-sheet" if grid.hidden else "from.unused-sheet",
                severity=Severity.WARNING,
                file=grid.file,
                sheet=grid.place,
                values={"rows": str(rows)},
            )
