"""What a window's slots say of dependency groups. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from orchestrator.model.group import GroupPlan
from orchestrator.model.schedule import Slot


def plan_groups(slots: Iterable[Slot], *, returns: bool) -> tuple[GroupPlan, ...]:
    """Return the groups of more than one system, in their planned order.

    Args:
        slots: of one window, all of them.
        returns: the programme's rule for a group that cannot be opened as a whole.
    """
    found: dict[str, list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.start, slot.crew, slot.system)):
        found.setdefault(slot.group, []).append(slot)
    return tuple(_group(group, returns=returns) for group in found.values() if len(group) > 1)


def _group(slots: Sequence[Slot], *, returns: bool) -> GroupPlan:
    first, taken = slots[0], timedelta()
    latest = []
    for slot in slots:
        taken += slot.end - slot.start
        latest.append(slot.rollback_by - taken)
    return GroupPlan(
        id=first.group,
        systems=tuple(slot.system for slot in slots),
        crew=first.crew,
        start=first.start,
        end=slots[-1].end,
        begin_by=min(latest),
        decide_by=min(slot.rollback_by for slot in slots),
        returns=returns,
    )
