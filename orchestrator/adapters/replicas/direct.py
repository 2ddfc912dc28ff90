"""Sessions straight to a PostgreSQL server, over TLS, by the password of a role that can only read.

A login by SSH costs the checker several times as much, and the machine asked far more. The password never leaves us:
SCRAM proves on both sides that it is known, bound to the channel, so who stands in between is found out without a
certificate of anybody's.
"""

from __future__ import annotations

import array
import fcntl
import select
import termios
from collections.abc import Callable

import psycopg
from psycopg import pq

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.ports.move import Session, Sessions

PROGRAM = "sql"  # of a voice whose `account` names the file of its role's password
_OPTIONS = (
    "-c default_transaction_read_only=on -c search_path=pg_catalog -c statement_timeout=8s -c lock_timeout=2s"
    " -c client_min_messages=warning -c standard_conforming_strings=on"
)
_GOOD = frozenset({pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY})


class DirectSessions:
    """Opens sessions to servers themselves, and those of other programs as before.

    Args:
        others: what opens the sessions of other programs.
        secret: returns the password in a file of the programme.
        most: bytes that an answer may have on the wire; an answer that comes faster than it is read counts for more.
    """

    def __init__(self, others: Sessions, secret: Callable[[str], str], *, most: int) -> None:
        self._others = others
        self._secret = secret
        self._most = most

    def open(self, voice: Voice, *, seconds: float) -> Session:
        """Return a session that has logged in.

        Raises:
            MigrateError: as the sessions beneath; `session.refused`: the server lets us in in no such way.
        """
        if voice.program != PROGRAM:
            return self._others.open(voice, seconds=seconds)
        try:
            line = psycopg.connect(
                host=voice.reach.address,
                port=voice.port,
                user=voice.role,
                dbname=voice.database,
                password=self._secret(voice.account),
                sslmode="require",
                channel_binding="require",
                gssencmode="disable",
                sslcertmode="disable",
                application_name="migrate-dr",
                client_encoding="UTF8",
                options=_OPTIONS,
                connect_timeout=max(2, int(seconds)),
                autocommit=True,
            )
        except psycopg.Error as error:
            said = plain(str(error))
            raise MigrateError("session.refused", session=voice.name, said=said) from None
        return _Direct(voice.name, line, self._most)


class _Direct:
    """A session that answers as `psql -At` does: rows as lines, fields with a bar between."""

    def __init__(self, name: str, line: psycopg.Connection[tuple[object, ...]], most: int) -> None:
        self._name = name
        self._line = line
        self._most = most

    def send(self, text: str) -> None:
        """Send a line without waiting for its answer; one at a time."""
        try:
            self._line.pgconn.send_query(text.encode())
            self._line.pgconn.flush()
        except psycopg.Error as error:
            raise self._ended(error) from None

    def receive(self, seconds: float) -> str:
        """Return its answer."""
        until, server = running_seconds() + seconds, self._line.pgconn
        waiting = select.poll()
        waiting.register(server.socket, select.POLLIN)
        answer: list[str] = []
        came, fault = 0, ""
        try:
            while True:
                while server.is_busy():
                    left = until - running_seconds()
                    if waiting.poll(max(0.0, left) * 1000):
                        came += _pending(server.socket)
                        if came > self._most:  # before it is taken in: one value may be as large as our memory
                            raise MigrateError("session.too-much", session=self._name, bytes=self._most)
                        server.consume_input()
                    elif left <= 0:  # of a process that was stopped the wait is over at once, and its time is not
                        raise MigrateError("session.late", session=self._name, seconds=f"{seconds:.1f}")
                result = server.get_result()
                if result is None:
                    break
                if result.status not in _GOOD:
                    fault = fault or result.get_error_message()
                answer += self._rows(result)
        except psycopg.Error as error:
            raise self._ended(error) from None
        if fault:
            raise MigrateError("session.error", session=self._name, said=plain(fault))
        return "\n".join(answer)

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        """Hang up; a statement that still runs is left to its server's time limit."""
        self._line.close()

    def _rows(self, result: pq.abc.PGresult) -> list[str]:
        rows = (
            [result.get_value(row, column) or b"" for column in range(result.nfields)] for row in range(result.ntuples)
        )
        return ["|".join(value.decode(errors="replace") for value in row) for row in rows]

    def _ended(self, error: psycopg.Error) -> MigrateError:
        return MigrateError("session.ended", session=self._name, said=plain(str(error)))


def _pending(socket: int) -> int:
    """Return how many bytes have arrived and were not taken in."""
    found = array.array("i", [0])
    fcntl.ioctl(socket, termios.FIONREAD, found)
    return found[0]
