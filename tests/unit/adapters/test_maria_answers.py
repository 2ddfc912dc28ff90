"""What MariaDB servers answer about replication is a claim: what has not the expected form is no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestrator.adapters.replicas.mariadb import MariaObserver, feed_of, position
from orchestrator.errors import MigrateError
from orchestrator.model.machines import Reach
from orchestrator.model.maria_replica import show
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Heartbeat, Replica, ReplicaKind
from tests.unit.adapters.test_replica_answers import DF, Answering

FACTS: dict[str, Any] = {
    "server": 2, "read_only": 1, "now": 1000.5, "logs": 1, "written": "0-1-9", "origins": "0-1-9,0-2-3",
    "applied": "0-1-9,\n3-1-4", "directory": "/data/", "size": 5, "settings": {"sql_mode": ""},
}  # fmt: skip
CELLS = [""] * 61
for at, cell in {
    3: "10.0.0.1", 4: "repl", 5: "3306", 12: "Yes", 13: "No", 15: "app", 28: "Yes", 36: "0", 38: "1062",
    39: "Duplicate\x1b[2J", 41: "1", 44: "Slave_Pos", 49: "0",
}.items():  # fmt: skip
    CELLS[at] = cell


def look(
    facts: object = None, *, version: str = "10.11.6-MariaDB-0+deb12u1-log", beat: str = '{"n": 1, "ts": 2.5}',
    slaves: str = "\t".join(CELLS), hosts: str = "2\t10.0.0.2\t3306\t1", accounts: str = '{"repl": 1}', df: str = DF,
) -> Seen:  # fmt: skip
    def answers(text: str) -> str:
        told = {
            "SELECT @@GLOBAL.version;": version,
            "SHOW ALL SLAVES STATUS;": slaves,
            "SHOW SLAVE HOSTS;": hosts,
        }
        if text in told:
            return told[text]
        if text.startswith("\\!"):
            return df
        if "COUNT(*)" in text:
            return "1" if (beat if "heartbeat" in text else accounts) else "0"
        if "mysql.user" in text:
            return accounts
        if "heartbeat" in text:
            return beat
        return (facts if isinstance(facts, str) else json.dumps(facts or FACTS)) if "JSON_OBJECT" in text else ""

    sessions = Answering(answers)
    ends = [End(reach=Reach(address=address)) for address in ("10.0.0.2", "10.0.0.1")]
    replica = Replica(
        system="S-1",
        kind=ReplicaKind.MARIADB,
        source=ends[0],
        replica=ends[1],
        heartbeat=Heartbeat(table="a.heartbeat"),
    )
    source, target = MariaObserver(sessions).observe(replica)
    assert sessions.closed == 2
    assert source.fault == target.fault
    return target


def test_a_server_is_read_as_it_answers() -> None:
    server = look().server
    assert server is not None
    assert (server.version, server.server, server.read_only, server.free) == ("10.11.6", 2, True, 40 * 1024)
    assert (show(server.applied), server.followers) == ("0-1-9,3-1-4", frozenset({2}))
    assert server.demanding == {"repl": True}
    assert server.beat is not None
    (feed,) = server.feeds
    assert (feed.address, feed.port, feed.server, feed.receiving, feed.applying) == ("10.0.0.1", 3306, 1, "Yes", "No")
    assert (feed.error, feed.filters) == ("1062 Duplicate?[2J", ("Replicate_Ignore_DB app",))
    assert (feed.tls, feed.gtid) == (True, True)


def test_a_server_without_log_heartbeat_or_right_to_read_accounts_says_so() -> None:
    server = look({**FACTS, "logs": 0, "written": "", "origins": ""}, beat="", accounts="", slaves="", hosts="").server
    assert server is not None
    assert (server.written, server.beat, server.demanding, server.feeds) == (None, None, None, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"now": float("nan")}, {"server": -1}, {"server": "1; DROP"}, {"read_only": None}, {"written": "0-1"},
        {"written": "0-1-x"}, {"applied": ",".join(["0-1-1"] * 1001)}, {"origins": "0-1-99999999999999999999999"},
        {"more": 1}, {"settings": {f"s{n}": "1" for n in range(99)}}, {"size": "much"},
    ],
)  # fmt: skip
def test_facts_of_another_form_are_no_answer(wrong: dict[str, Any]) -> None:
    seen = look({**FACTS, **wrong})
    assert (seen.server, seen.fault) == (None, "dr.answer")


@pytest.mark.parametrize(
    "told",
    [
        {"slaves": "short"}, {"slaves": "\t".join(CELLS) + "\nERROR text with\na line's end"}, {"hosts": "x\ty"},
        {"hosts": "99999999999"}, {"accounts": "[]"}, {"beat": '{"n": "x", "ts": 2}'}, {"version": "ten"},
        {"version": "8.0.36"},
    ],
)  # fmt: skip
def test_words_of_another_form_are_no_answer(told: dict[str, str]) -> None:
    assert look(**told).fault == "dr.answer"


def test_a_server_that_is_too_old_is_unknown() -> None:
    assert look(version="10.1.48-MariaDB").fault == "dr.too-old"


@pytest.mark.parametrize(
    ("at", "cell"), [(12, "\x1b[2J"), (5, "99999"), (41, "-1"), (49, "soon"), (44, "a b"), (3, "\x85")]
)
def test_a_connection_of_another_form_is_no_answer(at: int, cell: str) -> None:
    with pytest.raises(MigrateError) as caught:
        feed_of("\t".join([*CELLS[:at], cell, *CELLS[at + 1 :]]))
    assert caught.value.code == "dr.answer"


def test_positions_are_read_domain_by_domain() -> None:
    assert position("3-9-7,0-1-18446744073709551615") == {3: (9, 7), 0: (1, 18446744073709551615)}
    assert (position(""), show({}), show(None)) == ({}, "-", "-")
