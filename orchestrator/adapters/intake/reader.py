"""Reads the programme's migration list, whatever its format; every problem is found before one is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestrator.adapters.intake.canonical import digest
from orchestrator.adapters.intake.cells import is_blank, text_of
from orchestrator.adapters.intake.census import CENSUS_SHEETS
from orchestrator.adapters.intake.columns import ROOMS, SERVERS, SHEETS, SYSTEMS
from orchestrator.adapters.intake.content import TEXT, kind_of
from orchestrator.adapters.intake.credentials import mask
from orchestrator.adapters.intake.delimited import read_delimited
from orchestrator.adapters.intake.example import is_our_example
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.header_problems import mixed_table
from orchestrator.adapters.intake.headers import Header, find_header
from orchestrator.adapters.intake.limits import MAX_FILE_BYTES
from orchestrator.adapters.intake.records import Record, columns_of, read_rows
from orchestrator.adapters.intake.sections import read_sections
from orchestrator.adapters.intake.whole import check_whole
from orchestrator.adapters.intake.workbook import read_workbook
from orchestrator.model.census import Census
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import Dependency, Interface, MigrationList, Room, Server, System

# A row that holds both is a record, with or without a header above.
_RECORD_WORDS = frozenset({"非涉密", "不涉密", "涉密"})
_LIKE_ID = re.compile(r"(?=.*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
# The sheet of a form that shows how to fill it in.
_EXAMPLE_SHEET = re.compile(
    "(?:填[写表报])?(?:示例|样例|范例|样表|模板|example|sample|template)(?:表|页|sheet|数据)?\\d*"
)
# Less is no table.
_TABLE_WIDTH, _TABLE_HEIGHT = 3, 3

READERS: Mapping[str, Callable[[Path, str], list[Grid]]] = {
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".csv": read_delimited,
    ".txt": read_delimited,
    ".yaml": read_sections,
    ".yml": read_sections,
}


@dataclass
class _Files:
    """What stands in the files of a list.

    Attributes:
        columns: by file and sheet, what a record's fields are called there.
        full: the kinds of sheets of which one has every column that there is.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)

    @property
    def blank(self) -> bool:
        """Whether this is the form as `migrate list template` writes it, and nobody has filled in anything."""
        return not self.records and not self.problems and self.full == {spec.name for spec in SHEETS}


def read_list(folder: Path, programme: Programme) -> tuple[MigrationList, tuple[Problem, ...]]:
    """Read the migration list: what `read_census` returns, without the sheets that only audits look at."""
    census, problems = read_census(folder, programme)
    return census.listing, problems


def read_census(folder: Path, programme: Programme, *, digested: bool = True) -> tuple[Census, tuple[Problem, ...]]:
    """Read the files of `programme.list_files` as one list.

    Args:
        folder: the programme's.
        programme: the programme.
        digested: whether the list is to have its digest, which takes a while and which most commands never show.

    Returns:
        The records that could be read, without classified systems and rooms, and every problem. With any
        problem of severity error the list must be refused; the records are then for display only.
    """
    files = _read_files(folder, programme)
    records, problems, blank = files.records, files.problems, files.blank
    if not blank:  # what the programme says of units and systems cannot be held against nothing
        problems.extend(check_whole(records, programme))
    # A region may publish its task ledger and no system at all; a file in which nothing is found is a mistake.
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    if not refused and not blank and not any(record.spec in (SYSTEMS, *CENSUS_SHEETS) for record in records):
        problems.append(Problem(code="list.no-systems", file=", ".join(programme.list_files)))
    built = [built for record in records if not record.hidden and (built := record.build()) is not None]
    found = MigrationList(
        systems=tuple(one for one in built if isinstance(one, System)),
        servers=tuple(one for one in built if isinstance(one, Server)),
        rooms=tuple(one for one in built if isinstance(one, Room)),
        dependencies=tuple(one for one in built if isinstance(one, Dependency)),
        interfaces=tuple(one for one in built if isinstance(one, Interface)),
        classified_count=sum(record.classified for record in records if record.spec is SYSTEMS),
        columns=files.columns,
    )
    beside = {spec.name: tuple(one for one in built if isinstance(one, spec.record)) for spec in CENSUS_SHEETS}
    census = Census(
        listing=replace(found, digest=_digest(found)) if digested else found,
        classified_rooms=sum(record.classified for record in records if record.spec is ROOMS),
        **beside,
    )
    return census, tuple(problems)


def hidden_rows(folder: Path, programme: Programme) -> Mapping[tuple[str, str], Mapping[int, int | None]]:
    """Return the 0-based rows that may not be shown, each with its one column that may, 涉密分类, if it has one.

    They are by file and sheet; a sheet of which nothing was read is not among these.
    """
    files = _read_files(folder, programme)
    records = files.records
    files.problems.extend(check_whole(records, programme))
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
    suffix = path.suffix.lower()
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise FileFault("list.missing-file")
        if size > MAX_FILE_BYTES:
            raise FileFault("list.too-large", what="bytes", found=str(size), most=str(MAX_FILE_BYTES))
        as_named(path, suffix)
        return READERS[suffix](path, file)
    except OSError as error:
        raise FileFault("list.missing-file") from error


def as_named(path: Path, suffix: str) -> None:
    """Refuse a file that no reader understands, or that is something else than its name says.

    Raises:
        FileFault: `list.unknown-format`, `list.other-format`.
    """
    found = kind_of(path)
    if suffix not in READERS:
        raise FileFault("list.unknown-format", known=", ".join(READERS), found=found, suffix=suffix or "?")
    # An archive that is no workbook, or a broken one, is told by the workbook's own reader.
    fitting = {"xlsx", "zip"} if READERS[suffix] is read_workbook else {TEXT} if suffix != ".yaml" else {TEXT, "json"}
    if found not in fitting and path.stat().st_size:
        raise FileFault("list.other-format", found=found, suffix=suffix)


def _read_files(folder: Path, programme: Programme) -> _Files:
    files = _Files()
    records, problems = files.records, files.problems
    mixed: list[Problem] = []
    for file in programme.list_files:
        try:
            before = len(records), len(problems)
            for grid in open_file(folder, file):
                header = _header(grid)
                if header is None:
                    problems += _unread(grid)
                    continue
                if code := _passed_over(grid, header):
                    if code == "list.example-sheet" and is_our_example(grid):
                        continue  # what the form itself shows is no data that somebody might miss
                    problems.append(Problem(code=code, severity=Severity.WARNING, file=file, sheet=grid.place))
                    continue
                files.columns[file, grid.sheet] = columns_of(grid, header)
                if len(header.columns) == len(header.spec.columns):
                    files.full.add(header.spec.name)
                mixed += mixed_table(grid, header)
                for item in read_rows(grid, header, programme):
                    if isinstance(item, Record):
                        records.append(item)
                    else:
                        problems.append(item)
            told = any(problem.severity is Severity.ERROR for problem in problems[before[1] :])
            if len(records) == before[0] and not told and len(programme.list_files) > 1:
                problems.append(Problem(code="list.nothing-read", file=file))
        except FileFault as fault:
            # Text of the file itself: its first line, a YAML key, a path of such keys.
            values = {name: mask(value) if name in {"found", "key"} else value for name, value in fault.values.items()}
            cell = mask(fault.cell)
            problems.append(Problem(code=fault.code, file=file, sheet=fault.sheet, cell=cell, values=values))
    # Where servers have a sheet of their own, those columns only repeat it.
    if not any(record.spec is SERVERS for record in records):
        problems += mixed
    return files


def _unread(grid: Grid) -> Iterator[Problem]:
    """Tell a visible sheet without headers that is no manual, but a table; one of records is an error."""
    if grid.hidden or grid.section:
        return
    filled = [[text_of(cell).strip() for cell in cells if not is_blank(cell)] for cells in grid.rows]
    if any(_RECORD_WORDS.intersection(texts) and any(map(_LIKE_ID.fullmatch, texts)) for texts in filled):
        yield Problem(code="list.sheet-without-header", file=grid.file, sheet=grid.place)
    elif sum(len(texts) >= _TABLE_WIDTH for texts in filled) >= _TABLE_HEIGHT:
        yield Problem(code="list.sheet-not-read", severity=Severity.WARNING, file=grid.file, sheet=grid.place)


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
    if not grid.section and grid.sheet and _EXAMPLE_SHEET.fullmatch(header_key(grid.title)):
        return "list.example-sheet"
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
    # A list without interfaces is the same as before there was a sheet of them.
    interfaces = sorted(found.interfaces, key=lambda one: one.id)
    return digest(
        {
            **({"interfaces": interfaces} if interfaces else {}),
            "systems": sorted(found.systems, key=lambda one: one.id),
            "servers": sorted(found.servers, key=lambda one: one.id),
            "rooms": sorted(found.rooms, key=lambda one: one.id),
            "dependencies": sorted(found.dependencies, key=lambda one: (one.system_id, one.needs_id)),
            "classified_count": found.classified_count,
        }
    )
