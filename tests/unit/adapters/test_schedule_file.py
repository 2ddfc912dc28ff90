from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from orchestrator.adapters.holidays import public_calendar
from orchestrator.adapters.schedule_file import plan_schema, plan_text, read_plan, write_plan
from orchestrator.errors import Refused
from orchestrator.model.programme import Batch
from orchestrator.model.schedule import Schedule, ScheduleRules
from orchestrator.planning.schedule.planner import make_schedule
from orchestrator.planning.schedule.problem import build_problem
from tests import schedule_programmes as programmes

HOSTILE = [
    "!!python/object/apply:os.system ['true']",
    "a: b\n- c",
    "'\"{{7*7}}",
    "no",
    "2018-01-01",
    "\x1b[31m",
    "é\u202e",
]


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    rules = ScheduleRules(start=date(2018, 1, 8))
    programme, listing = programmes.city(14, 3, (Batch(number=1, deadline=date(2018, 3, 31)),), rules)
    rows = tuple(
        replace(row, name=HOSTILE[index % len(HOSTILE)], unit=f"{row.unit}{HOSTILE[index % len(HOSTILE)]}")
        for index, row in enumerate(listing.systems)
    )
    listing = replace(listing, systems=rows)
    problem = build_problem(
        programme, listing, programmes.placed(listing), public_calendar(2017, 2019), date(2018, 1, 1)
    )
    made = make_schedule(problem)
    assert isinstance(made, Schedule)
    return made


@pytest.mark.parametrize("name", ["plan.yaml", "plan.json"])
def test_what_is_written_is_read_back_and_written_again_alike(name: str, schedule: Schedule, tmp_path: Path) -> None:
    path = tmp_path / name
    write_plan(path, schedule)
    text = path.read_text(encoding="utf-8")
    found = read_plan(path)
    assert found == schedule
    assert found.windows[0].start.utcoffset() == schedule.windows[0].start.utcoffset()
    write_plan(path, found)
    assert path.read_text(encoding="utf-8") == text


def test_each_system_has_a_line_of_its_own(schedule: Schedule) -> None:
    text = plan_text(schedule, as_json=False)
    for slot in (slot for window in schedule.windows for slot in window.slots):
        assert sum(f"system: {slot.system}," in line for line in text.splitlines()) == 1


def test_a_plan_mended_by_hand_is_refused(schedule: Schedule, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    write_plan(path, schedule)
    path.write_text(path.read_text(encoding="utf-8").replace("crew: 1,", "crew: 2,", 1), encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        read_plan(path)
    assert refusal.value.code == "schedule.edited"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("kind: other\n", "schedule.bad-file"),
        ("kind: migrate-schedule/1\nprogramme: 7\n", "schedule.bad-file"),
        ("[1, 2", "schedule.bad-file"),
        ("!!python/object/apply:os.system ['touch /tmp/x']\n", "schedule.bad-file"),
        ("", "schedule.bad-file"),
    ],
)
def test_what_is_no_plan_is_refused(content: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        read_plan(path)
    assert refusal.value.code == code


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_plan(tmp_path / "plan.yaml")
    assert refusal.value.code == "schedule.no-file"


@pytest.mark.parametrize("as_json", [False, True])
def test_the_file_fits_its_schema(schedule: Schedule, as_json: bool) -> None:
    text = plan_text(schedule, as_json=as_json)
    data = json.loads(text) if as_json else yaml.safe_load(text)
    assert data.pop("kind") == "migrate-schedule/1"
    jsonschema.validate(data, plan_schema())
