"""A primary with its streaming standby and a tree of files with its copy, on two hosts, asked from a third."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.replicas.files import FilesObserver
from orchestrator.adapters.replicas.postgresql import PostgresObserver
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.checks.replicas.system import check_replica
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Observed
from orchestrator.model.replica import End, Heartbeat, Policy, Replica, ReplicaKind, Site, Told
from orchestrator.model.result import CheckResult, CheckStatus
from tests.worlds.net import Net, net, run
from tests.worlds.postgresql import AS, await_sshd, programs, ssh_keys, sshd_command

HOSTS = ("ctl", "src", "rep")
SITES = {
    "room": Site(name="room", city="烟台", province="山东"),
    "centre": Site(name="centre", city="济南", province="山东"),
}
RPO = timedelta(seconds=6)
_CONF = """
listen_addresses='*'
port=5432
unix_socket_directories='{folder}'
max_wal_senders=5
shared_buffers=16MB
wal_receiver_status_interval=1s
wal_retrieve_retry_interval=500ms
autovacuum=off
fsync=off
checkpoint_timeout=1h
"""
WATCHER = "CREATE ROLE watcher LOGIN IN ROLE pg_monitor; GRANT USAGE ON SCHEMA migrate_dr TO watcher;"
_HBA = """local all postgres peer
local replication postgres peer
local all watcher trust
host replication postgres 10.99.8.0/24 trust
"""
BEAT = "UPDATE migrate_dr.heartbeat SET n = n + 1, ts = clock_timestamp() \\watch 0.3\n"


@dataclass(kw_only=True)
class World:
    net: Net
    folder: Path
    ssh: OpenSsh
    beats: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def sql(self, host: str, text: str, port: int = 5432) -> str:
        return run(
            *self.net.inside(host), *AS, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder / host),
            "-p", str(port), "-d", "postgres", text=text,
        ).strip()  # fmt: skip

    def server(self, host: str, *words: str, data: str = "data") -> None:
        folder = self.folder / host / data
        run(*self.net.inside(host), *AS, str(programs() / "pg_ctl"), "-D", str(folder), "-l", f"{folder}.log", "-w",
            *words)  # fmt: skip

    def seed(self) -> None:
        """Make the standby anew from the primary, with a slot of its own."""
        data = self.folder / "rep" / "data"
        if (data / "postmaster.pid").exists():
            self.server("rep", "stop", "-m", "immediate")
        shutil.rmtree(data, ignore_errors=True)
        self.sql("src", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
        program = str(programs() / "pg_basebackup")
        run(*self.net.inside("rep"), *AS, program, "-h", self.net.address("src"), "-U", "postgres", "-D", str(data),
            "-R", "-X", "stream", "-C", "-S", "rep", "-c", "fast", "-N")  # fmt: skip
        with (data / "postgresql.auto.conf").open("a") as file:
            file.write(f"unix_socket_directories='{self.folder / 'rep'}'\n")
        self.server("rep", "start")
        self.until(lambda: self.sql("src", "SELECT state FROM pg_stat_replication") == "streaming")

    def doors(self) -> None:
        """Let roles in by their passwords, over TLS, on both servers."""
        where = {name: self.folder / f"server.{name}" for name in ("key", "crt")}
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=server", "-keyout", str(where["key"]), "-out", str(where["crt"]),
        )  # fmt: skip
        for host in ("src", "rep"):
            data = self.folder / host / "data"
            for name, path in where.items():
                shutil.copy(path, data / f"server.{name}")
                shutil.chown(data / f"server.{name}", "postgres", "postgres")
                (data / f"server.{name}").chmod(0o600)
            with (data / "pg_hba.conf").open("a") as file:
                file.write("hostssl all all 10.99.0.0/16 scram-sha-256\n")
            self.sql(host, "ALTER SYSTEM SET ssl = on")
            self.sql(host, "SELECT pg_reload_conf()")
            self.until(lambda host=host: self.sql(host, "SHOW ssl") == "on")  # type: ignore[misc]

    def beat(self, text: str = BEAT) -> None:
        """Let the source's heartbeat beat."""
        program = [*self.net.inside("src"), *AS, "psql", "-XAtq", "-h", str(self.folder / "src"), "-d", "postgres"]
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert process.stdin
        process.stdin.write(text.encode())
        process.stdin.close()
        self.beats.append(process)

    def still(self) -> None:
        for process in self.beats:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.beats.clear()

    @staticmethod
    def until(true: Callable[[], bool], seconds: float = 40) -> None:
        limit = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < limit, "never came true"
            time.sleep(0.1)

    def standby(self, *, heartbeat: bool = True, port: int = 5432, address: str = "") -> Replica:
        return Replica(
            system="S-1",
            kind=ReplicaKind.POSTGRESQL,
            source=self._cluster("src"),
            replica=self._cluster("rep", port, address),
            heartbeat=Heartbeat(every=timedelta(seconds=0.3)) if heartbeat else None,
        )

    def _cluster(self, host: str, port: int = 5432, address: str = "") -> End:
        return End(
            reach=Reach(address=address or self.net.address(host)),
            site="room" if host == "src" else "centre",
            account="postgres",
            port=port,
            socket=str(self.folder / host),
            role="watcher" if port == 5432 else "postgres",
        )

    def copy(self) -> Replica:
        ends = [
            End(reach=Reach(address=self.net.address(host)), site=site, path=str(self.tree(host)))
            for host, site in (("src", "room"), ("rep", "centre"))
        ]
        return Replica(system="S-1", kind=ReplicaKind.FILES, source=ends[0], replica=ends[1])

    def tree(self, host: str) -> Path:
        return self.folder / f"{host}-files"

    def sync(self, *options: str) -> str:
        told = run("rsync", "-a", *options, "--stats", f"{self.tree('src')}/", f"{self.tree('rep')}/")
        return next(line for line in told.splitlines() if "regular files transferred" in line).rsplit(" ", 1)[1]

    def look(self, replica: Replica, rpo: timedelta | None = RPO) -> dict[str, CheckResult]:
        """Ask both ends and return the verdicts by aspect."""
        sessions = ProgramSessions(self.ssh)
        observer = (
            PostgresObserver(sessions)
            if replica.kind is ReplicaKind.POSTGRESQL
            else FilesObserver(sessions, deadline=timedelta(seconds=30))
        )
        source, target = observer.observe(replica)
        seen = Observed(replica=replica, source=source, target=target, day=SystemClock().now().date())
        found = check_replica(seen, Policy(rpo=rpo, headroom=1), Told(), SITES)
        return {each.code.split(".")[1]: each for each in found}

    def told(self, replica: Replica, rpo: timedelta | None = RPO) -> dict[str, tuple[str, CheckStatus]]:
        return {name: (each.code.split(".")[2], each.status) for name, each in self.look(replica, rpo).items()}

    def migrate(self, *arguments: str, expect: int) -> str:
        """Run the command where the controller is."""
        done = self.begin(*arguments)
        out, err = done.communicate(timeout=120)
        assert done.returncode == expect, f"exit {done.returncode}\n{out[-3000:]}\n{err[-3000:]}"
        return out

    def begin(
        self, *arguments: str, entry: Sequence[str] = ("-c", "from orchestrator.cli.main import main; main()")
    ) -> subprocess.Popen[str]:
        """Begin the command, or another entry to it, where the controller is."""
        return subprocess.Popen(
            [*self.net.inside("ctl"), sys.executable, *entry, "-C", str(self.folder / "programme"), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    def declare(self) -> Path:
        """Write a programme with three systems: one replicated, one of which nobody made a replica, one not needing."""
        folder = self.folder / "programme"
        (folder / ".migrate").mkdir(parents=True)
        (folder / ".migrate").chmod(0o700)
        for name in ("identity", "known_hosts"):
            shutil.copy(self.folder / name, folder / name)
        system = {
            "unit": "甲局", "name": "合成系统", "secrecy": "非涉密", "mlps_level": "二级", "audience": "跨部门",
            "network": "行政服务域", "mlps_filing": "37000-26001", "class": "正常", "disposition": "迁移",
            "target_cloud": "行政服务云", "zone": "z", "strategy": "重装", "status": "已评审",
        }  # fmt: skip
        levels = {"S-1": "5级", "S-2": "4级", "S-3": ""}
        systems = [
            {**system, "system_id": name, "name": name, "mlps_filing": f"37000-2600{name[-1]}", "dr_level": level}
            for name, level in levels.items()
        ]
        servers = [{"server_id": "SV-1", "system_id": "S-1", "workload": "postgresql"}]
        (folder / "list.yaml").write_text(yaml.safe_dump({"systems": systems, "servers": servers}, allow_unicode=True))
        ends = {
            side: {"address": self.net.address(host), "site": site}
            for side, host, site in (("source", "src", "room"), ("replica", "rep", "centre"))
        }
        hosts = {"source": "src", "replica": "rep"}
        own = {
            "postgresql": [
                {
                    **{side: {**end, "socket": str(self.folder / hosts[side])} for side, end in ends.items()},
                    "heartbeat": {"every": "1s"},
                }
            ],
            "files": [{side: {**end, "path": str(self.tree(hosts[side]))} for side, end in ends.items()}],
        }
        told = {
            "programme": "p", "title": "合成", "list": "list.yaml",
            "sources": {"identity": "identity", "known_hosts": "known_hosts"},
            "clouds": {
                "c": {
                    "kind": "administrative", "lifecycle": "available", "images": {"": "i"},
                    "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}}, "zones": {"z": {"network": "n"}},
                }
            },
            "batches": {1: {"systems": ["S-1", "S-2"]}},
            "recovery": {
                "sites": {name: {"city": site.city, "province": site.province} for name, site in SITES.items()},
                "levels": {
                    5: {"basis": "GB/T 20988-2007", "headroom": 1, "drill": "180d", "retention": "0d", "check": "1d"}
                },
                "systems": {"S-1": own},
            },
        }  # fmt: skip
        (folder / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
        return folder

    def asked(self, *arguments: str, expect: int) -> Any:
        return json.loads(self.migrate("dr", "check", *arguments, "-o", "json", expect=expect))


@contextmanager
def stage(names: Sequence[str]) -> Iterator[tuple[Net, Path, OpenSsh]]:
    """Bring bare hosts up, with a folder that goes with them, and how they are reached from the controller."""
    folder = Path(tempfile.mkdtemp(prefix="mvr-", dir="/tmp"))
    folder.chmod(0o711)
    with net(names) as hosts:
        yield hosts, folder, OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl"))
    shutil.rmtree(folder)


@contextmanager
def world() -> Iterator[World]:
    with stage(HOSTS) as (hosts, folder, ssh):
        made = World(net=hosts, folder=folder, ssh=ssh)
        try:
            _up(made)
            yield made
        finally:
            made.still()


def _up(made: World) -> None:
    ssh_keys(made.folder)
    for host in ("src", "rep"):
        subprocess.Popen(sshd_command(made.net, host, made.folder, ()))
        (made.folder / host).mkdir()
        shutil.chown(made.folder / host, "postgres")
    cluster(made, "src", "data")
    made.sql("src", "CREATE SCHEMA migrate_dr; CREATE TABLE migrate_dr.heartbeat (n bigint, ts timestamptz);")
    made.sql("src", "INSERT INTO migrate_dr.heartbeat VALUES (0, clock_timestamp()); CREATE TABLE ledger (id int);")
    made.sql("src", f"{WATCHER} GRANT SELECT ON migrate_dr.heartbeat TO watcher")
    made.seed()
    await_sshd(made.ssh, [Reach(address=made.net.address(host)) for host in ("src", "rep")])


def cluster(made: World, host: str, data: str, port: int = 5432) -> None:
    """Make and start a cluster of its own."""
    folder = made.folder / host / data
    initdb = str(programs() / "initdb")
    run(*made.net.inside(host), *AS, initdb, "-D", str(folder), "-A", "peer", "-U", "postgres", "-k", "-N")
    with (folder / "postgresql.conf").open("a") as file:
        file.write(_CONF.format(folder=folder.parent) + f"port={port}\n")
    (folder / "pg_hba.conf").write_text(_HBA)
    made.server(host, "start", data=data)
