"""A drill goes as far as it may, takes everything away wherever it ended, and says it in both languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.adapters.replicas.kept_drills import read, told
from orchestrator.errors import Locked, MigrateError
from orchestrator.execution.drilling import Drilling
from orchestrator.model.drill import Answered, Drilled, DrillStep, Way
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Heartbeat, Policy, Replica, ReplicaKind
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting import texts
from orchestrator.reporting.drills import CleanedView, DrilledView, DrillView
from orchestrator.reporting.texts import Say
from tests.unit.checks.test_drill import ENDS, SILENT

REPLICA = Replica(
    system="S-1",
    kind=ReplicaKind.POSTGRESQL,
    source=End(reach=Reach(address="10.0.0.1")),
    replica=End(reach=Reach(address="10.0.0.2")),
    heartbeat=Heartbeat(),
)
NOWHERE = 'psql: error: connection to server at "10.0.0.1", port 25 failed: Network is unreachable'


class Time:
    """Each look at the clock is a second later."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 27, 20, tzinfo=UTC)

    def monotonic(self) -> float:
        self.at += 1
        return self.at

    def sleep(self, duration: timedelta) -> None:
        raise AssertionError


class Fake:
    """A driller of which one step goes wrong."""

    def __init__(self, wrong: str = "", error: MigrateError | None = None, left: tuple[str, ...] = ()) -> None:
        self.wrong, self.error, self.remains = wrong, error, left
        self.done: list[str] = []

    def _do(self, step: str) -> Sequence[CheckResult]:
        self.done.append(step)
        if step == self.wrong and self.error:
            raise self.error
        return (CheckResult.of("drill.rows", step != self.wrong),)

    def claim(self, drill: str) -> str:
        self._do("claim")
        return "20260101T000000Z"

    def room(self) -> Sequence[CheckResult]:
        return self._do("room")

    def look(self) -> tuple[Seen, Seen]:
        self._do("look")
        return (SILENT, ENDS[1]) if self.wrong == "decide" else ENDS

    def isolate(self) -> tuple[Sequence[CheckResult], Sequence[Way]]:
        self._do("isolate")
        said = "1" if self.wrong == "isolate" else NOWHERE
        return (), (Way(what="mail", address="10.0.0.1", port=25, said=said),)

    def copy(self) -> None:
        self._do("copy")

    def recover(self) -> None:
        self._do("recover")

    def answer(self) -> Answered:
        self._do("answer")
        return Answered(writable=self.wrong != "answer", n=1000, ts=990)

    def closed(self) -> Sequence[CheckResult]:
        return self._do("closed")

    def compare(self) -> Sequence[CheckResult]:
        return self._do("compare")

    def remove(self) -> tuple[str, ...]:
        self.done.append("remove")
        return self.remains

    def release(self) -> None:
        self.done.append("release")


def drilling(fake: Fake, cleaned: list[str] | None = None, **policy: Any) -> Drilling:
    wanted = Policy(**{"rto": timedelta(hours=1), "rpo": timedelta(minutes=1), **policy})
    notes = cleaned if cleaned is not None else []
    return Drilling(fake, REPLICA, wanted, clock=Time(), note=lambda _: None, cleaned=notes.append)


def test_a_drill_that_passes_goes_through_all_steps_and_is_kept() -> None:
    fake, cleaned = Fake(), list[str]()
    came = drilling(fake, cleaned).run()
    assert came.passed
    assert [each.step for each in came.timed] == list(DrillStep)
    assert came.rpo == 10
    assert came.rto is not None
    assert came.rto > 0
    assert cleaned == ["20260101T000000Z"]
    assert fake.done[-2:] == ["remove", "release"]
    kept = read(json.loads(json.dumps({"drill": told(came)})), datetime.date)
    assert kept is not None
    assert (kept.key, kept.sound, kept.rto, kept.rpo) == (REPLICA.key, True, came.rto, 10)
    assert read({"drill": {**told(came), "more": 1}}, datetime.date) is None
    assert read({"drill": {**told(came), "rto": -1}}, datetime.date) is None


@pytest.mark.parametrize(
    ("wrong", "after", "code"),
    [("room", "look", 4), ("decide", "isolate", 4), ("isolate", "copy", 8), ("answer", "closed", 8),
     ("closed", "compare", 8)],
)  # fmt: skip
def test_nothing_is_done_after_a_vital_step_that_did_not_pass(wrong: str, after: str, code: int) -> None:
    fake = Fake(wrong)
    came = drilling(fake).run()
    assert (came.failed, came.passed, DrilledView(came=came).exit_code) == (wrong, False, code)
    assert after not in fake.done
    assert fake.done[-2:] == ["remove", "release"]


def test_a_comparison_that_fails_goes_on_to_the_end_and_is_no_sound_drill() -> None:
    came = drilling(Fake("compare")).run()
    assert (came.failed, came.sound, came.timed[-1].step) == ("", False, "remove")


@pytest.mark.parametrize(("step", "code"), [("room", 4), ("copy", 8), ("recover", 8), ("compare", 8)])
def test_an_error_ends_it_and_everything_is_taken_away(step: str, code: int) -> None:
    fake = Fake(step, MigrateError("session.late", session="replica", seconds="1"))
    came = drilling(fake).run()
    assert (came.failed, came.code, DrilledView(came=came).exit_code) == (step, "session.late", code)
    assert fake.done[-2:] == ["remove", "release"]


def test_who_did_not_get_in_takes_nothing_away() -> None:
    fake = Fake("claim", MigrateError("session.late", session="replica", seconds="1"))
    came = drilling(fake).run()
    assert (fake.done, DrilledView(came=came).exit_code) == (["claim"], 4)
    fake = Fake("claim", Locked("drill.running", system="S-1", drill="x"))
    with pytest.raises(Locked):
        drilling(fake).run()
    assert fake.done == ["claim"]


def test_a_fault_of_ours_takes_everything_away_too() -> None:
    fake = Fake("copy")
    fake.copy = lambda: 1 / 0  # type: ignore[method-assign,assignment]
    with pytest.raises(ZeroDivisionError):
        drilling(fake).run()
    assert fake.done[-2:] == ["remove", "release"]


def test_what_is_left_fails_it() -> None:
    came = drilling(Fake(left=("process 7",))).run()
    assert (came.passed, came.sound, DrilledView(came=came).exit_code) == (False, False, 6)


def test_a_threshold_that_nobody_set_is_no_pass_and_the_drill_is_sound() -> None:
    came = drilling(Fake(), rto=None).run()
    assert (came.sound, came.passed) == (True, False)
    assert [one.status for one in came.checks if one.code == "drill.rto"] == [CheckStatus.UNKNOWN]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wrong", ["", "room", "decide", "isolate", "answer", "compare"])
def test_it_is_told_in_both_languages(lang: Any, wrong: str) -> None:
    say = Say(lang)
    came = drilling(Fake(wrong, left=("process 7",) if wrong == "compare" else ()), rpo=None).run()
    views: list[Any] = [
        DrilledView(came=came),
        DrillView(replica=REPLICA),
        CleanedView(replica=REPLICA, drill="x", left=()),
    ]
    for view in views:
        assert view.data()
        shown = " ".join(str(line) for line in view.lines(say))
        assert "drill." not in shown
    for check in came.checks:
        assert texts.has(check.code)
        assert texts.has(f"{check.code}.remedy")


def test_every_step_has_words() -> None:
    assert [step for step in DrillStep if not texts.has(f"drill.step.{step}")] == []
    assert isinstance(drilling(Fake()).run(), Drilled)
