"""A programme's folder for a system whose file system and databases move as one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from tests.worlds.files import SIDES
from tests.worlds.postgresql import World
from tests.worlds.site import Site
from tests.worlds.webapp import WebappWorld, webapp_world


@dataclass(frozen=True)
class WebappSite(Site):
    """As `Site`, with two servers; the first has the files and the service, with a timer beside it."""

    kind: ClassVar[str] = "webapp"

    @property
    def webapp(self) -> WebappWorld:
        return cast(WebappWorld, self.world)

    def servers(self) -> Mapping[str, tuple[str, str]]:
        move = self.webapp.move
        return {
            "SV-1": ("nginx", move.files.source.address),
            "SV-2": ("postgresql", move.database.source.address),
        }

    def targets(self) -> Sequence[str]:
        move = self.webapp.move
        return (move.files.target.address, move.database.target.address)

    def timer(self, host: str) -> Path:
        return self.webapp.files.folder / host / "timer"

    def stands(self) -> tuple[str, list[str], list[str], list[str]]:
        """Where the life is, which sides can be written to, and on which service and timer run."""
        timers = [host for host in SIDES if self.timer(host).exists()]
        return self.phase, self.webapp.writable(), self.webapp.running(), timers

    def moved(self) -> dict[str, object]:
        move, database = self.webapp.move, self.webapp.move.database
        trees = zip(("source", "target"), SIDES, (move.files.source, move.files.target), strict=True)
        return {
            "files": {
                "server": "SV-1",
                "limits": {"frozen": 60, "hold": 20, "catch_up": 40},
                **{
                    end: {
                        "path": server.path,
                        "stop": list(server.stop),
                        "start": list(server.start),
                        "others": [
                            {"stop": ["rm", "-f", str(self.timer(host))], "start": ["touch", str(self.timer(host))]}
                        ],
                    }
                    for end, host, server in trees
                },
            },
            "postgresql": {
                "server": "SV-2",
                "databases": list(database.databases),
                "pooler": {
                    "address": self.webapp.database.move.pooler.reach.address,
                    "file": self.webapp.database.move.pooler.file,
                    "socket": self.webapp.database.move.pooler.socket,
                },
                "limits": {"frozen": 30, "hold": 10, "catch_up": 10, "transaction": 10},
                "source": {"socket": database.source.socket},
                "target": {"socket": database.target.socket},
                "probe": {"role": "app", "secret": "app.secret"},
            },
        }


@contextmanager
def webapp_site(folder: Path) -> Iterator[WebappSite]:
    """Bring up a world and its programme in a folder; nothing of the move is begun."""
    with webapp_world("s-1") as running:  # as the list's system is named
        made = WebappSite(cast(World, running), folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.timer("src").touch()
        made.declare(approvals="none", windows="any")
        made.list()
        yield made
