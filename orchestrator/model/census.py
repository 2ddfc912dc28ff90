"""The census whole: the migration list, the sites and sheets beside it, the task ledger, supervision, projects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from orchestrator.model.canonical import LATER
from orchestrator.model.recovering import KeptCheck, Wanted
from orchestrator.model.site import CloudSite, Egress, Network, Region, VirtualServer, Website
from orchestrator.model.system import Funding, MigrationList, Row, UnitLevel


class TaskLevel(StrEnum):
    """主项 / 分项 / 子项."""

    MAIN = "main"
    ITEM = "item"
    LEAF = "leaf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of the task ledger (工作台账).

    Attributes:
        parent: the task it is part of; empty for a main item.
        milestone: the node of the timetable the task belongs to.
        due: the day it was first promised for; a task that is put off keeps it and says so in `redated`.
        key: a key task of its milestone (重点任务).
    """

    id: str
    title: str
    row: Row
    level: TaskLevel
    parent: str = ""
    pillar: str = ""
    lead_unit: str = ""
    unit: str = ""
    responsible: str = ""
    milestone: date | None = None
    due: date | None = None
    redated: date | None = None
    done_on: date | None = None
    key: bool | None = None
    progress: str = ""
    problem: str = ""
    next_step: str = ""
    evidence: str = ""
    remarks: str = ""

    @property
    def assigned(self) -> bool:
        """Whether a person answers for it by a day."""
        return bool(self.responsible) and self.due is not None

    @property
    def done_in_time(self) -> bool:
        """Whether it was done, and by the node it belongs to."""
        return self.done_on is not None and self.milestone is not None and self.done_on <= self.milestone


class InspectedKind(StrEnum):
    """What an inspection group visited: a city or a department."""

    CITY = "city"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One visit of a round of supervision (督查)."""

    id: str
    row: Row
    round: int
    group: str
    kind: InspectedKind
    visited: str
    remarks: str = ""


class ProjectState(StrEnum):
    """在建 / 已完成 / 叫停."""

    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An information project: who builds it for how much, whether it was stopped, whether it was audited."""

    id: str
    unit: str
    name: str
    row: Row
    region: str = ""
    state: ProjectState | None = None
    budget_wan: Decimal | None = None
    funding: Funding | None = None
    funding_on: date | None = None
    spent_on: date | None = None
    completed_on: date | None = None
    audited_on: date | None = None
    remarks: str = ""


class IssueState(StrEnum):
    """挂牌 / 整改 / 核查 / 销号: the way of a problem under supervision (督办)."""

    LISTED = "listed"
    RECTIFYING = "rectifying"
    CHECKING = "checking"
    CLOSED = "closed-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A problem that supervision has found, until somebody else has checked that it is gone (销号).

    Attributes:
        source: who found it, such as 第一次督查.
        measure: what is done about it (整改措施).
        rectified_on: when the unit says that it was.
        checked_by, checked_on: who looked again, and when.
        rebound_on: the day it came back (反弹); it is open again.
    """

    id: str
    unit: str
    title: str
    row: Row
    unit_level: UnitLevel | None = None
    region: str = ""
    source: str = ""
    state: IssueState | None = None
    responsible: str = ""
    raised_on: date | None = None
    due: date | None = None
    measure: str = ""
    rectified_on: date | None = None
    checked_by: str = ""
    checked_on: date | None = None
    closed_on: date | None = None
    rebound_on: date | None = None
    evidence: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A number that is stored because it has no rows of its own here, such as the size of a catalogue."""

    id: str
    name: str
    value: str
    row: Row
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Everything that audits look at. Classified rooms are not in it; only their number is.

    Attributes:
        checks: what checks saw of replicas: no cell of the list, and as old as it says.
        wanted: what the programme wants of replicas, with the drills that are kept; empty where it says nothing.
    """

    listing: MigrationList = field(default_factory=MigrationList)
    networks: tuple[Network, ...] = ()
    egresses: tuple[Egress, ...] = ()
    websites: tuple[Website, ...] = ()
    virtual_servers: tuple[VirtualServer, ...] = ()
    cloud_sites: tuple[CloudSite, ...] = ()
    regions: tuple[Region, ...] = ()
    tasks: tuple[Task, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    projects: tuple[Project, ...] = ()
    issues: tuple[Issue, ...] = ()
    references: tuple[Reference, ...] = ()
    classified_rooms: int = 0
    checks: tuple[KeptCheck, ...] = field(default=(), metadata={LATER: True})
    wanted: tuple[Wanted, ...] = field(default=(), metadata={LATER: True})

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it: the blank form, as a list of which nothing can be read is refused."""
        return self == Census(
            listing=replace(MigrationList(), columns=self.listing.columns, digest=self.listing.digest)
        )
