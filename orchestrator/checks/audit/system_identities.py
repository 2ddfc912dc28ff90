"""What must hold of systems against verdicts, days, servers and one another; each its own finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.checks.audit.closures import ended
from orchestrator.checks.audit.folding import folded
from orchestrator.checks.audit.levels import check_unit_levels
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.shares import of_level
from orchestrator.checks.audit.times import check_later
from orchestrator.model.figures import Finding, finding
from orchestrator.model.site import VirtualServer
from orchestrator.model.system import Disposition, Server, Status, System, SystemClass

_ENDED = frozenset({Status.RETIRED, Status.MERGED})
_MOVED = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED})
_TO_CLEAN = frozenset({SystemClass.ZOMBIE, SystemClass.SHADOW})
_GOING = frozenset({Disposition.RETIRE, Disposition.MERGE})


def check_on_cloud(ask: Question) -> Iterator[Finding]:
    """Yield servers of no system or of a dead one, and systems on the cloud without proof or although stopped."""
    systems = {system.id.casefold(): system for system in ask.census.listing.systems}
    known = {one.id for one in of_level(ask.census.listing.systems, ask.level)}
    servers: tuple[VirtualServer | Server, ...] = (*ask.census.virtual_servers, *ask.census.listing.servers)
    for server in servers:
        system = systems.get(server.system_id.casefold())
        if system is None:
            if server.system_id or not getattr(server, "unit", ""):
                told = server.system_id or "—"
                yield finding("audit.server-no-system", server.id, ask.cell(server, "system_id"), system=told)
        elif system.status in _ENDED and system.id in known:
            cells = (ask.cell(server, "system_id"), ask.cell(system, "status"))
            yield finding("audit.server-of-ended", server.id, *cells, system=system.id, status=system.status.value)
        elif system.id in known and folded(getattr(server, "unit", "")) not in {"", folded(system.unit)}:
            cells = (ask.cell(server, "unit"), ask.cell(system, "unit"))
            yield finding("audit.server-other-unit", server.id, *cells, system=system.id, unit=system.unit)
    for system in of_level(ask.census.listing.systems, ask.level):
        if system.status in _MOVED and not system.evidence:
            yield finding("audit.cloud-no-evidence", system.id)
        if system.stopped and system.status in _MOVED | {Status.SYNCING, Status.READY}:
            cells = (ask.cell(system, "stopped"), ask.cell(system, "status"))
            yield finding("audit.cloud-stopped", system.id, *cells, status=system.status.value)
    yield from check_unit_levels(ask, ask.census.listing.systems)


def check_verdict_identities(ask: Question) -> Iterator[Finding]:
    """Yield verdicts against dispositions, and verdicts, approvals and uses that are later than the list knows."""
    systems = of_level(ask.census.listing.systems, ask.level)
    yield from check_later(ask, "audit.verdict-later", systems, "confirmed_on")
    yield from check_later(ask, "audit.system-later", systems, "approved_on", "last_login")
    for system in systems:
        told = system.disposition
        if system.system_class in _TO_CLEAN and told not in {None, Disposition.EXCLUDE, *_GOING}:
            cells = (ask.cell(system, "system_class"), ask.cell(system, "disposition"))
            yield finding(
                "audit.verdict-disposition",
                system.id,
                *cells,
                verdict=system.system_class.value,
                disposition=told.value if told else "",
            )


def check_closure_identities(ask: Question) -> Iterator[Finding]:
    """Yield clean-ups whose planned day has passed, and merges into what is itself shut down or merged."""
    every = {system.id: system for system in ask.census.listing.systems}
    for system in of_level(ask.census.listing.systems, ask.level):
        due = _clean_by(system)
        if due is not None and due < ask.at and not ended(system):
            name = "cleanup_due" if system.cleanup_due else "due"
            cells = (ask.cell(system, name), ask.cell(system, "status"))
            days = str((ask.at - due).days)
            yield finding("audit.cleanup-overdue", system.id, *cells, day=due.isoformat(), days=days)
        target = every.get(system.merged_into)
        if target is not None and (target.status in _ENDED or target.disposition in _GOING):
            cells = (ask.cell(system, "merged_into"), ask.cell(target, "status"))
            yield finding("audit.merged-into-ended", system.id, *cells, system=target.id)


def _clean_by(system: System) -> date | None:
    """Return the day by which a system was to be shut down or merged; none for one that stays or moves."""
    going = system.disposition in _GOING or system.system_class in _TO_CLEAN
    if going:
        return system.cleanup_due or system.due
    return system.cleanup_due if system.status not in _MOVED else None
