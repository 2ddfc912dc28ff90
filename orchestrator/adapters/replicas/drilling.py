"""Recovers a PostgreSQL standby from a copy of it, on its own machine, where nothing leads out.

The standby itself is read: its rows, its log, its files by a base backup. It is never promoted, paused or configured.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql import closed
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.comparing import FIXED, Table, stood
from orchestrator.adapters.movers.postgresql.verify import tables
from orchestrator.adapters.replicas.drill_place import DrillPlace, said
from orchestrator.adapters.replicas.postgresql import heartbeat_of
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.drill import LIMITS, Answered, DrillStep, Way
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Replica
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session, Sessions
from orchestrator.ports.replica import ReplicaObserver

_MAIL, _DNS = 25, 53
_SERVERS = 3  # nameservers that a resolver reads
_SHOWN = 3
_DATABASES = (
    "SELECT coalesce(jsonb_agg(datname ORDER BY datname), '[]') FROM pg_database"
    " WHERE datallowconn AND NOT datistemplate;"
)
_FOLLOWED = "SELECT coalesce(jsonb_agg(jsonb_build_array(sender_host, sender_port)), '[]') FROM pg_stat_wal_receiver;"
_Followed = TypeAdapter(list[tuple[str | None, Annotated[int, Field(ge=0, le=65535)] | None]])
_Names = TypeAdapter(list[str])
Shape = TypeVar("Shape")


class PostgresDriller:
    """The `Driller` port for one standby; making the object touches nothing.

    Args:
        sessions: kept open; one for each voice.
        guards: opens sessions of their own.
        ends: production, which the copy must not reach.
    """

    def __init__(
        self, replica: Replica, sessions: Sessions, guards: Sessions, observer: ReplicaObserver, ends: Sequence[End]
    ) -> None:
        self._replica = replica
        self._sessions = sessions
        self._observer = observer
        self._ends = ends
        self._server = _server("replica", replica, replica.replica.socket)
        self._place = DrillPlace(replica, self._server, sessions, guards)
        self._before: Mapping[str, tuple[int, Sequence[Table]]] = {}

    def claim(self, drill: str) -> str:
        """Hold the place by a lock of the machine's kernel, and empty it."""
        self._place.hold()
        if left := self._place.left():
            if remaining := self.remove():
                raise MigrateError("drill.left", left=", ".join(remaining))
            self._place.hold()
        if drill:
            self._place.name(drill)
        return left

    def room(self) -> tuple[CheckResult, ...]:
        """Check what a copy needs: its room, the account that runs the server, and its door."""
        shell, data = self._place.shell(), self._place.data
        owner = shell.ask(f"stat -c %U -- {shlex.quote(data)}", SECONDS)
        where = shlex.quote(f"{closed.local(self._server, self._place.application)} replication=true")
        door = said(shell, f"LC_ALL=C psql -XAtqw -d {where} -c IDENTIFY_SYSTEM")
        return (
            CheckResult.of("drill.account", owner == self._server.account, owner=plain(owner, 40)),
            CheckResult.of("drill.door", door[:1].isdigit(), role=self._server.superuser, said=door),
            *closed.room("drill", self._session(), shell, self._place.root(), data),
        )

    def look(self) -> tuple[Seen, Seen]:
        """Ask both ends as a check does; the first time also which transactions and tables the standby has."""
        seen = self._observer.observe(self._replica)
        if not self._before and seen[1].cluster:
            names = _read(_Names, self._session().ask(_DATABASES, SECONDS), "databases")
            self._before = {name: self._has(self._session(name)) for name in names}
        return seen

    def isolate(self) -> tuple[tuple[CheckResult, ...], tuple[Way, ...]]:
        """Separate the place, and try from inside what must not be reached."""
        ways = self._place.separate()
        alone = len(ways.split()) >= 2 and set(ways.split()) == {"0"}
        return (CheckResult.of("drill.network", alone, ways=ways),), tuple(
            Way(what=what, address=address, port=port, said=self._place.tried(address, port))
            for what, address, port in self._forbidden()
        )

    def copy(self) -> None:
        """Take a base backup of the standby; what starts from it is a standby of nobody."""
        shell, folder = self._place.shell(), self._place.folder
        closed.fill(self._session(), shell, self._server, folder, self._place.application, hot_standby="off")
        shell.ask(f": > {shlex.quote(folder)}/data/standby.signal", SECONDS)

    def recover(self) -> None:
        """Start it in its place, and promote it when it has replayed what it has."""
        session, folder = self._session(), self._place.folder
        command = closed.start(session, folder)
        text = closed.started(self._place.inside(), self._server.account, command, folder)
        self._place.run(text, closed.START + SECONDS)
        limit = LIMITS[DrillStep.RECOVER].total_seconds()
        words = shlex.join(["-D", f"{folder}/data", "-w", "-t", f"{limit:.0f}", "promote"])
        program = closed.program(session, "pg_ctl")
        self._place.shell().ask(f"LC_ALL=C {program} {words} </dev/null", limit + SECONDS)

    def answer(self) -> Answered:
        """Ask it until it answers: whether it may be written to, and its heartbeat."""
        beat = self._replica.heartbeat
        until = running_seconds() + LIMITS[DrillStep.ANSWER].total_seconds()
        while True:
            try:
                session = self._copy(beat.database if beat else "postgres")
                break
            except MigrateError:
                if running_seconds() > until:
                    raise
                time.sleep(0.05)
        writable = session.ask("SELECT NOT pg_is_in_recovery() AND txid_current() > 0;", SECONDS) == "t"
        newest = heartbeat_of(session, beat) if beat else None
        return Answered(writable=writable, n=newest.n if newest else None, ts=newest.ts if newest else None)

    def closed(self) -> tuple[CheckResult, ...]:
        """Check, from outside and by asking it, that it reaches nothing and nothing reaches it."""
        root, folder = self._place.root(), self._place.folder
        root.ask(closed.process(f"{folder}/data"), SECONDS)
        return closed.isolated("drill", root, self._copy("postgres"), f"{folder}/.s.PGSQL.{self._server.data_port}")

    def compare(self) -> tuple[CheckResult, ...]:
        """Compare, by hashes, each table of the standby with the copy's."""
        return tuple(self._compared(name, before, held) for name, (before, held) in self._before.items())

    def remove(self) -> tuple[str, ...]:
        """Take everything away."""
        return self._place.remove()

    def release(self) -> None:
        """Let others drill here again."""
        self._place.release()

    def _has(self, session: Session) -> tuple[int, Sequence[Table]]:
        """Return the transaction before which everything is committed, and the tables."""
        before = session.ask("SELECT txid_snapshot_xmin(txid_current_snapshot());", SECONDS)
        if not before.isdecimal():
            raise MigrateError("dr.answer", what="snapshot")
        return int(before), tables(session)

    def _forbidden(self) -> Sequence[tuple[str, str, int]]:
        """Return what must not be reached: what, where, which port."""
        ends = [*(("source", end) for end in self._ends), ("replica", self._replica.replica)]
        ways = [(what, end.reach.address, port) for what, end in ends for port in (end.reach.port, end.port)]
        ways += [("mail", end.reach.address, _MAIL) for end in self._ends]
        followed = _read(_Followed, self._session().ask(_FOLLOWED, SECONDS), "pg_stat_wal_receiver")
        ways += [("source", host, port) for host, port in followed if host and port]
        text = "sed -n 's/^nameserver[ \t]*//p' /etc/resolv.conf 2>/dev/null | head -n 20"
        names = self._place.shell().ask(text, SECONDS).splitlines()
        ways += [("dns", name.strip(), _DNS) for name in names[:_SERVERS]]
        return [each for each in dict.fromkeys(ways) if _is_address(each[1])]

    def _compared(self, database: str, before: int, held: Sequence[Table]) -> CheckResult:
        standby, copy = self._session(database), self._copy(database)
        for session in (standby, copy):
            session.ask(FIXED, SECONDS)
        there = {table.shown for table in tables(copy)}
        rows, missing, lacking = 0, 0, [table.shown for table in held if table.shown not in there]
        for table in held:
            if table.shown in there:
                compared = stood(table, standby, copy, before)
                rows += compared.rows
                missing += compared.missing
                lacking += [table.shown] if compared.missing else []
        told = {"database": database, "tables": len(held), "rows": rows, "missing": missing}
        first = plain(", ".join(lacking[:_SHOWN]), 200) or "-"
        return CheckResult.of("drill.rows", not lacking, self._replica.system, **told, first=first)

    def _session(self, database: str = "postgres") -> Session:
        return self._sessions.open(admin(self._server, database), seconds=SECONDS)

    def _copy(self, database: str) -> Session:
        server = _server("copy", self._replica, self._place.folder)
        return self._sessions.open(admin(server, database), seconds=SECONDS)


def _server(name: str, replica: Replica, socket: str) -> DatabaseServer:
    end = replica.replica
    return DatabaseServer(
        name=name,
        reach=end.reach,
        address=end.reach.address,
        data_port=end.port,
        socket=socket,
        account=end.account,
        superuser=replica.drill_role,
    )


def _is_address(text: str) -> bool:
    """Tell whether it is an address: a name would have to be asked for, and that fails for more than one reason."""
    with suppress(ValueError):
        return bool(ip_address(text))
    return False


def _read(shape: TypeAdapter[Shape], answer: str, what: str) -> Shape:
    try:
        return shape.validate_json(answer)
    except ValidationError:
        raise MigrateError("dr.answer", what=what) from None
