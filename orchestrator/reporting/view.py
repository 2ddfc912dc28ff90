"""A view is one answer with two faces, for people and for programs; a command holds no formatting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Protocol

import orjson

from orchestrator.reporting.texts import Say
from orchestrator.reporting.visible import visible_json

if TYPE_CHECKING:
    from rich.console import RenderableType

_WHOLE_FLOORS = 2  # an answer, its lists: what stands on these is written part by part, what stands below at once
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


class View(Protocol):
    """What a command shows."""

    def data(self) -> object:
        """Return the answer as values `plain` can turn into JSON; keys are stable and language-free."""

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return what a terminal shows."""


def plain(value: object) -> object:
    """Return a value as JSON knows it; dataclasses become objects, sets become sorted arrays."""
    return json.loads(json.dumps(value, ensure_ascii=False, default=_known))


def json_pieces(value: object) -> Iterator[str]:
    """Yield JSON text piece by piece: UTF-8, two spaces, keys in the order the view gives them.

    Characters that nobody sees but a terminal obeys are escaped.
    The text of a large batch takes more memory than its plan, and is not needed all at once.
    """
    yield from map(visible_json, _pieces(value, "\n", _WHOLE_FLOORS))


def to_json(value: object) -> str:
    """Return the JSON text at once."""
    return "".join(json_pieces(value))


def _pieces(value: object, line: str, floors: int) -> Iterator[str]:
    """Yield a value's text; `line` ends a line where the value stands and indents the next one.

    Of an iterator one part is made and written after the other.
    """
    outside = value if isinstance(value, dict | list | tuple | str | Iterator) else _known(value)
    if not floors or not outside or not isinstance(outside, dict | list | tuple | Iterator):
        yield _text(value).replace("\n", line)
        return
    named = isinstance(outside, dict)
    begin, end = "{}" if named else "[]"
    for each in outside:
        yield f"{begin}{line}  "
        if named:
            yield f"{_text(each if isinstance(each, str) else json.dumps(each))}: "
        yield from _pieces(outside[each] if isinstance(outside, dict) else each, f"{line}  ", floors - 1)
        begin = ","
    yield f"{line}{end}" if begin == "," else f"{begin}{end}"  # an iterator may have had nothing


def _text(value: object) -> str:
    """Return a value's text by the faster library, which writes no number of over 64 bits and no half character."""
    try:
        return orjson.dumps(value, _known, _OPTIONS).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, indent=2, default=_known)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _known(value: object) -> object:
    """Return a value that JSON does not know as one whose outside it knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value), key=str)
    if isinstance(value, Iterable):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)
