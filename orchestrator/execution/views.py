"""Looks at clouds once for many askers; a look is only reused while nothing asked about can be older than it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping

from orchestrator.model.result import CloudView
from orchestrator.ports import Clock, Cloud

# Systems that reach the same step within this many seconds share one look at their cloud.
SHARED = 15.0


class Views:
    """The clouds' views, each read again when it is too old for who asks."""

    def __init__(self, clouds: Mapping[str, Cloud], clock: Clock) -> None:
        self._clouds = clouds
        self._clock = clock
        self._reading: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._seen: dict[str, tuple[float, CloudView]] = {}
        self._touched: dict[tuple[str, str], float] = {}

    def touch(self, cloud: str, system: str) -> None:
        """Note that something of the system was made or changed: older looks tell nothing about it."""
        self._touched[cloud, system] = self._clock.monotonic()

    def of(self, cloud: str, programme: str, system: str) -> CloudView:
        """Return a view of the cloud that shows the system as it is."""
        with self._reading[cloud]:
            asked = self._clock.monotonic()
            taken, view = self._seen.get(cloud, (asked, None))
            touched = self._touched.get((cloud, system))
            if view is None or taken < asked - SHARED or (touched is not None and taken <= touched):
                view = self._clouds[cloud].view(programme)
                self._seen[cloud] = (asked, view)
            return view
