"""Puts an audit together: its rates, amounts and findings, and what they were computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from orchestrator.checks.audit import (
    capacity,
    closures,
    cloud,
    connections,
    consolidation,
    districts,
    identities,
    issues,
    ledger,
    networks,
    recovery,
    rooms,
    spend,
    verdicts,
    websites,
)
from orchestrator.checks.audit.cells import located
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.room_identities import check_room_identities
from orchestrator.checks.audit.shares import check_levels
from orchestrator.checks.audit.system_identities import (
    check_closure_identities,
    check_on_cloud,
    check_verdict_identities,
)
from orchestrator.checks.figures import check_figures, tables
from orchestrator.errors import Refused
from orchestrator.model.canonical import digest
from orchestrator.model.figures import Amount, Audit, FigureResult, Finding, Ratio
from orchestrator.model.site import Network
from orchestrator.model.system import System

Answer = tuple[Iterable[Ratio], Iterable[Amount], Iterable[Finding]]


def _rooms(ask: Question) -> Answer:
    census, rules = ask.census, ask.definitions.rules
    found = consolidation.rate_rooms(census, rules, ask.at, ask.level, ask.formulas)
    by_system = "system" in (ask.formulas or consolidation.FORMULAS)
    levels = _systems_levels(ask) if by_system else ()
    problems = (*rooms.check_rooms(census, ask.at, ask.level), *check_room_identities(ask), *levels)
    return found, (), problems


def _systems_levels(ask: Question) -> Iterable[Finding]:
    return check_levels(ask.census.listing.systems, ask.level)


def _cloud_rate(ask: Question) -> Answer:
    found = cloud.rate_cloud(ask.census, ask.definitions.rules, ask.level)
    return found, (), (*cloud.check_cloud(ask.census, ask.level, ask.at), *check_on_cloud(ask), *_systems_levels(ask))


def _census(ask: Question) -> Answer:
    amounts = verdicts.count_classes(ask.census, ask.level)
    found = verdicts.check_verdicts(ask.census, ask.level)
    problems = (*found, *check_verdict_identities(ask), *_systems_levels(ask))
    return verdicts.rate_verdicts(ask.census, ask.level), amounts, problems


def _closures(ask: Question) -> Answer:
    problems = (
        *closures.check_closures(ask.census.listing.systems, ask.level),
        *check_closure_identities(ask),
        *_systems_levels(ask),
        *identities.check_identities(ask.census, ask.definitions.batches),
    )
    return closures.rate_closures(ask.census, ask.level), identities.partition(ask.census, ask.level), problems


def _common(ask: Question) -> Answer:
    common = closures.common_systems(ask.census)
    problems = (*closures.check_closures(common, ask.level), *check_levels(common, ask.level))
    return closures.rate_common(ask.census, ask.level), (), problems


def _networks(ask: Question) -> Answer:
    found = networks.rate_networks(ask.census, ask.at, ask.level)
    levels = check_levels(networks.dedicated(ask.census), ask.level)
    return (
        found,
        (),
        (
            *networks.check_networks(ask.census, ask.at, ask.level),
            *networks.check_network_identities(ask),
            *levels,
        ),
    )


def _egress(ask: Question) -> Answer:
    found = networks.rate_egress(ask.census, ask.at, ask.level)
    levels = check_levels(ask.census.egresses, ask.level)
    return (
        found,
        (),
        (
            *networks.check_egress(ask.census, ask.at, ask.level),
            *networks.check_egress_identities(ask),
            *levels,
        ),
    )


def _dr(ask: Question) -> Answer:
    found = recovery.rate_recovery(ask.census, ask.at, ask.level)
    return found, (), (*recovery.check_recovery(ask.census, ask.at, ask.level), *_systems_levels(ask))


def _ledger(ask: Question) -> Answer:
    return (
        ledger.rate_ledger(ask.census, ask.at),
        (),
        (
            *ledger.check_ledger(ask.census, ask.at),
            *ledger.check_ledger_identities(ask),
        ),
    )


def _spend(ask: Question) -> Answer:
    asked = (ask.census, ask.definitions.rules, ask.at, ask.level)
    rows: tuple[Network | System, ...] = (*networks.dedicated(ask.census), *ask.census.listing.systems)
    problems = (
        *spend.check_spend(ask),
        *rooms.check_room_levels(ask.census, ask.level),
        *check_levels(rows, ask.level),
    )
    return (*spend.rate_spend(*asked), *spend.rate_funding(ask)), spend.sum_spend(*asked), problems


def _websites(ask: Question) -> Answer:
    return websites.rate_websites(ask), (), websites.check_websites(ask)


def _issues(ask: Question) -> Answer:
    return issues.rate_issues(ask), (), issues.check_issues(ask)


def _capacity(ask: Question) -> Answer:
    return capacity.rate_capacity(ask), (), capacity.check_capacity(ask)


def _connections(ask: Question) -> Answer:
    problems = (*connections.check_connections(ask), *_systems_levels(ask))
    return connections.rate_connections(ask), (), problems


def _districts(ask: Question) -> Answer:
    return districts.rate_districts(ask), (), districts.check_districts(ask)


# Rates and amounts, by how their names begin, of what the list states without a day: what a system is and how far it
# has come, how much of a room is emptied, whether a project was stopped.
_UNDATED = (
    "rack", "area", "cost", "system", "cloud.", "verdict.", "closure.", "census.", "common.", "dr.",
    "spend.om-released", "spend.stopped", "spend.saved", "capacity.", "connection.", "district.cloud",
)  # fmt: skip

AUDITS: Mapping[str, Callable[[Question], Answer]] = {
    "rooms": _rooms,
    "cloud-rate": _cloud_rate,
    "census": _census,
    "closures": _closures,
    "common": _common,
    "networks": _networks,
    "egress": _egress,
    "dr": _dr,
    "ledger": _ledger,
    "spend": _spend,
    "websites": _websites,
    "issues": _issues,
    "capacity": _capacity,
    "connections": _connections,
    "districts": _districts,
}


def check_audit(subject: str, ask: Question) -> Audit:
    """Answer one audit question; the same rows and definitions give the same answer for ever."""
    rated, summed, found = AUDITS[subject](ask)
    undated = _undated(ask)
    ratios = tuple(replace(one, assumptions=one.assumptions + undated(one.formula)) for one in rated)
    amounts = tuple(replace(one, assumptions=one.assumptions + undated(one.name)) for one in summed)
    findings = tuple(located(ask.census, found))
    behind = {
        *(id_ for ratio in ratios for id_ in (*ratio.scope, *ratio.counted)),
        *(exclusion.id for ratio in ratios for exclusion in ratio.excluded),
        *(id_ for amount in amounts for id_ in amount.ids),
        *(result.subject for result in findings),
    }
    return Audit(
        subject=subject,
        programme=ask.definitions.programme,
        as_of=ask.at,
        baseline=ask.definitions.rules.baseline,
        level=ask.level,
        ratios=ratios,
        amounts=amounts,
        findings=findings,
        rows={id_: ask.listed[id_] for id_ in sorted(behind & ask.listed.keys())},
        data_digest=ask.data_digest,
        definition_digest=digest((replace(ask.definitions.rules, as_of=None), versions(ratios))),
    )


def _undated(ask: Question) -> Callable[[str], tuple[str, ...]]:
    """Return what has to be assumed of a rate by name: what has no day is as on the day that the list describes."""
    described = ask.definitions.rules.as_of
    told = () if described == ask.at else (f"audit.assumption.status-undated:{described or ''}",)
    return lambda name: told if name.startswith(_UNDATED) else ()


def check_published(ask: Question) -> Iterator[FigureResult]:
    """Yield every published figure counted again; consolidation ratios at the programme's own day and level.

    Raises:
        Refused: `figure.…`: the figures' file names a table, field or formula that is not there.
    """
    definitions = ask.definitions

    def ratio(formula: str) -> Ratio:
        known = (*consolidation.FORMULAS, *consolidation.VARIANTS)
        if formula not in known:
            raise Refused("figure.unknown-formula", formula=formula, known=", ".join(known))
        found = consolidation.rate_rooms(ask.census, definitions.rules, ask.at, definitions.rules.level, (formula,))
        return next(iter(found))

    return check_figures(definitions.figures, tables(ask.census, definitions.batches), ratio)


def versions(ratios: Iterable[Ratio]) -> Mapping[str, int]:
    """Return formula id → version; the rates of single platforms share their formula's."""
    return {ratio.formula.partition(":")[0]: ratio.version for ratio in ratios}
