"""Kinds of columns that measure: days, and numbers with their units."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from orchestrator.adapters.intake.cells import Raw, token_of
from orchestrator.adapters.intake.kinds import Bad
from orchestrator.adapters.intake.units import COUNT, Units

_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_DAY = date(1980, 1, 1)
_LAST_DAY = date(2100, 12, 31)
# A time of day behind it is no part of a day.
_DATE = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})(?:\s*(?:(?:[-/.]|月)\s*(\d{1,2})\s*日?|月)?)"
    r"(?:(?:[ T]|(?<=日))\s*(?:星期.|周.)?\s*"
    r"(?:(?:[上下]午|凌晨|中午|晚上)?\s*[0-2]?\d(?::[0-5]\d){1,2}(?:\.\d+)?\s*(?:[AP]M)?(?:\+08:?00)?"
    r"|[0-2]?\d时(?:[0-5]?\d分(?:[0-5]?\d秒)?)?)?)?",
    re.IGNORECASE,
)
_COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(?:(\d{2})(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)?")
_SERIALS = range(29_221, 73_416)  # the days of a spreadsheet program from 1980 to 2100


@dataclass(frozen=True)
class Day:
    """A day; a month alone is its first day, unless the column asks for the day (节点到天).

    Attributes:
        month_end: the column is a deadline: a month alone is not over before its last day.
    """

    to_the_day: bool = False
    month_end: bool = False

    def parse(self, cell: Raw, unit: str) -> date | None:  # noqa: ARG002
        """Return the day."""
        found = self._read(cell)
        if found is not None and not _FIRST_DAY <= found <= _LAST_DAY:
            raise Bad("list.bad-date")
        return found

    def _read(self, cell: Raw) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        # As a number, 2010.10 and 2010.1 are the same: such a cell cannot be read as a month.
        if isinstance(cell, float) and not cell.is_integer():
            if int(cell) not in _SERIALS:
                raise Bad("list.bad-date")
            cell = int(cell)
        text = token_of(cell)
        if not text:
            return None
        if text.isdecimal() and len(text) == len("43000"):
            return _EXCEL_EPOCH + timedelta(days=int(text))
        match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
        if match is None:
            raise Bad("list.bad-date")
        year, month, day = match.groups()
        if day is None and self.to_the_day:
            raise Bad("list.date-without-day")
        try:
            found = date(int(year), int(month), int(day or 1))
        except ValueError:
            raise Bad("list.bad-date") from None
        return found if day or not self.month_end else found.replace(day=monthrange(found.year, found.month)[1])

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["2026-12-31"] if self.to_the_day else ["2010-10", "2010年10月"]}


_NEARLY = Decimal("1e-12")
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([^\d\s.,+-][^\s]*)?")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: the cell's own, else the header's, else the column's.

    Attributes:
        whole: the model counts in whole numbers.
        least, most: bounds, inclusive, in the model's unit.
    """

    units: Units = COUNT
    whole: bool = True
    least: int = 0
    most: int = 1_000_000_000

    def parse(self, cell: Raw, unit: str) -> int | Decimal | None:
        """Return the number in the model's unit."""
        if isinstance(cell, bool | date | time | timedelta):
            raise Bad("list.bad-number", least=str(self.least), most=str(self.most))
        text = token_of(cell)
        if not text:
            return None
        match = _NUMBER.fullmatch("0" if text == "零" else text)
        written = (match.group(2) or unit) if match else ""
        factor = self.units.factor(written)
        if match is None or (factor is None and written):
            raise Bad("list.bad-number", least=str(self.least), most=str(self.most))
        if factor is None:
            raise Bad("list.missing-unit", units=self.units.usual)
        number = Decimal(match.group(1).replace(",", "")) * factor
        if self.whole and abs(number - number.to_integral_value()) < _NEARLY:  # a second is no finite part of a minute
            number = number.to_integral_value()
        if not self.least <= number <= self.most or (self.whole and number != number.to_integral_value()):
            raise Bad("list.bad-number", least=str(self.least), most=str(self.most))
        # Not `normalize`, which writes 120 as 1.2E+2.
        return int(number) if self.whole else Decimal(format(number.normalize(), "f"))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["integer" if self.whole else "number", "string"], "minimum": self.least}
