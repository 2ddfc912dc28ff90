"""A throw-away PostgreSQL that nothing reaches and that reaches nothing: its files, its start, the proof of it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

from orchestrator.adapters.movers.postgresql.access import SECONDS
from orchestrator.adapters.movers.postgresql.sql import ident
from orchestrator.adapters.movers.throwaway import UNCOVERED, WAYS, namespaces
from orchestrator.adapters.sessions import conninfo
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session

COPY, START = 8 * 3600.0, 600.0  # seconds
_ROOM, _SPARE = 1.2, 256 * 1024**2  # of the data folder's bytes; what is written while it is copied and tried
# What the copied data needs to start, and what the copied server's own file says of ordinary sessions.
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
# All PostgreSQL sockets of the machine, and what covers those that it reads before the account's command runs.
_SOCKETS = r"sed -n 's/^\([^ ]* *\)\{7\}//p' /proc/net/unix | grep '/\.s\.PGSQL\.[0-9]*$' | sort -u"
_COVER = (
    'while read -r s; do [ -S "$s" ] || continue; mount --bind /dev/null "$s" || exit 1; done;'
    ' exec su "$1" -s /bin/sh -c "exec $2" </dev/null'
)


def room(word: str, session: Session, shell: Session, root: Session, data: str) -> tuple[CheckResult, ...]:
    """Check that a server has room, two replication senders, its data in one folder, and namespaces for a copy.

    Args:
        word: before the checks' names: `WORD.disk`, `WORD.senders`, `WORD.tablespaces`, `WORD.namespaces`.
        session: on the server.
        shell: of its account.
        root: a shell of root on its machine.
        data: its data folder; the copy stands beside it.
    """
    used = 1024 * int(shell.ask(f"du -sk {shlex.quote(data)} 2>/dev/null | cut -f1", SECONDS * 20))
    parent = shlex.quote(str(PurePosixPath(data).parent))
    free = int(shell.ask(f"df -Pk {parent} | awk 'NR == 2 {{ printf \"%d\", $4 * 1024 }}'", SECONDS))
    needed = int(used * _ROOM) + _SPARE
    senders = session.ask(
        "SELECT current_setting('max_wal_senders')::int - count(*) FROM pg_stat_replication;", SECONDS
    )
    elsewhere = session.ask("SELECT count(*) FROM pg_tablespace WHERE spcname !~ '^pg_';", SECONDS)
    return (
        CheckResult.of(f"{word}.disk", free >= needed, needed=needed, free=free),
        CheckResult.of(f"{word}.senders", int(senders) >= 2, free=senders),
        CheckResult.of(f"{word}.tablespaces", elsewhere == "0", count=elsewhere),
        namespaces(root, word),
    )


def fill(session: Session, shell: Session, server: DatabaseServer, folder: str, application: str, **over: str) -> None:
    """Copy a server's cluster, which goes on, into `folder/data`, and write its own files beside.

    Args:
        session: on the server.
        shell: of its account, which may copy over its own socket.
        server: what is copied.
        folder: is there already.
        application: the name that the copying connection carries.
        over: settings that the server has otherwise.
    """
    data = shlex.quote(f"{folder}/data")
    told = shlex.quote(local(server, application))
    shell.ask(
        f"(cd {shlex.quote(folder)} && exec env LC_ALL=C {program(session, 'pg_basebackup')} -D {data} -d {told} -w"
        " -X stream -c fast --no-sync </dev/null)",
        COPY,
    )
    # Secrets of ours, what was set by ALTER SYSTEM, and any word of being a standby.
    shell.ask(
        f"(set +f; cd {data} && rm -f migrate_*_follow.pass standby.signal recovery.signal postmaster.opts"
        " && : > postgresql.auto.conf)",
        SECONDS,
    )
    settings = {**json.loads(session.ask(_SETTINGS, SECONDS)), **over}
    for name, text in _files(folder, server.data_port, settings).items():
        shell.ask(f"printf %s {shlex.quote(text)} > {shlex.quote(f'{folder}/{name}')}", SECONDS)


def local(server: DatabaseServer, application: str) -> str:
    """Return how the account's own user connects over the server's socket."""
    where = {
        "host": server.socket,
        "port": str(server.data_port),
        "user": server.superuser,
        "application_name": application,
    }
    return " ".join(f"{name}={conninfo(value)}" for name, value in where.items())


def start(session: Session, folder: str) -> str:
    """Return the command by which the account starts what stands in `folder`; the server tells where programs are."""
    config = f"-c config_file={shlex.quote(folder + '/postgresql.conf')}"
    words = ["-D", f"{folder}/data", "-l", f"{folder}/log", "-o", config, "-w", "-t", f"{START:.0f}"]
    return f"{program(session, 'pg_ctl')} {shlex.join(words)} start"


def started(space: list[str], account: str, command: str, folder: str) -> str:
    """Return text that has the account start it in a `space` where every other socket of the machine is covered."""
    words = shlex.join([*space, "sh", "-c", _COVER, "sh", account, command])
    return f"{_SOCKETS} | {words} || {{ tail -n 1 {shlex.quote(folder + '/log')}; false; }}"


def program(session: Session, name: str) -> str:
    """Return the path of one of the server's programs, quoted."""
    folder = session.ask("SELECT setting FROM pg_config WHERE name = 'BINDIR';", SECONDS)
    return shlex.quote(f"{folder}/{name}")


def _files(folder: str, port: int, settings: Mapping[str, str]) -> dict[str, str]:
    """Return its files by name: the copied server's settings, then those that close it; its socket is in `folder`."""
    told = {
        **settings,
        **_CLOSED,
        "port": str(port),
        "unix_socket_directories": ident(folder),
        "data_directory": f"{folder}/data",
        "hba_file": f"{folder}/hba",
        "ident_file": f"{folder}/ident",
    }
    quoted = {name: value.replace("\\", "\\\\").replace("'", "''") for name, value in told.items()}
    return {
        "postgresql.conf": "".join(f"{name} = '{value}'\n" for name, value in quoted.items()),
        # Only the account itself gets through the folder to the socket; so it may be any role.
        "hba": "local all all trust\n",
        "ident": "",
    }


def process(data: str) -> str:
    """Return text that sets `$p` to the server's process, by its own file, and fails where another has that number."""
    data = shlex.quote(data)
    return f'p=$(head -n 1 {data}/postmaster.pid) && [ "$(readlink /proc/$p/cwd)" = {data} ]'


def isolated(word: str, root: Session, server: Session, socket: str) -> tuple[CheckResult, ...]:
    """Check, of the process `$p` and by asking it, that the server reaches nothing and nothing reaches it.

    Args:
        word: before the checks' names: `WORD.network`, `WORD.sockets`, `WORD.settings`.
        root: a shell of root on the machine, which knows `$p`.
        server: a session on the server itself.
        socket: its own.
    """
    ways = root.ask(WAYS, SECONDS).split()
    # From inside: an absolute link such as /var/run leads out of /proc/PID/root again.
    # Where not even the copied server's own was found to be covered, nobody has looked.
    *uncovered, count = root.ask(
        f'{_SOCKETS} | nsenter --target "$p" --mount -- sh -c {shlex.quote(UNCOVERED)}', SECONDS
    ).splitlines()
    # Its own is there while somebody is connected to it from outside, as `server` is.
    others = [path for path in uncovered if path != socket]
    sockets = int(count) - (socket in uncovered)
    wrong = [name for name, value in _CLOSED.items() if server.ask(f"SHOW {name};", SECONDS).strip() != value]
    return (
        CheckResult.of(f"{word}.network", len(ways) >= 2 and set(ways) == {"0"}, ways=" ".join(ways)),
        CheckResult.of(
            f"{word}.sockets",
            sockets > 0 and not others,
            own=socket,
            count=sockets,
            others=" ".join(others) or "-",
        ),
        CheckResult.of(f"{word}.settings", not wrong, wrong=", ".join(wrong) or "-"),
    )
