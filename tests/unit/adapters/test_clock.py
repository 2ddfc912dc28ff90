"""Time in which nobody could keep a deadline does not count against it."""

from __future__ import annotations

import pytest

from orchestrator.adapters.clock import RunningTime


class Machine:
    """A machine's monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("gaps", "counted"),
    [
        ([1.0] * 30, 30.0),  # the watch looks every second
        ([1.0, 9.0, 1.0], 11.0),  # a busy machine
        ([1.0, 3600.0, 1.0], 3.0),  # stopped for an hour, and the first look is not the last
        ([600.0, 600.0], 2.0),  # stopped twice
        ([0.0, 10.5, 0.0], 1.0),
    ],
)
def test_only_time_in_which_the_process_ran_is_counted(gaps: list[float], counted: float) -> None:
    machine = Machine()
    running = RunningTime(machine)
    began, seen = running.seconds(), []
    for gap in gaps:
        machine.now += gap
        seen.append(running.seconds())
    assert seen[-1] - began == pytest.approx(counted)
    assert seen == sorted(seen), "it never goes back"
