"""Reads the records of backups that were exported from a cloud and are kept in the programme's folder.

A file is what `export_record` answers, as JSON, by whatever tool: one of its texts is base64 of JSON with the backup's
id.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

_MOST_FILES = 100_000
_MOST_BYTES = 1 << 20  # of one file
_LONGEST = 255


def read_records(folder: Path) -> frozenset[str]:
    """Return the ids of the backups whose record is in a folder; what is no record, or cannot be read, is none."""
    return frozenset(_ids(folder))


def _ids(folder: Path) -> Iterator[str]:
    try:
        names = sorted(os.listdir(folder))[:_MOST_FILES]  # noqa: PTH208 - a folder of many is listed as names
    except OSError:
        return
    for name in names:
        found = _record(folder / name)
        if found:
            yield found


def _record(path: Path) -> str:
    """Return the id of the backup that a file records; empty where it records none."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        told = json.loads(text) if len(text) <= _MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return ""
    told = told.get("backup-record", told) if isinstance(told, dict) else None
    for value in told.values() if isinstance(told, dict) else ():
        found = _decoded(value)
        if found:
            return found
    return ""


def _decoded(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        record = json.loads(b64decode(value, validate=True))
    except (ValueError, RecursionError):
        return ""
    found = record.get("id") if isinstance(record, dict) else None
    return found if isinstance(found, str) and len(found) <= _LONGEST else ""
