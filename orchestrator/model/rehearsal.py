"""A rehearsal as a value: the steps it takes on a throw-away clone, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from orchestrator.model.result import CheckResult, CheckStatus

# Between a part's kind and the name of its step, where a system of several parts is rehearsed one after the other.
OF = "/"


class Place(StrEnum):
    """Where a step is done; on the source and the pooler it only reads."""

    SOURCE = "source"
    TARGET = "target"
    CLONE = "clone"


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalStep:
    """One step.

    Attributes:
        name: with words in the catalogue under `rehearsal.NAME`, for a line of the frozen section under `frozen.NAME`;
            of one of several parts it is `KIND/NAME`.
        limit: after which it has failed.
        line: whether it is a line of the frozen section; those are run together, by what runs the section itself.
        vital: nothing is done after it unless every one of its checks passed.
        makes: from here on there is something to take away.
    """

    name: str
    place: Place
    limit: timedelta
    line: bool = False
    vital: bool = False
    makes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """All steps in order; the last one takes everything away, wherever the others ended.

    Attributes:
        skipped: names of the frozen section's lines that would hold writers, and so are not rehearsed.
    """

    steps: tuple[RehearsalStep, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """How long a step took, in seconds."""

    step: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What came of a rehearsal.

    Attributes:
        gap: seconds that clients would wait at least: the lines that were run, and for each other line that holds
            clients one answer over the session it would use. None where it did not come so far.
        begun: whether anything was made; what fails before says nothing of an earlier rehearsal.
        failed: the step that failed, empty when none did; `code` and `values` say how.
        left: what could not be taken away again.
    """

    timed: tuple[Timed, ...]
    checks: tuple[CheckResult, ...]
    gap: float | None
    begun: bool
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether it came to its end, nothing was found wrong, and nothing is left.

        A check of which nobody can tell is shown and is no failure here: a copied row that meets another unique
        column says nothing of the sequence. Where it would be one, of isolation above all, its step is vital.
        """
        wrong = any(check.status in {CheckStatus.FAIL, CheckStatus.ERROR} for check in self.checks)
        return not (self.failed or self.left or wrong or self.gap is None)

    @property
    def seconds(self) -> float:
        """How long all of it took."""
        return sum(each.seconds for each in self.timed)


def seconds_of(timed: Iterable[Timed], step: str) -> float | None:
    """Return the seconds that a step took the last time; None where it was not done."""
    found = [each.seconds for each in timed if each.step == step]
    return round(found[-1], 3) if found else None
