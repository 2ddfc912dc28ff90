"""The shape of the outside: what execution may ask of clouds, playbooks, machines, evidence and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from orchestrator.model.plan import CloudObject, GuestSpec, ServerSpec, SourceSpec, SystemSpec
from orchestrator.model.result import CheckResult, CloudView, Ensured, Guest, Observed, Offer, PlaybookResult
from orchestrator.model.system import Opening


class Clock(Protocol):
    """Time, so that tests can have their own."""

    def now(self) -> datetime:
        """Return the time, timezone-aware."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""

    def sleep(self, duration: timedelta) -> None:
        """Wait."""


class Cloud(Protocol):
    """One OpenStack cloud. Every `ensure` looks before it creates; twice is the same as once."""

    @property
    def name(self) -> str:
        """Name in `clouds.yaml`."""

    def view(self, programme: str) -> CloudView:
        """Read everything a plan needs: our objects, quotas and use, offers. Never writes."""

    def offers(self) -> tuple[Offer, ...]:
        """Read what the cloud offers by name: flavors, images, networks, volume types and availability zones."""

    def find(self, spec: ServerSpec) -> Observed | None:
        """Find a server of ours by its mark, also when somebody renamed it; its detail tells `configured` alone."""

    def ensure(self, spec: CloudObject, *, deadline: timedelta) -> Ensured:
        """Make the object exist and be as specified; a server is waited for until ACTIVE.

        Raises:
            CloudError: refused, in ERROR (with the fault's text), ambiguous (two objects carry the
                key), changed in a way that cannot be mended in place, or not done by the deadline.
        """

    def ensure_attached(self, server: str, volume: str, *, deadline: timedelta) -> Ensured:
        """Attach a volume to a server, both by the names of the programme's own objects."""

    def address(self, server: Observed) -> str:
        """Return the address the tool reaches the server at: its floating IP, else its fixed IPv4."""

    def console(self, server: str) -> str:
        """Return the server's console log, from which its SSH host keys are learned."""

    def ensure_configured(self, server: str, digest: str) -> Ensured:
        """Write on the server that this configuration holds."""

    def delete(self, observed: Observed) -> None:
        """Delete one of our objects; one that is gone already is no error."""


class HostKeys(Protocol):
    """Remembers what a server's own console said of its SSH host keys; a console scrolls, a pin stays."""

    def known(self, cloud: str, server_id: str) -> tuple[str, ...]:
        """Return the keys pinned for this very server (not for its name); empty when none are."""

    def pin(self, cloud: str, server_id: str, keys: tuple[str, ...]) -> None:
        """Remember a server's keys for good."""


class Renderer(Protocol):
    """Writes a system's playbook, vars file and inventory."""

    def render(self, spec: SystemSpec, out: Path, *, guests: Mapping[str, Guest]) -> Path:
        """Write the system's files under `out` and return their folder; `guests` may be empty."""


class PlaybookRunner(Protocol):
    """Runs a rendered playbook."""

    def run(
        self,
        folder: Path,
        *,
        deadline: timedelta,
        cancelled: Callable[[], bool],
        tell: Callable[[Mapping[str, str]], None],
    ) -> PlaybookResult:
        """Run `folder/playbook.yml`; `tell` receives one small mapping for each task result."""


class GuestProbe(Protocol):
    """Looks at a new server from outside."""

    def await_ssh(self, guest: Guest, user: str, *, deadline: timedelta) -> None:
        """Return when the guest lets us in with the pinned host key.

        Raises:
            MigrateError: `guest.host-key` on another key (at once), `guest.unreachable` at the deadline.
        """

    def check(self, guest: Guest, spec: GuestSpec, facts: Mapping[str, str]) -> Sequence[CheckResult]:
        """Check each opening and the workload's own answer from outside the guest."""

    def closed(self, guest: Guest, opening: Opening) -> CheckResult:
        """Check that a port that was not declared does not answer."""


class SourceProbe(Protocol):
    """Looks at a source machine without changing it: paramiko and plain POSIX sh, host key pinned."""

    def probe(self, source: SourceSpec) -> tuple[Sequence[CheckResult], Mapping[str, str]]:
        """Return the checks and the facts (system, arch, cpus, ram_mib, disk_used_gib, listening …)."""


class Evidence(Protocol):
    """The append-only, hash-chained record."""

    def record(self, kind: str, /, **data: object) -> None:
        """Append one entry; durable when it returns. Values must be JSON and free of secrets."""

    def unanswered(self, key: str) -> bool:
        """Tell whether a create for this key was announced and its answer never recorded."""
