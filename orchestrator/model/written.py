"""What a probe client wrote through the public address, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One run of the probe client.

    Attributes:
        first: number under which the run's rows begin; each connection has a block of `BLOCK` numbers.
        acknowledged: by connection, how many rows were acknowledged; they are the first numbers of its block.
        gaps: of all stretches without an acknowledged row, those of 10 ms and more: when each began, on the
            machine's monotonic clock, and its seconds.
        errors: when each came, and what the client was told.
    """

    BLOCK: ClassVar[int] = 10_000_000

    first: int
    acknowledged: tuple[int, ...]
    gaps: tuple[tuple[float, float], ...]
    errors: tuple[tuple[float, str], ...] = ()

    @property
    def rows(self) -> int:
        """All acknowledged rows."""
        return sum(self.acknowledged)

    def longest_gap(self, since: float = 0.0, until: float = float("inf")) -> float:
        """Return the seconds of the longest stretch that touches a period."""
        return max((length for at, length in self.gaps if at + length > since and at < until), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a side has of the acknowledged rows; `unacknowledged` ones are no fault: their answer was lost."""

    lost: int
    duplicated: int
    unacknowledged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What clients met while the sides changed, as a client of ours met it.

    Attributes:
        gap_seconds: the longest time without an acknowledged row.
        errors: how many times it was told of one.
        error: the first of them, in the words it was told.
        rows: acknowledged; all of them, on the side that is written to now, are neither lost nor there twice.
        fault: code of why nobody can tell; empty when it was measured.
    """

    gap_seconds: float = 0.0
    errors: int = 0
    error: str = ""
    rows: int = 0
    lost: int = 0
    duplicated: int = 0
    fault: str = ""

    @property
    def clean(self) -> bool:
        """Tell whether rows were written, and every one is there once."""
        return not self.fault and bool(self.rows) and not self.lost and not self.duplicated
