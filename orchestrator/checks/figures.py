"""Counts published figures again from the rows, and compares by what the published word allows.

A figure's measure is data: which rows of which table, and what of them. Derived numbers are never compared
with, or shown as, published ones; figures of strength B are references that nothing is computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum

from orchestrator.errors import Refused
from orchestrator.model.batches import batched
from orchestrator.model.census import Census
from orchestrator.model.figures import (
    Figure,
    FigureResult,
    FigureTable,
    HoldsResult,
    Measure,
    MeasureOp,
    Part,
    PartResult,
    Qualifier,
    Ratio,
    Strength,
)
from orchestrator.model.programme import Batch
from orchestrator.model.system import Disposition

Rows = Mapping[str, tuple[object, ...]]
Formulas = Callable[[str], Ratio]
_UNKNOWN = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitBatch:
    """A unit in a batch; `decreed` when the programme's own list of the batch names it."""

    unit: str
    batch: int
    decreed: bool


def tables(census: Census, batches: tuple[Batch, ...] = ()) -> Rows:
    """Return every table that a measure may name: the list's and the census's sheets, and the programme's batches.

    `unit_batches` has a row for each unit and each batch that any of its systems is in, `decreed_units` one for
    each unit that a batch was given by the programme. A system whose row leaves the batch open has the one that the
    programme decrees for it.
    """
    sheets = {
        field.name: value
        for holder in (census, census.listing)
        for field in fields(holder)
        if isinstance(value := getattr(holder, field.name), tuple)
    }
    systems = batched(census.listing.systems, batches, {})
    decreed = {(unit, batch.number) for batch in batches for unit in batch.units}
    found = {
        (system.unit, system.batch)
        for system in systems
        if system.disposition is Disposition.MIGRATE and system.batch is not None
    }
    return {
        **sheets,
        "systems": systems,
        "batches": batches,
        "decreed_units": tuple(UnitBatch(unit=unit, batch=batch, decreed=True) for unit, batch in sorted(decreed)),
        "unit_batches": tuple(
            UnitBatch(unit=unit, batch=batch, decreed=(unit, batch) in decreed) for unit, batch in sorted(found)
        ),
    }


def check_figures(table: FigureTable, rows: Rows, formulas: Formulas) -> Iterator[FigureResult]:
    """Yield every figure counted again, in the table's order; `formulas` computes a ratio by its formula id.

    Raises:
        Refused: `figure.unknown-table`, `figure.unknown-field`: the figures' file names what is not there.
    """
    return (_check(figure, rows, formulas) for figure in table.figures)


def _check(figure: Figure, rows: Rows, formulas: Formulas) -> FigureResult:
    if figure.strength is Strength.B:
        parts = tuple(
            PartResult(published=part.published, qualifier=part.qualifier, predicate="", computed="")
            for part in figure.parts
        )
        return _result(figure, parts, (), passed=None)
    parts = tuple(_part(part, rows, formulas) for part in figure.parts)
    holds = tuple(
        HoldsResult(
            statement=describe(one.measure),
            expected=one.equals,
            computed=(found := _shown(_measured(one.measure, rows, formulas))),
            passed=found == one.equals,
        )
        for one in figure.holds
    )
    passed = all(part.passed for part in parts) and all(one.passed for one in holds)
    return _result(figure, parts, holds, passed=passed)


def _result(
    figure: Figure, parts: tuple[PartResult, ...], holds: tuple[HoldsResult, ...], *, passed: bool | None
) -> FigureResult:
    return FigureResult(
        id=figure.id,
        metric=figure.metric,
        metric_en=figure.metric_en,
        source=figure.source,
        strength=figure.strength,
        parts=parts,
        holds=holds,
        passed=passed,
    )


def _part(part: Part, rows: Rows, formulas: Formulas) -> PartResult:
    if part.measure is None:
        raise Refused("figure.no-measure", published=part.published)
    value = _measured(part.measure, rows, formulas)
    numerator = denominator = formula = ""
    if isinstance(value, Ratio):
        numerator, denominator, formula = _shown(value.numerator), _shown(value.denominator), value.formula
        # Exact to far more places than any published rate; `accepts` rounds it to the published ones.
        value = value.percent(places=12)
    return PartResult(
        published=part.published,
        qualifier=part.qualifier,
        predicate=predicate(part),
        computed=_display(value, part),
        numerator=numerator,
        denominator=denominator,
        formula=formula,
        passed=accepts(part, value),
    )


# --- what a published word allows


def step(published: str) -> Decimal:
    """Return one unit of a number's last significant digit: 100 for 5600, 10 for 1190, 0.1 for 74.2."""
    number = Decimal(published)
    return Decimal(1).scaleb(int(number.normalize().as_tuple().exponent))


def accepts(part: Part, value: object) -> bool:
    """Tell whether a computed value is what the published one, with its qualifier, says.

    多 and 余 allow more than the number by less than one unit of its last digit, 近 less by as much, 约 either;
    a percentage is rounded half up to the published decimals. Unknown is never accepted.
    """
    if value is None:
        return False
    match part.qualifier:
        case Qualifier.EXACT:
            return _same(part.published, value)
        case Qualifier.INCLUDES:
            return frozenset(part.published.split("/")) <= frozenset(_shown(value).split("/"))
        case Qualifier.PERCENT:
            places = Decimal(part.published).as_tuple().exponent
            rounded = _decimal(value).quantize(Decimal(1).scaleb(int(places)), rounding=ROUND_HALF_UP)
            return rounded == Decimal(part.published)
    low, high = _bounds(part)
    return low < _decimal(value) < high


def predicate(part: Part) -> str:
    """Return the condition in a form people and programs read: `800 < x < 900`."""
    match part.qualifier:
        case Qualifier.EXACT:
            return f"x = {part.published}"
        case Qualifier.INCLUDES:
            return f"x ⊇ {{{part.published.replace('/', ', ')}}}"
        case Qualifier.PERCENT:
            places = -int(Decimal(part.published).as_tuple().exponent)
            return f"round(x, {places}) = {part.published}"
    low, high = _bounds(part)
    return f"{_shown(low)} < x < {_shown(high)}"


def _bounds(part: Part) -> tuple[Decimal, Decimal]:
    number, unit = Decimal(part.published), step(part.published)
    below = number - unit if part.qualifier in {Qualifier.NEAR, Qualifier.ABOUT} else number
    above = number if part.qualifier is Qualifier.NEAR else number + unit
    return below, above


def _same(published: str, value: object) -> bool:
    shown = _shown(value)
    try:
        return Decimal(published) == Decimal(shown)
    except InvalidOperation:
        return published == shown


# --- measuring


def _measured(measure: Measure, rows: Rows, formulas: Formulas) -> object:
    if measure.op is MeasureOp.FORMULA:
        return formulas(measure.field)
    if measure.op is MeasureOp.RATIO:
        return _ratio(measure, rows, formulas)
    kept = tuple(_kept(measure, rows))
    if measure.op is MeasureOp.COUNT:
        return len(kept)
    values = [_field(row, measure.field) for row in kept]
    return _OVER_VALUES[measure.op](values)


def _ratio(measure: Measure, rows: Rows, formulas: Formulas) -> Ratio | None:
    over, under = (_measured(term, rows, formulas) for term in measure.terms)
    if over is None or under is None:
        return None
    return Ratio(formula="", unit="", numerator=_decimal(over), denominator=_decimal(under))


def _distinct(values: Iterable[object]) -> int:
    return len({text for value in values if (text := _shown(value)) != _UNKNOWN})


def _sum(values: Iterable[object]) -> Decimal | None:
    """Add up, unless a cell is empty: a sum over what is not known is not known."""
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += _decimal(value)
    return total


def _only(values: list[object]) -> object:
    return values[0] if len(values) == 1 else None


def _values(values: Iterable[object]) -> str:
    return "/".join(sorted({text for value in values if (text := _shown(value)) != _UNKNOWN}))


def _last(values: Iterable[object]) -> object:
    return max((value for value in values if value is not None), key=_shown, default=None)


_OVER_VALUES: Mapping[MeasureOp, Callable[[list[object]], object]] = {
    MeasureOp.DISTINCT: _distinct,
    MeasureOp.SUM: _sum,
    MeasureOp.VALUE: _only,
    MeasureOp.VALUES: _values,
    MeasureOp.LAST: _last,
}


def _kept(measure: Measure, rows: Rows) -> Iterator[object]:
    if measure.table not in rows:
        raise Refused("figure.unknown-table", table=measure.table)
    for row in rows[measure.table]:
        if all(_members(_field(row, name)) & frozenset(wanted) for name, wanted in measure.where.items()):
            yield row


def _field(row: object, name: str) -> object:
    if not is_dataclass(row) or name.startswith("_") or not hasattr(row, name):
        raise Refused("figure.unknown-field", field=name)
    value: object = getattr(row, name)
    return value


def _members(value: object) -> frozenset[str]:
    """Return the texts a cell matches by; an empty cell matches the empty text."""
    if isinstance(value, Set | tuple):
        return frozenset(map(_shown, value)) or frozenset({""})
    return frozenset({"" if value is None else _shown(value)})


def _shown(value: object) -> str:
    match value:
        case None | "":
            return _UNKNOWN
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
    return str(value)


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise Refused("figure.not-a-number", value=str(value)) from None


def _display(value: object, part: Part) -> str:
    """Return the computed value; a rate gets one decimal more than was published, so that rounding is seen."""
    if part.qualifier is Qualifier.PERCENT and value is not None:
        places = int(Decimal(part.published).as_tuple().exponent) - 1
        return format(_decimal(value).quantize(Decimal(1).scaleb(places), rounding=ROUND_HALF_UP), "f")
    return _shown(value)


def describe(measure: Measure) -> str:
    """Return a measure as one line: `count tasks [key=true, milestone=2017-12-31]`."""
    if measure.op is MeasureOp.FORMULA:
        return f"formula {measure.field}"
    if measure.op is MeasureOp.RATIO:
        return " / ".join(describe(term) for term in measure.terms)
    target = f"{measure.table}.{measure.field}" if measure.field else measure.table
    where = ", ".join(f"{name}={'|'.join(wanted) or '∅'}" for name, wanted in measure.where.items())
    return f"{measure.op.value} {target}" + (f" [{where}]" if where else "")
