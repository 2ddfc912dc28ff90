"""One question to one end: timed by the monotonic clock, with what went wrong as a value."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError, StorageError
from orchestrator.model.replica import Seen

OPEN = 20.0  # seconds for a login: one alone was seen to take more than 4 s on a busy machine


class Absent(Exception):
    """The machine answered that what was asked for is not there."""


def ask(question: Callable[[], Seen]) -> Seen:
    """Return the answer with its times; no answer is one too.

    Raises:
        StorageError: a disk of ours.
    """
    began = time.monotonic()
    try:
        seen = question()
    except Absent as absent:
        seen = Seen(at=began, took=0, fault="dr.absent", absent=True, values={"said": plain(str(absent), 200)})
    except StorageError:
        raise
    except MigrateError as error:
        seen = Seen(at=began, took=0, fault=error.code, values=_told(error.values))
    return replace(seen, at=began, took=time.monotonic() - began)


def _told(values: Mapping[str, object]) -> Mapping[str, str]:
    return {name: plain(str(value), 200) for name, value in values.items()}
