"""A deadline of a month is over with the month; what happened in a month is taken from its first day."""

from __future__ import annotations

from datetime import date

import pytest

from orchestrator.adapters.intake.amounts import Day
from orchestrator.adapters.intake.columns import SYSTEMS


@pytest.mark.parametrize(
    ("cell", "deadline", "first"),
    [
        ("2018-02", date(2018, 2, 28), date(2018, 2, 1)),
        ("2018年12月", date(2018, 12, 31), date(2018, 12, 1)),
        ("2018-02-15", date(2018, 2, 15), date(2018, 2, 15)),
        ("2018-02-01", date(2018, 2, 1), date(2018, 2, 1)),
    ],
)
def test_a_month_alone(cell: str, deadline: date, first: date) -> None:
    assert Day(month_end=True).parse(cell, "") == deadline
    assert Day().parse(cell, "") == first


def test_the_day_of_a_clean_up_is_a_deadline() -> None:
    assert SYSTEMS.by_field["cleanup_due"].kind.parse("2018-03", "") == date(2018, 3, 31)
