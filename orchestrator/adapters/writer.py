"""The probe client: a steady writer that writes every row exactly once, through the address that clients use.

Of a static site it is a reader, and a row is a page that was answered well, on a connection of its own.

`python -m orchestrator.adapters.writer` is told by one line of JSON where to write (`kind`, `rate`, `connections`,
`first`, and `dsn` and `password`, or `site` and `path`) and answers with one line when its standard input ends. It is a
process of its own so that the pauses it measures are the route's and not those of whoever moves the data.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import IO, Any, Protocol, cast

import psycopg
import pymysql
import pymysql.cursors
from pydantic import TypeAdapter

from orchestrator.adapters.pages import Site, Visitor
from orchestrator.adapters.routes.name_session import NameSession
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.model.move import Kind
from orchestrator.model.routes import DnsRoute
from orchestrator.model.written import Written

_TABLE = "migrate_move.probe"  # ours on both sides, whatever they are
_NOTABLE = 0.01  # shorter stretches without an answer are not kept
_BEHIND = 0.1  # seconds of its schedule that a client makes up for after a pause
_AGAIN = 0.005
_CONNECT = 5  # seconds
_NO_TLS = 2026  # CR_SSL_CONNECTION_ERROR: the server offers none
_HELD = 90  # seconds that a client waits for an answer: longer than any route holds it
_COMMAND = (sys.executable, "-P", "-m", "orchestrator.adapters.writer")
_WRITTEN = TypeAdapter(Written)


class _Process:
    """Starts the process and ends it."""

    def __init__(self, told: Mapping[str, object], prefix: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [*prefix, *_COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
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


class ProbeClient(_Process):
    """Writes rows.

    Args:
        dsn: where clients connect, as libpq writes it down whatever the kind, without the secret.
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
        kind: Kind = Kind.POSTGRESQL,
        prefix: Sequence[str] = (),
    ) -> None:
        named = {name: value for name, value in (("dbname", database), ("user", role)) if value}
        dsn = psycopg.conninfo.make_conninfo(dsn, **named)
        told = {
            "kind": str(kind),
            "dsn": dsn,
            "password": secret,
            "rate": rate,
            "connections": connections,
            "first": first,
        }
        super().__init__(told, prefix)


class ReaderClient(_Process):
    """Reads a page.

    Args:
        site: where people are led.
        path: of the page.
        rate: pages a second.
        route: the name that leads there, in place of the site's address.
    """

    def __init__(self, site: Site, path: str, *, rate: int = 20, route: DnsRoute | None = None) -> None:
        told = {
            "kind": str(Kind.STATIC),
            "site": asdict(site),
            "name": [route.name, route.source, list(route.servers), route.port] if route else [],
            "path": path,
            "rate": rate,
            "connections": 4,
            "first": 0,
        }
        super().__init__(told, ())


class _Connection(Protocol):
    """A client's connection: each call is a transaction."""

    def insert(self, row: int) -> None:
        """Write a row."""

    def there(self, row: int) -> bool:
        """Tell whether a row is there, after an answer that was lost."""

    def close(self) -> None:
        """End it."""


class _PostgreSql:
    def __init__(self, dsn: str, password: str) -> None:
        told = psycopg.conninfo.make_conninfo(dsn, password=password, connect_timeout=_CONNECT)
        self._connection = psycopg.connect(told, autocommit=True, prepare_threshold=None)
        self.close = self._connection.close

    def insert(self, row: int) -> None:
        self._connection.execute(f"INSERT INTO {_TABLE} (id) VALUES (%s)", (row,))  # noqa: S608 - ours

    def there(self, row: int) -> bool:
        asked = f"SELECT 1 FROM {_TABLE} WHERE id = %s"  # noqa: S608 - ours
        return self._connection.execute(asked, (row,)).fetchone() is not None


class _MariaDb:
    # Made once, and without the machine's certificates: reading them took a client 100 ms of every gap.
    _behind_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _behind_tls.check_hostname = False
    _behind_tls.verify_mode = ssl.CERT_NONE

    def __init__(self, dsn: str, password: str) -> None:
        told = psycopg.conninfo.conninfo_to_dict(dsn)
        connect = partial(
            pymysql.connect,
            host=str(told["host"]),
            port=int(told["port"] or 3306),
            user=str(told["user"]),
            password=password,
            autocommit=True,
            connect_timeout=_CONNECT,
            read_timeout=_HELD,
            write_timeout=_HELD,
        )
        try:
            self._connection: pymysql.Connection[pymysql.cursors.Cursor] = connect(ssl=self._behind_tls)
        except pymysql.OperationalError as error:
            if error.args[0] != _NO_TLS:
                raise
            self._connection = connect(ssl_disabled=True)

    def insert(self, row: int) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {_TABLE} (id) VALUES (%s)", (row,))  # noqa: S608 - ours

    def there(self, row: int) -> bool:
        with self._connection.cursor() as cursor:
            return cursor.execute(f"SELECT 1 FROM {_TABLE} WHERE id = %s", (row,)) > 0  # noqa: S608 - ours

    def close(self) -> None:
        with suppress(pymysql.MySQLError):  # one that is gone already
            self._connection.close()


class _Resolver:
    """Where a name leads, as somebody knows it who keeps an answer for its TTL and asks the zone's servers in turn."""

    def __init__(self, name: str, like: str, servers: Sequence[str], port: int) -> None:
        self._asked = deque(
            NameSession(Voice(name=name, reach=Reach(address=each, port=port), account=""), None, time.monotonic)
            for each in servers
        )
        self._question = f"look {name} {like}"
        self._lock = threading.Lock()
        self._address, self._until = "", 0.0

    def address(self) -> str:
        """Return the address.

        Raises:
            OSError: nobody says one.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self._asked.rotate()
                try:
                    found = json.loads(self._asked[0].ask(self._question, _CONNECT))
                except MigrateError as error:
                    raise OSError(str(error)) from None
                if len(found["addresses"]) != 1:
                    raise OSError(found["fault"] or "no address")
                self._address, self._until = found["addresses"][0], time.monotonic() + found["ttl"]
            return self._address


class _Reader:
    def __init__(self, site: Mapping[str, Any], path: str, resolver: _Resolver | None) -> None:
        led = {**site, "address": resolver.address()} if resolver else site
        self._visitor = Visitor(Site(**led))
        self._path = path
        self._resolver = resolver
        self.close = self._visitor.close

    def insert(self, row: int) -> None:
        del row
        page = self._visitor.page(self._path)
        # The next one comes as somebody new does: a kept connection would tell where people were led before.
        self.close()
        if not page.good:
            raise OSError(page.said)
        if self._resolver:
            self._visitor.lead(self._resolver.address())

    def there(self, row: int) -> bool:
        del row
        return False


_CONNECTIONS: Mapping[Kind, Callable[[str, str], _Connection]] = {
    Kind.POSTGRESQL: _PostgreSql,
    Kind.MARIADB: _MariaDb,
}


class _Client:
    """Writes with several connections, each at its share of the rate."""

    def __init__(self, connect: Callable[[], _Connection], first: int, rate: int, connections: int) -> None:
        self._connect = connect
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
        connection: _Connection | None = None
        due = time.monotonic()
        while not self._stop.is_set():
            due = max(due + self._period, time.monotonic() - _BEHIND)
            time.sleep(max(0.0, due - time.monotonic()))
            row = self._first + number * Written.BLOCK + self._acknowledged[number] + 1
            doubtful = False
            while True:
                try:
                    connection = connection or self._connect()
                    if not (doubtful and connection.there(row)):
                        connection.insert(row)
                    break
                except (psycopg.Error, pymysql.MySQLError, OSError) as error:
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


def main() -> None:
    """Serve one run."""
    request = json.loads(sys.stdin.buffer.readline())
    connect: Callable[[], _Connection]
    if request["kind"] == Kind.STATIC:
        resolver = _Resolver(*request["name"]) if request["name"] else None
        connect = partial(_Reader, request["site"], request["path"], resolver)
    else:
        connect = partial(_CONNECTIONS[Kind(request["kind"])], request["dsn"], request["password"])
    client = _Client(connect, request["first"], request["rate"], request["connections"])
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as channel:  # the pipe to whoever started us
        channel.write(json.dumps(asdict(client.run())) + "\n")


if __name__ == "__main__":
    main()
