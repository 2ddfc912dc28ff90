"""Segments: bounded, sealed, read from the last one alone; a kill at any byte of a rotation loses nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.adapters.evidence import EvidenceLog, read, verify
from orchestrator.adapters.evidence.chain import Tree
from orchestrator.adapters.evidence.entry import line_of
from orchestrator.adapters.evidence.segment import numbers, path_of
from orchestrator.errors import MigrateError
from tests.fakes import FakeClock

LIMIT = 900  # bytes: three or four entries


def open_log(path: Path, **options: str) -> EvidenceLog:
    return EvidenceLog(path, actor="责任人001@control", clock=FakeClock(), limit=LIMIT, **options)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evidence.jsonl"


def write(path: Path, entries: int, **options: str) -> EvidenceLog:
    log = open_log(path, **options)
    for number in range(entries):
        log.record("step.done", number=number)
    return log


def texts(path: Path) -> list[bytes]:
    return [path_of(path, number).read_bytes() for number in numbers(path)]


def own(path: Path) -> list[object]:
    return [entry.data["number"] for entry in read(path) if entry.kind == "step.done"]


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_no_segment_passes_the_bound_and_all_of_them_are_one_log(path: Path, algorithm: str) -> None:
    log = write(path, 30, algorithm=algorithm)

    assert len(numbers(path)) > 5
    assert max(map(len, texts(path))) <= LIMIT + 700  # the entry that opens a segment may be longer than the bound
    assert own(path) == list(range(30))
    verdict = verify(path)
    assert (verdict.ok, verdict.head) == (True, log.head)
    assert log.head.startswith("sm3:") == (algorithm == "sm3")
    assert verify(path, quick=True).ok
    assert {oct(one.stat().st_mode)[-3:] for one in path.with_suffix("").iterdir()} == {"600"}


def test_opening_reads_the_last_segment_alone(path: Path) -> None:
    write(path, 30).record("call.intent", key="k")
    write(path, 10)
    head = open_log(path).head
    for number in numbers(path)[:-1]:
        place = path_of(path, number)
        place.write_bytes(b"x" * place.stat().st_size)

    again = open_log(path)

    assert again.head == head
    assert again.unanswered("k")
    assert not verify(path).ok


def test_a_sealed_segment_of_another_length_is_not_built_upon(path: Path) -> None:
    write(path, 30)
    before = path_of(path, numbers(path)[-2])
    os.truncate(before, before.stat().st_size - 1)
    with pytest.raises(MigrateError) as refused:
        open_log(path)
    assert refused.value.code == "evidence.broken"


def test_a_log_of_the_time_before_segments_is_its_first_segment(path: Path) -> None:
    old, head = b"", "0" * 64
    for number in range(1, 40):
        content = {
            "actor": "a", "at": f"2025-01-01T00:00:{number:02}+00:00", "data": {"number": number}, "kind": "step.done",
            "prev": head, "seq": number,
        }  # fmt: skip
        line, head = line_of(content, "sha256")
        old += line
    path.write_bytes(old)
    assert verify(path).ok

    write(path, 3)

    assert path.read_bytes() == old
    assert numbers(path)[:2] == [1, 2]
    assert own(path) == [*range(1, 40), 0, 1, 2]
    assert verify(path).ok


def test_a_kill_at_any_byte_of_a_rotation_loses_no_entry(path: Path, tmp_path: Path) -> None:
    write(path, 7)
    count = len(own(path))
    last = path_of(path, numbers(path)[-1])
    whole = last.read_bytes()
    opening = whole.index(b"\n") + 1
    for length in (*range(0, opening, 37), opening - 1, opening, opening + 5):
        copy = tmp_path / f"copy-{length}" / "evidence.jsonl"
        copy.parent.mkdir()
        shutil.copy(path, copy)
        shutil.copytree(path.with_suffix(""), copy.with_suffix(""))
        (copy.with_suffix("") / last.name).write_bytes(whole[:length])

        log = open_log(copy)
        log.record("step.done", number="after")

        assert verify(copy).ok, length
        found = own(copy)
        lost = whole[length:].count(b'"step.done"')
        assert found == [*range(count - lost), "after"], length


def test_a_process_that_was_away_follows_over_several_segments(path: Path) -> None:
    away = open_log(path)
    write(path, 20)
    away.record("step.done", number=20)
    assert own(path) == list(range(21))
    assert verify(path).ok


@pytest.mark.parametrize(
    "line", [b'{"a":' * 100_000 + b"\n", b"[" * 100_000 + b"\n", b"{}\n", b"1\n", b"\xff\n", b'{"seq":1}\n']
)
def test_a_line_that_is_no_entry_is_told_with_its_place(path: Path, line: bytes) -> None:
    path.write_bytes(line)
    assert (verify(path).line, verify(path).why) == (1, "evidence.not-an-entry")
    for look in (lambda: list(read(path)), lambda: open_log(path)):
        with pytest.raises(MigrateError) as refused:
            look()
        assert (refused.value.code, refused.value.values["line"]) == ("evidence.broken", 1)


def test_more_than_an_unfinished_last_line_is_never_set_aside(path: Path) -> None:
    """A break in the middle is not taken for the end of the log, as it was when half the file could be read at once."""
    write(path, 3)
    text = path.read_bytes()
    first = text.index(b"\n")
    path.write_bytes(text[:first] + b" " + text[first + 1 :])
    with pytest.raises(MigrateError):
        open_log(path)
    assert len(path.read_bytes()) == len(text)
    assert not path.with_suffix(".torn").exists()


def test_a_clock_that_goes_back_is_noted_and_by_much_it_contradicts(path: Path) -> None:
    clock = FakeClock()
    log = EvidenceLog(path, actor="a", clock=clock)
    log.record("step.done", number=1)
    clock.sleep(timedelta(seconds=-60))
    log.record("step.done", number=2)
    assert [entry.kind for entry in read(path)] == ["step.done", "evidence.clock", "step.done"]
    verdict = verify(path)
    assert verdict.ok
    assert [note.code for note in verdict.notes] == ["evidence.clock"]

    clock.sleep(timedelta(hours=-1))
    log.record("step.done", number=3)
    assert verify(path).why == "evidence.runs-back"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 70))
def test_the_tree_is_that_of_rfc_6962(size: int) -> None:
    leaves = [str(number) for number in range(size)]
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
        tree = Tree("sha256", tree.peaks())
    assert tree.root() == reference([leaf.encode() for leaf in leaves]).hex()


def reference(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash as section 2.1 defines it, by recursion."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + reference(leaves[:half]) + reference(leaves[half:])).digest()
