"""A programme's folder for a system whose file system moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, cast

from orchestrator.execution.moving import recorded
from orchestrator.model.move import FilesMove, Method
from tests.worlds.files import FilesWorld, files_world
from tests.worlds.postgresql import World
from tests.worlds.site import SYSTEM, Site


@dataclass(frozen=True)
class FilesSite(Site):
    """As `Site`; its service is a file on either machine that says whether it runs."""

    workload: ClassVar[str] = "nginx"
    kind: ClassVar[str] = "files"

    @property
    def files(self) -> FilesWorld:
        return cast(FilesWorld, self.world)

    @property
    def named(self) -> FilesWorld:
        """The world with the names that the list gives its system."""
        life = self.lives.of(SYSTEM)
        assert life is not None
        return replace(self.files, move=cast(FilesMove, recorded(life)))

    def service(self, host: str) -> Path:
        return self.files.folder / host / "runs"

    def running(self) -> list[str]:
        """The sides whose service runs."""
        return [host for host in ("src", "tgt") if self.service(host).exists()]

    def moved(self) -> dict[str, object]:
        ends = zip(("source", "target"), ("src", "tgt"), (self.files.move.source, self.files.move.target), strict=True)
        return {
            "server": "SV-1",
            "limits": {"frozen": 60, "hold": 20, "catch_up": 40},
            "algorithms": dict(self.files.move.source.reach.algorithms),
            **{
                end: {
                    "path": server.path,
                    "stop": ["rm", "-f", str(self.service(host))],
                    "start": ["touch", str(self.service(host))],
                }
                for end, host, server in ends
            },
        }


@contextmanager
def files_site(folder: Path, method: Method = Method.RSYNC) -> Iterator[FilesSite]:
    """Bring up a world and its programme in a folder; nothing of the move is begun.

    Args:
        folder: the programme's.
        method: by which its files can be moved; for `tar` the source is one of long ago.
    """
    with files_world(old=method is Method.TAR) as running:
        made = FilesSite(cast(World, running), folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.service("src").touch()
        made.declare(approvals="none", windows="any")
        made.list()
        yield made
