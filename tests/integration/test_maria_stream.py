"""A backup that is streamed is whole only where both ends said so; what made it fail is told, and an end ends both."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestrator.adapters.replicas.maria_seeding import written
from orchestrator.adapters.replicas.maria_stream import SAYING, Stream

pytestmark = pytest.mark.integration

SEVEN = "i=0; while [ $i -lt 7 ]; do head -c 10000 /dev/zero; i=$((i + 1)); done"


def says(*words: str) -> Sequence[str]:
    return ("sh", "-c", SAYING, "sh", *words)


def ended(stream: Stream) -> Stream:
    until = time.monotonic() + 20
    while stream.runs:
        assert time.monotonic() < until
        time.sleep(0.01)
    return stream


def test_what_one_says_the_other_hears(tmp_path: Path) -> None:
    taking = ("sh", "-c", 'cat >"$1"', "sh", str(tmp_path / "heard"))
    stream = ended(Stream(says("sh", "-c", SEVEN), taking, None))
    assert (stream.done, stream.said) == (70000, "")
    assert (tmp_path / "heard").read_bytes() == bytes(70000)


@pytest.mark.parametrize(
    ("giving", "taking", "said"),
    [
        (says("sh", "-c", f"{SEVEN}; echo 'ERROR: no disk' >&2; echo bye >&2; exit 3"), ("cat",), "ERROR: no disk"),
        (says("sh", "-c", f"{SEVEN}; exit 3"), ("sh", "-c", "cat >/dev/null"), "exit codes 1, 0"),
        (says("sh", "-c", SEVEN), ("sh", "-c", "cat >/dev/null; echo full; exit 1"), "full"),
        (says("sh", "-c", "while :; do head -c 100000 /dev/zero; done"), ("sh", "-c", "echo gone; exit 1"), "gone"),
        (says("nobody-knows-this-program"), ("cat",), "not found"),
    ],
)
def test_an_end_that_fails_makes_the_whole_fail(giving: Sequence[str], taking: Sequence[str], said: str) -> None:
    assert said in ended(Stream(giving, taking, None)).said


def test_what_an_end_has_begun_ends_with_it(tmp_path: Path) -> None:
    """A shell whose programs find nobody to talk to may go on for ever."""
    talks = f"while :; do head -c 100000 /dev/zero; echo >>{tmp_path}/alive; done"
    ended(Stream(says("sh", "-c", talks), ("sh", "-c", "head -c 300000 >/dev/null"), None))
    before = (tmp_path / "alive").stat().st_size
    time.sleep(0.2)
    assert (tmp_path / "alive").stat().st_size == before


def test_no_more_a_second_than_it_may() -> None:
    began = time.monotonic()
    ended(Stream(says("sh", "-c", SEVEN), ("sh", "-c", "cat >/dev/null"), 128))
    assert time.monotonic() - began > 0.3


def test_an_end_ends_both() -> None:
    stream = Stream(("sleep", "60"), ("sleep", "60"), None)
    stream.end()
    assert not stream.runs
    assert stream.said


def test_a_value_stays_one_in_a_server_s_file() -> None:
    assert written({"sql_mode": 'A"B\\', "port": "3306"}) == '[mariadbd]\nsql_mode="A\\"B\\\\"\nport="3306"\n'
