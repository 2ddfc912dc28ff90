"""A run that is watched: plain lines, and the living table."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from rich.console import Console

from orchestrator.cli.progress import _Board, progress
from orchestrator.execution.performer import Phase, StepEvent
from orchestrator.model.pipeline import Verb


def event(
    phase: Phase, *, cloud: str = "", verb: Verb = Verb.ENSURE_SERVERS, error: Mapping[str, str] | None = None
) -> StepEvent:
    return StepEvent(system="YT-001", cloud=cloud, verb=verb, phase=phase, seconds=65, error=error or {})


def test_lines_say_system_cloud_step_time_and_cause(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(["YT-001"], live=False) as tell:
        tell(event(Phase.STARTED, cloud="dr"))
        tell(event(Phase.DONE, cloud="dr"))
        tell(event(Phase.FAILED, error={"code": "run.server-gone", "server": "web", "cloud": "dr"}))

    out, err = capsys.readouterr()
    assert out == ""
    started, done, failed = err.splitlines()
    assert started == "0s  YT-001 (dr)  servers …"
    assert done == "0s  YT-001 (dr)  servers: done in 1m05s"
    assert failed.startswith("0s  YT-001  servers: FAILED after 1m05s: server web is not on cloud dr any more")


def test_the_table_shows_each_cloud_and_what_is_done() -> None:
    board = _Board(["YT-001", "YT-002"])
    board.tell(event(Phase.DONE, verb=Verb.PRECHECK))
    board.tell(event(Phase.STARTED, cloud="dr"))
    board.tell(event(Phase.STARTED, cloud="administrative"))
    console = Console(file=io.StringIO(), width=100)

    console.print(board.table())

    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    for words in ("running, 0s", "servers (dr)", "servers (administrative)", "YT-002"):
        assert words in shown
