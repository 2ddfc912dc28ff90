"""Runs of the dead are ended; those of the living are left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestrator.adapters.ansible import processes


@pytest.fixture
def token(tmp_path: Path) -> str:
    return f"migrate-run-{os.getpid()}-{tmp_path.name}"


def sleeper(**environment: str) -> subprocess.Popen[bytes]:
    """A process that ignores polite requests."""
    program = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_process_is_named_by_pid_and_start() -> None:
    assert processes.started(os.getpid()) == processes.started(os.getpid())
    assert processes.started(2**22 + 1) is None
    with sleeper() as process:
        assert processes.started(process.pid) is not None
        process.kill()
        process.wait()
        assert processes.started(process.pid) is None


def test_end_kills_what_carries_the_token_and_nothing_else(token: str) -> None:
    with sleeper(MIGRATE_RUN=token) as ours, sleeper(MIGRATE_RUN="other") as other:
        assert list(processes.members(token)) == [ours.pid]
        processes.end(token)
        assert ours.wait(5) == -9
        assert other.poll() is None
        other.kill()


def test_the_token_is_also_found_in_a_command_line(token: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", f"/tmp/{token}/cp"], env={}) as master:
        limit = time.monotonic() + 5
        while list(processes.members(token)) != [master.pid]:
            assert time.monotonic() < limit
        processes.end(token)
        assert master.wait(5) == -9


def test_reap_ends_the_runs_of_dead_owners(tmp_path: Path, token: str) -> None:
    runs, folder = tmp_path / "runs", tmp_path / token
    folder.mkdir()
    note = processes.record(runs, folder)
    with sleeper(MIGRATE_RUN=token) as ours:
        assert processes.reap(runs) == []
        assert ours.poll() is None
        # The same pid, but of a process that started earlier: its owner is dead and the pid used again.
        owner = json.loads(note.read_text())
        note.write_text(json.dumps({**owner, "started": owner["started"] - 1}))
        assert processes.reap(runs) == [token]
        assert ours.wait(5) == -9
    assert not folder.exists()
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_note_that_a_power_cut_spoiled_is_of_a_dead_owner(tmp_path: Path, token: str, text: str) -> None:
    note = tmp_path / f"{token}.json"
    note.write_text(text)
    with sleeper(MIGRATE_RUN=token) as ours:
        assert processes.reap(tmp_path) == [token]
        assert ours.wait(5) == -9
    assert not note.exists()


def test_reap_without_any_run(tmp_path: Path) -> None:
    assert processes.reap(tmp_path / "none") == []
