"""How runs are told, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from orchestrator.model.result import Delivered, RunningTask, RunStatus, StepRun, SystemRun
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


HOLDER = {"pid": 7, "since": "now", "command": "migrate batch 1"}
TASK = RunningTask(task="Install nginx", number=3, of=12, since=datetime(2026, 1, 1, tzinfo=UTC))


def shown(view: RunsView, lang: Lang = "en") -> str:
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as caught:
        for line in view.lines(Say(lang)):
            console.print(line)
    return caught.get()


def test_the_running_task_is_told_with_its_number() -> None:
    view = RunsView(batch=1, runs=(RUNNING,), holder=HOLDER, tasks={"YT-001": TASK})
    assert "task 3 of 12, Install nginx" in shown(view)
    unknown = replace(TASK, of=None)
    assert "task 3 of an unknown number" in shown(replace(view, tasks={"YT-001": unknown}))
    data: Any = view.data()
    assert data["systems"][0]["running_task"] == TASK
    nobody: Any = replace(view, holder=None).data()
    assert nobody["systems"][0]["running_task"] is None, "what a dead run left says nothing"


@pytest.mark.parametrize(("lang", "words"), [("en", "waiting, nobody at work"), ("zh", "等待，无进程执行")])
def test_that_nobody_is_at_work_is_said(lang: Lang, words: str) -> None:
    view = RunsView(batch=1, runs=(RUNNING,))
    assert words in shown(view, lang)
    assert words not in shown(replace(view, holder=HOLDER), lang)
    data: Any = view.data()
    assert data["holder"] is None
    assert data["systems"][0]["status"] == "waiting"


def test_who_left_the_batch_is_told_and_not_counted() -> None:
    view = RunsView(batch=1, runs=(FAILED, RUNNING), members={"YT-001"})
    data: Any = view.data()
    assert [(each["system"], each["left_batch"]) for each in data["systems"]] == [("YT-002", True), ("YT-001", False)]
    assert data["counts"]["failed"] == 0
    assert not view.failed
    assert "left the batch" in shown(view)
    assert "YT-002" in shown(view)
    unread = replace(view, members=None)
    assert unread.failed, "nobody could say who left: all count"


def test_servers_are_told_with_their_links() -> None:
    server = Delivered(server="lab-web", cloud="dr", address="10.0.0.1", links=("http://10.0.0.1/",))
    view = RunsView(batch=1, runs=(replace(RUNNING, servers=(server,)),))
    assert "lab-web (dr)  10.0.0.1  http://10.0.0.1/" in shown(view)
