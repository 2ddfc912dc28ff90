"""Reports to look at: a seed's, and a small one whose every text an attacker wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from orchestrator.adapters.intake.recovery import grade_tables
from orchestrator.adapters.schedule_file import read_plan
from orchestrator.checks.audit.question import Definitions, Question
from orchestrator.checks.audit.subjects import AUDITS, check_audit, check_published
from orchestrator.model.census import Census, Task, TaskLevel
from orchestrator.model.figures import AuditRules
from orchestrator.model.programme import Batch
from orchestrator.model.recovering import KeptCheck, KeptReplica, Place, Wanted
from orchestrator.model.replica import Policy, Told
from orchestrator.model.site import Egress, Network, NetworkDisposition
from orchestrator.model.system import (
    Disposition,
    MigrationList,
    Room,
    RoomState,
    Row,
    Secrecy,
    Status,
    System,
    SystemClass,
)
from orchestrator.reporting.report.build import build_report
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.wall import Planned
from tests.unit.seeds.regions import question

AT = date(2018, 6, 15)


@cache
def seed_report(region: str, at: date, plan: Path | None = None, *, described: date | None = None) -> Report:
    """Return a seed's report of a day; `described` is another day that its list is said to describe."""
    ask = replace(question(region), at=at)
    if described is not None:
        rules = replace(ask.definitions.rules, as_of=described)
        ask = replace(ask, definitions=replace(ask.definitions, rules=rules))
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    figures = tuple(check_published(ask))
    return build_report(
        ask.definitions,
        ask.census,
        audits,
        at,
        figures=figures,
        planned=Planned.of(read_plan(plan)) if plan else None,
        grades=grade_tables()[2007],
    )


@pytest.fixture
def weihai() -> Report:
    return seed_report("weihai", date(2018, 8, 31))


@pytest.fixture
def yantai() -> Report:
    """Return Yantai's a few days after its first node, from a list of that day: seven of fifteen tasks are overdue."""
    return seed_report("yantai", date(2018, 1, 5), described=date(2018, 1, 5))


@cache
def written(*texts: str) -> Report:
    """Return a report that has, for each text, one row of each kind whose every text it is."""
    every = [_rows(text) for text in texts]
    census = Census(
        listing=MigrationList(
            systems=tuple(system for one in every for system in one.listing.systems),
            rooms=tuple(room for one in every for room in one.listing.rooms),
        ),
        networks=tuple(network for one in every for network in one.networks),
        egresses=tuple(egress for one in every for egress in one.egresses),
        tasks=tuple(task for one in every for task in one.tasks),
        checks=tuple(check for one in every for check in one.checks),
        wanted=tuple(each for one in every for each in one.wanted),
    )
    definitions = Definitions(
        programme="p",
        title=texts[0],
        rules=AuditRules(baseline=date(2018, 1, 1)),
        batches=tuple(
            Batch(number=number, title=text, deadline=date(2018, 6, 30)) for number, text in enumerate(texts, start=1)
        ),
    )
    ask = Question(census=census, definitions=definitions, at=AT, level=None)
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    return build_report(definitions, census, audits, AT, grades=grade_tables()[2007])


def _rows(text: str) -> Census:
    row = Row(file=text, sheet=text, number=2)
    seen = KeptReplica(kind=text, address=text, seconds=1.0, verdicts={"existence": f"fail {text}"})
    at = datetime(2018, 6, 15, tzinfo=UTC)
    return Census(
        checks=(KeptCheck(system=f"S1{text}", at=at, day=AT, until=AT, missing=(text,), replicas=(seen,)),),
        wanted=(
            Wanted(
                system=f"S1{text}",
                policy=Policy(level=5),
                told=Told(),
                needed=frozenset({text, "postgresql"}),
                places=(Place(kind=text, address=text, port=1, site=text, follows=text),),
            ),
        ),
        listing=MigrationList(
            systems=(
                System(
                    id=f"S1{text}", unit=text, name=text, row=row, secrecy=Secrecy.UNCLASSIFIED, function=text,
                    responsible=text, disposition=Disposition.MIGRATE, due=date(2018, 6, 1), batch=1, evidence=text,
                    approver=text, fund_source=text, target_cloud=text, scope=text, remarks=text, users=12,
                ),
                System(
                    id=f"S2{text}", unit=text, name=text, row=row, secrecy=Secrecy.UNCLASSIFIED, evidence=text,
                    disposition=Disposition.RETIRE, status=Status.RETIRED, system_class=SystemClass.ZOMBIE,
                    merged_into=text,
                ),
            ),
            rooms=(
                Room(
                    id=f"R{text}", unit=text, name=text, row=row, state=RoomState.CLOSED, closed_on=date(2018, 3, 1),
                    evidence=text, running_devices=0, exemption_no="", remarks=text,
                ),
            ),
        ),
        networks=(
            Network(
                id=f"N{text}", unit=text, name=text, row=row, disposition=NetworkDisposition.CANCEL,
                due=date(2018, 6, 1), evidence=text, approval_no=text,
            ),
        ),
        egresses=(Egress(id=f"E{text}", unit=text, row=row, carrier=text, due=date(2018, 6, 1)),),
        tasks=(
            Task(id=f"M{text}", title=text, row=row, level=TaskLevel.MAIN),
            Task(
                id=f"T1{text}", title=text, row=row, level=TaskLevel.LEAF, parent=f"M{text}", lead_unit=text,
                unit=text, responsible=text, due=date(2018, 6, 1), milestone=date(2018, 6, 30), progress=text,
                problem=text, next_step=text, remarks=text,
            ),
            Task(
                id=f"T2{text}", title=text, row=row, level=TaskLevel.LEAF, parent=f"M{text}", unit=text,
                responsible=text, due=date(2018, 6, 1), done_on=date(2018, 5, 1), evidence=text,
            ),
        ),
    )  # fmt: skip
