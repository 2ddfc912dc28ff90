"""One name in two spellings that look the same: compared by its folded form, read as one, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from orchestrator.adapters.intake.credentials import shorten
from orchestrator.adapters.intake.fold import INVISIBLE, name_key, tidy
from orchestrator.adapters.intake.records import Record
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme

# Columns whose names are compared with each other and with the programme's, wherever they stand.
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "other_units", "lead_unit"),
    "region": ("region",),
    "site": ("dr_site", "replica_site"),
}
# A name that stands for itself: only what nobody can see in it is told and taken out.
_ALONE = ("name", "subsystem", "merged_into")


def settle_names(records: Sequence[Record], programme: Programme) -> Iterator[Problem]:
    """Write each name as the programme does, else as most rows do; tell every row that writes it otherwise."""
    for group, fields in _GROUPS.items():
        found = [(record, field) for record in records for field in fields if field in record.values]
        if found:
            spellings = _spellings(found, _declared(programme) if group == "unit" else ())
            for record, field in found:
                yield from _settle(record, field, spellings)
    for record in records:
        for field in _ALONE:
            value = record.values.get(field)
            if isinstance(value, str) and INVISIBLE.search(value):
                record.values[field] = tidy(value)
                yield from _told(record, field, "list.invisible-character", record.values[field])


def _declared(programme: Programme) -> tuple[str, ...]:
    return tuple(unit for batch in programme.batches for unit in batch.units)


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, frozenset) else ()


def _spellings(found: Sequence[tuple[Record, str]], declared: Sequence[str]) -> Mapping[str, str]:
    """Return folded name → the spelling it is read as."""
    written = Counter(name for record, field in found for name in _names(record.values[field]))
    best: dict[str, str] = {}
    # The most frequent spelling without oddities; of equally frequent ones the first on the list.
    for name in sorted(written, key=lambda one: (tidy(one) != one, -written[one])):
        best.setdefault(name_key(name), tidy(name))
    return {**best, **{name_key(name): name for name in reversed(declared)}}


def _settle(record: Record, field: str, spellings: Mapping[str, str]) -> Iterator[Problem]:
    value = record.values[field]
    names = _names(value)
    settled = tuple(spellings[name_key(name)] for name in names)
    if settled == names:
        return
    record.values[field] = frozenset(settled) if isinstance(value, frozenset) else settled[0]
    odd = next(name for name, other in zip(names, settled, strict=True) if name != other)
    unseen = INVISIBLE.search(odd) is not None
    yield from _told(record, field, "list.invisible-character" if unseen else "list.name-spelling", *settled)


def _told(record: Record, field: str, code: str, *read_as: str) -> Iterator[Problem]:
    if not record.hidden:
        values = {"name": shorten(", ".join(read_as))}
        yield record.problem(code, field, severity=Severity.WARNING, values=values)
