"""The money: O&M that ended, projects stopped and audited, what was built, what the cloud costs and saves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from orchestrator.checks.audit.closures import ended
from orchestrator.checks.audit.networks import consolidated, dedicated
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.rooms import Survey, survey
from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.checks.audit.times import check_later, check_order
from orchestrator.model.census import Census, Project, ProjectState
from orchestrator.model.figures import MISSING, Amount, AuditRules, Exclusion, Finding, Ratio, finding
from orchestrator.model.site import Network
from orchestrator.model.system import Funding, Room, System, UnitLevel

# id → what it costs, None where nobody wrote it down, and whether that has ended.
_Costs = Mapping[str, tuple[Decimal | None, bool]]
_WHOLE = "audit.assumption.whole-programme"


def rate_spend(census: Census, rules: AuditRules, at: date, level: UnitLevel | None) -> Iterator[Ratio]:
    """Yield the O&M that ended over all O&M, stopped projects over all by budget, and projects audited.

    What has ended is what the audits of rooms, networks and closures count: version 2 takes it from them.
    """
    rooms = _rooms(census, rules, at, level)
    networks = of_level(dedicated(census), level)
    costs = {
        **{room.id: (room.om_cost_wan, room.id in rooms.closed) for room in rooms.scope},
        **{one.id: (one.om_cost_wan, consolidated(one, at)) for one in networks},
        **{one.id: (one.om_cost_wan, ended(one)) for one in of_level(census.listing.systems, level)},
    }
    excluded = (*rooms.excluded, *unplaced((*dedicated(census), *census.listing.systems), level))
    dated = all(one.om_period.startswith("年") for one in networks if one.om_cost_wan is not None)
    period = () if dated else ("audit.assumption.om-period",)
    yield _money("spend.om-released", costs, version=2, excluded=excluded, assumptions=period)
    budgets = {one.id: (one.budget_wan, one.state is ProjectState.STOPPED) for one in census.projects}
    whole = () if level is None else (_WHOLE,)
    yield _money("spend.stopped", budgets, assumptions=whole)
    yield share(
        "spend.audited",
        "project",
        (project for project in census.projects if project.completed_on is not None and project.completed_on <= at),
        lambda project: project.audited_on is not None and project.audited_on <= at,
        assumptions=whole,
    )


def check_spend(ask: Question) -> Iterator[Finding]:
    """Yield what was closed without a saving, and projects whose state, days and audit contradict each other."""
    rooms = _rooms(ask.census, ask.definitions.rules, ask.at, ask.level)
    gone: tuple[tuple[str, Room | Network], ...] = (
        *(("audit.room-no-saving", one) for one in rooms.scope if one.id in rooms.closed),
        *(
            ("audit.network-no-saving", one)
            for one in of_level(dedicated(ask.census), ask.level)
            if consolidated(one, ask.at)
        ),
    )
    for code, record in gone:
        if not record.om_cost_wan:
            told = "—" if record.om_cost_wan is None else str(record.om_cost_wan)
            yield finding(code, record.id, cost=told)
    yield from _check_projects(ask)
    for one in _unfunded(ask):
        if _spent_after(one):
            cells = (ask.cell(one, name) for name in ("funding", "funding_on", "spent_on"))
            days = {"decided": str(one.funding_on or "—"), "day": str(one.spent_on)}
            yield finding("audit.spend-after-stop", one.id, *cells, **days)


def _unfunded(ask: Question) -> Iterator[Project | System]:
    """Yield the systems and projects of which it was decided that they get no money, or no more."""
    rows: tuple[Project | System, ...] = (*of_level(ask.census.listing.systems, ask.level), *ask.census.projects)
    return (one for one in rows if one.funding in {Funding.REFUSED, Funding.ENDED})


def _spent_after(one: Project | System) -> bool:
    """Tell whether money was spent after it was decided that there is none; a decision without a day came first."""
    return one.spent_on is not None and (one.funding_on is None or one.spent_on > one.funding_on)


def rate_funding(ask: Question) -> Iterator[Ratio]:
    """Yield what was spent on no more, over all that gets no more money (扎口管理)."""
    yield share("spend.kept-shut", "funded", _unfunded(ask), lambda one: not _spent_after(one))


def _check_projects(ask: Question) -> Iterator[Finding]:
    projects = ask.census.projects
    yield from check_order(ask, "audit.project-order", projects, "completed_on", "audited_on")
    yield from check_later(ask, "audit.project-later", projects, "audited_on")
    completed = tuple(one for one in projects if one.state is ProjectState.COMPLETED)
    yield from check_later(ask, "audit.project-later", completed, "completed_on")
    for one in projects:
        done = one.completed_on is not None and one.completed_on <= ask.known
        if one.state in {ProjectState.STOPPED, ProjectState.RUNNING} and done:
            cells = (ask.cell(one, "state"), ask.cell(one, "completed_on"))
            yield finding("audit.project-two-states", one.id, *cells, state=one.state.value, day=str(one.completed_on))
        if one.completed_on is None and (one.state is ProjectState.COMPLETED or one.audited_on is not None):
            yield finding("audit.project-no-day", one.id)


def sum_spend(census: Census, rules: AuditRules, at: date, level: UnitLevel | None) -> Iterator[Amount]:
    """Yield what was built, what the cloud costs a year, and what is saved, as far as that is known.

    A build cost that is sunk saves nothing, so no build cost counts as a saving. The fee has no level: it is set
    against the O&M of the programme's own level, or of all, and of no other. A fee nobody wrote down is not 0.
    """
    rows: tuple[Room | Network, ...] = (*_rooms(census, rules, at, level).scope, *of_level(dedicated(census), level))
    build = {row.id: row.build_cost_wan for row in rows if row.build_cost_wan is not None}
    yield Amount(
        name="spend.build",
        unit="wan",
        value=sum(build.values(), Decimal(0)) if build else None,
        ids=tuple(build),
        assumptions=("audit.assumption.sunk",),
    )
    fees = {site.id: site.fee_wan for site in census.cloud_sites if site.fee_wan is not None}
    known = bool(fees) and len(fees) == len(census.cloud_sites)
    fee = sum(fees.values(), Decimal(0)) if known else None
    unsure = (*(() if known else ("audit.assumption.fee-unknown",)), *(() if level is None else (_WHOLE,)))
    yield Amount(name="spend.fee", unit="wan", value=fee, ids=tuple(fees), assumptions=unsure)
    released = next(rate_spend(census, rules, at, level))
    saved = released.numerator - fee if fee is not None and level in {None, rules.level} else None
    overlap = () if saved is None else ("audit.assumption.fee-overlap",)
    yield Amount(
        name="spend.saved",
        unit="wan",
        value=saved,
        ids=(*released.counted, *fees),
        assumptions=(*released.assumptions, *unsure, *overlap),
    )


def _rooms(census: Census, rules: AuditRules, at: date, level: UnitLevel | None) -> Survey:
    """Return the rooms as their audit has them, with those that may stay: they were paid for, and go on costing."""
    return survey(census, rules, at, level, count_exempt=True)


def _money(
    formula: str,
    costs: _Costs,
    *,
    version: int = 1,
    excluded: tuple[Exclusion, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> Ratio:
    known = {id_: (cost, counts) for id_, (cost, counts) in costs.items() if cost is not None}
    return Ratio(
        formula=formula,
        version=version,
        unit="wan",
        numerator=sum((cost for cost, counts in known.values() if counts), Decimal(0)),
        denominator=sum((cost for cost, _ in known.values()), Decimal(0)),
        counted=tuple(id_ for id_, (_, counts) in known.items() if counts),
        scope=tuple(known),
        excluded=(
            *excluded,
            *(Exclusion(id=id_, reason=MISSING, values={"unit": "wan"}) for id_ in costs if id_ not in known),
        ),
        assumptions=assumptions,
    )
