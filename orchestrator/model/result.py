"""What was observed and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.model.claim import Claim
from orchestrator.model.cloud import CloudIdentity, Credential


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

    @classmethod
    def of(cls, code: str, passed: object, subject: str = "", **values: object) -> CheckResult:
        """Return a pass or a fail, by the truth of `passed`; values are told as text."""
        told = {name: str(value) for name, value in values.items()}
        return cls(code=code, status=CheckStatus.PASS if passed else CheckStatus.FAIL, subject=subject, values=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One object found on a cloud that carries our marks.

    Attributes:
        kind: as in `plan.Kind`.
        status: the service's own word, such as ACTIVE, ERROR, in-use; empty where it has none.
        detail: what the plan compares: flavor, image, openings (`tcp:80-80:0.0.0.0/0` joined by
            spaces, sorted), size_gib, network, security_group, server, port, address, configured (the note on a
            server, empty once another disk runs there, which `renewed` tells the time of) …
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
    """What a cloud offers under a name: kind is flavor, image, network, volume-type or availability-zone.

    Attributes:
        id: two offers of one kind and name differ in it.
        detail: what the plan and its checks look at; a value is empty where the cloud does not tell it.
            flavor: vcpus, ram_mib, disk_gib, disabled; image: status, min_disk_gib, min_ram_mib; network: status,
            admin_up, external, port_security, and of its subnets their number `subnets`, IP `versions`, the ids of
            those `without_dhcp`, `addresses` in their pools and how many of these are taken, `taken_least` and
            `taken_most`; availability-zone: available. Flags are yes or no.
    """

    kind: str
    name: str
    id: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudView:
    """One cloud as seen at one moment; enough to plan a batch against it.

    Attributes:
        identity: which cloud answered; None for one that only stands for a cloud.
        credential: what it let us in by.
        claims: whose the programme is there, the earliest first; None where the cloud does not let us ask.
    """

    cloud: str
    objects: tuple[Observed, ...]
    usage: tuple[Usage, ...]
    offers: tuple[Offer, ...]
    identity: CloudIdentity | None = None
    credential: Credential = field(default_factory=Credential)
    claims: tuple[Claim, ...] | None = ()


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
class LostCloud:
    """A cloud on which a run went no further; `code` and `values` are those of the error that told of it.

    Attributes:
        systems: those that it holds: they stand where they stood.
    """

    cloud: str
    code: str
    values: Mapping[str, str]
    systems: tuple[str, ...]


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
class RunningTask:
    """The task that a system's playbook has come to.

    Attributes:
        number: counts from 1 in the order in which they begin.
        of: how many there are; None where only the run can tell.
    """

    task: str
    number: int
    of: int | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A server that a run has reached: where, and by what address its workload answers (empty for a bare one)."""

    server: str
    cloud: str
    address: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRun:
    """One system's run of a batch.

    Attributes:
        resumable: whether this version of the program can go on with it where it stands.
        shared: whether workers do it; then no one log has all of it.
        servers: those that it has reached; read with the steps only.
    """

    system: str
    batch: int
    workflow: str
    attempt: int
    status: RunStatus
    resumable: bool = True
    steps: tuple[StepRun, ...] = ()
    error: Mapping[str, str] = field(default_factory=dict)
    servers: tuple[Delivered, ...] = ()
    shared: bool = False


def failing(checks: Iterable[CheckResult]) -> list[CheckResult]:
    """Return the checks that did not pass; one of which nobody can tell did not."""
    return [check for check in checks if check.status is not CheckStatus.PASS]


def told_codes(checks: Iterable[CheckResult]) -> str:
    """Return checks as one text without words of any language."""
    return ", ".join(f"{check.code}={check.status}" for check in checks)
