"""Shares of rows, with the ids on both sides, and the rows of one level of government."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Protocol, TypeVar

from orchestrator.model.figures import Exclusion, Finding, Ratio, finding
from orchestrator.model.system import UnitLevel


class _Known(Protocol):
    @property
    def id(self) -> str: ...


class _Placed(_Known, Protocol):
    @property
    def unit_level(self) -> UnitLevel | None: ...


P = TypeVar("P", bound=_Placed)
K = TypeVar("K", bound=_Known)


def of_level(rows: Iterable[P], level: UnitLevel | None) -> tuple[P, ...]:
    """Return the rows of one level of government, or all."""
    return tuple(row for row in rows if level is None or row.unit_level is level)


def unplaced(rows: Iterable[_Placed], level: UnitLevel | None) -> tuple[Exclusion, ...]:
    """Return the rows that an audit of one level leaves out because nobody wrote down whose they are."""
    nowhere = (row.id for row in rows if level is not None and row.unit_level is None)
    return tuple(Exclusion(id=id_, reason="audit.excluded.no-level") for id_ in nowhere)


def check_levels(rows: Iterable[_Placed], level: UnitLevel | None) -> Iterator[Finding]:
    """Yield the rows without a level: they are in no level's audit, so one blank cell can raise a rate."""
    return (finding("audit.no-level", one.id) for one in unplaced(rows, level))


def share(
    formula: str,
    unit: str,
    scope: Iterable[K],
    counts: Callable[[K], bool],
    *,
    version: int = 1,
    excluded: tuple[Exclusion, ...] = (),
    hidden: int = 0,
    assumptions: tuple[str, ...] = (),
) -> Ratio:
    """Return the share of rows that count, with the ids on both sides."""
    rows = tuple(scope)
    counted = tuple(row.id for row in rows if counts(row))
    return Ratio(
        formula=formula,
        version=version,
        unit=unit,
        numerator=Decimal(len(counted)),
        denominator=Decimal(len(rows)),
        counted=counted,
        scope=tuple(row.id for row in rows),
        excluded=excluded,
        hidden=hidden,
        assumptions=assumptions,
    )
