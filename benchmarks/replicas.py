"""What checking replicas costs the checker: systems with machines of their own, and a thousand on a few machines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import MIGRATE, Part, Row, Sample, Unready, run
from tests.worlds.net import run as do
from tests.worlds.recovery import World, world

NAME = "replicas"
NEEDS = "root, PostgreSQL 15 and sshd on this machine"
_SYSTEM = {
    "unit": "甲局", "secrecy": "非涉密", "mlps_level": "二级", "audience": "跨部门", "network": "行政服务域",
    "class": "正常", "disposition": "迁移", "target_cloud": "行政服务云", "zone": "z", "strategy": "重装",
    "status": "已评审", "dr_level": "5级",
}  # fmt: skip
_ROUNDS = 2


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Check systems of one machine pair each, then very many of one pair; every verdict is looked at."""
    if os.geteuid():
        raise Unready("needs root, for network namespaces")
    apart, many, few = (4, 40, 10) if quick else (40, 1000, 100)
    rows: list[Row] = []
    with world() as made:
        made.beat()
        made.until(lambda: made.sql("rep", "SELECT n > 3 FROM migrate_dr.heartbeat") == "t")
        _addresses(made, apart)
        _heartbeats(made, many)
        _trees(made)
        _roles(made, many)
        for what, ends in (
            (f"{many:,} systems asked over TLS, each by a role of its own", _direct(made, many)),
            (f"{apart} systems, each with a database pair on two machines of its own", _apart(made, apart)),
            (f"{few} systems with a database on one pair of machines", _together(made, few, files=False)),
            (f"{many:,} systems with a database on one pair of machines", _together(made, many, files=False)),
            (f"{few} systems with a database and files on one pair of machines", _together(made, few, files=True)),
        ):
            wall, each, seen = [], [], []
            for _ in range(1 if quick else _ROUNDS):
                sample, healthy = _check(made, ends)
                if "TLS" in what and healthy < len(ends):
                    say(f"  {len(ends) - healthy} were not seen healthy")
                wall.append(sample.wall_seconds)
                each.append(sample.cpu_seconds / len(ends) * 1e3)
                seen.append(float(healthy))
                told = f"{wall[-1]:.1f} s, {each[-1]:.1f} CPU ms a system, {healthy} seen healthy"
                say(f"  {what}: {told}  load {os.getloadavg()[0]:.1f}")
            rows.append(Row(what=what, who="migrate dr check", figure="wall s", runs=tuple(wall)))
            rows.append(Row(what=what, who="migrate dr check", figure="seen healthy", runs=tuple(seen)))
            rows.append(
                Row(what=what, who="migrate dr check", figure="CPU ms of the checker, a system", runs=tuple(each))
            )
    return Part(
        name=NAME,
        title="Checking replicas",
        method=(
            "One PostgreSQL primary, its streaming standby and one tree of files with its copy, on two network "
            "namespaces of this machine with an sshd each; the command runs in a third. Machines of one's own are "
            "further addresses of the two (so every login is real and only the number of servers is not); the systems "
            "of one pair each have a heartbeat of their own, a view of the one that beats. The thousand asked over TLS "
            "are a thousand roles with passwords of their own, each of which sees one of these: two connections for "
            "each, TLS and SCRAM-SHA-256-PLUS with 4,096 rounds, and four questions to either end are real, only the "
            "number of servers is not; 32 at a time, no session is used twice. CPU is that of the command "
            "and everything that it starts, start-up included, and not of the machines asked; these, on the same "
            "cores, take most of the wall time. Healthy is who was seen to be fresh and following: on a machine so "
            "busy that a login takes more than 20 s some are unknown instead."
        ),
        rows=tuple(rows),
    )


def _addresses(made: World, count: int) -> None:
    for network, host in ((9, "src"), (10, "rep")):
        for number in range(1, count + 1):
            do(*made.net.inside(host), "ip", "addr", "add", f"10.99.{network}.{number}/32", "dev", "eth0")
        do(*made.net.inside("ctl"), "ip", "route", "add", f"10.99.{network}.0/24", "via", made.net.address(host))
    keys = made.folder / "known_hosts"
    pinned = keys.read_text().split(maxsplit=1)[1]
    names = ",".join(f"10.99.{network}.{number}" for network in (9, 10) for number in range(1, count + 1))
    keys.write_text(f"{keys.read_text()}{names} {pinned}")


def _heartbeats(made: World, count: int) -> None:
    views = "".join(
        f"CREATE VIEW migrate_dr.beat_{number} AS TABLE migrate_dr.heartbeat;"
        f"GRANT SELECT ON migrate_dr.beat_{number} TO watcher;"
        for number in range(count)
    )
    made.sql("src", views)
    made.until(lambda: made.sql("rep", f"SELECT to_regclass('migrate_dr.beat_{count - 1}') IS NOT NULL") == "t")


def _roles(made: World, count: int) -> None:
    made.doors()
    made.sql(
        "src",
        "".join(
            f"CREATE ROLE reader_{number} LOGIN PASSWORD 'secret {number}' IN ROLE pg_monitor;"
            f"GRANT USAGE ON SCHEMA migrate_dr TO reader_{number};"
            f"GRANT SELECT ON migrate_dr.beat_{number} TO reader_{number};"
            for number in range(count)
        ),
    )
    made.until(lambda: made.sql("rep", f"SELECT to_regrole('reader_{count - 1}') IS NOT NULL") == "t")


def _trees(made: World) -> None:
    folder = made.tree("src")
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.bin").write_bytes(os.urandom(2000))
    made.sync()


def _pair(made: World, source: str, replica: str, table: str) -> Mapping[str, Any]:
    ends = {
        side: {"address": address, "site": site, "socket": str(made.folder / host), "role": "watcher"}
        for side, address, site, host in (("source", source, "room", "src"), ("replica", replica, "centre", "rep"))
    }
    return {**ends, "heartbeat": {"table": table, "every": "1s"}}


def _apart(made: World, count: int) -> list[Mapping[str, Any]]:
    return [
        {"postgresql": [_pair(made, f"10.99.9.{number}", f"10.99.10.{number}", "migrate_dr.heartbeat")]}
        for number in range(1, count + 1)
    ]


def _together(made: World, count: int, *, files: bool) -> list[Mapping[str, Any]]:
    src, rep = made.net.address("src"), made.net.address("rep")
    tree = {
        side: {"address": address, "site": site, "path": str(made.tree(host))}
        for side, address, site, host in (("source", src, "room", "src"), ("replica", rep, "centre", "rep"))
    }
    return [
        {"postgresql": [_pair(made, src, rep, f"migrate_dr.beat_{number}")], **({"files": [tree]} if files else {})}
        for number in range(count)
    ]


def _direct(made: World, count: int) -> list[Mapping[str, Any]]:
    found = _together(made, count, files=False)
    for number, each in enumerate(found):
        for side in ("source", "replica"):
            each["postgresql"][0][side].update(role=f"reader_{number}", secret=f"secrets/{number}")
    return found


def _check(made: World, systems: list[Mapping[str, Any]]) -> tuple[Sample, int]:
    folder = _programme(made, systems)
    command = (
        *made.net.inside("ctl"),
        MIGRATE,
        "-C",
        str(folder),
        "dr",
        "check",
        "--all",
        "--at-a-time",
        "32",
        "-o",
        "json",
    )
    sample = run(command, codes=(8,))
    answer = json.loads(sample.output)
    healthy = frozenset(answer["coverage"]["healthy"])
    wanted = {"dr.existence.there", "dr.identity.same", "dr.freshness.fresh", "dr.continuity.follows"}
    for system in answer["systems"]:
        codes = {each["code"] for replica in system["replicas"] for each in replica["results"]}
        if system["system"] in healthy and not wanted <= codes:
            raise RuntimeError(f"{system['system']} is called healthy: {sorted(codes)}")
    return sample, len(healthy)


def _programme(made: World, systems: list[Mapping[str, Any]]) -> Path:
    if not (folder := made.folder / "programme").exists():
        made.declare()
    names = [f"S-{number:04}" for number in range(len(systems))]
    rows = [
        {**_SYSTEM, "system_id": name, "name": f"合成系统{name}", "mlps_filing": f"37000-26{number:03}"}
        for number, name in enumerate(names)
    ]
    servers = [
        {"server_id": f"SV-{number}", "system_id": name, "workload": "postgresql"} for number, name in enumerate(names)
    ]
    listed = json.dumps({"systems": rows, "servers": servers}, ensure_ascii=False)  # YAML too, and sooner read
    (folder / "list.yaml").write_text(listed)
    told = yaml.safe_load((folder / "programme.yaml").read_text())
    told["recovery"]["systems"] = dict(zip(names, systems, strict=True))
    (folder / "secrets").mkdir(exist_ok=True)
    for number in range(len(systems)):
        path = folder / "secrets" / str(number)
        path.write_text(f"secret {number}")
        path.chmod(0o600)
    told["batches"] = {1: {"systems": names[:1]}}
    (folder / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    return folder
