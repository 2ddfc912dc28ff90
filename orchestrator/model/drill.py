"""A drill of recovery: service from a copy of a replica, where nothing leads out; its steps, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from orchestrator.model.rehearsal import Timed
from orchestrator.model.result import CheckResult, CheckStatus


class DrillStep(StrEnum):
    """The steps in their order; the last takes everything away, wherever the others ended."""

    CLAIM = "claim"  # nobody else drills here, and what a drill that was killed has left goes
    ROOM = "room"  # is there room for a copy
    DECIDE = "decide"  # both ends tell how they stand; from here on time counts
    ISOLATE = "isolate"  # the place of the copy, and the proof that nothing leads out of it
    COPY = "copy"
    RECOVER = "recover"  # the copy starts, replays what it has, and is promoted
    ANSWER = "answer"  # the first correct answer
    CLOSED = "closed"  # the running copy reaches nothing
    COMPARE = "compare"  # with the rows that the replica had at the decision
    UNTOUCHED = "untouched"  # source and replica are as they were
    REMOVE = "remove"


# What a recovery time is made of: from the decision to the first correct answer.
PARTS = (DrillStep.ISOLATE, DrillStep.COPY, DrillStep.RECOVER, DrillStep.ANSWER)
LIMITS: Mapping[DrillStep, timedelta] = {
    DrillStep.CLAIM: timedelta(minutes=3),
    DrillStep.ROOM: timedelta(minutes=10),
    DrillStep.DECIDE: timedelta(minutes=1),
    DrillStep.ISOLATE: timedelta(minutes=3),
    DrillStep.COPY: timedelta(hours=8),
    DrillStep.RECOVER: timedelta(hours=1),
    DrillStep.ANSWER: timedelta(minutes=1),
    DrillStep.CLOSED: timedelta(seconds=30),
    DrillStep.COMPARE: timedelta(hours=8),
    DrillStep.UNTOUCHED: timedelta(minutes=1),
    DrillStep.REMOVE: timedelta(minutes=3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Something that the isolated place must not reach.

    Attributes:
        what: `source`, `replica`, `mail` or `dns`.
        said: the first line that `psql` said of a connection from inside.
    """

    what: str
    address: str
    port: int
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the recovered copy said first.

    Attributes:
        writable: it gave a transaction a number, which a server in recovery cannot.
        n, ts: its heartbeat; None: it has none, or nobody declared one.
    """

    writable: bool
    n: int | None = None
    ts: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """What came of a drill.

    Attributes:
        id: its tag on the replica's machine.
        at: when it began.
        timed: seconds of each step by the checker's monotonic clock.
        rto: seconds from the decision to the first correct answer; None: there was none.
        rpo: seconds of heartbeats that the copy lacks of the source's at the decision; None: nobody can tell.
        begun: whether anything was made on the replica's machine.
        failed: the step that failed, empty when none did; `code` and `values` say how.
        left: what could not be taken away again.
    """

    system: str
    kind: str
    address: str
    port: int
    id: str
    at: datetime
    timed: tuple[Timed, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    rto: float | None = None
    rpo: float | None = None
    begun: bool = False
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Tell whether it went to its end and found nothing wrong, whatever anybody wanted of the times."""
        wanted = {"drill.rto", "drill.rpo"}
        wrong = any(check.status is not CheckStatus.PASS for check in self.checks if check.code not in wanted)
        return not (self.failed or self.left or wrong or self.rto is None)

    @property
    def passed(self) -> bool:
        """Tell whether it was sound, in the RTO and the RPO; a threshold that nobody set is never a pass."""
        return self.sound and all(check.status is CheckStatus.PASS for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDrill:
    """A drill's result as the evidence has it.

    Attributes:
        day: the day of `at` where the programme is kept.
        sound, rto, rpo, failed: as of `Drilled`.
    """

    system: str
    kind: str
    address: str
    port: int
    id: str
    at: datetime
    day: date
    sound: bool
    rto: float | None = None
    rpo: float | None = None
    failed: str = ""

    @property
    def key(self) -> str:
        """Whose drill it was, as `Replica.key`."""
        return f"{self.kind} {self.address} {self.port}"
