"""The digest of equal values: the order of rows, keys and files does not matter, nor where they were read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import orjson

from orchestrator.model.canonical import plain

# The text is that of `json.dumps` without spaces and with sorted keys, as earlier digests were made of.
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_NOT_CONTENT = frozenset({"row", "digest"})


def digest(value: object) -> str:
    """Return the SHA-256, hex, of a value's canonical JSON.

    Raises:
        TypeError: the value holds something that is no part of the model.
    """
    try:
        text = orjson.dumps(value, _known, _OPTIONS)
    except orjson.JSONEncodeError:  # it writes no number of over 64 bits and no half character
        slowly = json.dumps(value, default=_known, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        text = slowly.encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()


def _known(value: object) -> object:
    """Return a value as JSON knows it, without where it was read."""
    kind: type = type(value)
    content = _content(kind)
    if content is None:
        return plain(value)
    return {name: item for name, default in content if (item := getattr(value, name)) != default}


@cache
def _content(record: type[Any]) -> tuple[tuple[str, object], ...] | None:
    """Return a record's fields and their defaults; None of what is no record.

    A field at its default says nothing, so that a release with one more field gives the same digests.
    """
    if not is_dataclass(record):
        return None
    return tuple((member.name, member.default) for member in fields(record) if member.name not in _NOT_CONTENT)
