"""A whole disk goes through its window and back, and wherever its section is killed one side can be written to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from orchestrator.adapters.movers.rehost.shell import final
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Decision
from orchestrator.model.machines import Service
from orchestrator.model.move import Limits
from orchestrator.model.result import CheckStatus
from tests.worlds.drive import Drive, wrong
from tests.worlds.postgresql import World
from tests.worlds.rehost import RehostWorld, rehost_world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(300)]

ENTRY = (sys.executable, "-m", "tests.worlds.disk_cloud", "frozen")
SHORT = Limits(
    hold=timedelta(seconds=2), step=timedelta(seconds=10), catch_up=timedelta(seconds=60), frozen=timedelta(seconds=120)
)


@pytest.fixture(scope="module")
def site() -> Iterator[RehostWorld]:
    with rehost_world(limits=SHORT, boot=30) as made:
        flag = made.folder / "flag"
        service = Service(stop=("rm", "-f", str(flag)), start=("touch", str(flag)))
        source = replace(made.move.source, services=(service,))
        named = replace(made, move=replace(made.move, source=source))
        moved = named.prepared()
        named.await_following(moved)
        flag.touch()
        yield replace(named, move=moved)


@pytest.fixture(scope="module")
def drive(site: RehostWorld) -> Drive:
    return Drive(cast(World, site))


def entry(site: RehostWorld, stage: str = "-") -> tuple[str, ...]:
    return (*site.net.inside("ctl"), *ENTRY, str(site.folder), site.net.name, stage)


def at_source(site: RehostWorld, drive: Drive) -> None:
    if drive.opened:
        assert drive.run(entry(site)).decision is Decision.OPEN
    assert (site.folder / "flag").exists()


# In the list's order; whatever comes before `sent` is taken back, whatever comes after it is finished.
BEFORE = (
    "armed", "holding", "stop-service", "seal", "prove-sealed", "rehost-written", "last-pass", "rehost-still",
    "rehost-final", "rehost-send", "rehost-start", "rehost-answer", "prove-read-only", "open",
)  # fmt: skip
BACK = (
    "armed",
    "rehost-whole",
    "holding",
    "rehost-stop",
    "prove-read-only",
    "open",
    "opened",
    "unlock",
    "start-service",
)


def test_it_goes_there_and_what_runs_is_what_was_written_last(site: RehostWorld, drive: Drive) -> None:
    at_source(site, drive)
    drive.prepare()
    (site.root / "srv/late").write_text("the last that was written")
    outcome = drive.switch(entry(site)).run(site.move, drive.attempt)
    assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ()), outcome
    drive.took(outcome)
    assert site.on_server("cat /srv/late") == "the last that was written"
    assert not (site.folder / "flag").exists()
    assert wrong(site.mover.verify(site.move, back=True)) == []
    assert not Path(final(site.move)).exists()


def test_it_is_given_back_and_nothing_of_the_source_is_lost(site: RehostWorld, drive: Drive) -> None:
    at_source(site, drive)
    kept = site.root / "srv/kept"
    kept.write_text("kept")
    with kept.open("a") as file:
        drive.prepare()
        outcome = drive.switch(entry(site)).run(site.move, drive.attempt)
        file.write(", and written on")
    assert (outcome.decision, outcome.failed) == (Decision.BACK, "seal")
    assert f"({os.getpid()})" in outcome.values["said"]
    drive.took(outcome)
    assert kept.read_text() == "kept, and written on"
    assert (site.folder / "flag").exists()


@pytest.mark.nightly
def test_a_way_back_tells_what_changed_and_frees_the_source(site: RehostWorld, drive: Drive) -> None:
    if not drive.opened:
        assert drive.run(entry(site)).decision is Decision.OPEN
    [gate] = site.mover.gate(site.move, back=True)
    assert (gate.code, gate.status) == ("move.gate.one-way", CheckStatus.FAIL)
    site.on_server("for n in 1 2 3; do echo $n >/srv/new$n; done")
    assert site.mover.unreplicated(site.move) == {"/srv": 3}
    at_source(site, drive)
    assert site.writable() == ["src"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("stage", "back"), [*((stage, False) for stage in (*BEFORE, "opened")), *((stage, True) for stage in BACK)]
)
def test_the_section_is_killed_at_a_line(site: RehostWorld, drive: Drive, stage: str, back: bool) -> None:
    if drive.opened is not back:
        assert drive.run(entry(site)).decision is Decision.OPEN
    drive.prepare()
    if not back:
        (site.root / "srv/at").write_text(stage)
    with pytest.raises(MigrateError) as ended:
        runner = drive.switch(entry(site, stage)).runner
        runner.run(site.mover.frozen(site.move, drive.attempt, back=back))
    assert ended.value.code == "frozen.ended"
    decision = drive.recover().decision
    after = {"opened", "unlock", "start-service"}
    assert decision is (Decision.OPEN if stage in after else Decision.BACK)
    assert (site.folder / "flag").exists() is not drive.opened
    if not drive.opened and not back:
        assert (site.root / "srv/at").read_text() == stage
        (site.root / "srv/at").write_text("goes on")
