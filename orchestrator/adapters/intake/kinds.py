"""What a column may hold: each kind turns a cell into the model's value, or says which rule the cell breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any, Protocol, TypeGuard

from orchestrator.adapters.intake.fold import narrow, value_key
from orchestrator.model.system import Opening

Raw = str | int | float | bool | date | datetime | time | timedelta | None

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9-]{0,30}"
_ID = re.compile(ID_PATTERN)
_SEPARATORS = re.compile(r"[,，、;；\n]+")
# What people write into a cell that has nothing to say.
_BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "n/a", "na"})
# What a formula that failed shows instead of a result, also when it was exported as text.
_ERROR = re.compile(r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_DAY = date(1980, 1, 1)
_LAST_DAY = date(2100, 12, 31)


class Bad(Exception):
    """The cell breaks the rule `code`; `values` are for its text."""

    def __init__(self, code: str, /, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Kind(Protocol):
    """One kind of column."""

    def parse(self, cell: Raw, unit: str) -> object:
        """Return the value, or None for an empty cell; `unit` is the one that the header names, if any.

        Raises:
            Bad: the cell does not hold such a value.
        """

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value as written in a YAML list."""


def text_of(cell: Raw) -> str:
    """Return a cell's text as a person reads it: 4.0 is 4, a day is ISO, control characters stay."""
    match cell:
        case None:
            return ""
        case str():
            return cell
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


def says_nothing(cell: Raw) -> bool:
    """Tell whether a cell is empty or holds only what people write where they have nothing to say."""
    return is_blank(cell) or not _token(cell)


def _token(cell: Raw) -> str:
    """Return a cell's narrowed text; what stands for nothing is empty."""
    text = narrow(text_of(cell))
    return "" if text.casefold() in _BLANKS else text


@dataclass(frozen=True)
class Text:
    """Free text, kept as it is but for the spaces around it."""

    longest: int = 2000

    def parse(self, cell: Raw, unit: str) -> str | None:  # noqa: ARG002 - Kind's signature
        """Return the text; control characters and bidirectional overrides are no text."""
        text = text_of(cell).strip("\u200b\ufeff \t\r\n\u3000\xa0").replace("\r\n", "\n").replace("\r", "\n")
        if _CONTROL.search(text):
            raise Bad("list.control-character")
        if len(text) > self.longest:
            raise Bad("list.too-long", longest=str(self.longest))
        return text or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True)
class Remark(Text):
    """Text in which a bare no means nothing, such as 是否申请暂缓整合 = 否."""

    def parse(self, cell: Raw, unit: str) -> str | None:
        """Return the text unless it only says no."""
        return None if value_key(text_of(cell)) in _NO else super().parse(cell, unit)


@dataclass(frozen=True)
class Identifier:
    """An id: host names, file names and cloud object names are made from it."""

    def parse(self, cell: Raw, unit: str) -> str | None:  # noqa: ARG002
        """Return the id, narrowed."""
        text = _token(cell)
        if text and not _ID.fullmatch(text):
            raise Bad("list.id-form")
        return text or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["string", "integer"], "pattern": f"^{ID_PATTERN}$"}


@dataclass(frozen=True)
class Choice:
    """One of some values, each with the words people use for it."""

    words: Mapping[Any, tuple[str, ...]] = field(hash=False)

    @cached_property
    def _by_key(self) -> Mapping[str, Any]:
        return {
            value_key(word): member
            for member, words in self.words.items()
            for word in (str(getattr(member, "value", member)), *words)
        }

    def _pick(self, text: str) -> Any:
        try:
            return self._by_key[value_key(text)]
        except KeyError:
            raise Bad("list.value-domain", allowed=self.allowed()) from None

    def allowed(self) -> str:
        """Return the values, in the words people use, for a message."""
        return ", ".join(words[0] if words else str(member) for member, words in self.words.items())

    def parse(self, cell: Raw, unit: str) -> object:  # noqa: ARG002
        """Return the value that the cell's word stands for."""
        text = _token(cell)
        return self._pick(text) if text else None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        words = [
            str(word) for member, known in self.words.items() for word in (getattr(member, "value", member), *known)
        ]
        return {"enum": list(dict.fromkeys(words))}


@dataclass(frozen=True)
class Choices(Choice):
    """Any number of some values."""

    def parse(self, cell: Raw, unit: str) -> object:  # noqa: ARG002
        """Return the set of values."""
        text = _token(cell)
        parts = [part for part in _SEPARATORS.split(text) if part.strip()]
        return frozenset(self._pick(part) for part in parts) or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["string", "array"], "items": super().schema()}


@dataclass(frozen=True)
class Several:
    """Any number of values of another kind."""

    kind: Kind

    def parse(self, cell: Raw, unit: str) -> frozenset[object] | None:
        """Return the set of values."""
        values = (self.kind.parse(part, unit) for part in _SEPARATORS.split(_token(cell)))
        return frozenset(value for value in values if value is not None) or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["string", "array"], "items": self.kind.schema()}


_YES = frozenset(("是", "有", "已", "yes", "y", "true", "1", "√", "✓", "✔"))
_NO = frozenset(("否", "无", "没有", "未", "no", "n", "false", "0", "×", "✗", "x"))


@dataclass(frozen=True)
class Flag:
    """Yes or no; what follows a comma explains it (是，对接其它系统)."""

    def parse(self, cell: Raw, unit: str) -> bool | None:  # noqa: ARG002
        """Return the answer."""
        text = _token(cell)
        if not text:
            return None
        word = value_key(_SEPARATORS.split(text)[0])
        if word in _YES or word in _NO:
            return word in _YES
        raise Bad("list.value-domain", allowed="是, 否")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"enum": [True, False, "是", "否", "有", "无", "yes", "no"]}


_DATE = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})(?:\s*(?:(?:[-/.]|月)\s*(\d{1,2})\s*日?|月)?)(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
)
_COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})?")


@dataclass(frozen=True)
class Day:
    """A day; a month alone is its first day, unless the column asks for the day (节点到天)."""

    to_the_day: bool = False

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
            raise Bad("list.bad-date")
        text = _token(cell)
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
            return date(int(year), int(month), int(day or 1))
        except ValueError:
            raise Bad("list.bad-date") from None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["2026-12-31"] if self.to_the_day else ["2010-10", "2010年10月"]}


_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([^\d\s.,+-][^\s]*)?")

Units = Mapping[str, int | Decimal]

COUNT: Units = {
    "": 1,
    "个": 1,
    "人": 1,
    "次": 1,
    "台": 1,
    "套": 1,
    "核": 1,
    "家": 1,
    "处": 1,
    "张": 1,
    "次/月": 1,
    "户": 1,
}
MONEY_WAN: Units = {"": 1, "万元": 1, "万": 1, "元": Decimal("0.0001"), "亿元": 10_000}
SIZE_GIB: Units = {
    "": 1, "gb": 1, "g": 1, "gib": 1, "tb": 1024, "t": 1024, "tib": 1024,
    "mb": Decimal(1) / 1024, "mib": Decimal(1) / 1024,
}  # fmt: skip
# Nobody can tell 4 GB from 4 MB by the number alone, so memory has no unit of its own.
RAM_MIB: Units = {"mb": 1, "m": 1, "mib": 1, "gb": 1024, "g": 1024, "gib": 1024}
AREA_M2: Units = {"": 1, "m2": 1, "平方米": 1, "平米": 1}
MINUTES: Units = {"": 1, "分钟": 1, "分": 1, "min": 1, "小时": 60, "h": 60}


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: the cell's own, else the header's, else the column's.

    Attributes:
        units: unit → how many of the model's unit it is; `""` is what a bare number means.
        whole: the model counts in whole numbers.
        least, most: bounds, inclusive, in the model's unit.
    """

    units: Units = field(hash=False, default_factory=lambda: COUNT)
    whole: bool = True
    least: int = 0
    most: int = 1_000_000_000

    def parse(self, cell: Raw, unit: str) -> int | Decimal | None:
        """Return the number in the model's unit."""
        if isinstance(cell, bool | date | time | timedelta):
            raise Bad("list.bad-number", least=str(self.least), most=str(self.most))
        text = _token(cell)
        if not text:
            return None
        match = _NUMBER.fullmatch(text)
        written = (match.group(2) or unit).casefold() if match else ""
        if match is None or (written not in self.units and written):
            raise Bad("list.bad-number", least=str(self.least), most=str(self.most))
        if written not in self.units:
            raise Bad("list.missing-unit", units=", ".join(sorted(self.units)))
        number = Decimal(match.group(1).replace(",", "")) * self.units[written]
        if not self.least <= number <= self.most or (self.whole and number != number.to_integral_value()):
            raise Bad("list.bad-number", least=str(self.least), most=str(self.most))
        # Not `normalize`, which writes 120 as 1.2E+2.
        return int(number) if self.whole else Decimal(format(number.normalize(), "f"))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["integer" if self.whole else "number", "string"], "minimum": self.least}


@dataclass(frozen=True)
class Address:
    """An IP address."""

    def parse(self, cell: Raw, unit: str) -> str | None:  # noqa: ARG002
        """Return the address in its ordinary form."""
        text = _token(cell)
        if not text:
            return None
        # A zone id (fe80::1%eth0) means something on one machine only, and may hold any text at all.
        try:
            return str(ip_address("" if "%" in text else text))
        except ValueError:
            raise Bad("list.bad-address") from None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["10.77.1.11"]}


_OPENING = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?/(tcp|udp)(?:@(\S+))?", re.IGNORECASE)
_HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Openings:
    """Port ranges and who may reach them: `80/tcp, 443/tcp@10.0.0.0/8, 5000-5010/tcp`."""

    def parse(self, cell: Raw, unit: str) -> tuple[Opening, ...] | None:  # noqa: ARG002
        """Return the openings, sorted, each once."""
        text = _token(cell)
        openings = {self._one(part) for part in re.split(r"[,，、;；\s]+", text) if part}
        return tuple(sorted(openings, key=lambda one: (one.protocol, one.first, one.last, one.source))) or None

    @staticmethod
    def _one(part: str) -> Opening:
        match = _OPENING.fullmatch(part)
        if match is None or "%" in part:  # no zone ids, as in `Address`
            raise Bad("list.bad-opening")
        first, last, protocol, source = match.groups()
        low, high = int(first), int(last or first)
        try:
            network = str(ip_network(source)) if source else "0.0.0.0/0"
        except ValueError:
            raise Bad("list.bad-opening") from None
        if not 0 < low <= high <= _HIGHEST_PORT:
            raise Bad("list.bad-opening")
        return Opening(protocol=protocol.lower(), first=low, last=high, source=network)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["80/tcp, 443/tcp@10.0.0.0/8, 5000-5010/tcp"]}
