"""Attachment of volumes in Cinder to servers in Nova."""

from __future__ import annotations

from functools import partial

from orchestrator.adapters.openstack import compute, storage
from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.creating import ensure_one
from orchestrator.model.plan import Kind
from orchestrator.model.result import Ensured


def ensure_attached(api: Api, server_name: str, volume_name: str) -> Ensured:
    """Make the volume be attached to the server; one that hangs elsewhere is refused, not moved."""
    nova = api.connection.compute
    server = compute.own_server(api, server_name)
    volume = storage.own_volume(api, volume_name)
    storage.refuse_elsewhere(api, volume, server.id)

    attached, made = ensure_one(
        api,
        f"{Kind.ATTACHMENT}:{server.id}/{volume.id}",
        f"{volume_name} → {server_name}",
        look=lambda: next((one for one in nova.volume_attachments(server) if one.volume_id == volume.id), None),
        prepare=lambda: partial(nova.create_volume_attachment, server, volume),
    )
    if made or volume.status != "in-use":
        storage.await_status(api, volume, frozenset({"in-use"}))
    return Ensured(
        kind=Kind.ATTACHMENT,
        name=f"{server_name}/{volume_name}",
        id=volume.id,
        changed=made,
        detail={"server": server_name, "volume": volume_name, "device": str(attached.device or "")},
    )
