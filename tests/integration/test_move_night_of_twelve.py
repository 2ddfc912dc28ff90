"""A night of twelve systems on hosts of their own: three crews, a group, two that fail and one too long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.night import Night, night

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.nightly, pytest.mark.timeout(900)]

CREWS = 3
SYSTEMS = sorted(f"S-{number}" for number in range(1, 13))
GROUP = ("S-10", "S-11", "S-12")  # the last of it fails
FAILING, LONG = ("S-12", "S-5"), "S-8"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with night(tmp_path_factory.mktemp("programme"), SYSTEMS, crews=CREWS) as running:
        running.batch("syncing")
        yield running


def test_twelve_systems_three_crews_two_that_fail_and_one_too_long(made: Night) -> None:
    made.as_group("return")
    life = made.site.lives.of(LONG)
    assert life is not None
    made.site.lives.learn(life, rehearsal={"seconds": 3 * 3600})
    turns = [
        (system, GROUP[0] if system in GROUP else system, 1 if system in GROUP else place % CREWS + 1, 30 - place)
        for place, system in enumerate(SYSTEMS)
    ]
    evening = made.planned(turns, left=timedelta(hours=2))
    with ExitStack() as stack:
        for system in FAILING:
            stack.enter_context(made.held(system))
        told, err = made.batch("open", expect=ExitCode.ROLLED_BACK)
    lines = err.splitlines()
    began = [line.partition(":")[0] for line in lines if line.endswith("its turn begins")]
    # In the planned order, but that the group's next waits for the one before it.
    alone = [system for system in SYSTEMS if system not in GROUP]
    assert [system for system in began if system not in GROUP] == [system for system in alone if system != LONG]
    assert [system for system in began if system in GROUP] == list(GROUP)
    returned = [line.partition(":")[0] for line in lines if "it goes back with it" in line]
    assert returned == ["S-11", "S-10"]
    assert any(line.startswith(f"{LONG}: the window could no longer hold its cutover") for line in lines)

    back = {*GROUP, *FAILING, LONG}
    lives = made.site.lives.all()
    assert {system: (lives[system].phase, made.worlds[system].writable()) for system in SYSTEMS} == {
        system: (Phase.SYNCING, ["src"]) if system in back else (Phase.OPEN, ["tgt"]) for system in SYSTEMS
    }
    report = made.site.migrate("report", "--night", evening.isoformat())["night"]
    assert report["crews"] == CREWS
    ends = {"S-10": "returned", "S-11": "returned", "S-12": "back", "S-5": "back", LONG: "given-back"}
    assert {row["system"]: row["end"] for row in report["systems"]} == {
        system: ends.get(system, "open") for system in SYSTEMS
    }
    assert [(group["whole"], group["systems"]) for group in report["groups"]] == [("back", list(GROUP))]
    for row in report["systems"]:
        if row["end"] == "open":
            assert (row["verified"], row["lost"], row["duplicated"]) == (True, 0, 0)
    assert "12 turns: 7 open, 2 back at their sources, 2 rolled back" in told
