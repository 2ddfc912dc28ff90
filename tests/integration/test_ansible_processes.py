"""Runs of the dead are ended; those of the living are left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from orchestrator.adapters.ansible import processes

pytestmark = pytest.mark.integration


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's private folder, as the runner makes it."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return Path(tempfile.mkdtemp(prefix=processes.PREFIX))


@pytest.fixture
def token(private: Path) -> str:
    return private.name


def sleeper(**environment: str) -> subprocess.Popen[bytes]:
    """A process that ignores polite requests."""
    program = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
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
        assert ours.wait(60) == -9
        assert other.poll() is None
        other.kill()


def test_the_token_is_also_found_in_a_command_line(token: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", f"/tmp/{token}/cp"], env={}) as master:
        limit = time.monotonic() + 60
        while list(processes.members(token)) != [master.pid]:
            assert time.monotonic() < limit
        processes.end(token)
        assert master.wait(60) == -9


def of_the_dead(note: Path, private: Path) -> None:
    """Make a run's owner a process that had the same pid and started earlier: it is dead and the pid used again."""
    owner = json.loads(note.read_text())
    for place in (note, private / "owner.json"):
        place.write_text(json.dumps({**owner, "started": owner["started"] - 1}))


def test_reap_ends_the_runs_of_dead_owners(tmp_path: Path, private: Path, token: str) -> None:
    runs = tmp_path / "runs"
    note = processes.record(runs, private)
    with sleeper(MIGRATE_RUN=token) as ours:
        assert processes.reap(runs) == []
        assert ours.poll() is None
        of_the_dead(note, private)
        assert processes.reap(runs) == [token]
        assert ours.wait(60) == -9
    assert not private.exists()
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_spoiled_note_is_of_the_owner_that_the_folder_names(
    tmp_path: Path, private: Path, token: str, text: str
) -> None:
    note = processes.record(tmp_path / "runs", private)
    of_the_dead(note, private)
    note.write_text(text)
    with sleeper(MIGRATE_RUN=token) as ours:
        assert processes.reap(note.parent) == [token]
        assert ours.wait(60) == -9
    assert not note.exists()


@pytest.mark.parametrize("claim", ["any word", "a link", "no owner inside", "another's owner", "open to all"])
def test_a_note_that_somebody_handed_over_ends_and_deletes_nothing(tmp_path: Path, private: Path, claim: str) -> None:
    """A note in the state is a claim of whoever had the state: only what is ours alone proves a run."""
    runs, precious = tmp_path / "runs", tmp_path / "precious"
    runs.mkdir()
    precious.mkdir()
    (precious / "thesis").write_text("mine")
    token = "documents" if claim == "any word" else private.name
    dead = {"pid": 1, "started": 1, "folder": str(precious)}
    if claim == "another's owner":
        (private / "owner.json").write_text(json.dumps(dead))
    if claim == "open to all":
        (private / "owner.json").write_text(json.dumps({**dead, "folder": str(private)}))
        private.chmod(0o755)
    if claim == "a link":
        private.rmdir()
        private.symlink_to(precious)
    (runs / f"{token}.json").write_text(json.dumps(dead))
    with sleeper(MIGRATE_RUN=token) as other:
        assert processes.reap(runs) == []
        assert other.poll() is None
        other.kill()
    assert (precious / "thesis").read_text() == "mine"
    assert list(runs.iterdir()) == []


def test_reap_without_any_run(tmp_path: Path) -> None:
    assert processes.reap(tmp_path / "none") == []
