"""Sessions to `psql`, `mariadb` and `sh` on other machines, kept open: a line in, an answer out, each with a deadline.

The program's own door is used, so there is no driver, port, tunnel or password of ours: a machine that lets us in by
key has a local socket that trusts its own user.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import selectors
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Self, cast

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.routes.name_session import NameSession
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.adapters.tools.session import ToolSession
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.ports.move import Session, Sessions

# The names our own sessions carry; those of a frozen section are told apart so that recovery can end them.
OURS, FROZEN = "migrate", "migrate-frozen"
MOST = 256 * 1024 * 1024  # bytes of one answer; a machine that goes on talking must not fill ours
_READ = 65536
_ERRORS = ("ERROR:", "FATAL:", "PANIC:", "psql: error:")
_LOST = ("server closed the connection", "connection to server was lost", "terminating connection")
_PLAIN = (
    r"\set VERBOSITY terse",
    "SET client_min_messages = warning; SET standard_conforming_strings = on; SET statement_timeout = '60s';",
    "SET lock_timeout = '2s'; SET synchronous_commit = on; SET search_path = pg_catalog;",
)
# What the `mariadb` client says of its server's errors, and that it has no server any more.
_MARIADB_ERROR = re.compile(r"ERROR \d+ ")
_MARIADB_GONE = re.compile(rb"(?m)^ERROR (1927|2006|2013) .*\n")
_MARIADB_PLAIN = "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES', lc_messages = 'en_US', time_zone = '+00:00';"
# Nothing of ours is replicated unless it says so, and no log gets a stored secret.
_MARIADB_QUIET = (
    f"{_MARIADB_PLAIN} SET SESSION sql_log_bin = 0, sql_log_off = 1, slow_query_log = 0, lock_wait_timeout = 2,"
    " innodb_lock_wait_timeout = 2, max_statement_time = 60;"
)
_MARIADB = 'p=$(command -v mariadb || command -v mysql) && exec "$p" "$@"'  # the newer one has no older name
# What is asked may be long or hold a stored secret: the server's log and statistics get neither text nor values.
_QUIET = (
    *_PLAIN,
    "SET log_statement = none; SET log_min_duration_statement = -1; SET log_min_error_statement = panic;",
    "SET pg_stat_statements.track = none; SET pgaudit.log = 'none';",
)


class Program:
    """One running client program.

    Answers are told apart by a word that nobody else can know: what a database holds may look like anything.
    """

    def __init__(
        self,
        name: str,
        argv: list[str],
        *,
        program: str = "psql",
        most: int = MOST,
        seconds: Callable[[], float] = running_seconds,
    ) -> None:
        self._name = name
        self._most = most
        self._seconds = seconds
        self._word = secrets.token_hex(8)
        self._program = program
        self._sent = 0
        self._awaited: deque[bytes] = deque()
        self._buffer = b""
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            # Ctrl-C reaches everybody of the terminal's group; a frozen section must not lose its sessions to it.
            start_new_session=True,
        )
        self._out = cast(IO[bytes], self._process.stdout)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)

    def send(self, text: str) -> None:
        """Send a line without waiting for its answer."""
        self._sent += 1
        mark = f"{self._word}-{self._sent}"
        match self._program:
            case "sh":
                end = f"s=$?; printf '\\n%s-%d\\n' {mark} $s"
            case "mariadb":
                end = f"SELECT '' UNION ALL SELECT '{mark}-0';"
            case _:
                end = f"\\echo '\\n{mark}-0'"
        self._awaited.append(f"\n{mark}-".encode())
        # A semicolon ends a statement that has none; without it psql would join it to the next one.
        command = text.startswith("\\") and "\n" not in text
        text = text if self._program == "sh" or command or text.endswith(";") else f"{text};"
        with contextlib.suppress(OSError):  # it has ended; `receive` says so with what it said last
            cast(IO[bytes], self._process.stdin).write(f"{text}\n{end}\n".encode())

    def receive(self, seconds: float) -> str:
        """Return the answer to the oldest line that has none yet."""
        mark, until = self._awaited.popleft(), self._seconds() + seconds
        late = False
        while (at := self._buffer.find(mark)) < 0 or b"\n" not in self._buffer[at + len(mark) :]:
            if self._program == "mariadb" and (gone := _MARIADB_GONE.search(self._buffer)):
                # Its mark is asked of the server, which would never say it.
                said = plain(gone[0].decode(errors="replace"))
                raise MigrateError("session.ended", session=self._name, said=said)
            # Looked at once more before it is called late, for of a process that was stopped the wait is over at once;
            # and only once, for who drips must not keep us.
            there = not late and (self._selector.select(max(0.0, until - self._seconds())) or self._selector.select(0))
            late = self._seconds() >= until
            if not there and not late:
                continue  # the kernel waited while we were stopped
            if not there:
                raise MigrateError("session.late", session=self._name, seconds=f"{seconds:.1f}")
            more = os.read(self._out.fileno(), _READ)
            if not more:
                raise MigrateError("session.ended", session=self._name, said=_last(self._buffer))
            self._buffer += more
            if len(self._buffer) > self._most:
                raise MigrateError("session.too-much", session=self._name, bytes=self._most)
        rest = self._buffer[at + len(mark) :]
        code, _, after = rest.partition(b"\n")
        answer = self._buffer[:at].decode(errors="replace").strip("\n")
        self._buffer = after
        return self._judged(answer, code.decode(errors="replace"))

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""
        self.send(text)
        return self.receive(seconds)

    def close(self) -> None:
        """End the program; a session that is stuck in a statement is left to its server's time limit."""
        self._selector.close()
        self._process.kill()
        self._process.wait()
        self._out.close()
        cast(IO[bytes], self._process.stdin).close()

    def _judged(self, answer: str, code: str) -> str:
        lines = answer.splitlines()
        if self._program == "mariadb":
            wrong = [line for line in lines if _MARIADB_ERROR.match(line)]
        else:
            wrong = [line for line in lines if line.startswith(_ERRORS) or any(lost in line for lost in _LOST)]
        if self._program == "sh" and code != "0":
            wrong = wrong or lines[-1:] or [f"exit code {code}"]
        if wrong:
            raise MigrateError("session.error", session=self._name, said=plain(wrong[0]))
        return answer


class ProgramSessions:
    """Opens sessions through OpenSSH.

    Args:
        ssh: how machines are reached.
        tools: where the programme's own tools lie and work; None where nothing moves by one.
        mark: the name that our own database sessions carry.
        most: bytes that one answer may have.
        clouds: opens a session with a cloud's API; None where no machine moves as it is.
        seconds: what deadlines are measured by. Time in which we were stopped does not count, or the first look
            afterwards would be the last; but where clients wait for us it does.
    """

    def __init__(
        self,
        ssh: OpenSsh,
        tools: ToolPlace | None = None,
        *,
        mark: str = OURS,
        most: int = MOST,
        clouds: Callable[[Voice, Callable[[], float]], Session] | None = None,
        seconds: Callable[[], float] = running_seconds,
    ) -> None:
        self._clouds = clouds
        self._ssh = ssh
        self._tools = tools
        self._mark = mark
        self._most = most
        self._seconds = seconds

    def open(self, voice: Voice, *, seconds: float) -> Session:
        """Return a session that has answered once; of a tool, one whose file may be run."""
        if voice.program == "external":
            if self._tools is None:
                raise AssertionError("nobody said where tools lie")
            return ToolSession(voice, self._tools, self._ssh, self._seconds)
        if voice.program == "dns":
            return NameSession(voice, self._tools.programme if self._tools else None, self._seconds)
        if voice.program == "neutron":
            return self._cloud(voice, seconds)
        if voice.program == "cloud":
            if self._clouds is None:
                raise AssertionError("nobody said how clouds are reached")
            return self._clouds(voice, self._seconds)
        words = {"sh": _sh, "mariadb": mariadb}.get(voice.program, self._psql)(voice)
        argv = self._ssh.command(voice.reach, voice.account, words)
        session = Program(voice.name, argv, program=voice.program, most=self._most, seconds=self._seconds)
        try:
            if voice.program == "sh":
                session.ask("set -f; umask 077", seconds)
            elif voice.program == "mariadb":
                session.ask(_MARIADB_QUIET if voice.ours else _MARIADB_PLAIN, seconds)
            elif voice.database == "pgbouncer":
                session.ask("SHOW VERSION", seconds)
            else:
                session.ask("\n".join(_QUIET if voice.ours else _PLAIN) + "\nSELECT 1", seconds)
        except MigrateError:
            session.close()
            raise
        return session

    def _cloud(self, voice: Voice, seconds: float) -> Session:
        """Return a session that has logged in: where a section waits, its lines are a few requests."""
        from orchestrator.adapters.openstack.floating_session import FloatingSession

        if self._tools is None:
            raise AssertionError("nobody said where clouds.yaml lies")
        session = FloatingSession(voice, self._tools.programme)
        session.ask(f"look {voice.name}", seconds)
        return session

    def _psql(self, voice: Voice) -> list[str]:
        # A database's name may hold anything, an equals sign too: only a whole connection string is unambiguous.
        where = {
            "host": voice.socket,
            "port": str(voice.port),
            "user": voice.role,
            "dbname": voice.database,
            "application_name": self._mark if voice.ours else "application",
            "connect_timeout": "30",  # as `ConnectTimeout` of OpenSSH: the asker's own deadline is what counts
        }
        if voice.ours and voice.database != "pgbouncer":
            where["options"] = "-c lc_messages=C"  # errors are recognised by their words
        told = " ".join(f"{name}={conninfo(value)}" for name, value in where.items())
        return ["env", "LC_ALL=C", "psql", "-XAtqw", "-d", told]


def mariadb(voice: Voice) -> list[str]:
    """Return the words that start MariaDB's client on its machine's own socket."""
    return [
        *("sh", "-c", _MARIADB, "sh", "--no-defaults", "--batch", "--skip-column-names", "--raw", "--force"),
        *("--unbuffered", "--skip-reconnect", "--no-auto-rehash", "--local-infile=0", "--connect-timeout=5"),
        *("--default-character-set=utf8mb4", f"--socket={voice.socket}", f"--user={voice.role}"),
        *([f"--database={voice.database}"] if voice.database else []),
    ]


def _sh(voice: Voice) -> list[str]:
    return ["sh", "-s", "--", voice.role] if voice.role else ["sh"]


# Of a task that nobody waits for: a login to a machine that is busy takes long, and one that is gone is told before.
_LOGIN = 90.0


class KeptSessions:
    """Sessions that are opened once and kept until the end of a task: a login costs more than all that is asked."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._kept: dict[Voice, Session] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.renew()

    def renew(self, reach: Reach | None = None) -> None:
        """Close those of a machine, or all: who is asked next is logged in to anew, as a server that was restarted."""
        for voice in [each for each in self._kept if reach in {None, each.reach}]:
            self._kept.pop(voice).close()

    def open(self, voice: Voice, *, seconds: float) -> Session:
        """Return the session of that voice, whatever it is called; its `close` leaves it open."""
        voice = replace(voice, name=voice.name.split(" ", 1)[0])
        if voice not in self._kept:
            self._kept[voice] = self._sessions.open(voice, seconds=max(seconds, _LOGIN))
        return _Kept(self._kept[voice])


class _Kept:
    """A kept session as one of its users sees it."""

    def __init__(self, session: Session) -> None:
        self.send, self.receive, self.ask = session.send, session.receive, session.ask

    def close(self) -> None:
        """Leave it to the others."""


def conninfo(value: str) -> str:
    """Return a value quoted for a connection string."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def plain(text: str, limit: int = 300) -> str:
    """Return text of another machine as one short line without control characters."""
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))
    return line if len(line) <= limit else f"{line[:limit]}…"


def _last(buffer: bytes) -> str:
    lines = [line for line in buffer.decode(errors="replace").splitlines() if line.strip()]
    return plain(lines[-1]) if lines else ""
