"""Which batch a system belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.model.batches import Decrees, batched
from orchestrator.model.programme import Batch
from orchestrator.model.system import Row, Secrecy, System

SYSTEM = System(
    id="A-1", unit="甲局", name="a", row=Row(file="x.csv", sheet="", number=2), secrecy=Secrecy.UNCLASSIFIED
)
NAMED = Batch(number=1, systems=("A-1",))
UNIT = Batch(number=2, units=("甲局",))
OTHER = Batch(number=3, units=("甲局", "甲局"))


@pytest.mark.parametrize(
    ("cell", "batches", "chosen", "expected"),
    [
        (4, (NAMED, UNIT), 5, 4),
        (None, (UNIT, NAMED), 5, 1),
        (None, (UNIT,), 5, 2),
        (None, (OTHER,), 5, 3),
        (None, (), 5, 5),
        (None, (), None, None),
        # A programme that contradicts itself is not mended by a plan.
        (None, (UNIT, OTHER), 5, None),
    ],
)
def test_the_row_then_the_decree_then_the_plan(
    cell: int | None, batches: tuple[Batch, ...], chosen: int | None, expected: int | None
) -> None:
    plan = {} if chosen is None else {"A-1": chosen}
    (found,) = batched([replace(SYSTEM, batch=cell)], batches, plan)
    assert found == replace(SYSTEM, batch=expected)


def test_every_batch_that_claims_a_system_is_told() -> None:
    assert Decrees((UNIT, OTHER)).batches_of(SYSTEM) == (2, 3)
