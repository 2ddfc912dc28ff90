"""Reads .xlsx files. The archive is measured before any parser sees it; formulas are never computed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from orchestrator.adapters.intake.archive import (
    column_number,
    inspect,
    parts_with,
    sheet_parts,
    too_large,
    unpack,
)
from orchestrator.adapters.intake.cells import Raw, is_error
from orchestrator.adapters.intake.grid import FileFault, Grid, Merge
from orchestrator.adapters.intake.limits import MAX_AREA, MAX_UNPACKED_BYTES
from orchestrator.adapters.intake.looks import Looks, read_looks, shown

# No error value is longer.
_TELLING = 32
_CELL = re.compile(rb"([A-Z]{0,3})(\d{1,7})")
_STYLES = "xl/styles.xml"
_FALSE = frozenset({"", "0", "false"})


@dataclass
class _Missed:
    """What the reader of a sheet passes over, by (row, column).

    Attributes:
        unread: formulas whose last result is not in the file.
        errors: error values, such as `#N/A`, which it takes for empty cells.
        styles: cells whose style changes what people see.
        hidden: rows that are not shown and hold something.
    """

    unread: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Book:
    """What of a workbook its reader does not tell: by sheet what it passes over, the looks, the first day."""

    missed: Mapping[str, _Missed]
    looks: Looks
    since_1904: bool


def read_workbook(path: Path, file: str) -> list[Grid]:
    """Return the workbook's sheets, hidden ones as such.

    Raises:
        FileFault: not a workbook, encrypted, or beyond a limit.
    """
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = _watch(archive, inspect(archive, len(data)))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        LookupError,  # also an encoding that nobody knows
        ValueError,
        SyntaxError,
    ) as error:
        raise FileFault("list.not-a-workbook") from error
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            _grid(workbook, meta.name, file, book, visible=meta.visible is SheetVisibleEnum.Visible)
            for meta in workbook.sheets_metadata
            if meta.typ is SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise FileFault("list.not-a-workbook") from error


def _grid(workbook: CalamineWorkbook, name: str, file: str, book: _Book, *, visible: bool) -> Grid:
    sheet, missed = workbook.get_sheet_by_name(name), book.missed.get(name, _Missed())
    merges = tuple(Merge(first[0], first[1], last[0], last[1]) for first, last in (sheet.merged_cell_ranges or ()))
    rows: list[list[Raw]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
    height, width = len(rows), max(map(len, rows), default=0)
    merged = sum(merge.covers(height, width) for merge in merges)  # more than there are, if ranges overlap
    if merged > MAX_AREA:
        raise too_large("merged cells", merged, MAX_AREA, sheet=name)
    # Rows may hold nothing else, and are no less rows for that.
    last = max((row for row, _ in (*missed.unread, *missed.errors)), default=-1)
    rows.extend([] for _ in range(len(rows), last + 1))
    for (row, column), error in missed.errors.items():
        cells = rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = error
    seen = {
        (row, column): look
        for (row, column), style in missed.styles.items()
        if style in book.looks.formats and row < len(rows) and column < len(rows[row])
        and (look := shown(rows[row][column], book.looks.formats[style], since_1904=book.since_1904))
    }  # fmt: skip
    return Grid(
        file=file,
        sheet=name,
        rows=rows,
        merges=merges,
        unread=frozenset(missed.unread),
        shown=seen,
        struck=frozenset(place for place, style in missed.styles.items() if style in book.looks.struck),
        hidden_rows=frozenset(missed.hidden),
        since_1904=book.since_1904,
        title=name,
        hidden=not visible,
    )


def _watch(archive: zipfile.ZipFile, suspects: set[str]) -> _Book:
    """Find formulas without a result, error values, styles that matter and hidden rows; most workbooks have none."""
    names = sheet_parts(archive)
    sheets = {name for name in archive.namelist() if PurePosixPath(name).name in names}
    looks = Looks()
    if _STYLES in archive.namelist():
        looks = read_looks(b"".join(unpack(archive, archive.getinfo(_STYLES), MAX_UNPACKED_BYTES)))
    if looks:
        numbers = b"|".join(str(style).encode() for style in sorted({*looks.formats, *looks.struck}))
        styled = re.compile(rb"<(?:[\w.-]+:)?c\s[^<]*?\bs\s*=\s*[\"'](?:" + numbers + rb")[\"']")
        suspects = suspects | parts_with(archive, sheets - suspects, styled)
    missed: dict[str, _Missed] = {}
    for part in sorted(suspects & sheets):
        watch = _Watch(looks)
        # Document types were refused before, so there are no entities to expand.
        parser = ElementTree.XMLParser(target=watch)  # noqa: S314
        for chunk in unpack(archive, archive.getinfo(part), MAX_UNPACKED_BYTES):
            parser.feed(chunk)
        missed[names[PurePosixPath(part).name]] = watch.missed
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - checked before
    since_1904 = any(
        item.get("date1904", "").casefold() not in _FALSE
        for item in book.iter()
        if item.tag.rpartition("}")[2] == "workbookPr"
    )
    return _Book(missed=missed, looks=looks, since_1904=since_1904)


class _Watch:
    """A parser's target that notes what a sheet's reader passes over; it keeps no tree, however large the sheet."""

    def __init__(self, looks: Looks) -> None:
        self.missed = _Missed()
        self._styles = {*looks.formats, *looks.struck}
        self._row = self._column = 0
        self._inside = self._type = ""
        self._formula = self._hidden = self._filled = False
        self._value: str | None = None
        self._style = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, its formula or its value."""
        self._inside = tag.rpartition("}")[2]
        match self._inside:
            case "row":
                self._row, self._column = int(attributes.get("r") or self._row + 1), 0
                height = attributes.get("ht", "")
                self._hidden = attributes.get("hidden", "").casefold() not in _FALSE or height in {"0", "0.0"}
            case "c":
                self._column += 1
                if place := _CELL.fullmatch(attributes.get("r", "").encode()):
                    self._row, self._column = int(place.group(2)), column_number(place.group(1))
                self._type, self._formula, self._value = attributes.get("t", ""), False, None
                self._style, self._filled = int(attributes.get("s") or 0), False
            case "f":
                self._formula = True
            case "v":
                self._value = ""
            case "is":
                self._filled = True

    def data(self, text: str) -> None:
        """Take in a piece of a value; its beginning tells enough."""
        if self._inside == "v" and self._value is not None and len(self._value) < _TELLING:
            self._value += text

    def end(self, tag: str) -> None:
        """Judge a cell that is complete."""
        self._inside = ""
        if tag.rpartition("}")[2] != "c":
            return
        place = self._row - 1, self._column - 1
        if self._type == "e":
            self.missed.errors[place] = self._value if is_error(self._value) else "#VALUE!"
        # The result of a formula may well be an empty text, as of IF(…, "").
        elif self._formula and not self._value and (self._type != "str" or self._value is None):
            self.missed.unread.add(place)
        if self._filled or self._value:
            if self._hidden:
                self.missed.hidden.add(self._row - 1)
            if self._style in self._styles:
                self.missed.styles[place] = self._style
