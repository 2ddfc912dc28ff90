"""What was found of the replicas of many systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from orchestrator.model.canonical import LATER
from orchestrator.model.replica import Aspect, Policy, ReplicaKind, Told
from orchestrator.model.result import CheckResult, CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a replica is declared to be: its machine, and the address that it copies."""

    kind: str
    address: str
    port: int
    site: str = ""
    follows: str = ""

    @property
    def key(self) -> str:
        """What tells it from the system's others, as `Replica.key`."""
        return f"{self.kind} {self.address} {self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A system that needs replicas: what is wanted of them, what is known of their drills, and where they should be."""

    system: str
    policy: Policy
    told: Told
    needed: frozenset[str]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSource:
    """A PostgreSQL source as a check saw it: what a failover knows of one that is gone.

    Attributes:
        identifier: of its cluster.
        lsn: bytes that it had written.
        n, ts: its heartbeat, by its own clock; None where it had none.
        ahead: seconds that its clock was before the checker's.
        at: when the check that saw it began.
    """

    identifier: str
    lsn: int
    ahead: float
    n: int | None = None
    ts: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReplica:
    """One replica: where, and the verdicts on it.

    Attributes:
        seconds: what would be lost now; None: nobody can tell.
        source: what was seen of its source, where that answered as a primary.
    """

    kind: ReplicaKind
    address: str
    port: int = 0
    results: tuple[CheckResult, ...]
    seconds: float | None = None
    source: SeenSource | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSystem:
    """One system: what is missing altogether, and its replicas."""

    system: str
    policy: Policy
    status: CheckStatus
    missing: tuple[CheckResult, ...] = ()
    replicas: tuple[CheckedReplica, ...] = ()

    @property
    def results(self) -> tuple[CheckResult, ...]:
        """Every verdict."""
        return (*self.missing, *(each for replica in self.replicas for each in replica.results))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The three nested rates, as the ids behind them: each holds only systems of the one before."""

    needing: tuple[str, ...]
    configured: tuple[str, ...]
    healthy: tuple[str, ...]
    drilled: tuple[str, ...]

    def counts(self) -> Mapping[str, int]:
        """Return how many there are of each."""
        return {name: len(getattr(self, name)) for name in ("needing", "configured", "healthy", "drilled")}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReplica:
    """What a check kept of one replica.

    Attributes:
        port: 0 in what was kept before it was told.
        seconds: what would have been lost then; None: nobody could tell.
        verdicts: aspect → status and reason, such as `fail stale`.
    """

    kind: str
    address: str
    port: int = field(default=0, metadata={LATER: True})
    seconds: float | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)

    @property
    def judged(self) -> tuple[tuple[Aspect, CheckStatus, str], ...]:
        """Every verdict: aspect, status, reason."""
        found = ((name, *told.split(" ", 1)) for name, told in self.verdicts.items())
        return tuple((Aspect(name), CheckStatus(status), reason) for name, status, reason in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheck:
    """What the last check of a system saw, as the evidence has it.

    Attributes:
        at: when that check began.
        day: the day of `at` where the programme is kept.
        until: the last day on which it may be believed; None: nobody said how long a check counts.
        missing: kinds that nobody made a replica of.
        broken: the check itself broke; nothing is known.
    """

    system: str
    at: datetime
    day: date
    until: date | None = None
    missing: tuple[str, ...] = ()
    broken: bool = False
    replicas: tuple[KeptReplica, ...] = ()

    def counts(self, on: date) -> bool:
        """Tell whether it may be believed on a day; where nobody said how long a check counts, none does."""
        return self.until is not None and self.day <= on <= self.until

    @property
    def verdicts(self) -> tuple[tuple[Aspect, CheckStatus, str], ...]:
        """Every verdict: aspect, status, reason."""
        own = [(Aspect.EXISTENCE, CheckStatus.FAIL, "none") for _ in self.missing]
        own += [(Aspect.EXISTENCE, CheckStatus.ERROR, "broken")] * self.broken
        return (*own, *(each for replica in self.replicas for each in replica.judged))


class Element(StrEnum):
    """The seven elements that GB/T 20988 asks of every level."""

    DATA = "data"  # 数据备份系统
    SYSTEMS = "systems"  # 备用数据处理系统
    NETWORK = "network"  # 备用网络系统
    SITE = "site"  # 备用基础设施
    SUPPORT = "support"  # 专业技术支持能力
    OPERATION = "operation"  # 运行维护管理能力
    PLAN = "plan"  # 灾难恢复预案


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementGrade:
    """What is known of one element.

    Attributes:
        level: the highest level that it does not exclude, 0 for none of them; None: nobody showed anything.
        code: why, with `values`.
    """

    element: Element
    level: int | None
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The level of one system.

    Attributes:
        wanted: what the policy asks; None: nobody said.
        reached: what all elements together show; None: not shown.
        at_most: the lowest level among the elements that are known.
        held_back_by: the element that is too low, else the first that nobody showed; None: nothing is.
        status: whether the wanted level is reached.
    """

    system: str
    wanted: int | None
    reached: int | None
    at_most: int | None
    held_back_by: Element | None
    status: CheckStatus
    elements: tuple[ElementGrade, ...]
