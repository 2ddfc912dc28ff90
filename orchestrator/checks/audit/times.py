"""Contradictions in time, as data: what is said to be done later than the rows can know, or in the wrong order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from orchestrator.checks.audit.question import Question, Recorded
from orchestrator.model.figures import Finding, finding


def check_later(ask: Question, code: str, records: Iterable[Recorded], *fields: str) -> Iterator[Finding]:
    """Yield records that state as done what has a day after the last one that the rows can tell of."""
    for record in records:
        for name in fields:
            day: date | None = getattr(record, name)
            if day is not None and day > ask.known:
                yield finding(code, record.id, ask.cell(record, name), day=day.isoformat(), known=ask.known.isoformat())


def check_order(ask: Question, code: str, records: Iterable[Recorded], *fields: str) -> Iterator[Finding]:
    """Yield records of which a day comes before one that must have come first; the fields are in their order."""
    for record in records:
        days = [(name, getattr(record, name)) for name in fields if getattr(record, name) is not None]
        for (first, earlier), (second, later) in combinations(days, 2):
            if earlier > later:
                cells = (ask.cell(record, first), ask.cell(record, second))
                values = {"first": earlier.isoformat(), "then": later.isoformat()}
                yield finding(code, record.id, *cells, **values, field=f"{first}/{second}")
                break
