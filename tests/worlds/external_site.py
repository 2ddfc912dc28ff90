"""A programme's folder for a system that a tool of its own moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from tests.worlds.external import EXAMPLE, RedisWorld, redis_world
from tests.worlds.postgresql import World
from tests.worlds.site import SYSTEM, Site


@dataclass(frozen=True)
class ToolSite(Site):
    """As `Site`; what moves is a Redis."""

    workload: ClassVar[str] = "nginx"
    kind: ClassVar[str] = "external"

    @property
    def redis(self) -> RedisWorld:
        return cast(RedisWorld, self.world)

    @property
    def tool(self) -> Path:
        return self.folder / "move.d" / "redis"

    def moved(self) -> dict[str, object]:
        return {
            "server": "SV-1",
            "tool": "redis",
            "options": {"source_port": "6379"},
            "limits": {"frozen": 60, "hold": 20, "catch_up": 20, "step": 10},
        }

    def stands(self) -> tuple[str, list[str]]:
        """Where the system's life is, and which sides let a client write."""
        return self.phase, self.redis.writable()


@contextmanager
def tool_site(folder: Path) -> Iterator[ToolSite]:
    """Bring up a world and its programme in a folder; nothing of the move is begun."""
    with redis_world() as running:
        made = ToolSite(cast(World, running), folder)
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, folder / name)
        made.tool.parent.mkdir(mode=0o755)
        shutil.copy(EXAMPLE, made.tool)
        made.tool.chmod(0o755)
        made.declare(approvals="none", windows="any")
        made.list()
        yield made


__all__ = ["SYSTEM", "ToolSite", "tool_site"]
