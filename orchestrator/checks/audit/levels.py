"""Level against unit: a unit is of one level of government in every sheet, and of the one that its name says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from orchestrator.checks.audit.folding import folded
from orchestrator.checks.audit.question import Question, Recorded
from orchestrator.model.figures import Finding, finding
from orchestrator.model.system import UnitLevel

# What a name says plainly. 市场, 市政工程, 市中区 … only begin with the sign: a word that is not one is left out.
_NAMED = (
    (UnitLevel.PROVINCE, re.compile(r"省直|^省(?!会)")),
    (UnitLevel.CITY, re.compile(r"市直|^市(?!场|政(?!府|协)|民|容|辖|区|县|中区|南区|北区)")),
    (UnitLevel.DISTRICT, re.compile(r"区直|县直|^[区县](?!域|块|间|级)")),
    (UnitLevel.TOWNSHIP, re.compile(r"^[镇乡](?!村)|^街道")),
)
_LOWER = (UnitLevel.DISTRICT, UnitLevel.TOWNSHIP)


class Placed(Recorded, Protocol):
    """A row that says whose it is."""

    @property
    def unit(self) -> str:
        """The unit."""

    @property
    def unit_level(self) -> UnitLevel | None:
        """The unit's level."""


def check_unit_levels(ask: Question, records: Iterable[Placed]) -> Iterator[Finding]:
    """Yield rows whose level is not their unit's, where either of the two levels is the one that is audited."""
    listing, census = ask.census.listing, ask.census
    everywhere: tuple[Placed, ...] = (
        *listing.systems, *listing.rooms, *census.networks, *census.egresses, *census.websites,
    )  # fmt: skip
    rows: defaultdict[str, list[Placed]] = defaultdict(list)
    for record in everywhere:
        if record.unit_level is not None:
            rows[folded(record.unit)].append(record)
    districts = {folded(one.name): one.level for one in census.regions if one.level in _LOWER}
    for record in records:
        if record.unit_level is None:
            continue
        expected = _named(folded(record.unit), districts) or _usual(rows[folded(record.unit)])
        others = [one for one in rows[folded(record.unit)] if one.unit_level is not record.unit_level]
        if expected is record.unit_level or (expected is None and not others):
            continue
        levels = {record.unit_level, expected, *(one.unit_level for one in others)}
        if ask.level is None or ask.level in levels:
            cells = (ask.cell(one, "unit_level") for one in (record, *others[:1]))
            told = expected or next(one.unit_level for one in others)
            yield finding(
                "audit.unit-level", record.id, *cells, unit=record.unit, level=record.unit_level, other=told or ""
            )


def _named(unit: str, districts: Mapping[str, UnitLevel | None]) -> UnitLevel | None:
    """Return the level that a unit's name says: it begins with a district's name, or with 省, 市, 区, 县, 镇, 乡."""
    found = next((level for name, level in districts.items() if name and unit.startswith(name)), None)
    return found or next((level for level, words in _NAMED if words.search(unit)), None)


def _usual(rows: list[Placed]) -> UnitLevel | None:
    """Return the level that most rows of a unit have; none where no level has most."""
    counts = Counter(one.unit_level for one in rows).most_common(2)
    return None if len(counts) > 1 and counts[0][1] == counts[1][1] else counts[0][0] if counts else None
