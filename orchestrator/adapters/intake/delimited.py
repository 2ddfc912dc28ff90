"""Reads .csv files. Their encoding is the one that yields the required headers, never the one that decodes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.headers import Header, find_header
from orchestrator.adapters.intake.limits import MAX_AREA, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS

# GB18030 holds GBK and GB2312. Bytes of the one often decode as the other without an error: 系统 as ϵͳ.
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
_DELIMITERS = (",", "\t", ";")
# A spreadsheet program takes text that begins with one of these for a formula; a quote before it says that it is none.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = tuple(f"'{start}" for start in FORMULA_STARTS)
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 40


def read_delimited(path: Path, file: str) -> list[Grid]:
    """Return the file's one sheet.

    Raises:
        FileFault: no encoding yields headers of the list, a quotation mark is astray, or the file is beyond a limit.
    """
    data = path.read_bytes()
    candidates = sorted(_candidates(data, path.stem), key=_rank, reverse=True)
    failure: FileFault | None = None
    for _, encoding, delimiter in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            row = data[: error.start].decode(encoding, "replace").count("\n") + 1
            failure = failure or FileFault("list.broken-text", cell=f"A{row}", encoding=encoding)
            continue
        return [Grid(file=file, sheet="", rows=_rows(text, delimiter), title=path.stem)]
    raise failure or FileFault("list.encoding", tried=", ".join(ENCODINGS), found=_first_line(data))


def _candidates(data: bytes, title: str) -> list[tuple[Header, str, str]]:
    found = []
    # A character may be cut at the sample's end, so its last line does not count.
    sample = data[:_SAMPLE_BYTES]
    for encoding in ENCODINGS:
        text = sample.decode(encoding, "replace")
        for delimiter in _DELIMITERS:
            rows = _rows(text, delimiter, most=_SAMPLE_ROWS)
            header = find_header(Grid(file="", sheet="", rows=rows, title=title))
            if header is not None:
                found.append((header, encoding, delimiter))
    return found


def _rank(candidate: tuple[Header, str, str]) -> tuple[bool, int, int]:
    header, encoding, _ = candidate
    return not header.missing, len(header.columns), -ENCODINGS.index(encoding)


def _rows(text: str, delimiter: str, *, most: int = 0) -> list[list[str]]:
    """Parse rows; with `most`, only so many, and a broken end is no matter."""
    rows: list[list[str]] = []
    csv.field_size_limit(MAX_FILE_BYTES)
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    try:
        # Strict, lest a quotation mark that is never closed take all the rows below it for one cell.
        for row in csv.reader(lines, delimiter=delimiter, strict=not most):
            rows.append([cell[1:] if cell.startswith(_QUOTED) else cell for cell in row])
            if most and len(rows) >= most:
                break
            _limit(len(rows), "rows", MAX_ROWS)
            if not most:
                _limit(len(row), "columns", MAX_COLUMNS)
    except csv.Error as error:
        if not most:
            raise FileFault("list.stray-quote", cell=f"A{len(rows) + 1}") from error
    if not most:
        _limit(len(rows) * max(map(len, rows), default=0), "cells", MAX_AREA)
    return rows


def _limit(found: int, what: str, most: int) -> None:
    if found > most:
        raise FileFault("list.too-large", what=what, found=str(found), most=str(most))


def _first_line(data: bytes) -> str:
    """Return the first line as UTF-8 shows it, for the message."""
    return data[:200].decode("utf-8", "replace").splitlines()[0] if data.strip() else ""
