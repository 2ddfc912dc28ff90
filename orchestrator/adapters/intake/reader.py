"""Reads the programme's migration list, whatever its format; every problem is found before one is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from orchestrator.adapters.intake.canonical import digest
from orchestrator.adapters.intake.census import CENSUS_SHEETS
from orchestrator.adapters.intake.columns import ROOMS, SHEETS, SYSTEMS
from orchestrator.adapters.intake.delimited import read_delimited
from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.headers import Header, find_header
from orchestrator.adapters.intake.limits import MAX_FILE_BYTES
from orchestrator.adapters.intake.records import Record, columns_of, mask, read_rows
from orchestrator.adapters.intake.sections import read_sections
from orchestrator.adapters.intake.whole import check_whole
from orchestrator.adapters.intake.workbook import read_workbook
from orchestrator.model.census import Census
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import Dependency, MigrationList, Room, Server, System

READERS: Mapping[str, Callable[[Path, str], list[Grid]]] = {
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".csv": read_delimited,
    ".txt": read_delimited,
    ".yaml": read_sections,
    ".yml": read_sections,
}


def read_list(folder: Path, programme: Programme) -> tuple[MigrationList, tuple[Problem, ...]]:
    """Read the migration list: what `read_census` returns, without the sheets that only audits look at."""
    census, problems = read_census(folder, programme)
    return census.listing, problems


def read_census(folder: Path, programme: Programme) -> tuple[Census, tuple[Problem, ...]]:
    """Read the files of `programme.list_files` as one list.

    Returns:
        The records that could be read, without classified systems and rooms, and every problem. With any
        problem of severity error the list must be refused; the records are then for display only.
    """
    records, problems, columns = _read_files(folder, programme)
    problems.extend(check_whole(records, programme))
    # A region may publish its task ledger and no system at all; a file in which nothing is found is a mistake.
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    if not refused and not any(record.spec in (SYSTEMS, *CENSUS_SHEETS) for record in records):
        problems.append(Problem(code="list.no-systems", file=", ".join(programme.list_files)))
    built = [built for record in records if not record.hidden and (built := record.build()) is not None]
    found = MigrationList(
        systems=tuple(one for one in built if isinstance(one, System)),
        servers=tuple(one for one in built if isinstance(one, Server)),
        rooms=tuple(one for one in built if isinstance(one, Room)),
        dependencies=tuple(one for one in built if isinstance(one, Dependency)),
        classified_count=sum(record.classified for record in records if record.spec is SYSTEMS),
        columns=columns,
    )
    beside = {spec.name: tuple(one for one in built if isinstance(one, spec.record)) for spec in CENSUS_SHEETS}
    census = Census(
        listing=replace(found, digest=_digest(found)),
        classified_rooms=sum(record.classified for record in records if record.spec is ROOMS),
        **beside,
    )
    return census, tuple(problems)


def hidden_rows(folder: Path, programme: Programme) -> Mapping[tuple[str, str], Mapping[int, int | None]]:
    """Return the 0-based rows that may not be shown, each with its one column that may, 涉密分类, if it has one.

    They are by file and sheet; a sheet of which nothing was read is not among these.
    """
    records, problems, _ = _read_files(folder, programme)
    problems.extend(check_whole(records, programme))
    found: dict[tuple[str, str], dict[int, int | None]] = defaultdict(dict)
    for record in records:
        rows = found[record.grid.file, record.grid.sheet]
        if record.hidden:
            rows[record.row] = record.header.columns.get("secrecy")
    return found


def open_file(folder: Path, file: str) -> list[Grid]:
    """Return a list file's sheets.

    Raises:
        FileFault: missing, of no known format, too large, or not readable as what it claims to be.
    """
    path = folder / file
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FileFault("list.unknown-format", known=", ".join(READERS))
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise FileFault("list.missing-file")
        if size > MAX_FILE_BYTES:
            raise FileFault("list.too-large", what="bytes", found=str(size), most=str(MAX_FILE_BYTES))
        return reader(path, file)
    except OSError as error:
        raise FileFault("list.missing-file") from error


def _read_files(
    folder: Path, programme: Programme
) -> tuple[list[Record], list[Problem], dict[tuple[str, str], Mapping[str, str]]]:
    records: list[Record] = []
    problems: list[Problem] = []
    columns: dict[tuple[str, str], Mapping[str, str]] = {}
    for file in programme.list_files:
        try:
            for grid in open_file(folder, file):
                header = _header(grid)
                if header is None:
                    continue
                if code := _passed_over(grid, header):
                    problems.append(Problem(code=code, severity=Severity.WARNING, file=file, sheet=grid.place))
                    continue
                columns[file, grid.sheet] = columns_of(grid, header)
                for item in read_rows(grid, header, programme):
                    if isinstance(item, Record):
                        records.append(item)
                    else:
                        problems.append(item)
        except FileFault as fault:
            # Text of the file itself: its first line, a YAML key, a path of such keys.
            values = {name: mask(value) if name in {"found", "key"} else value for name, value in fault.values.items()}
            cell = mask(fault.cell)
            problems.append(Problem(code=fault.code, file=file, sheet=fault.sheet, cell=cell, values=values))
    return records, problems, columns


def _header(grid: Grid) -> Header | None:
    """Return the sheet's header, or None for a sheet that says nothing in the list's words, such as a manual."""
    if grid.section:
        spec = next(spec for spec in SHEETS if spec.name == grid.sheet)
        return find_header(grid, only=spec) if len(grid.rows) > 1 else None
    header = find_header(grid)
    if header is None:
        return None
    # A manual may happen to use one of the list's words, and a hidden sheet holds the choices of some columns.
    told = not header.missing if grid.hidden else len(header.columns) > 1 or _meant(grid, header)
    return header if told else None


def _passed_over(grid: Grid, header: Header) -> str:
    """Return the rule by which a sheet with headers of the list is left out, or ""."""
    if grid.hidden:
        return "list.hidden-sheet"
    return "" if _meant(grid, header) else "list.sheet-not-read"


def _meant(grid: Grid, header: Header) -> bool:
    """Tell whether a sheet is meant as part of the list, even if required columns are missing.

    So is a file that has no sheets, a sheet named as one of the list's, one with ids, and one with half of the
    required columns. A sheet of choices, a summary by unit or a list of people is not.
    """
    spec = header.spec
    have = len(spec.required & header.columns.keys())
    named = grid.section or not grid.sheet or spec.called(grid.title)
    return named or (len(header.columns) > 1 and ("id" in header.columns or have * 2 >= len(spec.required)))


def _digest(found: MigrationList) -> str:
    """Return the digest of the records alone, in the order of their ids."""
    return digest(
        {
            "systems": sorted(found.systems, key=lambda one: one.id),
            "servers": sorted(found.servers, key=lambda one: one.id),
            "rooms": sorted(found.rooms, key=lambda one: one.id),
            "dependencies": sorted(found.dependencies, key=lambda one: (one.system_id, one.needs_id)),
            "classified_count": found.classified_count,
        }
    )
