"""What a report holds, as values: no words, no colours, no file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from orchestrator.checks.lights import Light, Lit
from orchestrator.checks.ranking import Standing
from orchestrator.model.census import Census, Task
from orchestrator.model.centre import Centre
from orchestrator.model.figures import Audit, Completion, FigureResult, Ratio
from orchestrator.model.system import UnitLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Rows that a leader has to hear of; `code` is in the text catalogue, and so is `code.remedy`.

    Attributes:
        subject: the audit that found them; empty for lights.
        values: what is the same for all the rows: code names, such as a verdict.
        units: who answers for the rows, with how many of them, the most first.
        change: how many rows more or fewer than in the snapshot before; None where there is none.
    """

    code: str
    ids: tuple[str, ...]
    light: Light
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    units: tuple[tuple[str, int], ...] = ()
    change: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of a batch, or of the tasks of a milestone, stands how.

    Attributes:
        batch: its number, 0 for what has none; None for tasks.
        day: the batch's deadline, or the milestone.
    """

    batch: int | None
    day: date | None
    done: int
    lights: Mapping[Light, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return self.done + sum(self.lights.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A batch on the wall chart: from the day after the deadline before it to its own."""

    batch: int
    title: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One department's systems of one batch on the wall chart.

    Attributes:
        planned: first and last night that the cutover plan gives them.
        people: who answers for them, the one with the most systems first.
    """

    unit: str
    batch: int
    first: date
    last: date
    light: Light
    done: int
    total: int
    people: tuple[str, ...]
    ids: tuple[str, ...]
    planned: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A leaf of the task ledger with the items above it and its light."""

    main: str
    item: str
    task: Task
    lit: Lit


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Something that should have been done; `kind` is task, system, network, egress, room, website or issue."""

    kind: str
    id: str
    name: str
    unit: str
    person: str
    due: date
    days: int
    problem: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedOut:
    """Something done with its proof filed.

    Attributes:
        kind: task, room, network, egress, issue, website, retired or merged.
        rebound: it came back (反弹); None where nothing in the list tells.
    """

    kind: str
    id: str
    name: str
    unit: str
    due: date | None
    done_on: date | None
    evidence: str
    rebound: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the pages and workbooks show.

    Attributes:
        at: the day the report looks from.
        described: the day the list describes, where the programme says it.
        headlines: the five numbers of the leader's page.
        concerns: the three problems of the leader's page; `every_concern` has all, the worst first.
        milestones: days that the wall chart marks.
        audits: every audit, by its subject.
        ranking: the units by what they have done.
        before: the day of the snapshot that changes are counted from; None where there is none.
        changes: formula of a headline → percentage points more or fewer than then.
        evidence: number and hash of the evidence's last entry before the report; None where there is none.
        centre: how the replicas stood; None where nothing is told of them.
    """

    programme: str
    title: str
    synthetic: bool
    at: date
    described: date | None
    baseline: date | None
    level: UnitLevel | None
    completion: Completion
    census: Census
    audits: Mapping[str, Audit]
    figures: tuple[FigureResult, ...] = ()
    headlines: tuple[Ratio, ...] = ()
    concerns: tuple[Concern, ...] = ()
    every_concern: tuple[Concern, ...] = ()
    progress: tuple[Progress, ...] = ()
    bands: tuple[Band, ...] = ()
    bars: tuple[Bar, ...] = ()
    milestones: tuple[date, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    closed: tuple[ClosedOut, ...] = ()
    ranking: tuple[Standing, ...] = ()
    before: date | None = None
    changes: Mapping[str, Decimal] = field(default_factory=dict)
    evidence: tuple[int, str] | None = None
    centre: Centre | None = None

    @property
    def digest(self) -> str:
        """Digest of the rows the report was made from, which every audit carries."""
        return next((audit.data_digest for audit in self.audits.values()), "")
