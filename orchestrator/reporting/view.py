"""A view is one answer with two faces, for people and for programs; a command holds no formatting."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


class View(Protocol):
    """What a command shows."""

    def data(self) -> object:
        """Return the answer as values `plain` can turn into JSON; keys are stable and language-free."""

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return what a terminal shows."""


def plain(value: object) -> object:
    """Return a value as JSON knows it; dataclasses become objects, sets become sorted arrays."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def to_json(value: object) -> str:
    """Return JSON text: UTF-8 as it is, two spaces, keys in the order the view gives them."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)
