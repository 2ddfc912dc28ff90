"""Volumes in Cinder: blank ones for data, and those that servers boot from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial

from openstack.block_storage.v3.volume import Volume

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
    """Make the volume exist and be usable, with its image on it if it has one.

    One in an error state is reported and never replaced: it may hold data.
    """

    def look() -> Volume | None:
        found = [*_marked(api, spec.owner), *api.cinder.volumes(name=spec.name)]
        return api.pick(spec.owner, spec.name, found, owner_of=owner_of)

    def prepare() -> Callable[[], Volume]:
        wanted: dict[str, object] = {"name": spec.name, "size": spec.size_gib, "metadata": dict(spec.owner.tags())}
        if spec.type:
            wanted["volume_type"] = spec.type
        if spec.image:
            wanted["image_id"] = api.offered("image", spec.image, api.connection.image.images(name=spec.image))
        return partial(api.cinder.create_volume, **wanted)

    volume, made = ensure_one(api, f"{Kind.VOLUME}:{spec.owner.mark()}", spec.name, look=look, prepare=prepare)
    volume = await_status(api, volume, _USABLE)
    _compare(api, spec, volume)
    return Ensured(kind=Kind.VOLUME, name=spec.name, id=volume.id, changed=made)


def own_volume(api: Api, name: str) -> Volume:
    """Return our volume of that name in the plan."""
    return api.own(
        VolumeSpec,
        name,
        named=lambda: api.cinder.volumes(name=name),
        marked=lambda owner: _marked(api, owner),
        owner_of=owner_of,
    )


def _marked(api: Api, owner: Owner) -> Iterable[Volume]:
    # Cinder wants the filter as a dictionary's text; JSON is one.
    found: Iterable[Volume] = api.cinder.volumes(properties=json.dumps(dict(owner.tags())))
    return found


def bootable(api: Api, name: str) -> Volume:
    """Return our volume of that name when a server can be made on it.

    A server that was deleted just now may still hold it, so it is waited for. Cinder reserves it for the
    first server that asks: two servers can never boot from one volume.
    """
    volume = own_volume(api, name)
    refuse_elsewhere(api, volume)
    return await_status(api, volume, frozenset({"available"}))


def refuse_elsewhere(api: Api, volume: Volume, server_id: str = "") -> None:
    """Refuse a volume that hangs on another server than the one named, if any."""
    elsewhere = {str(place["server_id"]) for place in volume.attachments or []} - {server_id}
    if elsewhere:
        raise api.error("cloud.volume-elsewhere", subject=volume.name, server=", ".join(sorted(elsewhere)))


def image_name(volume: Volume) -> str:
    """Return the name of the image a volume was made of; Cinder keeps it with the volume. Empty for a blank one."""
    return str((volume.volume_image_metadata or {}).get("image_name", ""))


def await_status(api: Api, volume: Volume, good: frozenset[str]) -> Volume:
    """Return the volume when its status is one of `good`.

    Raises:
        CloudError: `cloud.volume-error` if it came to an error instead, `cloud.deadline`.
    """
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


def _compare(api: Api, spec: VolumeSpec, volume: Volume) -> None:
    """Refuse a volume that is not as specified; what is on it may be all there is of a system."""
    if volume.size != spec.size_gib:
        raise api.error("cloud.changed", subject=spec.name, field="size_gib", wanted=spec.size_gib, found=volume.size)
    image = image_name(volume)
    if image and image != spec.image:
        raise api.error("cloud.changed", subject=spec.name, field="image", wanted=spec.image or "-", found=image)
