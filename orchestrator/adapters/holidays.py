"""China's public holidays and exchange working days (调休), from the `holidays` library; it needs no network."""

from __future__ import annotations

from datetime import date

from orchestrator.model.schedule import Workdays


def public_calendar(first: int, last: int) -> Workdays:
    """Return the public calendar of the years first to last.

    The State Council announces a year's exchange days in the autumn before. A later year has its statutory days
    only, and a plan that reaches into it is provisional.
    """
    # Loading the library takes longer than the rest of a command that plans nothing.
    import holidays

    years = range(first, last + 1)
    china = holidays.country_holidays("CN", years=years)
    exchanged = frozenset(day for day in china.weekend_workdays if first <= day.year <= last)
    return Workdays(
        holidays=tuple((day, name) for day, name in sorted(china.items()) if first <= day.year <= last),
        working_weekends=exchanged,
        announced_until=max((day.year for day in exchanged), default=0),
        source=f"holidays {holidays.__version__}",
    )


def years_of(start: date, ends: list[date]) -> tuple[int, int]:
    """Return the years whose calendar a plan needs: those it spans, and one beyond for windows across New Year."""
    return start.year - 1, max([start, *ends]).year + 1
