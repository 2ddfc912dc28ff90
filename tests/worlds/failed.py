"""A pair with a pooler in the centre, a client that writes through it, and a second person who signs; and kills.

`python -m tests.worlds.failed killed STEP when WORD…`: `migrate WORD…`, killed before or after a step of a failover.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import yaml

from orchestrator.adapters.fences import state_fence
from orchestrator.adapters.replicas.promoting import PostgresPromoter
from orchestrator.cli.main import main
from orchestrator.model.failover import FenceStatement
from tests.worlds.killed import die
from tests.worlds.net import run
from tests.worlds.postgresql import AS
from tests.worlds.recovery import World, world

_POOLER = """[databases]
%include {folder}/route.ini
[pgbouncer]
listen_addr=*
listen_port=6432
unix_socket_dir={folder}
auth_type=trust
auth_file={folder}/users.txt
pool_mode=transaction
server_login_retry=0.2
server_connect_timeout=2
logfile={folder}/log
pidfile={folder}/pid
"""
_APP = """CREATE ROLE app LOGIN; CREATE DATABASE app;
\\c app
CREATE TABLE ledger (id bigint PRIMARY KEY, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE audit (id bigserial PRIMARY KEY, note text); INSERT INTO audit (note) VALUES ('first');
GRANT ALL ON ALL TABLES IN SCHEMA public TO app; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app;
"""
BEAT = "UPDATE migrate_dr.heartbeat SET n = n + 1, ts = clock_timestamp() \\watch 1\n"


class Client:
    """Writes numbered rows through the pooler, and knows which were acknowledged and when."""

    def __init__(self, made: World) -> None:
        self.acknowledged: dict[int, float] = {}
        self._stop = threading.Event()
        self._program = subprocess.Popen(
            [*made.net.inside("ctl"), sys.executable, "-m", "tests.worlds.failed", "client", made.net.address("rep")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._program.stdout
        for line in self._program.stdout:
            number, at = line.split()
            self.acknowledged[int(number)] = float(at)

    def end(self) -> dict[int, float]:
        assert self._program.stdin
        with suppress(OSError):
            self._program.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._program.wait(timeout=10)
        self._program.kill()
        self._program.wait()
        self._reader.join(timeout=10)
        return self.acknowledged


def client(address: str) -> None:
    stop = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    connection: psycopg.Connection | None = None
    number = 0
    while not stop.is_set():
        number += 1
        try:
            if connection is None:
                connection = psycopg.connect(
                    f"host={address} port=6432 dbname=app user=app connect_timeout=3", autocommit=True,
                    prepare_threshold=None,
                )  # fmt: skip
            connection.execute("INSERT INTO ledger (id) VALUES (%s)", (number,))
        except psycopg.Error:
            with suppress(psycopg.Error):
                if connection is not None:
                    connection.close()
            connection = None
            time.sleep(0.05)
            continue
        sys.stdout.write(f"{number} {time.time()}\n")
        sys.stdout.flush()
        time.sleep(0.005)


@contextmanager
def centre() -> Iterator[World]:
    """Bring up the pair with the pooler, the programme, and the second person's key."""
    with world() as made:
        made.sql("src", _APP)
        for host in ("src", "rep"):
            with (made.folder / host / "data" / "pg_hba.conf").open("a") as file:
                file.write("host app app 10.99.8.0/24 trust\n")
            made.sql(host, "SELECT pg_reload_conf()")
        pooler = made.folder / "pooler"
        pooler.mkdir()
        (pooler / "users.txt").write_text('"app" ""\n"pgbouncer" ""\n')
        (pooler / "pgbouncer.ini").write_text(_POOLER.format(folder=pooler))
        lead(made, "src")
        run("chown", "-R", "postgres", str(pooler))
        run(*made.net.inside("rep"), *AS, "pgbouncer", "-q", "-d", str(pooler / "pgbouncer.ini"))
        declare(made)
        yield made


def lead(made: World, host: str) -> None:
    """Write where the pooler leads to."""
    route = made.folder / "pooler" / "route.ini"
    route.write_text(f"app = host='{made.net.address(host)}' port=5432 dbname='app'\n")


def declare(made: World) -> None:
    """Write a programme whose standby may be failed over to, and let a second person approve."""
    folder = made.declare()
    told = yaml.safe_load((folder / "programme.yaml").read_text())
    own = told["recovery"]["systems"]["S-1"]
    del own["files"]
    pooler = made.folder / "pooler"
    own["postgresql"][0]["failover"] = {
        "databases": ["app"],
        "roles": ["app"],
        "pooler": {
            "address": made.net.address("rep"), "file": str(pooler / "route.ini"), "socket": str(pooler),
        },
    }  # fmt: skip
    (folder / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    for name in ("second", "stranger"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(made.folder / name))
    public = (made.folder / "second.pub").read_text().strip()
    (folder / "approvers").write_text(f"second@office {public}\n")


def state(made: World, /, *, key: str = "second", ago: float = 0, **changed: object) -> Path:
    """Have the second person, who sits elsewhere, sign that the primary is fenced, since so many seconds."""
    now = datetime.now(UTC)
    statement = FenceStatement(
        programme="p",
        system="S-1",
        server=f"{made.net.address('src')}:5432",
        did="power off",
        since=now - timedelta(seconds=ago),
        actor="second@office",
        made=now,
        expires=now + timedelta(hours=1),
    )
    out = made.folder / f"fence-{time.monotonic_ns()}"
    state_fence(out, replace(statement, **changed), key=made.folder / key)  # type: ignore[arg-type]
    return out


def restored(made: World) -> None:
    """Make the old primary the primary again, with a standby that is copied anew, and lead clients there."""
    made.net.mend()
    if subprocess.run(["kill", "-0", str(first_of(made, "src"))], check=False, capture_output=True).returncode:
        made.server("src", "start")
    made.seed()
    lead(made, "src")
    pooler = made.folder / "pooler" / "pid"
    os.kill(int(pooler.read_text()), signal.SIGHUP)


def first_of(made: World, host: str) -> int:
    """Return the number of a server's first process, whether it lives or not."""
    return int((made.folder / host / "data" / "postmaster.pid").read_text().splitlines()[0])


def kill(made: World, host: str = "src") -> None:
    """End a server at once, all of its processes; one that is begun while any is left refuses its data."""
    first = first_of(made, host)
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    pids = (first, *map(int, children))
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    made.until(lambda: not any(_lives(pid) for pid in pids))


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def killed(step: str, when: str, *words: str) -> None:
    do = getattr(PostgresPromoter, step)

    def dies(promoter: PostgresPromoter, *arguments: object) -> None:
        if when == "after":
            do(promoter, *arguments)
        die()

    setattr(PostgresPromoter, step, dies)
    sys.argv = ["migrate", *words]
    main()


KINDS: Mapping[str, Callable[..., None]] = {"client": client, "killed": killed}

if __name__ == "__main__":
    KINDS[sys.argv[1]](*sys.argv[2:])
