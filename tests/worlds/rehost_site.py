"""A programme's folder for a machine that moves as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

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
        }


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
