"""Volumes in Cinder and their attachment to servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from openstack.block_storage.v3.volume import Volume

from orchestrator.adapters.openstack import compute
from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.creating import ensure_one
from orchestrator.adapters.openstack.marks import read_metadata
from orchestrator.model.plan import Kind, Owner, VolumeSpec
from orchestrator.model.result import Ensured

_USABLE = frozenset({"available", "in-use", "reserved", "attaching", "detaching"})


def owner_of(volume: Volume) -> Owner | None:
    """Return whose volume it is."""
    return read_metadata(volume.metadata)


def ensure_volume(api: Api, spec: VolumeSpec) -> Ensured:
    """Make the volume exist and be usable. One in an error state is reported and never replaced: it may hold data."""

    def look() -> Volume | None:
        cinder = api.cinder
        # Cinder wants the filter as a dictionary's text; JSON is one.
        by_mark = cinder.volumes(properties=json.dumps(dict(spec.owner.tags())))
        return api.pick(spec.owner, spec.name, [*by_mark, *cinder.volumes(name=spec.name)], owner_of=owner_of)

    def prepare() -> Callable[[], Volume]:
        wanted: dict[str, object] = {"name": spec.name, "size": spec.size_gib, "metadata": dict(spec.owner.tags())}
        if spec.type:
            wanted["volume_type"] = spec.type
        return partial(api.cinder.create_volume, **wanted)

    volume, made = ensure_one(api, f"{Kind.VOLUME}:{spec.owner.mark()}", spec.name, look=look, prepare=prepare)
    volume = _await_usable(api, volume)
    if volume.size != spec.size_gib:
        raise api.error("cloud.changed", subject=spec.name, field="size_gib", wanted=spec.size_gib, found=volume.size)
    return Ensured(kind=Kind.VOLUME, name=spec.name, id=volume.id, changed=made)


def ensure_attached(api: Api, server_name: str, volume_name: str) -> Ensured:
    """Make the volume be attached to the server; one that hangs elsewhere is refused, not moved."""
    nova, cinder = api.connection.compute, api.cinder
    server = compute.own_server(api, server_name)
    volume = api.own(volume_name, cinder.volumes(name=volume_name), owner_of=owner_of)
    elsewhere = {str(place["server_id"]) for place in volume.attachments or []} - {server.id}
    if elsewhere:
        raise api.error("cloud.volume-elsewhere", subject=volume_name, server=", ".join(sorted(elsewhere)))

    attached, made = ensure_one(
        api,
        f"{Kind.ATTACHMENT}:{server.id}/{volume.id}",
        f"{volume_name} → {server_name}",
        look=lambda: next((one for one in nova.volume_attachments(server) if one.volume_id == volume.id), None),
        prepare=lambda: partial(nova.create_volume_attachment, server, volume),
    )
    if made or volume.status != "in-use":
        _await_in_use(api, volume)
    return Ensured(
        kind=Kind.ATTACHMENT,
        name=f"{server_name}/{volume_name}",
        id=volume.id,
        changed=made,
        detail={"server": server_name, "volume": volume_name, "device": str(attached.device or "")},
    )


def _await_usable(api: Api, volume: Volume) -> Volume:
    return _await(api, volume, _USABLE)


def _await_in_use(api: Api, volume: Volume) -> Volume:
    return _await(api, volume, frozenset({"in-use"}))


def _await(api: Api, volume: Volume, good: frozenset[str]) -> Volume:
    last = volume

    def look() -> Volume | None:
        nonlocal last
        if last.status in good:
            return last
        last = api.cinder.get_volume(volume.id)
        if last.status.startswith("error"):
            raise api.error("cloud.volume-error", subject=last.name, id=last.id, status=last.status)
        return last if last.status in good else None

    if api.until(look) is None:
        raise api.late(last.name, last.status)
    return last
