"""Dedicated networks cancelled, migrated or connected, and Internet egresses closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.checks.audit.levels import check_unit_levels
from orchestrator.checks.audit.proof import check_proofs
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.checks.audit.times import check_later
from orchestrator.model.census import Census
from orchestrator.model.figures import Finding, Ratio, finding
from orchestrator.model.site import Network, NetworkDisposition
from orchestrator.model.system import NetworkKind, UnitLevel


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


def check_networks(census: Census, at: date, level: UnitLevel | None) -> Iterator[Finding]:
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


def check_network_identities(ask: Question) -> Iterator[Finding]:
    """Yield networks whose disposition, day and proof contradict each other, or share a proof or a unit's level."""
    networks = of_level(dedicated(ask.census), ask.level)
    yield from check_later(ask, "audit.network-later", networks, "done_on")
    done = tuple(one for one in dedicated(ask.census) if one.done_on is not None)
    yield from check_proofs(ask, "audit.network-proof-shared", done, of_level(done, ask.level))
    yield from check_unit_levels(ask, dedicated(ask.census))
    for network in networks:
        going = network.disposition in {NetworkDisposition.CANCEL, NetworkDisposition.MIGRATE}
        if going and network.evidence and network.done_on is None:
            yield finding("audit.network-no-day", network.id)
        if not going and network.done_on is not None:
            yield finding("audit.network-two-states", network.id, day=network.done_on.isoformat())


def check_egress_identities(ask: Question) -> Iterator[Finding]:
    """Yield egresses whose day and proof contradict each other, or that share a proof or a unit's level."""
    egresses = of_level(ask.census.egresses, ask.level)
    yield from check_later(ask, "audit.egress-later", egresses, "closed_on")
    closed = tuple(one for one in ask.census.egresses if one.closed_on is not None)
    yield from check_proofs(ask, "audit.egress-proof-shared", closed, of_level(closed, ask.level))
    yield from check_unit_levels(ask, ask.census.egresses)
    for egress in egresses:
        if egress.evidence and egress.closed_on is None:
            yield finding("audit.egress-no-day", egress.id)


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


def check_egress(census: Census, at: date, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield egresses closed on paper only, and deadlines missed."""
    for egress in of_level(census.egresses, level):
        if egress.closed_on is not None and egress.closed_on <= at:
            if egress.backup_open:
                yield finding("audit.egress-backup-open", egress.id)
            elif egress.backup_open is None or not egress.evidence:
                yield finding("audit.egress-no-evidence", egress.id)
        elif egress.due is not None and egress.due < at:
            yield finding("audit.egress-overdue", egress.id, day=egress.due.isoformat())
