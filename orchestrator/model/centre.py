"""The disaster-recovery centre as it was last seen: every replica with its verdict, age and drill, and the rates.

Nothing here is of now: each row carries the time of the look that it rests on, and what nobody saw is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from orchestrator.model.recovering import Coverage, Graded
from orchestrator.model.replica import Grades
from orchestrator.model.result import CheckStatus


class DrillDue(StrEnum):
    """How a replica stands with its drills."""

    NEVER = "never"  # no result is kept
    CLAIMED = "claimed"  # only the list says so
    FAILED = "failed"
    UNLIMITED = "unlimited"  # one is kept, and nobody said how often
    OVERDUE = "overdue"
    SOON = "soon"
    IN_TIME = "in-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodReplica:
    """One replica as it was last seen, or a kind that nobody made one of (`address` is empty).

    Attributes:
        port: of a database; 0 of anything else.
        site: where the programme says that it stands, and `follows` the address that it is declared to copy.
        status: of what was seen; unknown where nothing was, or where it may be believed no longer.
        code: why: `healthy`, `faulty`, `untold`, `missing`, `unseen`, `old`, `unlimited`, `broken`.
        aspect: what was found faulty or could not be told; empty elsewhere.
        loss: seconds of data that would have been lost then; None: nobody could tell.
        drilled: the day of the drill that `drill` tells of, and `recovery` its seconds until service was back.
        due: the last day for the next drill; None where nobody said how often, or none is kept.
    """

    kind: str
    address: str = ""
    port: int = 0
    site: str = ""
    follows: str = ""
    status: CheckStatus
    code: str
    aspect: str = ""
    loss: float | None = None
    drill: DrillDue = DrillDue.NEVER
    drilled: date | None = None
    recovery: float | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodSystem:
    """One system that needs a replica.

    Attributes:
        level, rpo, rto: what is wanted; None: nobody said.
        status: the gravest of its replicas'.
        checked: when the check that this rests on began; None: no check has seen it.
        believed: whether that may still be believed; `until` is the last day on which it may.
        configured, healthy, drilled: whether it counts for each rate; each only where the one before does.
        graded: the level of GB/T 20988 by what was seen.
    """

    system: str
    level: int | None = None
    rpo: timedelta | None = None
    rto: timedelta | None = None
    status: CheckStatus
    checked: datetime | None = None
    until: date | None = None
    believed: bool = False
    configured: bool = False
    healthy: bool = False
    drilled: bool = False
    replicas: tuple[StoodReplica, ...] = ()
    graded: Graded

    @property
    def touched(self) -> bool:
        """Whether anybody declared or saw anything; of the others there is nothing to tell but that."""
        return self.checked is not None or any(each.address for each in self.replicas)

    def data(self) -> Mapping[str, object]:
        """Return everything but the level's seven elements: `migrate dr grade` has them."""
        graded = self.graded
        held = next((one.code for one in graded.elements if one.element is graded.held_back_by), "")
        return {
            "system": self.system,
            "status": self.status,
            "rpo_seconds": self.rpo.total_seconds() if self.rpo is not None else None,
            "rto_seconds": self.rto.total_seconds() if self.rto is not None else None,
            "checked": self.checked,
            "until": self.until,
            "believed": self.believed,
            "configured": self.configured,
            "healthy": self.healthy,
            "drilled": self.drilled,
            "replicas": self.replicas,
            "grade": {
                "status": graded.status,
                "wanted": graded.wanted,
                "reached": graded.reached,
                "at_most": graded.at_most,
                "held_back_by": graded.held_back_by,
                "why": held,
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """Every system that needs a replica, in the list's order, and whose figures their levels were held against."""

    systems: tuple[StoodSystem, ...]
    grades: Grades

    @property
    def coverage(self) -> Coverage:
        """The three nested rates, counted from the rows."""
        return Coverage(
            needing=tuple(each.system for each in self.systems),
            configured=tuple(each.system for each in self.systems if each.configured),
            healthy=tuple(each.system for each in self.systems if each.healthy),
            drilled=tuple(each.system for each in self.systems if each.drilled),
        )

    @property
    def states(self) -> Mapping[str, int]:
        """How many replicas stand how."""
        found = {str(status): 0 for status in CheckStatus}
        for each in self.systems:
            for replica in each.replicas:
                found[str(replica.status)] += 1
        return found

    @property
    def drills(self) -> Mapping[str, int]:
        """How many replicas stand how with their drills; what nobody made is not drilled and not counted."""
        found = {str(state): 0 for state in DrillDue}
        for each in self.systems:
            for replica in each.replicas:
                if replica.address:
                    found[str(replica.drill)] += 1
        return found

    def data(self) -> Mapping[str, object]:
        """Return everything; the rates with the ids behind them."""
        return {
            "coverage": {"counts": self.coverage.counts(), "systems": self.coverage},
            "replicas": self.states,
            "drills": self.drills,
            "standard": self.grades.standard,
            "verified": self.grades.verified,
            "systems": [each.data() for each in self.systems],
        }
