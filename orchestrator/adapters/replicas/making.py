"""The `Maker` port for a PostgreSQL streaming standby: every step looks first, so once more is the same as once.

The secret of the role that follows is in one file of the replica's machine, its account's alone, and as SCRAM in the
role; it is made anew only where it lets nobody in.
"""

from __future__ import annotations

import secrets
import shlex
import time
from dataclasses import replace

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql.access import (
    SECONDS,
    admin,
    bits,
    drop_lines,
    ensure_lines,
    files,
    scram,
    write,
)
from orchestrator.adapters.movers.postgresql.sql import do, ident, literal, without_slot
from orchestrator.adapters.replicas import seeding
from orchestrator.adapters.replicas.beating import Beating
from orchestrator.adapters.replicas.held_folder import HeldFolder, folder_of, mark_of
from orchestrator.adapters.replicas.making_facts import MARK, followed, place_facts, server_facts, source_facts
from orchestrator.adapters.replicas.seeding import Seed
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.observed import Seen
from orchestrator.model.replica import End, Replica
from orchestrator.model.standby import Facts, Make, Part, Seeding
from orchestrator.ports.move import Session, Sessions
from orchestrator.ports.replica import ReplicaObserver

_LET_IN = 20.0  # seconds until a server that was told to has read its file of lines


class PostgresMaker:
    """Makes one standby, and takes it away; making the object touches nothing.

    Args:
        sessions: kept open; one for each voice.
        guards: opens sessions of their own, for the lock.
    """

    def __init__(
        self, replica: Replica, make: Make, sessions: Sessions, guards: Sessions, observer: ReplicaObserver
    ) -> None:
        self._replica = replica
        self._make = make
        self._sessions = sessions
        self._observer = observer
        source = _server("source", replica.source, make.superuser)
        target = _server("replica", replica.replica, replica.drill_role)
        self._seed = Seed(
            name=f"migrate_dr_{mark_of(replica)}",
            source=source,
            target=target,
            data=make.data,
            programs="",
            tls=False,
            rate_kib=make.rate_kib,
            settings={} if make.config else _settings(replica.replica),
            stale=(folder_of("failover", replica),),
        )
        self._held = HeldFolder("dr", replica, target, sessions, guards, make.data)
        beat = replica.heartbeat
        role = replica.source.role
        self._beating = Beating(self._seed.name, source, beat, role, sessions) if beat else None

    @property
    def seed(self) -> Seed:
        """What is made; its programs are known once both machines were asked."""
        return self._seed

    def claim(self) -> None:
        """Hold a lock of the replica's machine, by our folder there.

        Raises:
            Locked: `prepare.running`.
        """
        self._held.claim("prepare.running")

    def release(self) -> None:
        """Let others work on this standby again; a folder in which nothing is goes."""
        self._held.release(tidy=True)

    def look(self) -> tuple[Facts, Facts]:
        """Ask both machines."""
        source = source_facts(self._seed.name, self._seed.source, self._sessions)
        if self._beating and "silent" not in source:
            source["beat"], source["beat-ours"] = self._beating.state(), self._beating.ours()
        version = int(str(source.get("version", 0)))
        seed = replace(self._seed, programs=str(source.get("programs", "")), tls=source.get("ssl") is True)
        target = place_facts(seed, self._make, self._sessions, version)
        self._seed = replace(seed, programs=str(target.get("programs", "")))
        if self._seed.programs:
            target.update(server_facts(self._seed, self._sessions))
        return source, target

    def access(self) -> None:
        """Make the role, let it in from the replica's machine, and give that the secret.

        Raises:
            MigrateError: `prepare.not-let-in`.
        """
        seed = self._seed
        secret = secrets.token_urlsafe(24)
        name, stored = seed.name, scram(secret)
        shell = self._sessions.open(files(seed.target), seconds=SECONDS)
        shell.ask(f"mkdir -p -m 700 {shlex.quote(seed.work)}", SECONDS)
        write(self._sessions, seed.target, seed.secret, f"*:*:*:{name}:{secret}\n")
        source = self._source()
        source.ask(
            do(
                f"BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(name)})"
                f" THEN CREATE ROLE {ident(name)} NOLOGIN; COMMENT ON ROLE {ident(name)} IS {literal(MARK)}; END IF;"
                f" ALTER ROLE {ident(name)} LOGIN REPLICATION PASSWORD {literal(stored)}; END"
            ),
            SECONDS,
        )
        address = seed.target.address
        word = "hostssl" if seed.tls else "host"
        line = f"{word} replication {name} {address}/{bits(address)} scram-sha-256\n"
        ensure_lines(self._sessions, seed.source, source.ask("SHOW hba_file;", SECONDS), line, name)
        source.ask("SELECT pg_reload_conf();", SECONDS)
        until = running_seconds() + _LET_IN
        while not followed(seed, self._sessions):
            if running_seconds() > until:
                raise MigrateError("prepare.not-let-in", role=name, address=address)
            time.sleep(0.2)

    def beat(self) -> None:
        """Have the source's heartbeat beat."""
        if self._beating:
            self._beating.ensure()

    def still(self) -> None:
        """End the heartbeat that was begun here, of a source that may be written to no more."""
        if self._beating:
            self._beating.end()

    def slot(self) -> None:
        """Have the source keep its log for the standby."""
        seeding.ensure_slot(self._seed, self._sessions)

    def begin(self) -> None:
        """Begin or go on with the first copy, which goes on by itself."""
        seeding.ensure_begun(self._seed, self._sessions)

    def seeding(self) -> Seeding:
        """Tell how far it is."""
        return seeding.seeding(self._seed, self._sessions)

    def start(self) -> None:
        """Start the standby.

        Raises:
            MigrateError: `prepare.not-started`.
        """
        if not seeding.runs(self._seed, self._sessions):
            if self._make.start:
                self._root(self._make.start, seeding.START)
            else:
                seeding.start(self._seed, self._sessions, self._make.config)
        if not seeding.runs(self._seed, self._sessions):
            raise MigrateError("prepare.not-started", data=self._seed.data)

    def follow(self) -> None:
        """Do nothing: a standby follows from its start."""

    def observe(self) -> tuple[Seen, Seen]:
        """Ask both ends as a check does."""
        return self._observer.observe(self._replica)

    def take(self, part: Part) -> None:
        """Take one part away; what is not there is gone already."""
        seed = self._seed
        match part:
            case Part.STANDBY if self._make.stop:
                self._root(self._make.stop, seeding.STOP)
            case Part.STANDBY:
                seeding.stop(seed, self._sessions)
            case Part.DATA:
                seeding.remove(seed, self._sessions)
            case Part.FOLDER:
                seeding.forget(seed, self._sessions)
            case Part.SLOT:
                self._source().ask(without_slot(seed.name), SECONDS)
            case Part.LINE:
                source = self._source()
                drop_lines(self._sessions, seed.source, source.ask("SHOW hba_file;", SECONDS), seed.name)
                source.ask("SELECT pg_reload_conf();", SECONDS)
            case Part.ROLE:
                self._source().ask(f"DROP ROLE IF EXISTS {ident(seed.name)};", SECONDS)
            case Part.BEAT if self._beating:
                self._beating.remove()

    def _source(self) -> Session:
        return self._sessions.open(admin(self._seed.source, "postgres"), seconds=SECONDS)

    def _root(self, words: tuple[str, ...], seconds: float) -> None:
        voice = Voice(name="replica root", reach=self._seed.target.reach, account="root", program="sh")
        root = self._sessions.open(voice, seconds=SECONDS)
        root.ask(f"{shlex.join(words)} </dev/null >/dev/null", seconds + SECONDS)


def _settings(end: End) -> dict[str, str]:
    """Return what a standby whose own file is its source's must say otherwise."""
    return {
        "port": str(end.port),
        "unix_socket_directories": f'"{end.socket}"',
        "listen_addresses": f"localhost,{end.reach.address}",
    }


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
