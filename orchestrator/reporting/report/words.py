"""Says what a report holds in one language: numbers, days, people, code names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from orchestrator.checks.lights import Lit
from orchestrator.model.figures import Exclusion, Ratio
from orchestrator.model.result import CheckResult
from orchestrator.reporting.audit import assumption_text, formula_name, number_text, percent_text, spoken_value
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, as pages and workbooks ask for them."""

    say: Say

    def day(self, value: date | None) -> str:
        """Return a day as tables show it."""
        return value.isoformat() if value else NOTHING

    def nights(self, ends: tuple[date, date] | None) -> str:
        """Return the first and last night of a plan; a dash without one."""
        return " – ".join(dict.fromkeys(map(self.day, ends))) if ends else NOTHING

    def code(self, group: str, value: Enum | None) -> str:
        """Return the word for a code name; nothing for an empty cell."""
        return self.say.either(f"{group}.{value.value}", str(value.value)) if value else ""

    def people(self, names: Sequence[str]) -> str:
        """Return who answers for something: the first by name, the others by number."""
        if len(names) < 2:
            return clean("".join(names))
        return self.say("report.wall.people", first=clean(names[0]), more=len(names) - 1, count=len(names))

    def batch(self, number: int, title: str = "") -> str:
        """Return a batch's name."""
        name = self.say("report.batch", number=number) if number else self.say("report.batch.none")
        return f"{name} {clean(title)}".rstrip()

    def lit(self, one: Lit) -> str:
        """Return why a light is what it is."""
        return self.say(one.reason, **one.values)

    def rate(self, ratio: Ratio) -> str:
        """Return a rate's name."""
        return formula_name(self.say, ratio.formula)

    def percent(self, ratio: Ratio) -> str:
        """Return a rate's value; a dash for 0/0."""
        return percent_text(ratio, 1)

    def fraction(self, ratio: Ratio) -> str:
        """Return numerator and denominator."""
        return f"{number_text(ratio.numerator)} / {number_text(ratio.denominator)}"

    def unit(self, name: str) -> str:
        """Return what is counted."""
        return self.say.either(f"audit.unit.{name}", name)

    def state(self, name: str) -> str:
        """Return how a row stands."""
        return self.say.either(f"audit.state.{name}", clean(name))

    def assumption(self, code: str) -> str:
        """Return what had to be assumed."""
        return assumption_text(self.say, code)

    def exclusion(self, one: Exclusion) -> str:
        """Return why a row is not in a denominator."""
        return self.say(one.reason, **self._spoken(one.values))

    def finding(self, one: CheckResult) -> str:
        """Return what an audit found."""
        return self.say(one.code, **self._spoken(one.values))

    def finding_of_many(self, code: str, shared: Mapping[str, str]) -> str:
        """Return what an audit found of many rows, without what it says of each."""
        values = self._spoken(shared)
        return self.say.either(f"report.concern.{code}", self.say(code, **values), **values)

    def _spoken(self, values: Mapping[str, str]) -> dict[str, str]:
        return {key: spoken_value(self.say, key, value) for key, value in values.items()}
