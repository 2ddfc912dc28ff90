"""A cell that is put right starts a system anew only where it says something else of what is really made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.intake.census import CENSUS_SHEETS
from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.model.plan import BatchPlan, Mark
from orchestrator.model.system import Dependency, Interface, MigrationList, Room, Row
from orchestrator.planning.batches import plan_batch
from tests.unit.planning.given import FILE, as_seen, build, listing, programme

CASES: Mapping[str, Mapping[str, Mapping[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "restarts" / "columns.yaml").read_text(encoding="utf-8")
)
PLANNED: Mapping[str, SheetSpec] = {sheet.name: sheet for sheet in SHEETS if sheet not in CENSUS_SHEETS}
ROW = Row(file=FILE, sheet="", number=2)
BEFORE: Mapping[str, Mapping[str, Any]] = {
    "systems": {},
    "servers": {"id": "S-1-app1", "system_id": "S-1", "workload": "nginx", "openings": ["tcp:80"]},
    "rooms": {"id": "R-1", "unit": "甲局", "name": "一号机房"},
    "dependencies": {"system_id": "S-1", "needs_id": "S-3"},
    "interfaces": {"id": "JK-1", "caller": "S-3", "callee": "S-1"},
}
OTHER = "另一说法"
PROGRAMME = programme({"administrative": {"images": {"": "debian-12", "openEuler": "euler-24"}}})


def planned(sheet: str = "", **changed: Any) -> tuple[BatchPlan, MigrationList]:
    rows = {name: {**values, **(changed if name == sheet else {})} for name, values in BEFORE.items()}
    given = listing(systems=[rows["systems"]], servers=[rows["servers"]])
    given = replace(
        given,
        rooms=(build(Room, {**rows["rooms"], "row": ROW}),),
        dependencies=(build(Dependency, {**rows["dependencies"], "row": ROW}),),
        interfaces=(build(Interface, {**rows["interfaces"], "row": ROW}),),
    )
    return plan_batch(PROGRAMME, given, 1, None), given


def became(sheet: str, column: str, to: Any) -> str:
    """Return what a changed cell does to the system of the first plan."""
    before, _ = planned()
    after, given = planned(sheet, **{column: to})
    (old,) = (system.spec for system in before.systems)
    new = next((system.spec for system in after.systems), None)
    assert old is not None
    if new is None:
        return "leaves"
    (seen,) = plan_batch(PROGRAMME, given, 1, as_seen(before)).systems
    same = new.digest == old.digest
    assert (before.digest == after.digest) == same
    if same:
        assert seen.mark is Mark.KEEP, seen
    return "same" if same else "restarts"


@pytest.mark.parametrize(("sheet", "column"), [(sheet, column) for sheet, found in CASES.items() for column in found])
def test_a_changed_cell(sheet: str, column: str) -> None:
    case = CASES[sheet][column]
    field = PLANNED[sheet].by_field[column].joins or column
    assert became(sheet, field, case.get("to", OTHER)) == case["then"]


@pytest.mark.parametrize("sheet", PLANNED)
def test_every_column_is_decided(sheet: str) -> None:
    assert set(CASES[sheet]) == {column.field for column in PLANNED[sheet].columns}


def test_no_other_sheet_reaches_a_plan() -> None:
    records = {sheet.name for sheet in PLANNED.values()}
    assert {field.name for field in fields(MigrationList)} == records | {"classified_count", "columns", "digest"}


def test_what_is_shown_is_the_new_text() -> None:
    plan, _ = planned("systems", name="档案管理系统", function=OTHER)
    (system,) = plan.systems
    assert system.spec is not None
    assert (system.name, system.spec.facts["name"], system.spec.facts["function"]) == (
        "档案管理系统",
        "档案管理系统",
        OTHER,
    )
