"""What moved between two plans, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from orchestrator.model.schedule import Schedule, Slot, Window
from orchestrator.model.shift import Shift
from orchestrator.planning.schedule.calendar import Calendar, ends_by
from orchestrator.planning.schedule.groups import Group, fits, make_group
from orchestrator.planning.schedule.problem import Problem

Found = Mapping[str, tuple[Window, Slot]]


def changed_inputs(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the inputs that are not what they were; a plan is stale when there is any."""
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))


def moves(old: Schedule, new: Schedule, problem: Problem) -> tuple[Shift, ...]:
    """Return every system that another batch or evening was found for, and every one that came or went.

    Args:
        old: the plan that was.
        new: the plan made of today's inputs.
        problem: today's inputs; they tell whether the old evening would still do.
    """
    return tuple(_moves(old, new, _slots(old), _Today(new, problem)))


def _slots(schedule: Schedule) -> Found:
    return {slot.system: (window, slot) for window in schedule.windows for slot in window.slots}


def _moves(old: Schedule, new: Schedule, was: Found, today: _Today) -> Iterator[Shift]:
    groups_was = _members(was)
    for system in sorted({*was, *today.slots}):
        before, after = was.get(system), today.slots.get(system)
        slot = after[1] if after else was[system][1]
        if before and after and before[0].evening == after[0].evening and before[1].batch == after[1].batch:
            continue
        why, values = "schedule.diff.new", dict[str, str]()
        if before and not after:
            why = _gone(new, system)
        elif before and after:
            why, values = today.why(before, after, groups_was[before[1].group])
        elif system in old.done or system in old.held:
            why = "schedule.diff.back"
        yield Shift(
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


def _members(found: Found) -> dict[str, tuple[str, ...]]:
    """Return group → its systems in the order of cutover."""
    members: dict[str, list[str]] = {}
    for system, (_, slot) in sorted(found.items(), key=lambda one: one[1][1].start):
        members.setdefault(slot.group, []).append(system)
    return {group: tuple(systems) for group, systems in members.items()}


def _gone(new: Schedule, system: str) -> str:
    if system in new.done:
        return "schedule.diff.done"
    return "schedule.diff.held" if system in new.held else "schedule.diff.gone"


class _Today:
    """The new plan and its rules: whether an evening of the old plan would still do, and if not, why."""

    def __init__(self, new: Schedule, problem: Problem) -> None:
        self.slots = _slots(new)
        self.rules = problem.rules
        self.calendar = Calendar(problem.rules, problem.workdays, problem.made_for)
        self._members = _members(self.slots)
        self._jobs = {job.system: job for job in problem.jobs}
        self._windows = {window.evening: window for window in new.windows}
        self._batches = {batch.number: batch for batch in new.batches}

    def why(
        self, before: tuple[Window, Slot], after: tuple[Window, Slot], mates: tuple[str, ...]
    ) -> tuple[str, dict[str, str]]:
        """Return the first cause that holds: what the rules forbid comes before what the search preferred."""
        old, new, evening = before[1], after[1], before[0].evening
        if old.batch != new.batch:
            return "schedule.diff.batch", {"before": str(old.batch), "after": str(new.batch)}
        systems = self._members[new.group]
        jobs = [self._jobs[system] for system in systems]
        group = make_group(jobs, new.batch, returns=self.rules.groups_return)
        forbidden = self._forbidden(evening, group)
        if forbidden:
            code, values = forbidden
            return code, {"evening": str(evening), **values}
        if set(mates) != set(systems):
            return "schedule.diff.group", {"before": str(len(mates)), "after": str(len(systems))}
        minutes = [int((slot.end - slot.start).total_seconds()) // 60 for slot in (old, new)]
        if minutes[0] != minutes[1]:
            return "schedule.diff.minutes", {"before": str(minutes[0]), "after": str(minutes[1])}
        if after[0].evening < evening:
            return "schedule.diff.earlier", {}
        return ("schedule.diff.order" if self._has_room(evening, group) else "schedule.diff.later"), {}

    def _forbidden(self, evening: date, group: Group) -> tuple[str, dict[str, str]] | None:
        """Return the rule of today that keeps the group off that evening."""
        night, batch = self.calendar.window(evening), self._batches[group.batch]
        reading = next(one for one in batch.readings if one.trial_in_deadline is self.rules.trial_in_deadline)
        frozen = self.calendar.frozen_by(evening)
        if frozen:
            return "schedule.diff.frozen", {"freeze": min(frozen)}
        if not self.calendar.is_legal(evening):
            return "schedule.diff.illegal", {}
        if evening < batch.opens:
            return "schedule.diff.not-open", {"batch": str(batch.number), "opens": str(batch.opens)}
        if not ends_by(night, reading.last_day):
            told = {"batch": str(batch.number), "last_day": str(reading.last_day), "deadline": str(batch.deadline)}
            return "schedule.diff.deadline", told
        if group.not_before is not None and evening < group.not_before:
            return "schedule.diff.cloud", {"from": str(group.not_before)}
        if group.due is not None and not ends_by(night, group.due):
            return "schedule.diff.due", {"due": str(group.due)}
        return ("schedule.diff.month-start", {}) if group.month_start and night.month_start else None

    def _has_room(self, evening: date, group: Group) -> bool:
        """Tell whether the new plan's window of that evening could take the group as well."""
        night, window = self.calendar.window(evening), self._windows.get(evening)
        if window is None:
            return fits(group, night.minutes, self.rules.limits)
        busy = dict.fromkeys(range(1, self.rules.crews + 1), window.start)
        for slot in window.slots:
            busy[slot.crew] = max(busy[slot.crew], slot.end)
        in_time = min(busy.values()) + timedelta(minutes=group.span) <= window.end
        return in_time and all(
            window.load.get(name, 0) + group.load.get(name, 0) <= most for name, most in self.rules.limits.items()
        )
