"""Says what a report holds in one language: numbers, days, people, code names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from orchestrator.checks.lights import Lit
from orchestrator.model.figures import Exclusion, Finding, Ratio
from orchestrator.reporting.audit import (
    assumption_text,
    formula_name,
    fraction_text,
    located_text,
    percent_text,
    spoken_value,
)
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.report.contents import Concern
from orchestrator.reporting.texts import Say

NOTHING = "—"
# Units named on a concern; more would bury who is first.
_NAMED = 3


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
        """Return numerator and denominator, and what is in neither because nobody knows it."""
        return fraction_text(self.say, ratio)

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

    def finding(self, one: Finding) -> str:
        """Return what an audit found, and in which cells."""
        return located_text(self.say, one)

    def finding_of_many(self, code: str, shared: Mapping[str, str]) -> str:
        """Return what an audit found of many rows, without what it says of each."""
        values = self._spoken(shared)
        return self.say.either(f"report.concern.{code}", self.say(code, **values), **values)

    def concern(self, one: Concern) -> Mapping[str, str]:
        """Return what worries, and what helps."""
        title = self.say(one.code)
        if one.subject:
            subject = self.say(f"audit.subject.{one.subject}")
            what = self.finding_of_many(one.code, one.values)
            title = self.say("report.concern.finding", subject=subject, id=clean(one.ids[0]), what=what)
        return {"title": title[:1].upper() + title[1:], "remedy": self.say.either(f"{one.code}.remedy")}

    def whose(self, one: Concern) -> str:
        """Return who answers for a concern's rows, those with the most by name; nothing where nobody does."""
        named = self.say("cutover.list-mark").join(
            self.say("report.whose.rows", unit=clean(unit), count=count) for unit, count in one.units[:_NAMED]
        )
        code = "report.whose" if len(one.units) <= _NAMED else "report.whose.more"
        return self.say(code, units=named, count=len(one.units)) if named else ""

    def rows_since(self, one: Concern, day: date | None) -> str:
        """Return how many rows more or fewer a concern touches than on that day."""
        return "" if one.change is None else self.say("report.rows-since", day=self.day(day), change=f"{one.change:+}")

    def points(self, change: Decimal | None) -> str:
        """Return a change in percentage points; a dash where one of the two days has no rate."""
        return NOTHING if change is None else self.say("report.points", change=f"{change:+}")

    def long_day(self, value: date) -> str:
        """Return a date as prose writes it."""
        return self.say("cutover.day", year=value.year, month=value.month, day=value.day)

    def _spoken(self, values: Mapping[str, str]) -> dict[str, str]:
        return {key: spoken_value(self.say, key, value) for key, value in values.items()}
