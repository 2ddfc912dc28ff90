from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Freeze, ScheduleRules
from orchestrator.planning.schedule.calendar import Calendar, opens_on
from tests.schedule_programmes import WINTER

START = date(2018, 1, 1)
DEADLINE = date(2018, 2, 28)


def calendar(**changes: object) -> Calendar:
    rules = ScheduleRules(**{"start": START, "freezes": WINTER, **changes})  # type: ignore[arg-type]
    return Calendar(rules, public_calendar(2017, 2019), START)


def evenings(found: Calendar, last: date) -> list[str]:
    return [f"{night.evening:%m-%d}" for night in found.nights(START, last)]


def test_the_first_batch_has_no_night_between_spring_festivals_eve_and_its_end() -> None:
    february = [evening for evening in evenings(calendar(), DEADLINE) if evening >= "02-10"]
    assert february == ["02-10", "02-11", "02-12", "02-13", *(f"02-{day}" for day in range(22, 28))]


def test_thirty_days_trial_inside_the_deadline_put_the_last_cutover_on_the_29th_of_january() -> None:
    assert calendar().last_day(DEADLINE, trial_in_deadline=True) == date(2018, 1, 29)
    assert calendar().last_day(DEADLINE, trial_in_deadline=False) == DEADLINE


def test_without_freezes_the_night_before_that_day_is_the_last() -> None:
    free = calendar(freezes=())
    assert evenings(free, free.last_day(DEADLINE, trial_in_deadline=True))[-1] == "01-28"


def test_a_night_that_only_ends_in_a_freeze_is_not_legal() -> None:
    assert calendar().frozen_by(date(2018, 1, 22)) == {"省两会"}
    assert calendar().frozen_by(date(2018, 2, 14)) == {"holiday.spring-festival"}


def test_the_weekend_that_adjoins_a_holiday_is_frozen_with_it() -> None:
    # 2017-12-30 is a Saturday, New Year's Day the Monday after.
    found = Calendar(ScheduleRules(start=date(2017, 12, 1)), public_calendar(2016, 2019), START)
    assert found.frozen_by(date(2017, 12, 29)) == {"holiday.new-year"}
    assert not found.frozen_by(date(2017, 12, 28))


def test_windows_before_a_free_day_may_be_longer_and_exchange_days_are_not_free() -> None:
    found = calendar(long_hours=12)
    assert found.window(date(2018, 1, 5)).minutes == 12 * 60  # Friday
    assert found.window(date(2018, 2, 10)).minutes == 8 * 60  # Saturday before an exchange day
    assert found.window(date(2018, 2, 24)).minutes == 12 * 60  # an exchange day before a free Sunday


@pytest.mark.parametrize("day", [date(2018, 1, 2), date(2018, 3, 1), date(2018, 10, 8), date(2018, 5, 2)])
def test_the_first_working_day_of_a_month_knows_holidays(day: date) -> None:
    assert calendar().is_month_start(day)
    assert calendar().window(day - timedelta(days=1)).month_start
    assert not calendar().is_month_start(day + timedelta(days=1))


def test_only_the_evenings_that_are_allowed_are_nights() -> None:
    weekends = calendar(evenings=(5, 6))
    assert {night.evening.isoweekday() for night in weekends.nights(START, DEADLINE)} == {5, 6}


def test_a_later_batch_opens_on_the_evening_of_the_deadline_before_it() -> None:
    batches = (Batch(number=1, deadline=DEADLINE), Batch(number=2), Batch(number=3, deadline=date(2018, 12, 31)))
    assert opens_on(batches, {}, START) == {1: START, 2: DEADLINE, 3: DEADLINE}
    assert opens_on(batches, {2: date(2018, 2, 1)}, START)[2] == date(2018, 2, 1)


def test_a_freeze_says_how_many_evenings_it_takes() -> None:
    found = calendar(freezes=(Freeze(first=date(2018, 1, 10), last=date(2018, 1, 12), name="重保"),))
    assert found.freezes_between(START, date(2018, 1, 31))["重保"] == 4  # the evening before, and three


def test_a_freeze_inside_another_gives_nothing_back_when_it_is_lifted() -> None:
    found = calendar(freezes=(Freeze(first=date(2018, 2, 10), last=date(2018, 3, 20), name="重保"),))
    assert found.frozen_by(date(2018, 2, 16)) == {"重保", "holiday.spring-festival"}
    assert set(found.freezes_between(date(2018, 2, 10), DEADLINE)) == {"重保"}


def test_working_days_agree_with_a_second_library_for_all_years_it_knows() -> None:
    first, last = date(2008, 1, 1), date(2026, 12, 31)
    found = Calendar(ScheduleRules(start=first), public_calendar(first.year, last.year), first)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    differ = [day for day in days if found.is_workday(day) is not bool(chinese_calendar.is_workday(day))]
    assert differ == []


def test_a_year_whose_exchange_days_are_not_announced_is_known_as_such() -> None:
    assert public_calendar(2026, 2030).announced_until == 2026
