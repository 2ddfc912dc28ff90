"""Puts an audit together: its rates, amounts and findings, and what they were computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import Enum
from functools import cached_property

from orchestrator.checks import identities, ledger, rates, recovery, rooms, spend, verdicts
from orchestrator.checks.figures import check_figures, tables
from orchestrator.errors import Refused
from orchestrator.model.canonical import digest
from orchestrator.model.census import Census
from orchestrator.model.figures import (
    Amount,
    Audit,
    AuditRules,
    Change,
    Comparison,
    FigureResult,
    FigureTable,
    Listed,
    Ratio,
)
from orchestrator.model.programme import Batch
from orchestrator.model.result import CheckResult
from orchestrator.model.site import Network
from orchestrator.model.system import Row, System, UnitLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Everything that an audit, or a report of it, depends on beside the rows; kept with a snapshot.

    Attributes:
        title: the programme's name; None in a snapshot of a version that did not keep it.
        synthetic: whether the rows are synthetic, which every report says; None as for `title`.
        formulas: formula id → version, of the code that took the snapshot.
    """

    programme: str
    title: str | None = None
    synthetic: bool | None = None
    rules: AuditRules = field(default_factory=AuditRules)
    batches: tuple[Batch, ...] = ()
    figures: FigureTable = field(default_factory=FigureTable)
    formulas: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: of which rows, as of which day, of which level, and by which formulas (all when empty)."""

    census: Census
    definitions: Definitions
    at: date
    level: UnitLevel | None
    formulas: Sequence[str] = ()

    @cached_property
    def data_digest(self) -> str:
        """SHA-256, hex, of the rows."""
        return digest(plain_census(self.census))

    @cached_property
    def listed(self) -> Mapping[str, Listed]:
        """What is behind each id of every sheet."""
        return _rows(self.census)


Answer = tuple[Iterable[Ratio], Iterable[Amount], Iterable[CheckResult]]


def _rooms(ask: Question) -> Answer:
    census, rules = ask.census, ask.definitions.rules
    found = rooms.rate_rooms(census, rules, ask.at, ask.level, ask.formulas)
    by_system = "system" in (ask.formulas or rooms.FORMULAS)
    problems = (*rooms.check_rooms(census, ask.at, ask.level), *(_systems_levels(ask) if by_system else ()))
    return found, (), problems


def _systems_levels(ask: Question) -> Iterable[CheckResult]:
    return rates.check_levels(ask.census.listing.systems, ask.level)


def _cloud_rate(ask: Question) -> Answer:
    found = rates.rate_cloud(ask.census, ask.definitions.rules, ask.level)
    return found, (), (*rates.check_cloud(ask.census, ask.level, ask.at), *_systems_levels(ask))


def _census(ask: Question) -> Answer:
    amounts = verdicts.count_classes(ask.census, ask.level)
    problems = (*verdicts.check_verdicts(ask.census, ask.level), *_systems_levels(ask))
    return verdicts.rate_verdicts(ask.census, ask.level), amounts, problems


def _closures(ask: Question) -> Answer:
    problems = (
        *rates.check_closures(ask.census.listing.systems, ask.level),
        *_systems_levels(ask),
        *identities.check_identities(ask.census, ask.definitions.batches),
    )
    return rates.rate_closures(ask.census, ask.level), identities.partition(ask.census, ask.level), problems


def _common(ask: Question) -> Answer:
    common = rates.common_systems(ask.census)
    problems = (*rates.check_closures(common, ask.level), *rates.check_levels(common, ask.level))
    return rates.rate_common(ask.census, ask.level), (), problems


def _networks(ask: Question) -> Answer:
    found = rates.rate_networks(ask.census, ask.at, ask.level)
    levels = rates.check_levels(rates.dedicated(ask.census), ask.level)
    return found, (), (*rates.check_networks(ask.census, ask.at, ask.level), *levels)


def _egress(ask: Question) -> Answer:
    found = rates.rate_egress(ask.census, ask.at, ask.level)
    levels = rates.check_levels(ask.census.egresses, ask.level)
    return found, (), (*rates.check_egress(ask.census, ask.at, ask.level), *levels)


def _dr(ask: Question) -> Answer:
    found = recovery.rate_recovery(ask.census, ask.at, ask.level)
    return found, (), (*recovery.check_recovery(ask.census, ask.at, ask.level), *_systems_levels(ask))


def _ledger(ask: Question) -> Answer:
    return ledger.rate_ledger(ask.census, ask.at), (), ledger.check_ledger(ask.census, ask.at)


def _spend(ask: Question) -> Answer:
    asked = (ask.census, ask.definitions.rules, ask.at, ask.level)
    rows: tuple[Network | System, ...] = (*rates.dedicated(ask.census), *ask.census.listing.systems)
    problems = (*rooms.check_levels(ask.census, ask.level), *rates.check_levels(rows, ask.level))
    return spend.rate_spend(*asked), spend.sum_spend(*asked), problems


# Rates and amounts, by how their names begin, of what the list states without a day: what a system is and how far it
# has come, how much of a room is emptied, whether a project was stopped.
_UNDATED = (
    "rack", "area", "cost", "system", "cloud.", "verdict.", "closure.", "census.", "common.", "dr.",
    "spend.om-released", "spend.stopped", "spend.saved",
)  # fmt: skip

# Rates, by how their names begin, that a rule of the programme defines.
_BY_RULE: Mapping[str, tuple[str, ...]] = {
    "baseline": ("room", "department", "rack", "area", "cost", "spend.om-released"),
    "level": (
        "room", "department", "rack", "area", "cost", "system", "cloud.", "verdict.", "closure.", "common.", "network.",
        "egress.", "dr.", "spend.om-released",
    ),
    "completion": ("system", "cloud."),
}  # fmt: skip


AUDITS: Mapping[str, Callable[[Question], Answer]] = {
    "rooms": _rooms,
    "cloud-rate": _cloud_rate,
    "census": _census,
    "closures": _closures,
    "common": _common,
    "networks": _networks,
    "egress": _egress,
    "dr": _dr,
    "ledger": _ledger,
    "spend": _spend,
}


def check_audit(subject: str, ask: Question) -> Audit:
    """Answer one audit question; the same rows and definitions give the same answer for ever."""
    rated, summed, found = AUDITS[subject](ask)
    undated = _undated(ask)
    ratios = tuple(replace(one, assumptions=one.assumptions + undated(one.formula)) for one in rated)
    amounts = tuple(replace(one, assumptions=one.assumptions + undated(one.name)) for one in summed)
    findings = tuple(found)
    behind = {
        *(id_ for ratio in ratios for id_ in (*ratio.scope, *ratio.counted)),
        *(exclusion.id for ratio in ratios for exclusion in ratio.excluded),
        *(id_ for amount in amounts for id_ in amount.ids),
        *(result.subject for result in findings),
    }
    return Audit(
        subject=subject,
        programme=ask.definitions.programme,
        as_of=ask.at,
        baseline=ask.definitions.rules.baseline,
        level=ask.level,
        ratios=ratios,
        amounts=amounts,
        findings=findings,
        rows={id_: ask.listed[id_] for id_ in sorted(behind & ask.listed.keys())},
        data_digest=ask.data_digest,
        definition_digest=digest((replace(ask.definitions.rules, as_of=None), versions(ratios))),
    )


def _undated(ask: Question) -> Callable[[str], tuple[str, ...]]:
    """Return what has to be assumed of a rate by name: what has no day is as on the day that the list describes."""
    described = ask.definitions.rules.as_of
    told = () if described == ask.at else (f"audit.assumption.status-undated:{described or ''}",)
    return lambda name: told if name.startswith(_UNDATED) else ()


def check_published(ask: Question) -> Iterator[FigureResult]:
    """Yield every published figure counted again; consolidation ratios at the programme's own day and level.

    Raises:
        Refused: `figure.…`: the figures' file names a table, field or formula that is not there.
    """
    definitions = ask.definitions

    def ratio(formula: str) -> Ratio:
        known = (*rooms.FORMULAS, *rooms.VARIANTS)
        if formula not in known:
            raise Refused("figure.unknown-formula", formula=formula, known=", ".join(known))
        found = rooms.rate_rooms(ask.census, definitions.rules, ask.at, definitions.rules.level, (formula,))
        return next(iter(found))

    return check_figures(definitions.figures, tables(ask.census, definitions.batches), ratio)


def plain_census(census: Census) -> Census:
    """Return the census without what only helps to find cells: equal rows make equal values."""
    return replace(census, listing=replace(census.listing, columns={}))


def versions(ratios: Iterable[Ratio]) -> Mapping[str, int]:
    """Return formula id → version; the rates of single platforms share their formula's."""
    return {ratio.formula.partition(":")[0]: ratio.version for ratio in ratios}


def _rows(census: Census) -> dict[str, Listed]:
    """Return what is behind each id of every sheet."""
    found: dict[str, Listed] = {}
    for holder in (census.listing, census):
        for member in fields(holder):
            records = getattr(holder, member.name)
            if not isinstance(records, tuple):
                continue
            for record in records:
                row = record.row
                state = next((told for name in ("state", "status") if (told := _told(getattr(record, name, None)))), "")
                found[getattr(record, "id", "")] = Listed(
                    unit=getattr(record, "unit", ""),
                    name=getattr(record, "name", "") or getattr(record, "title", ""),
                    state=state,
                    decided=" ".join(filter(None, (getattr(record, "confirmed_by", ""), _day(record)))),
                    place=_place(row),
                )
    return found


def _told(value: object) -> str:
    return str(value.value) if isinstance(value, Enum) else ""


def _day(record: object) -> str:
    day = getattr(record, "confirmed_on", None)
    return day.isoformat() if isinstance(day, date) else ""


def _place(row: Row) -> str:
    return "!".join(part for part in (row.file, row.sheet, str(row.number)) if part)


def compare(old: Question, new: Question) -> Comparison:
    """Compare every audit of two snapshots: a rate that rose because its definition changed has not risen."""
    return Comparison(
        old=old.at,
        new=new.at,
        definitions=dict(_definitions(old, new)),
        changes=tuple(change for subject in AUDITS for change in _changes(subject, old, new)),
    )


def _definitions(old: Question, new: Question) -> Iterator[tuple[str, tuple[str, str]]]:
    for member in fields(AuditRules):
        before, after = (getattr(ask.definitions.rules, member.name) for ask in (old, new))
        # The day itself is what differs between two snapshots; it defines nothing.
        if member.name != "as_of" and before != after:
            yield member.name, (_rule(member.name, before), _rule(member.name, after))
    formulas = old.definitions.formulas.keys() | new.definitions.formulas.keys()
    for name in sorted(formulas):
        versions_ = tuple(str(ask.definitions.formulas.get(name, "—")) for ask in (old, new))
        if versions_[0] != versions_[1]:
            yield f"formula {name}", (versions_[0], versions_[1])


def _rule(name: str, value: object) -> str:
    if value is None:
        return "all" if name == "level" else "—"
    return str(value)


def _changes(subject: str, old: Question, new: Question) -> Iterator[Change]:
    redefined = dict(_definitions(old, new))
    by_rule = tuple(start for rule, starts in _BY_RULE.items() if rule in redefined for start in starts)
    before, after = ({ratio.formula: ratio for ratio in AUDITS[subject](ask)[0]} for ask in (old, new))
    for formula in {**before, **after}:
        one, other = before.get(formula), after.get(formula)
        old_ids, new_ids = (frozenset(ratio.scope if ratio else ()) for ratio in (one, other))
        yield Change(
            subject=subject,
            formula=formula,
            before=one,
            after=other,
            definition=formula.startswith(by_rule) or f"formula {formula.partition(':')[0]}" in redefined,
            entered=tuple(sorted(new_ids - old_ids)),
            left=tuple(sorted(old_ids - new_ids)),
        )
