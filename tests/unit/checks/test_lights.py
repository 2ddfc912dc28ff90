from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchestrator.checks.lights import NEAR, PERIOD, Light, light_due, light_system, light_task, together, worst
from orchestrator.model.census import Task, TaskLevel
from orchestrator.model.system import Disposition, Row, Secrecy, Status, System

AT = date(2018, 6, 15)
ROW = Row(file="f.csv", sheet="", number=2)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "done_on", "light", "reason"),
    [
        (AT + NEAR + DAY, None, Light.GREEN, "light.on-schedule"),
        (AT + NEAR, None, Light.YELLOW, "light.near"),
        (AT, None, Light.YELLOW, "light.near"),
        (AT - DAY, None, Light.RED, "light.overdue"),
        (AT - DAY, AT - DAY, Light.GREEN, "light.done"),
        (AT - 3 * DAY, AT - DAY, Light.YELLOW, "light.done-late"),
        (AT - PERIOD - 9 * DAY, AT - PERIOD, Light.YELLOW, "light.done-late"),
        (AT - PERIOD - 9 * DAY, AT - PERIOD - DAY, Light.GREEN, "light.done"),
        (AT - DAY, AT + DAY, Light.RED, "light.overdue"),  # done after the day that is looked from
        (None, None, Light.RED, "light.no-day"),
        (None, AT, Light.GREEN, "light.done"),
    ],
)
def test_a_deadline_decides_the_light(due: date | None, done_on: date | None, light: Light, reason: str) -> None:
    lit = light_due(due, done_on, AT)
    assert (lit.light, lit.reason) == (light, reason)
    assert lit.done is reason.startswith("light.done")


@pytest.mark.parametrize(
    ("due", "light", "reason"),
    [
        (AT - 9 * DAY, Light.RED, "light.overdue"),  # the list itself says so
        (AT - 8 * DAY, Light.GREY, "light.unknown-since"),
        (AT - DAY, Light.GREY, "light.unknown-since"),
        (AT, Light.YELLOW, "light.near"),
    ],
)
def test_what_fell_due_since_the_list_was_written_is_unknown(due: date, light: Light, reason: str) -> None:
    lit = light_due(due, None, AT, described=AT - 8 * DAY)
    assert (lit.light, lit.reason, lit.done) == (light, reason, False)
    planned = light_system(system(), AT, due, AT - 8 * DAY)
    assert planned.light is (Light.GREY if AT - 8 * DAY <= due < AT else Light.RED if due < AT else Light.GREEN)


def test_several_are_never_green_where_one_is_unknown() -> None:
    green = light_due(AT + 90 * DAY, None, AT)
    unknown = light_due(AT - DAY, None, AT, described=AT - DAY)
    red = light_due(AT - DAY, None, AT)
    assert together((green, green)) is Light.GREEN
    assert together((green, unknown)) is Light.GREY
    assert together((green, unknown, red)) is Light.RED


def task(**fields: object) -> Task:
    return Task(id="T", title="t", row=ROW, level=TaskLevel.LEAF, **fields)  # type: ignore[arg-type]


def test_a_task_is_blocked_by_a_problem_that_nothing_is_decided_on() -> None:
    far = AT + 90 * DAY
    assert light_task(task(due=far, problem="x"), AT).reason == "light.blocked"
    assert light_task(task(due=far, problem="x", next_step="y"), AT).light is Light.GREEN


def test_a_task_that_was_put_off_is_judged_by_its_first_day() -> None:
    lit = light_task(task(due=AT - 2 * DAY, redated=AT + 90 * DAY), AT)
    assert (lit.light, lit.values) == (Light.RED, {"days": "2"})


def system(**fields: object) -> System:
    told: dict[str, object] = {"disposition": Disposition.MIGRATE, "due": AT + 90 * DAY, **fields}
    return System(id="S", unit="u", name="n", row=ROW, secrecy=Secrecy.UNCLASSIFIED, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "light"),
    [
        ({}, Light.GREEN),
        ({"status": Status.ACCEPTED, "due": AT - DAY}, Light.GREEN),
        ({"status": Status.READY, "due": AT - DAY}, Light.RED),
        ({"status": Status.READY, "due": AT + DAY}, Light.YELLOW),
        ({"status": Status.SYNCING, "due": AT + DAY}, Light.GREEN),  # only the cutover itself is left
        ({"status": Status.ROLLED_BACK}, Light.RED),
        ({"status": Status.DEFERRED, "due": AT - DAY}, Light.GREY),
        ({"disposition": Disposition.EXCLUDE, "due": AT - DAY}, Light.GREY),
        ({"due": None}, Light.GREY),
        ({"disposition": Disposition.RETIRE, "due": None, "cleanup_due": AT - DAY}, Light.RED),
        ({"disposition": Disposition.RETIRE, "status": Status.RETIRED}, Light.GREEN),
    ],
)
def test_a_system_stands_as_its_status_and_deadline_say(fields: dict[str, object], light: Light) -> None:
    assert light_system(system(**fields), AT).light is light


def test_a_planned_night_that_passed_counts_before_the_deadline_does() -> None:
    assert light_system(system(), AT, AT).light is Light.GREEN
    assert light_system(system(), AT, AT - NEAR).light is Light.YELLOW
    assert light_system(system(), AT, AT - NEAR - DAY).light is Light.RED
    assert light_system(system(status=Status.TRIAL), AT, AT - NEAR - DAY).light is Light.GREEN


def test_the_most_urgent_light_speaks_for_many() -> None:
    assert worst([Light.GREEN, Light.RED, Light.YELLOW]) is Light.RED
    assert worst([Light.GREY, Light.GREEN]) is Light.GREEN
    assert worst([]) is Light.GREY
