"""What clouds keep: volumes, their backups and images, as one listing of each kind tells. All of it is a cloud's claim.

Times are seconds since 1970 by the clock of the cloud that wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

USABLE = frozenset({"available", "restoring"})  # of a backup that is whole by its cloud's word
ACTIVE = "active"  # of an image whose bytes are there by its cloud's word
ORIGIN = "source_image_id"  # the property of a copied image that names what it was copied from


class Stocked(StrEnum):
    """What a cloud lists in one go."""

    VOLUMES = "volumes"
    BACKUPS = "backups"
    IMAGES = "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume; `encrypted` is None where nobody told."""

    id: str
    name: str
    status: str
    size_gib: int
    encrypted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup of a volume.

    Attributes:
        volume: id of the volume that it was made of.
        size_gib: of that volume as it was then.
        dependents: whether an incremental backup needs this one; None: nobody told.
        taken: when what is in it stood on the volume, which for a backup of a snapshot is before it was made.
        made, changed: when the record was made, and last changed.
        reason: why it failed, in the cloud's words.
        keyed: whether it names an encryption key.
    """

    id: str
    name: str
    volume: str
    status: str
    size_gib: int
    incremental: bool
    dependents: bool | None = None
    taken: float | None = None
    made: float | None = None
    changed: float | None = None
    reason: str = ""
    keyed: bool = False

    @property
    def usable(self) -> bool:
        """Tell whether its cloud calls it whole."""
        return self.status in USABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image.

    Attributes:
        size: bytes; None where it has none yet.
        algorithm, digest: of the bytes that were uploaded, as the cloud hashed them then; empty on old images.
        origin: id of the image that it was copied from, as whoever copied it noted.
        failed: stores at which its import failed.
        protected: whether it must be unprotected before it can be deleted; None: nobody told.
        settings: what a server that starts from it depends on.
    """

    id: str
    name: str
    status: str
    size: int | None = None
    algorithm: str = ""
    digest: str = ""
    origin: str = ""
    failed: str = ""
    protected: bool | None = None
    visibility: str = ""
    made: float | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a project may still make; None: there is no limit."""

    backups: int | None
    backup_gib: int | None
    volume_gib: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """One listing of one cloud.

    Attributes:
        cloud: which cloud it is by its own word: where it lets people in, and the region.
        now: its clock as it answered; None: its answer had no time.
        room: of backups alone; None: nobody told.
        recorded: ids of backups whose record is kept outside of the cloud, as the programme's folder has them.
    """

    cloud: str
    now: float | None
    volumes: tuple[Volume, ...] = ()
    backups: tuple[Backup, ...] = ()
    images: tuple[Image, ...] = ()
    room: Room | None = None
    recorded: frozenset[str] = frozenset()
