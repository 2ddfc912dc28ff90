"""Host keys that servers' own consoles tell instead of the pinned ones, by their fingerprints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.checks.hosts import fingerprint
from orchestrator.model.seen import NewKey
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class RepinView:
    """What `migrate repin` found, and whether it was taken over."""

    batch: int
    keys: tuple[NewKey, ...]
    pinned: bool = False

    def data(self) -> object:
        """Return each server with the fingerprints of both sides."""
        return {
            "batch": self.batch,
            "repinned": self.pinned,
            "servers": [
                {
                    "cloud": key.cloud,
                    "server": key.server,
                    "id": key.id,
                    "pinned": list(map(fingerprint, key.pinned)),
                    "console": list(map(fingerprint, key.told)),
                }
                for key in self.keys
            ],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a paragraph for each server, or that there is nothing to take over."""
        if not self.keys:
            yield say("repin.nothing")
        elif self.pinned:
            yield say("repin.done", count=len(self.keys), batch=self.batch)
        else:
            for key in self.keys:
                yield say("repin.server", server=key.server, cloud=key.cloud, id=key.id)
                yield say("repin.pinned", keys=", ".join(map(fingerprint, key.pinned)) or "-")
                yield say("repin.console", keys=", ".join(map(fingerprint, key.told)))
