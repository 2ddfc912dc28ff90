"""A throw-away MariaDB on the target's machine, with its rows, that nothing can reach and that reaches nothing.

It runs in network, mount and IPC namespaces of its own: no interface has a way out, no address is listened to, every
other socket of the machine is covered, and so is the target's data. Its rows come by a dump of the target, which goes
on following meanwhile; its accounts come from the source, as they will at a cutover.
"""

from __future__ import annotations

import shlex
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.mariadb.access import ensure_accounts, ensure_prober
from orchestrator.adapters.movers.mariadb.sql import SCHEMA, SECONDS, admin, files, names
from orchestrator.adapters.movers.throwaway import UNCOVERED, UNSHARE, WAYS, ended, namespaces, remains
from orchestrator.errors import MigrateError
from orchestrator.model.move import MariaMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session, Sessions

COPY, START, REMOVE = 8 * 3600.0, 600.0, 120.0  # seconds
_ROOM, _SPARE = 3 / 2, 512 * 1024**2  # of the databases' bytes; the empty server, its logs, and what is tried
# What the target's rows need to be what they are.
_SETTINGS = (
    "lower_case_table_names", "character_set_server", "collation_server", "sql_mode", "innodb_page_size",
    "max_allowed_packet", "explicit_defaults_for_timestamp", "innodb_strict_mode",
)  # fmt: skip
_CLOSED = {
    "skip_networking": "1",
    "event_scheduler": "OFF",
    "log_bin": "0",
    "local_infile": "0",
}
_PATH = 'PATH="$PATH:/usr/sbin:/usr/bin:/usr/libexec"'
_SERVER = "p=$(command -v mariadbd || command -v mysqld)"
_INSTALLER = "i=$(command -v mariadb-install-db || command -v mysql_install_db)"
_DUMP = "dump=$(command -v mariadb-dump || command -v mysqldump)"
_CLIENT = "client=$(command -v mariadb || command -v mysql)"
# Every socket that somebody listens at under a path; the clone is not there yet, or is told from the others.
_SOCKETS = r"sed -n 's/^[^ ]* [^ ]* [^ ]* 00010000 [^ ]* [^ ]* *[^ ]* \(\/.*\)/\1/p' /proc/net/unix | sort -u"
_COVER = (
    'while read -r s; do [ -S "$s" ] || continue; mount --bind /dev/null "$s" || exit 1; done;'
    ' mount --bind "$1/empty" "$2" || exit 1; exec "$3" "--defaults-file=$1/my.cnf" </dev/null >"$1/log" 2>&1'
)


class Clone:
    """The clone of one system's target.

    Args:
        move: of the system.
        sessions: to the target's machine.
        data: the target's data folder; the clone stands beside it.
    """

    def __init__(self, move: MariaMove, sessions: Sessions, data: str) -> None:
        self._move = move
        self._sessions = sessions
        self._data = data.rstrip("/")
        # A socket's path has room for 107 bytes.
        named = sha256(move.slug.encode()).hexdigest()[:12]
        self.folder = str(PurePosixPath(self._data).parent / f"migrate-rehearsal-{named}")
        self.server = replace(move.target, name=f"{move.target.name}-clone", socket=f"{self.folder}/sock")
        self.move = replace(move, target=self.server)

    @classmethod
    def of(cls, move: MariaMove, sessions: Sessions) -> Clone:
        """Return the clone, asking the target where its data is."""
        session = sessions.open(admin(move.target), seconds=SECONDS)
        return cls(move, sessions, session.ask("SELECT @@GLOBAL.datadir;", SECONDS))

    def room(self) -> tuple[CheckResult, ...]:
        """Check that the target has room, the programs that make a server, and namespaces.

        What a rehearsal that nobody remembers has left is taken away first.
        """
        self.ensure_gone()
        root, target = self._root(), self._target()
        asked = (
            "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS INT) FROM information_schema.tables"
            f" WHERE table_schema IN ({names((*self._move.databases, SCHEMA))});"
        )
        needed = int(int(target.ask(asked, SECONDS)) * _ROOM) + _SPARE
        parent = shlex.quote(str(PurePosixPath(self.folder).parent))
        free = int(root.ask(f"df -Pk {parent} | awk 'NR == 2 {{ printf \"%d\", $4 * 1024 }}'", SECONDS))
        wanted = {"server": _SERVER, "installer": _INSTALLER, "dump": _DUMP}
        missing = root.ask(
            f"({_PATH}; {'; '.join(f'{text} || echo {name}' for name, text in wanted.items())})", SECONDS
        ).split()
        return (
            CheckResult.of("rehearsal.disk", free >= needed, needed=needed, free=free),
            CheckResult.of("rehearsal.programs", not missing, missing=", ".join(missing) or "-"),
            namespaces(self._root(), "rehearsal"),
        )

    def install(self) -> None:
        """Make an empty server beside the target's data, owned as that is."""
        root, folder = self._root(), shlex.quote(self.folder)
        root.ask(f"mkdir -m 711 {folder} && owner=$(stat -c %U {shlex.quote(self._data)})", SECONDS)
        root.ask(f'(set +f; cd {folder} && mkdir data scratch empty && chown "$owner" . data scratch)', SECONDS)
        target = self._target()
        told = {name: target.ask(f"SELECT @@GLOBAL.{name};", SECONDS) for name in _SETTINGS}
        text = shlex.quote(self._written(told))
        root.ask(f"printf %s {text} > {folder}/my.cnf && printf 'user=%s\\n' \"$owner\" >> {folder}/my.cnf", SECONDS)
        root.ask(
            f"({_PATH}; {_INSTALLER}; cd {folder} && chmod 644 my.cnf && TMPDIR={folder}/scratch"
            f' "$i" --defaults-file={folder}/my.cnf --auth-root-authentication-method=socket --skip-test-db'
            " </dev/null >install.log 2>&1 || { grep -m 1 ERROR install.log || tail -n 1 install.log; false; })",
            START,
        )

    def start(self) -> None:
        """Start it where nothing leads out.

        Raises:
            MigrateError: `rehearsal.silent`: it does not answer, with what it said last.
        """
        root, folder, data = self._root(), shlex.quote(self.folder), shlex.quote(self._data)
        unshare = f'{shlex.join([*UNSHARE, "sh", "-c", _COVER, "sh"])} {folder} {data} "$p"'
        root.ask(
            f"({_PATH}; {_SERVER}; cd {folder}; {_SOCKETS} > sockets; setsid {unshare} < sockets >/dev/null 2>&1 &)",
            SECONDS,
        )
        until = running_seconds() + START
        while True:
            try:
                self._sessions.open(admin(self.server), seconds=SECONDS)
            except MigrateError:
                there = root.ask(f"({_alive(self.folder)})", SECONDS)
                if there != "1" or running_seconds() > until:
                    said = root.ask(f"tail -n 1 {folder}/log 2>/dev/null || :", SECONDS)
                    raise MigrateError("rehearsal.silent", said=said[:200] or "-") from None
                time.sleep(0.2)
            else:
                return

    def isolated(self) -> tuple[CheckResult, ...]:
        """Check, from outside and by asking it, that it reaches nothing and nothing reaches it."""
        root = self._root()
        root.ask(f"p=$(cat {shlex.quote(self.folder)}/pid)", SECONDS)
        ways = root.ask(WAYS, SECONDS).split()
        # Where not even the target's own was found to be covered, nobody has looked.
        listed = shlex.quote(f"{self.folder}/sockets")
        *uncovered, sockets = root.ask(
            f'nsenter --target "$p" --mount -- sh -c {shlex.quote(UNCOVERED)} < {listed}', SECONDS
        ).splitlines()
        data = shlex.quote(self._data)
        inside = root.ask(f'nsenter --target "$p" --mount -- ls -A {data} | wc -l', SECONDS)
        clone = self._session()
        wrong = [
            name for name, value in _CLOSED.items() if clone.ask(f"SELECT @@GLOBAL.{name};", SECONDS).strip() != value
        ]
        wrong += ["datadir"] if inside != "0" else []
        told = " ".join(uncovered) or "-"
        own = self.server.socket
        return (
            CheckResult.of("rehearsal.network", len(ways) >= 2 and set(ways) == {"0"}, ways=" ".join(ways)),
            CheckResult.of(
                "rehearsal.sockets", int(sockets) > 0 and not uncovered, own=own, count=sockets, others=told
            ),
            CheckResult.of("rehearsal.alone", not wrong, wrong=", ".join(wrong) or "-"),
        )

    def load(self) -> tuple[CheckResult, ...]:
        """Bring the target's rows in, which goes on following, and follow nobody."""
        target = self._move.target
        ends = [
            shlex.join(["--no-defaults", f"--socket={server.socket}", f"--user={server.superuser}"])
            for server in (target, self.server)
        ]
        told = shlex.join(
            [
                *("--single-transaction", "--gtid", "--master-data=1", "--routines", "--triggers", "--events"),
                *("--hex-blob", "--default-character-set=utf8mb4", "--databases", *self._move.databases, SCHEMA),
            ]
        )
        begin = "SET SESSION sql_log_bin = 0;"
        failed = shlex.quote(f"{self.folder}/failed")
        self._root().ask(
            f"({_DUMP}; {_CLIENT}; {{ printf '%s\\n' {shlex.quote(begin)};"
            f' "$dump" {ends[0]} {told} || echo dump >> {failed}; }}'
            f' | "$client" {ends[1]} --default-character-set=utf8mb4 && [ ! -e {failed} ])',
            COPY,
        )
        clone = self._session()
        clone.ask("RESET SLAVE ALL;", SECONDS)
        left = clone.ask("SHOW ALL SLAVES STATUS;", SECONDS).splitlines()
        return (CheckResult.of("rehearsal.follows", not left, left=len(left)),)

    def accounts(self) -> None:
        """Make the source's accounts there with their rights, as a cutover will on the target."""
        ensure_prober(self._session())
        ensure_accounts(self.move, self._sessions, grants=True)

    def ensure_gone(self) -> tuple[str, ...]:
        """Take it away, whatever of it there is; return what is left all the same."""
        until = running_seconds() + REMOVE
        while (left := self._left()) and running_seconds() < until:
            self._root().ask(ended(self.folder), REMOVE)
        return left

    def _left(self) -> tuple[str, ...]:
        return tuple(self._root().ask(remains(self.folder), SECONDS).splitlines())

    def _written(self, settings: dict[str, str]) -> str:
        """Return its configuration."""
        told = {
            **settings,
            "datadir": f"{self.folder}/data",
            "socket": self.server.socket,
            "pid-file": f"{self.folder}/pid",
            "tmpdir": f"{self.folder}/scratch",
            "secure-file-priv": f"{self.folder}/scratch",
            "skip-networking": "1",
            "skip-log-bin": "1",
            "skip-slave-start": "1",
            "local-infile": "0",
            "event-scheduler": "OFF",
            "innodb-buffer-pool-size": "64M",
        }
        # Quoted as that file has it; nothing of these has a line's end.
        quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in told.items()}
        return "[mariadbd]\n" + "".join(f'{name}="{value}"\n' for name, value in quoted.items())

    def _session(self) -> Session:
        return self._sessions.open(admin(self.server), seconds=SECONDS)

    def _target(self) -> Session:
        return self._sessions.open(admin(self._move.target), seconds=SECONDS)

    def _root(self) -> Session:
        return self._sessions.open(replace(files(self._move.target), account="root"), seconds=SECONDS)


def _alive(folder: str) -> str:
    return f"{remains(folder)} | grep -q ^process && echo 1 || echo 0"
