"""What execution may ask of those who look at replicas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from orchestrator.model.copies import Stock, Stocked
from orchestrator.model.drill import Answered, Way
from orchestrator.model.failback import Standing
from orchestrator.model.failover import Decided, Looked
from orchestrator.model.observed import Seen
from orchestrator.model.replica import Replica
from orchestrator.model.result import CheckResult
from orchestrator.model.standby import Facts, Part, Seeding


class ReplicaObserver(Protocol):
    """Looks at replicas of one kind; changes nothing. What could not be seen is in the answer, never an error."""

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        """Return what the source and then the replica said."""


class KeepingCloud(Protocol):
    """A cloud that lists what it keeps; nothing is changed."""

    def stock(self, what: Stocked) -> Stock:
        """Return everything of one kind that our project sees, by one listing.

        Raises:
            CloudError: no answer, or none of its shape.
        """


class Driller(Protocol):
    """Recovers one replica from a copy of it, on its machine; the replica itself is only read.

    Every method raises `MigrateError` where it cannot go on.
    """

    def claim(self, drill: str) -> str:
        """Keep others from drilling here until `release` or our end; return the drill that left something, or none.

        Raises:
            Locked: `drill.running`.
        """

    def room(self) -> Sequence[CheckResult]:
        """Check that a copy can be made and isolated."""

    def look(self) -> tuple[Seen, Seen]:
        """Return what source and replica say now, and remember which rows the replica has."""

    def isolate(self) -> tuple[Sequence[CheckResult], Sequence[Way]]:
        """Make the place of the copy; return how it looks from outside, and what became of each way out of it."""

    def copy(self) -> None:
        """Copy the replica, with nothing in the copy that follows or archives."""

    def recover(self) -> None:
        """Start the copy in its place and promote it."""

    def answer(self) -> Answered:
        """Return the first answer of the copy."""

    def closed(self) -> Sequence[CheckResult]:
        """Check that the running copy reaches nothing and nothing reaches it."""

    def compare(self) -> Sequence[CheckResult]:
        """Check that the copy has every row that the replica had when it was last looked at and still has."""

    def remove(self) -> tuple[str, ...]:
        """Take everything away; return what is left all the same."""

    def release(self) -> None:
        """Let others drill here again."""


class Turner(Protocol):
    """Closes the side that a failback leaves, opens it again, and tidies up. Every method looks first.

    Every method raises `MigrateError` where it cannot go on.
    """

    def standing(self) -> Standing:
        """Tell how it stands."""

    def data(self) -> str:
        """Return the data folder that it runs on."""

    def close(self) -> int:
        """Close it, so that no restart opens it; return where its log ends, in bytes."""

    def reopen(self) -> None:
        """Open it again, where nothing was decided."""

    def replayed(self) -> int | None:
        """Return how far the other side has replayed, in bytes; None where it does not recover."""

    def renew(self) -> None:
        """Forget the sessions to it: its server was stopped or started meanwhile."""

    def unbind(self) -> None:
        """Take away the decision that once made it the primary."""

    def tidy(self) -> None:
        """Take away what let the other side follow it."""


class Promoter(Protocol):
    """Makes one standby the primary. Every `ensure` looks first; twice is the same as once.

    Every method raises `MigrateError` where it cannot go on.
    """

    def hold(self) -> None:
        """Keep others from failing over here until `release` or our end.

        Raises:
            Locked: `failover.running`.
        """

    def look(self) -> Looked:
        """Return what both ends say now, and what was decided."""

    def replay(self) -> None:
        """Wait until the standby has replayed what it has, or replays nothing more."""

    def decide(self, wanted: Decided) -> Decided:
        """Decide, once and for all, and return the decision that stands: the first one."""

    def ensure_settings(self) -> Sequence[CheckResult]:
        """Make it fit to be a primary that has no standby."""

    def ensure_promoted(self, decided: Decided) -> Sequence[CheckResult]:
        """Promote it and prove that it may be written to."""

    def ensure_route(self) -> Sequence[CheckResult]:
        """Lead clients there."""

    def verify(self) -> Sequence[CheckResult]:
        """Try what applications do; nothing of it stays."""

    def forget(self) -> None:
        """Take away what was made for a decision that nobody took, and let others go on."""

    def release(self) -> None:
        """Let others fail over here again."""


class StandbyMaker(Protocol):
    """Makes one standby and takes it away; every method looks first, so once more is the same as once.

    Every method raises `MigrateError` where it cannot go on.
    """

    def claim(self) -> None:
        """Keep others from this standby until `release` or our end.

        Raises:
            Locked: `prepare.running`.
        """

    def release(self) -> None:
        """Let others work on it again."""

    def look(self) -> tuple[Facts, Facts]:
        """Return what the source and the replica's machine answer; nothing is touched."""

    def access(self) -> None:
        """Let the standby follow: a role, its secret, the source's word."""

    def beat(self) -> None:
        """Have the source's heartbeat beat."""

    def slot(self) -> None:
        """Have the source keep its log for the standby."""

    def begin(self) -> None:
        """Begin or go on with the first copy, which goes on by itself."""

    def seeding(self) -> Seeding:
        """Tell how far the first copy is."""

    def start(self) -> None:
        """Start the standby."""

    def follow(self) -> None:
        """Let it follow from where the copy ends, where its start does not."""

    def observe(self) -> tuple[Seen, Seen]:
        """Ask both ends as a check does."""

    def take(self, part: Part) -> None:
        """Take one part away."""
