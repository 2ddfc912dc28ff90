"""A cell as a reader of files gives it: its text as a person reads it, and whether it holds anything."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TypeGuard

from orchestrator.adapters.intake.fold import narrow
from orchestrator.adapters.intake.nothing import means_nothing

Raw = str | int | float | bool | date | datetime | time | timedelta | None

# What a formula that failed shows instead of a result, also when it was exported as text; or a column too narrow.
_ERROR = re.compile(r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA|#+)")
# A picture in a cell, of WPS.
_PICTURE = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)


def text_of(cell: Raw) -> str:
    """Return a cell's text as a person reads it: 4.0 is 4, a day is ISO, control characters stay."""
    if isinstance(cell, str):
        return cell
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def is_blank(cell: Raw) -> bool:
    """Tell whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip("\u200b\ufeff \t\r\n\u3000\xa0"))


def is_error(cell: Raw) -> TypeGuard[str]:
    """Tell whether a cell holds the error value of a spreadsheet's formula."""
    return isinstance(cell, str) and cell.startswith("#") and _ERROR.fullmatch(cell) is not None


def is_picture(cell: Raw) -> bool:
    """Tell whether a cell holds a picture instead of a value."""
    return isinstance(cell, str) and "(" in cell and _PICTURE.match(cell) is not None


def says_nothing(cell: Raw) -> bool:
    """Tell whether a cell is empty or holds only what people write where they have nothing to say."""
    return is_blank(cell) or (isinstance(cell, str) and means_nothing(cell))


def token_of(cell: Raw) -> str:
    """Return a cell's narrowed text; what stands for nothing is empty."""
    return "" if says_nothing(cell) else narrow(text_of(cell))
