"""The task ledger: a person and a day on every leaf, and the first promised day is the one that counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchestrator.checks.audit.ledger import check_ledger, rate_ledger
from orchestrator.model.census import Census, Task, TaskLevel
from orchestrator.model.system import Row

AT = date(2018, 3, 2)
ROW = Row(file="ledger.csv", sheet="", number=2)
MAIN = Task(id="M", title="主项", row=ROW, level=TaskLevel.MAIN, milestone=date(2018, 6, 30))


def leaf(id_: str = "L", **more: Any) -> Task:
    filled: dict[str, Any] = {
        "parent": "M", "unit": "责任单位01", "responsible": "责任人001", "due": date(2018, 3, 1), **more
    }  # fmt: skip
    return Task(id=id_, title=id_, row=ROW, level=TaskLevel.LEAF, **filled)


def rated(*tasks: Task) -> dict[str, str]:
    found = rate_ledger(Census(tasks=(MAIN, *tasks)), AT)
    return {ratio.formula.removeprefix("ledger."): f"{ratio.numerator}/{ratio.denominator}" for ratio in found}


def test_done_in_time_overdue_and_not_due_yet() -> None:
    tasks = (
        leaf("a", done_on=date(2018, 3, 1), evidence="E"),
        leaf("b", done_on=date(2018, 3, 2), evidence="E"),
        leaf("c"),
        leaf("d", due=date(2018, 3, 2)),
        leaf("e", due=date(2018, 3, 3)),
    )
    assert rated(*tasks) == {"complete": "5/5", "on-time": "1/4", "overdue": "1/4"}


def test_a_task_put_off_is_judged_by_its_first_day() -> None:
    put_off = leaf(redated=date(2018, 5, 1))
    assert rated(put_off)["overdue"] == "1/1"


@pytest.mark.parametrize("gap", [{"responsible": ""}, {"unit": ""}, {"due": None}, {"done_on": AT}])
def test_a_leaf_with_a_gap_is_not_whole(gap: dict[str, Any]) -> None:
    assert rated(leaf(**gap))["complete"] == "0/1"


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"responsible": ""}, ["task-no-person", "task-overdue"]),
        ({"due": None}, ["task-no-day"]),
        ({"due": date(2018, 7, 1)}, ["task-after-node"]),
        ({"parent": "lost", "done_on": AT}, ["task-lost-parent"]),
        ({"parent": "", "done_on": AT}, ["task-lost-parent"]),
        ({"done_on": AT}, []),
    ],
)
def test_findings(more: dict[str, Any], codes: list[str]) -> None:
    # A second leaf keeps the main item from being a leaf itself.
    whole = leaf("whole", due=date(2018, 6, 30))
    found = check_ledger(Census(tasks=(MAIN, whole, leaf(**more))), AT)
    assert [one.code.removeprefix("audit.") for one in found] == codes
