"""Threads look together: by listings that begin after each asked, and nobody is left without an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestrator.adapters.openstack.together import Together


class Listing:
    """One that waits until it may go on, and knows what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def read(self, keys: Sequence[str]) -> Sequence[str]:
        self.asked.append(tuple(keys))
        self.begun.set()
        assert self.go_on.wait(20)
        return keys


def test_who_asks_while_a_listing_is_under_way_shares_the_next() -> None:
    together, listing = Together(), Listing()

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(together.look, "kind", "first", listing.read, patience=20)
        assert listing.begun.wait(20)
        others = [pool.submit(together.look, "kind", f"k{n}", listing.read, patience=20) for n in range(8)]
        while sum(len(each.keys) for each in _gathered(together)) < 8:
            time.sleep(0.001)
        listing.go_on.set()
        assert first.result() == ["first"]
        found = [other.result() for other in others]

    assert listing.asked == [("first",), tuple(f"k{n}" for n in range(8))]
    assert all(each == [f"k{n}" for n in range(8)] for each in found)


def _gathered(together: Together) -> list:  # type: ignore[type-arg]
    return [each._next for each in together._gatherings.values() if each._next is not None]


def test_what_is_told_began_after_it_was_asked_for() -> None:
    together, clock = Together(), iter(range(10**9))
    ticks = threading.Lock()

    def now() -> int:
        with ticks:
            return next(clock)

    def read(_: Sequence[str]) -> Sequence[int]:
        began = now()
        time.sleep(0.0005)
        return [began]

    def ask(number: int) -> bool:
        asked = now()
        began: int = together.look("kind", str(number), read, patience=20)[0]
        return began > asked

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))


def test_who_waited_for_a_listing_that_failed_looks_alone() -> None:
    together, begun, go_on = Together(), threading.Event(), threading.Event()

    def holds(_: Sequence[str]) -> Sequence[str]:
        begun.set()
        assert go_on.wait(20)
        return []

    def fails(_: Sequence[str]) -> Sequence[str]:
        raise TimeoutError

    with ThreadPoolExecutor(3) as pool:
        holding = pool.submit(together.look, "kind", "a", holds, patience=20)
        assert begun.wait(20)
        failing = pool.submit(together.look, "kind", "b", fails, patience=20)
        while not _gathered(together):
            time.sleep(0.001)
        waiting = pool.submit(together.look, "kind", "c", list, patience=20)
        while len(_gathered(together)[0].keys) < 2:
            time.sleep(0.001)
        go_on.set()
        assert holding.result() == []
        with pytest.raises(TimeoutError):
            failing.result()
        assert waiting.result() == ["c"]

    assert together.look("kind", "d", list, patience=20) == ["d"]


def test_nobody_waits_longer_than_he_may() -> None:
    together, begun, go_on = Together(), threading.Event(), threading.Event()

    def holds(_: Sequence[str]) -> Sequence[str]:
        begun.set()
        assert go_on.wait(20)
        return []

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(together.look, "kind", "a", holds, patience=20)
        assert begun.wait(20)
        assert together.look("kind", "b", list, patience=0.01) == ["b"]
        go_on.set()
        holding.result()


def test_an_address_does_not_get_too_long() -> None:
    together, listing = Together(), Listing()

    with ThreadPoolExecutor(40) as pool:
        first = pool.submit(together.look, "kind", "first", listing.read, patience=20)
        assert listing.begun.wait(20)
        others = [pool.submit(together.look, "kind", f"{n:0300}", listing.read, patience=20) for n in range(30)]
        time.sleep(0.1)
        listing.go_on.set()
        first.result()
        assert all(f"{n:0300}" in other.result() for n, other in enumerate(others))

    assert max(len(keys) for keys in listing.asked) <= 12
