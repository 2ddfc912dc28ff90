"""How workers are shown: alive with what they do, silent, or ended; one line each, whatever stands in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.model.worker import GONE, Worker, latest
from orchestrator.reporting.texts import Say
from orchestrator.reporting.workers import worker_data, worker_lines

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ALIVE = Worker(
    executor="migrate-lab/north/1",
    name="north",
    serves=frozenset({"JF-1", "cloud:a"}),
    host="m1",
    since=NOW,
    silent=0.4,
    steps=(("YT-001", "a"), ("YT-001", "")),
)
SILENT = replace(ALIVE, silent=GONE + 3, steps=())
OVER = replace(ALIVE, ended=NOW, why="gone", taken_by="migrate-lab/south/2", silent=100.0, steps=())


@pytest.mark.parametrize(
    ("worker", "told"),
    [
        (ALIVE, "worker north on m1 serves JF-1,cloud:a; alive, 2 step(s) running: YT-001"),
        (SILENT, "worker north on m1 serves JF-1,cloud:a; not heard of for 9 s"),
    ],
)
def test_one_line(worker: Worker, told: str) -> None:
    assert list(worker_lines([worker], Say("en"))) == [told]


def test_how_it_ended() -> None:
    (line,) = worker_lines([OVER], Say("en"))
    assert line.endswith("(gone)")
    told = worker_data(OVER)
    assert (told["alive"], told["why"], told["taken_over_by"]) == (False, "gone", "migrate-lab/south/2")


def test_what_somebody_wrote_into_the_database_is_one_line() -> None:
    (line,) = worker_lines([replace(ALIVE, host="m1\nerror [x]", name="n\r")], Say("en"))
    assert "\n" not in line
    assert "\r" not in line


def test_of_each_name_the_one_that_lives_counts_else_the_latest() -> None:
    earlier = replace(OVER, executor="migrate-lab/north/0", since=NOW - timedelta(days=1))
    later = replace(OVER, executor="migrate-lab/north/2", since=NOW + timedelta(days=1))
    assert latest((later, ALIVE, earlier)) == (ALIVE,)
    assert latest((later, earlier)) == (later,)
    other = replace(ALIVE, name="a")
    assert latest((ALIVE, other)) == (other, ALIVE)
