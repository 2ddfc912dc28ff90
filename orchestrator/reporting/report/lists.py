"""The overdue list (逾期清单) and the close-out list (销号清单)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from orchestrator.checks.lights import Light, Lit
from orchestrator.model.census import Census, Issue
from orchestrator.model.figures import Audit
from orchestrator.model.site import Egress, Network, Website
from orchestrator.model.system import Room, System
from orchestrator.reporting.report.contents import ClosedOut, LedgerLine, Overdue


def overdue(
    census: Census,
    audits: Mapping[str, Audit],
    at: date,
    lines: tuple[LedgerLine, ...],
    systems: Mapping[str, tuple[System, Lit]],
    unknown: frozenset[str] = frozenset(),
) -> Iterator[Overdue]:
    """Yield what should have been done, tasks, systems and all that has a day, the longest overdue first.

    What is `unknown` since the list was written is not among it.
    """
    late = (one for one in _late_lines(census, audits, at) if one.id not in unknown)
    found = [*_late_tasks(lines, at), *_late_systems(systems, at), *late]
    yield from sorted(found, key=lambda one: -one.days)


def unknown_since(census: Census, at: date, described: date | None) -> Iterator[str]:
    """Yield the ids of what has a day between the one that the list describes and `at`: it may be done by now."""
    if described is None:
        return
    days = [(room.id, room.close_due) for room in census.listing.rooms]
    for records in (census.networks, census.egresses, census.websites, census.issues):
        days += [(record.id, record.due) for record in records]
    yield from (id_ for id_, due in days if due is not None and described <= due < at)


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
    sheets: Mapping[str, Iterable[Network | Egress | Room | Website | Issue]] = {
        "network": census.networks,
        "egress": census.egresses,
        "room": census.listing.rooms,
        "website": census.websites,
        "issue": census.issues,
    }
    for kind, records in sheets.items():
        late = _found(audits, f"audit.{kind}-overdue")
        for record in records:
            due = record.close_due if isinstance(record, Room) else record.due
            if record.id in late and due is not None:
                issue = record if isinstance(record, Issue) else None
                yield Overdue(
                    kind=kind,
                    id=record.id,
                    name=_name(record),
                    unit=record.unit,
                    person=issue.responsible if issue else "",
                    due=due,
                    days=(at - due).days,
                    next_step=issue.measure if issue else "",
                )


def _name(record: Network | Egress | Room | Website | Issue) -> str:
    match record:
        case Egress():
            return record.carrier
        case Issue():
            return record.title
    return record.name


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
    checked, back = _counted(audits, "issue.closed"), _found(audits, "audit.issue-rebound")
    for issue in census.issues:
        if issue.id in checked or issue.id in back:
            yield ClosedOut(
                kind="issue",
                id=issue.id,
                name=issue.title,
                unit=issue.unit,
                due=issue.due,
                done_on=issue.closed_on,
                evidence=issue.evidence,
                rebound=issue.id in back,
            )
    sites = _counted(audits, "website.moved") | _counted(audits, "website.closed")
    for site in census.websites:
        if site.id in sites:
            yield ClosedOut(
                kind="website",
                id=site.id,
                name=site.name,
                unit=site.unit,
                due=site.due,
                done_on=site.done_on,
                evidence=site.evidence,
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
