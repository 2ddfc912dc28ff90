"""A MariaDB server, its replica by GTID and a stranger of the same id, on hosts of their own, asked from a fourth."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.replicas.mariadb import MariaObserver
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.checks.replicas.system import check_replica
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Observed
from orchestrator.model.replica import End, Heartbeat, Policy, Replica, ReplicaKind, Told
from orchestrator.model.result import CheckResult, CheckStatus
from tests.worlds.mariadb import certify, install, local, start
from tests.worlds.net import Net, run
from tests.worlds.postgresql import await_sshd, ssh_keys, sshd_command
from tests.worlds.recovery import RPO, SITES, World, stage

HOSTS = ("ctl", "src", "rep", "oth")
_IDS = {"src": 1, "rep": 2, "oth": 1}
_SOURCE = """CREATE DATABASE migrate_dr; CREATE DATABASE app; CREATE TABLE app.ledger (id INT PRIMARY KEY);
CREATE TABLE migrate_dr.heartbeat (n BIGINT PRIMARY KEY, ts TIMESTAMP(6) NOT NULL);
INSERT INTO migrate_dr.heartbeat VALUES (0, CURRENT_TIMESTAMP(6));
CREATE USER repl@'%' IDENTIFIED BY 'x' REQUIRE SSL; GRANT REPLICATION SLAVE ON *.* TO repl@'%';"""
WATCHER = "nobody"  # may only look
_WATCHER = f"""SET SESSION sql_log_bin = 0; CREATE USER {WATCHER}@localhost IDENTIFIED VIA unix_socket;
GRANT PROCESS, SLAVE MONITOR, BINLOG MONITOR, REPLICATION MASTER ADMIN ON *.* TO {WATCHER}@localhost;
GRANT SELECT ON migrate_dr.heartbeat TO {WATCHER}@localhost;"""
_BEAT = "UPDATE migrate_dr.heartbeat SET n = n + 1, ts = CURRENT_TIMESTAMP(6); DO SLEEP(0.3);\n"


@dataclass(kw_only=True)
class MariaPair:
    net: Net
    folder: Path
    ssh: OpenSsh
    beating: subprocess.Popen[bytes] | None = None

    def sql(self, host: str, text: str) -> str:
        return run("mariadb", *local(self.folder, host), "-BN", text=text).strip()

    def follow(self, host: str = "src", *, options: str = "") -> None:
        """Let the replica follow a server, from wherever it is."""
        self.sql(
            "rep",
            f"STOP SLAVE; CHANGE MASTER TO MASTER_HOST = '{self.net.address(host)}', MASTER_USER = 'repl',"
            " MASTER_PASSWORD = 'x', MASTER_SSL = 1, MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos"
            f"{options}; START SLAVE;",
        )

    def beat(self) -> None:
        """Let the source's heartbeat beat."""
        program = ["mariadb", *local(self.folder, "src")]
        self.beating = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert self.beating.stdin
        self.beating.stdin.write(_BEAT.encode() * 600)
        self.beating.stdin.close()

    def still(self) -> None:
        if self.beating:
            self.beating.kill()
            self.beating.wait()
        self.beating = None

    until = staticmethod(World.until)

    def replica(self, *, heartbeat: bool = True, role: str = "root", address: str = "") -> Replica:
        return Replica(
            system="S-1",
            kind=ReplicaKind.MARIADB,
            source=self._end("src", "root"),
            replica=self._end("rep", role, address),
            heartbeat=Heartbeat(every=timedelta(seconds=0.3)) if heartbeat else None,
        )

    def _end(self, host: str, role: str, address: str = "") -> End:
        return End(
            reach=Reach(address=address or self.net.address(host)),
            site="room" if host == "src" else "centre",
            account=role,
            port=3306,
            socket=str(self.folder / host / "sock"),
            role=role,
        )

    def look(self, replica: Replica, rpo: timedelta | None = RPO) -> dict[str, CheckResult]:
        """Ask both ends and return the verdicts by aspect."""
        source, target = MariaObserver(ProgramSessions(self.ssh)).observe(replica)
        seen = Observed(replica=replica, source=source, target=target, day=SystemClock().now().date())
        policy = Policy(rpo=rpo, headroom=1, retention=timedelta())
        return {each.code.split(".")[1]: each for each in check_replica(seen, policy, Told(), SITES)}

    def told(self, replica: Replica, rpo: timedelta | None = RPO) -> dict[str, tuple[str, CheckStatus]]:
        return {name: (each.code.split(".")[2], each.status) for name, each in self.look(replica, rpo).items()}


@contextmanager
def maria_pair() -> Iterator[MariaPair]:
    """Bring the three servers up, the replica following."""
    with stage(HOSTS) as (hosts, folder, ssh):
        made = MariaPair(net=hosts, folder=folder, ssh=ssh)
        try:
            _up(made)
            yield made
        finally:
            made.still()


def _up(made: MariaPair) -> None:
    hosts, folder = made.net, made.folder
    ssh_keys(folder)
    for host in ("src", "rep"):
        subprocess.Popen(sshd_command(hosts, host, folder, ()))
    installing = [install(folder / host, number) for host, number in _IDS.items()]
    assert [process.wait() for process in installing] == [0, 0, 0]
    for host in _IDS:
        certify(folder / host)
        start(hosts, folder, host)
    for host in ("src", "oth"):
        made.sql(host, _SOURCE)
    made.sql("rep", "SET GLOBAL read_only = 1")
    made.follow()
    made.until(lambda: made.sql("rep", "SELECT @@gtid_slave_pos") == made.sql("src", "SELECT @@gtid_binlog_pos"))
    made.sql("rep", _WATCHER)
    await_sshd(made.ssh, [Reach(address=hosts.address(host)) for host in ("src", "rep")])
