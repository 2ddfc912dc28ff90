"""Three systems, each on two servers and a pooler of its own, in one batch with a plan of nights."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from orchestrator.adapters.schedule_file import write_plan
from orchestrator.model.canonical import digest
from orchestrator.model.schedule import BEIJING, Basis, Schedule, Slot, Window
from tests.worlds.net import Net, net
from tests.worlds.postgresql import SECRET, World, bring_up
from tests.worlds.site import SYSTEM, Site

SYSTEMS = ("S-1", "S-2", "S-3")
assert SYSTEMS[0] == SYSTEM


class Part(Net):
    """One system's hosts among those of all; the controller is everybody's."""

    def __init__(self, hosts: Net, system: str) -> None:
        super().__init__(hosts.names, hosts.name)
        self._system = system

    def _named(self, host: str) -> str:
        return host if host == "ctl" else f"{host}{self._system[-1]}"

    def address(self, host: str) -> str:
        return super().address(self._named(host))

    def inside(self, host: str) -> tuple[str, ...]:
        return super().inside(self._named(host))


@dataclass(frozen=True)
class Night:
    """A programme of three systems."""

    site: Site
    worlds: Mapping[str, World]

    def batch(self, until: str, *, expect: int = 0) -> tuple[str, str]:
        """Do what `migrate batch 1` does once the servers stand; return both streams."""
        addresses = ",".join(world.move.target.address for world in self.worlds.values())
        keys = ",".join(_key(world) for world in self.worlds.values())
        program = [sys.executable, "-m", "tests.worlds.onward", str(self.site.folder), addresses, keys, until]
        done = subprocess.run(
            [*self.site.world.net.inside("ctl"), *program],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False,
            env={**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout, done.stderr

    def plan(self, *, left: timedelta) -> date:
        """Plan a window that is open, with this much left to decide in, and return its evening."""
        now = datetime.now(UTC).astimezone(BEIJING)
        slots = tuple(
            Slot(
                system=system, name="合成系统", unit="甲局", batch=1, group=system, crew=crew,
                start=now - timedelta(minutes=ago), end=now + left, rollback_by=now + left, basis=Basis.DECLARED,
            )
            for system, crew, ago in (("S-3", 1, 3), ("S-1", 1, 4), ("S-2", 2, 4))
        )  # fmt: skip
        start = now - timedelta(minutes=5)
        window = Window(evening=start.date(), start=start, end=now + timedelta(hours=3), load={}, slots=slots)
        made = Schedule(
            programme="p", made_for=start.date(), solver="greedy", inputs={}, goals=(), batches=(), windows=(window,)
        )
        write_plan(self.site.folder / "schedule.yaml", replace(made, digest=digest(made)))
        return window.evening

    @contextmanager
    def held(self, system: str) -> Iterator[None]:
        """Have a client of the system in a transaction that does not end by itself."""
        world = self.worlds[system]
        with subprocess.Popen(
            [*world.net.inside("ctl"), "psql", "-XAtq", world.dsn],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PGPASSWORD": SECRET},
        ) as client:  # fmt: skip
            assert client.stdin
            assert client.stdout
            client.stdin.write("begin;\nselect 1;\n")
            client.stdin.flush()
            assert client.stdout.readline() == "1\n"
            try:
                yield
            finally:
                client.kill()


@contextmanager
def night(folder: Path) -> Iterator[Night]:
    """Bring everything up, and nothing moved yet; two crews."""
    hosts = ("ctl", *(f"{host}{system[-1]}" for system in SYSTEMS for host in ("src", "tgt", "prx")))
    base = Path(tempfile.mkdtemp(prefix="mvw-", dir="/tmp"))
    base.chmod(0o711)
    with net(hosts) as up:
        worlds = {}
        for system in SYSTEMS:
            (base / system).mkdir(mode=0o711)
            worlds[system] = bring_up(Part(up, system), base / system, 200, ())
        first = worlds[SYSTEM]
        for system in SYSTEMS[1:]:  # one key opens all
            shutil.copy(first.folder / "identity.pub", worlds[system].folder / "identity.pub")
        made = Night(Site(first, folder), worlds)
        shutil.copy(first.folder / "identity", folder / "identity")
        hosts_keys = "".join((world.folder / "known_hosts").read_text() for world in worlds.values())
        (folder / "known_hosts").write_text(hosts_keys)
        _declare(made)
        yield made
    shutil.rmtree(base)


def _declare(made: Night) -> None:
    site = made.site
    site.declare(approvals="none")
    site.list()
    programme, listing = (yaml.safe_load((site.folder / name).read_text()) for name in ("programme.yaml", "list.yaml"))
    rules = programme["moving"]["postgresql"]
    (system,), (server,) = listing["systems"], listing["servers"]
    listing["systems"], listing["servers"] = [], []
    for name, world in made.worlds.items():
        move = world.move
        rules[name] = {
            **rules[SYSTEM],
            "server": f"SV-{name[-1]}",
            "pooler": {
                "address": move.pooler.reach.address, "file": move.pooler.file, "socket": move.pooler.socket,
            },
            # A transaction that is long open is let through to the section, which then cannot hold its clients.
            "limits": {"frozen": 30, "hold": 5, "catch_up": 10, "transaction": 60},
            "source": {"socket": move.source.socket},
            "target": {"socket": move.target.socket},
        }  # fmt: skip
        listing["systems"].append({**system, "system_id": name, "name": f"合成系统{name[-1]}"})
        listing["servers"].append(
            {**server, "server_id": f"SV-{name[-1]}", "system_id": name, "source_address": move.source.address}
        )
    programme["batches"] = {1: {"systems": list(made.worlds)}}
    programme["schedule"] = {"people": {"on_duty": 4, "per_cutover": 2}}
    for name, told in (("programme.yaml", programme), ("list.yaml", listing)):
        (site.folder / name).write_text(yaml.safe_dump(told, allow_unicode=True))


def _key(world: World) -> str:
    return " ".join((world.folder / "host_key.pub").read_text().split()[:2])
