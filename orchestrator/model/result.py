"""What was observed and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CheckStatus(StrEnum):
    """Unknown is never pass: it means that nobody could tell; error means the check itself broke."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check's verdict; `code` is in the text catalogue, `code.remedy` says what to do."""

    code: str
    status: CheckStatus
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One object found on a cloud that carries our marks.

    Attributes:
        kind: as in `plan.Kind`.
        status: the service's own word, such as ACTIVE, ERROR, in-use; empty where it has none.
        detail: what the plan compares: flavor, image, openings (`tcp:80-80:0.0.0.0/0` joined by
            spaces, sorted), size_gib, network, security_group, server, port, address, configured …
    """

    kind: str
    id: str
    name: str
    cloud: str
    system: str
    key: str
    status: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One resource of a cloud: quota (`limit`, -1 for unlimited) and what is used of it now."""

    resource: str
    limit: int
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a cloud offers under a name: kind is flavor, image, network or availability-zone."""

    kind: str
    name: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudView:
    """One cloud as seen at one moment; enough to plan a batch against it."""

    cloud: str
    objects: tuple[Observed, ...]
    usage: tuple[Usage, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensured:
    """What an `ensure` came to; `changed` is False when the object was already right."""

    kind: str
    name: str
    id: str
    changed: bool
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """How a server is reached: address and its pinned host keys (`ssh-ed25519 AAAA…`)."""

    server: str
    address: str
    host_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookResult:
    """How a playbook run ended: `ok`, `failed`, `unreachable`, `timeout` or `cancelled`."""

    status: str
    changed: int
    failures: tuple[str, ...] = ()


class RunStatus(StrEnum):
    """Where a system's workflow stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step of a run; `cloud` is empty outside provisioning; `error` holds `code` and its values."""

    verb: str
    status: RunStatus
    cloud: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    error: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRun:
    """One system's run of a batch.

    Attributes:
        resumable: whether this version of the program can go on with it where it stands.
    """

    system: str
    batch: int
    workflow: str
    attempt: int
    status: RunStatus
    resumable: bool = True
    steps: tuple[StepRun, ...] = ()
    error: Mapping[str, str] = field(default_factory=dict)
