"""Images in Glance that are made of whole disks: sent once, compared by what the cloud says it has, the newest kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from openstack.exceptions import ConflictException, raise_from_response
from openstack.image.v2.image import Image

from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.marks import read_metadata
from orchestrator.model.image import ImageSpec
from orchestrator.model.plan import Owner
from orchestrator.model.result import Ensured

KIND = "image"
_GIB = 1024**3
_SHA512, _SHA256 = "sha512", "sha256"


def owner_of(image: Image) -> Owner | None:
    """Return whose image it is."""
    return read_metadata({name: str(value) for name, value in (image.properties or {}).items()})


def ensure_image(api: Api, spec: ImageSpec, chunks: Iterable[bytes]) -> Ensured:
    """Send an image, and keep it only if the cloud has what was sent; then the older ones of that owner go.

    What an earlier attempt left unfinished is taken away first. One that is in use by a server or volume stays.

    Args:
        api: the operation; its deadline is that of all of the sending.
        spec: what is made.
        chunks: the disk's bytes, from the first to the last.

    Raises:
        CloudError: `cloud.image-size` of what was read, `cloud.image-other` of what the cloud has, or what it refuses.
    """
    glance: Any = api.connection.image
    older = [image for image in glance.images(name=spec.name) if owner_of(image) == spec.owner]
    for image in older:
        if image.status != "active":
            _delete(api, image.id)
    wanted = {
        "name": spec.name, "disk_format": "raw", "container_format": "bare", "visibility": "private",
        "min_disk": -(-spec.size // _GIB), **spec.owner.tags(),
    }  # fmt: skip
    made = glance.post("/images", json=wanted)
    raise_from_response(made)
    identity = str(made.json()["id"])
    sent = _Sent(chunks)
    try:
        kind = {"Content-Type": "application/octet-stream"}
        raise_from_response(glance.put(f"/images/{identity}/file", data=iter(sent), headers=kind, log=False))
        _require_whole(api, spec, sent, glance.get_image(identity))
    except BaseException:
        _delete(api, identity)
        raise
    left = [image.id for image in older if image.status == "active" and not _delete(api, image.id)]
    detail = {"sha256": sent.sums[_SHA256].hexdigest(), "size": str(spec.size), "left": " ".join(left)}
    return Ensured(kind=KIND, name=spec.name, id=identity, changed=True, detail=detail)


class _Sent:
    """What goes out, added up as it goes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.sums = {name: hashlib.new(name) for name in (_SHA512, _SHA256)}

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            for each in self.sums.values():
                each.update(chunk)
            self.size += len(chunk)
            yield chunk

    def same(self, image: Image) -> bool:
        """Tell whether the cloud has added up the same; a sum of a kind that is not ours tells nothing."""
        ours = self.sums.get(str(image.hash_algo))
        return ours is not None and ours.hexdigest() == image.hash_value


def _require_whole(api: Api, spec: ImageSpec, sent: _Sent, image: Image) -> None:
    if sent.size != spec.size:
        raise api.error("cloud.image-size", subject=spec.name, wanted=spec.size, found=sent.size)
    if (image.status, image.size) != ("active", spec.size) or not sent.same(image):
        raise api.error("cloud.image-other", subject=spec.name, status=image.status, found=image.size)


def _delete(api: Api, identity: str) -> bool:
    """Delete an image; tell whether it is gone."""
    try:
        api.connection.image.delete_image(identity, ignore_missing=True)
    except ConflictException:
        return False
    return True
