"""The chain: every byte of it counts, a torn end is set aside, and several writers never break it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from orchestrator.adapters.evidence import FIRST, EvidenceLog, NoEvidence, read, verify
from orchestrator.errors import MigrateError
from tests.fakes import FakeClock


def open_log(path: Path) -> EvidenceLog:
    return EvidenceLog(path, actor="责任人001@control", clock=FakeClock())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evidence.jsonl"


@pytest.fixture
def log(path: Path) -> EvidenceLog:
    log = open_log(path)
    log.record("run.started", batch=1, plan="d" * 8)
    log.record("call", method="GET", path="/servers", status=200)
    log.record("step.done", system="YT-001", step="verify", note="财政局 “引号” \n newline")
    return log


def test_what_was_recorded_is_read_and_holds(path: Path, log: EvidenceLog) -> None:
    entries = list(read(path))

    assert [(entry.seq, entry.kind) for entry in entries] == [(1, "run.started"), (2, "call"), (3, "step.done")]
    assert entries[0].prev == FIRST
    assert entries[0].at == "2026-11-22T08:00:00.000000+00:00"
    verdict = verify(path)
    assert (verdict.ok, verdict.entries, verdict.head) == (True, 3, log.head)
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_single_byte_counts(path: Path, log: EvidenceLog) -> None:
    whole = path.read_bytes()
    lines = [number for number, line in enumerate(whole.splitlines(keepends=True), start=1) for _ in line]

    for position, line in enumerate(lines):
        for other in (whole[position] ^ 0x01, 0x0A):
            if other == whole[position]:
                continue
            path.write_bytes(whole[:position] + bytes([other]) + whole[position + 1 :])
            verdict = verify(path)
            assert not verdict.ok, (position, other)
            assert verdict.line == line, (position, other)
    path.write_bytes(whole)
    assert verify(path).ok


def test_every_lost_or_doubled_byte_counts(path: Path, log: EvidenceLog) -> None:
    whole = path.read_bytes()

    for position in range(whole.index(b"\n") + 20):
        for changed in (
            whole[:position] + whole[position + 1 :],
            whole[:position] + whole[position : position + 1] + whole[position:],
        ):
            path.write_bytes(changed)
            assert not verify(path).ok, position


@pytest.mark.parametrize(
    ("order", "line", "why"),
    [
        ([1, 0, 2], 1, "evidence.sequence"),
        ([0, 2], 2, "evidence.sequence"),
        ([0, 0, 1, 2], 2, "evidence.sequence"),
    ],
)
def test_lines_cannot_be_moved_removed_or_doubled(
    path: Path, log: EvidenceLog, order: list[int], line: int, why: str
) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[number] for number in order))

    verdict = verify(path)

    assert (verdict.line, verdict.why) == (line, why)


def test_a_cut_at_a_line_shows_against_the_anchor_only(path: Path, log: EvidenceLog) -> None:
    head = log.head
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))

    assert verify(path).ok
    assert head not in {entry.hash for entry in read(path)}


@pytest.mark.parametrize("left", [1, 40, 200])
def test_a_torn_last_line_is_set_aside_and_noted(path: Path, log: EvidenceLog, left: int) -> None:
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    torn = lines[-1][:left]
    path.write_bytes(b"".join(lines[:2]) + torn)
    verdict = verify(path)
    assert (verdict.word, verdict.unfinished, verdict.entries) == ("unanchored", True, 2)

    again = open_log(path)
    again.record("run.started", batch=1)

    assert verify(path).ok
    assert [entry.kind for entry in read(path)] == ["run.started", "call", "evidence.torn", "run.started"]
    assert path.with_suffix(".torn").read_bytes() == torn + b"\n"


def test_a_log_that_was_changed_behind_our_back_is_not_continued(path: Path, log: EvidenceLog) -> None:
    path.write_bytes(path.read_bytes()[:50])

    with pytest.raises(MigrateError) as refused:
        log.record("step.done")

    assert refused.value.code == "evidence.broken"


def test_an_intent_is_open_until_its_answer_also_for_the_next_process(path: Path) -> None:
    log = open_log(path)
    log.record("call.intent", key="lab/YT-001/web", name="web")
    assert log.unanswered("lab/YT-001/web")
    assert not log.unanswered("lab/YT-001/db")

    after_the_kill = open_log(path)
    assert after_the_kill.unanswered("lab/YT-001/web")
    after_the_kill.record("call.answer", key="lab/YT-001/web", outcome="found")

    assert not after_the_kill.unanswered("lab/YT-001/web")
    assert not log.unanswered("lab/YT-001/web")
    assert not open_log(path).unanswered("lab/YT-001/web")


def test_threads_and_processes_share_one_chain(path: Path) -> None:
    log = open_log(path)

    def write(times: int) -> None:
        for number in range(times):
            log.record("call", method="GET", number=number)

    threads = [threading.Thread(target=write, args=(25,)) for _ in range(4)]
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=write_from_elsewhere, args=(path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.join()

    verdict = verify(path)
    assert (verdict.ok, verdict.entries) == (True, 150)


def write_from_elsewhere(path: Path) -> None:
    other = open_log(path)
    for number in range(25):
        other.record("call", method="GET", number=number)


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_what_is_not_json_is_refused_and_leaves_no_trace(path: Path, log: EvidenceLog, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        log.record("step.done", value=value)

    assert verify(path).entries == 3


def test_a_missing_log_is_said(path: Path) -> None:
    with pytest.raises(MigrateError) as missing:
        verify(path)
    assert missing.value.code == "evidence.missing"


def test_commands_that_only_read_leave_nothing() -> None:
    nothing = NoEvidence()
    nothing.record("call.intent", key="k")
    assert not nothing.unanswered("k")


def test_a_full_disk_is_said_before_anything_is_done_on_the_strength_of_the_record(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log(path)

    def full(_file: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(MigrateError) as refused:
        log.record("run.started", batch=1)
    assert refused.value.code == "evidence.disk-full"
