"""The lock holds while its process lives, and no note of a dead one is believed."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.synchronize
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.lock import Holder, RunLock, holder_of
from orchestrator.errors import ExitCode, Locked
from tests.fakes import FakeClock

COMMAND = "migrate batch 1"


def lock(path: Path) -> RunLock:
    return RunLock(path, clock=FakeClock(), command=COMMAND)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_held_and_given_back(path: Path) -> None:
    with lock(path):
        holder = holder_of(path)
        assert holder
        assert (holder.pid, holder.command, holder.since) == (os.getpid(), COMMAND, "2026-11-22T08:00:00+00:00")
    assert holder_of(path) is None
    with lock(path):
        pass


def test_a_second_is_refused_and_told_of_the_first(path: Path) -> None:
    with lock(path):
        with pytest.raises(Locked) as refused, lock(path):
            pass
        assert refused.value.code == "run.locked"
        assert refused.value.exit_code is ExitCode.LOCKED
        assert (refused.value.values["pid"], refused.value.values["command"]) == (os.getpid(), COMMAND)
        assert holder_of(path), "the refused one must not wipe the holder's note"


def test_a_killed_holder_blocks_nobody(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    holding = context.Event()
    process = context.Process(target=hold_for_ever, args=(path, holding))
    process.start()
    assert holding.wait(10)
    assert (holder := holder_of(path))
    assert holder.pid == process.pid
    with pytest.raises(Locked), lock(path):
        pass

    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    # Not yet waited for: a zombie has a pid and a start time, and is dead all the same.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert path.read_text()
    assert holder_of(path) is None
    with lock(path):
        pass
    process.join()


def hold_for_ever(path: Path, holding: multiprocessing.synchronize.Event) -> None:
    with lock(path):
        holding.set()
        signal.pause()


@pytest.mark.parametrize(
    "change",
    [{"started": 1}, {"boot": "another boot"}, {"pid": 2**22 + 1}],
    ids=["reused pid", "reboot", "no such pid"],
)
def test_a_note_of_another_process_is_not_believed(path: Path, change: dict[str, object]) -> None:
    path.write_text(json.dumps({**_own_note(path), **change}))

    assert holder_of(path) is None


def test_the_same_note_unchanged_is_believed(path: Path) -> None:
    path.write_text(json.dumps(_own_note(path)))

    assert holder_of(path) == Holder(**_own_note(path))


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_broken_note_is_not_believed(path: Path, note: str) -> None:
    path.write_text(note)

    assert holder_of(path) is None


def _own_note(path: Path) -> dict[str, Any]:
    beside = path.with_name("beside")
    with lock(beside):
        note: dict[str, Any] = json.loads(beside.read_text())
    return note
