"""What is shut down and merged: zombies, shadows, and the common systems that one platform serves for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.model.census import Census
from orchestrator.model.figures import Finding, Ratio, finding
from orchestrator.model.system import Category, Disposition, Status, System, UnitLevel

COMMON = frozenset({Category.MAIL, Category.VIDEO, Category.OFFICE, Category.SURVEILLANCE})


def rate_closures(census: Census, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield how many of the systems to be closed, and of those to be merged, are done with proof filed."""
    for formula, disposition, status in (
        ("closure.retired", Disposition.RETIRE, Status.RETIRED),
        ("closure.merged", Disposition.MERGE, Status.MERGED),
    ):
        systems = tuple(system for system in census.listing.systems if system.disposition is disposition)
        yield share(
            formula,
            "system",
            of_level(systems, level),
            _done_as(status),
            excluded=unplaced(systems, level),
        )


def _done_as(status: Status) -> Callable[[System], bool]:
    return lambda system: system.status is status and ended(system)


def ended(system: System) -> bool:
    """Tell whether a system was shut down or merged, with proof filed: without it, nothing has ended."""
    return system.status in {Status.RETIRED, Status.MERGED} and bool(system.evidence)


def check_closures(systems: Iterable[System], level: UnitLevel | None) -> Iterator[Finding]:
    """Yield closures and merges without proof, and merges into nothing."""
    for system in of_level(systems, level):
        if system.status in {Status.RETIRED, Status.MERGED} and not system.evidence:
            yield finding("audit.closure-no-evidence", system.id)
        if system.status is Status.MERGED and not system.merged_into:
            yield finding("audit.merge-no-target", system.id)


def rate_common(census: Census, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield how many common systems are merged: in all, and N to 1 for each platform that takes them in."""
    common = common_systems(census)
    yield _merged("common.merged", common, level)
    for platform in sorted({system.merged_into for system in of_level(common, level) if system.merged_into}):
        bound = tuple(system for system in common if system.merged_into == platform)
        yield _merged(f"common.merged:{platform}", bound, level)


def common_systems(census: Census) -> tuple[System, ...]:
    """Return the systems of the kinds that one platform serves for all."""
    return tuple(system for system in census.listing.systems if system.category in COMMON)


def _merged(formula: str, systems: tuple[System, ...], level: UnitLevel | None) -> Ratio:
    # Version 2 asks for proof, as every other closure does.
    return share(
        formula,
        "system",
        of_level(systems, level),
        lambda system: ended(system) and bool(system.merged_into),
        version=2,
        excluded=unplaced(systems, level),
    )
