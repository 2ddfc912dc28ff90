"""Views of the migration list: its problems, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestrator.model.problem import Problem, Severity
from orchestrator.model.system import MigrationList
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_ENGLISH, _CHINESE = Say("en"), Say("zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Every problem with its place, value, rule and remedy, and how often each rule is broken.

    Attributes:
        counts: what was read, by name (systems, servers …, classified); empty when nothing was.
        copies: marked copies that were written.
        empty: nothing was read; without an error, the list is a form that nobody has filled in.
    """

    problems: tuple[Problem, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    copies: tuple[str, ...] = ()
    empty: bool = False

    @property
    def blank(self) -> bool:
        """Whether the list is a form that nobody has filled in."""
        return self.empty and not self.errors

    @property
    def errors(self) -> int:
        """How many of the problems refuse the list."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def by_rule(self) -> Mapping[str, int]:
        """Rule → how many problems; the most frequent first."""
        return dict(Counter(problem.code for problem in self.problems).most_common())

    def data(self) -> dict[str, object]:
        """Return the problems as values; rule and remedy in both languages."""
        return {
            "errors": self.errors,
            "warnings": len(self.problems) - self.errors,
            "by_rule": self.by_rule,
            "counts": self.counts,
            "copies": self.copies,
            "blank": self.blank,
            "problems": [
                {
                    "code": problem.code,
                    "severity": problem.severity,
                    "file": problem.file,
                    "sheet": problem.sheet,
                    "cell": problem.cell,
                    "value": problem.value,
                    "values": problem.values,
                    "rule": {say.lang: _rule(problem, say) for say in (_ENGLISH, _CHINESE)},
                    "remedy": {say.lang: _remedy(problem, say) for say in (_ENGLISH, _CHINESE)},
                }
                for problem in self.problems
            ],
        }

    def table(self, say: Say) -> Iterable[RenderableType]:
        """Return the problems, each with its place, and how often each rule is broken."""
        from rich.table import Table
        from rich.text import Text

        table = Table("", *(say(f"list.column.{name}") for name in ("place", "value", "rule", "remedy")))
        for problem in self.problems:
            error = problem.severity is Severity.ERROR
            table.add_row(
                Text("✗" if error else "!", style="red" if error else "yellow"),
                Text(place_of(problem)),
                Text(problem.value),
                Text(f"{_rule(problem, say)} [{problem.code}]"),
                Text(_remedy(problem, say)),
            )
        yield table
        for code, count in self.by_rule.items():
            yield f"{count:>6}  {code}"

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a table of the problems, then the sums."""
        if self.problems:
            yield from self.table(say)
        if self.counts:
            yield say("list.read", **self.counts)
        for copy in self.copies:
            yield say("list.copy-written", path=copy)
        if any(copy.endswith(".xlsx") for copy in self.copies):
            yield say("list.copy-lacks")
        if self.blank:
            yield say("list.blank")
            yield say("list.blank.remedy")
            return
        warnings = len(self.problems) - self.errors
        yield say("list.clean") if not self.problems else say("list.sums", errors=self.errors, warnings=warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSummary:
    """How many systems each unit has, by declared disposition and batch. Classified ones are only counted."""

    listing: MigrationList

    def data(self) -> object:
        """Return the counts; an empty key is an empty cell."""
        systems = self.listing.systems
        return {
            "counts": counts_of(self.listing),
            "units": dict(Counter(system.unit for system in systems)),
            "dispositions": dict(Counter(system.disposition.value if system.disposition else "" for system in systems)),
            "batches": dict(Counter(str(system.batch or "") for system in systems)),
            "digest": self.listing.digest,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a table: units by dispositions, with batches beside."""
        from rich.table import Table
        from rich.text import Text

        columns = sorted({_disposition(system) for system in self.listing.systems})
        heads = [say(f"list.disposition.{name or 'unstated'}") for name in columns]
        table = Table(say("list.column.unit"), *heads, say("list.column.batch"), say("list.column.total"))
        for unit in dict.fromkeys(system.unit for system in self.listing.systems):
            mine = [system for system in self.listing.systems if system.unit == unit]
            found = Counter(map(_disposition, mine))
            batches = sorted({system.batch for system in mine if system.batch is not None})
            numbers = [str(found[name] or "") for name in columns]
            table.add_row(Text(unit), *numbers, ", ".join(map(str, batches)), str(len(mine)))
        yield table
        yield say("list.read", **counts_of(self.listing))
        yield say("list.digest", digest=self.listing.digest)


def _disposition(system: object) -> str:
    disposition = getattr(system, "disposition", None)
    return disposition.value if disposition else ""


def counts_of(listing: MigrationList) -> Mapping[str, int]:
    """Return how much was read, by name."""
    return {
        "systems": len(listing.systems),
        "servers": len(listing.servers),
        "rooms": len(listing.rooms),
        "dependencies": len(listing.dependencies),
        "classified": listing.classified_count,
    }


def place_of(problem: Problem) -> str:
    """Return where a problem stands: `file!sheet!B7`."""
    return "!".join(part for part in (problem.file, problem.sheet, problem.cell) if part)


def sentence(problem: Problem, say: Say) -> str:
    """Return the rule and the remedy as one line, for a comment beside the cell."""
    remedy = _remedy(problem, say)
    return f"{_rule(problem, say)} → {remedy}" if remedy else _rule(problem, say)


def _rule(problem: Problem, say: Say) -> str:
    return say(problem.code, **problem.values)


def _remedy(problem: Problem, say: Say) -> str:
    return say.either(f"{problem.code}.remedy", **problem.values)
