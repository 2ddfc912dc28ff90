"""Time at work, the end, and what is left of a batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.model.result import RunStatus, StepRun, SystemRun
from orchestrator.model.spent import active_seconds, ended_at, seconds_left

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HOUR = 3600


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def run(status: RunStatus, *spans: tuple[int, int]) -> SystemRun:
    steps = tuple(
        StepRun(verb="verify", status=RunStatus.DONE, started=at(began), ended=at(ended)) for began, ended in spans
    )
    return SystemRun(system="S", batch=1, workflow="w", attempt=1, status=status, steps=steps)


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ((), 0),
        (((0, 10),), 10),
        (((0, 10), (9 * HOUR, 9 * HOUR + 5)), 15),  # the night between two runs is no work
        (((0, 10), (0, 8)), 10),  # two clouds side by side
        (((0, 10), (5, 20), (6, 7)), 20),
    ],
)
def test_time_that_did_not_run_is_not_counted(spans: tuple[tuple[int, int], ...], seconds: int) -> None:
    assert active_seconds(run(RunStatus.DONE, *spans).steps) == seconds


def test_only_what_goes_on_no_more_has_an_end() -> None:
    assert ended_at(run(RunStatus.DONE, (0, 10), (0, 30))) == at(30)
    assert ended_at(run(RunStatus.FAILED, (0, 10))) == at(10)
    assert ended_at(run(RunStatus.RUNNING, (0, 10))) is None
    assert ended_at(run(RunStatus.CANCELLED)) is None


@pytest.mark.parametrize(
    ("runs", "seconds"),
    [
        ([run(RunStatus.DONE, (0, 10))], 0),
        ([run(RunStatus.RUNNING, (0, 10)), run(RunStatus.WAITING)], None),  # nothing to go by
        ([run(RunStatus.DONE, (0, 10)), run(RunStatus.WAITING)], 10),
        (
            [run(RunStatus.DONE, (0, 10)), run(RunStatus.DONE, (0, 10)), *[run(RunStatus.WAITING)] * 2],
            10,
        ),  # two at once
        ([run(RunStatus.DONE, (0, 10)), run(RunStatus.RUNNING, (10, 16))], 4),
        ([run(RunStatus.DONE, (0, 10)), run(RunStatus.RUNNING, (10, 90))], 0),  # longer than any: never below nothing
    ],
)
def test_what_is_left(runs: list[SystemRun], seconds: float | None) -> None:
    assert seconds_left(runs) == seconds
