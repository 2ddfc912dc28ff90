"""The census's verdicts: what a system was taken for, by which criteria, and who confirmed it.

A threshold or a first look makes candidates only; a department's confirmation, with name and day, makes a
zombie or a shadow (国办发〔2017〕39号 has five criteria and no threshold).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.model.census import Census
from orchestrator.model.figures import Amount, Finding, Ratio, finding
from orchestrator.model.system import Disposition, System, SystemClass, UnitLevel

_TO_CLEAN = frozenset({SystemClass.ZOMBIE, SystemClass.SHADOW})


def rate_verdicts(census: Census, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield how many zombies and shadows are confirmed, and how many have a criterion."""
    listed = tuple(one for one in census.listing.systems if one.system_class in _TO_CLEAN)
    found, excluded = of_level(listed, level), unplaced(listed, level)
    yield share("verdict.confirmed", "system", found, _confirmed, excluded=excluded)
    yield share("verdict.evidenced", "system", found, lambda system: bool(system.cleanup_reasons), excluded=excluded)


def count_classes(census: Census, level: UnitLevel | None) -> Iterator[Amount]:
    """Yield the systems of each class, the seasonal ones, and those judged otherwise than at first."""
    systems = of_level(census.listing.systems, level)
    groups = {class_.value: [one.id for one in systems if one.system_class is class_] for class_ in SystemClass}
    groups["seasonal"] = [one.id for one in systems if one.seasonal]
    groups["changed"] = [one.id for one in systems if one.candidate_class not in {None, one.system_class}]
    for name, ids in groups.items():
        yield Amount(name=f"verdict.{name}", unit="system", value=Decimal(len(ids)), ids=tuple(ids))


def check_verdicts(census: Census, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield verdicts nobody confirmed or gave a reason for, seasonal zombies, shadows of nothing, lone islands."""
    for system in of_level(census.listing.systems, level):
        if system.system_class in _TO_CLEAN:
            verdict = system.system_class.value
            if not _confirmed(system):
                yield finding("audit.verdict-unconfirmed", system.id, verdict=verdict)
            if not system.cleanup_reasons:
                yield finding("audit.verdict-no-criteria", system.id, verdict=verdict)
        if system.system_class is SystemClass.ZOMBIE and system.seasonal:
            yield finding("audit.verdict-seasonal", system.id)
        if system.system_class is SystemClass.SHADOW and not (
            system.merged_into or system.disposition is Disposition.RETIRE
        ):
            yield finding("audit.verdict-no-target", system.id)
        if system.system_class is SystemClass.ISLAND and not system.exchange:
            yield finding("audit.verdict-island", system.id)


def _confirmed(system: System) -> bool:
    return bool(system.confirmed_by) and system.confirmed_on is not None
