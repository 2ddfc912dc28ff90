"""Which level of GB/T 20988 systems reach, and what holds them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.model.recovering import ElementGrade, Graded
from orchestrator.model.replica import Grades
from orchestrator.model.result import CheckStatus
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLUMNS = ("system", "verdict", "wanted", "reached", "at-most", "held-back-by", "why")
_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradesView:
    """The answer of `migrate dr grade`."""

    programme: str
    at: datetime
    grades: Grades
    systems: Sequence[Graded]

    @property
    def right(self) -> bool:
        """Tell whether every system reaches the level that is wanted of it; unknown is not."""
        return all(each.status is CheckStatus.PASS for each in self.systems)

    def counts(self) -> dict[str, int]:
        """Return how many systems have each status."""
        found = Counter(each.status for each in self.systems)
        return {str(status): found[status] for status in CheckStatus}

    def data(self) -> object:
        """Return every element of every system, and whose figures they were held against."""
        return {
            "programme": self.programme,
            "at": self.at,
            "standard": self.grades.standard,
            "source": self.grades.source,
            "verified": self.grades.verified,
            "right": self.right,
            "counts": self.counts(),
            "systems": self.systems,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a row for each system, the source of the figures, and the sum."""
        from rich.table import Table
        from rich.text import Text

        from orchestrator.reporting.verdicts import verdict_word

        table = Table(*(say(f"dr.grade.column.{name}") for name in _COLUMNS))
        for each in self.systems:
            held = next((one for one in each.elements if one.element is each.held_back_by), None)
            table.add_row(
                Text(each.system),
                verdict_word(say, each.status),
                str(each.wanted or _NOTHING),
                say("dr.grade.not-shown") if each.reached is None else str(each.reached),
                _NOTHING if each.at_most is None else str(each.at_most),
                say(f"dr.grade.element.{held.element}") if held else _NOTHING,
                Text(why_of(say, held) if held else _NOTHING),
            )
        yield table
        told = {"standard": self.grades.standard, "source": self.grades.source}
        yield say("dr.grade.by" if self.grades.verified else "dr.grade.unverified", **told)
        yield say("dr.grade.rule")
        yield say("dr.grade.sum", **self.counts())


def why_of(say: Say, held: ElementGrade) -> str:
    """Return why an element holds a system back."""
    values = dict(held.values)
    if "aspect" in values:
        values["aspect"] = say(f"dr.aspect.{values['aspect']}")
    return say(f"dr.grade.why.{held.code}", **values)
