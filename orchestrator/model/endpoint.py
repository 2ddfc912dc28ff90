"""Where something is called, what is asked there, and the platforms that systems are registered with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Platform(StrEnum):
    """What a system is made known to anew once it has moved."""

    IDENTITY = "identity"  # the unified identity service
    EXCHANGE = "exchange"  # the platform on which data is shared and exchanged
    PORTAL = "portal"  # the service portal


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where something is called.

    Attributes:
        scheme: `tcp`, `http` or `https`.
        host: an IP address in its ordinary form, or a name.
        path: with its question, as it stands in a request; of `tcp` empty.
    """

    host: str
    port: int
    scheme: str = "tcp"
    path: str = ""

    def __str__(self) -> str:
        """Return it as the list has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'' if self.scheme == 'tcp' else f'{self.scheme}://'}{host}:{self.port}{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question over HTTP, and the answer that proves what it is asked for.

    Attributes:
        url: `http` or `https`; a redirection is an answer like any other, and is not followed.
        status: what must be answered.
        text: what the answer must hold; empty: anything.
    """

    STATUS: ClassVar[int] = 200

    url: Endpoint
    status: int = STATUS
    text: str = ""
