"""The on-cloud rate; what no document defines of it is named as an assumption."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, Exclusion, Finding, Ratio, finding
from orchestrator.model.system import Disposition, Status, System, UnitLevel


def rate_cloud(census: Census, rules: AuditRules, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield the on-cloud rate for both readings of its scope, and over all systems in use.

    Whether systems moved before are within the published scope is not said anywhere: the nested reading
    takes them as part of it, the additive one as beside it. Retired and merged systems leave the denominator,
    or else shutting a system down would look like failing to move it. Classified ones are a number only.
    """
    systems = of_level(census.listing.systems, level)
    scope = tuple(system for system in systems if system.disposition is Disposition.MIGRATE)
    moved = rules.completion.statuses
    others = tuple(_not_in_scope(system) for system in systems if system.disposition is not Disposition.MIGRATE)
    excluded = others + unplaced(census.listing.systems, level)
    hidden = census.listing.classified_count
    completion = f"audit.assumption.completion-{rules.completion}"
    nested = share(
        "cloud.nested",
        "system",
        scope,
        lambda system: system.status in moved,
        excluded=excluded,
        hidden=hidden,
        assumptions=("audit.assumption.nested", completion),
    )
    yield nested
    yield Ratio(
        formula="cloud.additive",
        unit="system",
        numerator=nested.numerator,
        denominator=nested.denominator + nested.numerator,
        counted=nested.counted,
        scope=nested.scope + nested.counted,
        excluded=excluded,
        hidden=hidden,
        assumptions=("audit.assumption.additive", completion),
    )
    yield in_use_ratio("cloud.in-use", census, rules, level)


def in_use_ratio(formula: str, census: Census, rules: AuditRules, level: UnitLevel | None) -> Ratio:
    """Return systems hosted centrally over systems in use, whatever was decided for them."""
    systems = of_level(census.listing.systems, level)
    gone = tuple(_not_in_scope(system) for system in systems if not _in_use(system))
    return share(
        formula,
        "system",
        (system for system in systems if _in_use(system)),
        lambda system: system.status in rules.completion.statuses,
        excluded=gone + unplaced(census.listing.systems, level),
        hidden=census.listing.classified_count,
        assumptions=(f"audit.assumption.completion-{rules.completion}",),
    )


def _in_use(system: System) -> bool:
    return system.disposition is not Disposition.EXCLUDE and system.status not in {Status.RETIRED, Status.MERGED}


def _not_in_scope(system: System) -> Exclusion:
    told = "unknown" if system.disposition is None else system.disposition.value
    return Exclusion(id=system.id, reason=f"audit.excluded.{told}")


def check_cloud(census: Census, level: UnitLevel | None, at: date) -> Iterator[Finding]:
    """Yield what breaks 应上尽上: no target and no approved deferral, or a deferral whose day has passed."""
    for system in of_level(census.listing.systems, level):
        if system.disposition is None:
            yield finding("audit.cloud-undecided", system.id)
        elif system.disposition is Disposition.RETAIN or system.status is Status.DEFERRED:
            if not (system.deferral or system.approval_no):
                yield finding("audit.cloud-deferral-unapproved", system.id)
            elif system.due is not None and system.due < at:
                yield finding("audit.cloud-deferral-over", system.id, day=system.due.isoformat())
        elif system.disposition is Disposition.MIGRATE and not system.target_cloud:
            yield finding("audit.cloud-no-target", system.id)
