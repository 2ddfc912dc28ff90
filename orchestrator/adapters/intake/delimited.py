"""Reads .csv files. Their encoding is the one that yields the required headers, never the one that decodes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Protocol

from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.headers import find_header
from orchestrator.adapters.intake.limits import MAX_AREA, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS

# GB18030 holds GBK and GB2312. Bytes of the one often decode as the other without an error: 系统 as ϵͳ.
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
_DELIMITERS = (",", "\t", ";")
# A spreadsheet program takes text that begins with one of these for a formula; a quote before it says that it is none.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = tuple(f"'{start}" for start in FORMULA_STARTS)
# A spreadsheet program is kept from dropping zeros or computing by ="001", and old systems end a file by Ctrl-Z.
_GUARDED = re.compile(r'="((?:[^"]|"")*)"')
_TAIL = "\x1a\0"
# So much of a Chinese text may be in rare characters, as names are.
_RARE = 0.25
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 240  # a manual may stand above the table


class Heading(Protocol):
    """What a way to find headers tells of those it found, by which the readings of a file are compared."""

    @property
    def missing(self) -> Set[str]:
        """What a table of this kind needs and has not."""

    @property
    def columns(self) -> Mapping[str, object]:
        """What was recognised."""

    @property
    def data_row(self) -> int:
        """The first row below, 0-based."""


def read_delimited(path: Path, file: str, find: Callable[[Grid], Heading | None] = find_header) -> list[Grid]:
    """Return the file's one sheet.

    Args:
        path: of the file.
        file: its name as messages give it.
        find: finds the headers that the file must have; those of the list unless told otherwise.

    Raises:
        FileFault: no encoding yields headers of the list, a quotation mark is astray, or the file is beyond a limit.
    """
    data = path.read_bytes()
    candidates = sorted(_candidates(data, path.stem, find), key=_rank, reverse=True)
    failure: FileFault | None = None
    for header, encoding, delimiter in candidates:
        # A reading that finds fewer of the headers is no other spelling of the file, but a misreading of it.
        if _rank((header, encoding, delimiter))[:2] != _rank(candidates[0])[:2]:
            break
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            row = data[: error.start].decode(encoding, "replace").count("\n") + 1
            failure = failure or FileFault("list.broken-text", cell=f"A{row}", encoding=encoding)
            continue
        rows = _rows(text, delimiter)
        if encoding == "gb18030" and not _is_chinese(text, rows[: header.data_row]):
            strange = FileFault("list.unknown-encoding", found=_first_foreign(data))
            failure = failure if failure and _is_mostly_utf_8(data) else strange
            continue
        return [Grid(file=file, sheet="", rows=rows, title=path.stem)]
    raise failure or FileFault("list.encoding", tried=", ".join(ENCODINGS), found=_first_line(data))


def _is_chinese(text: str, headers: list[list[str]]) -> bool:
    """Tell whether a text read as GB18030 is one: its headers say so, or nearly all of it is in common characters.

    Almost any bytes are GB18030: Dirección in a Latin code page reads as Direcci髇, and headers in English tell
    nothing. Wrong readings are full of characters that the older GB 2312 does not have.
    """
    if not all(cell.isascii() for row in headers for cell in row):
        return True
    foreign = [character for character in text if not character.isascii()]
    common = "".join(foreign).encode("gb2312", "ignore").decode("gb2312")
    return len(foreign) - len(common) <= len(foreign) * _RARE


def _is_mostly_utf_8(data: bytes) -> bool:
    """Tell whether most of what is not ASCII is UTF-8, so that one byte of it was broken."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return sum(not character.isascii() for character in text) > 2 * lost


def _first_foreign(data: bytes) -> str:
    """Return the first line that is not ASCII, as a Latin code page shows it, for the message."""
    line = next((line for line in data.splitlines() if not line.isascii()), b"")
    return line[:200].decode("latin-1").strip()


def _candidates(data: bytes, title: str, find: Callable[[Grid], Heading | None]) -> list[tuple[Heading, str, str]]:
    found = []
    # A character may be cut at the sample's end, so its last line does not count.
    sample = data[:_SAMPLE_BYTES]
    for encoding in ENCODINGS:
        text = sample.decode(encoding, "replace")
        for delimiter in _DELIMITERS:
            rows = _rows(text, delimiter, most=_SAMPLE_ROWS)
            header = find(Grid(file="", sheet="", rows=rows, title=title))
            if header is not None:
                found.append((header, encoding, delimiter))
    return found


def _rank(candidate: tuple[Heading, str, str]) -> tuple[bool, int, int]:
    header, encoding, _ = candidate
    return not header.missing, len(header.columns), -ENCODINGS.index(encoding)


def _rows(text: str, delimiter: str, *, most: int = 0) -> list[list[str]]:
    """Parse rows without blank ends; with `most`, only so many, and a broken end is no matter."""
    rows: list[list[str]] = []
    blank = 0
    csv.field_size_limit(MAX_FILE_BYTES)
    lines = io.StringIO(text.removeprefix("\ufeff").rstrip(_TAIL), newline="")
    try:
        # Strict, lest a quotation mark that is never closed take all the rows below it for one cell.
        for row in csv.reader(lines, delimiter=delimiter, strict=not most):
            cells = [_unguarded(cell) for cell in row]
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                blank += 1
                continue
            rows.extend([] for _ in range(min(blank, MAX_ROWS + 1)))
            blank = 0
            rows.append(cells)
            if most and len(rows) >= most:
                break
            _limit(len(rows), "rows", MAX_ROWS, cell=f"A{len(rows)}")
            if not most:
                _limit(len(cells), "columns", MAX_COLUMNS, cell=f"A{len(rows)}")
    except csv.Error as error:
        if not most:
            raise FileFault("list.stray-quote", cell=f"A{len(rows) + blank + 1}") from error
    if not most:
        _limit(len(rows) * max(map(len, rows), default=0), "cells", MAX_AREA)
    return rows


def _unguarded(cell: str) -> str:
    """Return what a cell holds behind the sign that kept a spreadsheet program from changing it."""
    if cell.startswith(_QUOTED) or (cell.startswith("'") and cell[1:].isdecimal()):
        return cell[1:]
    if cell.startswith('="') and (guarded := _GUARDED.fullmatch(cell.strip())):
        return guarded.group(1).replace('""', '"')
    return cell


def _limit(found: int, what: str, most: int, *, cell: str = "") -> None:
    if found > most:
        raise FileFault("list.too-large", cell=cell, what=what, found=str(found), most=str(most))


def _first_line(data: bytes) -> str:
    """Return the first line as UTF-8 shows it, for the message."""
    return data[:200].decode("utf-8", "replace").splitlines()[0] if data.strip() else ""
