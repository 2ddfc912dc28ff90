"""Reads .xlsx files. The archive is measured before any parser sees it; formulas are never computed."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from orchestrator.adapters.intake.grid import FileFault, Grid, Merge
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
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_CELL = re.compile(rb"([A-Z]{0,3})(\d{1,7})")
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(path: Path, file: str) -> list[Grid]:
    """Return the workbook's visible sheets.

    Raises:
        FileFault: not a workbook, encrypted, or beyond a limit.
    """
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unread = _inspect(archive, len(data))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, KeyError, ValueError) as error:
        raise FileFault("list.not-a-workbook") from error
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            _grid(workbook, meta.name, file, unread.get(meta.name, frozenset()))
            for meta in workbook.sheets_metadata
            if meta.visible is SheetVisibleEnum.Visible and meta.typ is SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise FileFault("list.not-a-workbook") from error


def _grid(workbook: CalamineWorkbook, name: str, file: str, unread: frozenset[tuple[int, int]]) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    merges = tuple(Merge(first[0], first[1], last[0], last[1]) for first, last in (sheet.merged_cell_ranges or ()))
    rows = sheet.to_python(skip_empty_area=False)
    return Grid(file=file, sheet=name, rows=rows, merges=merges, unread=unread, title=name)


def _inspect(archive: zipfile.ZipFile, packed: int) -> dict[str, frozenset[tuple[int, int]]]:
    """Check every limit by really unpacking, piece by piece; return the formulas without value, by sheet."""
    entries = archive.infolist()
    if len(entries) > MAX_ZIP_ENTRIES:
        raise _too_large("zip entries", len(entries), MAX_ZIP_ENTRIES)
    unpacked = 0
    formulas: list[zipfile.ZipInfo] = []
    for entry in entries:
        # Which part is a sheet is decided by relations that a hostile file may bend, so every part is measured.
        extent = _Extent()
        is_xml = entry.filename.endswith((".xml", ".rels", ".vml"))
        has_formula = False
        tail = b""
        for chunk in _unpack(archive, entry, MAX_UNPACKED_BYTES - unpacked):
            unpacked += len(chunk)
            if unpacked > RATIO_FROM_BYTES and unpacked > packed * MAX_RATIO:
                raise _too_large("compression ratio", unpacked // packed, MAX_RATIO)
            window = tail + chunk
            if is_xml:
                _refuse_document_type(window, first=not tail)
                has_formula = has_formula or bool(_FORMULA.search(window))
            # A tag may be cut by the end of a piece; it is read again, whole, with the next one.
            cut = max(window.rfind(b"<"), len(window) - _CHUNK, 0)
            extent.add(window[:cut])
            tail = window[cut:]
        extent.add(tail)
        if has_formula and entry.filename.endswith(".xml"):
            formulas.append(entry)
    return _uncomputed(archive, formulas) if formulas else {}


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


def _uncomputed(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, frozenset[tuple[int, int]]]:
    """Find the formulas whose last value is not in the file."""
    names = _sheet_names(archive)
    found: dict[str, frozenset[tuple[int, int]]] = {}
    for entry in entries:
        cells: set[tuple[int, int]] = set()
        with archive.open(entry) as stream:
            # Document types were refused before, so there are no entities to expand.
            for _, element in ElementTree.iterparse(stream):  # noqa: S314
                kind = element.tag.rpartition("}")[2]
                if kind == "c":
                    parts = {child.tag.rpartition("}")[2]: child for child in element}
                    match = _CELL.fullmatch(element.get("r", "").encode())
                    if "f" in parts and match and not getattr(parts.get("v"), "text", None):
                        cells.add((int(match.group(2)) - 1, _column(match.group(1)) - 1))
                elif kind == "row":
                    element.clear()
        found[names.get(PurePosixPath(entry.filename).name, "")] = frozenset(cells)
    return found


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
