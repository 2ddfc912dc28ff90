"""Loads a workbook with openpyxl and looks at every cell, checking nothing: `read_workbook.py FILE read-only|whole`."""

from __future__ import annotations

import sys

from openpyxl import load_workbook


def main() -> None:
    """Read every row of every sheet."""
    book = load_workbook(sys.argv[1], read_only=sys.argv[2] == "read-only", data_only=True)
    filled = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            filled += sum(cell is not None for cell in row)
    sys.stdout.write(f"{filled}\n")


if __name__ == "__main__":
    main()
