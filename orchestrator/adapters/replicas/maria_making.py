"""The `StandbyMaker` port for a MariaDB replica by GTID: every step looks first, so once more is the same as once.

The secret of the account that follows is in one file of the replica's machine, root's alone, in the replica's own
`master.info`, and as a hash at the source; it is made anew only where it lets nobody in.
"""

from __future__ import annotations

import re
import secrets
import shlex
from dataclasses import replace

from orchestrator.adapters.movers.mariadb.sql import SECONDS, account, admin, literal
from orchestrator.adapters.movers.postgresql.access import write
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.replicas import maria_seeding
from orchestrator.adapters.replicas.held_folder import HeldFolder, mark_of
from orchestrator.adapters.replicas.maria_beating import MariaBeating
from orchestrator.adapters.replicas.maria_facts import feeds, followed, followed_before, place_facts, source_facts
from orchestrator.adapters.replicas.maria_seeding import FOLLOWED, POSITION, MariaSeed, asked
from orchestrator.adapters.replicas.maria_stream import SAYING, Stream
from orchestrator.adapters.replicas.mariadb import position
from orchestrator.adapters.replicas.seeding import START, STOP
from orchestrator.checks.preflight import texts
from orchestrator.checks.replicas.making_maria import by_backup
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Replica
from orchestrator.model.standby import Facts, Make, Part, Seeding
from orchestrator.ports.move import Session, Sessions
from orchestrator.ports.replica import ReplicaObserver

_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
# What a dump reads beyond what following needs; taken back once it follows.
_DUMPS = "SELECT, RELOAD, PROCESS, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT, BINLOG MONITOR"
_IDS = 2**32 - 1


class MariaMaker:
    """Makes one replica, and takes it away; making the object touches nothing.

    Args:
        sessions: kept open; one for each voice.
        guards: opens sessions of their own, for the lock.
        ssh: for the programs that a backup is streamed by.
    """

    def __init__(
        self,
        replica: Replica,
        make: Make,
        sessions: Sessions,
        guards: Sessions,
        observer: ReplicaObserver,
        ssh: OpenSsh,
    ) -> None:
        self._replica = replica
        self._make = make
        self._sessions = sessions
        self._observer = observer
        self._ssh = ssh
        source = _server("source", replica.source, make.superuser)
        target = _server("replica", replica.replica, replica.replica.role)
        self._seed = MariaSeed(
            name=f"migrate_dr_{mark_of(replica)}", source=source, target=target, data=make.data, user=make.user,
            rate_kib=make.rate_kib, config=make.config,
        )  # fmt: skip
        self._held = HeldFolder("dr", replica, target, sessions, guards, make.data)
        beat = replica.heartbeat
        self._beating = MariaBeating(self._seed.name, source, beat, replica.source.role, sessions) if beat else None
        self._backup = False  # whether the first copy is a streamed backup
        self._size = 0  # of the source, in bytes
        self._stream: Stream | None = None

    def claim(self) -> None:
        """Hold a lock of the replica's machine, by our folder there.

        Raises:
            Locked: `prepare.running`.
        """
        self._held.claim("prepare.running")

    def release(self) -> None:
        """End what is streamed, and let others work on this replica again; a folder in which nothing is goes."""
        if self._stream is not None:
            self._stream.end()
            self._stream = None
        self._held.release(tidy=True)

    def look(self) -> tuple[Facts, Facts]:
        """Ask both machines."""
        source = source_facts(self._seed.name, self._seed.source, self._sessions)
        if self._beating and "silent" not in source:
            source["beat"], source["beat-ours"] = self._beating.state(), self._beating.ours()
        self._seed = replace(self._seed, tls=source.get("ssl") == 1, settings=self._settings(source))
        target = place_facts(self._seed, self._make, self._sessions)
        self._backup = by_backup(source, target)
        self._size = int(str(source.get("size", 0)))
        return source, target

    def access(self) -> None:
        """Make the account, let it in from the replica's machine, and give that the secret.

        Raises:
            MigrateError: `prepare.account-not-let-in`.
        """
        seed, secret = self._seed, secrets.token_urlsafe(24)
        asked(seed, self._sessions, 'mkdir -p "$work"; chmod 711 "$work"')
        write(self._sessions, seed.target, seed.secret, f"[client]\nuser={seed.name}\npassword={secret}\n")
        needs = "REQUIRE SSL" if seed.tls else "REQUIRE NONE"
        source = self._source()
        source.ask(f"CREATE OR REPLACE USER {self._who} IDENTIFIED BY {literal(secret)} {needs};", SECONDS)
        source.ask(f"GRANT REPLICATION SLAVE ON *.* TO {self._who};", SECONDS)
        if not followed(seed, self._sessions):
            raise MigrateError("prepare.account-not-let-in", role=seed.name, address=seed.target.address)

    def beat(self) -> None:
        """Have the source's heartbeat beat."""
        if self._beating:
            self._beating.ensure()

    def slot(self) -> None:
        """Do nothing: a MariaDB keeps its log for as long as it was told to, whoever follows."""

    def begin(self) -> None:
        """Begin or go on with the first copy; a dump goes on by itself, a streamed backup until it has arrived."""
        seed, sessions = self._seed, self._sessions
        if maria_seeding.seeding(seed, sessions, 0).state in {"running", "placed"}:
            return
        if self._backup and not maria_seeding.whole(seed, sessions):
            self._stream = self._streamed()
            return
        if not self._backup:
            self._source().ask(f"GRANT {_DUMPS} ON *.* TO {self._who};", SECONDS)
        self._make_data()

    def seeding(self) -> Seeding:
        """Tell how far it is; what has arrived is made ready."""
        stream = self._stream
        if stream is None:
            return maria_seeding.seeding(self._seed, self._sessions, self._size)
        if not stream.runs:
            self._stream = None
            if stream.said:
                return Seeding(state="failed", said=stream.said)
            self._make_data()
        return Seeding(state="running", done=min(stream.done, self._size), whole=self._size)

    def start(self) -> None:
        """Start the replica, and wait until it answers.

        Raises:
            MigrateError: `prepare.not-started`.
        """
        seed, sessions = self._seed, self._sessions
        if not maria_seeding.runs(seed, sessions):
            if self._make.start:
                self._root(self._make.start, START)
            else:
                maria_seeding.start(seed, sessions)
        maria_seeding.await_start(seed, sessions)
        if not maria_seeding.runs(seed, sessions):
            raise MigrateError("prepare.not-started", data=seed.data)

    def follow(self) -> None:
        """Let it follow from where the copy ends; where it followed already, only the secret is told anew.

        Raises:
            MigrateError: `prepare.settings`, `prepare.position`.
        """
        seed, session = self._seed, self._sessions.open(admin(self._seed.target), seconds=SECONDS)
        self._require_settings(session)
        secret = asked(seed, self._sessions, f"sed -n 's/^password=//p' {shlex.quote(seed.secret)}")
        if not _SECRET.fullmatch(secret):
            raise MigrateError("prepare.account-not-let-in", role=seed.name, address=seed.target.address)
        if feeds(session):
            session.ask("STOP SLAVE;", SECONDS)
        elif not followed_before(seed, self._sessions):
            told = asked(seed, self._sessions, f'cat "$data/{POSITION}"')
            if not position(told):
                raise MigrateError("prepare.position", data=seed.data)
            session.ask("RESET MASTER;", SECONDS)  # whatever its first start wrote is nothing that its source had
            session.ask(f"SET GLOBAL gtid_slave_pos = {literal(told)};", SECONDS)
        hidden = "MASTER_SSL = 1, MASTER_SSL_VERIFY_SERVER_CERT = 0" if seed.tls else "MASTER_SSL = 0"
        session.ask(
            f"CHANGE MASTER TO MASTER_HOST = {literal(seed.source.address)}, MASTER_PORT = {seed.source.data_port},"
            f" MASTER_USER = {literal(seed.name)}, MASTER_PASSWORD = {literal(secret)}, {hidden},"
            " MASTER_USE_GTID = slave_pos, MASTER_HEARTBEAT_PERIOD = 5, MASTER_CONNECT_RETRY = 5;",
            SECONDS,
        )
        session.ask("START SLAVE;", SECONDS)
        asked(seed, self._sessions, f': >"$data/{FOLLOWED}"; sync "$data"')
        self._source().ask(f"REVOKE {_DUMPS} ON *.* FROM {self._who};", SECONDS)

    def observe(self) -> tuple[Seen, Seen]:
        """Ask both ends as a check does."""
        return self._observer.observe(self._replica)

    def take(self, part: Part) -> None:
        """Take one part away; what is not there is gone already."""
        seed, sessions = self._seed, self._sessions
        match part:
            case Part.STANDBY if self._make.stop:
                self._root(self._make.stop, STOP)
            case Part.STANDBY:
                maria_seeding.stop(seed, sessions)
            case Part.DATA:
                maria_seeding.remove(seed, sessions)
            case Part.FOLDER:
                maria_seeding.forget(seed, sessions)
            case Part.ROLE:
                self._source().ask(f"DROP USER IF EXISTS {self._who};", SECONDS)
            case Part.BEAT if self._beating:
                self._beating.remove()

    @property
    def _who(self) -> str:
        return account(f"{self._seed.name}@{self._seed.target.address}")

    def _source(self) -> Session:
        return self._sessions.open(admin(self._seed.source), seconds=SECONDS)

    def _make_data(self) -> None:
        program = maria_seeding.prepared if self._backup else maria_seeding.dumped
        maria_seeding.ensure_begun(self._seed, self._sessions, program(self._seed))

    def _streamed(self) -> Stream:
        seed = self._seed
        backup = ("mariadb-backup", "--no-defaults", "--backup", "--stream=mbstream", f"--socket={seed.source.socket}")
        giving = ("sh", "-c", SAYING, "sh", *backup, f"--user={seed.source.superuser}")
        # Whoever streamed before has ended, or ends now that nobody speaks to it any more.
        take = (
            'set -eu; umask 077; exec 9>"$1/lock"; flock -w 30 9; rm -rf "$1/new" "$1/whole" "$1/failed" "$1/done"\n'
            'mkdir "$1/new"; exec mbstream -x -C "$1/new"'
        )
        taking = ("sh", "-c", take, "sh", seed.work)
        ends = ((seed.source, giving), (seed.target, taking))
        one, other = (self._ssh.command(server.reach, server.account, words) for server, words in ends)
        return Stream(one, other, seed.rate_kib)

    def _require_settings(self, session: Session) -> None:
        """Refuse a server that would not be a replica: of the source's id, writable, or without a log.

        Raises:
            MigrateError: `prepare.settings`.
        """
        own = "SELECT CONCAT_WS(' ', @@GLOBAL.server_id, @@GLOBAL.read_only + 0, @@GLOBAL.log_bin + 0,"
        own += " @@GLOBAL.log_slave_updates + 0, @@GLOBAL.event_scheduler);"
        told = session.ask(own, SECONDS).split()
        there = self._source().ask("SELECT @@GLOBAL.server_id;", SECONDS)
        if told[0] == there or told[1:4] != ["1", "1", "1"] or told[4] == "ON":
            raise MigrateError("prepare.settings", found=" ".join(told), source=there)

    def _settings(self, source: Facts) -> dict[str, str]:
        """Return what a replica's file of ours says: what it must agree in, and what makes it a replica."""
        told, odd = source.get("settings"), texts(source, "odd") if "odd" in source else ()
        # What has another form than a setting's would be more than one in a file.
        agreed = {name: str(value) for name, value in told.items() if name not in odd} if isinstance(told, dict) else {}
        if (zone := agreed.pop("time_zone", "SYSTEM")) != "SYSTEM":
            agreed["default_time_zone"] = zone
        number = 1 + int(mark_of(self._replica)[:8], 16) % (_IDS - 1)
        number += number == source.get("server")
        end, work = self._replica.replica, self._seed.work
        return {
            **agreed,
            "port": str(end.port),
            "socket": end.socket,
            "bind_address": end.reach.address,
            "report_host": end.reach.address,
            "tmpdir": f"{work}/scratch",
            "log_error": f"{self._seed.data}/error.log",
            "server_id": str(number),
            "log_bin": "binlog",
            "log_slave_updates": "1",
            "relay_log": "relay",
            "gtid_strict_mode": "1",
            "read_only": "1",
            "event_scheduler": "OFF",
        }

    def _root(self, words: tuple[str, ...], seconds: float) -> None:
        voice = Voice(name="replica root", reach=self._seed.target.reach, account="root", program="sh")
        root = self._sessions.open(voice, seconds=SECONDS)
        root.ask(f"{shlex.join(words)} </dev/null >/dev/null", seconds + SECONDS)


def _server(name: str, end: End, superuser: str) -> DatabaseServer:
    return DatabaseServer(
        name=name,
        reach=end.reach,
        address=end.reach.address,
        data_port=end.port,
        socket=end.socket,
        account=end.account,
        superuser=superuser,
    )
