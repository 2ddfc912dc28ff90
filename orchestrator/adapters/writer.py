"""The probe client: a steady writer that writes every row exactly once, through the address that clients use.

`python -m orchestrator.adapters.writer` is told by one line of JSON where to write (`dsn`, `password`, `rate`,
`connections`, `first`) and answers with one line when its standard input ends. It is a process of its own so that the
pauses it measures are the route's and not those of whoever moves the data.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import IO, cast

import psycopg
from pydantic import TypeAdapter

from orchestrator.adapters.movers.postgresql.sql import SCHEMA
from orchestrator.errors import MigrateError
from orchestrator.model.written import Written

_NOTABLE = 0.01  # shorter stretches without an answer are not kept
_BEHIND = 0.1  # seconds of its schedule that a client makes up for after a pause
_AGAIN = 0.005
_COMMAND = (sys.executable, "-P", "-m", "orchestrator.adapters.writer")
_WRITTEN = TypeAdapter(Written)


class ProbeClient:
    """Starts the process and ends it.

    Args:
        dsn: where clients connect, as libpq reads it, without the secret.
        database, role: named here rather than in the `dsn` where their names may hold anything.
        secret: of the role that writes; it goes through a pipe.
        prefix: what stands before the command, such as `ip netns exec NAME`.
    """

    def __init__(
        self,
        dsn: str,
        secret: str,
        *,
        first: int,
        rate: int = 200,
        connections: int = 4,
        database: str = "",
        role: str = "",
        prefix: Sequence[str] = (),
    ) -> None:
        self._process = subprocess.Popen(
            [*prefix, *_COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        named = {name: value for name, value in (("dbname", database), ("user", role)) if value}
        dsn = psycopg.conninfo.make_conninfo(dsn, **named)
        told = {"dsn": dsn, "password": secret, "rate": rate, "connections": connections, "first": first}
        said = cast(IO[bytes], self._process.stdin)
        said.write((json.dumps(told) + "\n").encode())
        said.flush()

    def end(self, seconds: float = 60.0) -> Written:
        """Let it finish the row it is at, and return what it wrote.

        Raises:
            MigrateError: `writer.ended`: it did not say.
        """
        try:
            heard, _ = self._process.communicate(timeout=seconds)
            return _WRITTEN.validate_json(heard)
        except (subprocess.TimeoutExpired, ValueError):
            self.kill()
            raise MigrateError("writer.ended") from None

    def kill(self) -> None:
        """End it without asking what it wrote."""
        self._process.kill()
        self._process.communicate()


class _Client:
    """Writes with several connections, each at its share of the rate."""

    def __init__(self, dsn: str, password: str, first: int, rate: int, connections: int) -> None:
        self._dsn = psycopg.conninfo.make_conninfo(dsn, password=password, connect_timeout=5)
        self._first = first
        self._period = connections / rate
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._last = 0.0
        self._gaps: list[tuple[float, float]] = []
        self._errors: list[tuple[float, str]] = []
        self._acknowledged = [0] * connections
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(connections)]

    def run(self) -> Written:
        """Write until standard input ends."""
        for thread in self._threads:
            thread.start()
        sys.stdin.buffer.read()
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if time.monotonic() - self._last >= _NOTABLE:  # a stretch that has not ended is one all the same
            self._gaps.append((self._last, time.monotonic() - self._last))
        return Written(
            first=self._first,
            acknowledged=tuple(self._acknowledged),
            gaps=tuple(self._gaps),
            errors=tuple(self._errors),
        )

    def _write(self, number: int) -> None:
        connection: psycopg.Connection[tuple[int]] | None = None
        due = time.monotonic()
        while not self._stop.is_set():
            due = max(due + self._period, time.monotonic() - _BEHIND)
            time.sleep(max(0.0, due - time.monotonic()))
            row = self._first + number * Written.BLOCK + self._acknowledged[number] + 1
            doubtful = False
            while True:
                try:
                    if connection is None:
                        connection = psycopg.connect(self._dsn, autocommit=True, prepare_threshold=None)
                    if not (doubtful and _there(connection, row)):
                        connection.execute(f"INSERT INTO {SCHEMA}.probe (id) VALUES (%s)", (row,))  # noqa: S608 - ours
                    break
                except psycopg.Error as error:
                    doubtful = True
                    self._errors.append((time.monotonic(), " ".join(str(error).split())[:120]))
                    if connection is not None:
                        connection.close()
                    connection = None
                    if self._stop.is_set():
                        return
                    time.sleep(_AGAIN)
            self._acknowledge(number)

    def _acknowledge(self, number: int) -> None:
        with self._lock:
            now = time.monotonic()
            if self._last and now - self._last >= _NOTABLE:
                self._gaps.append((self._last, now - self._last))
            self._last = now
            self._acknowledged[number] += 1


def _there(connection: psycopg.Connection[tuple[int]], row: int) -> bool:
    asked = f"SELECT 1 FROM {SCHEMA}.probe WHERE id = %s"  # noqa: S608 - ours
    return connection.execute(asked, (row,)).fetchone() is not None


def main() -> None:
    """Serve one run."""
    request = json.loads(sys.stdin.buffer.readline())
    client = _Client(request["dsn"], request["password"], request["first"], request["rate"], request["connections"])
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as channel:  # the pipe to whoever started us
        channel.write(json.dumps(asdict(client.run())) + "\n")


if __name__ == "__main__":
    main()
