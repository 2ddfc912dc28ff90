"""A failback: the old primary follows the new one and then, in a switch that loses nothing, takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.model.failover import Looked, wrong
from orchestrator.model.rehearsal import Timed
from orchestrator.model.result import CheckResult


class Standing(StrEnum):
    """How the side that is left stands."""

    OPEN = "open"  # it runs and may be written to
    CLOSING = "closing"  # the same, and whoever starts it again starts a standby: somebody was killed while closing it
    FOLLOWS = "follows"  # it runs as a standby
    CLOSED = "closed"  # it does not run, and when it does it is a standby
    STOPPED = "stopped"  # it does not run, and nobody here made it so
    UNKNOWN = "unknown"


class FailbackStep(StrEnum):
    """The steps of the switch in their order. What follows the decision is finished, never taken back."""

    LOOK = "look"  # both ends, and a second person's word
    CLAIM = "claim"  # nobody else switches this pair
    CLOSE = "close"  # the side that is left: it stops, and if it is begun again it is a standby
    LAST = "last"  # the side that opens has replayed all that the other one ever wrote
    DECIDE = "decide"  # one name beside its data, which can be given once
    SETTINGS = "settings"
    PROMOTE = "promote"
    ROUTE = "route"
    VERIFY = "verify"
    FOLLOW = "follow"  # the side that was left follows it
    TIDY = "tidy"  # what let the old primary follow goes


LIMITS: Mapping[FailbackStep, timedelta] = {
    FailbackStep.LOOK: timedelta(minutes=2),
    FailbackStep.CLAIM: timedelta(seconds=90),
    FailbackStep.CLOSE: timedelta(minutes=10),
    FailbackStep.LAST: timedelta(minutes=1),
    FailbackStep.DECIDE: timedelta(seconds=30),
    FailbackStep.SETTINGS: timedelta(seconds=30),
    FailbackStep.PROMOTE: timedelta(hours=1),
    FailbackStep.ROUTE: timedelta(minutes=1),
    FailbackStep.VERIFY: timedelta(minutes=2),
    FailbackStep.FOLLOW: timedelta(minutes=20),
    FailbackStep.TIDY: timedelta(minutes=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Both ends of a switch, and how the side that is left stands."""

    looked: Looked
    leaving: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedBack:
    """What came of a switch.

    Attributes:
        id: names the decision.
        at: when this command began.
        checks: what was judged before the decision, and proved after it.
        decided: the old primary is the writable side, or becomes it by the next command.
        promoted: it is no standby any more.
        finished: the decision had been made by an earlier command, and this one went on from it.
        reopened: the side that was being left was opened again, before any decision.
        closed: it is closed and nothing is decided: the next command opens it again.
        lacking: bytes of the left side's log that the other one has not; None: nobody proved it.
        gap: seconds from closing the one until clients were led to the other; None: that was not done here.
        failed: the step that failed, empty when none did; `code` and `values` say how.
    """

    system: str
    replica: str
    id: str
    at: datetime
    checks: tuple[CheckResult, ...] = ()
    timed: tuple[Timed, ...] = ()
    decided: bool = False
    promoted: bool = False
    finished: bool = False
    reopened: bool = False
    closed: bool = False
    lacking: int | None = None
    gap: float | None = None
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocked(self) -> tuple[CheckResult, ...]:
        """What forbids it: everything that did not pass, while nothing is promoted."""
        return () if self.promoted else wrong(self.checks)

    @property
    def well(self) -> bool:
        """Tell whether it went to its end and every proof passed."""
        return self.decided and self.promoted and not (self.failed or wrong(self.checks))
