"""What a column and a sheet of the migration list are; which ones there are is data, in `columns` and `census`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from orchestrator.adapters.intake.amounts import Quantity
from orchestrator.adapters.intake.fold import header_key
from orchestrator.adapters.intake.kinds import Identifier, Kind
from orchestrator.adapters.intake.units import COUNT, Units


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        field: the field of the model's record.
        header: the usual Chinese header.
        code: code name in English headers and YAML lists.
        also: other headers that mean the same.
        required: the list is refused without the column, and a row without the cell.
        asked: the census asks for it; where the column is there, an empty cell is a warning.
        fill: a merged cell of this column is the value of every row it spans.
        joins: the field of the record that its text becomes a part of, where it has none of its own.
        detail: says where a system is or goes; must be empty for a classified system.
    """

    field: str
    header: str
    kind: Kind
    also: tuple[str, ...] = ()
    code: str = ""
    required: bool = False
    asked: bool = False
    fill: bool = False
    detail: bool = False
    joins: str = ""

    def names(self) -> tuple[str, ...]:
        """Return every header the column goes by."""
        return (self.code or self.field, self.header, *self.also)


@dataclass(frozen=True)
class SheetSpec:
    """One kind of sheet: how it is called, what its rows become, and its columns."""

    name: str
    titles: tuple[str, ...]
    record: type[Any]
    columns: tuple[Column, ...] = field(repr=False)

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Folded header → column."""
        return {header_key(name): column for column in self.columns for name in column.names()}

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """Field → column."""
        return {column.field: column for column in self.columns}

    @cached_property
    def required(self) -> frozenset[str]:
        """The fields without which this is no such sheet."""
        return frozenset(column.field for column in self.columns if column.required)

    def called(self, title: str) -> bool:
        """Tell whether a sheet's or file's title names this kind."""
        key = header_key(title)
        return any(header_key(name) in key for name in (self.name, *self.titles))


def id_of(header: str, *also: str, code: str) -> Column:
    """Return the column of a record's id."""
    return Column("id", header, Identifier(), also, code=code, required=True)


def count_of(most: int, least: int = 0, units: Units = COUNT) -> Quantity:
    """Return a kind of column that counts in whole numbers."""
    return Quantity(units, least=least, most=most)
