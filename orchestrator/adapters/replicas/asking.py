"""One question to each end: timed by the monotonic clock, with what went wrong as a value."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from orchestrator.adapters.replicas.pooled import key_of
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError, StorageError
from orchestrator.model.frozen import Voice
from orchestrator.model.observed import Seen
from orchestrator.ports.move import Session, Sessions

OPEN = 20.0  # seconds for a login: one alone was seen to take more than 4 s on a busy machine


class Absent(Exception):
    """The machine answered that what was asked for is not there."""


def ask_both(
    sessions: Sessions, source: Voice, target: Voice, question: Callable[[Session, bool], Seen]
) -> tuple[Seen, Seen]:
    """Return what both ends answered; the source is asked first, and `question` is told whether it is the source.

    Both doors are open before either is asked: what a login or a queue before it takes would count as time in which
    the source may have written. No answer is an answer too.

    Raises:
        StorageError: a disk of ours.
    """
    opened: dict[Voice, Session | Seen] = {}
    try:
        # In one order for everybody: whoever has one waits for the other, and nobody for him.
        for voice in sorted((source, target), key=lambda voice: repr(key_of(voice))):
            if key_of(voice) not in opened:
                opened[key_of(voice)] = _open(sessions, voice)
        found = [
            _ask(opened[key_of(voice)], lambda session, first=first: question(session, first))  # type: ignore[misc]
            for voice, first in ((source, True), (target, False))
        ]
    finally:
        for session in opened.values():
            if not isinstance(session, Seen):
                session.close()
    return found[0], found[1]


def _open(sessions: Sessions, voice: Voice) -> Session | Seen:
    began = time.monotonic()
    try:
        return sessions.open(voice, seconds=OPEN)
    except StorageError:
        raise
    except MigrateError as error:
        return silent(error, began)


def _ask(session: Session | Seen, question: Callable[[Session], Seen]) -> Seen:
    if isinstance(session, Seen):
        return session
    began = time.monotonic()
    try:
        seen = question(session)
    except Absent as absent:
        seen = Seen(at=began, took=0, fault="dr.absent", absent=True, values={"said": plain(str(absent), 200)})
    except StorageError:
        raise
    except MigrateError as error:
        seen = silent(error, began)
    return replace(seen, at=began, took=time.monotonic() - began)


def silent(error: MigrateError, began: float) -> Seen:
    """Return that there was no answer, and why; `began` by the monotonic clock."""
    # A verdict has a subject of its own: the system.
    told = {name: value for name, value in error.values.items() if name != "subject"}
    values: Mapping[str, str] = {name: plain(str(value), 200) for name, value in told.items()}
    return Seen(at=began, took=time.monotonic() - began, fault=error.code, values=values)
