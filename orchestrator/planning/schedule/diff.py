"""What moved between two plans, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestrator.model.schedule import Move, Schedule, Slot, Window
from orchestrator.planning.schedule.calendar import Calendar

Found = Mapping[str, tuple[Window, Slot]]


def changed_inputs(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the inputs that are not what they were; a plan is stale when there is any."""
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))


def moves(old: Schedule, new: Schedule, calendar: Calendar) -> tuple[Move, ...]:
    """Return every system that another batch or evening was found for, and every one that came or went.

    Args:
        old: the plan that was.
        new: the plan made of today's inputs.
        calendar: today's; it knows whether the old evening would still be legal.
    """
    was, now = _slots(old), _slots(new)
    return tuple(_moves(old, new, was, now, calendar))


def _slots(schedule: Schedule) -> Found:
    return {slot.system: (window, slot) for window in schedule.windows for slot in window.slots}


def _moves(old: Schedule, new: Schedule, was: Found, now: Found, calendar: Calendar) -> Iterator[Move]:
    groups_was, groups_now = _members(was), _members(now)
    for system in sorted({*was, *now}):
        before, after = was.get(system), now.get(system)
        slot = after[1] if after else was[system][1]
        if before and after and before[0].evening == after[0].evening and before[1].batch == after[1].batch:
            continue
        why, values = "schedule.diff.new", dict[str, str]()
        if before and not after:
            why = _gone(new, system)
        elif before and after:
            mates = (groups_was[before[1].group], groups_now[after[1].group])
            why, values = _why(before, after, mates, calendar)
        elif system in old.done or system in old.held:
            why = "schedule.diff.back"
        yield Move(
            system=system,
            name=slot.name,
            unit=slot.unit,
            before=before[0].evening if before else None,
            after=after[0].evening if after else None,
            batch_before=before[1].batch if before else 0,
            batch_after=after[1].batch if after else 0,
            why=why,
            values=values,
        )


def _members(found: Found) -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {}
    for system, (_, slot) in found.items():
        members.setdefault(slot.group, set()).add(system)
    return {group: frozenset(systems) for group, systems in members.items()}


def _gone(new: Schedule, system: str) -> str:
    if system in new.done:
        return "schedule.diff.done"
    return "schedule.diff.held" if system in new.held else "schedule.diff.gone"


def _why(
    before: tuple[Window, Slot],
    after: tuple[Window, Slot],
    mates: tuple[frozenset[str], frozenset[str]],
    calendar: Calendar,
) -> tuple[str, dict[str, str]]:
    """Return the first cause that holds: what the rules forbid comes before what the search preferred."""
    old, new = before[1], after[1]
    if old.batch != new.batch:
        return "schedule.diff.batch", {"before": str(old.batch), "after": str(new.batch)}
    evening = before[0].evening
    frozen = calendar.frozen_by(evening)
    if frozen:
        return "schedule.diff.frozen", {"evening": str(evening), "freeze": min(frozen)}
    if not calendar.is_legal(evening):
        return "schedule.diff.illegal", {"evening": str(evening)}
    if mates[0] != mates[1]:
        return "schedule.diff.group", {"before": str(len(mates[0])), "after": str(len(mates[1]))}
    minutes = [int((slot.end - slot.start).total_seconds()) // 60 for slot in (old, new)]
    if minutes[0] != minutes[1]:
        return "schedule.diff.minutes", {"before": str(minutes[0]), "after": str(minutes[1])}
    return ("schedule.diff.earlier" if after[0].evening < evening else "schedule.diff.later"), {}
