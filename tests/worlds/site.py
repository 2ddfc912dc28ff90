"""A programme's folder for a world's system, and `migrate` run in it from where the controller is."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, cast

import yaml

from orchestrator.adapters.clock import SystemClock
from orchestrator.execution.database import Database
from orchestrator.execution.lives import Lives
from orchestrator.execution.moving import dumped, recorded
from orchestrator.model.life import Move, Phase
from orchestrator.model.move import DatabaseMove, Limits
from tests.command_site import MIGRATE
from tests.worlds.drive import KILLED
from tests.worlds.postgresql import SECRET, World, world

SYSTEM = "S-1"


@dataclass(frozen=True)
class Site:
    """A programme whose system is syncing between two real servers."""

    workload: ClassVar[str] = "postgresql"
    kind: ClassVar[str] = "postgresql"

    world: World
    folder: Path

    @property
    def lives(self) -> Lives:
        state = self.folder / ".migrate"
        return Lives(Database(programme="p", file=state / "state.sqlite", log=state / "engine.log"), SystemClock())

    @property
    def phase(self) -> Phase:
        life = self.lives.of(SYSTEM)
        assert life is not None
        return life.phase

    def migrate(self, *arguments: str, expect: int = 0) -> Any:
        done = subprocess.run(
            [*self.world.net.inside("ctl"), *MIGRATE, "-C", str(self.folder), *arguments, "-o", "json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
            env={**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def killed(self, moment: str, *words: str, kind: str = "command") -> None:
        """Run a command that dies at a moment of the mover's, or, of the kind `section`, at a stage of its section."""
        done = subprocess.run(
            [*self.world.net.inside("ctl"), *KILLED, kind, moment, "-C", str(self.folder), *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, (
            f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )

    def route(self) -> dict[str, object]:
        """What the programme says of the way between clients and the two sides."""
        pooler = self.world.move.pooler
        return {"pooler": {"address": pooler.reach.address, "file": pooler.file, "socket": pooler.socket}}

    def moved(self) -> dict[str, object]:
        """What the programme says of how the system moves."""
        move = self.world.move
        return {
            "server": "SV-1",
            "databases": list(move.databases),
            **self.route(),
            "limits": {"frozen": 30, "hold": 10, "catch_up": 10, "transaction": 10},
            "source": {"socket": move.source.socket},
            "target": {"socket": move.target.socket},
            "probe": {"role": "app", "secret": "app.secret"},
        }

    def declare(self, **moving: object) -> None:
        """Write the programme with these rules of moving beside those of the world."""
        told = {
            "programme": "p",
            "title": "合成",
            "list": "list.yaml",
            "sources": {"identity": "identity", "known_hosts": "known_hosts"},
            "clouds": {
                "c": {
                    "kind": "administrative",
                    "lifecycle": "available",
                    "user": "root",
                    "images": {"": "i"},
                    "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}},
                    "zones": {"z": {"network": "n"}},
                }
            },
            "batches": {1: {"systems": [SYSTEM]}},
            "moving": {**moving, self.kind: {SYSTEM: self.moved()}},
        }
        (self.folder / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
        secret = self.folder / "app.secret"
        secret.touch(mode=0o600)
        secret.write_text(f"{SECRET}\n")

    def list(self) -> None:
        """Write the migration list: one system, one server that comes from the world's source."""
        told = {
            "systems": [
                {
                    "system_id": SYSTEM,
                    "unit": "甲局",
                    "name": "合成系统",
                    "secrecy": "非涉密",
                    "mlps_level": "二级",
                    "dr_level": "2级",
                    "audience": "跨部门",
                    "network": "行政服务域",
                    "mlps_filing": "37000-26001",
                    "class": "正常",
                    "disposition": "迁移",
                    "target_cloud": "行政服务云",
                    "zone": "z",
                    "strategy": "重装",
                    "status": "已评审",
                }
            ],
            "servers": [
                {"server_id": server, "system_id": SYSTEM, "workload": workload, "source_address": address}
                for server, (workload, address) in self.servers().items()
            ],
        }
        (self.folder / "list.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))

    def targets(self) -> Sequence[str]:
        """Where the cloud has the servers of the list, in the order of their names."""
        return (self.world.move.target.address,)

    def servers(self) -> Mapping[str, tuple[str, str]]:
        """The list's servers: id → what is installed there, and where it comes from."""
        return {"SV-1": (self.workload, self.world.move.source.address)}

    def onward(self, until: str, *, expect: int = 0, dies: str = "", version: str = "") -> str:
        """Do what `migrate batch 1 --until` does once the servers stand; by another version, or only to a moment."""
        program = [sys.executable, "-m", "tests.worlds.onward"]
        if dies:
            program = [*KILLED, "onward", dies]
        if version:  # before anything has read it
            text = (
                f"import orchestrator; orchestrator.__version__ = {version!r}; from tests.worlds import onward as run"
            )
            program = [sys.executable, "-c", f"{text}; run.main()"]
        targets = self.targets()
        key = " ".join((self.world.folder / "host_key.pub").read_text().split()[:2])
        told = (",".join(targets), ",".join([key] * len(targets)))
        done = subprocess.run(
            [*self.world.net.inside("ctl"), *program, str(self.folder), *told, until],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
            env={**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


def as_named(site: Site, system: str = SYSTEM, world: World | None = None) -> World:
    """Return the site's world, or another system's, with everything under the names that the tool gave it."""
    life = site.lives.of(system)
    assert life is not None
    return replace(world or site.world, move=cast(DatabaseMove, recorded(life)))


@contextmanager
def syncing(folder: Path, *, disk_mib: int = 0) -> Iterator[Site]:
    """Bring up a world whose system is syncing, with its programme in a folder."""
    with world(big=200, disk_mib=disk_mib) as made_world:
        # What is tested is what commands say and record: a busy machine may take its time.
        ten = timedelta(seconds=10)
        patient = Limits(hold=ten, step=ten, catch_up=ten, frozen=3 * ten, transaction=ten)
        running = replace(made_world, move=replace(made_world.move, limits=patient))
        running.mover.ensure_prepared(running.move)
        running.mover.ensure_seeding(running.move)
        running.await_following()
        made = Site(running, folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none", windows="any")
        state = made.folder / ".migrate"
        state.mkdir(mode=0o700)
        Database(programme="p", file=state / "state.sqlite", log=state / "engine.log").prepare()
        lives = made.lives
        life = lives.happen(lives.begin(SYSTEM), Move.PREPARE, move=dumped(running.move), method="logical")
        lives.happen(life, Move.SEED)
        yield made
