"""Two PostgreSQL servers, a pooler, a controller and a client on hosts of their own, reached by real sshd."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.movers.postgresql.mover import LogicalMover
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove, Limits
from tests.worlds.net import Net, net, run

HOSTS = ("ctl", "src", "tgt", "prx", "cli")
SECRET = "app's own %s secret"
AS = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
_CONF = """
listen_addresses='*'
port=5432
unix_socket_directories='{folder}'
wal_level=logical
max_wal_senders=20
max_replication_slots=20
max_logical_replication_workers=10
max_worker_processes=20
shared_buffers=64MB
max_wal_size=1GB
log_line_prefix='%m [%p] %a '
wal_receiver_status_interval=1s
log_statement=ddl
"""
_HBA = "local all postgres peer\nlocal all all scram-sha-256\nhost all app 10.99.8.0/24 scram-sha-256\n"
_POOLER = """[databases]
%include {folder}/route.ini
[pgbouncer]
listen_addr=*
listen_port=6432
unix_socket_dir={folder}
auth_type=scram-sha-256
auth_file={folder}/users.txt
pool_mode=transaction
default_pool_size=20
server_login_retry=0.2
server_connect_timeout=3
query_wait_timeout=60
tcp_keepalive=1
logfile={folder}/log
pidfile={folder}/pid
"""
SCHEMA = """
create table ledger(id bigint primary key, w int not null, at timestamptz default clock_timestamp());
create table audit(id bigserial primary key, note text);
create table balance(w int primary key, v bigint not null);
create table big(id int primary key, pad text);
grant all on all tables in schema public to app; grant all on all sequences in schema public to app;
insert into balance select g, 0 from generate_series(0, 3) g;
"""


@dataclass(frozen=True, kw_only=True)
class World:
    net: Net
    folder: Path
    move: DatabaseMove
    ssh: OpenSsh
    sessions: ProgramSessions
    mover: LogicalMover
    older: Path | None = None  # the source's programs, where they are not the machine's own

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def dsn(self) -> str:
        return f"host={self.net.address('prx')} port=6432 dbname={self.move.databases[0]} user=app"

    def sql(self, host: str, text: str, database: str = "app") -> str:
        """Ask a server directly, as its own user."""
        return run(
            *self.net.inside(host), *AS, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder / host),
            "-U", "postgres", "-d", database, text=text,
        ).strip()  # fmt: skip

    def writable(self) -> list[str]:
        """The sides where the application may log in."""
        asked = "select count(*) from pg_roles where rolname = 'app' and rolcanlogin"
        return [host for host in ("src", "tgt") if self.sql(host, asked, "postgres") == "1"]

    def await_following(self, *, back: bool = False, seconds: float = 90) -> None:
        """Wait until one side follows the other with every table."""
        limit = time.monotonic() + seconds
        while True:
            found = self.mover.progress(self.move, back=back)
            if found.streaming and all(table.state == "following" for table in found.tables):
                return
            assert time.monotonic() < limit, found
            time.sleep(0.2)

    def await_equal(self, seconds: float = 60) -> None:
        """Wait until both sides have the same rows; nobody writes."""
        tables = ("public.ledger", "public.audit", "public.balance", "public.big", "migrate_move.probe")
        asked = " union all ".join(
            f"select '{name}', count(*), md5(string_agg(md5(t::text), '' order by md5(t::text))) from {name} t"
            for name in tables
        )
        limit = time.monotonic() + seconds
        while (one := self.sql("src", asked)) != (other := self.sql("tgt", asked)):
            assert time.monotonic() < limit, (one, other)
            time.sleep(0.2)

    def server(self, host: str, *words: str) -> None:
        """Start or stop a server: `start`, or `-m immediate stop`."""
        data = self.folder / host / "data"
        program = programs(self.older if host == "src" else None) / "pg_ctl"
        run(*self.net.inside(host), *AS, str(program), "-D", str(data), "-l", str(data / "../log"), "-w", *words)


@contextmanager
def world(
    *, big: int = 20_000, sshd: tuple[str, ...] = (), disk_mib: int = 0, older: Path | None = None
) -> Iterator[World]:
    """Bring everything up, the source filled, the pooler pointing at it; `older` has the source's programs."""
    folder = Path(tempfile.mkdtemp(prefix="mvw-", dir="/tmp"))
    folder.chmod(0o711)
    with net(HOSTS) as hosts:
        try:
            for host in ("src", "tgt") if disk_mib else ():
                (folder / host).mkdir()
                run("mount", "-t", "tmpfs", "-o", f"size={disk_mib}m", "tmpfs", str(folder / host))
            yield bring_up(hosts, folder, big, sshd, older)
        finally:
            for host in ("src", "tgt") if disk_mib else ():
                run("umount", "-l", str(folder / host))
    shutil.rmtree(folder)


def bring_up(hosts: Net, folder: Path, big: int, options: tuple[str, ...], older: Path | None = None) -> World:
    """Start everything on hosts that are there."""
    ssh_keys(folder)
    started = [subprocess.Popen(sshd_command(hosts, host, folder, options)) for host in ("src", "tgt", "prx")]
    for host in ("src", "tgt"):
        _cluster(hosts, host, folder / host, older if host == "src" else None)
    made = replace(_world(hosts, folder), older=older)
    for host in ("src", "tgt"):
        made.server(host, "start")
    password = SECRET.replace("'", "''")
    made.sql("src", f"set password_encryption='scram-sha-256'; create role app login password '{password}'", "postgres")
    made.sql("src", "create database app", "postgres")
    made.sql("src", SCHEMA + f"insert into big select g, repeat(md5(g::text), 8) from generate_series(1, {big}) g;")
    _pooler(made)
    await_sshd(made.ssh, [Reach(address=hosts.address(host)) for host in ("src", "tgt", "prx")])
    assert all(process.poll() is None for process in started)
    return made


def _world(hosts: Net, folder: Path) -> World:
    ssh = OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl"))
    sessions = ProgramSessions(ssh)
    servers = [
        DatabaseServer(
            name=f"system-1-{host}",
            reach=Reach(address=hosts.address(host)),
            address=hosts.address(host),
            socket=str(folder / host),
        )
        for host in ("src", "tgt")
    ]
    pooler = Pooler(
        name="pooler",
        reach=Reach(address=hosts.address("prx")),
        file=str(folder / "prx" / "route.ini"),
        socket=str(folder / "prx"),
    )
    move = DatabaseMove(
        system="S-1", slug="system-1", databases=("app",), source=servers[0], target=servers[1], pooler=pooler,
        roles=("app",), limits=Limits(undecided=timedelta(seconds=8)),
    )  # fmt: skip
    return World(net=hosts, folder=folder, move=move, ssh=ssh, sessions=sessions, mover=LogicalMover(sessions))


def await_sshd(ssh: OpenSsh, machines: Sequence[Reach]) -> None:
    """Wait until each lets us in."""
    limit = time.monotonic() + 30
    for reach in machines:
        probe = ssh.command(reach, "root", ["true"])
        while subprocess.run(probe, check=False, capture_output=True).returncode:
            assert time.monotonic() < limit, f"no sshd on {reach.address}"
            time.sleep(0.05)


def ssh_keys(folder: Path) -> None:
    """Make a controller's key, and one host key for all, where they are not there already."""
    if (folder / "identity").exists():
        return
    for name in ("identity", "host_key"):
        run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-C", "test", "-f", str(folder / name))
    public = " ".join((folder / "host_key.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"10.99.8.* {public}\n")
    (folder / "identity.pub").chmod(0o644)


def sshd_command(hosts: Net, host: str, folder: Path, options: tuple[str, ...]) -> list[str]:
    """Return the command line of a host's sshd."""
    Path("/run/sshd").mkdir(exist_ok=True)
    told = {
        "UsePAM": "no", "PidFile": "none", "StrictModes": "no", "PermitRootLogin": "prohibit-password",
        "AuthorizedKeysFile": str(folder / "identity.pub"), "HostKey": str(folder / "host_key"), "MaxStartups": "100",
        "SetEnv": f"HOME={folder}",  # what this machine's root has its shells do at a login is no source's
    }  # fmt: skip
    words = [word for name, value in told.items() for word in ("-o", f"{name}={value}")]
    return [*hosts.inside(host), "/usr/sbin/sshd", "-D", "-f", "/dev/null", *words, *options]


def programs(older: Path | None = None) -> Path:
    return older or max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def _cluster(hosts: Net, host: str, folder: Path, older: Path | None) -> None:
    folder.mkdir(exist_ok=True)
    shutil.chown(folder, "postgres")
    data = folder / "data"
    initdb = str(programs(older) / "initdb")
    run(*hosts.inside(host), *AS, initdb, "-D", str(data), "-A", "peer", "-U", "postgres", "--locale=C.UTF-8", "-N")
    with (data / "postgresql.conf").open("a") as file:
        file.write(_CONF.format(folder=folder))
    (data / "pg_hba.conf").write_text(_HBA)


def _pooler(made: World) -> None:
    folder = made.folder / "prx"
    folder.mkdir()
    secret = made.sql("src", "select rolpassword from pg_authid where rolname = 'app'", "postgres")
    (folder / "users.txt").write_text(f'"app" "{secret}"\n')
    (folder / "pgbouncer.ini").write_text(_POOLER.format(folder=folder))
    (folder / "route.ini").write_text(f"app = host={made.net.address('src')} port=5432 dbname=app\n")
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "postgres")
    run(*made.net.inside("prx"), *AS, "pgbouncer", "-d", "-q", str(folder / "pgbouncer.ini"))
