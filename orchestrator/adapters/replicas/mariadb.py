"""Asks a MariaDB server and its replica, by SQL that changes nothing; MariaDB 10.3 and newer.

The source is asked first, so a replica that has its position has everything that the source had then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from orchestrator.adapters.replicas.answers import (
    Answer,
    Count,
    Directory,
    Seconds,
    Setting,
    Word,
    free_under,
    read,
    read_beat,
    shaped,
)
from orchestrator.adapters.replicas.asking import ask_both
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.maria_replica import Feed, MariaServer, Position
from orchestrator.model.observed import Seen
from orchestrator.model.replica import Beat, End, Heartbeat, Replica
from orchestrator.ports.move import Session, Sessions

_SECONDS = 10.0
_OLDEST = (10, 3)
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})\.\d{1,3}-MariaDB[\w.+~:-]*")
_GTID = re.compile(r"(\d{1,10})-(\d{1,10})-(\d{1,20})")
_MOST = 1000  # transactions' names in one position, servers and connections
_READ_ONLY = "SET SESSION max_statement_time = 8, lock_wait_timeout = 2; SET SESSION TRANSACTION READ ONLY;"
SETTINGS = (
    "binlog_format", "character_set_server", "collation_server", "innodb_page_size", "lower_case_table_names",
    "max_allowed_packet", "max_connections", "sql_mode", "time_zone",
)  # fmt: skip
# One row. The log's state is read after its position: it is never behind it.
_FACTS = f"""SELECT JSON_OBJECT('server', @@GLOBAL.server_id, 'read_only', @@GLOBAL.read_only + 0,
 'now', UNIX_TIMESTAMP(SYSDATE(6)), 'logs', @@GLOBAL.log_bin + 0, 'written', @@GLOBAL.gtid_binlog_pos,
 'origins', @@GLOBAL.gtid_binlog_state, 'applied', @@GLOBAL.gtid_slave_pos, 'directory', @@GLOBAL.datadir,
 'size', (SELECT SUM(file_size) FROM information_schema.innodb_sys_tablespaces),
 'settings', JSON_OBJECT({", ".join(f"'{name}', CAST(@@GLOBAL.{name} AS CHAR)" for name in SETTINGS)}));"""
_DEMANDING = """SELECT COALESCE(JSON_OBJECTAGG(u, d), '{}') FROM (SELECT User AS u, MIN(ssl_type <> '') + 0 AS d
 FROM mysql.user WHERE Repl_slave_priv = 'Y' GROUP BY User) x;"""
# Columns of SHOW ALL SLAVES STATUS since 10.2, which brought the delay; later versions add behind them.
_COLUMNS = {
    "name": 0, "address": 3, "user": 4, "port": 5, "receiving": 12, "applying": 13, "tls": 28, "server": 41,
    "gtid": 44, "delay": 49,
}  # fmt: skip
_ERRORS = ((36, 37), (38, 39))
_FILTERS = {
    14: "Replicate_Do_DB", 15: "Replicate_Ignore_DB", 16: "Replicate_Do_Table", 17: "Replicate_Ignore_Table",
    18: "Replicate_Wild_Do_Table", 19: "Replicate_Wild_Ignore_Table", 40: "Replicate_Ignore_Server_Ids",
    46: "Replicate_Do_Domain_Ids", 47: "Replicate_Ignore_Domain_Ids",
}  # fmt: skip


class _Facts(Answer):
    server: Count
    read_only: bool
    now: Seconds
    logs: bool
    written: Setting
    origins: Setting
    applied: Setting
    directory: Directory
    size: Count | None
    settings: Annotated[dict[Word, Setting], Field(max_length=len(SETTINGS))]


class _Feed(Answer):
    name: Word
    address: Word
    user: Word
    port: Annotated[int, Field(ge=0, le=65535)]
    receiving: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,20}$")]
    applying: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,20}$")]
    tls: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,20}$")]
    server: Count
    gtid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]{2,20}$")]
    delay: Annotated[float, Field(ge=0, le=1e11)]


class MariaObserver:
    """Looks at both ends of a replica."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, replica: Replica) -> tuple[Seen, Seen]:
        """Return what source and replica say, asked in this order."""

        def question(session: Session, _: bool) -> Seen:
            return Seen(at=0, took=0, server=_server(session, replica.heartbeat))

        return ask_both(self._sessions, _voice(replica.source), _voice(replica.replica), question)


def _voice(end: End) -> Voice:
    return Voice(
        name=end.reach.address,
        reach=end.reach,
        account=end.account,
        program="mariadb",
        socket=end.socket,
        role=end.role,
        ours=False,  # nothing that is asked is long or secret
    )


def _server(session: Session, beat: Heartbeat | None) -> MariaServer:
    session.ask(_READ_ONLY, _SECONDS)
    version = _version(session.ask("SELECT @@GLOBAL.version;", _SECONDS))
    # The heartbeat is read first on both sides: on the replica it must not be newer than the position.
    found = _heartbeat(session, beat) if beat else None
    facts = read(_Facts, session.ask(_FACTS, _SECONDS), "facts")
    return MariaServer(
        version=version,
        server=facts.server,
        read_only=facts.read_only,
        now=facts.now,
        written=position(facts.written) if facts.logs else None,
        applied=position(facts.applied),
        origins=frozenset((domain, server) for domain, server, _ in _gtids(facts.origins)),
        feeds=tuple(feed_of(line) for line in _lines(session.ask("SHOW ALL SLAVES STATUS;", _SECONDS))),
        followers=frozenset(
            _number(line.split("\t")[0]) for line in _lines(session.ask("SHOW SLAVE HOSTS;", _SECONDS))
        ),
        demanding=_demanding(session),
        settings=facts.settings,
        size=facts.size,
        free=free_under(session, facts.directory, _SECONDS),
        beat=found,
    )


def _version(answer: str) -> str:
    found = _VERSION.fullmatch(answer.strip())
    if found is None:
        raise MigrateError("dr.answer", what="version")
    if (int(found[1]), int(found[2])) < _OLDEST:
        raise MigrateError("dr.too-old", version=f"{found[1]}.{found[2]}", least=".".join(map(str, _OLDEST)))
    return answer.strip().partition("-")[0]


def _heartbeat(session: Session, beat: Heartbeat) -> Beat | None:
    schema, table = beat.table.split(".")  # its form was checked when it was read
    where = f"table_schema = '{schema}' AND table_name = '{table}'"
    if session.ask(f"SELECT COUNT(*) FROM information_schema.tables WHERE {where};", _SECONDS).strip() != "1":
        return None
    row = "JSON_OBJECT('n', n, 'ts', UNIX_TIMESTAMP(ts))"
    return read_beat(session.ask(f"SELECT {row} FROM `{schema}`.`{table}` ORDER BY n DESC LIMIT 1;", _SECONDS))


def _demanding(session: Session) -> Mapping[str, bool] | None:
    """Return the accounts that replicate and whether TLS is demanded of each; None where we may not read them."""
    seen = session.ask(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'mysql' AND table_name = 'user';", _SECONDS
    )
    if seen.strip() != "1":
        return None
    return read(_Demanding, f'{{"accounts": {session.ask(_DEMANDING, _SECONDS)}}}', "accounts").accounts


class _Demanding(Answer):
    accounts: Annotated[dict[Word, bool], Field(max_length=_MOST)]


def feed_of(line: str) -> Feed:
    """Return a connection from its line of SHOW ALL SLAVES STATUS.

    Raises:
        MigrateError: `dr.answer`: it has another form, as where an error's text holds a line's end.
    """
    cells = line.split("\t")
    if len(cells) <= max(_COLUMNS.values()):
        raise MigrateError("dr.answer", what="slaves")
    told = shaped(_Feed, {name: cells[at] for name, at in _COLUMNS.items()}, "slaves")
    errors = [
        plain(f"{cells[number]} {cells[text]}", 200) for number, text in _ERRORS if cells[number] not in {"", "0"}
    ]
    return Feed(
        name=told.name,
        address=told.address,
        port=told.port,
        user=told.user,
        server=told.server,
        receiving=told.receiving,
        applying=told.applying,
        error="; ".join(errors),
        gtid=told.gtid != "No",
        delay=told.delay,
        tls=told.tls == "Yes",
        filters=tuple(plain(f"{name} {cells[at]}", 100) for at, name in _FILTERS.items() if cells[at]),
    )


def position(answer: str) -> Position:
    """Return a list of GTIDs, each the last of its domain.

    Raises:
        MigrateError: `dr.answer`: it has another form.
    """
    return {domain: (server, number) for domain, server, number in _gtids(answer)}


def _gtids(answer: str) -> list[tuple[int, int, int]]:
    words = [word for word in answer.split(",") if word.strip()]
    found = [_GTID.fullmatch(word.strip()) for word in words[:_MOST]]
    if len(words) > _MOST or None in found:
        raise MigrateError("dr.answer", what="gtid")
    return [(int(each[1]), int(each[2]), int(each[3])) for each in found if each]


def _lines(answer: str) -> list[str]:
    lines = [line for line in answer.splitlines() if line]
    if len(lines) > _MOST:
        raise MigrateError("dr.answer", what="slaves")
    return lines


def _number(word: str) -> int:
    if not word.isdecimal() or len(word) > 10:
        raise MigrateError("dr.answer", what="slaves")
    return int(word)
