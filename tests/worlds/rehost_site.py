"""A programme's folder for a machine that moves as it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

from tests.worlds.postgresql import World
from tests.worlds.rehost import RehostWorld, rehost_world
from tests.worlds.site import SYSTEM, Site


@dataclass(frozen=True)
class DiskSite(Site):
    """As `Site`; what moves is a whole disk."""

    workload: ClassVar[str] = "nginx"
    kind: ClassVar[str] = "rehost"

    @property
    def disk(self) -> RehostWorld:
        return cast(RehostWorld, self.world)

    def moved(self) -> dict[str, object]:
        move = self.disk.move
        return {
            "server": "SV-1",
            "disk": move.source.disk,
            "root": move.source.root,
            "keeper": {"address": move.target.address, "folder": move.target.folder},
            "limits": {"frozen": 120, "hold": 10, "catch_up": 60},
        }

    def targets(self) -> Sequence[str]:
        """Where the cloud has the server that starts from the copy."""
        assert self.disk.move.server is not None
        return (self.disk.move.server.address,)

    def started(self, *words: str, expect: int = 0) -> Any:
        """Run `migrate` with a cloud that starts servers from images."""
        program = [
            sys.executable,
            "-m",
            "tests.worlds.disk_cloud",
            "command",
            str(self.disk.folder),
            self.disk.net.name,
        ]
        done = subprocess.run(
            [*self.world.net.inside("ctl"), *program, "-", "-C", str(self.folder), *words, "-o", "json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
            env={**os.environ, "MIGRATE_LANG": "en", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return json.loads(done.stdout) if done.stdout.strip() else {}


@contextmanager
def disk_site(folder: Path) -> Iterator[DiskSite]:
    """Bring up a world and its programme in a folder; nothing of the move is begun."""
    with rehost_world() as running:
        made = DiskSite(cast(World, running), folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, folder / name)
        made.declare(approvals="none", windows="any")
        made.list()
        yield made


__all__ = ["SYSTEM", "DiskSite", "disk_site"]
