"""What a project keeps in one cloud: volumes, backups or images, each by one listing. No write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from openstack.exceptions import ForbiddenException

from orchestrator.adapters.openstack import identity
from orchestrator.adapters.openstack.api import Api, Thing
from orchestrator.model.copies import ORIGIN, Backup, Image, Room, Stock, Stocked, Volume

_MOST = 100_000  # objects of one listing, over all its pages
_LONGEST = 255  # characters of what is told of an object
_YEARS = range(1970, 9000)
# What a server that starts from an image depends on; of the last two only whether there is one, for ids differ.
_SETTINGS = (
    "disk_format", "container_format", "min_disk", "min_ram", "architecture", "os_type", "hw_firmware_type",
    "hw_machine_type", "hw_disk_bus", "hw_scsi_model", "hw_vif_model", "hw_qemu_guest_agent", "os_secure_boot",
    "kernel_id", "ramdisk_id",
)  # fmt: skip
_IDS = frozenset({"kernel_id", "ramdisk_id"})
T = TypeVar("T", bound=Thing)


def stock(api: Api, what: Stocked) -> Stock:
    """Return everything of one kind; the cloud's clock is that of the listing's last answer."""
    cloud = identity.identity(api)
    name = f"{cloud.auth_url} {cloud.region}"
    if what is Stocked.VOLUMES:
        volumes = tuple(map(_volume, _few(api, api.cinder.volumes())))
        return Stock(cloud=name, now=_now(api), volumes=volumes)
    if what is Stocked.IMAGES:
        images = tuple(map(_image, _few(api, api.connection.image.images())))
        return Stock(cloud=name, now=_now(api), images=images)
    backups = tuple(map(_backup, _few(api, api.cinder.backups())))
    now = _now(api)
    return Stock(cloud=name, now=now, backups=backups, room=_room(api))


def _few(api: Api, found: Iterable[T]) -> Iterable[T]:
    """Return each object once: what is made while pages are read moves others to the next one."""
    few = list(islice(found, _MOST + 1))
    if len(few) > _MOST:
        raise api.error("cloud.answer-too-large", request="listing", message=f"{_MOST} objects")
    return {each.id: each for each in few}.values()


def _now(api: Api) -> float | None:
    told = api.date()
    return None if told is None or told.year not in _YEARS else told.timestamp()


def _volume(volume: Any) -> Volume:
    encrypted = volume.is_encrypted
    return Volume(
        id=str(volume.id),
        name=_text(volume.name),
        status=_text(volume.status),
        size_gib=volume.size or 0,
        encrypted=encrypted if isinstance(encrypted, bool) else None,
    )


def _backup(backup: Any) -> Backup:
    made = _moment(backup.created_at)
    return Backup(
        id=str(backup.id),
        name=_text(backup.name),
        volume=_text(backup.volume_id),
        status=_text(backup.status),
        size_gib=backup.size or 0,
        incremental=bool(backup.is_incremental),
        dependents=backup.has_dependent_backups,
        # Without its own stamp only a backup of the volume itself is known to be of the moment at which it was made.
        taken=made if backup.data_timestamp is None and not backup.snapshot_id else _moment(backup.data_timestamp),
        made=made,
        changed=_moment(backup.updated_at) or made,
        reason=_text(backup.fail_reason),
        keyed=bool(backup.encryption_key_id),
    )


def _image(image: Any) -> Image:
    told: Mapping[str, object] = image.to_dict(computed=False, ignore_none=True, original_names=True)
    more = told.get("properties")
    named = {**(more if isinstance(more, Mapping) else {}), **told}
    protected = image.is_protected
    return Image(
        id=str(image.id),
        name=_text(image.name),
        status=_text(image.status),
        size=image.size,
        algorithm=_text(image.hash_algo),
        digest=_text(image.hash_value),
        origin=_text(named.get(ORIGIN)),
        failed=_text(named.get("os_glance_failed_import")),
        protected=protected if isinstance(protected, bool) else None,
        visibility=_text(image.visibility),
        made=_moment(image.created_at),
        settings={
            name: "yes" if name in _IDS else _text(named[name])
            for name in _SETTINGS
            if named.get(name) not in (None, "")
        },
    )


def _room(api: Api) -> Room | None:
    """Return what may still be made; a cloud that does not let its user read that leaves it unknown."""
    with suppress(ForbiddenException):
        told = api.cinder.get_limits().absolute
        if None in (told.max_total_backups, told.total_backups_used, told.max_total_backup_gigabytes,
                    told.total_backup_gigabytes_used):  # fmt: skip
            return None
        return Room(
            backups=_left(told.max_total_backups, told.total_backups_used),
            backup_gib=_left(told.max_total_backup_gigabytes, told.total_backup_gigabytes_used),
            volume_gib=_left(told.max_total_volume_gigabytes, told.total_gigabytes_used),
        )
    return None


def _left(limit: int, used: int) -> int | None:
    return None if limit < 0 else max(0, limit - used)  # -1: no limit


def _text(value: object) -> str:
    """Return a cloud's word for one line: cut, without what moves a cursor."""
    text = "" if value is None else str(value)[:_LONGEST]
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _moment(text: object) -> float | None:
    """Return a time as OpenStack writes it, which is UTC where it does not say so; None for what is none."""
    if not isinstance(text, str):
        return None
    with suppress(ValueError):
        told = datetime.fromisoformat(text)
        told = told if told.tzinfo else told.replace(tzinfo=UTC)
        return told.timestamp() if told.year in _YEARS else None
    return None
