"""The parts of a move are asked one after the other, and one part's trouble keeps no other from its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from rich.console import Console

from orchestrator.adapters.movers.webapp.mover import WebappMover
from orchestrator.errors import MigrateError
from orchestrator.execution.moving import dumped
from orchestrator.execution.rehearsing import Rehearsing
from orchestrator.model.frozen import Claim, Decision, Expect, Frozen, Line, Outcome, Voice
from orchestrator.model.life import Life, Phase
from orchestrator.model.machines import Reach
from orchestrator.model.move import Kind, Method, OnePart
from orchestrator.model.moving import Act
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep, Rehearsed
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Mover, Passed, Progress, TableProgress
from orchestrator.reporting.moving import OutcomeView
from orchestrator.reporting.rehearsal import RehearsedView
from orchestrator.reporting.texts import Say
from tests.fakes import FakeClock
from tests.unit.adapters.test_webapp_list import move

SECOND = timedelta(seconds=1)
_VOICE = Voice(name="opening", reach=Reach(address="192.0.2.2"), account="root")


class Parts:
    """Movers of both kinds, the rehearser of each and their sessions; `broken` is a kind that does not answer."""

    def __init__(self, broken: Kind | None = None, *, wrong: str = "") -> None:
        self.broken = broken
        self.wrong = wrong
        self.done: list[str] = []

    def _did(self, part: OnePart, what: str) -> None:
        self.done.append(f"{part.kind} {what}")
        if part.kind is self.broken:
            raise MigrateError("session.late", session=str(part.kind), seconds="1")

    def ensure_settled(self, part: OnePart, attempt: int, *, opened: bool, back: bool) -> None:
        self._did(part, f"settled {attempt} {opened} {back}")

    def ensure_unrehearsed(self, part: OnePart) -> tuple[str, ...]:
        self._did(part, "remove")
        return ()

    def rehearsal(self, _: OnePart, attempt: int) -> Rehearsal:
        assert attempt == 1
        steps = [
            RehearsalStep(name=name, place=Place.CLONE, limit=SECOND, line=name in {"connect", "open"}, makes=True)
            for name in ("room", "connect", "open", "compare", "remove")
        ]
        return Rehearsal(steps=tuple(steps), skipped=("hold",))

    @contextmanager
    def rehearser(self, part: OnePart, attempt: int) -> Iterator[Part]:
        assert attempt == 1
        yield Part(self, part)

    # Sessions, and the one of them.

    def open(self, voice: Voice, *, seconds: float) -> Parts:
        assert voice == _VOICE
        return self

    def send(self, text: str) -> None:
        self.done.append(text)

    def receive(self, seconds: float) -> str:
        return "no" if self.done[-1] == self.wrong else "yes"

    def ask(self, text: str, seconds: float) -> str:
        assert text == "claim"
        return "back"

    def close(self) -> None:
        pass


class Part:
    """A part's rehearser."""

    def __init__(self, whole: Parts, part: OnePart) -> None:
        self._whole = whole
        self._part = part

    def do(self, step: str) -> Sequence[CheckResult]:
        self._whole.done.append(f"{self._part.kind} {step}")
        return (CheckResult(code=f"check.{step}", status=CheckStatus.PASS),)

    def frozen(self) -> Frozen:
        lines = (
            Line(name="connect", voice=_VOICE.name, text=f"{self._part.kind} connect", deadline=SECOND),
            Line(
                name="open",
                voice=_VOICE.name,
                text=f"{self._part.kind} open",
                deadline=SECOND,
                expected=Expect.SAME,
                wanted=("connect",),
                decides=True,
            ),
        )
        return Frozen(
            system="S-1", slug="s-1", attempt=1, leaving="s", opening="t", back=False, voices=(_VOICE,), lines=lines,
            claim=Claim(voice=_VOICE.name, text="claim"), seconds=5, undecided=1,
        )  # fmt: skip

    def floor(self) -> float:
        return 0.25


def mover(parts: Parts) -> WebappMover:
    return WebappMover(cast("Mover[Any]", parts))


def rehearsed(parts: Parts) -> Rehearsed:
    return Rehearsing(mover(parts), move(), 1, sessions=parts, clock=FakeClock(), note=lambda _: None).run()


def test_one_part_is_rehearsed_after_the_other_and_all_clones_go_at_the_end() -> None:
    came = rehearsed(parts := Parts())
    steps = ("room", "connect", "open", "compare")
    expected = [f"{kind} {step}" for kind in ("files", "postgresql") for step in steps]
    assert parts.done == [*expected, "files remove", "postgresql remove"]
    assert [each.step for each in came.timed] == [each.replace(" ", "/") for each in expected] + ["remove"]
    assert came.passed
    assert came.gap is not None
    assert came.gap >= 0.5
    view = RehearsedView(
        life=Life(system="S-1", phase=Phase.REHEARSED, attempt=0), came=came, digest="d", skipped=("hold",)
    )
    console = Console(width=200)
    with console.capture() as said:
        console.print(*view.lines(Say("en")))
    assert "PostgreSQL: decided" in said.get()


@pytest.mark.parametrize("kind", [Kind.FILES, Kind.POSTGRESQL])
def test_a_part_whose_line_fails_ends_it_and_is_named(kind: Kind) -> None:
    came = rehearsed(parts := Parts(wrong=f"{kind} open"))
    assert (came.passed, came.failed) == (False, f"{kind}/open")
    assert parts.done[-2:] == ["files remove", "postgresql remove"]


@pytest.mark.parametrize("broken", [Kind.FILES, Kind.POSTGRESQL])
def test_a_part_that_does_not_answer_keeps_no_other_from_its_end(broken: Kind) -> None:
    parts = Parts(broken)
    with pytest.raises(MigrateError):
        mover(parts).ensure_settled(move(), 3, opened=True, back=True)
    with pytest.raises(MigrateError):
        mover(parts).ensure_unrehearsed(move())
    assert parts.done == [
        "files settled 3 True True", "postgresql settled 3 True True", "files remove", "postgresql remove",
    ]  # fmt: skip


def test_a_copy_is_whole_only_once_each_part_is() -> None:
    def told(state: str, *, rows: bool = True) -> Progress:
        table = TableProgress(database="app", table="t", state=state, bytes_done=1, bytes_all=2)
        return Progress(tables=(table,) if rows else (), streaming=True, lag_bytes=7, oldest_transaction=0, prepared=0)

    passed = Passed(seconds=1, entries=2, bytes=3)

    class Copies(Parts):
        def __init__(self, database: Progress) -> None:
            super().__init__()
            self.database = database

        def progress(self, part: OnePart, *, back: bool) -> Progress:
            assert not back
            files = replace(told("following"), lag_bytes=None, passed=passed)
            return files if part.kind is Kind.FILES else self.database

    for database, copied in ((told("following"), True), (told("copying"), False), (told("", rows=False), False)):
        found = mover(Copies(database)).progress(move())
        assert (found.copied, found.streaming, found.lag_bytes, found.passed) == (copied, True, 7, passed)


@pytest.mark.parametrize(("database", "way"), [("logical", "databases follow"), ("dump", "Nothing follows")])
def test_the_way_back_is_that_of_its_database(database: str, way: str) -> None:
    life = Life(
        system="S-1",
        phase=Phase.OPEN,
        attempt=1,
        facts={"method": str(Method.TOGETHER), "move": dumped(move(database))},
    )
    outcome = Outcome(decision=Decision.OPEN, answers=(), seconds=1)
    view = OutcomeView(act=Act.CUTOVER, life=life, outcome=outcome, checks=(), began=datetime(2026, 11, 27, tzinfo=UTC))
    assert any(way in str(line) for line in view.lines(Say("en")))
