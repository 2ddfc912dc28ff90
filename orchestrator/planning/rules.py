"""Evaluates rules that are data against one system; every answer names the cells it looked at.

It knows no rule: those that can be written as comparisons come with the programme, and the few that compare
the list with the clouds are listed here only by name, so that they can be printed with the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property

from orchestrator.errors import Refused
from orchestrator.model.plan import Decision, Used
from orchestrator.model.programme import Condition, Hold, Op, Programme, Rule, Stage
from orchestrator.model.system import Disposition, MigrationList, Row, Server, System

# Fields a rule may look at that are no column: name → the column whose cell is shown for it.
DERIVED = {
    "outcome": "disposition",  # the disposition the earlier rules came to
    "servers": "servers",  # how many rows the sheet of servers has for the system
    "days_since_login": "last_login",
    "days_since_contract": "om_contract_end",
}
FIELDS = frozenset(field.name for field in fields(System)) - {"row"} | frozenset(DERIVED)

# Rules that compare the list with the clouds' declaration; they are code, in `placement`.
BUILT_IN = (
    Rule(id="P8", stage=Stage.GATE, hold=Hold.BLOCK, reason="place.cloud-level", basis="GB/T 22239-2019"),
    Rule(
        id="P13",
        stage=Stage.GATE,
        hold=Hold.DEFER,
        reason="place.cloud-not-available",
        basis="山东省政府新闻发布会 2018-03-02",
    ),
    Rule(id="P14", stage=Stage.TARGET, reason="place.parent-cloud", basis="莱芜市整合共享进展 2017-12"),
    Rule(id="DECLARED", stage=Stage.GATE, hold=Hold.REFUSE, reason="place.target-contradicts"),
    Rule(id="ZONE", stage=Stage.GATE, hold=Hold.REFUSE, reason="place.zone-contradicts", basis="GW0013-2017"),
    Rule(id="ARCH", stage=Stage.GATE, hold=Hold.REFUSE, reason="place.arch-copied"),
    Rule(id="FLAVOR", stage=Stage.GATE, hold=Hold.BLOCK, reason="place.no-flavor"),
    Rule(id="IMAGE", stage=Stage.GATE, hold=Hold.BLOCK, reason="place.no-image"),
)


class Facts:
    """What rules may know of one system: its cells, its servers, and how old its dates are on a given day."""

    def __init__(
        self,
        system: System,
        listing: MigrationList,
        servers: Iterable[Server] | None = None,
        today: date | None = None,
        outcome: Disposition | None = None,
    ) -> None:
        self.system = system
        self.listing = listing
        found = (server for server in listing.servers if server.system_id == system.id) if servers is None else servers
        self.servers = tuple(sorted(found, key=lambda server: server.id))
        self.today = today
        self.outcome = outcome

    def value(self, field: str) -> object:
        """Return a field's value; None, an empty text and an empty set all mean an empty cell.

        Raises:
            Refused: `rule.unknown-field`.
        """
        if field not in FIELDS:
            raise Refused("rule.unknown-field", field=field)
        if field not in DERIVED:
            return getattr(self.system, field)
        if field == "outcome":
            return self.outcome
        if field == "servers":
            return len(self.servers)
        since = getattr(self.system, DERIVED[field])
        return None if since is None or self.today is None else (self.today - since).days

    def used(self, field: str) -> Used:
        """Return a field with its value and cell, for people."""
        column = DERIVED.get(field, field)
        row: Row = self.system.row
        if field == "servers" and self.servers:
            row, column = self.servers[0].row, "id"
        return Used(field=field, value=shown(self.value(field)), cell=self.listing.cell(row, column))


@dataclass(frozen=True)
class Finding:
    """A rule that holds, or one of which nobody can tell: `empty` are the cells that could have changed the answer."""

    rule: Rule
    empty: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields the rule compares, then those it shows beside them; each once."""
        named = (*(condition.field for condition in self.rule.when), *self.rule.evidence)
        return tuple(dict.fromkeys(named))


def evaluate(rule: Rule, facts: Facts) -> Finding | None:
    """Ask one rule about one system: None if any condition fails, whatever the others are."""
    empty = []
    for condition in rule.when:
        answer = _ask(condition, facts)
        if answer is False:
            return None
        if answer is None:
            empty.append(condition.field)
    return Finding(rule=rule, empty=tuple(empty))


def first(rules: Iterable[Rule], facts: Facts) -> Finding | None:
    """Return the first rule that holds, or the first that would have been asked of an empty cell before it."""
    return next((finding for rule in rules if (finding := evaluate(rule, facts))), None)


def holding(rules: Iterable[Rule], facts: Facts) -> Iterator[Finding]:
    """Yield every rule that holds."""
    return (finding for rule in rules if (finding := evaluate(rule, facts)) and not finding.empty)


def of_stage(programme: Programme, stage: Stage) -> tuple[Rule, ...]:
    """Return the programme's rules of one stage, in their order."""
    return tuple(rule for rule in programme.rules if rule.stage is stage)


def decision(finding: Finding, facts: Facts, outcome: str, *more: str) -> Decision:
    """Write down that a rule held, with the cells it looked at, and those of `more` fields."""
    return Decision(
        rule=finding.rule.id,
        stage=finding.rule.stage.value,
        outcome=outcome,
        cells=tuple(facts.used(field) for field in dict.fromkeys((*finding.fields, *more))),
        basis=finding.rule.basis,
    )


def told(cells: Iterable[Used]) -> str:
    """Return cells on one line in code names: the values, then the places."""
    found = tuple(cells)
    values = ", ".join(f"{used.field}={used.value or '∅'}" for used in found)
    places = ", ".join("!".join(filter(None, place)) for place in placed(found))
    return f"{values} ({places})" if found else ""


def placed(cells: Iterable[Used]) -> Iterator[tuple[str, str]]:
    """Yield each cell's sheet and its place there; no sheet where it is that of the cell before."""
    above = ""
    for used in cells:
        sheet, _, cell = used.cell.rpartition("!")
        yield "" if sheet == above else sheet, cell
        above = sheet


def servers_by_system(listing: MigrationList) -> Mapping[str, tuple[Server, ...]]:
    """Return system id → its servers in the order of their ids."""
    grouped: dict[str, list[Server]] = defaultdict(list)
    for server in sorted(listing.servers, key=lambda server: server.id):
        grouped[server.system_id].append(server)
    return {system: tuple(found) for system, found in grouped.items()}


def shown(value: object) -> str:
    """Return a value as rules write it: code names, `true`/`false`, ISO dates; a set joined by commas."""
    if isinstance(value, str):  # the model's enums are texts
        return str(value)
    if isinstance(value, frozenset):
        return ",".join(sorted(shown(member) for member in value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _ask(condition: Condition, facts: Facts) -> bool | None:
    value = facts.value(condition.field)
    empty = value is None or value == "" or value == frozenset()
    if condition.op is Op.MISSING:
        return empty is (condition.values == ("true",))
    return None if empty else _COMPARE[condition.op](value, condition.values)


def _members(value: object) -> Iterable[str]:
    return map(shown, value) if isinstance(value, frozenset) else (shown(value),)


def _number(value: object) -> Decimal:
    if isinstance(value, date):
        return Decimal(value.toordinal())
    return Decimal(str(value))


def _threshold(values: tuple[str, ...], like: object) -> Decimal:
    (text,) = values
    return _number(date.fromisoformat(text)) if isinstance(like, date) else Decimal(text)


_COMPARE: Mapping[Op, Callable[[object, tuple[str, ...]], bool]] = {
    Op.IS: lambda value, wanted: shown(value) in wanted,
    Op.ANY: lambda value, wanted: any(member in wanted for member in _members(value)),
    Op.NONE: lambda value, wanted: all(member not in wanted for member in _members(value)),
    Op.ONLY: lambda value, wanted: all(member in wanted for member in _members(value)),
    Op.AT_LEAST: lambda value, wanted: _number(value) >= _threshold(wanted, value),
    Op.AT_MOST: lambda value, wanted: _number(value) <= _threshold(wanted, value),
}
