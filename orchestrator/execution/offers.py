"""What the clouds offer, read once for the many systems of a batch that ask within a moment."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping

from orchestrator.ports import Clock, Cloud

# Systems that begin within this many seconds share one look at what their cloud offers.
SHARED_SECONDS = 15.0


class Offers:
    """The offers of each cloud, as (kind, name); read again when they are older than `SHARED_SECONDS`."""

    def __init__(self, clouds: Mapping[str, Cloud], clock: Clock) -> None:
        self._clouds = clouds
        self._clock = clock
        self._reading: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._seen: dict[str, tuple[float, frozenset[tuple[str, str]]]] = {}

    def of(self, cloud: str) -> frozenset[tuple[str, str]]:
        """Return what the cloud offers now, or offered a moment ago; who asks while it is read, waits for it."""
        with self._reading[cloud]:
            now = self._clock.monotonic()
            if cloud not in self._seen or self._seen[cloud][0] < now - SHARED_SECONDS:
                offers = frozenset((offer.kind, offer.name) for offer in self._clouds[cloud].offers())
                self._seen[cloud] = (now, offers)
            return self._seen[cloud][1]
