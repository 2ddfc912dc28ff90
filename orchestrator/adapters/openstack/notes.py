"""The note on a server that says which configuration it holds, and whether it still speaks of the disk that runs.

Nova keeps metadata through a rebuild, which puts a new system on the server's disk: the note alone is a memory.
So it is tied to the server's id and to its launch, which Nova writes anew whenever it spawns the server
(`_update_instance_after_spawn` in nova/compute/manager.py: build, rebuild, evacuate, unshelve, resize). A launch
that is another than the noted one is asked for in the server's own list of actions
(https://docs.openstack.org/api-ref/compute/#servers-actions-servers-os-instance-actions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from openstack.compute.v2.server import Server
from openstack.exceptions import ForbiddenException, NotFoundException

from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.marks import CONFIGURED, CONFIGURED_ON

# After these nothing is known of the disk: it is the image's again, or (evacuate) perhaps.
_RENEW = frozenset({"rebuild", "evacuate"})
# An action that does not say when it was is taken for the latest.
_NO_TIME = datetime.max.replace(tzinfo=UTC)
# These launch the server again with the disk it had.
_KEEP = frozenset({"resize", "migrate", "confirmResize", "revertResize", "unshelve"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a server says of itself.

    Attributes:
        configured: the configuration that it holds; empty if none, or if it is not known to hold any more.
        renewed: since when another disk runs than the one that was configured; empty if none does.
    """

    configured: str = ""
    renewed: str = ""

    def detail(self) -> dict[str, str]:
        """Return the note in the words of `Observed.detail`."""
        return {"configured": self.configured, "renewed": self.renewed}


def note_of(api: Api, server: Server) -> Note:
    """Return what is noted on a server, held against what Nova did with it since; it is asked only if it launched anew.

    A launch that nothing explains is no proof that the disk stayed: the note holds no longer.
    """
    told: Mapping[str, str] = server.metadata or {}
    configured, noted = told.get(CONFIGURED, ""), told.get(CONFIGURED_ON, "")
    if not configured or noted == launch_of(server):
        return Note(configured=configured)
    identity, _, launched = noted.partition(" ")
    if noted and identity != server.id:  # written on another server, whose metadata were copied
        return Note(renewed=_launched(server))
    since = _time(launched)
    try:
        actions = [
            (str(action.action), str(action.start_time or ""))
            for action in api.connection.compute.server_actions(server)
        ]
    except (ForbiddenException, NotFoundException):
        return Note(renewed=_launched(server))
    later = [(name, at) for name, at in actions if since is None or (_time(at) or _NO_TIME) > since]
    renewals = [at for name, at in later if name in _RENEW]
    if renewals:
        return Note(renewed=max(renewals) or _launched(server))
    # A note from before launches were noted holds as long as nothing speaks against it.
    if noted and not any(name in _KEEP for name, _ in later):
        return Note(renewed=_launched(server))
    return Note(configured=configured)


def launch_of(server: Server) -> str:
    """Return what a note is tied to: the server's id and when it was launched last."""
    return f"{server.id} {_launched(server)}"


def _launched(server: Server) -> str:
    return str(server.launched_at or "")


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
