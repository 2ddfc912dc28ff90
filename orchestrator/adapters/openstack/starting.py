"""Starts a server of ours from another image than it was made with, and switches it off; its port and address stay."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from openstack.compute.v2.server import Server
from openstack.exceptions import ConflictException

from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.compute import fault, find_server, image_id
from orchestrator.model.machines import CloudServer
from orchestrator.model.plan import Owner, ServerSpec

_ON, _OFF, _BROKEN = "ACTIVE", "SHUTOFF", "ERROR"


def state(api: Api, server: CloudServer) -> str:
    """Return how a server stands, as Nova calls it.

    Raises:
        CloudError: `cloud.missing`, or `cloud.changed`: it boots from a volume, which a rebuild would not replace.
    """
    return str(_found(api, server).status)


def ensure_started(api: Api, server: CloudServer, image: str) -> None:
    """Have the server run, and from this image; what was on its disk is gone then.

    Args:
        api: the operation.
        server: of ours.
        image: id; empty: whatever it has.

    Raises:
        CloudError: as `state`; `cloud.server-error`, `cloud.deadline`, or what the cloud refuses.
    """
    nova = api.connection.compute
    found = _found(api, server)
    if image and (image_id(found) != image or found.status == _BROKEN):
        _settled(api, found)
        nova.rebuild_server(found, image=image)

    def act(seen: Server) -> Callable[[], object] | None:
        return (lambda: nova.start_server(seen)) if seen.status == _OFF else None

    last = _until(api, found, _ON, act)
    if image and image_id(last) != image:
        raise api.error("cloud.changed", subject=server.name, field="image", wanted=image, found=image_id(last))


def ensure_stopped(api: Api, server: CloudServer) -> None:
    """Have the server off.

    Raises:
        CloudError: as `ensure_started`.
    """
    nova = api.connection.compute

    def act(seen: Server) -> Callable[[], object] | None:
        return (lambda: nova.stop_server(seen)) if seen.status in {_ON, _BROKEN} else None

    _until(api, _found(api, server), _OFF, act)


def _found(api: Api, server: CloudServer) -> Server:
    owner = Owner(programme=server.programme, system=server.system, key=server.key)
    found = find_server(api, ServerSpec(name=server.name, owner=owner, flavor="", keypair="", port=""))
    if found is None:
        raise api.error("cloud.missing", subject=server.name)
    if not image_id(found):
        raise api.error("cloud.changed", subject=server.name, field="image", wanted="-", found="-")
    return found


def _settled(api: Api, server: Server) -> None:
    """Return once nothing is being done to the server."""
    if api.until(lambda: api.connection.compute.get_server(server.id).task_state is None or None) is None:
        raise api.late(server.name, str(server.status))


def _until(api: Api, server: Server, wanted: str, act: Callable[[Server], Callable[[], object] | None]) -> Server:
    """Return the server once it stands as wanted; what leads there is asked for when nothing else is being done.

    A request that comes while something else is done is refused by Nova, and sent again after the next look.
    """
    last, asked = server, False

    def look() -> Server | None:
        nonlocal last, asked
        last = api.connection.compute.get_server(server.id)
        if last.task_state is not None:
            return None
        if last.status == wanted:
            return last
        if last.status == _BROKEN and (asked or wanted == _ON):
            raise api.error("cloud.server-error", subject=last.name, id=last.id, fault=fault(last))
        if (do := act(last)) is not None:
            asked = True
            with suppress(ConflictException):
                do()
        return None

    if api.until(look) is None:
        raise api.late(last.name, f"{last.status} {last.task_state or ''}".strip())
    return last
