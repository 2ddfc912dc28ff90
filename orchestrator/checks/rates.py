"""Rates over the lists: on the cloud, closed and merged, common systems, networks, egresses, money.

Each function returns `Ratio`s with every id behind them; what no document defines is named as an assumption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from orchestrator.model.census import Census, ProjectState
from orchestrator.model.figures import Amount, AuditRules, Exclusion, Ratio, finding
from orchestrator.model.result import CheckResult
from orchestrator.model.site import Network, NetworkDisposition
from orchestrator.model.system import Category, Disposition, NetworkKind, Status, System, UnitLevel

COMMON = frozenset({Category.MAIL, Category.VIDEO, Category.OFFICE, Category.SURVEILLANCE})
_GONE = frozenset({Disposition.RETIRE, Disposition.MERGE})


class _Placed(Protocol):
    @property
    def unit_level(self) -> UnitLevel | None: ...


class _Known(Protocol):
    @property
    def id(self) -> str: ...


P = TypeVar("P", bound=_Placed)
K = TypeVar("K", bound=_Known)


def of_level(rows: Iterable[P], level: UnitLevel | None) -> tuple[P, ...]:
    """Return the rows of one level of government, or all."""
    return tuple(row for row in rows if level is None or row.unit_level is level)


def share(
    formula: str,
    unit: str,
    scope: Iterable[K],
    counts: Callable[[K], bool],
    *,
    excluded: tuple[Exclusion, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> Ratio:
    """Return the share of rows that count, with the ids on both sides."""
    rows = tuple(scope)
    counted = tuple(row.id for row in rows if counts(row))
    return Ratio(
        formula=formula,
        unit=unit,
        numerator=Decimal(len(counted)),
        denominator=Decimal(len(rows)),
        counted=counted,
        scope=tuple(row.id for row in rows),
        excluded=excluded,
        assumptions=assumptions,
    )


# --- on the cloud


def rate_cloud(census: Census, rules: AuditRules, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield the on-cloud rate for both readings of its scope, and over all systems in use.

    Whether systems moved before are within the published scope is not said anywhere: the nested reading
    takes them as part of it, the additive one as beside it. Retired and merged systems leave the denominator,
    or else shutting a system down would look like failing to move it.
    """
    systems = of_level(census.listing.systems, level)
    scope = tuple(system for system in systems if system.disposition is Disposition.MIGRATE)
    moved = rules.completion.statuses
    excluded = tuple(_not_in_scope(system) for system in systems if system.disposition is not Disposition.MIGRATE)
    completion = f"audit.assumption.completion-{rules.completion}"
    nested = share(
        "cloud.nested",
        "system",
        scope,
        lambda system: system.status in moved,
        excluded=excluded,
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
        assumptions=("audit.assumption.additive", completion),
    )
    yield in_use_ratio("cloud.in-use", census, rules, level)


def in_use_ratio(formula: str, census: Census, rules: AuditRules, level: UnitLevel | None) -> Ratio:
    """Return systems hosted centrally over systems in use, whatever was decided for them."""
    systems = of_level(census.listing.systems, level)
    return share(
        formula,
        "system",
        (system for system in systems if _in_use(system)),
        lambda system: system.status in rules.completion.statuses,
        excluded=tuple(_not_in_scope(system) for system in systems if not _in_use(system)),
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
    systems = of_level(census.listing.systems, level)
    for formula, disposition, status in (
        ("closure.retired", Disposition.RETIRE, Status.RETIRED),
        ("closure.merged", Disposition.MERGE, Status.MERGED),
    ):
        yield share(
            formula,
            "system",
            (system for system in systems if system.disposition is disposition),
            _done_as(status),
        )


def _done_as(status: Status) -> Callable[[System], bool]:
    return lambda system: system.status is status and bool(system.evidence)


def check_closures(census: Census, level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield closures and merges without proof, and merges into nothing."""
    for system in of_level(census.listing.systems, level):
        if system.status in {Status.RETIRED, Status.MERGED} and not system.evidence:
            yield finding("audit.closure-no-evidence", system.id)
        if system.status is Status.MERGED and not system.merged_into:
            yield finding("audit.merge-no-target", system.id)


def rate_common(census: Census, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield how many common systems are merged: in all, and N to 1 for each platform that takes them in."""
    common = tuple(system for system in of_level(census.listing.systems, level) if system.category in COMMON)
    yield share("common.merged", "system", common, _merged)
    for platform in sorted({system.merged_into for system in common if system.merged_into}):
        bound = (system for system in common if system.merged_into == platform)
        yield share(f"common.merged:{platform}", "system", bound, _merged)


def _merged(system: System) -> bool:
    return system.status in {Status.MERGED, Status.RETIRED} and bool(system.merged_into)


# --- networks and egresses


def rate_networks(census: Census, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield dedicated networks cancelled or migrated, and apart from them those connected with an approval."""
    networks = _dedicated(census, level)
    yield share("network.consolidated", "network", networks, lambda network: _consolidated(network, at))
    yield share(
        "network.connected",
        "network",
        networks,
        lambda network: network.disposition is NetworkDisposition.CONNECT and _approved(network, at),
    )


def _dedicated(census: Census, level: UnitLevel | None) -> tuple[Network, ...]:
    return tuple(one for one in of_level(census.networks, level) if one.kind is NetworkKind.DEDICATED)


def _consolidated(network: Network, at: date) -> bool:
    going = network.disposition in {NetworkDisposition.CANCEL, NetworkDisposition.MIGRATE}
    return going and network.done_on is not None and network.done_on <= at and bool(network.evidence)


def _approved(network: Network, at: date) -> bool:
    approved = bool(network.approval_no and network.approver)
    return approved and network.expires_on is not None and at <= network.expires_on


def check_networks(census: Census, at: date, level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield connections without a valid approval, networks nobody decided on, and deadlines missed."""
    for network in _dedicated(census, level):
        if network.disposition is None:
            yield finding("audit.network-undecided", network.id)
        elif network.disposition is NetworkDisposition.CONNECT:
            if not _approved(network, at):
                yield finding("audit.network-not-approved", network.id, day=str(network.expires_on or ""))
        elif network.done_on is not None and not network.evidence:
            yield finding("audit.network-no-evidence", network.id)
        elif network.due is not None and network.due < at and not _consolidated(network, at):
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


# --- money


def rate_spend(census: Census, at: date, level: UnitLevel | None) -> tuple[tuple[Ratio, ...], tuple[Amount, ...]]:
    """Return the O&M that ended over all O&M, stopped projects over all, and the amounts behind them.

    A build cost that is sunk saves nothing, so no build cost counts as a saving.
    """
    costs: dict[str, tuple[Decimal | None, bool]] = {}
    build: dict[str, Decimal | None] = {}
    for room in of_level(census.listing.rooms, level):
        closed = room.emptied_by(at) and bool(room.evidence)
        costs[room.id] = (room.om_cost_wan, closed)
        build[room.id] = room.build_cost_wan
    unstated = False
    for network in _dedicated(census, level):
        costs[network.id] = (network.om_cost_wan, _consolidated(network, at))
        build[network.id] = network.build_cost_wan
        unstated = unstated or (network.om_cost_wan is not None and not network.om_period.startswith("年"))
    for system in of_level(census.listing.systems, level):
        costs[system.id] = (system.om_cost_wan, system.status in {Status.RETIRED, Status.MERGED})
    period = ("audit.assumption.om-period",) if unstated else ()
    released = _money("spend.om-released", costs, period)
    stopped = _money(
        "spend.stopped",
        {one.id: (one.budget_wan, one.state is ProjectState.STOPPED) for one in census.projects},
    )
    fees = tuple(site for site in census.cloud_sites if site.fee_wan is not None)
    fee = sum((site.fee_wan for site in fees if site.fee_wan is not None), Decimal(0))
    amounts = (
        Amount(
            name="spend.build",
            unit="wan",
            value=sum((cost for cost in build.values() if cost is not None), Decimal(0)),
            ids=tuple(id_ for id_, cost in build.items() if cost is not None),
            assumptions=("audit.assumption.sunk",),
        ),
        Amount(name="spend.fee", unit="wan", value=fee, ids=tuple(site.id for site in fees)),
        Amount(
            name="spend.saved",
            unit="wan",
            value=released.numerator - fee,
            ids=(*released.counted, *(site.id for site in fees)),
            assumptions=(*period, "audit.assumption.fee-overlap"),
        ),
    )
    audited = share(
        "spend.audited",
        "project",
        (project for project in census.projects if project.completed_on is not None and project.completed_on <= at),
        lambda project: project.audited_on is not None and project.audited_on <= at,
    )
    return (released, stopped, audited), amounts


def _money(formula: str, costs: dict[str, tuple[Decimal | None, bool]], assumptions: tuple[str, ...] = ()) -> Ratio:
    known = {id_: (cost, counts) for id_, (cost, counts) in costs.items() if cost is not None}
    return Ratio(
        formula=formula,
        unit="wan",
        numerator=sum((cost for cost, counts in known.values() if counts), Decimal(0)),
        denominator=sum((cost for cost, _ in known.values()), Decimal(0)),
        counted=tuple(id_ for id_, (_, counts) in known.items() if counts),
        scope=tuple(known),
        excluded=tuple(
            Exclusion(id=id_, reason="audit.excluded.missing-data", values={"unit": "wan"})
            for id_ in costs
            if id_ not in known
        ),
        assumptions=assumptions,
    )
