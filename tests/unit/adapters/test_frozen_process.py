"""Whoever listens to a frozen section looks at what is there before calling it silent."""

from __future__ import annotations

import os

import pytest

from orchestrator.adapters.frozen_process import _hear


@pytest.mark.parametrize(
    ("said", "heard"),
    [(b'{"stage": "armed"}\n', {"stage": "armed"}), (b"", {}), (b'{"half', {})],
    ids=["said", "silent", "half said"],
)
def test_an_answer_is_heard_also_when_its_time_is_up(said: bytes, heard: dict[str, str]) -> None:
    out, into = os.pipe()
    os.write(into, said)
    with os.fdopen(out, "rb", buffering=0) as pipe:
        assert _hear(pipe, 0.0) == heard
        assert os.write(into, b"-") == 1, "the other end is open all the time"
    os.close(into)
