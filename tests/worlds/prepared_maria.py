"""A MariaDB whose replica nobody made yet, and the programme that says how it is made; and kills.

`python -m tests.worlds.prepared_maria killed STEP when WORD…`: as `tests.worlds.prepared` does.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestrator.adapters.replicas.maria_making import MariaMaker
from orchestrator.model.machines import Reach
from tests.worlds.mariadb import certify, install, start
from tests.worlds.net import run
from tests.worlds.postgresql import await_sshd, ssh_keys, sshd_command
from tests.worlds.prepared import killed
from tests.worlds.recovery import HOSTS, World, stage

ROWS = "CREATE DATABASE app; CREATE TABLE app.ledger (id INT PRIMARY KEY, t VARCHAR(40));"
ROWS += " INSERT INTO app.ledger SELECT seq, MD5(seq) FROM mysql.seq_1_to_1000;"
ROWS += " CREATE USER app@'%' IDENTIFIED BY 'x'; GRANT ALL ON app.* TO app@'%';"


@dataclass(kw_only=True)
class MariaBare(World):
    def sql(self, host: str, text: str) -> str:  # type: ignore[override]
        where = ("--no-defaults", f"--socket={self.socket(host)}", "--user=root", "--default-character-set=utf8mb4")
        return run("mariadb", *where, "-BN", text=text).strip()

    def socket(self, host: str) -> Path:
        return self.folder / host / "sock"


@contextmanager
def bare() -> Iterator[MariaBare]:
    """Bring up the hosts with the source alone, which offers TLS."""
    with stage(HOSTS) as (hosts, folder, ssh):
        made = MariaBare(net=hosts, folder=folder, ssh=ssh)
        ssh_keys(folder)
        for host in ("src", "rep"):
            subprocess.Popen(sshd_command(hosts, host, folder, ()))
        assert install(folder / "src", 1).wait() == 0
        certify(folder / "src")
        with (folder / "src" / "my.cnf").open("a") as file:
            file.write("binlog-expire-logs-seconds=864000\n")
        start(hosts, folder, "src")
        (folder / "rep").mkdir()
        shutil.chown(folder / "rep", "mysql")
        made.sql("src", ROWS)
        await_sshd(ssh, [Reach(address=hosts.address(host)) for host in ("src", "rep")])
        declare(made)
        try:
            yield made
        finally:
            made.still()


def data(made: World) -> Path:
    return made.folder / "rep" / "data"


def declare(made: MariaBare) -> None:
    """Write a programme that says how the replica is made."""
    folder = made.declare()
    rows = yaml.safe_load((folder / "list.yaml").read_text())
    rows["servers"][0]["workload"] = "mariadb"
    (folder / "list.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True))
    path = folder / "programme.yaml"
    whole = yaml.safe_load(path.read_text())
    ends = {
        side: {"address": made.net.address(host), "site": site, "socket": str(made.socket(host))}
        for side, host, site in (("source", "src", "room"), ("replica", "rep", "centre"))
    }
    one = {**ends, "heartbeat": {"every": "1s"}, "make": {"data": str(data(made))}}
    whole["recovery"]["systems"] = {"S-1": {"mariadb": [one]}}
    path.write_text(yaml.safe_dump(whole, allow_unicode=True))


def told(made: World, **make: object) -> None:
    """Say otherwise how the replica is made."""
    path = made.folder / "programme" / "programme.yaml"
    whole = yaml.safe_load(path.read_text())
    one = whole["recovery"]["systems"]["S-1"]["mariadb"][0]
    one["make"] = {name: value for name, value in {**one["make"], **make}.items() if value is not None}
    path.write_text(yaml.safe_dump(whole, allow_unicode=True))


if __name__ == "__main__":
    killed(*sys.argv[2:], maker=MariaMaker)
