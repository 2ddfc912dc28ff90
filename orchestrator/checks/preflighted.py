"""What preflight says of each system of a batch, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.checks.preflight import Finding
from orchestrator.model.life import Life
from orchestrator.model.move import Kind, Method
from orchestrator.model.result import CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A system of which both sides were asked.

    Attributes:
        method: the one that follows from the findings; None where none is left.
        declared: the one that a person chose.
        able: those that this release carries out for its kind, the best first.
        parts: of a system of several parts, each one's method by its kind.
    """

    system: str
    kind: Kind
    method: Method | None
    declared: Method | None
    able: Sequence[Method]
    findings: Sequence[Finding]
    parts: Mapping[Kind, Method] = field(default_factory=dict)

    @property
    def status(self) -> CheckStatus:
        """Pass where it can be moved; unknown where only a question without an answer stands in the way."""
        if self.method is not None:
            return CheckStatus.PASS
        wanted = self.able if self.declared is None else (self.declared,)
        # One method that nothing known speaks against would do.
        known = [each for each in self.findings if each.result.status is not CheckStatus.UNKNOWN]
        free = any(all(method not in each.against for each in known) for method in wanted if method in self.able)
        return CheckStatus.UNKNOWN if free else CheckStatus.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A system whose move has begun: its preflight was asked then."""

    system: str
    life: Life

    @property
    def status(self) -> CheckStatus:
        """Pass: it was prepared."""
        return CheckStatus.PASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """A system that could not be asked, and why."""

    system: str
    code: str
    values: Mapping[str, object]

    @property
    def status(self) -> CheckStatus:
        """Unknown, which is never pass."""
        return CheckStatus.UNKNOWN


Preflighted = Judged | Begun | Unasked
