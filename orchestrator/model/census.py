"""The census whole: the migration list, the sites and sheets beside it, the task ledger, supervision, projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from orchestrator.model.site import CloudSite, Egress, Network, Region, VirtualServer, Website
from orchestrator.model.system import MigrationList, Row


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
    completed_on: date | None = None
    audited_on: date | None = None
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
    """Everything that audits look at. Classified rooms are not in it; only their number is."""

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
    references: tuple[Reference, ...] = ()
    classified_rooms: int = 0
