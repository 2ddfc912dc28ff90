"""The overdue list (逾期清单) and the close-out list (销号清单)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from orchestrator.checks.lights import Light, Lit
from orchestrator.model.census import Census
from orchestrator.model.figures import Audit
from orchestrator.model.system import System
from orchestrator.reporting.report.contents import ClosedOut, LedgerLine, Overdue


def overdue(
    census: Census,
    audits: Mapping[str, Audit],
    at: date,
    lines: tuple[LedgerLine, ...],
    systems: Mapping[str, tuple[System, Lit]],
) -> Iterator[Overdue]:
    """Yield what should have been done: tasks, systems, networks and egresses, the longest overdue first."""
    found = [*_late_tasks(lines, at), *_late_systems(systems, at), *_late_lines(census, audits, at)]
    yield from sorted(found, key=lambda one: -one.days)


def _late_tasks(lines: tuple[LedgerLine, ...], at: date) -> Iterator[Overdue]:
    for line in lines:
        task = line.task
        if line.lit.reason == "light.overdue" and task.due is not None:
            yield Overdue(
                kind="task",
                id=task.id,
                name=task.title,
                unit=task.unit or task.lead_unit,
                person=task.responsible,
                due=task.due,
                days=(at - task.due).days,
                problem=task.problem,
                next_step=task.next_step,
            )


def _late_systems(systems: Mapping[str, tuple[System, Lit]], at: date) -> Iterator[Overdue]:
    for system, lit in systems.values():
        due = system.due or system.cleanup_due
        if lit.light is Light.RED and lit.reason == "light.overdue" and due is not None:
            yield Overdue(
                kind="system",
                id=system.id,
                name=system.name,
                unit=system.unit,
                person=system.responsible,
                due=due,
                days=(at - due).days,
            )


def _late_lines(census: Census, audits: Mapping[str, Audit], at: date) -> Iterator[Overdue]:
    networks, egresses = (_found(audits, f"audit.{kind}-overdue") for kind in ("network", "egress"))
    for network in census.networks:
        if network.id in networks and network.due is not None:
            yield Overdue(
                kind="network",
                id=network.id,
                name=network.name,
                unit=network.unit,
                person="",
                due=network.due,
                days=(at - network.due).days,
            )
    for egress in census.egresses:
        if egress.id in egresses and egress.due is not None:
            yield Overdue(
                kind="egress",
                id=egress.id,
                name=egress.carrier,
                unit=egress.unit,
                person="",
                due=egress.due,
                days=(at - egress.due).days,
            )


def closed_out(census: Census, audits: Mapping[str, Audit], at: date) -> Iterator[ClosedOut]:
    """Yield what is done with its proof filed, as the audits count it, and what came back after it was."""
    for task in census.tasks:
        if task.done_on is not None and task.done_on <= at and task.evidence:
            yield ClosedOut(
                kind="task",
                id=task.id,
                name=task.title,
                unit=task.unit or task.lead_unit,
                due=task.due,
                done_on=task.done_on,
                evidence=task.evidence,
            )
    rooms, reopened = _counted(audits, "room"), _found(audits, "audit.room-reopened")
    for room in census.listing.rooms:
        if room.id in rooms or room.id in reopened:
            yield ClosedOut(
                kind="room",
                id=room.id,
                name=room.name,
                unit=room.unit,
                due=None,
                done_on=room.closed_on,
                evidence=room.evidence,
                rebound=room.id in reopened,
            )
    networks = _counted(audits, "network.consolidated")
    for network in census.networks:
        if network.id in networks:
            yield ClosedOut(
                kind="network",
                id=network.id,
                name=network.name,
                unit=network.unit,
                due=network.due,
                done_on=network.done_on,
                evidence=network.evidence,
            )
    egresses, left_open = _counted(audits, "egress.closed"), _found(audits, "audit.egress-backup-open")
    for egress in census.egresses:
        if egress.id in egresses or egress.id in left_open:
            yield ClosedOut(
                kind="egress",
                id=egress.id,
                name=egress.carrier,
                unit=egress.unit,
                due=egress.due,
                done_on=egress.closed_on,
                evidence=egress.evidence,
                rebound=egress.id in left_open,
            )
    gone = {id_: kind for kind in ("retired", "merged") for id_ in _counted(audits, f"closure.{kind}")}
    for system in census.listing.systems:
        if system.id in gone:
            yield ClosedOut(
                kind=gone[system.id],
                id=system.id,
                name=system.name,
                unit=system.unit,
                due=system.cleanup_due or system.due,
                done_on=None,
                evidence=system.evidence,
            )


def _counted(audits: Mapping[str, Audit], formula: str) -> frozenset[str]:
    return frozenset(
        id_ for audit in audits.values() for ratio in audit.ratios if ratio.formula == formula for id_ in ratio.counted
    )


def _found(audits: Mapping[str, Audit], code: str) -> frozenset[str]:
    return frozenset(result.subject for audit in audits.values() for result in audit.findings if result.code == code)
