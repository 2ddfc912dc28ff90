"""What machines answer about replicas is a claim: what has not the expected form is no answer."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from orchestrator.adapters.replicas.asking import Absent
from orchestrator.adapters.replicas.files import read_tree
from orchestrator.adapters.replicas.postgresql import PostgresObserver
from orchestrator.adapters.sessions import Program
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Heartbeat, Replica, ReplicaKind
from orchestrator.ports.move import Session
from orchestrator.reporting import texts

FACTS: dict[str, Any] = {
    "version": 150018, "identifier": "7", "recovery": True, "timeline": 1, "lsn": 100, "now": 1000.5,
    "replayed_at": None, "paused": "not paused", "apply_delay": 0, "receiver": "streaming", "receipt_age": 0.1,
    "slot": "", "status_interval": 10, "sender_timeout": 60, "slots": [], "senders": [], "settings": {},
    "page_checksums": True, "page_failures": 0, "size": 5, "directory": "/data",
}  # fmt: skip
DF = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 60 40 60% /"
HASH = "a" * 64


class Answering:
    """A session that answers as it is told, and the sessions that open it."""

    def __init__(self, answers: Callable[[str], str]) -> None:
        self._answers = answers
        self.asked: list[str] = []
        self.closed = 0

    def open(self, voice: Voice, *, seconds: float) -> Session:
        return self

    def send(self, text: str) -> None:
        raise AssertionError

    def receive(self, seconds: float) -> str:
        raise AssertionError

    def ask(self, text: str, seconds: float) -> str:
        self.asked.append(text)
        return self._answers(text)

    def close(self) -> None:
        self.closed += 1


def look(facts: object, *, version: str = "150018", beat: str = '{"n": 1, "ts": 2}', df: str = DF) -> Seen:
    def answers(text: str) -> str:
        if text.startswith("SHOW"):
            return version
        if "to_regclass" in text:
            return "t" if beat else ""
        if "heartbeat" in text:
            return beat
        if text.startswith("\\!"):
            return df
        return (facts if isinstance(facts, str) else json.dumps(facts)) if "json_build_object" in text else ""

    sessions = Answering(answers)
    ends = [End(reach=Reach(address=address)) for address in ("10.0.0.2", "10.0.0.1")]
    replica = Replica(
        system="S-1",
        kind=ReplicaKind.POSTGRESQL,
        source=ends[0],
        replica=ends[1],
        heartbeat=Heartbeat(table="a.heartbeat"),
    )
    source, target = PostgresObserver(sessions).observe(replica)
    assert sessions.closed == 2
    assert source.fault == target.fault
    return target


def test_a_machine_that_answers_without_end_is_not_listened_to() -> None:
    session = Program("S-1-source", ["sh"], program="sh", most=100_000)
    try:
        assert session.ask("echo x", 30) == "x"
        with pytest.raises(MigrateError) as caught:
            session.ask("yes", 30)
    finally:
        session.close()
    assert caught.value.code == "session.too-much"
    assert texts.has(f"dr.existence.unseen.{caught.value.code}")


def test_a_server_is_read_as_it_answers() -> None:
    seen = look(FACTS)
    assert seen.cluster is not None
    assert (seen.cluster.free, seen.cluster.lsn) == (40 * 1024, 100)
    assert seen.cluster.beat is not None
    assert seen.cluster.beat.n == 1


def test_a_heartbeat_that_the_role_may_not_read_is_none_and_one_of_another_form_no_answer() -> None:
    seen = look(FACTS, beat="")
    assert seen.cluster is not None
    assert seen.cluster.beat is None
    assert look(FACTS, beat='{"n": "x", "ts": 2}').fault == "dr.answer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"lsn": -1}, {"lsn": "1; DROP"}, {"now": float("nan")}, {"now": float("inf")}, {"identifier": "x"},
        {"timeline": 0}, {"recovery": None}, {"paused": "\x1b[2J"}, {"receiver": "x" * 300}, {"more": 1},
        {"slots": [{"name": "a\nb", "active": True, "status": ""}]}, {"senders": [{}]},
        {"settings": {f"s{n}": "1" for n in range(99)}},
    ],
)  # fmt: skip
def test_an_answer_of_another_form_is_none(wrong: dict[str, Any]) -> None:
    seen = look({**FACTS, **wrong})
    assert (seen.cluster, seen.fault) == (None, "dr.answer")


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "(1 row)", json.dumps(FACTS) * 2])
def test_what_is_no_json_object_is_no_answer(text: str) -> None:
    assert look(text).fault == "dr.answer"


def test_a_server_that_is_too_old_or_tells_no_version_is_unknown() -> None:
    assert look(FACTS, version="90624").fault == "dr.too-old"
    assert look(FACTS, version="fifteen").fault == "dr.answer"


@pytest.mark.parametrize("directory", ["", "data", "/da\nta", "/x\x1b"])
def test_a_directory_that_cannot_be_one_is_not_looked_at(directory: str) -> None:
    seen = look({**FACTS, "directory": directory})
    assert seen.cluster is not None
    assert seen.cluster.free is None


def test_free_space_that_nobody_tells_is_unknown() -> None:
    seen = look(FACTS, df="df: /data: Permission denied")
    assert seen.cluster is not None
    assert seen.cluster.free is None


def listing(*fields: str, end: str = "end\0") -> str:
    return b64encode(("".join(f"{field}\0" for field in fields) + end).encode()).decode()


ENTRY = ("f", "3", "100.5", "99.25", "./a\nb $(id)", "")
HASHES = b64encode(f"{HASH}  ./a\nb $(id)\0".encode()).decode()


def test_a_tree_is_read_whatever_its_names_hold() -> None:
    link = ("l", "4", "1", "1", "./link", "../\x1bx")
    tree = read_tree(f"40\n{HASHES}\n{listing(*ENTRY, *link)}", "/t", now="1000.25", at=5)
    assert tree.free == 40 * 1024
    assert tree.entries["a\nb $(id)"].content == HASH
    assert tree.entries["link"].content == "../\x1bx"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("unreadable", "dr.unreadable"),
        (f"40\n{HASHES}\n{listing(*ENTRY, end='')}", "dr.unreadable"),
        (f"40\n{HASHES}\n", "dr.unreadable"),
        (f"x\n{HASHES}\n{listing(*ENTRY)}", "dr.answer"),
        ("40", "dr.unreadable"),
        (f"40\n{HASHES}\n***", "dr.answer"),
        (f"40\n{HASHES}\n{listing(*ENTRY[:5])}", "dr.unreadable"),
        (f"40\n{HASHES}\n{listing('d', *ENTRY[1:])}", "dr.answer"),
        (f"40\n{HASHES}\n{listing('f', '-3', *ENTRY[2:])}", "dr.answer"),
        (f"40\n{HASHES}\n{listing('f', '3', 'nan', *ENTRY[3:])}", "dr.answer"),
        (f"40\n{HASHES}\n{listing(*ENTRY[:4], '/etc', '')}", "dr.answer"),
        (f"40\n{HASHES}\n{listing(*ENTRY, *ENTRY)}", "dr.answer"),
    ],
)
def test_a_tree_that_was_not_told_to_its_end_is_none(answer: str, code: str) -> None:
    with pytest.raises(MigrateError) as caught:
        read_tree(answer, "/t", now="1000", at=5)
    assert caught.value.code == code
    assert texts.has(f"dr.existence.unseen.{code}")


def test_a_tree_that_is_not_there_and_bytes_that_nobody_read() -> None:
    with pytest.raises(Absent):
        read_tree("absent", "/t", now="1000", at=5)
    assert read_tree(f"40\n\n{listing(*ENTRY)}", "/t", now="1000", at=5).entries["a\nb $(id)"].content == ""
    with pytest.raises(MigrateError):
        read_tree(f"40\n{HASHES}\n{listing(*ENTRY)}", "/t", now="now", at=5)
