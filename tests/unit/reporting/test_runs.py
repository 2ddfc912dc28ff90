"""How runs are told, in both languages."""

from __future__ import annotations

import pytest

from orchestrator.model.result import RunStatus, StepRun, SystemRun
from orchestrator.reporting.runs import CancelledView, RunsView, elapsed
from orchestrator.reporting.texts import Lang, Say

FAILED = SystemRun(
    system="YT-002",
    batch=1,
    workflow="w",
    attempt=2,
    status=RunStatus.FAILED,
    steps=(StepRun(verb="precheck", status=RunStatus.DONE),),
    error={"code": "run.server-gone", "step": "await_guests", "cloud": "dr", "server": "lab-yt-002-web"},
)
RUNNING = SystemRun(system="YT-001", batch=1, workflow="w", attempt=1, status=RunStatus.RUNNING)


def told(view: RunsView | CancelledView, lang: Lang) -> list[str]:
    return [line for line in view.lines(Say(lang)) if isinstance(line, str)]


def test_a_cause_is_told_with_its_remedy() -> None:
    lines = told(RunsView(batch=1, runs=(FAILED,)), "en")

    assert lines[0] == "YT-002 [run.server-gone] server lab-yt-002-web is not on cloud dr any more"
    assert lines[1].startswith("  → run the batch again")


def test_nothing_runs_when_nobody_runs_it() -> None:
    assert RunsView(batch=1, runs=(RUNNING,)).standing(RUNNING) is RunStatus.WAITING
    held = RunsView(batch=1, runs=(RUNNING,), holder={"pid": 7, "since": "now", "command": "migrate batch 1"})
    assert held.standing(RUNNING) is RunStatus.RUNNING
    assert "正由进程 7 执行，自 now 起：`migrate batch 1`" in told(held, "zh")


def test_data_is_free_of_language() -> None:
    data = RunsView(batch=1, runs=(FAILED, RUNNING), digest="d", head="h").data()

    assert isinstance(data, dict)
    assert data["counts"] == {"waiting": 1, "running": 0, "done": 0, "failed": 1, "cancelled": 0}
    assert [system["system"] for system in data["systems"]] == ["YT-002", "YT-001"]
    assert data["evidence_head"] == "h"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_never_run_and_what_was_cancelled(lang: Lang) -> None:
    never, none, two = (
        told(RunsView(batch=7, runs=()), lang),
        told(CancelledView(batch=7, systems=()), lang),
        told(CancelledView(batch=7, systems=("A", "B")), lang),
    )
    assert all("7" in lines[0] for lines in (never, none, two))
    assert "A, B" in two[0]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0s"), (59.9, "59s"), (60, "1m00s"), (125, "2m05s"), (3600, "1h00m"), (7325, "2h02m")]
)
def test_elapsed(seconds: float, words: str) -> None:
    assert elapsed(seconds) == words
