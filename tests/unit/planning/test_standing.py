"""Where a system stands, by its row and its life."""

from __future__ import annotations

import pytest

from orchestrator.model.life import Life, Phase
from orchestrator.model.system import MigrationList, Row, Secrecy, Status, System
from orchestrator.planning.standing import standing


def listing(status: Status | None) -> MigrationList:
    row = Row(file="l.yaml", sheet="systems", number=1)
    system = System(id="S-1", row=row, name="n", unit="u", secrecy=Secrecy.UNCLASSIFIED, status=status)
    return MigrationList(systems=(system,))


@pytest.mark.parametrize(
    ("said", "phase", "used", "contradicts"),
    [
        (None, None, None, False),
        (Status.READY, None, Status.READY, False),
        (Status.READY, Phase.PROVISIONED, Status.READY, False),
        (Status.CUT_OVER, Phase.PREPARED, Status.CUT_OVER, False),
        (Status.READY, Phase.SYNCING, Status.SYNCING, False),
        (Status.SYNCING, Phase.SYNCING, Status.SYNCING, False),
        (Status.CUT_OVER, Phase.SYNCING, Status.SYNCING, True),
        (Status.ACCEPTED, Phase.CUTOVER, Status.SYNCING, True),
        (Status.READY, Phase.OPEN, Status.CUT_OVER, False),
        (Status.TRIAL, Phase.OPEN, Status.TRIAL, False),
        (Status.ACCEPTED, Phase.SOAKED, Status.ACCEPTED, False),
        (Status.CUT_OVER, Phase.RETIRED, Status.TRIAL, False),
        (Status.ROLLED_BACK, Phase.OPEN, Status.CUT_OVER, True),
        (Status.CUT_OVER, Phase.ROLLBACK, Status.CUT_OVER, False),
    ],
)
def test_a_life_goes_before_a_row(
    said: Status | None, phase: Phase | None, used: Status | None, contradicts: bool
) -> None:
    lives = {"S-1": Life(system="S-1", phase=phase)} if phase else {}
    found = standing(listing(said), lives)
    assert found.listing.systems[0].status is used
    assert bool(found.contradictions) is contradicts
    assert ("S-1" in found.by_life) is (used is not said)


def test_a_system_that_went_back_says_so() -> None:
    life = Life(system="S-1", phase=Phase.SYNCING, facts={"rolled_back": "2026-12-05T01:00:00+00:00"})
    found = standing(listing(Status.CUT_OVER), {"S-1": life})
    assert found.listing.systems[0].status is Status.ROLLED_BACK


def test_a_life_of_a_system_that_left_the_list_changes_nothing() -> None:
    found = standing(listing(Status.READY), {"S-2": Life(system="S-2", phase=Phase.OPEN)})
    assert found.by_life == frozenset()
