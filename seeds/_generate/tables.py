"""A sheet before it has a format: rows by field, headed as the migration list's own columns are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from orchestrator.adapters.intake.column import Column
from orchestrator.adapters.intake.columns import SHEETS

LABEL = "合成数据"

Row = dict[str, object]


@dataclass(frozen=True)
class Table:
    """One sheet; every row carries the label that it is synthetic.

    Attributes:
        name: the sheet's code name, such as `systems`.
        fields: the fields in their order, those of the first row that are used by any row.
    """

    name: str
    rows: tuple[Row, ...]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that any row uses, in the order of the list's columns."""
        used = {field for row in self.rows for field, value in row.items() if value not in {None, ""}}
        return tuple(column.field for column in self.columns.values() if column.field in used)

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The columns of this kind of sheet, by field."""
        return next(spec for spec in SHEETS if spec.name == self.name).by_field

    @property
    def title(self) -> str:
        """The Chinese title of this kind of sheet."""
        return next(spec for spec in SHEETS if spec.name == self.name).titles[0]


def table(name: str, rows: Iterable[Row]) -> Table:
    """Return a sheet whose rows are labelled."""
    return Table(name, tuple({**row, "remarks": LABEL} for row in rows))


def text(value: object) -> str:
    """Return a cell's text."""
    return "" if value is None else str(value)
