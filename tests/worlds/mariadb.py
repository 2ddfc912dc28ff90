"""Two MariaDB servers, an HAProxy, a controller and a client on hosts of their own, reached by real sshd."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.movers.mariadb.mover import GtidMover
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import Program, ProgramSessions
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer, Proxy, Reach
from orchestrator.model.move import Limits, MariaMove
from orchestrator.model.written import Written
from tests.worlds.net import Net, net, run
from tests.worlds.postgresql import HOSTS, await_sshd, ssh_keys, sshd_command

SECRET = "app's own %s secret"
MAXCONN = 100
_CONF = """[mariadbd]
user=mysql
datadir={folder}/data
socket={folder}/sock
tmpdir={folder}/tmp
pid-file={folder}/pid
log-error={folder}/log
port=3306
server-id={number}
log-bin=bin
log-slave-updates=1
binlog-format=ROW
sync-binlog=1
gtid-strict-mode=1
skip-name-resolve
slave-net-timeout=10
innodb-buffer-pool-size=64M
innodb-log-file-size=16M
character-set-server=utf8mb4
collation-server=utf8mb4_general_ci
relay-log=relay
"""
_PROXY = """global
  stats socket {folder}/admin.sock level admin mode 600
  maxconn 500
defaults
  mode tcp
  timeout connect 3s
  timeout client 1h
  timeout server 1h
  timeout queue 60s
  retries 3
frontend app
  bind *:3307
  default_backend sides
backend sides
  server src {src}:3306 maxconn {maxconn}
  server tgt 0.0.0.0:3306 maxconn {maxconn} disabled
"""
SCHEMA = """
create table app.ledger(id bigint primary key, w int not null, at timestamp(6) default current_timestamp(6));
create table app.audit(id bigint auto_increment primary key, note text) ;
create table app.balance(w int primary key, v bigint not null);
create table app.`odd ``name' //`(id int primary key, `c;\\x` varchar(20) default 'a''b', pad blob);
insert into app.balance select seq, 0 from mysql.seq_0_to_3;
create event app.tick on schedule every 1 hour do delete from app.audit where id < 0;
"""


@dataclass(frozen=True, kw_only=True)
class MariaWorld:
    net: Net
    folder: Path
    move: MariaMove
    ssh: OpenSsh
    sessions: ProgramSessions
    mover: GtidMover

    @property
    def dsn(self) -> str:
        return f"host={self.net.address('prx')} port=3307 user=app"

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def sql(self, host: str, text: str) -> str:
        """Ask a server directly, as its own user."""
        return run("mariadb", *local(self.folder, host), "-BN", text=text).strip()

    def writable(self) -> list[str]:
        """The sides where an application may log in and write."""
        asked = (
            "select @@global.read_only = 0 and (select coalesce(json_value(priv, '$.account_locked'), 0) = 0"
            " from mysql.global_priv where user = 'app')"
        )
        return [host for host in ("src", "tgt") if self.sql(host, asked) == "1"]

    def await_following(self, *, back: bool = False, seconds: float = 90) -> None:
        """Wait until one side follows the other with every row."""
        limit = time.monotonic() + seconds
        while True:
            found = self.mover.progress(self.move, back=back)
            if found.streaming and found.tables and all(table.state == "following" for table in found.tables):
                return
            assert time.monotonic() < limit, (found, self.seed_log())
            time.sleep(0.2)

    def await_equal(self, seconds: float = 60) -> None:
        """Wait until both sides have the same rows; nobody writes."""
        asked = (
            "checksum table app.ledger, app.audit, app.balance, app.`odd ``name' //`, migrate_move.probe,"
            " migrate_move.marker"
        )
        limit = time.monotonic() + seconds
        while (one := self.sql("src", asked)) != (other := self.sql("tgt", asked)):
            assert time.monotonic() < limit, (one, other)
            time.sleep(0.2)

    def seed_log(self) -> str:
        log = Path.home() / f".{self.move.follower}" / "log"
        return log.read_text() if log.exists() else ""


class Writer:
    """Clients that write every row exactly once through the proxy, asking after an answer that was lost.

    A row is one transaction over three tables; ids are those of the tables, not of the probe's.
    """

    def __init__(self, site: MariaWorld, *, rate: int = 200, connections: int = 4) -> None:
        self._site = site
        self._period = connections / rate
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._last = 0.0
        self._gaps: list[tuple[float, float]] = []
        self.errors: list[tuple[float, int, str]] = []
        self._acknowledged = [0] * connections
        secret = site.folder / "client.cnf"
        secret.touch(mode=0o600)
        secret.write_text(f'[client]\npassword="{SECRET}"\n')
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(connections)]
        for thread in self._threads:
            thread.start()

    def end(self) -> Written:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return Written(
            first=0,
            acknowledged=tuple(self._acknowledged),
            gaps=tuple(self._gaps),
            errors=tuple((at, said) for at, _, said in self.errors),
        )

    def _open(self) -> Program:
        net = self._site.net
        argv = [
            *net.inside("cli"), "mariadb", f"--defaults-file={self._site.folder / 'client.cnf'}", "--batch",
            "--skip-column-names", "--raw", "--force", "--unbuffered", "--skip-reconnect", "-A",
            "--connect-timeout=60", f"--host={net.address('prx')}", "--port=3307", "--user=app",
        ]  # fmt: skip
        return Program("writer", argv, program="mariadb")

    def _write(self, number: int) -> None:
        client: Program | None = None
        due = time.monotonic()
        while not self._stop.is_set():
            due = max(due + self._period, time.monotonic() - 0.1)
            time.sleep(max(0.0, due - time.monotonic()))
            row = number * Written.BLOCK + self._acknowledged[number] + 1
            doubtful = False
            while True:
                try:
                    client = client or self._open()
                    if not (doubtful and client.ask(f"SELECT id FROM app.ledger WHERE id = {row};", 70)):
                        client.ask(
                            f"BEGIN; INSERT INTO app.ledger(id, w) VALUES ({row}, {number});"
                            " INSERT INTO app.audit(note) VALUES ('x');"
                            f" UPDATE app.balance SET v = v + 1 WHERE w = {number}; COMMIT;",
                            70,
                        )
                    break
                except MigrateError as error:
                    doubtful = True
                    with self._lock:
                        self.errors.append((time.monotonic(), number, str(error.values)))
                    if client is not None:
                        client.close()
                    client = None
                    time.sleep(0.005)
            self._acknowledge(number)
        if client is not None:
            client.close()

    def _acknowledge(self, number: int) -> None:
        with self._lock:
            now = time.monotonic()
            if self._last and now - self._last >= 0.01:
                self._gaps.append((self._last, now - self._last))
            self._last = now
            self._acknowledged[number] += 1


def assert_exactly_once(site: MariaWorld, written: Written) -> None:
    """Check, on both sides, that every acknowledged row is there once, whole, and nothing is there besides."""
    expected = sorted(
        number * Written.BLOCK + each for number, rows in enumerate(written.acknowledged) for each in range(1, rows + 1)
    )
    for host in ("src", "tgt"):
        ids = [int(word) for word in site.sql(host, "select id from app.ledger order by id").split()]
        assert ids == expected, (host, set(expected) ^ set(ids))
        assert site.sql(host, "select count(*) from app.audit") == str(written.rows)
        assert site.sql(host, "select sum(v) from app.balance") == str(written.rows)


@contextmanager
def maria_world(*, rows: int = 500, encrypted: bool = False) -> Iterator[MariaWorld]:
    """Bring everything up, the source filled, the proxy pointing at it; `encrypted` servers have certificates."""
    folder = Path(tempfile.mkdtemp(prefix="mvm-", dir="/tmp"))
    folder.chmod(0o711)
    with net(HOSTS) as hosts:
        made = bring_up(hosts, folder, rows, encrypted)
        try:
            yield made
        finally:
            shutil.rmtree(Path.home() / f".{made.move.follower}", ignore_errors=True)
    shutil.rmtree(folder)


def bring_up(hosts: Net, folder: Path, rows: int, encrypted: bool) -> MariaWorld:
    """Start everything on hosts that are there."""
    ssh_keys(folder)
    for host in ("src", "tgt", "prx"):
        subprocess.Popen(sshd_command(hosts, host, folder, ()))
    installing = [install(folder / host, number) for number, host in enumerate(("src", "tgt"), 1)]
    assert [process.wait() for process in installing] == [0, 0]
    for host in ("src", "tgt") if encrypted else ():
        certify(folder / host)
    made = _world(hosts, folder)
    for host in ("src", "tgt"):
        start(hosts, folder, host)
    password = SECRET.replace("'", "''")
    made.sql(
        "src",
        f"create user app@'%' identified by '{password}'; create database app; grant all on app.* to app@'%';"
        f" create user `o'dd@x`@'10.%' identified by 'x'; grant select on app.* to `o'dd@x`@'10.%';{SCHEMA}"
        f" insert into app.`odd ``name' //`(id, pad) select seq, md5(seq) from mysql.seq_1_to_{rows};"
        " set global event_scheduler = on;",
    )
    prx = folder / "prx"
    prx.mkdir()
    told = _PROXY.format(folder=prx, src=hosts.address("src"), maxconn=MAXCONN)
    (prx / "haproxy.cfg").write_text(told)
    run(*hosts.inside("prx"), "haproxy", "-D", "-f", str(prx / "haproxy.cfg"), "-p", str(prx / "pid"))
    await_sshd(made.ssh, [Reach(address=hosts.address(host)) for host in ("src", "tgt", "prx")])
    return made


def install(folder: Path, number: int) -> subprocess.Popen[bytes]:
    """Begin to make a server's data, and write its configuration."""
    # A server that starts takes away what looks like its own in the folder for temporary tables.
    for each in (folder, folder / "tmp"):
        each.mkdir()
        shutil.chown(each, "mysql")
    (folder / "my.cnf").write_text(_CONF.format(folder=folder, number=number))
    return subprocess.Popen(
        ["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={folder / 'data'}",
         "--auth-root-authentication-method=socket", "--skip-test-db"],
        stdout=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(folder / "tmp")},
    )  # fmt: skip


def certify(folder: Path) -> None:
    """Give a server a certificate."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=server",
        "-keyout", str(key), "-out", str(certificate),
    )  # fmt: skip
    shutil.chown(key, "mysql")
    with (folder / "my.cnf").open("a") as file:
        file.write(f"ssl-cert={certificate}\nssl-key={key}\n")


def start(hosts: Net, folder: Path, host: str) -> None:
    """Start a server and wait until it answers."""
    argv = [*hosts.inside(host), "mariadbd", f"--defaults-file={folder / host / 'my.cnf'}"]
    server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 60
    ping = ["mariadb", *local(folder, host), "-e", "select 1"]
    while subprocess.run(ping, check=False, capture_output=True).returncode:
        assert server.poll() is None and time.monotonic() < limit, (folder / host / "log").read_text()  # noqa: PT018
        time.sleep(0.1)


def _world(hosts: Net, folder: Path) -> MariaWorld:
    ssh = OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl"))
    sessions = ProgramSessions(ssh)
    source, target = (
        DatabaseServer(
            name=f"system-1-{host}",
            reach=Reach(address=hosts.address(host)),
            address=hosts.address(host),
            data_port=3306,
            socket=str(folder / host / "sock"),
            account="root",
            superuser="root",
        )
        for host in ("src", "tgt")
    )
    proxy = Proxy(
        name="proxy", reach=Reach(address=hosts.address("prx")), socket=str(folder / "prx" / "admin.sock"),
        port=3307, backend="sides", source="src", target="tgt", maxconn=MAXCONN,
    )  # fmt: skip
    ten = timedelta(seconds=10)
    limits = Limits(hold=ten, step=ten, catch_up=ten, frozen=3 * ten, transaction=ten, undecided=timedelta(seconds=8))
    move = MariaMove(
        system="S-1", slug="system-1", databases=("app",), source=source, target=target, proxy=proxy,
        roles=("app@%", "o'dd@x@10.%"), limits=limits,
    )  # fmt: skip
    return MariaWorld(net=hosts, folder=folder, move=move, ssh=ssh, sessions=sessions, mover=GtidMover(sessions))


def local(folder: Path, host: str) -> tuple[str, ...]:
    """Return the words by which its own user reaches a server."""
    return ("--no-defaults", f"--socket={folder / host / 'sock'}", "--user=root", "--default-character-set=utf8mb4")
