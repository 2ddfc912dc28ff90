"""Makes a MariaDB replica's data: a copy that is made ready beside its place, then renamed into it and marked as ours.

Either `mariadb-backup` is streamed into our folder and prepared there, or a throw-away server there, that nobody
reaches, takes a dump. Both end as the same: data with a file that tells from which transaction on it is to follow.
"""

from __future__ import annotations

import shlex
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from orchestrator.adapters.movers.mariadb.sql import SECONDS, files
from orchestrator.adapters.movers.postgresql.background import END, FAILING, STATE, begun
from orchestrator.adapters.replicas.seeding import MARK, START, STOP
from orchestrator.adapters.sessions import plain
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.standby import Seeding
from orchestrator.ports.move import Sessions

POSITION = "migrate_position"  # the file in the data folder that tells from where it is to follow
FOLLOWED = "migrate_followed"  # the one that tells that it did
PATH = 'PATH="$PATH:/usr/sbin:/usr/libexec:/usr/local/mysql/bin"'
CLIENT = "client=$(command -v mariadb || command -v mysql)"
SERVER = "server=$(command -v mariadbd || command -v mysqld)"
# Of a data folder: what it is to us. Whether it was promoted, only its server tells.
PLACE = f"""if [ -L "$data" ]; then echo link; elif [ ! -e "$data" ]; then echo absent; elif [ ! -d "$data" ]; then
 echo file; elif [ "$(cat "$data/{MARK}" 2>/dev/null)" = "$name" ]; then echo ours; elif ! l=$(ls -A "$data" \
2>/dev/null); then echo closed; elif [ -n "$l" ]; then echo foreign; elif mountpoint -q "$data"; then echo mount
 else echo empty; fi"""
# A function: every server that stands in a data folder, as MariaDB's do.
RUNS = """pid() { for p in /proc/[0-9]*; do if read -r c 2>/dev/null <"$p/comm"; then case "$c" in mariadbd|mysqld)
 if [ "$p/cwd" -ef "$1" ]; then echo "${p#/proc/}"; fi;; esac; fi; done; }"""
# A function: whether a server is there. Whoever refuses answers; errors of the client's own begin with 20.
ANSWERS = """answers() { ! "$client" --no-defaults --connect-timeout=5 --user=nobody "$@" -e '' 2>&1 |
 grep -q 'ERROR 20'; }"""
# A function that makes an empty folder of the server's user, and the word by which root starts a server as that one.
OWNED = """if [ "$(id -u)" = 0 ]; then as="--user=$user"; else as=; fi
owned() { mkdir -p "$1"; if [ "$as" ]; then chown -- "$user:" "$1"; fi; }"""
# What a throw-away server that nobody reaches is not told.
_OF_A_REPLICA = frozenset(
    {"log_bin", "log_slave_updates", "relay_log", "port", "bind_address", "report_host", "read_only",
     "event_scheduler", "log_error"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MariaSeed:
    """A replica and what it is copied from.

    Attributes:
        name: of the account on the source, and the mark of the data.
        source: must let the account in from the target's machine.
        target: whose account runs the programs.
        data: the target's data folder.
        user: the operating system's user that the server runs as.
        tls: whether replication is encrypted.
        rate_kib: the most KiB a second that a streamed copy takes; None: as fast as it goes.
        config: the server's own file; empty: one of ours in our folder.
        settings: what that one says.
    """

    name: str
    source: DatabaseServer
    target: DatabaseServer
    data: str
    user: str
    tls: bool = False
    rate_kib: int | None = None
    config: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def work(self) -> str:
        """Our folder, beside the data and on its disk; the server may pass through it."""
        return str(PurePosixPath(self.data).parent / self.name.replace("_", "-"))

    @property
    def secret(self) -> str:
        """The file with the account's name and secret on the target's machine; its owner's alone."""
        return f"{self.work}/pass"

    @property
    def connecting(self) -> str:
        """The words of a client on the target's machine that asks the source as the account."""
        way = ("--ssl", "--skip-ssl-verify-server-cert") if self.tls else ("--skip-ssl",)
        where = (f"--host={self.source.address}", f"--port={self.source.data_port}")
        return shlex.join([f"--defaults-file={self.secret}", *where, *way])


def asked(seed: MariaSeed, sessions: Sessions, *parts: str, seconds: float = SECONDS) -> str:
    """Have the target's account run commands one after the other, in a shell of their own, to the first that fails."""
    text = "\n".join(("set -eu; umask 077; cd /", _names(seed), *parts))
    shell = sessions.open(files(seed.target), seconds=SECONDS)
    return shell.ask(f"sh -c {shlex.quote(text)} </dev/null", seconds)


def place(seed: MariaSeed, sessions: Sessions) -> str:
    """Return what the data folder is, in the words of `orchestrator.adapters.replicas.seeding.place`."""
    return asked(seed, sessions, PLACE)


def runs(seed: MariaSeed, sessions: Sessions) -> bool:
    """Tell whether a server runs on the data."""
    return asked(seed, sessions, RUNS, 'if [ -n "$(pid "$data")" ]; then echo t; fi') == "t"


def ensure_begun(seed: MariaSeed, sessions: Sessions, program: str) -> None:
    """Begin a program on the target that makes the data, or go on with what is whole; it goes on by itself."""
    if seeding(seed, sessions, 0).state not in {"running", "placed"}:
        anew = 'rm -f "$work/failed" "$work/done"; if [ ! -e "$work/new" ]; then rm -f "$work/whole"; fi'
        asked(seed, sessions, anew, *begun(program))


def seeding(seed: MariaSeed, sessions: Sessions, whole: int) -> Seeding:
    """Tell how far the copy is, of that many bytes."""
    ours = f'[ "$(cat "$data/{MARK}" 2>/dev/null)" = "$name" ]'
    word, _, told = asked(seed, sessions, f"if {ours}; then echo placed; else {STATE}; fi").partition(" ")
    if word == "failed":
        return Seeding(state="failed", said=plain(b64decode(told).decode(errors="replace")))
    if word == "placed":
        return Seeding(state=word, done=whole, whole=whole)
    done = min(1024 * int(told), whole) if told.isdecimal() else 0
    return Seeding(state="running" if word == "running" else "none", done=done, whole=whole)


def whole(seed: MariaSeed, sessions: Sessions) -> bool:
    """Tell whether a whole copy only has to be put into its place."""
    return asked(seed, sessions, 'if [ -e "$work/whole" ] && [ -e "$work/new" ]; then echo t; fi') == "t"


def prepared(seed: MariaSeed) -> str:
    """Return the program that makes what was streamed into our folder ready, and puts it into its place."""
    return _program(
        seed,
        f"""  mariadb-backup --prepare --target-dir="$work/new" 2>&1
  cd "$work/new"
  info=$(cat xtrabackup_binlog_info 2>/dev/null || cat mariadb_backup_binlog_info)
  printf '%s\\n' "$info" | cut -f 3- | tr -d ' \\n' >{POSITION}; echo >>{POSITION}
  cd /
""",
    )


def dumped(seed: MariaSeed) -> str:
    """Return the program that fills a throw-away server by a dump of the source, and puts its data into its place."""
    dump = shlex.join(
        [
            *("--all-databases", "--single-transaction", "--gtid", "--master-data=1", "--routines", "--triggers"),
            *("--events", "--hex-blob", "--flush-privileges", "--default-character-set=utf8mb4"),
        ]
    )
    told = {name: value for name, value in seed.settings.items() if name not in _OF_A_REPLICA}
    told |= {"datadir": f"{seed.work}/new", "socket": "s", "pid-file": f"{seed.work}/scratch/pid"}
    told |= {"skip-networking": "1", "skip-log-bin": "1", "event-scheduler": "OFF", "skip-slave-start": "1"}
    told |= {"log-error": f"{seed.work}/scratch/log.err", "secure-file-priv": f"{seed.work}/scratch"}
    return _program(
        seed,
        f"""  {CLIENT}; {SERVER}; {OWNED}
  dump=$(command -v mariadb-dump || command -v mysqldump)
  install=$(command -v mariadb-install-db || command -v mysql_install_db)
  rm -rf "$work/new" "$work/broken"; owned "$work/scratch"
  printf %s {shlex.quote(written(told))} >"$work/seed.cnf"
  me=$(id -un)
  TMPDIR="$work/scratch" "$install" --defaults-file="$work/seed.cnf" $as --auth-root-authentication-method=socket \\
    --auth-root-socket-user="$me" --skip-test-db >/dev/null
  "$server" --defaults-file="$work/seed.cnf" $as & own=$!
  # However this ends, that server ends with it.
  trap 's=$?; kill -TERM $own 2>/dev/null; wait $own; if [ $s -ne 0 ]; then told >"$work/failed"; fi' EXIT
  # Its socket is named from its data: a path has room for 107 bytes. What comes is data, no line of it a command.
  client() {{ (cd "$work/new"; exec "$client" --no-defaults --socket=s --user="$me" --binary-mode --local-infile=0 \\
    --default-character-set=utf8mb4 -BN "$@"); }}
  n=0; until client -e 'SELECT 1' >/dev/null 2>&1; do n=$((n + 1)); sleep 0.1
    if [ $n -ge 600 ] || ! kill -0 $own 2>/dev/null; then
      grep ERROR "$work/scratch/log.err" || echo "ERROR: no server starts on $work/new"; exit 1; fi
  done
  {{ echo 'SET SESSION foreign_key_checks = 0, unique_checks = 0;'
    "$dump" {seed.connecting} {dump} || echo dump >"$work/broken"
    echo 'RESET SLAVE ALL; SELECT @@GLOBAL.gtid_slave_pos;'; }} | client >"$work/position"
  [ ! -e "$work/broken" ]
  tail -n 1 "$work/position" >"$work/new/{POSITION}"
  kill -TERM $own; wait $own || :
""",
    )


def _program(seed: MariaSeed, make: str) -> str:
    return f"""set -eu; umask 077; cd /; export LC_ALL=C; {PATH}
{_names(seed)}
{FAILING}
if [ ! -e "$work/whole" ]; then
{make}
  grep -qE '^[0-9]+-[0-9]+-[0-9]+(,[0-9]+-[0-9]+-[0-9]+)*$' "$work/new/{POSITION}" || {{
    echo "ERROR: the copy does not tell its position"; exit 1; }}
  printf %s "$name" >"$work/new/{MARK}"
  {OWNED}
  if [ "$as" ]; then chown -R -- "$user:" "$work/new"; fi
  sync "$work/new"
  : >"$work/whole"
fi
if [ -e "$data" ]; then rmdir "$data"; fi
mv "$work/new" "$data"
: >"$work/done"
"""


def start(seed: MariaSeed, sessions: Sessions) -> None:
    """Start the replica by the server's own program, by its own file or one of ours."""
    config = seed.config or f"{seed.work}/my.cnf"
    own = [] if seed.config else [f'printf %s {shlex.quote(written(seed.settings))} >"$work/my.cnf"']
    begin = f'setsid --fork "$server" --defaults-file={shlex.quote(config)} --datadir="$data" $as </dev/null'
    asked(
        seed,
        sessions,
        f"{PATH}; {SERVER}; {OWNED}",
        *own,
        'owned "$work/scratch"',
        f'{begin} >"$work/log" 2>&1',
    )


def await_start(seed: MariaSeed, sessions: Sessions) -> None:
    """Wait until the server on the data answers, which it does once what was copied is whole.

    Raises:
        MigrateError: `session.error` with what it said, where nobody runs on the data any more.
    """
    ended = """if [ $n -gt 25 ] && [ -z "$(pid "$data")" ] || [ $n -ge 18000 ]; then
 grep -m 1 -h ERROR "$work/log" "$data/error.log" 2>/dev/null || echo "no server runs on the data"; exit 1; fi"""
    text = f"n=0; until answers {_socket(seed)}; do n=$((n + 1)); {ended}; sleep 0.2; done"
    asked(seed, sessions, f"{PATH}; {CLIENT}; {RUNS}; {ANSWERS}", text, seconds=START + SECONDS)


def answers(seed: MariaSeed, sessions: Sessions, *words: str) -> bool:
    """Tell whether a server answers the words of a client on the target's machine, if only to refuse it."""
    text = f"{PATH}; {CLIENT}; {ANSWERS}"
    return asked(seed, sessions, text, f"if answers {shlex.join(words)}; then echo t; fi") == "t"


def _socket(seed: MariaSeed) -> str:
    return shlex.quote(f"--socket={seed.target.socket}")


def stop(seed: MariaSeed, sessions: Sessions) -> None:
    """Stop the server on the data."""
    end = 'p=$(pid "$data"); if [ -n "$p" ]; then kill -TERM $p; fi; n=0'
    gone = f'while [ -n "$(pid "$data")" ] && [ $n -lt {STOP * 5} ]; do sleep 0.2; n=$((n + 1)); done'
    asked(seed, sessions, RUNS, end, gone, seconds=STOP + SECONDS)


def remove(seed: MariaSeed, sessions: Sessions) -> None:
    """Take away the data, where it is ours and nobody runs on it; looked at again right before."""
    aside = f'if [ "$({PLACE})" = ours ]; then [ -z "$(pid "$data")" ]; mv "$data" "$work/old"; fi; rm -rf "$work/old"'
    asked(seed, sessions, RUNS, 'mkdir -p "$work"', aside, seconds=STOP)


def forget(seed: MariaSeed, sessions: Sessions) -> None:
    """End a copy that is under way, and take our folder away."""
    asked(seed, sessions, END, 'if [ -e "$work" ]; then end; rm -rf "$work"; fi', seconds=STOP)


def written(settings: Mapping[str, str]) -> str:
    """Return a server's file with these settings; none of their values has a line's end."""
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in settings.items()}
    return "[mariadbd]\n" + "".join(f'{name}="{value}"\n' for name, value in quoted.items())


def _names(seed: MariaSeed) -> str:
    told = {"data": seed.data, "work": seed.work, "name": seed.name, "user": seed.user}
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())
