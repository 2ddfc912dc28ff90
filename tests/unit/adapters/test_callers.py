"""What a caller's machine is asked, and how its answer is read; an answer that is not whole is unknown."""

from __future__ import annotations

import shlex

import pytest

from orchestrator.adapters.callers import question, read_answer
from orchestrator.model.callers import Answered
from orchestrator.model.endpoint import Ask, Endpoint

ROW = "   0: 0A08630A:A1B2 {remote} {state} 00000000:00000000 00:00000000 00000000 0 0 1"
MAPPED = "   1: 0000000000000000FFFF00000A08630A:A1B2 0000000000000000FFFF00000108630A:1538 01 0:0 0:0 0 0 0 1"


def answer(*lines: str, tcp: str = "0 ", order: str = "1", looks: int = 10) -> str:
    tables = [each for _ in range(looks) for each in ("table=/proc/net/tcp", "  sl  local_address rem_address", *lines)]
    return "\n".join((f"tcp={tcp}", f"order={order}", *tables))


@pytest.mark.parametrize(
    ("line", "held"),
    [
        (ROW.format(remote="0208630A:1538", state="01"), {("10.99.8.2", 5432)}),
        (ROW.format(remote="0208630A:1538", state="02"), {("10.99.8.2", 5432)}),  # it only tries
        (ROW.format(remote="0208630A:1538", state="06"), set()),  # it is over
        (ROW.format(remote="00000000:0000", state="0A"), set()),
        (MAPPED, {("10.99.8.1", 5432)}),  # an IPv4 peer of a socket of IPv6, as Java opens them
        ("   2: nonsense", set()),
    ],
)
def test_connections_are_the_kernels_own(line: str, held: set[tuple[str, int]]) -> None:
    assert read_answer("h", answer(line)).held == frozenset(held)


@pytest.mark.parametrize("whole", [{"order": "256"}, {"order": ""}, {"looks": 9}])
def test_a_table_that_is_not_whole_is_unknown(whole: dict[str, str]) -> None:
    assert read_answer("h", answer(**whole)).held is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tcp", "connected", "said"),
    [
        ("0 ", Answered.YES, ""),
        ("1 bash: connect: Connection refused", Answered.NO, "bash: connect: Connection refused"),
        ("124 ", Answered.NO, "timed out"),
        ("127 no bash", Answered.UNASKED, "no bash"),
        ("", Answered.UNASKED, ""),
    ],
)
def test_a_connection(tcp: str, connected: Answered, said: str) -> None:
    found = read_answer("h", answer(tcp=tcp))
    assert (found.connected, found.said) == (connected, said)


def test_a_machine_that_says_nothing_has_shown_nothing() -> None:
    found = read_answer("h", "")
    assert (found.connected, found.status, found.held) == (Answered.UNASKED, 0, None)


@pytest.mark.parametrize(
    ("http", "status", "connected"),
    [
        ("0 status=200", 200, Answered.YES),
        ("127 no curl", 0, Answered.YES),
        ("60 curl: (60) SSL certificate problem status=000", 0, Answered.NO),
        ("0 status=x", 0, Answered.YES),
    ],
)
def test_an_http_answer(http: str, status: int, connected: Answered) -> None:
    found = read_answer("h", f"{answer()}\nhttp={http}")
    assert (found.status, found.connected) == (status, connected)


OK = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"


@pytest.mark.parametrize(
    ("code", "raw", "status", "body", "asked"),
    [
        ("0", OK + b"it\x00 is\xff", 200, b"it\x00 is\xff", Answered.YES),
        ("0", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/2 302 \r\nlocation: /x\r\n\r\n", 302, b"", Answered.YES),
        ("0", b"HTTP/1.0 404 Not Found\n\nbody", 404, b"body", Answered.YES),
        ("0", b"SSH-2.0-OpenSSH\r\n", 0, b"", Answered.NO),
        ("0", b"HTTP/1.1 999 x\r\n\r\n", 0, b"", Answered.NO),
        ("7", b"", 0, b"", Answered.NO),
        ("127", b"", 0, b"", Answered.UNASKED),
        ("", OK, 0, b"", Answered.UNASKED),
        ("0; x", OK, 0, b"", Answered.UNASKED),
    ],
)
def test_an_answer_is_bytes_and_nothing_else(code: str, raw: bytes, status: int, body: bytes, asked: Answered) -> None:
    found = read_answer("h", f"{answer()}\nanswer={raw.hex()}\nasked={code}").answer
    assert found is not None
    assert (found.asked, found.status, found.body) == (asked, status, body)


def test_an_answer_that_is_longer_than_what_is_read_is_not_whole() -> None:
    raw = OK + b"x" * (1 << 16)
    for code in ("0", "23"):
        found = read_answer("h", f"{answer()}\nanswer={raw.hex()}\nasked={code}").answer
        assert found is not None
        assert not found.whole
    assert read_answer("h", answer()).answer is None


def test_what_the_list_says_to_ask_stays_one_word() -> None:
    ask = Ask(url=Endpoint(scheme="https", host="id.example", port=443, path="/a?b='$(id)'&c;d"))
    text = question(None, ask)
    assert shlex.quote("https://id.example:443/a?b='$(id)'&c;d") in text
    assert "dev/tcp" in text
