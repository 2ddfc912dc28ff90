"""Writes the marked copy of a workbook: its cells, their looks, comments and drop-downs, and no part unjudged."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import coordinate_from_string, range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.adapters.intake.credentials import MASK, looks_like_credential
from orchestrator.adapters.intake.grid import Grid
from orchestrator.adapters.intake.marking import Marking
from orchestrator.errors import Refused
from orchestrator.model.problem import Severity

_FILLS = {
    Severity.ERROR: PatternFill("solid", fgColor="FFFFC7CE"),
    Severity.WARNING: PatternFill("solid", fgColor="FFFFEB9C"),
}
_AUTHOR = "migrate"
_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_SHEET = r"(?:'(?:[^'\[\]\\/|]|'')+'!|[^\W\d][\w.]*!)"
_CELL = r"\$?[A-Za-z]{1,3}\$?\d{1,7}"
_AREA = rf"{_SHEET}?(?:{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?\d{{1,7}}:\$?\d{{1,7}})"
# A text, a number, an area or several, a name: what nothing is computed, fetched or started by.
_PLAIN = re.compile(rf'=?(?:"(?:[^"]|"")*"|[-+]?\d+(?:\.\d+)?|{_AREA}(?:,{_AREA})*|[^\W\d][\w.]*)|')
# What the reader refuses as it does the formula itself.
_NO_RESULT = "#VALUE!"
# Cells under merged ranges and links: openpyxl makes each of them, however few bytes the range takes.
_MAX_SPANNED = 100_000


def mark_workbook(source: Path, marking: Marking) -> bytes:
    """Return the copy. Formulas have become their last results: nobody knows what they do elsewhere.

    Raises:
        Refused: `list.copy-unreadable`: openpyxl is stricter than the reader of the list.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they tell what is left out, which `list.copy-lacks` does in words
            return _mark(source, marking)
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever its parts happen to raise
        raise Refused("list.copy-unreadable", source=source.name) from error


def _mark(source: Path, marking: Marking) -> bytes:
    if _spanned(source) > _MAX_SPANNED:
        raise Refused("list.copy-unreadable", source=source.name)
    book = load_workbook(source, keep_links=False)
    _leave_out(book)
    for sheet in book.worksheets:
        grid = marking.sheets[sheet.title]
        # The cells there are, not the rectangle around them, which one cell far off makes huge.
        for cell in list(sheet._cells.values()):
            if isinstance(cell, Cell):
                _settle(cell, grid, marking)
    for (title, name), problems in marking.problems.items():
        sheet = book[title] if title in book.sheetnames else book.worksheets[0]
        cell = _cell(sheet, name)
        severities = {problem.severity for problem in problems}
        cell.fill = _FILLS[Severity.ERROR if Severity.ERROR in severities else Severity.WARNING]
        mark = marking.told(title, name)
        text, author = (f"{cell.comment.text}\n{mark}", cell.comment.author) if cell.comment else (mark, _AUTHOR)
        cell.comment = Comment(text, author, width=320, height=140)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _spanned(source: Path) -> int:
    """Count the cells under merged ranges and links."""
    cells = 0
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if b"mergeCell" not in part and b"hyperlink" not in part:
                continue
            # Document types were refused when the list was read, so there are no entities to expand.
            for _, element in ElementTree.iterparse(io.BytesIO(part)):  # noqa: S314
                kind = element.tag.rpartition("}")[2]
                if kind in {"mergeCell", "hyperlink"}:
                    left, top, right, bottom = range_boundaries(element.get("ref", ""))
                    cells += ((right or 16_384) - (left or 1) + 1) * ((bottom or 1_048_576) - (top or 1) + 1)
                elif kind == "row":
                    element.clear()
    return cells


def _leave_out(book: Any) -> None:  # the stubs of openpyxl lack half of these parts
    """Drop what may repeat masked values in a form of its own: pictures, charts, pivot tables, properties."""
    for chart in book.chartsheets:
        book.remove(chart)
    book.properties, book.custom_doc_props = DocumentProperties(), CustomPropertyList()
    for holder in (book, *book.worksheets):
        for name, defined in list(holder.defined_names.items()):
            texts = (name, defined.attr_text, defined.comment, defined.description)
            if _leaks(*texts) or _computes(defined.attr_text):
                del holder.defined_names[name]
    for sheet in book.worksheets:
        sheet._charts, sheet._images, sheet._pivots = [], [], []
        sheet.auto_filter.filterColumn = []
        for table in list(sheet.tables.values()):  # its `items` gives areas instead
            if _leaks(*(column.name for column in table.tableColumns)):
                del sheet.tables[table.name]
                continue
            if table.autoFilter is not None:
                table.autoFilter.filterColumn = []
            for column in table.tableColumns:
                column.calculatedColumnFormula = column.totalsRowFormula = None
        sheet.data_validations.dataValidation = [
            one
            for one in sheet.data_validations.dataValidation
            if not _leaks(one.prompt, one.promptTitle, one.error, one.errorTitle, one.formula1, one.formula2)
            and not _computes(one.formula1, one.formula2)
        ]
        _leave_out_rules(sheet)
        for page in ("odd", "even", "first"):
            for edge in (getattr(sheet, f"{page}Header"), getattr(sheet, f"{page}Footer")):
                for part in (edge.left, edge.center, edge.right):
                    if _leaks(part.text):
                        part.text = None


def _leave_out_rules(sheet: Any) -> None:
    """Drop rules of conditional formats that compute; a fixed bound or a cell to compare with may stay."""
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            scales = [scale for scale in (rule.colorScale, rule.dataBar, rule.iconSet) if scale is not None]
            bounds = [bound.val for scale in scales for bound in scale.cfvo if bound.type == "formula"]
            if not _computes(*rule.formula, *bounds) and not _leaks(*rule.formula, rule.text):
                kept.add(str(area.sqref), rule)
    sheet.conditional_formatting = kept


def _computes(*formulas: object) -> bool:
    """Tell whether any of the formulas is more than a value, a cell or an area of this workbook, or a name."""
    return any(formula is not None and not _PLAIN.fullmatch(str(formula).strip()) for formula in formulas)


def _leaks(*texts: object) -> bool:
    return any(text is not None and looks_like_credential(str(text)) for text in texts)


def _settle(cell: Cell, grid: Grid, marking: Marking) -> None:
    """Mask what may not be shown, and turn a formula into its last result, or into an error value if it has none."""
    row, column = cell.row - 1, cell.column - 1
    if cell.data_type == "f":
        known = row < len(grid.rows) and (row, column) not in grid.unread
        cell.value = grid.at(row, column) if known else _NO_RESULT
        if cell.data_type == "f":
            cell.data_type = "s"  # a result that looks like a formula is text
    hidden = marking.hides(grid, row, column)
    if hidden or _leaks(cell.value):
        cell.value = MASK if cell.value is not None else None
    note = cell.comment
    # A mark of an earlier copy is told anew if it still holds.
    if hidden or (note and (note.author == _AUTHOR or _leaks(note.author, note.text))):
        cell.comment = None
    link = cell.hyperlink
    leads = link and link.target and not _LINK.match(link.target)
    if hidden or leads or (link and _leaks(link.target, link.location, link.tooltip, link.display)):
        cell.hyperlink = None


def _cell(sheet: Worksheet, name: str) -> Cell:
    """Return the cell of that name, of its merged range's first cell, or the sheet's first cell."""
    try:
        column, row = coordinate_from_string(name)
    except CellCoordinatesException:
        column, row = (name if name.isalpha() else "A"), 1
    found = sheet[f"{column}{row}"]
    if isinstance(found, Cell):
        return found
    area = next(area for area in sheet.merged_cells.ranges if found.coordinate in area)
    first = sheet.cell(area.min_row, area.min_col)
    assert isinstance(first, Cell)  # noqa: S101 - the first cell of a merged range is an ordinary one
    return first
