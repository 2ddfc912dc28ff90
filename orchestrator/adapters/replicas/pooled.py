"""Sessions that many systems share: a login costs more than all that is asked of a replica.

A machine's door is knocked at by few at a time (`sshd` turns away whom it has no room for), and what is idle is kept
only for so many machines: two thousand programs that wait are no saving.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import Self

from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.ports.move import Session, Sessions

# Conversations with one program of one machine at a time, and programs that are kept idle.
_AT_ONCE = 4
_IDLE = 64
_ALIVE = 5.0  # seconds in which a session that was kept must say something
# Seconds in which whoever wants a machine that let nobody in is told so at once: a hundred systems of one dead machine
# are one wait, not a hundred.
_REMEMBERED = 30.0
_QUESTIONS = {"sh": "true"}


class PooledSessions:
    """Opens sessions for one conversation each; closing gives them back. Any thread may open and close.

    Who needs several opens them in the order of `key`, or two wait for each other for ever.
    """

    def __init__(self, sessions: Sessions, *, at_once: int = _AT_ONCE, idle: int = _IDLE) -> None:
        self._sessions = sessions
        self._at_once = at_once
        self._most = idle
        self._mutex = threading.Lock()
        self._places: dict[Voice, threading.Semaphore] = {}
        self._idle: OrderedDict[Session, Voice] = OrderedDict()
        self._taken: set[Session] = set()
        self._refused: dict[Voice, tuple[float, MigrateError]] = {}
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End all sessions: who is still asking hears that they ended."""
        with self._mutex:
            self._ended = True
            left = [*self._idle, *self._taken]
            self._idle.clear()
            self._taken.clear()
        for session in left:
            _close(session)

    def open(self, voice: Voice, *, seconds: float) -> Session:
        """Return a session of that voice that has just answered, whatever the voice is called.

        Raises:
            MigrateError: as the sessions beneath; `session.ended`: all were ended.
        """
        kind = key_of(voice)
        with self._mutex:
            places = self._places.setdefault(kind, threading.Semaphore(self._at_once))
        places.acquire()
        try:
            session = self._alive(kind) or self._login(voice, kind, seconds)
            self._take(session, voice.name)
        except BaseException:
            places.release()
            raise
        return _Lent(self, session, kind)

    def take_back(self, session: Session, kind: Voice, *, whole: bool) -> None:
        """Keep a session for the next one, or close it where an answer may still be due; its place is free."""
        with self._mutex:
            known = session in self._taken
            self._taken.discard(session)
            keep = whole and known and not self._ended
            over: list[Session] = [] if keep or not known else [session]
            if keep:
                self._idle[session] = kind
                while len(self._idle) > self._most:
                    over.append(self._idle.popitem(last=False)[0])
        self._places[kind].release()
        for each in over:
            _close(each)

    def _take(self, session: Session, name: str) -> None:
        with self._mutex:
            if not self._ended:
                self._taken.add(session)
                return
        _close(session)
        raise MigrateError("session.ended", session=name, said="")

    def _login(self, voice: Voice, kind: Voice, seconds: float) -> Session:
        at, refused = self._refused.get(kind, (0.0, None))
        if refused is not None and time.monotonic() - at < _REMEMBERED:
            raise refused
        try:
            return self._sessions.open(voice, seconds=seconds)
        except MigrateError as error:
            self._refused[kind] = (time.monotonic(), error)
            raise

    def _alive(self, kind: Voice) -> Session | None:
        """Return a kept session that still answers: what it is connected to may have restarted since."""
        while True:
            with self._mutex:
                found = next((each for each, its in reversed(self._idle.items()) if its == kind), None)
                if found is None:
                    return None
                del self._idle[found]
            try:
                found.ask(_QUESTIONS.get(kind.program, "SELECT 1;"), _ALIVE)
            except MigrateError:
                _close(found)
            else:
                return found


class _Lent:
    """A session as the one who has it sees it."""

    def __init__(self, pool: PooledSessions, session: Session, kind: Voice) -> None:
        self._pool, self._session, self._kind = pool, session, kind
        self._due, self._whole = 0, True

    def send(self, text: str) -> None:
        """Send a line."""
        self._due += 1
        self._session.send(text)

    def receive(self, seconds: float) -> str:
        """Return an answer; a session that gave none, or an error, is not lent again."""
        self._whole = False
        answer = self._session.receive(seconds)
        self._whole = True
        self._due -= 1
        return answer

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self._whole = False
        answer = self._session.ask(text, seconds)
        self._whole = True
        return answer

    def close(self) -> None:
        """Give it back."""
        self._pool.take_back(self._session, self._kind, whole=self._whole and not self._due)


def key_of(voice: Voice) -> Voice:
    """Return what a voice is beside its name: sessions of one key are alike."""
    return replace(voice, name="")


def _close(session: Session) -> None:
    with suppress(OSError, ValueError):  # it may be closed twice where everything is ended while somebody asks
        session.close()
