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
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, drop_lines, ensure_lines, files
from orchestrator.adapters.movers.postgresql.sql import ident, literal
from orchestrator.adapters.movers.throwaway import UNCOVERED, UNSHARE, WAYS, ended, namespaces, remains
from orchestrator.adapters.sessions import conninfo
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.move import DatabaseMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session, Sessions

COPY, START, REMOVE = 8 * 3600.0, 600.0, 120.0  # seconds
_ROOM, _SPARE = 1.2, 256 * 1024**2  # of the data folder's bytes; what is written while it is copied and tried
# What the copied data needs to start, and what the target's own file says of ordinary sessions.
_SETTINGS = """SELECT coalesce(jsonb_object_agg(name, current_setting(name)), '{}') FROM pg_settings WHERE name IN
 ('max_connections', 'max_worker_processes', 'max_prepared_transactions', 'max_replication_slots',
 'max_locks_per_transaction') OR (context = 'user' AND source = 'configuration file'
 AND name !~ 'preload_libraries' AND current_setting(name) !~ E'\\n');"""
# Libraries that are preloaded may work by themselves, as a scheduler of jobs does; workers and archiving reach out.
_CLOSED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_logical_replication_workers": "0",
    "max_wal_senders": "0",
    "archive_mode": "off",
    "shared_preload_libraries": "",
    "session_preload_libraries": "",
    "wal_level": "logical",
    "logging_collector": "off",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",
}
_SOCKETS = r"sed -n 's/^\([^ ]* *\)\{7\}//p' /proc/net/unix | grep '/\.s\.PGSQL\.[0-9]*$' | sort -u"
_COVER = (
    'while read -r s; do [ -S "$s" ] || continue; mount --bind /dev/null "$s" || exit 1; done;'
    ' exec su "$1" -s /bin/sh -c "exec $2" </dev/null'
)


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
        shell, session = self._shell(), self._target()
        used = 1024 * int(shell.ask(f"du -sk {shlex.quote(self._data)} 2>/dev/null | cut -f1", SECONDS * 20))
        parent = shlex.quote(str(PurePosixPath(self.folder).parent))
        free = int(shell.ask(f"df -Pk {parent} | awk 'NR == 2 {{ printf \"%d\", $4 * 1024 }}'", SECONDS))
        needed = int(used * _ROOM) + _SPARE
        senders = session.ask(
            "SELECT current_setting('max_wal_senders')::int - count(*) FROM pg_stat_replication;", SECONDS
        )
        elsewhere = session.ask("SELECT count(*) FROM pg_tablespace WHERE spcname !~ '^pg_';", SECONDS)
        return (
            CheckResult.of("rehearsal.disk", free >= needed, needed=needed, free=free),
            CheckResult.of("rehearsal.senders", int(senders) >= 2, free=senders),
            CheckResult.of("rehearsal.tablespaces", elsewhere == "0", count=elsewhere),
            namespaces(self._root()),
        )

    def copy(self) -> None:
        """Copy the target's cluster, which goes on following."""
        self._ensure_door()
        session, shell = self._target(), self._shell()
        folder, data = shlex.quote(self.folder), shlex.quote(f"{self.folder}/data")
        where = {
            "host": self._move.target.socket,
            "port": str(self._move.target.data_port),
            "user": self._move.target.superuser,
            "application_name": self._application,
        }
        told = shlex.quote(" ".join(f"{name}={conninfo(value)}" for name, value in where.items()))
        shell.ask(f"mkdir {folder}", SECONDS)
        shell.ask(
            f"(cd {folder} && exec env LC_ALL=C {self._program(session, 'pg_basebackup')} -D {data} -d {told} -w"
            " -X stream -c fast --no-sync </dev/null)",
            COPY,
        )
        # Secrets of ours, what was set by ALTER SYSTEM, and any word of being a standby.
        shell.ask(
            f"(set +f; cd {data} && rm -f migrate_*_follow.pass standby.signal recovery.signal postmaster.opts"
            " && : > postgresql.auto.conf)",
            SECONDS,
        )
        for name, text in self._written(json.loads(session.ask(_SETTINGS, SECONDS))).items():
            shell.ask(f"printf %s {shlex.quote(text)} > {shlex.quote(f'{self.folder}/{name}')}", SECONDS)

    def start(self) -> None:
        """Start it where nothing leads out."""
        config = f"-c config_file={shlex.quote(self.folder + '/postgresql.conf')}"
        words = ["-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", config, "-w", "-t", f"{START:.0f}"]
        program = f"{self._program(self._target(), 'pg_ctl')} {shlex.join(words)} start"
        unshare = [*UNSHARE, "sh", "-c", _COVER, "sh", self.server.account, program]
        log = shlex.quote(f"{self.folder}/log")
        self._root().ask(f"{_SOCKETS} | {shlex.join(unshare)} || {{ tail -n 1 {log}; false; }}", START + SECONDS)

    def isolated(self) -> tuple[CheckResult, ...]:
        """Check, from outside and by asking it, that it reaches nothing and nothing reaches it."""
        root, socket = self._root(), f"{self.folder}/.s.PGSQL.{self.server.data_port}"
        data = shlex.quote(f"{self.folder}/data")
        root.ask(f'p=$(head -n 1 {data}/postmaster.pid) && [ "$(readlink /proc/$p/cwd)" = {data} ]', SECONDS)
        ways = root.ask(WAYS, SECONDS).split()
        # From inside: an absolute link such as /var/run leads out of /proc/PID/root again.
        # Where not even the target's own was found to be covered, nobody has looked.
        *uncovered, sockets = root.ask(
            f'{_SOCKETS} | nsenter --target "$p" --mount -- sh -c {shlex.quote(UNCOVERED)}', SECONDS
        ).splitlines()
        clone = self._sessions.open(admin(self.server, "postgres"), seconds=SECONDS)
        wrong = [name for name, value in _CLOSED.items() if clone.ask(f"SHOW {name};", SECONDS).strip() != value]
        return (
            CheckResult.of("rehearsal.network", len(ways) >= 2 and set(ways) == {"0"}, ways=" ".join(ways)),
            CheckResult.of(
                "rehearsal.sockets",
                int(sockets) > 0 and not uncovered,
                own=socket,
                count=sockets,
                others=" ".join(uncovered) or "-",
            ),
            CheckResult.of("rehearsal.settings", not wrong, wrong=", ".join(wrong) or "-"),
        )

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

    def _written(self, settings: dict[str, str]) -> dict[str, str]:
        """Return its files by name."""
        told = {
            **settings,
            **_CLOSED,
            "port": str(self.server.data_port),
            "unix_socket_directories": ident(self.folder),
            "data_directory": f"{self.folder}/data",
            "hba_file": f"{self.folder}/hba",
            "ident_file": f"{self.folder}/ident",
        }
        quoted = {name: value.replace("\\", "\\\\").replace("'", "''") for name, value in told.items()}
        return {
            "postgresql.conf": "".join(f"{name} = '{value}'\n" for name, value in quoted.items()),
            # Only the account itself gets through the folder to the socket; so it may be any role.
            "hba": "local all all trust\n",
            "ident": "",
        }

    @property
    def _block(self) -> str:
        return f"{self._move.name} rehearsal"

    @property
    def _application(self) -> str:
        return f"migrate-{PurePosixPath(self.folder).name}"

    def _program(self, session: Session, name: str) -> str:
        folder = session.ask("SELECT setting FROM pg_config WHERE name = 'BINDIR';", SECONDS)
        return shlex.quote(f"{folder}/{name}")

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
