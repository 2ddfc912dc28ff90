"""How long anything may take: time-outs as one value, and deadlines that are handed down to the last call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from orchestrator.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Every wait of the adapter.

    Attributes:
        connect, read: of one HTTP request. Nova answers some calls only after its own 60 s RPC time-out
            when its message queue is down, so a longer read time-out would only wait for the same error.
        answer: of one HTTP request, until the last byte of its answer is there.
        first: the same for as long as a cloud has never answered: a wrong address is told soon, where an outage
            in the middle of a run is waited out.
        outage: how long a cloud that has answered before is asked into silence; a wait that is longer, such as a
            server's, would otherwise only tell an hour later that nobody is there.
        settle: pause between a write and the listing that has to show what others wrote meanwhile.
        grace: how long a create whose answer was lost is looked for before it may be sent once more.
        poll_first, poll_most: the pause between two looks at something that is changing grows from one to the other.
        operation: deadline of the operations that are given none (view, address, console, delete).
    """

    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=60)
    answer: timedelta = timedelta(seconds=90)
    first: timedelta = timedelta(seconds=8)
    outage: timedelta = timedelta(minutes=3)
    settle: timedelta = timedelta(seconds=0.3)
    grace: timedelta = timedelta(seconds=30)
    poll_first: timedelta = timedelta(seconds=0.5)
    poll_most: timedelta = timedelta(seconds=2)
    operation: timedelta = timedelta(minutes=3)


class Deadline:
    """A point in time that every call of one operation respects."""

    def __init__(self, clock: Clock, after: timedelta) -> None:
        self.clock = clock
        self.after = after
        self._end = clock.monotonic() + after.total_seconds()

    @property
    def left(self) -> timedelta:
        """What remains; never negative."""
        return timedelta(seconds=max(0.0, self._end - self.clock.monotonic()))

    @property
    def passed(self) -> bool:
        """Whether nothing remains."""
        return not self.left

    @property
    def overdue(self) -> timedelta:
        """How long ago nothing remained any more; never negative."""
        return timedelta(seconds=max(0.0, self.clock.monotonic() - self._end))

    def pause(self, duration: timedelta) -> None:
        """Sleep, but not beyond the deadline."""
        self.clock.sleep(min(duration, self.left))

    def within(self, duration: timedelta) -> Deadline:
        """Return a deadline after `duration`, or this one if it comes earlier."""
        return Deadline(self.clock, min(duration, self.left))
