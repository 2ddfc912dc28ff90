"""What tells two plans of one programme apart, system by system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What became of one system between two plans, and why; `why` is a code of the text catalogue.

    Attributes:
        before, after: its evening, None where it is in no plan.
        batch_before, batch_after: its batch, 0 where it is in no plan.
    """

    system: str
    name: str
    unit: str
    before: date | None
    after: date | None
    batch_before: int
    batch_after: int
    why: str
    values: Mapping[str, str] = field(default_factory=dict)
