"""What a workbook's number formats make of a number: the text that people see and the number that the cell holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from xml.etree import ElementTree

from orchestrator.adapters.intake.cells import Raw, text_of

# Built-in formats, as ECMA-376 part 1, 18.8.30 lists them, that show something else than the number or the whole day.
_BUILT_IN = {
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 17: "mmm-yy", 48: "##0.0E+0",
    27: "yyyy年m月", 36: "yyyy年m月", 50: "yyyy年m月", 52: "yyyy年m月", 57: "yyyy年m月",
    28: "m月d日", 29: "m月d日", 31: "yyyy年m月d日", 51: "m月d日", 53: "m月d日", 54: "m月d日", 58: "m月d日",
}  # fmt: skip
_ASIDE = re.compile(r"\[[^\]]*\]|_.|\*.")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_PLAIN = re.compile(r"[#,]*[0#]?(?:\.[0#?]*)?|general|g/通用格式|@|", re.IGNORECASE)
_TEXTS = r'((?:"[^"]*"|\\.|\s)*)'
_PLAIN_IN_TEXT = re.compile(rf"{_TEXTS}(?:[#,]*[0#](?:\.[0#?]*)?|general|g/通用格式){_TEXTS}", re.IGNORECASE)
_DATED = re.compile(r"[ymd]", re.IGNORECASE)
_SIGNS = re.compile(r"[\s()$¥￥€£+-]")
_HOLDER = re.compile(r"[0#?]")
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a day, not a moment


@dataclass(frozen=True, slots=True)
class Looks:
    """The styles of a workbook that change what people see, by their number in the sheets.

    Attributes:
        formats: style → number format.
        struck: styles whose text is struck out.
    """

    formats: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.formats or self.struck)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows.

    Attributes:
        text: as people see it; None if that cannot be told.
        scaled: the number seen is another than the number held: per cent, thousands left out.
        format: the number format.
        dated: it is a day, whatever the cell holds.
    """

    text: str | None
    scaled: bool
    format: str
    dated: bool = False


def read_looks(styles: bytes) -> Looks:
    """Return the styles that matter from `xl/styles.xml`, in whose text document types were refused before."""
    root = ElementTree.fromstring(styles)  # noqa: S314 - checked before
    codes = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in root.iter() if _tag(one.tag) == "numFmt"
    }
    struck_fonts = {
        number
        for fonts in root
        if _tag(fonts.tag) == "fonts"
        for number, font in enumerate(fonts)
        if any(_tag(one.tag) == "strike" and one.get("val", "1") not in {"0", "false"} for one in font)
    }
    formats: dict[int, str] = {}
    struck: set[int] = set()
    for group in root:
        for number, style in enumerate(group) if _tag(group.tag) == "cellXfs" else ():
            code = int(style.get("numFmtId", "0"))
            written = codes.get(code, _BUILT_IN.get(code, ""))
            if written and _matters(written):
                formats[number] = written
            if int(style.get("fontId", "0")) in struck_fonts:
                struck.add(number)
    return Looks(formats=formats, struck=frozenset(struck))


def _tag(name: str) -> str:
    return name.rpartition("}")[2]


def shown(value: Raw, code: str, *, since_1904: bool = False) -> Shown | None:
    """Return what a number or day looks like in a format; None where that is what the cell holds."""
    pattern = _section(code, value)
    bare = _LITERAL.sub("", pattern)
    if isinstance(value, date) or (_DATED.search(bare) and not _HOLDER.search(bare)):
        day = value if isinstance(value, date) else _day(value, since_1904=since_1904)
        if day is None:
            return None
        has_day = "d" in bare.casefold() or "y" not in bare.casefold()
        text = day.isoformat()[:10] if has_day else f"{day.year}-{day.month:02}"
        return None if has_day and isinstance(value, date) else Shown(text=text, scaled=False, format=code, dated=True)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    scaled = "%" in bare or re.search(r"[0#?],+(?![0#?,])", bare) is not None
    return Shown(text=None if scaled else _filled(pattern, value, code), scaled=scaled, format=code)


def _day(value: Raw, *, since_1904: bool) -> date | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2_958_466:
        return None
    return (_EPOCHS[since_1904] + timedelta(days=int(value))).date()


def _section(code: str, value: Raw) -> str:
    """Return the part of a format for a value's sign, without colours, conditions, places and fillings."""
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    negative = isinstance(value, int | float) and value < 0
    zero = isinstance(value, int | float) and value == 0
    chosen = parts[1] if negative and len(parts) > 1 else parts[2] if zero and len(parts) > 2 else parts[0]
    return _ASIDE.sub("", chosen)


@lru_cache(maxsize=1024)
def _matters(code: str) -> bool:
    """Tell whether people see anything else than the number, its sign and its digits, or the whole day."""
    if "dbnum" in code.casefold():
        return True
    pattern = _section(code, 1)
    bare = _LITERAL.sub("", pattern)
    if not _HOLDER.search(bare) and _DATED.search(bare):
        return ("d" not in bare.casefold() and "y" in bare.casefold()) or code in _BUILT_IN.values()
    worded = any(not _SIGNS.fullmatch(one or other) for one, other in _LITERAL.findall(pattern) if one or other)
    return worded or _PLAIN.fullmatch(_SIGNS.sub("", bare)) is None


def _filled(pattern: str, value: float, code: str) -> str | None:
    """Return a number between texts, or a whole one in a pattern of digits such as "SH-"000; None for others."""
    if "dbnum" in code.casefold() or value < 0:
        return None
    if plain := _PLAIN_IN_TEXT.fullmatch(pattern):
        before, after = ("".join(one or other for one, other in _LITERAL.findall(text)) for text in plain.groups())
        return f"{before}{text_of(value)}{after}"
    if float(value) != int(value):
        return None
    pieces: list[tuple[bool, str]] = []
    position = 0
    while position < len(pattern):
        literal = _LITERAL.match(pattern, position)
        piece = (literal.group(1) or literal.group(2) or "") if literal else pattern[position]
        if not literal and piece in ".,%Ee@/?":
            return None
        pieces.append((literal is None and piece in "0#", piece))
        position = literal.end() if literal else position + 1
    digits, holders = str(int(value)), sum(held for held, _ in pieces)
    if not holders:
        return None
    filled = digits.rjust(holders)
    over = len(filled) - holders
    characters = iter([filled[: over + 1], *filled[over + 1 :]])
    texts = []
    for held, piece in pieces:
        text = next(characters) if held else piece
        texts.append(("0" if piece == "0" else "") if held and text == " " else text)
    return "".join(texts).strip()
