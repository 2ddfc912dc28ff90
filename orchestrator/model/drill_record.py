"""A kept drill as its record shows it: all that its entry of the evidence has, and the judgement on that evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.drill import KeptDrill
from orchestrator.model.replica import Policy
from orchestrator.model.result import CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDrill:
    """A drill with everything that its entry of the evidence keeps.

    Attributes:
        seconds: of each step that was begun.
        checks: code → verdict; of many alike one that did not pass.
        code: why the step failed where no check says it; empty otherwise, and in old entries.
        left: how many things could not be taken away again.
        seq, hash, actor: of the entry.
    """

    drill: KeptDrill
    seconds: Mapping[str, float]
    checks: Mapping[str, str]
    code: str
    left: int
    seq: int
    hash: str
    actor: str

    @property
    def passed(self) -> bool:
        """Tell whether it was sound, in the RTO and the RPO of that day; a check that is not on record is no pass."""
        wanted = all(self.checks.get(f"drill.{name}") == CheckStatus.PASS for name in ("rto", "rpo"))
        return self.drill.sound and wanted and not (self.wrong or self.drill.failed or self.left)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The codes of the checks that did not pass."""
        return tuple(code for code, status in self.checks.items() if status != CheckStatus.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillRecord:
    """What a record says.

    Attributes:
        title, synthetic: of the programme, and whether its data is made up, which is printed.
        unit, name: of the system, as the list has them now.
        policy: what is wanted now; what was met is kept as the verdicts of that day.
        whole: the drill.
        unended: a drill of the system began and its end is not on record.
        word: anchored, unanchored or contradicted: the judgement on the evidence.
        through: the last entry that an anchor covers, 0 without one.
        entries, head: number and hash of the last entry.
    """

    title: str
    synthetic: bool
    unit: str
    name: str
    policy: Policy
    whole: WholeDrill
    unended: bool
    word: str
    through: int
    entries: int
    head: str

    @property
    def contradicted(self) -> bool:
        """Tell whether something speaks against the evidence."""
        return self.word == "contradicted"

    @property
    def standing(self) -> str:
        """The judgement on this very entry: an anchor that ends before it says nothing of it."""
        return "unanchored" if self.word == "anchored" and self.through < self.whole.seq else self.word
