"""A failover: service from a standby whose primary is gone; its steps, its fence, its loss, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.model.observed import Seen
from orchestrator.model.recovering import SeenSource
from orchestrator.model.rehearsal import Timed
from orchestrator.model.replica import Beat
from orchestrator.model.result import CheckResult, CheckStatus


class FailoverStep(StrEnum):
    """The steps in their order. What follows the decision is finished, never taken back."""

    CLAIM = "claim"  # nobody else fails over to this standby
    LOOK = "look"  # both ends, the fence, and what would be lost
    DECIDE = "decide"  # one name beside the standby's data, which can be given once
    SETTINGS = "settings"  # of a primary that has no standby
    PROMOTE = "promote"  # and prove it: a new timeline, not in recovery, a row
    ROUTE = "route"
    VERIFY = "verify"  # one insert through each application's role, taken back


LIMITS: Mapping[FailoverStep, timedelta] = {
    FailoverStep.CLAIM: timedelta(seconds=90),
    FailoverStep.LOOK: timedelta(minutes=2),
    FailoverStep.DECIDE: timedelta(seconds=30),
    FailoverStep.SETTINGS: timedelta(seconds=30),
    FailoverStep.PROMOTE: timedelta(hours=1),
    FailoverStep.ROUTE: timedelta(minutes=1),
    FailoverStep.VERIFY: timedelta(minutes=2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceStatement:
    """A person's signed word that a primary can no longer write, as found: not believed before it is judged.

    Attributes:
        server: the primary that was fenced, as `ADDRESS:PORT`.
        did: what was done to it.
        since: from when on nobody could write to it.
        actor: who gave it, by the machine's account: `user@host`.
        principal: who signed it, by the approvers' file; empty while no signature was verified.
        fault: code of why its signature counts for nothing; empty when it counts.
    """

    programme: str
    system: str
    server: str
    did: str
    since: datetime
    actor: str
    made: datetime
    expires: datetime
    principal: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a person accepts to lose: so many heartbeats at most, or what nobody can tell."""

    heartbeats: int = 0
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What the standby lacks of what its primary told clients was written; all bounds, for the primary is not asked.

    Attributes:
        newest: the standby's heartbeat: whatever was written before it is there.
        least: heartbeats that a check saw at the primary and the standby has not got; None: no check saw any.
        most: heartbeats that the primary may have written until it was fenced; None: nobody can tell.
        seconds: of the primary's writing, as `most`.
        lacking: bytes that a check saw written and the standby never received; None: no check saw them.
    """

    newest: Beat | None = None
    least: int | None = None
    most: int | None = None
    seconds: float | None = None
    lacking: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decision as it stands beside the standby's data.

    Attributes:
        timeline, lsn: of the standby before it: one that has received more since is fed by a primary that lives.
    """

    id: str
    timeline: int
    lsn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Both ends before a decision, or after one.

    Attributes:
        received: bytes of the primary's log that the standby has on its disk; None: it did not say.
        decided: the decision that was made; None: there is none.
    """

    source: Seen
    target: Seen
    received: int | None = None
    decided: Decided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before anybody is asked: what checks saw of the primary, and who says that it is fenced."""

    source: SeenSource | None = None
    statement: FenceStatement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedOver:
    """What came of a failover.

    Attributes:
        id: names the decision.
        at: when this command began.
        promoted: the standby is no standby any more.
        finished: the decision had been made by an earlier command, and this one went on from it.
        decided: the standby is the writable side, or becomes it by the next command.
        loss: as it was told before the decision; None: this command only finished.
        failed: the step that failed, empty when none did; `code` and `values` say how.
        split: the old primary answers and may be written to, beside the one that was promoted.
    """

    system: str
    replica: str
    id: str
    at: datetime
    promoted: bool = False
    checks: tuple[CheckResult, ...] = ()
    loss: Loss | None = None
    timed: tuple[Timed, ...] = ()
    finished: bool = False
    decided: bool = False
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    split: bool = False

    @property
    def blocked(self) -> tuple[CheckResult, ...]:
        """What forbids it: everything that did not pass, while nothing is decided."""
        return () if self.decided else wrong(self.checks)

    @property
    def well(self) -> bool:
        """Tell whether it went to its end and every proof passed."""
        return self.decided and not (self.failed or self.split or wrong(self.checks))


def wrong(checks: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Return those that did not pass; unknown is none that did."""
    return tuple(check for check in checks if check.status is not CheckStatus.PASS)
