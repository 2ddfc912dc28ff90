"""The lab's driver waits for nothing without end, and whatever happens it ends in a sentence."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from migrate_lab import api, files, main, rooms, services
from migrate_lab.api import Api, ApiError
from migrate_lab.errors import LabError, NoAnswer
from migrate_lab.progress import wait_for
from migrate_lab.shell import ProgramFailed, run

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def running(word: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if word.encode() in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
    return found


@pytest.mark.parametrize(
    "script", ["sleep {}", "sleep {} & wait", "sleep {} & exit", "trap '' TERM; sleep {} & wait; wait"]
)
def test_a_program_that_does_not_end_is_ended_with_all_it_started(script: str) -> None:
    word = f"9{os.getpid()}.25"
    with pytest.raises(NoAnswer, match="did not end within"):
        run("sh", "-c", script.format(word), within=0.3)
    assert running(word) == []


def test_a_program_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(ProgramFailed, match="no such thing") as caught:
        run("sh", "-c", "echo no such thing >&2; exit 3")
    assert caught.value.status == 3


def test_a_program_finds_no_terminal_to_wait_for() -> None:
    assert run("sh", "-c", "read line || echo nothing", within=20) == "nothing\n"


def test_a_wait_ends_in_a_sentence_with_the_last_reason() -> None:
    def refused() -> bool:
        raise ConnectionRefusedError(111, "Connection refused")

    with pytest.raises(NoAnswer, match=r"dr: waited 0 s in vain for keystone .*Connection refused"):
        wait_for("dr", "keystone", refused, within=0.1, pause=0.01)


@contextmanager
def listening(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a port of this machine; each connection is `behave`d to and kept until the end."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    kept.append(connection)
                    behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    for connection in kept:
        connection.close()


def after_request(answer: bytes, *, close: bool = False) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)
        if close:
            connection.shutdown(socket.SHUT_RDWR)

    return behave


BEHAVIOURS = {
    "takes the connection and is silent": lambda connection: None,
    "hangs up": lambda connection: connection.shutdown(socket.SHUT_RDWR),
    "speaks something else": after_request(b"SSH-2.0-x\r\n", close=True),
    "stops amid its headers": after_request(b"HTTP/1.1 200 OK\r\nContent-"),
    "stops amid its answer": after_request(HEAD + b"Content-Length: 100\r\n\r\n{"),
    "sends less than it said": after_request(HEAD + b"Content-Length: 100\r\n\r\n{", close=True),
    "sends no JSON": after_request(HEAD + b"Content-Length: 2\r\n\r\nno"),
    "says that it is broken": after_request(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n"),
    "breaks and does not say how": after_request(b"HTTP/1.1 500 no\r\nContent-Length: 9\r\n\r\n"),
}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_an_api_that_does_not_answer_is_one_sentence_with_the_logs_path(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(BEHAVIOURS[name]) as port:
        monkeypatch.setitem(api._ROOTS, "identity", f":{port}/v3")
        with pytest.raises(ApiError) as caught:
            Api("127.0.0.1", "admin", "secret word", "admin", logs=tmp_path / "log", within=0.5)
    assert str(tmp_path / "log") in str(caught.value)
    assert "secret word" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("source", "says"),
    [(source, says) for source in rooms.SOURCES[:3] for says in (None, b"")],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_source_that_takes_connections_and_says_nothing_does_not_answer(
    source: rooms.Source, says: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave = (lambda connection: None) if says is None else after_request(says, close=True)
    monkeypatch.setattr(rooms, "_SPEAK_S", 0.3)
    with listening(behave) as port:
        asked = rooms._ASKED.get(source.ports[0], b"")
        try:
            spoke = rooms._speaks("127.0.0.1", port, asked)
        except OSError:  # what `answers` takes for a no
            spoke = False
    assert not spoke


def test_the_lock_is_not_waited_for_without_end(
    roots: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "_LOCK_S", 0.2)
    with (files.state() / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("4711\n")
        held.flush()
        assert main.main(["down"]) == 1
    said = capsys.readouterr()
    assert "another command to end (process 4711)" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_state_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, str(files.DATA), "status"],
        env={**os.environ, "MIGRATE_LAB": str(tmp_path / "file" / "state")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "file") in done.stderr


def test_what_nobody_thought_of_is_a_sentence_and_a_file(
    roots: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("never thought of")

    monkeypatch.setattr(main, "_status", broken)
    assert main.main(["status"]) == 70
    said = capsys.readouterr().err
    path = files.state() / "error.log"
    assert "never thought of" in said
    assert str(path) in said
    assert "Traceback" not in said
    assert "Traceback" in path.read_text()


def test_all_that_went_wrong_side_by_side_is_told() -> None:
    done = []

    def fails(name: str) -> None:
        raise LabError(f"{name} is deaf")

    with pytest.raises(LabError, match=r"(?s)one is deaf.*two is deaf"):
        main._side_by_side([lambda: fails("one"), lambda: fails("two"), lambda: done.append(1)])
    assert done == [1]


def test_no_service_that_loads_eventlet_has_native_threads() -> None:
    """Its locks, which oslo.log takes over, wait for ever among them."""
    table = services.services("172.29.3.2")
    wsgi = {name: service.argv for name, service in table.items() if any("uwsgi" in word for word in service.argv)}
    assert {"keystone", "placement"} <= set(wsgi)
    for name, argv in wsgi.items():
        assert argv[argv.index("--threads") + 1] == "1", name
        assert int(argv[argv.index("--processes") + 1]) > 1, f"{name}: a slow request must not hold up all others"


def test_a_copy_that_was_cut_off_is_cleared_away(tmp_path: Path) -> None:
    target = tmp_path / "lab-mysql"
    left = tmp_path / ".lab-mysql.x1y2"
    left.mkdir()
    (left / "ibdata1").write_text("half")
    with files.built(target) as work:
        assert not left.exists()
        (work / "ibdata1").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["lab-mysql"]
