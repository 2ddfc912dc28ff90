"""Views of audits: published figures counted again, rates with what is behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from orchestrator.model.figures import (
    Audit,
    Exclusion,
    FigureResult,
    FigureTable,
    Finding,
    Holds,
    PartResult,
    Qualifier,
    Ratio,
    Strength,
)
from orchestrator.reporting.measures import measure_text
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN = 20
_NOTHING = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView:
    """Published against computed, row by row."""

    programme: str
    table: FigureTable
    results: tuple[FigureResult, ...]

    @property
    def failed(self) -> tuple[FigureResult, ...]:
        """The figures that the rows do not bear out."""
        return tuple(result for result in self.results if result.passed is False)

    def data(self) -> object:
        """Return the rows as values."""
        checked = sum(result.passed is not None for result in self.results)
        return {
            "programme": self.programme,
            "checked": checked,
            "failed": len(self.failed),
            "references": len(self.results) - checked,
            "sources": {source.id: source for source in self.table.sources},
            "figures": self.results,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the table, then the sums."""
        from rich.table import Table
        from rich.text import Text

        table = Table(*(say(f"audit.column.{name}") for name in ("id", "metric", "published", "predicate", "computed",
                                                                 "source", "strength", "result")))  # fmt: skip
        dates = {source.id: source.date for source in self.table.sources}
        for result in self.results:
            metric = result.metric if say.lang == "zh" else result.metric_en
            parts = result.parts
            table.add_row(
                Text(result.id),
                Text(clean(metric)),
                Text(" / ".join(published(part) for part in parts)),
                Text(" ∧ ".join(part.predicate for part in parts if part.predicate)),
                Text(_NOTHING if result.strength is Strength.B else " / ".join(computed_text(part) for part in parts)),
                Text(f"{result.source} {dates.get(result.source, '')}"),
                Text(result.strength.value),
                _verdict(say, result),
            )
        yield table
        figures = {figure.id: figure for figure in self.table.figures}
        for result in self.failed:
            yield from _why(say, result, figures[result.id].holds)
        checked = sum(result.passed is not None for result in self.results)
        yield say("audit.figures-sum", checked=checked, failed=len(self.failed), references=len(self.results) - checked)


def published(part: PartResult) -> str:
    """Return a published number with its word, as it was written: 800多, 近5400, 74.2%."""
    match part.qualifier:
        case Qualifier.EXACT:
            return part.published
        case Qualifier.NEAR | Qualifier.ABOUT | Qualifier.INCLUDES:
            return f"{part.qualifier.value}{part.published}"
    return f"{part.published}{part.qualifier.value}"


def computed_text(part: PartResult) -> str:
    """Return a computed number with the ratio and formula it came from."""
    if part.computed == _NOTHING or not part.denominator:
        return part.computed
    formula = f" [{part.formula}]" if part.formula else ""
    return f"{part.computed}% = {part.numerator}/{part.denominator}{formula}"


def _verdict(say: Say, result: FigureResult) -> RenderableType:
    from rich.text import Text

    if result.passed is None:
        return Text(say("audit.reference"), style="dim")
    return Text(say("audit.pass"), style="green") if result.passed else Text(say("audit.fail"), style="bold red")


def _why(say: Say, result: FigureResult, holds: tuple[Holds, ...]) -> Iterator[str]:
    for part in result.parts:
        if not part.passed:
            yield say("audit.figure-part", id=result.id, predicate=part.predicate, computed=computed_text(part))
    for one, told in zip(result.holds, holds, strict=True):
        if not one.passed:
            what = measure_text(say, told.measure)
            yield say("audit.figure-holds", id=result.id, what=what, expected=one.expected, computed=one.computed)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """One audit. As JSON it holds every id; as a table it shows ids on demand.

    Attributes:
        places: decimals of the percentages.
        counted, excluded: list the ids of each rate's numerator, and of what its denominator leaves out.
    """

    audit: Audit
    places: int = 1
    counted: bool = False
    excluded: bool = False

    def data(self) -> object:
        """Return the audit as values."""
        audit = self.audit
        return {
            "subject": audit.subject,
            "programme": audit.programme,
            "as_of": audit.as_of,
            "baseline": audit.baseline,
            "level": audit.level,
            "data_digest": audit.data_digest,
            "definition_digest": audit.definition_digest,
            "ratios": [_ratio(ratio, self.places) for ratio in audit.ratios],
            "amounts": audit.amounts,
            "findings": audit.findings,
            "rows": audit.rows,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the rates, what is behind them as far as asked for, assumptions and findings."""
        audit = self.audit
        yield say(
            "audit.heading",
            subject=say(f"audit.subject.{audit.subject}"),
            programme=audit.programme,
            as_of=audit.as_of,
            baseline=audit.baseline or _NOTHING,
            level=say(f"audit.level.{audit.level or 'all'}"),
        )
        yield self._rates(say)
        if audit.amounts:
            yield self._amounts(say)
        if self.counted:
            for amount in audit.amounts:
                title = f"{say(f'audit.amount.{amount.name}')}: {number_text(amount.value)}"
                yield from self._list(say, title, amount.ids, every=True)
        yield from self._behind(say)
        assumed = (*(one.assumptions for one in audit.ratios), *(one.assumptions for one in audit.amounts))
        for code in dict.fromkeys(code for codes in assumed for code in codes):
            yield say("audit.assumed", what=assumption_text(say, code))
        yield from self._findings(say)

    def _rates(self, say: Say) -> RenderableType:
        from rich.table import Table
        from rich.text import Text

        table = Table(*(say(f"audit.column.{name}") for name in ("rate", "value", "fraction", "unit", "formula")))
        for ratio in self.audit.ratios:
            table.add_row(
                Text(formula_name(say, ratio.formula)),
                Text(percent_text(ratio, self.places)),
                Text(fraction_text(say, ratio)),
                Text(say.either(f"audit.unit.{ratio.unit}", ratio.unit)),
                Text(f"{ratio.formula} v{ratio.version}"),
            )
        return table

    def _amounts(self, say: Say) -> RenderableType:
        from rich.table import Table
        from rich.text import Text

        table = Table(*(say(f"audit.column.{name}") for name in ("amount", "value", "unit")))
        for amount in self.audit.amounts:
            unit = say.either(f"audit.unit.{amount.unit}", amount.unit)
            table.add_row(Text(say(f"audit.amount.{amount.name}")), Text(number_text(amount.value)), Text(unit))
        return table

    def _behind(self, say: Say) -> Iterator[RenderableType]:
        """Yield what the first rate lacks, and the lists that were asked for; each exclusion once."""
        told = set[tuple[str, str]]()
        for position, ratio in enumerate(self.audit.ratios):
            name = formula_name(say, ratio.formula)
            if ratio.missing and (position == 0 or self.counted):
                title = say("audit.missing", rate=name, count=len(ratio.missing))
                yield from self._list(say, title, ratio.missing, why=_reasons(say, ratio.uncounted))
            if self.counted:
                title = say("audit.counted", rate=name, count=len(ratio.counted))
                yield from self._list(say, title, ratio.counted, every=True)
            if position == 0 or self.excluded:
                yield from self._excluded(say, name, ratio, told)
            if ratio.classified and (position == 0 or self.counted):
                yield say("audit.classified-counted", rate=name, count=ratio.classified)

    def _list(
        self, say: Say, title: str, ids: tuple[str, ...], *, every: bool = False, why: Mapping[str, str] | None = None
    ) -> Iterator[str]:
        yield title
        for id_ in ids if every else ids[:_SHOWN]:
            reason = (why or {}).get(id_)
            row = self._row(say, id_)
            yield f"  {say('audit.row-because', row=row, reason=reason)}" if reason else f"  {row}"
        if not every and len(ids) > _SHOWN:
            yield f"  {say('audit.more', count=len(ids) - _SHOWN)}"

    def _row(self, say: Say, id_: str) -> str:
        row = self.audit.rows.get(id_)
        if row is None:
            return clean(id_)
        state = say.either(f"audit.state.{row.state}", row.state)
        return clean(
            "  ".join(part for part in (id_, row.unit, row.name, state, row.decided, f"({row.place})") if part)
        )

    def _excluded(self, say: Say, name: str, ratio: Ratio, before: set[tuple[str, str]]) -> Iterator[str]:
        """Yield what a rate leaves out; what another one has told is only counted, and added to those."""
        reasons: defaultdict[str, list[str]] = defaultdict(list)
        found = {(id_, told) for id_, told in _reasons(say, ratio.excluded).items()}
        for id_, told in _reasons(say, ratio.excluded).items():
            if (id_, told) not in before:
                reasons[told].append(id_)
        again = len(found & before)
        if not before or reasons:
            if ratio.excluded or ratio.hidden:
                yield say("audit.excluded", rate=name, count=len(ratio.excluded) + ratio.hidden)
            if again:
                yield say("audit.told-above", count=again)
            if ratio.hidden:
                yield f"  {say('audit.classified-hidden', count=ratio.hidden)}"
        before |= found
        for told, ids in reasons.items():
            yield f"  {told}: {len(ids)}"
            for id_ in ids if self.excluded else ids[:3]:
                yield f"    {self._row(say, id_)}"

    def _findings(self, say: Say) -> Iterator[str]:
        by_code: defaultdict[str, list[Finding]] = defaultdict(list)
        for result in self.audit.findings:
            by_code[result.code].append(result)
        yield say("audit.findings", count=len(self.audit.findings))
        for code, results in by_code.items():
            for result in results[:_SHOWN]:
                yield f"  {clean(result.subject)}: {located_text(say, result)}"
            if len(results) > _SHOWN:
                yield f"  {say('audit.more', count=len(results) - _SHOWN)}"
            yield f"    → {say(f'{code}.remedy')}"


def _reasons(say: Say, rows: Iterable[Exclusion]) -> Mapping[str, str]:
    """Return why each row is not counted, in words."""
    return {
        one.id: say(one.reason, **{key: spoken_value(say, key, value) for key, value in one.values.items()})
        for one in rows
    }


def located_text(say: Say, found: Finding) -> str:
    """Return what an audit found, and in which cells."""
    told = say(found.code, **{key: spoken_value(say, key, value) for key, value in found.values.items()})
    return say("audit.at-cells", told=told, cells=clean(", ".join(found.cells))) if found.cells else told


def assumption_text(say: Say, code: str) -> str:
    """Return an assumption in words, with the day it is of if it has one."""
    base, _, day = code.partition(":")
    return say(base, day=day or say("audit.undeclared"))


def formula_name(say: Say, formula: str) -> str:
    """Return a formula's name; one of a single platform has the platform's."""
    base, _, platform = formula.partition(":")
    return f"{say(f'audit.formula.{base}')}: {clean(platform)}" if platform else say(f"audit.formula.{base}")


def _ratio(ratio: Ratio, places: int) -> Mapping[str, object]:
    return {
        "formula": ratio.formula,
        "version": ratio.version,
        "percent": ratio.percent(places),
        "numerator": ratio.numerator,
        "denominator": ratio.denominator,
        "unit": ratio.unit,
        "classified_counted": ratio.classified,
        "classified_excluded": ratio.hidden,
        "assumptions": ratio.assumptions,
        "counted": ratio.counted,
        "scope": ratio.scope,
        "missing": ratio.missing,
        "excluded": ratio.excluded,
        "unknown": ratio.unknown,
        # Only where there are such: reports kept before there was this key are still the same.
        **({"uncounted": ratio.uncounted} if ratio.uncounted else {}),
    }


def percent_text(ratio: Ratio | None, places: int) -> str:
    """Return a rate in per cent; a dash for 0/0."""
    found = ratio.percent(places) if ratio else None
    return _NOTHING if found is None else f"{found}%"


def fraction_text(say: Say, ratio: Ratio) -> str:
    """Return numerator and denominator, and beside them how many rows are in neither because nobody knows."""
    fraction = f"{number_text(ratio.numerator)} / {number_text(ratio.denominator)}"
    return say("audit.unknown-beside", fraction=fraction, count=len(ratio.unknown)) if ratio.unknown else fraction


def number_text(value: Decimal | None) -> str:
    """Return a number with at most two decimals, what is divided stays exact; a dash for what is not known."""
    if value is None:
        return _NOTHING
    return format(value.quantize(Decimal("0.01")).normalize(), "f") if value % 1 else format(value.to_integral(), "f")


def spoken_value(say: Say, key: str, value: str) -> str:
    """Return a finding's value with code names said in words."""
    return say.either(f"audit.{key}.{value}", clean(value))
