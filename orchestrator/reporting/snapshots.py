"""Views of audit snapshots: where one was kept, and two of them compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestrator.model.figures import Comparison, Ratio
from orchestrator.reporting.audit import formula_name, number_text, percent_text, spoken_value
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotView:
    """Where a snapshot was kept, and whether it is a new one."""

    path: str
    day: date
    new: bool
    data_digest: str

    def data(self) -> object:
        """Return it as values."""
        return {"path": self.path, "day": self.day, "new": self.new, "data_digest": self.data_digest}

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return one line."""
        yield say("audit.snapshot-kept" if self.new else "audit.snapshot-same", path=self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """Two days side by side; a change of definition comes before every number."""

    comparison: Comparison
    places: int = 1

    def data(self) -> object:
        """Return the comparison as values."""
        return {
            "old": self.comparison.old,
            "new": self.comparison.new,
            "definitions": {name: {"old": old, "new": new} for name, (old, new) in self.comparison.definitions.items()},
            "changes": [
                {
                    "subject": change.subject,
                    "formula": change.formula,
                    "old": None if change.before is None else _side(change.before, self.places),
                    "new": None if change.after is None else _side(change.after, self.places),
                    "definition_changed": change.definition,
                    "denominator_changed": bool(change.entered or change.left),
                    "entered": change.entered,
                    "left": change.left,
                }
                for change in self.comparison.changes
            ],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the changed definitions, then a table of the rates."""
        from rich.table import Table
        from rich.text import Text

        comparison = self.comparison
        for name, (old, new) in comparison.definitions.items():
            before, after = (spoken_value(say, name, value) for value in (old, new))
            yield say("audit.definition-changed", name=_definition(say, name), old=before, new=after)
        table = Table(say("audit.column.rate"), str(comparison.old), str(comparison.new), say("audit.column.note"))
        for change in comparison.changes:
            notes = [say("audit.note-definition")] if change.definition else []
            if change.entered or change.left:
                notes.append(say("audit.note-denominator", entered=len(change.entered), left=len(change.left)))
            table.add_row(
                Text(formula_name(say, change.formula)),
                *(Text(_told(one, self.places)) for one in (change.before, change.after)),
                Text("；".join(notes) if say.lang == "zh" else "; ".join(notes)),
            )
        yield table


def _definition(say: Say, name: str) -> str:
    """Return the name of a rule, or of the formula whose version changed."""
    kind, _, formula = name.partition(" ")
    return formula_name(say, formula) if formula else say.either(f"audit.rule.{kind}", clean(kind))


def _side(ratio: Ratio, places: int) -> Mapping[str, object]:
    return {"percent": ratio.percent(places), "numerator": ratio.numerator, "denominator": ratio.denominator}


def _told(ratio: Ratio | None, places: int) -> str:
    if ratio is None:
        return percent_text(None, places)
    return f"{percent_text(ratio, places)}  {number_text(ratio.numerator)}/{number_text(ratio.denominator)}"
