"""The legal nights: evenings that no freeze, holiday or rule forbids, and the last day each deadline leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property

from orchestrator.model.programme import Batch
from orchestrator.model.schedule import BEIJING, Night, ScheduleRules, Workdays

DAY = timedelta(days=1)
# How far a batch without a deadline is planned ahead.
HORIZON = timedelta(days=730)


class Calendar:
    """Which evenings may be used, and why the others may not."""

    def __init__(self, rules: ScheduleRules, workdays: Workdays, start: date) -> None:
        self.rules = rules
        self.workdays = workdays
        self.start = rules.start or start
        self._windows: dict[date, Night] = {}
        self._rests: set[date] = set()
        self._walked = self.start - DAY
        self._row = self._left = 0

    @cached_property
    def _holidays(self) -> dict[date, str]:
        return dict(self.workdays.holidays)

    @cached_property
    def _frozen(self) -> dict[date, frozenset[str]]:
        """Frozen day → by what. A public holiday freezes the whole run of free days that it makes (长假连休)."""
        frozen: dict[date, frozenset[str]] = {}

        def freeze(day: date, name: str) -> None:
            frozen[day] = frozen.get(day, frozenset()) | {name}

        for day, name in self.workdays.holidays if self.rules.holidays else ():
            freeze(day, name)
            for step in (DAY, -DAY):
                near = day + step
                while near not in self._holidays and not self.is_workday(near):
                    freeze(near, name)
                    near += step
        for declared in self.rules.freezes:
            for day in _span(declared.first, declared.last):
                freeze(day, declared.name)
        return frozen

    def is_workday(self, day: date) -> bool:
        """Tell whether offices are open: exchange days count, public holidays do not."""
        if day in self._holidays:
            return False
        return day.weekday() < 5 or day in self.workdays.working_weekends  # Monday is 0

    def is_month_start(self, day: date) -> bool:
        """Tell whether the day is the first working day of its month."""
        return self.is_workday(day) and not any(self.is_workday(day.replace(day=n)) for n in range(1, day.day))

    def window(self, evening: date) -> Night:
        """Return the window of an evening, whether or not it is legal."""
        if evening not in self._windows:
            self._windows[evening] = self._window(evening)
        return self._windows[evening]

    def _window(self, evening: date) -> Night:
        start = datetime.combine(evening, time(), BEIJING) + timedelta(minutes=self.rules.opens)
        hours = self.rules.hours if self.is_workday(evening + DAY) else self.rules.long_hours
        end = start + timedelta(hours=hours)
        return Night(
            evening=evening,
            start=start,
            end=end,
            minutes=hours * 60,
            month_start=any(self.is_month_start(day) for day in _days(start, end)),
        )

    def frozen_by(self, evening: date) -> frozenset[str]:
        """Return every freeze that the evening's window would touch."""
        night = self.window(evening)
        return frozenset().union(*(self._frozen.get(day, frozenset()) for day in _days(night.start, night.end)))

    def is_legal(self, evening: date) -> bool:
        """Tell whether a window may open on that evening."""
        return self._is_free(evening) and not self.is_rest(evening)

    def is_rest(self, evening: date) -> bool:
        """Tell whether the crews rest on an evening that may otherwise be used: they have had so many in a row."""
        if not self.rules.rest_after:
            return False
        while self._walked < evening:
            self._walked += DAY
            free = self._is_free(self._walked)
            if free and self._left:
                self._rests.add(self._walked)
            self._left = max(0, self._left - 1)
            self._row = self._row + 1 if free and self._walked not in self._rests else 0
            if self._row == self.rules.rest_after:
                self._row, self._left = 0, self.rules.rest_nights
        return evening in self._rests

    def _is_free(self, evening: date) -> bool:
        return evening >= self.start and evening.isoweekday() in self.rules.evenings and not self.frozen_by(evening)

    def nights(self, first: date, last_day: date) -> tuple[Night, ...]:
        """Return the legal windows from the first evening on that have ended by the last day."""
        evenings = _span(max(first, self.start), last_day)
        legal = (self.window(evening) for evening in evenings if self.is_legal(evening))
        return tuple(night for night in legal if ends_by(night, last_day))

    def freezes_between(self, first: date, last: date) -> dict[str, int]:
        """Return freeze → how many evenings of the span it takes alone, so that lifting it would give them back."""
        lost: dict[str, int] = {}
        for evening in _span(max(first, self.start), last):
            names = self.frozen_by(evening)
            if len(names) == 1 and evening.isoweekday() in self.rules.evenings:
                name = min(names)
                lost[name] = lost.get(name, 0) + 1
        return lost

    def rests_between(self, first: date, last: date) -> int:
        """Return on how many evenings of the span the crews rest."""
        return sum(self.is_rest(evening) for evening in _span(max(first, self.start), last))

    def last_day(self, deadline: date, *, trial_in_deadline: bool) -> date:
        """Return the day by which the last cutover must have ended, counted backwards from the deadline (倒排)."""
        return deadline - timedelta(days=self.rules.trial_days) if trial_in_deadline else deadline

    def horizon(self) -> date:
        """Return the last day that is planned for where there is no deadline."""
        return self.start + HORIZON


def ends_by(night: Night, last_day: date) -> bool:
    """Tell whether the window has closed on that day; one that closes at midnight belongs to the day before."""
    return (night.end - timedelta(microseconds=1)).date() <= last_day


def opens_on(batches: Sequence[Batch], declared: Mapping[int, date], start: date) -> dict[int, date]:
    """Return batch → first evening of its windows: declared, else the evening of the previous deadline.

    What must have ended by the deadline has ended before that evening. Batches of one deadline open together.
    """
    opens = {}
    for batch in batches:
        before = [
            other.deadline
            for other in batches
            if other.number < batch.number
            and other.deadline
            and (not batch.deadline or other.deadline < batch.deadline)
        ]
        opens[batch.number] = max(start, declared.get(batch.number) or max(before, default=start))
    return opens


def _span(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def _days(start: datetime, end: datetime) -> Iterator[date]:
    return _span(start.date(), (end - timedelta(microseconds=1)).date())
