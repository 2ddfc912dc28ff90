"""Unpacks a workbook piece by piece and measures it, before any parser sees it."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from xml.etree import ElementTree

from orchestrator.adapters.intake.grid import FileFault, letters
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
# A row's or cell's reference, if it states one: `r="B7"`, `r = '7'`. The column, the row, or what else it says.
_REFERENCE = rb"\sr\s*=\s*([\"'])(?:([A-Z]{0,3})(\d{1,7})|(?s:(.*?)))\1"
# Rows and cells in any prefix, with their reference: `<c r="B7">`, `<x:row spans="1:3" r='7'>`.
_POSITION = re.compile(
    rb"<(?:[\w.-]+:)?(?:(row)|c)(?=[\s/>])(?:[^<]*?\sr\s*=\s*([\"'])(?:([A-Z]{0,3})(\d{1,7})|(?s:(.*?)))\2)?"
)
# The column of a cell, and the row of a cell or a row, that states its reference first, as nearly every program does.
_COLUMNS = re.compile(rb"<c r=\"([A-Z]{1,3})\d{1,7}\"")
_ROWS_OF_CELLS = re.compile(rb"<c r=\"[A-Z]{1,3}(\d{1,7})\"")
_ROWS = re.compile(rb"<row r=\"(\d{1,7})\"")
# `_POSITION` with all that stands before the next tag, and whether that one ends something.
_WHOLE = re.compile(rb"<(?:[\w.-]+:)?(?:(row)|c)(?=[\s/>])([^<]*)(?=<(/)?)")
_STATED = re.compile(_REFERENCE)
# Without any of these a part has no rows and no cells.
_HAS_CELLS = (b"<c", b"<row", b":c", b":row")
# Without any of these it has neither formulas nor error values.
_HAS_MISSED = (b"<f", b":f", b'"e"', b"'e'")
_HIDDEN = re.compile(rb"<(?:[\w.-]+:)?row\s[^<]*?(?:\shidden|\sht\s*=\s*[\"']0[\"'])")
_NO_HEIGHT = re.compile(rb"ht\s*=\s*[\"']0[\"']")
_RELATION = "}id"


def inspect(archive: zipfile.ZipFile, packed: int) -> set[str]:
    """Check every limit by really unpacking; return the parts with formulas, error values or hidden rows.

    Raises:
        FileFault: beyond a limit, with entity declarations, or with references that are none.
    """
    entries = archive.infolist()
    if len(entries) > MAX_ZIP_ENTRIES:
        raise too_large("zip entries", len(entries), MAX_ZIP_ENTRIES)
    unpacked = 0
    suspects: set[str] = set()
    for entry in entries:
        # Which part is a sheet is decided by relations that a hostile file may bend, so every part is measured.
        extent = _Extent()
        is_xml = entry.filename.endswith((".xml", ".rels", ".vml"))
        suspicious = False
        tail = b""
        for chunk in unpack(archive, entry, MAX_UNPACKED_BYTES - unpacked):
            unpacked += len(chunk)
            if unpacked > RATIO_FROM_BYTES and unpacked > packed * MAX_RATIO:
                raise too_large("compression ratio", unpacked // packed, MAX_RATIO)
            window = tail + chunk
            if is_xml:
                _refuse_document_type(window, first=not tail)
                suspicious = suspicious or any(sign in window for sign in _HAS_MISSED) or _hides(window)
            # A tag may be cut by the end of a piece; it is read again, whole, with the next one.
            cut = max(window.rfind(b"<"), len(window) - _CHUNK, 0)
            extent.add(window[:cut])
            tail = window[cut:]
        extent.add(tail)
        if extent.excess:
            _measure_content(archive, entry)
        if suspicious and entry.filename.endswith(".xml"):
            suspects.add(entry.filename)
    return suspects


def parts_with(archive: zipfile.ZipFile, names: set[str], pattern: re.Pattern[bytes]) -> set[str]:
    """Return the parts in which a pattern that fits into one tag is found."""
    found = set()
    for name in names:
        tail = b""
        for chunk in unpack(archive, archive.getinfo(name), MAX_UNPACKED_BYTES):
            window = tail + chunk
            if pattern.search(window):
                found.add(name)
                break
            tail = window[window.rfind(b"<") :][-_CHUNK:]
    return found


def unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    """Yield an entry's bytes; its stated size is not believed, as a parser would not stop at it either.

    Raises:
        FileFault: more than `left` bytes.
    """
    unbelieved = copy.copy(entry)
    unbelieved.file_size = left + _CHUNK
    with archive.open(unbelieved) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise too_large("unpacked bytes", MAX_UNPACKED_BYTES - left, MAX_UNPACKED_BYTES)
            yield chunk


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheet's name for each part's file name; document types were refused before.

    Both the transitional and the Strict form of the format name the relations, each in a namespace of its own.
    """
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - checked before
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - checked before
    parts = {item.get("Id", ""): PurePosixPath(item.get("Target", "")).name for item in relations}
    return {
        parts.get(next((value for key, value in item.items() if key.endswith(_RELATION)), ""), ""): item.get("name", "")
        for item in book.iter()
        if item.tag.rpartition("}")[2] == "sheet"
    }


def too_large(what: str, found: int, most: int, *, sheet: str = "", cell: str = "") -> FileFault:
    """Return the fault of a file beyond a limit."""
    return FileFault("list.too-large", sheet=sheet, cell=cell, what=what, found=str(found), most=str(most))


def _hides(window: bytes) -> bool:
    """Tell whether a piece has a row that is not shown; the whole pattern, which looks at every tag, is tried last."""
    suspected = b"hidden" in window or _NO_HEIGHT.search(window) is not None
    return suspected and _HIDDEN.search(window) is not None


def _refuse_document_type(window: bytes, *, first: bool) -> None:
    """Refuse entity declarations, in the encodings an XML parser might detect; real workbooks have none."""
    if b"<!DOCTYPE" in window or b"<!ENTITY" in window or (first and b"\0" in window[:64]):
        raise FileFault("list.xml-entities")


def _measure_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse a part whose cells with content reach too far; those that have a look alone are no content.

    A reader allocates the rectangle of the former, and passes over the latter.
    """
    extent = _Extent()
    tail = b""
    for chunk in unpack(archive, entry, MAX_UNPACKED_BYTES):
        window = tail + chunk
        # The last tag is read again with the next piece, for what follows it tells whether its cell is empty.
        cut = max(window.rfind(b"<", 0, -1), len(window) - _CHUNK, 0)
        extent.add_content(window[: cut + 2])
        tail = window[cut:]
    extent.add_content(tail + b"</")
    if extent.excess:
        what, found, most = extent.excess
        try:
            name = sheet_parts(archive).get(PurePosixPath(entry.filename).name, "")
        except (KeyError, SyntaxError, LookupError):
            name = ""
        raise too_large(what, found, most, sheet=name, cell=f"{letters(extent.last_column - 1)}{extent.last_row}")


class _Extent:
    """How far a sheet reaches, stated or counted."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0

    def add(self, xml: bytes) -> None:
        """Take in a piece of a sheet that does not end inside a tag.

        Raises:
            FileFault: a reference that is none.
        """
        if not any(sign in xml for sign in _HAS_CELLS):
            return
        if self._jump(xml):
            return
        for is_row, _, letters_, number, other in _POSITION.findall(xml):
            self._move(is_row, letters_, number, other)
            if self.column > self.last_column:  # `max` is a call, for each of a million cells
                self.last_column = self.column
            if self.row > self.last_row:
                self.last_row = self.row

    def add_content(self, xml: bytes) -> None:
        """Take in a piece whose last tag begins in its last two bytes, and count cells with content alone."""
        for tag in _WHOLE.finditer(xml):
            is_row, said, ends = tag.groups()
            stated = _STATED.search(said)
            _, letters_, number, other = stated.groups(b"") if stated else (b"", b"", b"", b"")
            self._move(is_row, letters_, number, other)
            attributes, _, text = said.rpartition(b">")
            empty = attributes.rstrip().endswith(b"/") or (ends is not None and not text.strip())
            if not is_row and not empty:
                self.last_column = max(self.last_column, self.column)
                self.last_row = max(self.last_row, self.row)

    def _jump(self, xml: bytes) -> bool:
        """Take in a piece whose rows and cells all say where they are: only the farthest counts; False of any other."""
        columns, rows, at_rows = _COLUMNS.findall(xml), _ROWS_OF_CELLS.findall(xml), _ROWS.findall(xml)
        # As many as tags that begin so, in no namespace of their own: then there are no others.
        ordinary = len(columns) == xml.count(b"<c") and len(at_rows) == xml.count(b"<row")
        if not (columns or at_rows) or not ordinary or b":c" in xml or b":row" in xml:
            return False
        self.last_column = max(self.last_column, *map(column_number, {*columns}), 0)
        self.last_row = max(self.last_row, *map(int, {*rows, *at_rows}))
        in_row = xml.rfind(b"<row") > xml.rfind(b"<c")
        self.row, self.column = int((at_rows if in_row else rows)[-1]), 0 if in_row else column_number(columns[-1])
        return True

    def _move(self, is_row: bytes, column: bytes, number: bytes, other: bytes) -> None:
        if other or (number and bool(column) is bool(is_row)):
            raise FileFault("list.not-a-workbook")
        if is_row:
            self.row, self.column = int(number) if number else self.row + 1, 0
        elif number:
            self.row, self.column = int(number), column_number(column)
        else:
            self.column += 1

    @property
    def excess(self) -> tuple[str, int, int] | None:
        """What is beyond which limit, how much it is and how much it may be."""
        sizes = (
            ("rows", self.last_row, MAX_ROWS),
            ("columns", self.last_column, MAX_COLUMNS),
            ("cells", self.last_row * self.last_column, MAX_AREA),
        )
        return next((size for size in sizes if size[1] > size[2]), None)


@cache
def column_number(name: bytes) -> int:
    """Return a column's number for its letters: A is 1."""
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number
