"""Which cloud is meant, beyond its name in `clouds.yaml`, and what it let us in by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudIdentity:
    """A cloud as its own token answers it; two of one name that differ here are two places.

    Attributes:
        name: in `clouds.yaml`.
        auth_url: where the token was had, without a trailing slash, scheme and host in lower case.
        project: the project's id, which a project of the same name elsewhere does not have.
        region: of the compute endpoint that is used.
    """

    name: str
    auth_url: str
    project: str
    region: str

    def __str__(self) -> str:
        return f"{self.auth_url} project {self.project} region {self.region or '-'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a cloud let us in by.

    Attributes:
        id: of the application credential; empty for a password.
        expires: when it ends by itself; None if it does not, or if the cloud does not say.
    """

    id: str = ""
    expires: datetime | None = None
