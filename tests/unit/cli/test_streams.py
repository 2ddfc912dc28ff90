"""A terminal that is not UTF-8 is told what it can show; JSON is UTF-8 there too."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper

import pytest

from orchestrator.cli.output import print_json
from orchestrator.cli.streams import never_fail


def terminal(monkeypatch: pytest.MonkeyPatch, encoding: str, errors: str = "strict") -> TextIOWrapper:
    """Put a terminal of an encoding in the place of standard output."""
    stream = TextIOWrapper(BytesIO(), encoding=encoding, errors=errors, write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    never_fail()
    return stream


def shown(stream: TextIOWrapper) -> bytes:
    assert isinstance(stream.buffer, BytesIO)
    return stream.buffer.getvalue()


@pytest.mark.parametrize(("encoding", "said"), [("gbk", "错误 x -860 m2 ?"), ("ascii", "?? x -860 m2 ?")])
def test_what_an_encoding_lacks_is_replaced_by_the_nearest_it_has(
    monkeypatch: pytest.MonkeyPatch, encoding: str, said: str
) -> None:
    stream = terminal(monkeypatch, encoding)
    stream.write("错误 ✗ −860 m² ∅")
    assert shown(stream).decode(encoding) == said


def test_bytes_of_a_utf8_terminal_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch, "UTF8", "surrogateescape")
    stream.write("✗ −860 \udcff")
    print_json("−")
    assert shown(stream) == "✗ −860 ".encode() + b'\xff"\xe2\x88\x92"\n'


def test_json_is_utf8_in_any_terminal_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch, "gbk")
    print_json({"差额": "−860"})
    assert shown(stream).decode("utf-8") == '{\n  "差额": "−860"\n}\n'
