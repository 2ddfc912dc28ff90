"""Which cells of a row a finding is about, as data; findings that are about several rows name their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from orchestrator.checks.audit.question import Recorded
from orchestrator.model.census import Census
from orchestrator.model.figures import Finding

# Sheet → code → fields.
CELLS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "rooms": {
        "room-unknown": ("state",),
        "room-no-day": ("closed_on",),
        "room-no-evidence": ("evidence",),
        "room-running": ("running_devices",),
        "room-reopened": ("reopened_on",),
        "room-exemption-over": ("exempt_until",),
        "room-closed-later": ("closed_on",),
        "room-day-no-state": ("state", "closed_on"),
        "room-overdue": ("close_due", "state"),
        "room-no-racks": ("racks",),
        "room-no-saving": ("om_cost_wan",),
    },
    "systems": {
        "cloud-undecided": ("disposition",),
        "cloud-deferral-unapproved": ("deferral", "approval_no"),
        "cloud-deferral-over": ("due",),
        "cloud-no-target": ("target_cloud",),
        "cloud-no-evidence": ("status", "evidence"),
        "verdict-unconfirmed": ("confirmed_by", "confirmed_on"),
        "verdict-no-criteria": ("cleanup_reasons",),
        "verdict-seasonal": ("seasonal", "system_class"),
        "verdict-no-target": ("merged_into",),
        "verdict-island": ("exchange",),
        "closure-no-evidence": ("evidence",),
        "merge-no-target": ("merged_into",),
        "two-states": ("disposition", "status"),
        "not-connected-identity": ("identity",),
        "not-connected-portal": ("portal",),
        "dr-not-configured": ("dr_site", "replica_site"),
        "dr-not-verified": ("replica_verified",),
        "dr-stale": ("last_replica", "replica_lag_min"),
        "dr-not-drilled": ("last_drill", "drill_rto_min"),
        "dr-no-drill": ("last_drill",),
    },
    "networks": {
        "network-undecided": ("disposition",),
        "network-not-approved": ("approval_no", "approver", "expires_on"),
        "network-no-evidence": ("evidence",),
        "network-overdue": ("due",),
        "network-no-day": ("done_on",),
        "network-two-states": ("disposition", "done_on"),
        "network-no-saving": ("om_cost_wan",),
    },
    "egresses": {
        "egress-backup-open": ("backup_open",),
        "egress-no-evidence": ("evidence", "backup_open"),
        "egress-overdue": ("due",),
        "egress-no-day": ("closed_on",),
    },
    "tasks": {
        "task-no-person": ("responsible",),
        "task-no-day": ("due",),
        "task-overdue": ("due",),
        "task-lost-parent": ("parent",),
        "task-after-node": ("due",),
        "task-no-done-day": ("progress", "done_on"),
        "task-no-evidence": ("evidence",),
    },
    "websites": {
        "website-no-day": ("done_on",),
        "website-no-evidence": ("evidence",),
        "website-two-states": ("state", "done_on"),
        "website-overdue": ("due", "state"),
    },
    "issues": {
        "issue-two-states": ("state", "closed_on"),
        "issue-no-check": ("checked_by", "checked_on"),
        "issue-own-check": ("checked_by", "responsible"),
        "issue-no-evidence": ("evidence",),
        "issue-rebound": ("rebound_on",),
        "issue-no-due": ("due",),
        "issue-overdue": ("due", "state"),
    },
    "cloud_sites": {"site-more-racks": ("rack_capacity", "racks_used")},
    "virtual_servers": {
        "server-off": ("running", "vcpus"),
        "server-off-used": ("running", "cpu_percent"),
    },
    "regions": {"district-no-plan": ("plan_on",)},
    "projects": {
        "project-no-day": ("completed_on",),
    },
}
_OF = {f"audit.{code}": (sheet, fields) for sheet, codes in CELLS.items() for code, fields in codes.items()}


def located(census: Census, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings with the cells that they are about."""
    records = cache(lambda sheet: {record.id: record for record in _sheet(census, sheet)})
    for found in findings:
        sheet, fields = _OF.get(found.code, ("", ()))
        record = records(sheet).get(found.subject) if sheet and not found.cells else None
        cells = (census.listing.cell(record.row, name) for name in fields) if record else found.cells
        yield replace(found, cells=tuple(cells))


def _sheet(census: Census, name: str) -> Iterable[Recorded]:
    rows: Iterable[Recorded] = getattr(census.listing if hasattr(census.listing, name) else census, name)
    return rows
