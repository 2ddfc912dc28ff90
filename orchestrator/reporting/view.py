"""A view is one answer with two faces, for people and for programs; a command holds no formatting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from orchestrator.reporting.texts import Say
from orchestrator.reporting.visible import visible_json

if TYPE_CHECKING:
    from rich.console import RenderableType

_PIECE_TOKENS = 10_000


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
    tokens = json.JSONEncoder(ensure_ascii=False, indent=2, default=_known).iterencode(value)
    while piece := "".join(islice(tokens, _PIECE_TOKENS)):
        yield visible_json(piece)


def to_json(value: object) -> str:
    """Return the JSON text at once."""
    return "".join(json_pieces(value))


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
