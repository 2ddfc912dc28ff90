"""A throw-away clone of the target's cluster, on the target's machine, that nothing can reach and that reaches nothing.

It runs in network, mount and IPC namespaces of its own: no interface has a way out, no address is listened to, and
every other PostgreSQL socket of the machine is covered. A base backup carries the subscriptions that follow the
source, and their secret: the clone starts without any replication worker, and its copy of the secret is gone before.
"""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql import closed
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, drop_lines, ensure_lines, files
from orchestrator.adapters.movers.postgresql.sql import ident, literal
from orchestrator.adapters.movers.throwaway import UNSHARE, ended, remains
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.move import DatabaseMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session, Sessions

COPY, START, REMOVE = closed.COPY, closed.START, 120.0  # seconds


class Clone:
    """The clone of one system's target; making the object touches nothing.

    Args:
        data: the target's data folder; the clone stands beside it.
    """

    def __init__(self, move: DatabaseMove, sessions: Sessions, data: str) -> None:
        self._move = move
        self._sessions = sessions
        self._data = data
        # A socket's path has room for 107 bytes.
        named = sha256(move.name.encode()).hexdigest()[:12]
        self.folder = str(PurePosixPath(data).parent / f"migrate-rehearsal-{named}")
        self.server = replace(move.target, name=f"{move.target.name}-clone", socket=self.folder)
        self.move = replace(move, target=self.server)

    @classmethod
    def of(cls, move: DatabaseMove, sessions: Sessions) -> Clone:
        """Return the clone, asking the target where its data is."""
        session = sessions.open(admin(move.target, "postgres"), seconds=SECONDS)
        return cls(move, sessions, session.ask("SHOW data_directory;", SECONDS))

    def room(self) -> tuple[CheckResult, ...]:
        """Check that the target has room, two replication senders, its data in one folder, and namespaces.

        What a rehearsal that nobody remembers has left is taken away first.
        """
        self.ensure_gone()
        return closed.room("rehearsal", self._target(), self._shell(), self._root(), self._data)

    def copy(self) -> None:
        """Copy the target's cluster, which goes on following."""
        self._ensure_door()
        shell = self._shell()
        shell.ask(f"mkdir {shlex.quote(self.folder)}", SECONDS)
        closed.fill(self._target(), shell, self._move.target, self.folder, self._application)

    def start(self) -> None:
        """Start it where nothing leads out."""
        command = closed.start(self._target(), self.folder)
        text = closed.started(list(UNSHARE), self.server.account, command, self.folder)
        self._root().ask(text, START + SECONDS)

    def isolated(self) -> tuple[CheckResult, ...]:
        """Check, from outside and by asking it, that it reaches nothing and nothing reaches it."""
        root, socket = self._root(), f"{self.folder}/.s.PGSQL.{self.server.data_port}"
        root.ask(closed.process(f"{self.folder}/data"), SECONDS)
        clone = self._sessions.open(admin(self.server, "postgres"), seconds=SECONDS)
        return closed.isolated("rehearsal", root, clone, socket)

    def unsubscribe(self) -> tuple[CheckResult, ...]:
        """Take from its subscriptions, in every database, what they follow."""
        asked = (
            "SELECT coalesce(jsonb_agg(jsonb_build_array(datname, subname)), '[]') FROM pg_subscription"
            " JOIN pg_database d ON d.oid = subdbid WHERE subenabled OR subslotname IS NOT NULL;"
        )
        clone = self._sessions.open(admin(self.server, "postgres"), seconds=SECONDS)
        found = json.loads(clone.ask(asked, SECONDS))
        for database, name in found:
            session = self._sessions.open(admin(self.server, database), seconds=SECONDS)
            session.ask(f"ALTER SUBSCRIPTION {ident(name)} DISABLE;", SECONDS)
            session.ask(f"ALTER SUBSCRIPTION {ident(name)} SET (slot_name = NONE);", SECONDS)
        left = json.loads(clone.ask(asked, SECONDS))
        return (CheckResult.of("rehearsal.subscriptions", not left, count=len(found), left=len(left)),)

    def ensure_gone(self) -> tuple[str, ...]:
        """Take it away, whatever of it there is; return what is left all the same."""
        until = running_seconds() + REMOVE
        while (left := self._left()) and running_seconds() < until:
            self._end()
            self._shut_door()
        return left

    def _end(self) -> None:
        """End its processes, politely first so that none of its memory stays; then its folder goes.

        All of it is the account's own, so root is not needed: what started it as root ends with it.
        """
        self._shell().ask(ended(self.folder), REMOVE)
        self._target().ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_replication"
            f" WHERE application_name = {literal(self._application)};",
            SECONDS,
        )

    def _left(self) -> tuple[str, ...]:
        told = self._shell().ask(remains(self.folder), SECONDS)
        session = self._target()
        senders = session.ask(
            "SELECT 'sender ' || s.pid || coalesce(' with slot ' || slot_name, '') FROM pg_stat_replication s"
            " LEFT JOIN pg_replication_slots ON active_pid = s.pid"
            f" WHERE application_name = {literal(self._application)};",
            SECONDS,
        )
        hba, identities = (session.ask(f"SHOW {name};", SECONDS) for name in ("hba_file", "ident_file"))
        paths = f"{shlex.quote(hba)} {shlex.quote(identities)}"
        lines = self._shell().ask(f"grep -lF {shlex.quote(f'# migrate {self._block} ')} {paths} || :", SECONDS)
        return (*told.splitlines(), *senders.splitlines(), *(f"lines in {path}" for path in lines.splitlines()))

    def _ensure_door(self) -> None:
        """Let the account's own user copy over the local socket; no address is let in."""
        target = self._move.target
        session = self._target()
        hba, identities = (session.ask(f"SHOW {name};", SECONDS) for name in ("hba_file", "ident_file"))
        line = f"local replication {ident(target.superuser)} peer map={self._block.replace(' ', '_')}\n"
        account = f"{self._block.replace(' ', '_')} {ident(target.account)} {ident(target.superuser)}\n"
        ensure_lines(self._sessions, target, identities, account, self._block)
        ensure_lines(self._sessions, target, hba, line, self._block)
        _reload(session)

    def _shut_door(self) -> None:
        session = self._target()
        for name in ("hba_file", "ident_file"):
            path = session.ask(f"SHOW {name};", SECONDS)
            drop_lines(self._sessions, self._move.target, path, self._block)
        _reload(session)

    @property
    def _block(self) -> str:
        return f"{self._move.name} rehearsal"

    @property
    def _application(self) -> str:
        return f"migrate-{PurePosixPath(self.folder).name}"

    def _target(self) -> Session:
        return self._sessions.open(admin(self._move.target, "postgres"), seconds=SECONDS)

    def _shell(self) -> Session:
        return self._sessions.open(files(self._move.target), seconds=SECONDS)

    def _root(self) -> Session:
        voice = Voice(
            name=f"{self._move.target.name} root", reach=self._move.target.reach, account="root", program="sh"
        )
        return self._sessions.open(voice, seconds=SECONDS)


def _reload(session: Session) -> None:
    """Let the server read its files again, and wait until it has."""
    before = session.ask("SELECT pg_conf_load_time();", SECONDS)
    session.ask("SELECT pg_reload_conf();", SECONDS)
    until = running_seconds() + SECONDS
    while session.ask("SELECT pg_conf_load_time();", SECONDS) == before:
        if running_seconds() > until:
            raise MigrateError("rehearsal.reload", server="target")
        time.sleep(0.02)
