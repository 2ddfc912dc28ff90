"""Recovers a PostgreSQL standby from a copy of it, on its own machine, where nothing leads out.

Everything stands in one folder beside the standby's data, named by the replica: who comes later finds it by that name.
A process that only waits holds the networks of the copy; it stands in the folder too. The standby itself is read: its
rows, its log, its files by a base backup. It is never promoted, paused or configured.
"""

from __future__ import annotations

import binascii
import json
import shlex
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address
from pathlib import PurePosixPath

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql import closed
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.adapters.movers.postgresql.comparing import FIXED, Table, stood
from orchestrator.adapters.movers.postgresql.sql import literal
from orchestrator.adapters.movers.postgresql.verify import tables
from orchestrator.adapters.movers.throwaway import UNSHARE, WAYS, ended, found, remains
from orchestrator.adapters.replicas.postgresql import heartbeat_of
from orchestrator.adapters.sessions import conninfo, plain
from orchestrator.errors import Locked, MigrateError
from orchestrator.model.drill import LIMITS, Answered, DrillStep, Way
from orchestrator.model.frozen import Voice
from orchestrator.model.move import DatabaseServer
from orchestrator.model.replica import End, Replica, Seen
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session, Sessions
from orchestrator.ports.replica import ReplicaObserver

_MAIL, _DNS = 25, 53
_SERVERS = 3  # nameservers that a resolver reads
_APART = 5.0  # seconds for the namespaces of the waiting process
_SHOWN = 3
_DATABASES = (
    "SELECT coalesce(jsonb_agg(datname ORDER BY datname), '[]') FROM pg_database"
    " WHERE datallowconn AND NOT datistemplate;"
)
_FOLLOWED = "SELECT coalesce((SELECT jsonb_build_array(sender_host, sender_port) FROM pg_stat_wal_receiver), '[]');"


class PostgresDriller:
    """The `Driller` port for one standby; making the object touches nothing.

    Args:
        sessions: kept open; one for each voice.
        guards: opens the session whose end lets others drill here again, as the end of our process does.
        ends: production, which the copy must not reach.
    """

    def __init__(
        self, replica: Replica, sessions: Sessions, guards: Sessions, observer: ReplicaObserver, ends: Sequence[End]
    ) -> None:
        end = replica.replica
        self._replica = replica
        self._sessions = sessions
        self._guards = guards
        self._observer = observer
        self._ends = ends
        self._server = _server("replica", end, replica.drill_role, end.socket)
        self._guard: Session | None = None
        self._space = 0  # the process that holds the networks
        self._before: Mapping[str, tuple[int, Sequence[Table]]] = {}
        self._known = ""  # the data folder

    def claim(self, drill: str) -> str:
        """Hold the folder by a lock of the machine's kernel, and empty it."""
        self._hold()
        folder, shell = shlex.quote(self._folder), self._shell()
        lines = shell.ask(f"ls -A -- {folder}; {remains(self._folder)}", SECONDS).splitlines()
        left = ""
        if lines != [f"folder {self._folder}"]:
            left = plain(shell.ask(f"cat {folder}/drill 2>/dev/null || :", SECONDS), 40) or "-"
            if remaining := self.remove():
                raise MigrateError("drill.left", left=", ".join(remaining))
            self._hold()
        if drill:
            shell.ask(f"printf %s {shlex.quote(drill)} > {folder}/drill", SECONDS)
        return left

    def room(self) -> tuple[CheckResult, ...]:
        """Check what a copy needs: its room, the account that runs the server, and its door."""
        shell = self._shell()
        owner = shell.ask(f"stat -c %U -- {shlex.quote(self._data)}", SECONDS)
        where = shlex.quote(f"{closed.local(self._server, self._application)} replication=true")
        said = shell.ask(
            f"LC_ALL=C psql -XAtqw -d {where} -c IDENTIFY_SYSTEM </dev/null 2>&1 | head -c 300 | base64 -w 0", SECONDS
        )
        let_in = _decoded(said)
        return (
            CheckResult.of("drill.account", owner == self._server.account, owner=plain(owner, 40)),
            CheckResult.of("drill.door", let_in[:1].isdigit(), role=self._server.superuser, said=plain(let_in, 200)),
            *closed.room("drill", self._session(), shell, self._root(), self._data),
        )

    def look(self) -> tuple[Seen, Seen]:
        """Ask both ends as a check does; the first time also which transactions and tables the standby has."""
        seen = self._observer.observe(self._replica)
        if not self._before and seen[1].cluster:
            self._before = {
                name: self._has(self._session(name)) for name in json.loads(self._session().ask(_DATABASES, SECONDS))
            }
        return seen

    def isolate(self) -> tuple[tuple[CheckResult, ...], tuple[Way, ...]]:
        """Begin the waiting process, and try from inside what must not be reached."""
        root, folder = self._root(), shlex.quote(self._folder)
        # Forked by setsid: what a shell sends to the background is deaf to the signal that ends it politely.
        account = ["su", self._server.account, "-s", "/bin/sh", "-c", "exec sleep 86400"]
        waiting = shlex.join(["setsid", "--fork", *UNSHARE, *account])
        root.ask(f"(cd {folder} && {waiting} </dev/null >/dev/null 2>&1)", SECONDS)
        until, told = running_seconds() + _APART, ""
        while not told.isdecimal():  # the account sees its own alone: who waits, and not who made the place
            if running_seconds() > until:
                raise MigrateError("drill.no-place", said=plain(told, 40))
            time.sleep(0.05)
            told = self._shell().ask(f"({found(self._folder)}; found)", SECONDS)
        self._space = int(told)
        ways = root.ask(f"p={told}; {WAYS}", SECONDS).split()
        alone = len(ways) >= 2 and set(ways) == {"0"}
        return (CheckResult.of("drill.network", alone, ways=" ".join(ways)),), tuple(
            Way(what=what, address=address, port=port, said=self._tried(root, address, port))
            for what, address, port in self._forbidden()
        )

    def copy(self) -> None:
        """Take a base backup of the standby; what starts from it is a standby of nobody."""
        closed.fill(self._session(), self._shell(), self._server, self._folder, self._application, hot_standby="off")
        self._shell().ask(f": > {shlex.quote(self._folder)}/data/standby.signal", SECONDS)

    def recover(self) -> None:
        """Start it among the waiting process's networks, and promote it when it has replayed what it has."""
        session, space = self._session(), ["nsenter", f"--target={self._space}", "--net", "--mount", "--ipc", "--"]
        text = closed.started(space, self._server.account, closed.start(session, self._folder), self._folder)
        self._root().ask(f"{self._holds()} && {{ {text}; }}", closed.START + SECONDS)
        limit = LIMITS[DrillStep.RECOVER].total_seconds()
        words = shlex.join(["-D", f"{self._folder}/data", "-w", "-t", f"{limit:.0f}", "promote"])
        self._shell().ask(f"LC_ALL=C {closed.program(session, 'pg_ctl')} {words} </dev/null", limit + SECONDS)

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
        root = self._root()
        root.ask(closed.process(f"{self._folder}/data"), SECONDS)
        return closed.isolated(
            "drill", root, self._copy("postgres"), f"{self._folder}/.s.PGSQL.{self._server.data_port}"
        )

    def compare(self) -> tuple[CheckResult, ...]:
        """Compare, by hashes, each table of the standby with the copy's."""
        return tuple(self._compared(name, before, held) for name, (before, held) in self._before.items())

    def remove(self) -> tuple[str, ...]:
        """End what runs and take the folder away, until nothing is left or the time is over."""
        until = running_seconds() + LIMITS[DrillStep.REMOVE].total_seconds()
        while (left := self._left()) and running_seconds() < until:
            self._shell().ask(ended(self._folder), LIMITS[DrillStep.REMOVE].total_seconds())
        return left

    def release(self) -> None:
        """End the session that holds the lock."""
        if self._guard is not None:
            self._guard.close()
            self._guard = None

    def _hold(self) -> None:
        """Take the lock; a folder that its last holder took away meanwhile is made anew once."""
        folder = shlex.quote(self._folder)
        for _ in range(2):
            self.release()
            self._guard = self._guards.open(files(self._server), seconds=SECONDS)
            told = self._guard.ask(
                f"f={folder}; mkdir -p -- $f && exec 9<$f && if ! flock -n 9; then echo busy;"
                " elif [ $f -ef /proc/self/fd/9 ]; then echo held; else echo gone; fi",
                SECONDS,
            )
            if told == "held":
                return
        self.release()
        drill = self._shell().ask(f"cat {folder}/drill 2>/dev/null || :", SECONDS)
        raise Locked("drill.running", system=self._replica.system, drill=plain(drill, 40) or "-")

    def _has(self, session: Session) -> tuple[int, Sequence[Table]]:
        """Return the transaction before which everything is committed, and the tables."""
        before = session.ask("SELECT txid_snapshot_xmin(txid_current_snapshot());", SECONDS)
        return int(before), tables(session)

    def _forbidden(self) -> Sequence[tuple[str, str, int]]:
        """Return what must not be reached: what, where, which port."""
        ends = [*(("source", end) for end in self._ends), ("replica", self._replica.replica)]
        ways = [(what, end.reach.address, port) for what, end in ends for port in (end.reach.port, end.port)]
        ways += [("mail", end.reach.address, _MAIL) for end in self._ends]
        followed = json.loads(self._session().ask(_FOLLOWED, SECONDS))
        ways += [("source", str(followed[0]), int(followed[1]))] if followed else []
        text = "sed -n 's/^nameserver[ \t]*//p' /etc/resolv.conf 2>/dev/null | head -n 20"
        names = self._shell().ask(text, SECONDS).splitlines()
        ways += [("dns", name.strip(), _DNS) for name in names[:_SERVERS]]
        return [each for each in dict.fromkeys(ways) if _is_address(each[1])]

    def _tried(self, root: Session, address: str, port: int) -> str:
        """Return the first line that a client inside is told; in base64, for it may look like an error of ours."""
        where = {"host": address, "port": str(port), "user": "postgres", "dbname": "postgres", "connect_timeout": "2"}
        told = " ".join(f"{name}={conninfo(value)}" for name, value in {**where, "sslmode": "disable"}.items())
        words = shlex.join(["psql", "-XAtqw", "-d", told, "-c", "SELECT 1"])
        text = f"nsenter --target={self._space} --net -- env LC_ALL=C {words} </dev/null 2>&1"
        answer = root.ask(f"{self._holds()} && {text} | head -c 300 | base64 -w 0", SECONDS)
        return plain(_decoded(answer).split("\n", 1)[0], 200)

    def _holds(self) -> str:
        """Return text that fails where the waiting process is gone and another has its number."""
        return f'[ "$(readlink /proc/{self._space}/cwd)" = {shlex.quote(self._folder)} ]'

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

    def _left(self) -> tuple[str, ...]:
        senders = self._session().ask(
            f"SELECT 'sender ' || pid FROM pg_stat_replication WHERE application_name = {literal(self._application)};",
            SECONDS,
        )
        return (*self._shell().ask(remains(self._folder), SECONDS).splitlines(), *senders.splitlines())

    @property
    def _folder(self) -> str:
        # A socket's path has room for 107 bytes.
        named = sha256(f"{self._replica.system} {self._replica.key}".encode()).hexdigest()[:12]
        return str(PurePosixPath(self._data).parent / f"migrate-drill-{named}")

    @property
    def _application(self) -> str:
        return PurePosixPath(self._folder).name

    @property
    def _data(self) -> str:
        self._known = self._known or self._session().ask("SHOW data_directory;", SECONDS)
        return self._known

    def _session(self, database: str = "postgres") -> Session:
        return self._sessions.open(admin(self._server, database), seconds=SECONDS)

    def _copy(self, database: str) -> Session:
        server = _server("copy", self._replica.replica, self._replica.drill_role, self._folder)
        return self._sessions.open(admin(server, database), seconds=SECONDS)

    def _shell(self) -> Session:
        return self._sessions.open(files(self._server), seconds=SECONDS)

    def _root(self) -> Session:
        voice = Voice(name="replica root", reach=self._server.reach, account="root", program="sh")
        return self._sessions.open(voice, seconds=SECONDS)


def _server(name: str, end: End, role: str, socket: str) -> DatabaseServer:
    return DatabaseServer(
        name=name,
        reach=end.reach,
        address=end.reach.address,
        data_port=end.port,
        socket=socket,
        account=end.account,
        superuser=role,
    )


def _is_address(text: str) -> bool:
    """Tell whether it is an address: a name would have to be asked for, and that fails for more than one reason."""
    with suppress(ValueError):
        return bool(ip_address(text))
    return False


def _decoded(answer: str) -> str:
    try:
        return b64decode(answer, validate=True).decode(errors="replace")
    except binascii.Error:
        raise MigrateError("dr.answer", what="base64") from None
