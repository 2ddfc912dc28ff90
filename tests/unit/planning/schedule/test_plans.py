from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch, Programme
from orchestrator.model.schedule import Basis, Clusters, CutoverPhase, Schedule, ScheduleRules, Timing
from orchestrator.model.system import MigrationList
from orchestrator.planning.schedule.cpsat import CpSat
from orchestrator.planning.schedule.planner import Solver, make_schedule
from orchestrator.planning.schedule.problem import Problem, build_problem
from orchestrator.reporting.view import plain
from tests import schedule_programmes as programmes
from tests.schedule_checker import violations

WORKDAYS = public_calendar(2016, 2021)
MADE_FOR = date(2017, 12, 1)

Given = tuple[Programme, MigrationList]


def problem(given_: Given) -> Problem:
    programme, listing = given_
    return build_problem(programme, listing, programmes.placed(listing), WORKDAYS, MADE_FOR)


def planned(given_: Given, solver: Solver | None = None) -> Schedule:
    made = make_schedule(problem(given_), solver)
    assert isinstance(made, Schedule), made
    return made


def checked(given_: Given, schedule: Schedule) -> list[str]:
    programme, listing = given_
    data = cast(Mapping[str, Any], plain(schedule))
    return violations(data, programme, listing, programmes.placed(listing))


@cache
def yantai() -> tuple[Given, Schedule]:
    given_ = programmes.yantai()
    return given_, planned(given_)


@cache
def town() -> tuple[Given, Schedule]:
    """A quarter of that city, for what holds of any size: its batches, rules and freezes, and a fixed first batch."""
    programme, listing = programmes.yantai()
    units = {f"单位{number:03}" for number in range(1, 60, 5)}
    systems = tuple(system for system in listing.systems if system.unit in units)
    ids = {system.id for system in systems}
    batches = tuple(
        replace(batch, units=tuple(unit for unit in batch.units if unit in units)) for batch in programme.batches
    )
    given_ = (
        replace(programme, batches=batches),
        replace(
            listing,
            systems=systems,
            servers=tuple(server for server in listing.servers if server.system_id in ids),
            dependencies=tuple(one for one in listing.dependencies if {one.system_id, one.needs_id} <= ids),
        ),
    )
    return given_, planned(given_)


def test_an_independent_checker_finds_nothing_wrong() -> None:
    given_, schedule = yantai()
    assert checked(given_, schedule) == []
    assert all(goal.bound <= goal.value for goal in schedule.goals)


def test_the_decreed_units_are_the_first_batch_and_nobody_else() -> None:
    (programme, _), schedule = yantai()
    first = schedule.batches[0]
    assert first.units == programme.batches[0].units
    assert first.chosen == ()
    assert {len(batch.chosen) for batch in schedule.batches[1:]} != {0}
    assert sum(len(batch.units) for batch in schedule.batches) == 51


def test_the_same_input_gives_the_same_plan() -> None:
    given_, schedule = town()
    assert planned(given_).digest == schedule.digest


def test_rows_in_another_order_give_the_same_plan() -> None:
    (programme, listing), schedule = town()
    turned = replace(
        listing,
        systems=listing.systems[::-1],
        servers=listing.servers[::-1],
        dependencies=listing.dependencies[::-1],
    )
    clouds = {item.system: item.clouds[0] for item in problem((programme, listing)).jobs}
    again = build_problem(programme, turned, programmes.placed(turned, clouds), WORKDAYS, MADE_FOR)
    made = make_schedule(again)
    assert isinstance(made, Schedule)
    assert made.digest == schedule.digest


def test_both_readings_of_a_deadline_are_shown() -> None:
    _, schedule = yantai()
    outside, inside = schedule.batches[0].readings
    assert (outside.trial_in_deadline, inside.trial_in_deadline) == (False, True)
    assert (inside.last_day, outside.last_day) == (date(2018, 1, 29), date(2018, 2, 28))
    assert inside.nights < outside.nights
    assert outside.spare is not None


def test_the_trial_inside_the_deadline_binds_when_the_programme_says_so() -> None:
    (programme, listing), _ = town()
    strict = replace(programme, schedule=replace(programme.schedule, trial_in_deadline=True, people=20))
    schedule = planned((strict, listing))
    assert checked((strict, listing), schedule) == []
    assert schedule.batches[0].readings[1].spare is not None


def test_cpsat_keeps_every_rule_and_is_never_worse() -> None:
    batches = (Batch(number=1, deadline=date(2018, 3, 31)), Batch(number=2, deadline=date(2018, 6, 30)))
    rules = ScheduleRules(start=date(2018, 1, 1), people=4, limits={"data_gib": 900}, clusters=Clusters.ORDERED)
    given_ = programmes.city(70, 12, batches, rules)
    greedy, better = planned(given_), planned(given_, CpSat(1))
    assert checked(given_, better) == []
    assert [goal.value for goal in better.goals] <= [goal.value for goal in greedy.goals]
    assert all(goal.bound <= goal.value for goal in better.goals)


def test_a_solver_that_finds_something_worse_is_not_followed() -> None:
    class Worse:
        name = "worse"

        def choose(self, assignment: object, hint: object) -> None:
            return None

        def order(self, tasks: list[object], nights: object, capacity: object, hint: object) -> tuple[list[int], int]:
            # The longest-waiting first and last: legal, and no better than any other order.
            return list(range(len(tasks)))[::-1], 0

    given_, schedule = town()
    worse = planned(given_, cast(Solver, Worse()))
    assert worse.goals == schedule.goals
    assert worse.windows == schedule.windows


def test_a_measured_cutover_takes_what_was_measured() -> None:
    (programme, listing), _ = town()
    measured = listing.systems[30].id
    phases = dict(zip(CutoverPhase, (5, 30, 10, 5, 20), strict=True))
    timing = Timing(basis=Basis.MEASURED, source="演练", phases=phases, rollback=25)
    known = replace(programme, schedule=replace(programme.schedule, timings={measured: timing}))
    schedule = planned((known, listing))
    assert checked((known, listing), schedule) == []
    found = schedule.slot(measured)
    assert found is not None
    window, slot = found
    assert (slot.end - slot.start).total_seconds() == 70 * 60
    assert (window.end - slot.rollback_by).total_seconds() == (25 + 20) * 60
    assert slot.basis is Basis.MEASURED


@settings(max_examples=15, deadline=None)
@given(
    systems=st.integers(3, 30),
    units=st.integers(1, 3),
    people=st.integers(2, 6),
    trial=st.booleans(),
    ordered=st.booleans(),
    servers=st.integers(4, 12),
    seed=st.integers(0, 9),
)
def test_any_small_city_is_planned_by_the_rules_or_refused(
    systems: int, units: int, people: int, trial: bool, ordered: bool, servers: int, seed: int
) -> None:
    batches = (Batch(number=1, deadline=date(2018, 3, 2)), Batch(number=2, deadline=date(2018, 4, 20)))
    rules = ScheduleRules(
        start=date(2018, 1, 1),
        people=people,
        trial_in_deadline=trial,
        limits={"servers": servers},
        clusters=Clusters.ORDERED if ordered else Clusters.ONE_WINDOW,
    )
    given_ = programmes.city(systems, units, batches, rules, seed)
    made = make_schedule(problem(given_))
    if isinstance(made, Schedule):
        assert checked(given_, made) == []
        assert all(goal.bound <= goal.value for goal in made.goals)
    else:
        assert made
        assert all(conflict.remedies or conflict.code == "schedule.and-more" for conflict in made)
