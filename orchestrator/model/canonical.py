"""One text for one value: canonical JSON, and the SHA-256 that names plans, lists and configurations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256

# A field with this in its metadata is left out while it is empty: what was made before there was one is still the same.
LATER = "later"


def canonical(value: object) -> str:
    """Return JSON in which equal values have equal text: sorted keys, sorted sets, no spaces.

    Raises:
        TypeError: the value holds something that is no part of the model.
    """
    return _ENCODER.encode(value)


def digest(value: object) -> str:
    """Return the SHA-256, in hex, of a value's canonical JSON."""
    return digest_of_text(canonical(value))


def digest_of_text(text: str) -> str:
    """Return the SHA-256, in hex, of a canonical JSON text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def spliced(record: object, **known: str) -> str:
    """Return a record's canonical JSON where the text of some of its fields is known: thousands may share it."""
    told = plain(record)
    if not isinstance(told, dict) or not known.keys() <= told.keys():
        raise TypeError(type(record).__name__)
    texts = (f"{canonical(name)}:{known.get(name) or canonical(told[name])}" for name in sorted(told))
    return f"{{{','.join(texts)}}}"


@cache
def _names(kind: type) -> tuple[tuple[str, bool], ...] | None:
    """Return a record's fields, and of each whether it is left out while it is empty; None of what is no record."""
    if not is_dataclass(kind):
        return None
    return tuple((field.name, bool(field.metadata.get(LATER))) for field in fields(kind))


def plain(value: object) -> object:
    """Return a value that JSON does not know as one whose outside it knows; equal numbers are written alike.

    Raises:
        TypeError: it is no part of the model.
    """
    kind: type = type(value)
    names = _names(kind)
    if names is not None:
        return {name: each for name, later in names if (each := getattr(value, name)) or not later}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(default=plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
