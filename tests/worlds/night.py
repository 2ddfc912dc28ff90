"""Three systems, each on two servers and a pooler of its own, in one batch with a plan of nights."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from orchestrator.adapters.movers.postgresql.mover import LogicalMover
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.schedule_file import write_plan
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.model.canonical import digest
from orchestrator.model.life import Phase
from orchestrator.model.schedule import BEIJING, Basis, Schedule, Slot, Window
from tests.worlds.net import Net, net
from tests.worlds.postgresql import SECRET, World, bring_up
from tests.worlds.site import SYSTEM, Site, as_named

SYSTEMS = ("S-1", "S-2", "S-3")
_STREAMS: Mapping[str, Any] = {
    "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
    "env": {**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
}  # fmt: skip
assert SYSTEMS[0] == SYSTEM


class Part(Net):
    """One system's hosts among those of all; the controller is everybody's."""

    def __init__(self, hosts: Net, system: str) -> None:
        super().__init__(hosts.names, hosts.name)
        self._system = system

    def _named(self, host: str) -> str:
        return host if host == "ctl" else f"{host}{_number(self._system)}"

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
        done = subprocess.run(self._words(until), **_STREAMS, timeout=600, check=False)
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout, done.stderr

    def killed_once(self, system: str, phase: Phase) -> None:
        """Begin the night, and kill it as soon as the system's life says that."""
        with subprocess.Popen(self._words("open"), **_STREAMS, start_new_session=True) as running:
            while running.poll() is None:
                life = self.site.lives.of(system)
                if life and life.phase is phase:
                    os.killpg(running.pid, signal.SIGKILL)
                    return
                time.sleep(0.02)
            assert running.stdout
            assert running.stderr
            raise AssertionError(f"it ended before: {running.stdout.read()[-4000:]}\n{running.stderr.read()[-4000:]}")

    def _words(self, until: str) -> list[str]:
        addresses = ",".join(world.move.target.address for world in self.worlds.values())
        keys = ",".join(_key(world) for world in self.worlds.values())
        program = [sys.executable, "-m", "tests.worlds.onward", str(self.site.folder), addresses, keys, until]
        return [*self.site.world.net.inside("ctl"), *program]

    def taken_back(self, system: str) -> None:
        """Take an open system back by hand, once its source follows."""
        folder, world = self.site.folder, self.worlds[system]
        ssh = OpenSsh([folder / "identity"], folder / "known_hosts", world.net.inside("ctl"))  # one key opens all
        mover = LogicalMover(ProgramSessions(ssh))
        as_named(self.site, system, replace(world, mover=mover)).await_following(back=True)
        self.site.migrate("rollback", system, "--yes")

    def as_group(self, rule: str) -> None:
        """Declare what becomes of a dependency group that is not opened as a whole."""
        path = self.site.folder / "programme.yaml"
        told = yaml.safe_load(path.read_text())
        told["schedule"]["groups"] = rule
        path.write_text(yaml.safe_dump(told, allow_unicode=True))

    def plan(self, *, left: timedelta, group: str = "") -> date:
        """Plan a window that is open, with this much left to decide in, and return its evening.

        Each system goes by itself, or all of them are one dependency group of that name.
        """
        turns = (("S-3", 1, 3), ("S-1", 1, 5), ("S-2", 2, 4))
        return self.planned(
            [(system, group or system, 1 if group else crew, ago) for system, crew, ago in turns], left=left
        )

    def planned(self, turns: Sequence[tuple[str, str, int, int]], *, left: timedelta) -> date:
        """Plan a window of these turns: system, group, crew, and how many minutes ago it was to begin."""
        now = datetime.now(UTC).astimezone(BEIJING)
        slots = tuple(
            Slot(
                system=system, name="合成系统", unit="甲局", batch=1, group=group, crew=crew,
                start=now - timedelta(minutes=ago), end=now + left, rollback_by=now + left, basis=Basis.DECLARED,
            )
            for system, group, crew, ago in turns
        )  # fmt: skip
        start = now - timedelta(minutes=max(ago for *_, ago in turns) + 1)
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
def night(folder: Path, systems: Sequence[str] = SYSTEMS, *, crews: int = 2) -> Iterator[Night]:
    """Bring everything up, and nothing moved yet; the systems in the order of their ids, `SYSTEM` first."""
    hosts = ("ctl", *(f"{host}{_number(system)}" for system in systems for host in ("src", "tgt", "prx")))
    base = Path(tempfile.mkdtemp(prefix="mvw-", dir="/tmp"))
    base.chmod(0o711)
    with net(hosts) as up:
        worlds = {}
        for system in systems:
            (base / system).mkdir(mode=0o711)
            worlds[system] = bring_up(Part(up, system), base / system, 200, ())
        first = worlds[SYSTEM]
        for system in systems[1:]:  # one key opens all
            shutil.copy(first.folder / "identity.pub", worlds[system].folder / "identity.pub")
        made = Night(Site(first, folder), worlds)
        shutil.copy(first.folder / "identity", folder / "identity")
        hosts_keys = "".join((world.folder / "known_hosts").read_text() for world in worlds.values())
        (folder / "known_hosts").write_text(hosts_keys)
        _declare(made, crews)
        yield made
    shutil.rmtree(base)


def _declare(made: Night, crews: int) -> None:
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
            "server": f"SV-{_number(name)}",
            "pooler": {
                "address": move.pooler.reach.address, "file": move.pooler.file, "socket": move.pooler.socket,
            },
            # A transaction that is long open is let through to the section, which then cannot hold its clients.
            "limits": {"frozen": 30, "hold": 5, "catch_up": 10, "transaction": 600},
            "source": {"socket": move.source.socket},
            "target": {"socket": move.target.socket},
        }  # fmt: skip
        listing["systems"].append({**system, "system_id": name, "name": f"合成系统{_number(name)}"})
        listing["servers"].append(
            {**server, "server_id": f"SV-{_number(name)}", "system_id": name, "source_address": move.source.address}
        )
    programme["batches"] = {1: {"systems": list(made.worlds)}}
    programme["schedule"] = {"people": {"on_duty": 2 * crews, "per_cutover": 2}}
    for name, told in (("programme.yaml", programme), ("list.yaml", listing)):
        (site.folder / name).write_text(yaml.safe_dump(told, allow_unicode=True))


def _number(system: str) -> str:
    return system.partition("-")[2]


def _key(world: World) -> str:
    return " ".join((world.folder / "host_key.pub").read_text().split()[:2])
