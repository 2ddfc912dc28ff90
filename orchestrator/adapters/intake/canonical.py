"""The digest of equal values: the order of rows, keys and files does not matter, nor where they were read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from orchestrator.model.canonical import plain

_NOT_CONTENT = frozenset({"row", "digest"})


def digest(value: object) -> str:
    """Return the SHA-256, hex, of a value's canonical JSON.

    Raises:
        TypeError: the value holds something that is no part of the model.
    """
    text = json.dumps(value, default=_known, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _known(value: object) -> object:
    """Return a value as JSON knows it, without where it was read."""
    if is_dataclass(value) and not isinstance(value, type):
        told = ((name, default, getattr(value, name)) for name, default in _content(type(value)))
        return {name: item for name, default, item in told if item is not default and item != default}
    return plain(value)


@cache
def _content(record: type[Any]) -> tuple[tuple[str, object], ...]:
    """Return a record's fields and their defaults.

    A field at its default says nothing, so that a release with one more field gives the same digests.
    """
    return tuple((member.name, member.default) for member in fields(record) if member.name not in _NOT_CONTENT)
