"""Whatever a tool does, a section ends with one side that may be written to, or with a refusal to say which it is."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.movers.external.asking import asked, voice
from orchestrator.adapters.movers.external.frozen import mark
from orchestrator.adapters.movers.external.mover import ToolMover
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.adapters.tools.call import running
from orchestrator.adapters.tools.place import ToolPlace, digest_of
from orchestrator.errors import MigrateError, Refused
from orchestrator.execution.frozen import FrozenRun
from orchestrator.execution.rehearsing import Rehearsing
from orchestrator.model.frozen import Decision, Outcome
from orchestrator.model.machines import Machine, Reach
from orchestrator.model.move import ExternalMove, Limits, Tool
from orchestrator.model.rehearsal import Rehearsed

pytestmark = pytest.mark.integration

SHELF = Path(__file__).parents[1] / "worlds" / "shelf"
OPEN, BACK, UNDECIDED = Decision.OPEN, Decision.BACK, Decision.UNDECIDED


class Hurried(SystemClock):
    """A clock on which a person's patience is over eight times as soon."""

    def monotonic(self) -> float:
        return super().monotonic() * 8


@dataclass(frozen=True, kw_only=True)
class Shelves:
    folder: Path
    move: ExternalMove
    place: ToolPlace
    sessions: ProgramSessions

    def told(self, faults: str) -> ExternalMove:
        return replace(self.move, options={"faults": faults})

    def run(self, faults: str = "", attempt: int = 1) -> Outcome:
        frozen = ToolMover(self.sessions).frozen(self.told(faults), attempt)
        clock = Hurried() if faults.startswith(("decide:", "open:")) else SystemClock()
        run = FrozenRun(frozen, self.sessions, clock, lambda _: None)
        run.arm()
        return run.run()

    def open(self) -> list[str]:
        """The sides that a client may write to."""
        return [end for end in ("source", "target") if not (self.folder / end / "closed").exists()]

    def error(self, verb: str, faults: str, seconds: float = 20, **more: object) -> MigrateError:
        """What comes of asking a tool that misbehaves."""
        session = self.sessions.open(voice(self.move), seconds=1)
        with pytest.raises(MigrateError) as failure:
            session.ask(asked(self.told(faults), verb, **more), seconds)  # type: ignore[arg-type]
        return failure.value


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    for end in ("source", "target", "move.d"):
        (tmp_path / end).mkdir(mode=0o755)
    shutil.copy(SHELF, tmp_path / "move.d" / "shelf")
    (tmp_path / "move.d" / "shelf").chmod(0o755)
    (tmp_path / "source" / "ledger").write_text("1\n2\n")
    (tmp_path / "target" / "closed").touch()
    place = ToolPlace(programme=tmp_path, state=tmp_path / "state" / "tools")
    source, target = (
        Machine(name=end, reach=Reach(address="192.0.2.1"), address=str(tmp_path / end)) for end in ("source", "target")
    )
    move = ExternalMove(
        system="S-1",
        slug="s-1",
        source=source,
        target=target,
        tool=Tool(name="shelf", digest=digest_of(tmp_path, "shelf")),
        able=("back",),
        limits=Limits(
            hold=timedelta(seconds=20), step=timedelta(seconds=20), catch_up=timedelta(seconds=20),
            frozen=timedelta(seconds=600), undecided=timedelta(seconds=6),
        ),
    )  # fmt: skip
    sessions = ProgramSessions(OpenSsh([], tmp_path / "known_hosts"), place)
    ToolMover(sessions).ensure_seeding(move)
    return Shelves(folder=tmp_path, move=move, place=place, sessions=sessions)


def test_an_honest_tool_opens_the_other_side_and_only_that(shelves: Shelves) -> None:
    outcome = shelves.run()
    assert (outcome.decision, outcome.left, shelves.open()) == (OPEN, (), ["target"])
    assert (shelves.folder / "target" / "ledger").read_text() == "1\n2\n"


SECTION = {
    "freeze:failed": (BACK, "external-freeze", "external.failed"),
    "freeze:secretly": (BACK, "external-freeze", "external.failed"),
    "freeze:signal": (BACK, "external-freeze", "external.ended"),
    "freeze:extra": (BACK, "external-freeze", "external.shape"),
    "freeze:detach": (OPEN, "", ""),
    "prove:unfenced": (BACK, "external-prove", "external.not-fenced"),
    "prove:place": (BACK, "external-prove", "external.shape"),
    "last:elsewhere": (BACK, "external-last", "frozen.unexpected"),
    "last:exit": (BACK, "external-last", "external.ended"),
    # Whether it was decided is asked, of a tool that does not answer that either.
    "decide:failed": (UNDECIDED, "open", "external.failed"),
    "decide:neither": (UNDECIDED, "open", "external.shape"),
    "open:failed": (OPEN, "external-open", "external.failed"),
}


@pytest.mark.parametrize("faults", SECTION)
def test_a_section_ends_with_one_side_or_none_that_may_be_written_to(shelves: Shelves, faults: str) -> None:
    decision, failed, code = SECTION[faults]
    outcome = shelves.run(faults)
    assert (outcome.decision, outcome.failed, outcome.code) == (decision, failed, code)
    never = faults.startswith("open:")
    assert outcome.left == (("external-open",) if never else ())
    # Nobody writes where nobody can tell, or where the side that was decided on does not open.
    assert shelves.open() == {OPEN: [] if never else ["target"], BACK: ["source"], UNDECIDED: []}[decision]
    assert running(mark(shelves.move)) == []


def test_a_tool_that_is_late_is_ended_with_all_it_started_and_what_it_did_is_taken_back(shelves: Shelves) -> None:
    second = timedelta(seconds=1)
    hasty = replace(shelves, move=replace(shelves.move, limits=replace(shelves.move.limits, hold=second)))
    for fault in ("hang", "late", "never"):
        began = time.monotonic()
        outcome = hasty.run(f"freeze:{fault}")
        assert (outcome.decision, outcome.failed) == (BACK, "external-freeze")
        # On a busy machine a second is over before a tool has said that it is not ready.
        assert outcome.code in {"session.late", *(("external.not-yet",) if fault == "never" else ())}
        assert hasty.open() == ["source"]
        assert running(mark(shelves.move)) == []
        assert time.monotonic() - began < 30
    time.sleep(2)  # what comes late comes no more
    assert hasty.open() == ["source"]


def test_a_tool_that_says_open_to_who_goes_back_opens_one_side_alone(shelves: Shelves) -> None:
    second = timedelta(seconds=1)
    hasty = replace(shelves, move=replace(shelves.move, limits=replace(shelves.move.limits, step=5 * second)))
    outcome = hasty.run("decide:lies")
    assert (outcome.decision, outcome.failed, outcome.code) == (OPEN, "open", "session.late")
    assert hasty.open() == ["target"]


def test_a_tool_that_takes_its_word_back_is_not_believed_a_second_time(shelves: Shelves) -> None:
    assert shelves.run().decision is OPEN
    frozen = ToolMover(shelves.sessions).frozen(shelves.move, 1)
    (shelves.folder / "target" / "decided-1").write_text("back")
    assert FrozenRun(frozen, shelves.sessions, SystemClock(), lambda _: None).ask(1) is UNDECIDED
    assert shelves.open() == ["target"]
    error = shelves.error("decide", "", attempt=1, decision="back")
    assert (error.code, error.values["before"]) == ("external.contradicts", "open")


def test_a_second_opener_gets_the_first_ones_answer(shelves: Shelves) -> None:
    frozen = ToolMover(shelves.sessions).frozen(shelves.move, 7)
    assert FrozenRun(frozen, shelves.sessions, SystemClock(), lambda _: None).ask(20) is BACK
    # Another machine has no copy of the tool and no memory of its words, and is answered the same.
    there = replace(shelves.place, state=shelves.folder / "elsewhere")
    elsewhere = ProgramSessions(OpenSsh([], shelves.folder / "known_hosts"), there)
    assert FrozenRun(frozen, elsewhere, SystemClock(), lambda _: None).ask(20) is BACK
    outcome = shelves.run(attempt=7)
    assert (outcome.decision, outcome.failed, shelves.open()) == (BACK, "open", ["source"])


SHAPES = {
    "status": ("silent", "extra", "surrogate", "control", "hidden", "nested", "bytes", "list", "number", "nan"),
    "seed": ("twice", "other", "control"),
}


@pytest.mark.parametrize(("verb", "fault"), [(verb, fault) for verb in SHAPES for fault in SHAPES[verb]])
def test_an_answer_of_another_form_is_none(shelves: Shelves, verb: str, fault: str) -> None:
    assert shelves.error(verb, f"{verb}:{fault}").code == "external.shape"


def test_a_flood_is_cut_off_and_noise_goes_to_the_log_alone(shelves: Shelves) -> None:
    assert shelves.error("status", "status:flood").code == "external.too-much"
    session = shelves.sessions.open(voice(shelves.move), seconds=1)
    assert session.ask(asked(shelves.told("seed:noise"), "seed"), 20) == "done"
    log = shelves.folder / "state/tools/s-1/log"
    assert 60_000 < log.stat().st_size < 70_000
    assert log.stat().st_mode & 0o077 == 0
    # What goes on by itself may talk for ever.
    assert session.ask(asked(shelves.told("seed:shout"), "seed"), 20) == "done"


def test_what_a_tool_is_told_and_what_it_is_not(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_PASSWORD", "s3cret")
    tool = shelves.folder / "move.d" / "spy"
    tool.write_text("#!/bin/sh\ncat >told; env >env; ls /proc/self/fd >files; echo '{}'\n")
    tool.chmod(0o700)
    spied = replace(shelves.move, tool=Tool(name="spy", digest=digest_of(shelves.folder, "spy")))
    session = shelves.sessions.open(voice(spied), seconds=1)
    assert session.ask(asked(spied, "seed", attempt=3), 20) == "done"
    work = shelves.folder / "state/tools/s-1"
    names = {line.partition("=")[0] for line in (work / "env").read_text().splitlines()}
    assert names - {"PWD", "OLDPWD", "_", "SHLVL"} == {"PATH", "LC_ALL", "HOME", "MIGRATE_CALL"}
    assert (work / "files").read_text().split() == ["0", "1", "2", "3"]  # the last is the folder it lists
    assert '"attempt": 3' in (work / "told").read_text()


def unsafe_link(tool: Path) -> None:
    tool.rename(tool.with_name("other"))
    tool.symlink_to("other")


UNSAFE: dict[str, Callable[[Path], object]] = {
    "external.missing": Path.unlink,
    "external.unsafe": unsafe_link,
    "external.not-executable": lambda tool: tool.chmod(0o600),
    "external.changed": lambda tool: tool.write_text("#!/bin/sh\n"),
}


@pytest.mark.parametrize("code", UNSAFE)
def test_a_tool_that_may_not_be_run_is_refused_and_a_begun_move_keeps_its_own(shelves: Shelves, code: str) -> None:
    fresh = ProgramSessions(OpenSsh([], shelves.folder / "x"), replace(shelves.place, state=shelves.folder / "new"))
    UNSAFE[code](shelves.folder / "move.d" / "shelf")
    with pytest.raises(Refused) as refusal:
        fresh.open(voice(shelves.move), seconds=1)
    assert refusal.value.code == code
    # What was begun is recovered by the very bytes that began it; no new section begins with another tool.
    assert shelves.run().decision is OPEN
    gate = ToolMover(shelves.sessions).gate(shelves.move)[0]
    assert (gate.code, gate.status) == ("move.gate.external-tool", "fail")


def test_others_may_write_neither_to_a_tool_nor_to_its_folder(shelves: Shelves) -> None:
    folder = shelves.folder / "move.d"
    for path in (folder, folder / "shelf"):
        path.chmod(0o777)
        assert digest_of(shelves.folder, "shelf") == ""
        path.chmod(0o755)
    os.mkfifo(folder / "pipe", 0o700)
    assert digest_of(shelves.folder, "pipe") == ""
    assert digest_of(shelves.folder, "shelf") != ""


def test_a_tool_that_can_is_rehearsed_by_itself_and_says_for_how_long_writers_would_wait(shelves: Shelves) -> None:
    def rehearsed(*able: str) -> Rehearsed:
        move, mover = replace(shelves.move, able=able), ToolMover(shelves.sessions)
        return Rehearsing(mover, move, 1, sessions=shelves.sessions, clock=SystemClock(), note=lambda _: None).run()

    came = rehearsed("back", "rehearse", "unrehearse")
    assert (came.passed, came.gap, came.left, [check.status for check in came.checks]) == (True, 0.5, (), ["pass"])
    came = rehearsed("back")
    assert (came.passed, came.begun, came.code) == (False, False, "external.not-able")
    assert shelves.open() == ["source"]


def test_a_tool_with_no_way_back_is_not_rolled_back(shelves: Shelves) -> None:
    with pytest.raises(Refused) as refusal:
        ToolMover(shelves.sessions).ensure_reverse(replace(shelves.move, able=()), 2, back=True)
    assert refusal.value.code == "external.one-way"
