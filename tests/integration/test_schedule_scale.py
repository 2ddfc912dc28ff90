"""Programmes of 2,000 and of 20,000 systems: planned, and every rule re-checked by the independent checker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import pytest

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Programme
from orchestrator.model.schedule import Schedule
from orchestrator.model.system import MigrationList
from orchestrator.planning.schedule.cpsat import CpSat
from orchestrator.planning.schedule.planner import Solver, make_schedule
from orchestrator.planning.schedule.problem import build_problem
from orchestrator.reporting.view import plain
from tests import schedule_programmes as programmes
from tests.schedule_checker import violations

pytestmark = pytest.mark.integration


def planned(programme: Programme, listing: MigrationList, solver: Solver | None = None) -> Schedule:
    """Return a plan of which every rule has been re-checked."""
    placed = programmes.placed(listing)
    problem = build_problem(programme, listing, placed, public_calendar(2016, 2021), date(2017, 12, 1))
    made = make_schedule(problem, solver)
    assert isinstance(made, Schedule), made
    assert violations(cast(Mapping[str, Any], plain(made)), programme, listing, placed) == []
    assert all(goal.bound <= goal.value for goal in made.goals)
    return made


def test_two_thousand_systems_by_both_planners() -> None:
    given = programmes.province()
    greedy, better = planned(*given), planned(*given, CpSat(20))
    assert sum(batch.systems for batch in greedy.batches) == 2000
    assert [goal.value for goal in better.goals] <= [goal.value for goal in greedy.goals]
    waiting = greedy.goals[1]
    assert waiting.gap is not None
    assert waiting.gap < 0.1


@pytest.mark.nightly
def test_twenty_thousand_systems_by_the_greedy_planner() -> None:
    schedule = planned(*programmes.country(20_000))
    assert sum(batch.systems for batch in schedule.batches) == 20_000
