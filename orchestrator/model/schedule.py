"""Cutover scheduling: what the programme allows, what the systems need, and the plan that comes of it.

Minutes are whole numbers: a night is planned in minutes, and sums of them must be exact. Times of day and
windows are Beijing time, which the whole country keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from orchestrator.model.canonical import LATER

BEIJING = timezone(timedelta(hours=8), "CST")

# The longest a window may be, hours, and the most of anything that a programme may allow: advice keeps to them too.
LONGEST_WINDOW = 24
MOST = 1_000_000

# Resources that a window has, besides the crews' time; `CLOUD/RESOURCE` is the same for one cloud's share.
RESOURCES = ("systems", "servers", "data_gib")


class Basis(StrEnum):
    """Where a duration comes from; a rehearsal's clock beats a person's word, and that beats a formula."""

    MEASURED = "measured"
    DECLARED = "declared"
    ESTIMATED = "estimated"


class Clusters(StrEnum):
    """How a dependency group that no window can hold is dealt with."""

    ONE_WINDOW = "one-window"  # it may not be divided: such a group makes the plan infeasible
    ORDERED = "ordered"  # it is divided along its dependencies: what is needed goes in an earlier window


class CutoverPhase(StrEnum):
    """The parts of a cutover, in their order."""

    FREEZE = "freeze"
    FINAL_SYNC = "final_sync"
    VERIFY = "verify"
    SWITCH = "switch"
    ACCEPT = "accept"  # 业务验证: the business owner runs the agreed cases and signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Days, first and last included, that no cutover may touch: 两会, a holiday, another 重保期."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """How long a cutover takes where nobody measured or declared it; minutes.

    Attributes:
        sync_per_100_gib: added to `final_sync` for each 100 GiB the system holds, rounded up.
        rollback: from the decision until the source serves again.
        margin: kept free between the rollback's end and the window's.
        assumed_data_gib: taken where the list does not say how much data a system has.
    """

    freeze: int = 10
    final_sync: int = 20
    sync_per_100_gib: int = 10
    verify: int = 20
    switch: int = 10
    accept: int = 30
    rollback: int = 40
    margin: int = 20
    assumed_data_gib: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What is known about one system's cutover; a missing value is estimated."""

    basis: Basis = Basis.DECLARED
    source: str = ""
    phases: Mapping[CutoverPhase, int] = field(default_factory=dict)
    rollback: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """What the programme's `schedule:` declares.

    Attributes:
        start: first day whose evening may be used; None means the day the plan is made.
        trial_days: trial running before a system counts as done (试运行).
        trial_in_deadline: whether the trial must be over by the deadline; the other reading is shown beside it.
        opens: when a window opens, minutes after midnight.
        hours: length of a window.
        long_hours: length of a window whose next day is no working day.
        slack: minutes before the latest decision to roll back that are kept free where the nights allow it.
        rest_after: after so many evenings in a row with a window, the crews rest; 0 for never.
        rest_nights: for so many evenings.
        pilot: the most systems in the very first night; None for as many as it holds.
        evenings: ISO weekdays (1 Monday … 7 Sunday) on whose evening a window may open.
        holidays: whether public holidays are frozen.
        people: how many are on duty in a night.
        crew: how many one cutover takes; two at least, one acts and one reviews.
        limits: resource, or `CLOUD/RESOURCE`, → the most that one window may hold; what is missing is unlimited.
        cloud_from: cloud → first evening on which something may be cut over to it.
        batch_from: batch → first evening of its windows; missing means that of the previous deadline.
        open_batches: batches that take units which no batch lists; a batch without a list takes them anyway.
        together: units that move in one batch.
        month_start_words: a unit or system whose name has one of these keeps off the month's first working day.
        month_start_systems: systems that do so whatever they are called.
        timings: system → what is known about its cutover.
        groups_return: whether the open systems of a dependency group go back to their sources where another of it was
            not opened in the same window; else they stay open.
    """

    start: date | None = None
    trial_days: int = 30
    trial_in_deadline: bool = False
    opens: int = 22 * 60
    hours: int = 8
    long_hours: int = 8
    slack: int = 0
    rest_after: int = 0
    rest_nights: int = 1
    pilot: int | None = None
    evenings: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    holidays: bool = True
    freezes: tuple[Freeze, ...] = ()
    people: int = 6
    crew: int = 2
    limits: Mapping[str, int] = field(default_factory=dict)
    cloud_from: Mapping[str, date] = field(default_factory=dict)
    batch_from: Mapping[int, date] = field(default_factory=dict)
    open_batches: tuple[int, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    clusters: Clusters = Clusters.ONE_WINDOW
    month_start_words: tuple[str, ...] = ("财政", "国库", "税务", "社会保险", "社保", "医疗保障", "公积金")
    month_start_systems: tuple[str, ...] = ()
    estimates: Estimates = field(default_factory=Estimates)
    timings: Mapping[str, Timing] = field(default_factory=dict)
    groups_return: bool = field(default=False, metadata={LATER: True})

    @property
    def crews(self) -> int:
        """How many cutovers can be worked on at a time."""
        return self.people // self.crew


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdays:
    """The public calendar of the years a plan may touch.

    Attributes:
        holidays: public holidays, with their names, in order.
        working_weekends: Saturdays and Sundays worked in exchange (调休上班).
        announced_until: last year whose exchange days have been announced; later years may still change.
        source: the library and its version.
    """

    holidays: tuple[tuple[date, str], ...] = ()
    working_weekends: frozenset[date] = frozenset()
    announced_until: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A legal cutover window.

    Attributes:
        evening: the day it opens; names the night.
        minutes: its length.
        month_start: whether it touches the first working day of a month.
        most: the most systems it may hold; None where nothing but the usual limits says so.
    """

    evening: date
    start: datetime
    end: datetime
    minutes: int
    month_start: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutover:
    """One system's cutover as the planner sees it; minutes.

    Attributes:
        batch: decreed for the system itself or its unit; 0 leaves it to the planner.
        load: resource, and `CLOUD/RESOURCE`, → what it takes of a window.
        not_before: the first evening its clouds are there; None is any.
        reserve: rollback and margin; what must be left of the window when the cutover is done.
        phase_basis: where each phase's minutes come from; `basis` is that of the whole, the weakest of them.
        assumed: names of list cells that were empty, so that a value was assumed.
    """

    system: str
    name: str
    unit: str
    batch: int
    due: date | None
    clouds: tuple[str, ...]
    load: Mapping[str, int]
    not_before: date | None
    month_start: bool
    phases: Mapping[CutoverPhase, int]
    rollback: int
    margin: int
    basis: Basis
    phase_basis: Mapping[CutoverPhase, Basis]
    source: str = ""
    assumed: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """From stopping writes until the business owner has signed."""
        return sum(self.phases.values())

    @property
    def reserve(self) -> int:
        """What the window must still have when the cutover is done."""
        return self.rollback + self.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When one system is cut over, and by which of the night's crews.

    Attributes:
        group: the first system of its dependency group, in the order of cutover.
        rollback_by: latest decision to roll back: window's end − rollback − margin; less, where groups go back as a
            whole, the rollbacks of all of its group before it.
    """

    system: str
    name: str
    unit: str
    batch: int
    group: str
    crew: int
    start: datetime
    end: datetime
    rollback_by: datetime
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One night's cutovers."""

    evening: date
    start: datetime
    end: datetime
    load: Mapping[str, int]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a deadline: with the trial inside it or not.

    Attributes:
        last_day: the day by which the last cutover must have ended.
        nights: legal nights that are left until then.
        spare: nights between the plan's last cutover and the last legal one; None where the plan misses it.
    """

    trial_in_deadline: bool
    last_day: date
    nights: int
    spare: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSchedule:
    """One batch in the plan.

    Attributes:
        units: the batch's units; those in `chosen` were put there by the planner.
    """

    number: int
    title: str
    opens: date
    deadline: date | None
    systems: int
    units: tuple[str, ...]
    chosen: tuple[str, ...]
    first_night: date | None
    last_night: date | None
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One thing the planner minimised: its value, a proven lower bound, and who proved it."""

    name: str
    value: int
    bound: int
    proof: str

    @property
    def gap(self) -> float | None:
        """How far the value may be from the best, as a share of the value; None when both are 0."""
        return (self.value - self.bound) / self.value if self.value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A dependency whose two systems go in different batches: it needs a connection for the time between."""

    system: str
    needs: str
    batch: int
    needs_batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The plan: every system that migrates, with its batch and its window.

    Attributes:
        made_for: the day it was made for; where the programme names no start, planning starts then.
        inputs: name of each input → SHA-256, hex, of what the planner read of it.
        digest: SHA-256, hex, of everything else in the plan; approvals name it.
        done: systems already cut over; they are not planned.
        held: systems that the rules forbid to move; they are not planned → the hold's codes.
        waiting: planned systems that a gate still holds back → the hold's codes.
        provisional_from: the first year whose public calendar was not announced when the plan was made.
    """

    programme: str
    made_for: date
    solver: str
    inputs: Mapping[str, str]
    goals: tuple[Goal, ...]
    batches: tuple[BatchSchedule, ...]
    windows: tuple[Window, ...]
    links: tuple[Link, ...] = ()
    done: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, int] = field(default_factory=dict)
    provisional_from: int | None = None
    digest: str = ""

    def window_at(self, now: datetime) -> Window | None:
        """Return the window that is open or, if none is, the next one; None where the plan has no more."""
        return min((window for window in self.windows if window.end > now), key=lambda each: each.start, default=None)

    def slot(self, system: str) -> tuple[Window, Slot] | None:
        """Return a system's window and slot, or None."""
        found = ((window, slot) for window in self.windows for slot in window.slots if slot.system == system)
        return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One way out of a conflict; a code of the text catalogue and its values.

    Attributes:
        systems: those whose rows are changed, where rows are.
        also: what has to be changed together with it.
        least: its amounts are the least that is needed; whether they are enough was not seen.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    also: tuple[Remedy, ...] = ()
    least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why there is no plan: the constraint, by how much it is missed, and what would relax it.

    Attributes:
        proven: False where the search ended without a plan and without a proof that there is none.
    """

    code: str
    values: Mapping[str, str]
    remedies: tuple[Remedy, ...] = ()
    systems: tuple[str, ...] = ()
    proven: bool = True
