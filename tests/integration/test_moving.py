"""A life never says more than is known: faults between the decision and its record, on fakes of the ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from orchestrator.errors import ExitCode, Locked, MigrateError, Refused
from orchestrator.execution.database import Database
from orchestrator.execution.lives import Lives
from orchestrator.execution.moving import NOTES, Movement, Undecided, dumped
from orchestrator.execution.switch import Switch
from orchestrator.model.frozen import Claim, Decision, Frozen, Outcome
from orchestrator.model.life import Life, Move, Phase
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Mover, Progress, Sessions, TableProgress
from tests.fakes import FakeClock, FakeEvidence

pytestmark = pytest.mark.integration

_REACH = Reach(address="192.0.2.1")
_SERVER = DatabaseServer(name="s", reach=_REACH, address="192.0.2.1")
MOVE = DatabaseMove(
    system="S-1", slug="s-1", databases=("app",), source=_SERVER, target=_SERVER,
    pooler=Pooler(name="p", reach=_REACH, file="/f"),
)  # fmt: skip


def section(attempt: int) -> Frozen:
    return Frozen(
        system="S-1", slug="s-1", attempt=attempt, back=False, leaving="s", opening="t", voices=(), lines=(),
        claim=Claim(voice="t", text=""), seconds=5, undecided=1,
    )  # fmt: skip


class Journal:
    """Keeps the section that was begun, and the outcome that it wrote."""

    def __init__(self) -> None:
        self.attempt = 0
        self.begun: Frozen | None = None
        self.ended: Outcome | None = None

    def await_end(self, seconds: float) -> None:
        assert seconds > 0

    def promise(self, attempt: int) -> None:
        self.attempt = attempt

    def promised(self) -> int:
        return self.attempt

    def read(self) -> Frozen | None:
        return self.begun

    def sent(self) -> bool:
        return True

    def note(self, stage: str) -> None:
        assert stage

    def outcome(self) -> Outcome | None:
        return self.ended

    def settle(self) -> None:
        self.begun = None


class Site:
    """One system that syncs; its section opens the target, unless it cannot be armed."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal()
        self.armed = True
        self.unsettled = 0  # how many times settling fails
        database = Database(programme="p", file=folder / "state.sqlite", log=folder / "engine.log")
        database.prepare()
        self.lives = Lives(database, FakeClock())
        life = self.lives.happen(self.lives.begin("S-1"), Move.PREPARE, move=dumped(MOVE))
        self.lives.happen(life, Move.SEED)
        self.movement = Movement(
            mover=cast("Mover[Any]", self),
            switches=self.switch,
            lives=self.lives,
            evidence=FakeEvidence(),
            clock=FakeClock(),
        )

    @property
    def life(self) -> Life:
        found = self.lives.of("S-1")
        assert found is not None
        return found

    def switch(self, system: str, decided: Callable[[Frozen, Outcome], None]) -> Switch:
        assert system == "S-1"
        return Switch(
            mover=cast("Mover[Any]", self), runner=self, journal=self.journal, sessions=cast(Sessions, None),
            clock=FakeClock(), decided=decided,
        )  # fmt: skip

    # What the movement and the switch ask of a mover, and of what runs a section.

    def ensure_reverse(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> None:
        assert (move, attempt, back) == (MOVE, self.life.attempt + 1, False)

    def gate(self, move: DatabaseMove, *, back: bool = False) -> tuple[()]:
        return ()

    def frozen(self, move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
        return section(attempt)

    def run(self, frozen: Frozen) -> Outcome:
        if not self.armed:
            raise MigrateError("session.late", session="x", seconds="5")
        self.journal.begun = frozen
        self.journal.ended = Outcome(decision=Decision.OPEN, answers=(), seconds=0.03)
        return self.journal.ended

    def ensure_settled(self, *_: Any, **told: Any) -> None:
        if self.unsettled:
            self.unsettled -= 1
            raise MigrateError("session.ended", session="x", said="gone")
        assert told["opened"] is self.armed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_what_cannot_be_armed_leaves_the_source_in_service(site: Site) -> None:
    site.armed = False
    life, outcome = site.movement.cutover(site.life)
    assert (life.phase, outcome.decision, outcome.code) == (Phase.SYNCING, Decision.BACK, "session.late")


def test_a_window_that_closed_while_it_got_ready_holds_nobody(site: Site) -> None:
    site.armed = False
    closed = CheckResult(code="gate.window", status=CheckStatus.FAIL, values={"reason": "late"})
    with pytest.raises(Refused) as refused:
        site.movement.cutover(site.life, window=lambda: (closed,))
    assert (refused.value.code, refused.value.values["checks"]) == ("move.not-ready", "gate.window=fail")
    assert (site.life.phase, site.life.attempt, site.journal.begun) == (Phase.SYNCING, 0, None)


def test_an_opening_that_could_not_be_settled_is_never_told_as_taken_back(site: Site) -> None:
    site.unsettled = 1
    with pytest.raises(Undecided) as undecided:
        site.movement.cutover(site.life)
    assert undecided.value.exit_code is ExitCode.ROLLBACK_FAILED
    assert site.life.phase is Phase.CUTOVER
    assert site.movement.settled(site.life).phase is Phase.OPEN  # the next command finishes it
    assert site.journal.read() is None


def test_a_decision_on_record_only_puts_the_journal_away(site: Site) -> None:
    life, _ = site.movement.cutover(site.life)
    site.journal.begun = section(life.attempt)  # as if killed between the record and this
    assert site.movement.settled(life) == life
    assert site.journal.read() is None


def test_a_section_that_the_life_knows_nothing_of_is_kept_and_told(site: Site) -> None:
    site.journal.begun = section(7)  # the database was put back to a day before it
    with pytest.raises(Undecided):
        site.movement.settled(site.life)
    assert site.journal.read() == section(7)


def test_a_kill_between_the_record_and_the_section_takes_everything_back(site: Site) -> None:
    site.journal.promise(site.life.attempt + 1)
    site.lives.happen(site.life, Move.FREEZE)
    assert site.movement.settled(site.life).phase is Phase.SYNCING


def test_a_section_of_a_machine_that_is_gone_is_left_alone_until_it_must_have_ended(site: Site) -> None:
    site.lives.happen(site.life, Move.FREEZE)
    with pytest.raises(Locked) as locked:
        site.movement.settled(site.life)
    assert (locked.value.code, site.life.phase) == ("frozen.elsewhere", Phase.CUTOVER)


def test_a_first_copy_that_is_waited_for_is_written_down_for_whoever_asks(site: Site) -> None:
    """Ten minutes of copying leave a look at least every few seconds, with its time and what the first one saw."""
    clock = FakeClock()
    looks: list[tuple[datetime, object]] = []

    class Copying:
        def ensure_seeding(self, move: DatabaseMove) -> None:
            assert move == MOVE

        def progress(self, _: DatabaseMove) -> Progress:
            looks.append((clock.now(), site.life.facts.get("progress")))
            done = round(clock.monotonic()) * 10
            state = "following" if done >= 6000 else "copying"
            table = TableProgress(database="app", table="t", state=state, bytes_done=done, bytes_all=6000)
            return Progress(tables=(table,), streaming=True, lag_bytes=0, oldest_transaction=0.0, prepared=0)

    life = site.lives.happen(site.life, Move.DROP)
    life = site.lives.happen(life, Move.PREPARE, move=dumped(MOVE))
    movement = replace(site.movement, mover=cast("Mover[Any]", Copying()), clock=clock)
    life = movement.advance(life, MOVE, wait=timedelta(hours=1))
    assert life.phase is Phase.SYNCING
    for at, seen in looks[1:]:
        assert isinstance(seen, dict)
        assert at - datetime.fromisoformat(seen["at"]) <= NOTES
        assert seen["begun"] == {"at": looks[0][0].isoformat(timespec="seconds"), "bytes_done": 0}
