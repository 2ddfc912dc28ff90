"""A programme's folder for a MariaDB world's system."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, cast

from orchestrator.execution.moving import recorded
from orchestrator.model.move import MariaMove
from tests.worlds.mariadb import MariaWorld, maria_world
from tests.worlds.postgresql import World
from tests.worlds.site import SYSTEM, Site


@dataclass(frozen=True)
class MariaSite(Site):
    """As `Site`; its world is asked the same things."""

    workload: ClassVar[str] = "mariadb"
    kind: ClassVar[str] = "mariadb"

    @property
    def maria(self) -> MariaWorld:
        return cast(MariaWorld, self.world)

    @property
    def named(self) -> MariaWorld:
        """The world with the names that the list gives its system."""
        life = self.lives.of(SYSTEM)
        assert life is not None
        return replace(self.maria, move=cast(MariaMove, recorded(life)))

    def route(self) -> dict[str, object]:
        proxy = self.maria.move.proxy
        told = {name: getattr(proxy, name) for name in ("port", "socket", "backend", "source", "target", "maxconn")}
        return {"proxy": {"address": proxy.reach.address, **told}}


@contextmanager
def maria_site(folder: Path, *, encrypted: bool = False) -> Iterator[MariaSite]:
    """Bring up a world and its programme in a folder; nothing of the move is begun."""
    with maria_world(encrypted=encrypted) as running:
        made = MariaSite(cast(World, running), folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none")
        made.list()
        yield made
