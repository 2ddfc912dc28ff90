"""Writes sheets in the formats of the field: GB18030 or UTF-8 CSV, xlsx with a merged header, YAML."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from seeds._generate.tables import LABEL, Table, text

# A file's own time would differ with every run; these say when the figures were published.
_STAMP = (2018, 3, 2, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_HEADER_ROW = 2
_CODE_ROW = 4
_FIRST_ROW = 5


def to_csv(table: Table, encoding: str) -> bytes:
    """Return a sheet as CSV, as an office suite saves it: CRLF, one header row."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([table.columns[field].header for field in table.fields])
    writer.writerows([text(row.get(field)) for field in table.fields] for row in table.rows)
    return lines.getvalue().encode(encoding)


def to_yaml(tables: Iterable[Table], head: str) -> bytes:
    """Return sheets as sections of one YAML list."""
    document = {
        table.name: [
            {
                table.columns[field].code or field: text(row[field])
                for field in table.fields
                if row.get(field) not in {None, ""}
            }
            for row in table.rows
        ]
        for table in tables
    }
    return (head + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=200)).encode()


def to_xlsx(tables: Sequence[Table], groups: Mapping[str, tuple[str, ...]], initials: Mapping[str, str]) -> bytes:
    """Return a workbook as a census office hands it out.

    Each sheet has a title row, two header rows whose groups are merged and whose cells hold hints, a row of
    machine codes, its data with merged unit cells, and a total at the end.
    """
    workbook = Workbook()
    for name in workbook.sheetnames:
        del workbook[name]
    for table in tables:
        _write_sheet(workbook.create_sheet(table.title), table, groups, initials)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _same_bytes(buffer.getvalue())


def _write_sheet(
    sheet: Worksheet, table: Table, groups: Mapping[str, tuple[str, ...]], initials: Mapping[str, str]
) -> None:
    fields = table.fields
    sheet.cell(1, 1, f"{table.title}（{LABEL}）").font = Font(bold=True)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(fields))
    for first, last, group in _spans(fields, groups):
        if not group:
            continue
        sheet.cell(_HEADER_ROW, first, group)
        sheet.merge_cells(start_row=_HEADER_ROW, start_column=first, end_row=_HEADER_ROW, end_column=last)
    grouped = {field for members in groups.values() for field in members}
    for position, field in enumerate(fields, start=1):
        column = table.columns[field]
        hint = "\n（必填）" if column.required else ""
        if field in grouped:
            sheet.cell(_HEADER_ROW + 1, position, column.header + hint)
        else:
            sheet.cell(_HEADER_ROW, position, column.header + hint)
            sheet.merge_cells(
                start_row=_HEADER_ROW, start_column=position, end_row=_HEADER_ROW + 1, end_column=position
            )
        sheet.cell(_CODE_ROW, position, initials.get(field, column.code or field))
        sheet.column_dimensions[get_column_letter(position)].width = 16
    for number, row in enumerate(table.rows, start=_FIRST_ROW):
        for position, field in enumerate(fields, start=1):
            value = row.get(field)
            if value not in {None, ""}:
                sheet.cell(number, position, value if isinstance(value, int | float | date) else text(value))
    if "unit" in fields:
        _merge_units(sheet, table, fields.index("unit") + 1)
    total = sheet.cell(_FIRST_ROW + len(table.rows), 1, "合计")
    total.alignment = Alignment(horizontal="center")
    sheet.freeze_panes = f"B{_FIRST_ROW}"


def _spans(fields: Sequence[str], groups: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[int, int, str]]:
    """Yield runs of neighbouring columns of one group: first and last column, the group's name."""
    of_field = {field: group for group, members in groups.items() for field in members}
    start = 1
    for position, field in enumerate(fields, start=1):
        group = of_field.get(field, "")
        if position == len(fields) or of_field.get(fields[position], "") != group:
            yield start, position, group
            start = position + 1


def _merge_units(sheet: Worksheet, table: Table, column: int) -> None:
    """Merge the unit's cell over its neighbouring rows, as people do."""
    rows = table.rows
    start = 0
    for index in range(1, len(rows) + 1):
        if index < len(rows) and rows[index].get("unit") == rows[start].get("unit"):
            continue
        if index - start > 1 and rows[start].get("unit"):
            sheet.merge_cells(
                start_row=_FIRST_ROW + start, start_column=column, end_row=_FIRST_ROW + index - 1, end_column=column
            )
        start = index


def _same_bytes(workbook: bytes) -> bytes:
    """Pack a workbook again so that equal contents are equal bytes: fixed times, sorted parts, no compression.

    Compressed bytes differ between versions of zlib, which would make a committed file look changed.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>2018-03-02T00:00:00Z\g<2>", data)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            target.writestr(entry, data)
    return buffer.getvalue()
