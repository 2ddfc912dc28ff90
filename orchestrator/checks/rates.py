"""Rates over the lists: on the cloud, closed and merged, common systems, networks, egresses.

Each function returns `Ratio`s with every id behind them; what no document defines is named as an assumption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, Exclusion, Ratio, finding
from orchestrator.model.result import CheckResult
from orchestrator.model.site import Network, NetworkDisposition
from orchestrator.model.system import Category, Disposition, NetworkKind, Status, System, UnitLevel

COMMON = frozenset({Category.MAIL, Category.VIDEO, Category.OFFICE, Category.SURVEILLANCE})


class _Known(Protocol):
    @property
    def id(self) -> str: ...


class _Placed(_Known, Protocol):
    @property
    def unit_level(self) -> UnitLevel | None: ...


P = TypeVar("P", bound=_Placed)
K = TypeVar("K", bound=_Known)


def of_level(rows: Iterable[P], level: UnitLevel | None) -> tuple[P, ...]:
    """Return the rows of one level of government, or all."""
    return tuple(row for row in rows if level is None or row.unit_level is level)


def unplaced(rows: Iterable[_Placed], level: UnitLevel | None) -> tuple[Exclusion, ...]:
    """Return the rows that an audit of one level leaves out because nobody wrote down whose they are."""
    nowhere = (row.id for row in rows if level is not None and row.unit_level is None)
    return tuple(Exclusion(id=id_, reason="audit.excluded.no-level") for id_ in nowhere)


def check_levels(rows: Iterable[_Placed], level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield the rows without a level: they are in no level's audit, so one blank cell can raise a rate."""
    return (finding("audit.no-level", one.id) for one in unplaced(rows, level))


def share(
    formula: str,
    unit: str,
    scope: Iterable[K],
    counts: Callable[[K], bool],
    *,
    version: int = 1,
    excluded: tuple[Exclusion, ...] = (),
    hidden: int = 0,
    assumptions: tuple[str, ...] = (),
) -> Ratio:
    """Return the share of rows that count, with the ids on both sides."""
    rows = tuple(scope)
    counted = tuple(row.id for row in rows if counts(row))
    return Ratio(
        formula=formula,
        version=version,
        unit=unit,
        numerator=Decimal(len(counted)),
        denominator=Decimal(len(rows)),
        counted=counted,
        scope=tuple(row.id for row in rows),
        excluded=excluded,
        hidden=hidden,
        assumptions=assumptions,
    )


# --- on the cloud


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


def check_cloud(census: Census, level: UnitLevel | None, at: date) -> Iterator[CheckResult]:
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


# --- closed, merged, common


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


def check_closures(systems: Iterable[System], level: UnitLevel | None) -> Iterator[CheckResult]:
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


# --- networks and egresses


def rate_networks(census: Census, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield dedicated networks cancelled or migrated, and apart from them those connected with an approval."""
    networks, excluded = of_level(dedicated(census), level), unplaced(dedicated(census), level)
    yield share(
        "network.consolidated",
        "network",
        networks,
        lambda network: consolidated(network, at),
        excluded=excluded,
    )
    yield share(
        "network.connected",
        "network",
        networks,
        lambda network: network.disposition is NetworkDisposition.CONNECT and _approved(network, at),
        excluded=excluded,
    )


def dedicated(census: Census) -> tuple[Network, ...]:
    """Return the units' dedicated networks."""
    return tuple(one for one in census.networks if one.kind is NetworkKind.DEDICATED)


def consolidated(network: Network, at: date) -> bool:
    """Tell whether a network was cancelled or migrated by the end of a day, with proof filed."""
    going = network.disposition in {NetworkDisposition.CANCEL, NetworkDisposition.MIGRATE}
    return going and network.done_on is not None and network.done_on <= at and bool(network.evidence)


def _approved(network: Network, at: date) -> bool:
    approved = bool(network.approval_no and network.approver)
    return approved and network.expires_on is not None and at <= network.expires_on


def check_networks(census: Census, at: date, level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield connections without a valid approval, networks nobody decided on, and deadlines missed."""
    for network in of_level(dedicated(census), level):
        if network.disposition is None:
            yield finding("audit.network-undecided", network.id)
        elif network.disposition is NetworkDisposition.CONNECT:
            if not _approved(network, at):
                yield finding("audit.network-not-approved", network.id, day=str(network.expires_on or ""))
        elif network.done_on is not None and not network.evidence:
            yield finding("audit.network-no-evidence", network.id)
        elif network.due is not None and network.due < at and not consolidated(network, at):
            yield finding("audit.network-overdue", network.id, day=network.due.isoformat())


def rate_egress(census: Census, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield Internet egresses closed over those of the census; a backup line left open keeps one open."""
    yield share(
        "egress.closed",
        "egress",
        of_level(census.egresses, level),
        lambda egress: (
            egress.closed_on is not None
            and egress.closed_on <= at
            and egress.backup_open is False
            and bool(egress.evidence)
        ),
        excluded=unplaced(census.egresses, level),
    )


def check_egress(census: Census, at: date, level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield egresses closed on paper only, and deadlines missed."""
    for egress in of_level(census.egresses, level):
        if egress.closed_on is not None and egress.closed_on <= at:
            if egress.backup_open:
                yield finding("audit.egress-backup-open", egress.id)
            elif egress.backup_open is None or not egress.evidence:
                yield finding("audit.egress-no-evidence", egress.id)
        elif egress.due is not None and egress.due < at:
            yield finding("audit.egress-overdue", egress.id, day=egress.due.isoformat())
