"""Reports to look at: a seed's, and a small one whose every text an attacker wrote."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from orchestrator.adapters.intake import load_programme, read_census
from orchestrator.adapters.intake.figures import load_figures
from orchestrator.checks.audits import AUDITS, Definitions, Question, check_audit, check_published
from orchestrator.model.census import Census, Task, TaskLevel
from orchestrator.model.figures import AuditRules
from orchestrator.model.programme import Batch
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

SEEDS = Path(__file__).parents[4] / "seeds"
AT = date(2018, 6, 15)


@cache
def seed_report(region: str, at: date) -> Report:
    programme = load_programme(SEEDS / region)
    census, _ = read_census(SEEDS / region, programme)
    table = load_figures(SEEDS / region, programme)
    definitions = Definitions(programme=programme.slug, rules=programme.audit, batches=programme.batches, figures=table)
    ask = Question(census=census, definitions=definitions, at=at, level=programme.audit.level)
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    figures = tuple(check_published(ask))
    return build_report(
        definitions, census, audits, at, title=programme.title, synthetic=programme.synthetic, figures=figures
    )


@pytest.fixture
def weihai() -> Report:
    return seed_report("weihai", date(2018, 8, 31))


@pytest.fixture
def yantai() -> Report:
    """Return Yantai's a few days after its first node: seven of fifteen tasks are overdue."""
    return seed_report("yantai", date(2018, 1, 5))


def written(text: str) -> Report:
    """Return a report of one row of each kind, whose every text is this one."""
    row = Row(file=text, sheet=text, number=2)
    census = Census(
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
    definitions = Definitions(
        programme="p",
        rules=AuditRules(baseline=date(2018, 1, 1)),
        batches=(Batch(number=1, title=text, deadline=date(2018, 6, 30)),),
    )
    ask = Question(census=census, definitions=definitions, at=AT, level=None)
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    return build_report(definitions, census, audits, AT, title=text)
