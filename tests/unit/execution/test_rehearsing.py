"""Wherever a rehearsal ends, everything is taken away, and what could not be is told; unknown isolation is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from orchestrator.errors import MigrateError
from orchestrator.execution.rehearsing import Rehearsing
from orchestrator.model.frozen import Claim, Expect, Frozen, Line, Voice
from orchestrator.model.machines import Reach
from orchestrator.model.move import DatabaseMove
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep, Rehearsed
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Mover
from tests.fakes import FakeClock

SECOND = timedelta(seconds=1)
STEPS = ("room", "copy", "isolated", "open", "compare", "remove")
_VOICE = Voice(name="opening/app", reach=Reach(address="192.0.2.2"), account="postgres")


class Site:
    """A mover, its rehearser and their sessions: one step answers a status, or fails; `left` stays behind."""

    def __init__(self, at: str = "", status: CheckStatus | None = None, left: tuple[str, ...] | None = ()) -> None:
        self.at, self.status, self.left = at, status, left
        self.done: list[str] = []

    def run(self) -> Rehearsed:
        return Rehearsing(
            cast("Mover[Any]", self), cast(DatabaseMove, None), 1, sessions=self, clock=FakeClock(), note=lambda _: None
        ).run()

    def rehearsal(self, _: DatabaseMove, attempt: int) -> Rehearsal:
        assert attempt == 1
        steps = [
            RehearsalStep(
                name=name, place=Place.CLONE, limit=SECOND, line=name == "open", vital=name in {"room", "isolated"},
                makes=name == "copy",
            )
            for name in STEPS
        ]  # fmt: skip
        return Rehearsal(steps=tuple(steps), skipped=("hold",))

    @contextmanager
    def rehearser(self, _: DatabaseMove, attempt: int) -> Iterator[Site]:
        assert attempt == 1
        yield self

    def do(self, step: str) -> Sequence[CheckResult]:
        self.done.append(step)
        if step == self.at and self.status is None:
            raise MigrateError("session.ended", session="x", said="gone")
        return (CheckResult(code=f"check.{step}", status=self.status if step == self.at else CheckStatus.PASS),)  # type: ignore[arg-type]

    def frozen(self) -> Frozen:
        self.done.append("open")
        line = Line(
            name="open", voice=_VOICE.name, text="open", deadline=SECOND, expected=Expect.EQUALS, wanted=("opened",),
            decides=True,
        )  # fmt: skip
        return Frozen(
            system="S-1", slug="s-1", attempt=1, leaving="s", opening="t", back=False, voices=(_VOICE,), lines=(line,),
            claim=Claim(voice=_VOICE.name, text="claim"), seconds=5, undecided=1,
        )  # fmt: skip

    def floor(self) -> float:
        return 0.25

    def ensure_unrehearsed(self, _: DatabaseMove) -> tuple[str, ...]:
        self.done.append("remove")
        if self.left is None:
            raise MigrateError("session.late", session="x", seconds="5")
        return self.left

    # Sessions, and the one of them.

    def open(self, voice: Voice, *, seconds: float) -> Site:
        assert voice == _VOICE
        return self

    def send(self, text: str) -> None:
        assert text == "open"

    def receive(self, seconds: float) -> str:
        return "not opened" if self.at == "open" else "opened"

    def ask(self, text: str, seconds: float) -> str:
        assert text == "claim"
        return "back"

    def close(self) -> None:
        pass


def test_all_steps_in_order() -> None:
    site = Site()
    came = site.run()
    assert site.done == [each.step for each in came.timed] == list(STEPS)
    assert came.passed
    assert came.gap is not None
    assert came.gap >= 0.25


@pytest.mark.parametrize(
    ("at", "status", "done", "begun"),
    [
        ("room", CheckStatus.FAIL, ["room"], False),
        ("room", None, ["room"], False),
        ("copy", None, ["room", "copy"], True),
        ("isolated", CheckStatus.FAIL, ["room", "copy", "isolated"], True),
        ("isolated", CheckStatus.UNKNOWN, ["room", "copy", "isolated"], True),
        ("open", None, ["room", "copy", "isolated", "open"], True),
        ("compare", CheckStatus.FAIL, list(STEPS[:-1]), True),
        ("compare", CheckStatus.ERROR, list(STEPS[:-1]), True),
    ],
)
def test_wherever_it_fails_it_is_taken_away(at: str, status: CheckStatus | None, done: list[str], begun: bool) -> None:
    site = Site(at, status)
    came = site.run()
    assert site.done == [*done, "remove"]
    assert (came.passed, came.begun) == (False, begun)


def test_a_copied_row_that_nobody_can_tell_of_is_shown_and_is_no_failure() -> None:
    came = Site("compare", CheckStatus.UNKNOWN).run()
    assert came.passed
    assert came.checks[-1].status is CheckStatus.UNKNOWN


@pytest.mark.parametrize(("left", "told"), [(("folder /x",), ("folder /x",)), (None, ("session.late",))])
def test_what_is_left_fails_it(left: tuple[str, ...] | None, told: tuple[str, ...]) -> None:
    came = Site(left=left).run()
    assert (came.passed, came.left) == (False, told)


def test_a_target_that_cannot_be_reached_at_all_leaves_nothing_to_clean() -> None:
    came = Site("room", left=None).run()
    assert (came.passed, came.begun, came.left) == (False, False, ())
