"""What must hold of every census: no system in two states, one batch for each unit, classified systems hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from orchestrator.checks.audit.shares import of_level
from orchestrator.model.batches import batched
from orchestrator.model.census import Census
from orchestrator.model.figures import Amount, Finding, finding
from orchestrator.model.programme import Batch
from orchestrator.model.system import Disposition, Status, System, UnitLevel

# The parts of the census: 普查总数 = 关停 + 整合 + 已迁移 + 迁移中 + 待迁移 + 暂缓/保留 + 对接 + 涉密排除.
PARTS = (
    "retired", "to-retire", "merged", "to-merge", "migrated", "migrating",
    "to-migrate", "deferred", "connected", "classified",
)  # fmt: skip
_MOVING = frozenset({Status.READY, Status.SYNCING})
_MOVED = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED})
# Only what migrates can be on its way, there, or back from there.
_MOVES = _MOVING | _MOVED | {Status.ROLLED_BACK}


def part_of(system: System) -> str:
    """Return the part of the census a system is in, or nothing when its cells contradict each other."""
    status = system.status
    match system.disposition:
        case Disposition.RETIRE if status not in _MOVES | {Status.MERGED}:
            return "retired" if status is Status.RETIRED else "to-retire"
        case Disposition.MERGE if status not in _MOVES | {Status.RETIRED}:
            return "merged" if status is Status.MERGED else "to-merge"
        case Disposition.MIGRATE if status not in {Status.RETIRED, Status.MERGED}:
            if status in _MOVED:
                return "migrated"
            if status is Status.DEFERRED:
                return "deferred"
            return "migrating" if status in _MOVING else "to-migrate"
        case Disposition.RETAIN if status not in _MOVES | {Status.RETIRED, Status.MERGED}:
            return "deferred"
        case Disposition.CONNECT if status not in _MOVES | {Status.RETIRED, Status.MERGED}:
            return "connected"
    return ""


def partition(census: Census, level: UnitLevel | None = None) -> Sequence[Amount]:
    """Return how many systems of a level each part of the census has; classified ones are a number without ids."""
    systems = of_level(census.listing.systems, level)
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for system in systems:
        parts[part_of(system)].append(system.id)
    parts["classified"] = []
    total = Amount(
        name="census.total",
        unit="system",
        value=Decimal(len(systems) + census.listing.classified_count),
    )
    return (
        total,
        *(
            Amount(
                name=f"census.{part}",
                unit="system",
                value=Decimal(census.listing.classified_count if part == "classified" else len(parts[part])),
                ids=tuple(parts[part]),
            )
            for part in PARTS
        ),
    )


def check_identities(census: Census, batches: Sequence[Batch] = ()) -> Iterator[Finding]:
    """Yield every system in two states or none, and every unit whose systems are not all in its one batch."""
    for system in census.listing.systems:
        if not part_of(system):
            yield finding(
                "audit.two-states",
                system.id,
                disposition=getattr(system.disposition, "value", "—"),
                status=getattr(system.status, "value", "—"),
            )
    declared: Mapping[str, int] = {unit: batch.number for batch in batches for unit in batch.units}
    found: defaultdict[str, set[int]] = defaultdict(set)
    for system in batched(census.listing.systems, batches, {}):
        if system.disposition is Disposition.MIGRATE and system.batch is not None:
            found[system.unit].add(system.batch)
    for unit, numbers in sorted(found.items()):
        if len(numbers) > 1:
            yield finding("audit.unit-in-batches", unit, batches=", ".join(map(str, sorted(numbers))))
        elif unit in declared and declared[unit] not in numbers:
            yield finding("audit.unit-other-batch", unit, batch=str(declared[unit]), found=str(min(numbers)))
