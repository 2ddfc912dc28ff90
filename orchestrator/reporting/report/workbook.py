"""Writes forms as one xlsx workbook: typed cells, frozen and repeated headers, A3 landscape, always the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from orchestrator.reporting.reasons import clean
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.texts import Say

Value = str | int | Decimal | date | None

_HEADER = 3
# Points of a line of the body font, and of the air around a cell's lines; columns are measured in its characters.
_LINE_PT, _AIR_PT = 15, 6
_MARGIN_INCH = 0.5
_DAY = "yyyy-mm-dd"
# A spreadsheet program takes a text that begins so for a formula when it is edited or pasted.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:)")
# The faces of official documents; office programs put their own in the place of those that are not installed.
_FACES = {"zh": ("方正小标宋简体", "黑体", "仿宋_GB2312"), "en": ("Times New Roman", "Arial", "Times New Roman")}
_LINE = Side(style="thin", color="FF8C96A3")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", fgColor="FFE9EEF5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a form.

    Attributes:
        title: its heading, in words.
        width: in characters of the body font.
        format: a number format; empty for texts and dates.
        merged: neighbouring rows with the same value, and the same value in merged columns before it, share a cell.
    """

    title: str
    width: int = 14
    format: str = ""
    merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One sheet: its title, its columns and its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]


def render_workbook(forms: Sequence[Form], report: Report, say: Say) -> bytes:
    """Return the workbook of some forms."""
    workbook = Workbook()
    for name in workbook.sheetnames:
        del workbook[name]
    stamp = datetime.combine(report.at, datetime.min.time())
    workbook.properties.creator = "migrate"
    workbook.properties.title = clean(report.title)
    workbook.properties.created = stamp
    for style in _styles(say, {column.format for form in forms for column in form.columns}):
        workbook.add_named_style(style)
    for form in forms:
        _write(workbook.create_sheet(form.title[:31]), form, report, say)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _same_bytes(buffer.getvalue(), stamp)


def _styles(say: Say, formats: set[str]) -> Iterator[NamedStyle]:
    """Yield the styles of titles, captions, heads and cells; a reader can change each in one place."""
    title_face, head_face, body_face = _FACES[say.lang]
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    body = Font(name=body_face, size=11)
    yield NamedStyle(name="migrate title", font=Font(name=title_face, size=20), alignment=middle)
    yield NamedStyle(name="migrate caption", font=body)
    head = Font(name=head_face, size=11, bold=say.lang == "en")
    yield NamedStyle(name="migrate head", font=head, alignment=middle, fill=_SHADE, border=_BORDER)
    left, right = (
        Alignment(horizontal=side, vertical="center", wrap_text=True, indent=1) for side in ("left", "right")
    )
    yield NamedStyle(name=_style(""), font=body, border=_BORDER, alignment=left, number_format="@")
    yield NamedStyle(name=_style(_DAY), font=body, border=_BORDER, alignment=left, number_format=_DAY)
    for told in sorted(formats - {""}):
        yield NamedStyle(name=_style(told), font=body, border=_BORDER, alignment=right, number_format=told)


def _style(told: str) -> str:
    return f"migrate {told or 'text'}"


def _write(sheet: Worksheet, form: Form, report: Report, say: Say) -> None:
    width = len(form.columns)
    _put(sheet, 1, 1, f"{report.title} {form.title}", "migrate title")
    sheet.row_dimensions[1].height = 36
    _put(sheet, 2, 1, _caption(form, report, say), "migrate caption")
    for row in (1, 2):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    for number, column in enumerate(form.columns, start=1):
        _put(sheet, _HEADER, number, column.title, "migrate head")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[_HEADER].height = _height(form.columns, [column.title for column in form.columns])
    for row, values in enumerate(form.rows, start=_HEADER + 1):
        for number, (column, value) in enumerate(zip(form.columns, values, strict=True), start=1):
            told = _DAY if isinstance(value, date) else "" if isinstance(value, str) else column.format
            _put(sheet, row, number, value, _style(told))
        sheet.row_dimensions[row].height = _height(form.columns, values)
    _merge(sheet, form)
    _set_up(sheet, width, _HEADER + len(form.rows), say)


def _height(columns: Sequence[Column], values: Sequence[Value]) -> int:
    """Return the height that shows every line of a row: office programs do not fit the rows of a file they open."""
    lines = (
        sum(max(1, ceil(cell_len(line) / (column.width - 2))) for line in value.splitlines())
        for column, value in zip(columns, values, strict=True)
        if isinstance(value, str)
    )
    return _AIR_PT + _LINE_PT * max((1, *lines))


def _put(sheet: Worksheet, row: int, column: int, value: Value, style: str) -> None:
    """Write one cell with its type; a text stays a text whatever it begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged before it is written
    cell.style = style
    if isinstance(value, str):
        text = clean_lines(value)
        cell.value = text
        cell.data_type = "s"
        if text.startswith(_FORMULA):
            cell.quotePrefix = True
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DAY


def clean_lines(text: str) -> str:
    """Return a text without what a workbook cannot hold; its lines stay."""
    return "\n".join(clean(line) for line in text.splitlines())


def _caption(form: Form, report: Report, say: Say) -> str:
    parts = [say("report.as-of", day=report.at)]
    if report.baseline:
        parts.append(say("report.baseline", day=report.baseline))
    parts.append(say("report.rows", count=len(form.rows)))
    parts.append(say("report.digest", digest=report.digest[:12]))
    if report.evidence:
        parts.append(say("report.evidence", seq=report.evidence[0], head=report.evidence[1]))
    if report.synthetic:
        parts.append(say("report.synthetic"))
    return "    ".join(parts)


def _merge(sheet: Worksheet, form: Form) -> None:
    """Merge equal neighbours of the merged columns; a group never reaches over a border of the column before it."""
    spans = [(0, len(form.rows))]
    for number, column in enumerate(form.columns):
        if not column.merged:
            continue
        finer: list[tuple[int, int]] = []
        for start, end in spans:
            at = start
            for _, members in groupby(form.rows[start:end], key=lambda row: row[number]):
                size = len(list(members))
                finer.append((at, at + size))
                at += size
        for start, end in finer:
            if end - start > 1 and form.rows[start][number]:
                sheet.merge_cells(
                    start_row=_HEADER + 1 + start,
                    end_row=_HEADER + end,
                    start_column=number + 1,
                    end_column=number + 1,
                )
        spans = finer


def _set_up(sheet: Worksheet, width: int, last: int, say: Say) -> None:
    """Make the sheet fit to be read on a screen and printed on A3."""
    sheet.freeze_panes = f"A{_HEADER + 1}"
    sheet.print_title_rows = f"1:{_HEADER}"
    sheet.print_area = f"A1:{get_column_letter(width)}{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = int(Worksheet.PAPERSIZE_A3)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(
        left=_MARGIN_INCH, right=_MARGIN_INCH, top=_MARGIN_INCH, bottom=_MARGIN_INCH,
        header=_MARGIN_INCH / 2, footer=_MARGIN_INCH / 2,
    )  # fmt: skip
    sheet.oddFooter.center.text = say("report.book.page")  # type: ignore[union-attr]  # every sheet has one


def _same_bytes(workbook: bytes, stamp: datetime) -> bytes:
    """Pack a workbook again with the report's day in the place of the clock's."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>", data)
            entry = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            target.writestr(entry, data)
    return buffer.getvalue()
