"""Systems of one dependency group in one window: their order, until when they may begin, what a failure means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """A dependency group as one window has it.

    Attributes:
        id: its first system.
        systems: in the order of cutover: what is needed comes first.
        start, end: planned, from the first one's freeze to the last one's sign-off.
        begin_by: the latest beginning with which every one of them could still be rolled back in time; after it none
            of them begins.
        decide_by: the earliest of their rollback deadlines.
        returns: whether those that are open go back to their sources where another of them is not opened; else they
            stay open, and a person decides.
    """

    id: str
    systems: tuple[str, ...]
    crew: int
    start: datetime
    end: datetime
    begin_by: datetime
    decide_by: datetime
    returns: bool
