"""The disaster-recovery centre in words: the same cells for page, paper, workbook, board and screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orchestrator.checks.replicas.verdict import span
from orchestrator.model.centre import Centre, DrillDue, StoodReplica, StoodSystem
from orchestrator.model.recovering import Graded
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting.grades import why_of
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

NOTHING = "–"
RATES = ("configured", "healthy", "drilled")
_LATE = frozenset({DrillDue.OVERDUE, DrillDue.FAILED})


@dataclass(frozen=True, slots=True)
class CentreWords:
    """What of a centre needs more than one code's words."""

    say: Say

    def replica(self, one: StoodReplica) -> str:
        """Return which replica it is, or of which kind there is none."""
        return clean(f"{one.kind} {one.address}") if one.address else f"{clean(one.kind)}: {self.say('dr.no-replica')}"

    def why(self, one: StoodReplica) -> str:
        """Return what its verdict rests on."""
        return self.say(f"centre.why.{one.code}", aspect=self.say(f"dr.aspect.{one.aspect}") if one.aspect else "")

    def seen(self, each: StoodSystem) -> str:
        """Return when the check was that all of its system's replicas' verdicts rest on, in Beijing's time."""
        return self.say("centre.never") if each.checked is None else moment(each.checked)

    def age(self, each: StoodSystem, now: datetime) -> str:
        """Return how long ago that was."""
        return NOTHING if each.checked is None else span(max(0.0, (now - each.checked).total_seconds()))

    def loss(self, one: StoodReplica) -> str:
        """Return what would have been lost then."""
        if one.code == "missing":
            return NOTHING
        return self.say("centre.unknown") if one.loss is None else span(one.loss)

    def drill(self, one: StoodReplica) -> str:
        """Return how it stands with its drills."""
        return self.say(f"centre.drill.{one.drill if one.address else 'none'}")

    def counts(self, each: StoodSystem) -> str:
        """Return the innermost rate that a system counts for; nothing where it counts for none."""
        found = [name for name in RATES if getattr(each, name)]
        return self.say(f"centre.rate.{found[-1]}") if found else NOTHING

    def share(self, centre: Centre, name: str) -> str:
        """Return how many of how many a rate counts."""
        counts = centre.coverage.counts()
        return self.say("centre.share", count=counts[name], of=counts["needing"])

    def percent(self, centre: Centre, name: str) -> str:
        """Return a rate; nothing of nothing is none."""
        counts = centre.coverage.counts()
        return f"{100 * counts[name] / counts['needing']:.1f}%" if counts["needing"] else NOTHING

    def summary(self, centre: Centre) -> str:
        """Return the rates and the drills that are due in one sentence."""
        overdue = sum(centre.drills[state] for state in _LATE)
        soon = centre.drills[DrillDue.SOON]
        return self.say("centre.sum", **centre.coverage.counts(), overdue=overdue, soon=soon)

    def states(self, centre: Centre) -> str:
        """Return how many replicas stand how."""
        return self.say("centre.states", **centre.states)

    def grade(self, graded: Graded) -> Mapping[str, str]:
        """Return the cells of a system's level."""
        held = next((one for one in graded.elements if one.element is graded.held_back_by), None)
        return {
            "verdict": self.say(f"verdict.{graded.status}"),
            "wanted": str(graded.wanted or NOTHING),
            "reached": self.say("dr.grade.not-shown") if graded.reached is None else str(graded.reached),
            "at-most": NOTHING if graded.at_most is None else str(graded.at_most),
            "held-back-by": self.say(f"dr.grade.element.{held.element}") if held else NOTHING,
            "why": clean(why_of(self.say, held)) if held else NOTHING,
        }


def listed(centre: Centre) -> Iterator[tuple[StoodSystem, StoodReplica]]:
    """Yield a row for each replica of every system of which there is anything to tell."""
    for each in centre.systems:
        if each.touched:
            yield from ((each, one) for one in each.replicas)


def untouched(centre: Centre) -> tuple[str, ...]:
    """Return the systems of which nobody declared or saw anything."""
    return tuple(each.system for each in centre.systems if not each.touched)


def moment(at: datetime) -> str:
    """Return a moment as a table of another day shows it, in Beijing's time."""
    try:
        return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError):  # the first and the last day there is have no other zone
        return "?"


def day(value: date | None) -> str:
    """Return a day; nothing where there is none."""
    return value.isoformat() if value else NOTHING


def length(value: timedelta | None) -> str:
    """Return a length of time that is wanted; nothing where nobody said."""
    return NOTHING if value is None else span(value.total_seconds())
