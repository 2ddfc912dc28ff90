"""The cutover plan (割接方案) of a batch or a system: who does what when, and until when there is a way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from orchestrator.model.callers import Call
from orchestrator.model.centre import StoodSystem
from orchestrator.model.frozen import Frozen
from orchestrator.model.group import GroupPlan
from orchestrator.model.pipeline import Verb
from orchestrator.model.plan import Reason
from orchestrator.model.recovering import Wanted
from orchestrator.model.schedule import Basis, CutoverPhase


class Doer(StrEnum):
    """Who does a step. What the tool does not do, people do, and the document says which."""

    TOOL = "tool"
    VENDOR = "vendor"  # 承建或运维单位, with the operator and the reviewer present
    OWNER = "owner"  # 使用单位


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverStep:
    """One phase of a system's cutover with its time."""

    phase: CutoverPhase
    doer: Doer
    start: datetime
    end: datetime
    minutes: int
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverSystem:
    """One system's part of a cutover night.

    Attributes:
        users: of the list; None is unknown.
        prepared: what the tool does before the night, in order; empty while a gate holds the system back.
        gates: what must be lifted before the night.
        slack: minutes between the cutover's planned end and the rollback deadline.
        rollback_point: from here a rollback has to redirect users back; before it nothing has changed for them.
        rollback_by: window's end − rollback − margin, and as `Slot` says.
        lossy: whether a rollback after the window loses what users wrote meanwhile.
        needs: systems it needs that go in another batch, with that batch's number.
    """

    system: str
    name: str
    unit: str
    function: str
    audience: tuple[str, ...]
    users: int | None
    clouds: tuple[str, ...]
    servers: int
    data_gib: int
    mlps_level: int | None
    crew: int
    steps: tuple[CutoverStep, ...]
    prepared: tuple[Verb, ...]
    gates: tuple[Reason, ...]
    rollback: int
    margin: int
    rollback_point: datetime
    rollback_by: datetime
    slack: int
    source: str
    assumed: tuple[str, ...]
    needs: tuple[tuple[str, int], ...]
    lossy: bool = True

    @property
    def start(self) -> datetime:
        """When users lose the service."""
        return self.steps[0].start

    @property
    def end(self) -> datetime:
        """When users have it back, as planned."""
        return self.steps[-1].end

    @property
    def minutes(self) -> int:
        """How long they are without it, as planned."""
        return sum(step.minutes for step in self.steps)

    @property
    def basis(self) -> Basis:
        """What its times rest on: the weakest of its steps'."""
        present = {step.basis for step in self.steps}
        return next(basis for basis in (Basis.ESTIMATED, Basis.DECLARED, Basis.MEASURED) if basis in present)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverNight:
    """One window with its systems in the order of cutover.

    Attributes:
        groups: the dependency groups of these systems, each with all of its systems.
    """

    evening: date
    start: datetime
    end: datetime
    crews: int
    systems: tuple[CutoverSystem, ...]
    groups: tuple[GroupPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSection:
    """What the tool does while a system's clients wait: the very list that runs, and the digest an approval names."""

    frozen: Frozen
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverReplica:
    """What a system's replicas must be after its cutover, and how they stood when they were last seen."""

    wanted: Wanted
    stood: StoodSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverPlan:
    """A dry run of the cutover of a batch or a system.

    Attributes:
        scope: `batch` or `system`; `subject` is its number or id.
        schedule_digest: of the plan file it follows; the approval names it.
        crew: people that one cutover takes.
        trial_days: of trial running that follow.
        cloud_kinds: cloud's name → what kind of cloud it is.
        units: in their official order, that of the programme and then of the list.
        frozen: of the systems whose move has begun and which are not open yet.
        replicas: of the systems that need any, night after night.
        calls: the interfaces of these systems, as the switch leaves them.
    """

    programme: str
    title: str
    synthetic: bool
    scope: str
    subject: str
    batch: int
    batch_title: str
    deadline: date | None
    made_for: date
    schedule_digest: str
    crew: int
    people: int
    trial_days: int
    cloud_kinds: Mapping[str, str]
    units: tuple[str, ...]
    nights: tuple[CutoverNight, ...]
    frozen: tuple[FrozenSection, ...] = ()
    replicas: tuple[CutoverReplica, ...] = ()
    calls: tuple[Call, ...] = ()

    @property
    def systems(self) -> tuple[CutoverSystem, ...]:
        """All systems, night after night."""
        return tuple(system for night in self.nights for system in night.systems)

    @property
    def by_unit(self) -> Mapping[str, tuple[CutoverSystem, ...]]:
        """The systems of each unit by night and time, the units in their order."""
        found: dict[str, list[CutoverSystem]] = {unit: [] for unit in self.units}
        for system in self.systems:
            found.setdefault(system.unit, []).append(system)
        return {unit: tuple(systems) for unit, systems in found.items() if systems}


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Something that may go wrong and can be known before the night.

    Attributes:
        code: what it is; the catalogue has its words and a measure against it.
        systems: those it concerns.
        minutes: the limit it was judged by; 0 where it is not one of time.
    """

    code: str
    systems: tuple[str, ...]
    minutes: int = 0
