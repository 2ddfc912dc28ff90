"""An image that is made of a machine's disk."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.model.plan import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpec:
    """An image of a whole disk, as it is byte by byte.

    Attributes:
        name: on the cloud; the newest that came there whole is the only one of that owner.
        size: bytes.
    """

    name: str
    owner: Owner
    size: int
