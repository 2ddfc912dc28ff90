"""Where a standby's copy is made and run for a drill: one folder beside its data, and networks that lead nowhere.

A process that only waits holds the networks; it
stands in the folder, as everything does that is run here.
"""

from __future__ import annotations

import binascii
import shlex
import time
from base64 import b64decode
from pathlib import PurePosixPath

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.adapters.movers.postgresql.sql import literal
from orchestrator.adapters.movers.throwaway import UNSHARE, WAYS, ended, found, remains
from orchestrator.adapters.replicas.held_folder import HeldFolder
from orchestrator.adapters.sessions import conninfo, plain
from orchestrator.errors import Locked, MigrateError
from orchestrator.model.drill import LIMITS, DrillStep
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.replica import Replica
from orchestrator.ports.move import Session, Sessions

_APART = 5.0  # seconds for the waiting process to be there
_REMOVE = LIMITS[DrillStep.REMOVE].total_seconds()


class DrillPlace:
    """The place on one standby's machine; making the object touches nothing.

    Args:
        server: the standby.
        sessions: kept open; one for each voice.
        guards: opens sessions of their own: the one that holds the lock, which is free also where another is stuck.
    """

    def __init__(self, replica: Replica, server: DatabaseServer, sessions: Sessions, guards: Sessions) -> None:
        self._replica = replica
        self._server = server
        self._sessions = sessions
        self._guards = guards
        self._held = HeldFolder("drill", replica, server, sessions, guards)
        self._space = 0  # the waiting process

    @property
    def data(self) -> str:
        """The standby's data folder."""
        return self._held.data

    @property
    def folder(self) -> str:
        """The place's folder."""
        return self._held.path

    @property
    def application(self) -> str:
        """The name that connections of the drill to the standby carry."""
        return PurePosixPath(self.folder).name

    def hold(self) -> None:
        """Make the folder and hold its lock.

        Raises:
            Locked: `drill.running`.
        """
        if self._held.hold():
            return
        guard, folder = self._held.guard, shlex.quote(self.folder)
        drill = guard.ask(f"cat {folder}/drill 2>/dev/null || :", SECONDS) if guard else ""
        self.release()
        raise Locked("drill.running", system=self._replica.system, drill=plain(drill, 40) or "-")

    def left(self) -> str:
        """Return the drill that left something here, `-` where it has no name; empty where there is nothing."""
        folder, shell = shlex.quote(self.folder), self.shell()
        lines = shell.ask(f"ls -A -- {folder}; {remains(self.folder)}", SECONDS).splitlines()
        if lines == [f"folder {self.folder}"]:
            return ""
        return plain(shell.ask(f"cat {folder}/drill 2>/dev/null || :", SECONDS), 40) or "-"

    def name(self, drill: str) -> None:
        """Write down whose it is."""
        self.shell().ask(f"printf %s {shlex.quote(drill)} > {shlex.quote(self.folder)}/drill", SECONDS)

    def separate(self) -> str:
        """Begin the waiting process; return what leads out of its networks and who listens there, by number.

        Raises:
            MigrateError: `drill.no-place`.
        """
        # Forked by setsid: what a shell sends to the background is deaf to the signal that ends it politely.
        account = ["su", self._server.account, "-s", "/bin/sh", "-c", "exec sleep 86400"]
        waiting = shlex.join(["setsid", "--fork", *UNSHARE, *account])
        self.root().ask(f"(cd {shlex.quote(self.folder)} && {waiting} </dev/null >/dev/null 2>&1)", SECONDS)
        until, told = running_seconds() + _APART, ""
        while not told.isdecimal():  # the account sees its own alone: who waits, and not who made the place
            if running_seconds() > until:
                raise MigrateError("drill.no-place", said=plain(told, 40) or "-")
            time.sleep(0.05)
            told = self.shell().ask(f"({found(self.folder)}; found)", SECONDS)
        self._space = int(told)
        return " ".join(self.root().ask(f"p={told}; {WAYS}", SECONDS).split())

    def tried(self, address: str, port: int) -> str:
        """Return the first line that a client inside is told of a connection."""
        where = {"host": address, "port": str(port), "user": "postgres", "dbname": "postgres", "connect_timeout": "2"}
        told = " ".join(f"{name}={conninfo(value)}" for name, value in {**where, "sslmode": "disable"}.items())
        words = shlex.join(["psql", "-XAtqw", "-d", told, "-c", "SELECT 1"])
        text = f"{self._holds()} && nsenter --target={self._space} --net -- env LC_ALL=C {words}"
        return said(self.root(), text).split("\n", 1)[0]

    def inside(self) -> list[str]:
        """Return words that run a command among the waiting process's networks, mounts and memory."""
        return ["nsenter", f"--target={self._space}", "--net", "--mount", "--ipc", "--"]

    def run(self, text: str, seconds: float) -> None:
        """Have root run text that goes inside, where the waiting process still is the one that it was."""
        self.root().ask(f"{self._holds()} && {{ {text}; }}", seconds)

    def remove(self) -> tuple[str, ...]:
        """End what runs and take the folder away, until nothing is left or the time is over; return what is left.

        Who was interrupted may have left any other session in the middle of something: these are its own.
        """
        session = self._guards.open(admin(self._server, "postgres"), seconds=SECONDS)
        shell = self._guards.open(files(self._server), seconds=SECONDS)
        until = running_seconds() + _REMOVE
        try:
            while (left := self._remaining(session, shell)) and running_seconds() < until:
                shell.ask(ended(self.folder), _REMOVE)
        finally:
            session.close()
            shell.close()
        return left

    def release(self) -> None:
        """End the session that holds the lock."""
        self._held.release()

    def shell(self) -> Session:
        """Return a shell of the account that runs the standby."""
        return self._sessions.open(files(self._server), seconds=SECONDS)

    def root(self) -> Session:
        """Return a shell of root."""
        voice = Voice(name="replica root", reach=self._server.reach, account="root", program="sh")
        return self._sessions.open(voice, seconds=SECONDS)

    def _remaining(self, session: Session, shell: Session) -> tuple[str, ...]:
        senders = session.ask(
            f"SELECT 'sender ' || pid FROM pg_stat_replication WHERE application_name = {literal(self.application)};",
            SECONDS,
        )
        return (*shell.ask(remains(self.folder), SECONDS).splitlines(), *senders.splitlines())

    def _holds(self) -> str:
        """Return text that fails where the waiting process is gone and another has its number."""
        return f'[ "$(readlink /proc/{self._space}/cwd)" = {shlex.quote(self.folder)} ]'


def said(shell: Session, text: str) -> str:
    """Return the beginning of what a command says; in base64 on its way, for it may look like an error of ours."""
    answer = shell.ask(f"({text}) </dev/null 2>&1 | head -c 300 | base64 -w 0", SECONDS)
    try:
        return plain(b64decode(answer, validate=True).decode(errors="replace").split("\n", 1)[0], 200)
    except binascii.Error:
        raise MigrateError("dr.answer", what="base64") from None
