"""What an audit is asked: of which rows, as of which day, by which definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Protocol

from orchestrator.model.canonical import digest
from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, FigureTable, Listed
from orchestrator.model.programme import Batch
from orchestrator.model.recovering import KeptCheck, Wanted
from orchestrator.model.system import Row, UnitLevel


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


class Recorded(Protocol):
    """A row of any sheet that has ids."""

    @property
    def id(self) -> str:
        """The row's id."""

    @property
    def row(self) -> Row:
        """Where it was read."""


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

    @property
    def known(self) -> date:
        """The last day that the rows can tell of: what they say is done later is not done."""
        described = self.definitions.rules.as_of
        return max(self.at, described or self.at)

    def cell(self, record: Recorded, field_: str) -> str:
        """Return `file!sheet!B7` of a record's field."""
        return self.census.listing.cell(record.row, field_)

    @cached_property
    def listed(self) -> Mapping[str, Listed]:
        """What is behind each id of every sheet."""
        return _rows(self.census)


def plain_census(census: Census) -> Census:
    """Return the census without what only helps to find cells: equal rows make equal values."""
    return replace(census, listing=replace(census.listing, columns={}))


def _rows(census: Census) -> dict[str, Listed]:
    """Return what is behind each id of every sheet."""
    found: dict[str, Listed] = {}
    for holder in (census.listing, census):
        for member in fields(holder):
            records = getattr(holder, member.name)
            if not isinstance(records, tuple):
                continue
            for record in records:
                if isinstance(record, KeptCheck | Wanted):  # no row of anybody's list
                    continue
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
