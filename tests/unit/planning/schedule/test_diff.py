from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestrator.adapters.holidays import public_calendar
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Basis, Clusters, CutoverPhase, Freeze, Schedule, ScheduleRules, Timing
from orchestrator.model.shift import Shift
from orchestrator.model.system import MigrationList, Status
from orchestrator.planning.schedule.diff import changed_inputs, moves
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import Problem, build_problem
from tests import schedule_programmes as programmes

BATCHES = (Batch(number=1, deadline=date(2018, 2, 28)),)
RULES = ScheduleRules(start=date(2018, 1, 8), people=2, clusters=Clusters.ORDERED)
PROGRAMME, LISTING = programmes.city(12, 2, BATCHES, RULES)


def problem(rules: ScheduleRules = RULES, listing: MigrationList = LISTING) -> Problem:
    programme = replace(PROGRAMME, schedule=rules)
    return build_problem(
        programme, listing, programmes.placed(listing), public_calendar(2017, 2019), RULES.start or date.min
    )


def plan(found: Problem) -> Schedule:
    made = make_schedule(found)
    assert isinstance(made, Schedule)
    return made


def moved(old: Problem, new: Problem) -> dict[str, Shift]:
    return {move.system: move for move in moves(plan(old), plan(new), new)}


def test_nothing_changed_nothing_moved() -> None:
    assert moved(problem(), problem()) == {}
    assert changed_inputs(problem().inputs(), problem().inputs()) == ()


def test_a_new_freeze_moves_what_stood_in_it_and_is_named() -> None:
    freeze = Freeze(first=date(2018, 1, 9), last=date(2018, 1, 9), name="临时重保")
    new = problem(replace(RULES, freezes=(freeze,)))
    found = moved(problem(), new)
    frozen = [move for move in found.values() if move.why == "schedule.diff.frozen"]
    assert {move.before for move in frozen} <= {date(2018, 1, 8), date(2018, 1, 9)}
    assert frozen
    assert all(move.values["freeze"] == "临时重保" for move in frozen)
    assert changed_inputs(problem().inputs(), new.inputs()) == ("rules",)


def test_a_longer_cutover_moves_and_is_named_as_the_cause() -> None:
    alone = [slot for slot in plan(problem()).windows[0].slots if slot.crew == 1][-1]
    assert alone.start > plan(problem()).windows[0].start
    timing = Timing(basis=Basis.MEASURED, phases=dict.fromkeys(CutoverPhase, 80), rollback=40)
    found = moved(problem(), problem(replace(RULES, timings={alone.system: timing})))
    move = found[alone.system]
    assert move.why in {"schedule.diff.minutes", "schedule.diff.group"}
    assert move.after is not None
    assert move.after != move.before


TWO = (Batch(number=1, deadline=date(2018, 1, 12)), Batch(number=2, deadline=date(2018, 2, 28)))


def in_two(deadline: date = date(2018, 1, 12), end: date = date(2018, 2, 28), **changes: Any) -> Problem:
    """Return two batches, the second of which has all systems, with one or the other thing changed."""
    rows = tuple(replace(row, batch=2, due=changes.get("due")) for row in LISTING.systems)
    batches = (replace(TWO[0], deadline=deadline), replace(TWO[1], deadline=end))
    rules = replace(RULES, **changes.get("rules", {}))
    listing = replace(LISTING, systems=rows)
    programme = replace(PROGRAMME, batches=batches, schedule=rules)
    return build_problem(programme, listing, programmes.placed(listing), public_calendar(2017, 2019), date.min)


def test_a_night_before_the_batch_opens_is_not_said_to_be_taken() -> None:
    found = moved(in_two(), in_two(deadline=date(2018, 2, 6)))
    assert found
    for move in found.values():
        assert move.before is not None
        assert move.before < date(2018, 2, 6)
        assert (move.why, move.values["opens"]) == ("schedule.diff.not-open", "2018-02-06")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ({"deadline": date(2018, 2, 6)}, {"end": date(2018, 1, 18)}, "schedule.diff.deadline"),
        ({"deadline": date(2018, 2, 6)}, {"due": date(2018, 1, 20)}, "schedule.diff.due"),
        ({}, {"rules": {"cloud_from": dict.fromkeys(programmes.CLOUDS, date(2018, 2, 6))}}, "schedule.diff.cloud"),
        (
            {"rules": {"start": date(2018, 1, 31)}},
            {"rules": {"start": date(2018, 1, 31), "month_start_words": ("系统",)}},
            "schedule.diff.month-start",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_night_that_a_rule_forbids_now_says_which(old: dict[str, Any], new: dict[str, Any], why: str) -> None:
    causes = {move.why for move in moved(in_two(**old), in_two(**new)).values()}
    # Those that were later than the others may have had to make room for them.
    assert why in causes <= {why, "schedule.diff.later"}


def test_a_night_is_taken_only_where_it_has_no_room_left() -> None:
    old, new = in_two(), in_two()
    first = plan(new)
    # The same plan but for its first night, which is left out of it as if nobody had it.
    later = replace(first.windows[-1], slots=(*first.windows[-1].slots, *first.windows[0].slots))
    other = replace(first, windows=(*first.windows[1:-1], later))
    assert {move.why for move in moves(plan(old), other, new)} == {"schedule.diff.order"}
    crowded = in_two(rules={"people": 2, "limits": {"systems": 1}})
    found = [move for move in moves(plan(old), plan(crowded), crowded) if move.why == "schedule.diff.later"]
    assert found
    assert {move.before for move in found} <= {window.evening for window in plan(crowded).windows}


def test_what_was_cut_over_meanwhile_leaves_the_plan() -> None:
    slot = plan(problem()).windows[0].slots[0]
    rows = tuple(replace(row, status=Status.CUT_OVER) if row.id == slot.system else row for row in LISTING.systems)
    new = problem(listing=replace(LISTING, systems=rows))
    assert moved(problem(), new)[slot.system].why == "schedule.diff.done"
    assert plan(new).done == (slot.system,)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"remarks": "与排期无关"}, ()),
        ({"data_gib": None}, ("systems",)),
        ({"unit": "单位九"}, ("systems",)),
    ],
    ids=str,
)
def test_only_what_planning_reads_makes_a_plan_stale(change: dict[str, object], told: tuple[str, ...]) -> None:
    rows = (replace(LISTING.systems[0], **change), *LISTING.systems[1:])  # type: ignore[arg-type]
    new = problem(listing=replace(LISTING, systems=rows))
    assert changed_inputs(problem().inputs(), new.inputs()) == told
