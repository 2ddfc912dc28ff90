"""What was found of the replicas of many systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.replica import Policy, ReplicaKind, Told
from orchestrator.model.result import CheckResult, CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A system that needs replicas: what is wanted of them, and what the list says of their drills."""

    system: str
    policy: Policy
    told: Told
    needed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReplica:
    """One replica: where, and the verdicts on it; `seconds` is what would be lost now, None: nobody can tell."""

    kind: ReplicaKind
    address: str
    results: tuple[CheckResult, ...]
    seconds: float | None = None


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
