"""China's public holidays and exchange working days (调休), from the `holidays` library; it needs no network."""

from __future__ import annotations

from datetime import date
from functools import cache

from orchestrator.model.schedule import Workdays

# What the library calls a holiday → a code of the text catalogue.
_NAMES = {
    "New Year's Day": "holiday.new-year",
    "Chinese New Year (Spring Festival)": "holiday.spring-festival",
    "Tomb-Sweeping Day": "holiday.tomb-sweeping",
    "Labor Day": "holiday.labour-day",
    "Dragon Boat Festival": "holiday.dragon-boat",
    "Mid-Autumn Festival": "holiday.mid-autumn",
    "National Day": "holiday.national-day",
}

# No holiday has more free days in a row.
_RUN = 8


@cache
def public_calendar(first: int, last: int) -> Workdays:
    """Return the public calendar of the years first to last.

    The State Council announces a year's exchange days in the autumn before. A later year has its statutory days
    only, and a plan that reaches into it is provisional.
    """
    # Loading the library takes longer than the rest of a command that plans nothing.
    import holidays
    from holidays.version import __version__ as version

    # Days off before New Year belong to the year that follows.
    years = range(first, last + 2)
    china = holidays.country_holidays("CN", years=years, language="en_US")
    named = {day: _NAMES[name] for day in china if (name := _proper(china[day])) in _NAMES}
    exchanged = frozenset(day for day in china.weekend_workdays if first <= day.year <= last)
    return Workdays(
        holidays=tuple((day, _nearest(named, day)) for day in sorted(china) if first <= day.year <= last),
        working_weekends=exchanged,
        announced_until=max((day.year for day in exchanged), default=0),
        source=f"holidays {version}",
    )


def _proper(name: str) -> str:
    return name.split("; ")[0].removesuffix(" (observed)")


def _nearest(named: dict[date, str], day: date) -> str:
    """Return the holiday that a day off in exchange belongs to: the nearest in its run of days."""
    near = min(named, key=lambda other: abs((other - day).days))
    return named[near] if abs((near - day).days) <= _RUN else "holiday.other"
