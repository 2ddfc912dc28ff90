"""Reads .xlsx files. The archive is measured before any parser sees it; formulas are never computed."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from orchestrator.adapters.intake.grid import FileFault, Grid, Merge
from orchestrator.adapters.intake.kinds import Raw, is_error
from orchestrator.adapters.intake.limits import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    MAX_ZIP_ENTRIES,
    RATIO_FROM_BYTES,
)

_CHUNK = 1 << 20
# Rows and cells in any prefix, with their reference if they state one: `<c r="B7">`, `<x:row spans="1:3" r='7'>`.
# The groups: whether it is a row, the quote, the column and row, or what else it says.
_POSITION = re.compile(
    rb"<(?:[\w.-]+:)?(?:(row)|c)(?=[\s/>])(?:[^<]*?\sr\s*=\s*([\"'])(?:([A-Z]{0,3})(\d{1,7})|(?s:(.*?)))\2)?"
)
# Without any of these a part has no rows and no cells; without any of those, neither formulas nor error values.
_HAS_CELLS = (b"<c", b"<row", b":c", b":row")
_HAS_MISSED = (b"<f", b":f", b'"e"', b"'e'")
# No error value is longer.
_TELLING = 32
_CELL = re.compile(rb"([A-Z]{0,3})(\d{1,7})")
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class _Missed:
    """What the reader of a sheet passes over, by (row, column).

    Attributes:
        unread: formulas whose last result is not in the file.
        errors: error values, such as `#N/A`, which it takes for empty cells.
    """

    unread: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def read_workbook(path: Path, file: str) -> list[Grid]:
    """Return the workbook's sheets, hidden ones as such.

    Raises:
        FileFault: not a workbook, encrypted, or beyond a limit.
    """
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            missed = _inspect(archive, len(data))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        KeyError,
        ValueError,
        SyntaxError,
    ) as error:
        raise FileFault("list.not-a-workbook") from error
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            _grid(workbook, meta.name, file, missed.get(meta.name, _Missed()), meta.visible is SheetVisibleEnum.Visible)
            for meta in workbook.sheets_metadata
            if meta.typ is SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise FileFault("list.not-a-workbook") from error


def _grid(workbook: CalamineWorkbook, name: str, file: str, missed: _Missed, visible: bool) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    merges = tuple(Merge(first[0], first[1], last[0], last[1]) for first, last in (sheet.merged_cell_ranges or ()))
    rows: list[list[Raw]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
    height, width = len(rows), max(map(len, rows), default=0)
    merged = sum(merge.covers(height, width) for merge in merges)  # more than there are, if ranges overlap
    if merged > MAX_AREA:
        raise _too_large("merged cells", merged, MAX_AREA)
    # Rows may hold nothing else, and are no less rows for that.
    last = max((row for row, _ in (*missed.unread, *missed.errors)), default=-1)
    rows.extend([] for _ in range(len(rows), last + 1))
    for (row, column), error in missed.errors.items():
        cells = rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = error
    return Grid(
        file=file,
        sheet=name,
        rows=rows,
        merges=merges,
        unread=frozenset(missed.unread),
        title=name,
        hidden=not visible,
    )


def _inspect(archive: zipfile.ZipFile, packed: int) -> dict[str, _Missed]:
    """Check every limit by really unpacking, piece by piece; return what no reader tells, by sheet."""
    entries = archive.infolist()
    if len(entries) > MAX_ZIP_ENTRIES:
        raise _too_large("zip entries", len(entries), MAX_ZIP_ENTRIES)
    unpacked = 0
    suspects: list[zipfile.ZipInfo] = []
    for entry in entries:
        # Which part is a sheet is decided by relations that a hostile file may bend, so every part is measured.
        extent = _Extent()
        is_xml = entry.filename.endswith((".xml", ".rels", ".vml"))
        suspicious = False
        tail = b""
        for chunk in _unpack(archive, entry, MAX_UNPACKED_BYTES - unpacked):
            unpacked += len(chunk)
            if unpacked > RATIO_FROM_BYTES and unpacked > packed * MAX_RATIO:
                raise _too_large("compression ratio", unpacked // packed, MAX_RATIO)
            window = tail + chunk
            if is_xml:
                _refuse_document_type(window, first=not tail)
                suspicious = suspicious or any(sign in window for sign in _HAS_MISSED)
            # A tag may be cut by the end of a piece; it is read again, whole, with the next one.
            cut = max(window.rfind(b"<"), len(window) - _CHUNK, 0)
            extent.add(window[:cut])
            tail = window[cut:]
        extent.add(tail)
        if suspicious and entry.filename.endswith(".xml"):
            suspects.append(entry)
    return _missed(archive, suspects) if suspects else {}


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    """Yield an entry's bytes; its stated size is not believed, as a parser would not stop at it either."""
    unbelieved = copy.copy(entry)
    unbelieved.file_size = left + _CHUNK
    with archive.open(unbelieved) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _too_large("unpacked bytes", MAX_UNPACKED_BYTES - left, MAX_UNPACKED_BYTES)
            yield chunk


def _refuse_document_type(window: bytes, *, first: bool) -> None:
    """Refuse entity declarations, in the encodings an XML parser might detect; real workbooks have none."""
    if b"<!DOCTYPE" in window or b"<!ENTITY" in window or (first and b"\0" in window[:64]):
        raise FileFault("list.xml-entities")


def _too_large(what: str, found: int, most: int) -> FileFault:
    return FileFault("list.too-large", what=what, found=str(found), most=str(most))


class _Extent:
    """How far a sheet reaches: a reader allocates the whole rectangle up to its last cell, stated or counted."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0

    def add(self, xml: bytes) -> None:
        """Take in a piece of a sheet that does not end inside a tag."""
        if not any(sign in xml for sign in _HAS_CELLS):
            return
        for is_row, _, letters, number, other in _POSITION.findall(xml):
            if other or (number and bool(letters) is bool(is_row)):
                raise FileFault("list.not-a-workbook")
            if is_row:
                self.row, self.column = int(number) if number else self.row + 1, 0
            elif number:
                self.row, self.column = int(number), _column(letters)
            else:
                self.column += 1
            if self.column > self.last_column:  # `max` is a call, for each of a million cells
                self.last_column = self.column
            if self.row > self.last_row:
                self.last_row = self.row
        if self.last_row > MAX_ROWS:
            raise _too_large("rows", self.last_row, MAX_ROWS)
        if self.last_column > MAX_COLUMNS:
            raise _too_large("columns", self.last_column, MAX_COLUMNS)
        if self.last_row * self.last_column > MAX_AREA:
            raise _too_large("cells", self.last_row * self.last_column, MAX_AREA)


@cache
def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number


def _missed(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, _Missed]:
    """Find the formulas whose last result is not in the file, and the error values."""
    names = _sheet_names(archive)
    found: dict[str, _Missed] = {}
    for entry in entries:
        name = names.get(PurePosixPath(entry.filename).name)
        if name is not None:
            watch = _Watch()
            # Document types were refused before, so there are no entities to expand.
            parser = ElementTree.XMLParser(target=watch)  # noqa: S314
            for chunk in _unpack(archive, entry, MAX_UNPACKED_BYTES):
                parser.feed(chunk)
            found[name] = watch.missed
    return found


class _Watch:
    """A parser's target that notes what a sheet's reader passes over; it keeps no tree, however large the sheet."""

    def __init__(self) -> None:
        self.missed = _Missed()
        self._row = self._column = 0
        self._inside = self._type = ""
        self._formula = False
        self._value: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, its formula or its value."""
        self._inside = tag.rpartition("}")[2]
        stated = attributes.get("r")
        match self._inside:
            case "row":
                self._row, self._column = int(stated or self._row + 1), 0
            case "c":
                self._column += 1
                if place := _CELL.fullmatch((stated or "").encode()):
                    self._row, self._column = int(place.group(2)), _column(place.group(1))
                self._type, self._formula, self._value = attributes.get("t", ""), False, None
            case "f":
                self._formula = True
            case "v":
                self._value = ""

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


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheet's name for each part's file name."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - checked before
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - checked before
    parts = {item.get("Id", ""): PurePosixPath(item.get("Target", "")).name for item in relations}
    return {
        parts.get(item.get(_RELATIONS, ""), ""): item.get("name", "")
        for item in book.iter()
        if item.tag.rpartition("}")[2] == "sheet"
    }
