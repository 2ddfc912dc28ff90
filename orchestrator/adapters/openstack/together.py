"""Looks that threads take together: whoever asks joins the next listing, which begins after all of them asked.

So what a listing tells is as fresh as if each had looked alone. One is under way at a time; while it is, those who ask
gather for the next, and the more there are, the fewer requests each of them costs.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

# What the keys of one listing may take in its address; web servers refuse lines of more than 8 KiB.
_MOST_CHARACTERS = 4000
_BESIDE_A_KEY = 20

Read = Callable[[Sequence[str]], Iterable[Any]]


@dataclass(slots=True)
class _Round:
    """Those who look together, by what they ask for; `found` stays None where the listing failed."""

    keys: set[str] = field(default_factory=set)
    length: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    found: list[Any] | None = None

    def take(self, key: str) -> bool:
        """Take another key in, unless there is no room for it."""
        length = self.length + len(quote(key)) + _BESIDE_A_KEY
        if self.keys and length > _MOST_CHARACTERS:
            return False
        if key not in self.keys:
            self.keys.add(key)
            self.length = length
        return True


class _Gathering:
    """The looks of one kind."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._turn = threading.Lock()  # held by who lists
        self._next: _Round | None = None

    def look(self, key: str, read: Read, patience: float, pause: Callable[[], None]) -> list[Any]:
        with self._mutex:
            leads = self._next is None or not self._next.take(key)
            if leads:
                self._next = _Round()
                self._next.take(key)
            mine = self._next
        if mine is None:
            raise AssertionError("there is a round")  # pragma: no cover - made above
        if leads:
            return self._lead(mine, read, patience, pause)
        mine.done.wait(patience)
        # Who led may have failed by his own deadline, or for what he alone may not see.
        return list(read([key])) if mine.found is None else mine.found

    def _lead(self, mine: _Round, read: Read, patience: float, pause: Callable[[], None]) -> list[Any]:
        try:
            in_turn = self._turn.acquire(timeout=patience)
            try:
                pause()
                with self._mutex:
                    if self._next is mine:
                        self._next = None
                    keys = sorted(mine.keys)
                mine.found = list(read(keys))
            finally:
                if in_turn:
                    self._turn.release()
        finally:
            with self._mutex:
                if self._next is mine:
                    self._next = None
            mine.done.set()
        return mine.found


class Together:
    """The looks at one cloud of all threads of this process."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._gatherings: dict[Hashable, _Gathering] = defaultdict(_Gathering)

    def look(
        self,
        kind: Hashable,
        key: str,
        read: Read,
        *,
        patience: float,
        pause: Callable[[], None] = lambda: None,
    ) -> list[Any]:
        """Return what a listing finds that begins after this call; others' findings are among it.

        Args:
            kind: what is listed; looks of one kind are answered by one listing.
            key: what is looked for.
            read: lists what any of the keys may mean; called by one of those who look together, for all of them.
            patience: seconds to wait for another's listing; after that who asks looks alone.
            pause: what that one does before it lists, while more may join.
        """
        with self._mutex:
            gathering = self._gatherings[kind]
        return gathering.look(key, read, patience, pause)
