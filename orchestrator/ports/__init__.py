"""The shape of the outside: what execution may ask of clouds, playbooks, machines, evidence and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from orchestrator.model.claim import Claim, Standing
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

    def standing(self, programme: str) -> Standing:
        """Read which cloud this is, and whose the programme is on it. Never writes."""

    def hold(self, claim: Claim, settled: str = "") -> Claim:
        """Make a state folder's claim stand alone on the cloud, and return it as it stands there.

        Args:
            claim: what is written if the folder has none there.
            settled: id of the folder's claim that an earlier call returned.

        Raises:
            Locked: `claim.held`, `claim.unreadable`: another state folder has the programme; nothing of ours is left.
            Refused: `claim.not-possible`: the cloud does not let us.
        """

    def release(self, claim: Claim) -> None:
        """Take a claim off the cloud; one that is gone already is no error."""

    def offers(self) -> tuple[Offer, ...]:
        """Read what the cloud offers by name: flavors, images, networks, volume types and availability zones."""

    def find(self, spec: ServerSpec) -> Observed | None:
        """Find a server of ours by its mark, also when somebody renamed it; its detail tells of its note alone."""

    def ensure(self, spec: CloudObject, *, deadline: timedelta, among: Sequence[CloudObject] = ()) -> Ensured:
        """Make the object exist and be as specified; a server is waited for until ACTIVE.

        `among` has the plan's objects that the specification names: they are found by their marks, whatever they are
        called on the cloud. One that is not among them is looked up by its name.

        Raises:
            CloudError: refused, in ERROR (with the fault's text), ambiguous (two objects carry the
                key), changed in a way that cannot be mended in place, or not done by the deadline.
        """

    def ensure_attached(
        self, server: str, volume: str, *, deadline: timedelta, among: Sequence[CloudObject] = ()
    ) -> Ensured:
        """Attach a volume to a server, both by the names they have in the plan; `among` as in `ensure`."""

    def address(self, server: Observed) -> str:
        """Return the address the tool reaches the server at: its floating IP, else its fixed IPv4."""

    def console(self, server: Observed) -> str:
        """Return the server's console log, from which its SSH host keys are learned."""

    def ensure_configured(self, server: Observed, digest: str) -> Ensured:
        """Write on the server, as `find` saw it before it was configured, that this configuration holds.

        The note is good for the disk that ran then: `find` and `view` do not tell it of another one.
        """

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
        begun: Callable[[str, int, int | None], None] = lambda *_: None,
    ) -> PlaybookResult:
        """Run `folder/playbook.yml`; `tell` receives one small mapping for each task result.

        `begun` receives the name of each task that begins, its number from 1, and how many there are if that is known.
        """


class TaskBoard(Protocol):
    """Shows which task of its playbook each system is at."""

    def begun(self, system: str, task: str, number: int, of: int | None) -> None:
        """Show the task that begins; `of` is how many there are, None where only the run can tell."""

    def ended(self, system: str) -> None:
        """Show none: no playbook of the system runs any more."""


class GuestProbe(Protocol):
    """Looks at a new server from outside."""

    def await_ssh(self, guest: Guest, user: str, *, deadline: timedelta) -> None:
        """Return when the guest lets us in with the pinned host key.

        Raises:
            MigrateError: `guest.host-key` on another key (at once), `guest.unreachable` at the deadline.
        """

    def identify(self, guest: Guest, user: str) -> CheckResult:
        """Check that what answers at the guest's address has a pinned key and lets us in; one look, no waiting."""

    def check(
        self, guest: Guest, spec: GuestSpec, facts: Mapping[str, str], *, undeclared: bool = True
    ) -> Sequence[CheckResult]:
        """Check each opening and the workload's own answer from outside the guest, and one undeclared port if asked."""

    def closed(self, guest: Guest, opening: Opening) -> CheckResult:
        """Check that a port that was not declared does not answer."""


class SourceProbe(Protocol):
    """Looks at a source machine without changing it: paramiko and plain POSIX sh, host key pinned."""

    def probe(self, source: SourceSpec) -> tuple[Sequence[CheckResult], Mapping[str, str]]:
        """Return the checks and the facts (system, arch, cpus, ram_mib, disk_used_gib, listening …)."""


class PlanStore(Protocol):
    """Keeps plans under their digests."""

    def save_plan(self, digest: str, text: str) -> Path:
        """Keep a plan before it is run: what was printed is what is run."""


class Evidence(Protocol):
    """The append-only, hash-chained record."""

    @property
    def head(self) -> str:
        """The last entry's hash: the anchor to keep outside this machine; empty where nothing is kept."""

    def record(self, kind: str, /, **data: object) -> None:
        """Append one entry; durable when it returns. Values must be JSON and free of secrets."""

    def unanswered(self, key: str) -> bool:
        """Tell whether a create for this key was announced and its answer never recorded."""
