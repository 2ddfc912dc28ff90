"""One handler for each verb, in terms of ports; each may be called again after a crash in its middle."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from orchestrator.checks.hosts import fingerprint, host_keys
from orchestrator.errors import CloudError, Interrupted, MigrateError
from orchestrator.execution.job import Job, Result
from orchestrator.execution.offers import Offers
from orchestrator.execution.performer import Handler
from orchestrator.model.pipeline import Verb
from orchestrator.model.plan import (
    CloudPart,
    FloatingIpSpec,
    GuestSpec,
    KeypairSpec,
    PortSpec,
    SecurityGroupSpec,
    ServerSpec,
    VolumeSpec,
)
from orchestrator.model.result import CheckResult, CheckStatus, Ensured, Guest, Observed
from orchestrator.planning.pipelines import is_configured
from orchestrator.ports import (
    Clock,
    Cloud,
    Evidence,
    GuestProbe,
    HostKeys,
    PlaybookRunner,
    Renderer,
    SourceProbe,
    TaskBoard,
)

# A new guest prints its host keys some seconds after cloud-init began; asking more often tells nothing sooner.
CONSOLE_EVERY = timedelta(seconds=5)
# What a verification saw is what is put on record, if it is no older than this.
VERIFIED_SECONDS = 10.0
# How long one wait for a guest's SSH lasts before it is asked whether the run goes on at all.
SSH_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The ports a run is given.

    Attributes:
        clouds: by name, those that the plan needs.
        runs: folder for rendered playbooks; private, because vars files are made of list values.
        playbooks: how many playbooks may run at a time, over all systems.
    """

    clouds: Mapping[str, Cloud]
    renderer: Renderer
    runner: PlaybookRunner
    guests: GuestProbe
    sources: SourceProbe
    host_keys: HostKeys
    tasks: TaskBoard
    evidence: Evidence
    clock: Clock
    runs: Path
    playbooks: threading.Semaphore = field(default_factory=threading.Semaphore)


def handlers(outside: Outside) -> Mapping[Verb, Handler]:
    """Return the handler of every verb."""
    steps = _Handlers(outside)
    table: Mapping[Verb, Handler] = {
        Verb.PRECHECK: steps.precheck,
        Verb.PROBE_SOURCES: steps.probe_sources,
        Verb.ENSURE_ACCESS: steps.ensure_access,
        Verb.ENSURE_STORAGE: steps.ensure_storage,
        Verb.ENSURE_PORTS: steps.ensure_ports,
        Verb.ENSURE_SERVERS: steps.ensure_servers,
        Verb.ENSURE_ATTACHMENTS: steps.ensure_attachments,
        Verb.ENSURE_FLOATING_IPS: steps.ensure_floating_ips,
        Verb.AWAIT_GUESTS: steps.await_guests,
        Verb.CONFIGURE: steps.configure,
        Verb.VERIFY: steps.verify,
        Verb.RECORD: steps.record,
    }
    return table


class _Handlers:
    """The handlers share nothing but the ports: whatever one needs to know, it asks the outside again.

    But for the servers that `verify` saw a moment ago, which are what `record` puts on record.
    """

    def __init__(self, outside: Outside) -> None:
        self._out = outside
        self._offers = Offers(outside.clouds, outside.clock)
        self._verified: dict[tuple[str, str], tuple[float, Mapping[str, Observed]]] = {}

    # Before

    def precheck(self, job: Job) -> Result:
        """Check that each cloud answers and still offers what the system is made of."""
        offered = {}
        for part in job.spec.parts:
            offers = self._offers.of(part.cloud)
            missing = sorted(f"{kind} {name}" for kind, name in _wanted(part) - offers)
            if missing:
                raise CloudError("run.offer-missing", cloud=part.cloud, missing=", ".join(missing))
            offered[part.cloud] = len(offers)
        return {"offers": offered}

    def probe_sources(self, job: Job) -> Result:
        """Look at each source machine; nothing is changed there, and what cannot be told is a failure."""
        facts: dict[str, Mapping[str, str]] = {}
        checks: list[CheckResult] = []
        for source in job.spec.sources:
            self._refuse_cancelled(job)
            found, facts[source.server] = self._out.sources.probe(source)
            checks += found
        return {"facts": facts, "checks": _all_pass(checks)}

    # Provisioning one part

    def ensure_access(self, job: Job) -> Result:
        """Ensure the key pair and the security group."""
        return self._ensure(job, KeypairSpec, SecurityGroupSpec)

    def ensure_storage(self, job: Job) -> Result:
        """Ensure the volumes, those that servers boot from with their image on them."""
        return self._ensure(job, VolumeSpec)

    def ensure_ports(self, job: Job) -> Result:
        """Ensure the ports; a server is only ever made on a port of its own."""
        return self._ensure(job, PortSpec)

    def ensure_servers(self, job: Job) -> Result:
        """Ensure the servers, and that they are ACTIVE."""
        return self._ensure(job, ServerSpec)

    def ensure_attachments(self, job: Job) -> Result:
        """Ensure that each data volume is attached to its server."""
        part = _part(job)
        cloud = self._cloud(part.cloud)
        ensured = [
            cloud.ensure_attached(server.name, volume, deadline=job.step.timeout, among=part.objects)
            for server in part.objects
            if isinstance(server, ServerSpec)
            for volume in server.volumes
        ]
        return _told(ensured)

    def ensure_floating_ips(self, job: Job) -> Result:
        """Ensure the floating IPs."""
        return self._ensure(job, FloatingIpSpec)

    # After

    def await_guests(self, job: Job) -> Result:
        """Learn each guest's host keys from its own console, then wait until it lets us in by them."""
        deadline = self._out.clock.monotonic() + job.step.timeout.total_seconds()
        reached = []
        for part, spec in _guests(job):
            guest = self._guest(job, part, spec, deadline)
            try:
                self._await_ssh(job, guest, spec.user, deadline)
            except MigrateError as error:
                if error.code == "guest.host-key":
                    self._refuse_renewed(job, part, guest, error)
                raise
            reached.append({"server": guest.server, "address": guest.address})
        return {"guests": reached}

    def configure(self, job: Job) -> Result:
        """Run the system's playbook, unless every server says that this configuration holds already.

        A retry from this very step runs it all the same: new packages in the mirror folder change no configuration,
        and this is how they come to a server.
        """
        seen = {part.cloud: self._servers(part) for part in job.spec.parts}
        due = [
            (part, spec)
            for part, spec in _guests(job)
            if job.asked or _configuration(seen[part.cloud].get(spec.server)) != part.configuration_digest
        ]
        if not due:
            return {"changed": 0, "skipped": True}
        deadline = self._out.clock.monotonic() + job.step.timeout.total_seconds()
        guests = {spec.server: self._guest(job, part, spec, deadline) for part, spec in _guests(job)}
        folder = self._out.renderer.render(job.spec, self._out.runs / str(job.spec.batch), guests=guests)
        with self._playbook_slot(job):
            try:
                outcome = self._out.runner.run(
                    folder,
                    deadline=job.step.timeout,
                    cancelled=job.cancelled,
                    tell=lambda task: self._out.evidence.record("task", system=job.spec.system, **task),
                    begun=partial(self._out.tasks.begun, job.spec.system),
                )
            finally:
                self._out.tasks.ended(job.spec.system)
        if outcome.status == "cancelled":
            raise Interrupted("run.cancelled", system=job.spec.system)
        if outcome.status != "ok":
            failures = "; ".join(outcome.failures) or outcome.status
            raise MigrateError("run.playbook", status=outcome.status, failures=failures, folder=str(folder))
        # Noted on the server only now: a crash before this line runs the playbook again, and it is idempotent.
        # Noted as seen before: of a server that was rebuilt while its playbook ran nothing is known.
        for part, spec in due:
            self._cloud(part.cloud).ensure_configured(seen[part.cloud][spec.server], part.configuration_digest)
        return {"changed": outcome.changed, "skipped": False}

    def verify(self, job: Job) -> Result:
        """Check every server as its cloud sees it, and every configured guest from outside; all must pass."""
        checks: list[CheckResult] = []
        for part in job.spec.parts:
            found = self._servers(part)
            self._verified[job.spec.system, part.cloud] = self._out.clock.monotonic(), found
            checks += [_is_active(spec.server, part.cloud, found.get(spec.server)) for spec in part.guests]
        deadline = self._out.clock.monotonic() + job.step.timeout.total_seconds()
        for part, spec in _guests(job):
            checks += self._out.guests.check(self._guest(job, part, spec, deadline), spec, job.spec.facts)
        return {"checks": _all_pass(checks)}

    def record(self, job: Job) -> Result:
        """Put on record what the system is now."""
        servers = [
            {"cloud": part.cloud, "server": name, "id": found.id, "address": self._cloud(part.cloud).address(found)}
            for part in job.spec.parts
            for name, found in self._seen(job, part).items()
        ]
        self._out.evidence.record(
            "system.done", system=job.spec.system, batch=job.spec.batch, digest=job.spec.digest, servers=servers
        )
        return {"servers": servers}

    # What they share

    def _cloud(self, name: str) -> Cloud:
        return self._out.clouds[name]

    def _servers(self, part: CloudPart) -> Mapping[str, Observed]:
        """Return the part's servers that are there, by their planned names; found by their marks."""
        cloud = self._cloud(part.cloud)
        looks = {item.name: cloud.find(item) for item in part.objects if isinstance(item, ServerSpec)}
        return {name: found for name, found in looks.items() if found is not None}

    def _seen(self, job: Job, part: CloudPart) -> Mapping[str, Observed]:
        """Return the part's servers as they were verified a moment ago; looked at again if that is longer ago."""
        at, found = self._verified.pop((job.spec.system, part.cloud), (0.0, {}))
        fresh = found and self._out.clock.monotonic() < at + VERIFIED_SECONDS
        return found if fresh else self._servers(part)

    def _ensure(self, job: Job, *kinds: type) -> Result:
        part = _part(job)
        cloud = self._cloud(part.cloud)
        wanted = [item for kind in kinds for item in part.objects if isinstance(item, kind)]
        ensured = [cloud.ensure(item, deadline=job.step.timeout, among=part.objects) for item in wanted]
        return _told(ensured)

    def _guest(self, job: Job, part: CloudPart, spec: GuestSpec, deadline: float) -> Guest:
        """Return how a guest is reached. Its keys are pinned by server id: a new server has new keys."""
        cloud = self._cloud(part.cloud)
        server = self._servers(part).get(spec.server)
        if server is None:
            raise CloudError("run.server-gone", cloud=part.cloud, server=spec.server)
        keys = self._out.host_keys.known(part.cloud, server.id)
        while not keys:
            keys = host_keys(cloud.console(server))
            if keys:
                self._out.host_keys.pin(part.cloud, server.id, keys)
                self._out.evidence.record("guest.pinned", cloud=part.cloud, server=spec.server, keys=list(keys))
            elif self._out.clock.monotonic() >= deadline:
                raise CloudError("run.no-host-key", cloud=part.cloud, server=spec.server)
            else:
                self._refuse_cancelled(job)
                self._out.clock.sleep(CONSOLE_EVERY)
        return Guest(server=spec.server, address=cloud.address(server), host_keys=keys)

    def _refuse_renewed(self, job: Job, part: CloudPart, guest: Guest, error: MigrateError) -> None:
        """Refuse with the way on if the new key is one that the server's own console tells: it was rebuilt.

        Not taken over in silence: that the machine behind an address is another one is for a person to know.
        """
        server = self._servers(part).get(guest.server)
        told = host_keys(self._cloud(part.cloud).console(server)) if server else ()
        seen = str(error.values.get("seen", ""))
        if seen in map(fingerprint, told):
            raise MigrateError(
                "guest.new-key", server=guest.server, seen=seen, batch=job.spec.batch, system=job.spec.system
            ) from error

    def _await_ssh(self, job: Job, guest: Guest, user: str, deadline: float) -> None:
        """Wait for the guest in short waits, so that a person who stops the run is not kept waiting too."""
        while True:
            left = timedelta(seconds=max(1.0, deadline - self._out.clock.monotonic()))
            try:
                return self._out.guests.await_ssh(guest, user, deadline=min(left, SSH_EVERY))
            except MigrateError as error:
                if error.code != "guest.unreachable" or left <= SSH_EVERY:
                    raise
            self._refuse_cancelled(job)

    @staticmethod
    def _refuse_cancelled(job: Job) -> None:
        if job.cancelled():
            raise Interrupted("run.cancelled", system=job.spec.system)

    @contextmanager
    def _playbook_slot(self, job: Job) -> Iterator[None]:
        while not self._out.playbooks.acquire(timeout=1.0):
            self._refuse_cancelled(job)
        try:
            yield
        finally:
            self._out.playbooks.release()


def _configuration(found: Observed | None) -> str:
    return found.detail.get("configured", "") if found else ""


def _part(job: Job) -> CloudPart:
    if job.part is None:
        raise AssertionError(f"{job.step.verb} is a step of a cloud part")
    return job.part


def _guests(job: Job) -> Iterator[tuple[CloudPart, GuestSpec]]:
    """Give the guests that we configure; a bare server is never logged in to."""
    for part in job.spec.parts:
        for spec in part.guests:
            if is_configured(spec):
                yield part, spec


def _wanted(part: CloudPart) -> set[tuple[str, str]]:
    wanted: set[tuple[str, str]] = set()
    for item in part.objects:
        if isinstance(item, ServerSpec):
            wanted |= {("flavor", item.flavor), *([("image", item.image)] if item.image else ())}
            wanted |= {("availability-zone", item.availability_zone)} if item.availability_zone else set()
        elif isinstance(item, VolumeSpec) and item.image:
            wanted.add(("image", item.image))
        elif isinstance(item, PortSpec | FloatingIpSpec):
            wanted.add(("network", item.network))
    return wanted


def _is_active(server: str, cloud: str, found: Observed | None) -> CheckResult:
    status = found.status if found else "missing"
    verdict = CheckStatus.PASS if status == "ACTIVE" else CheckStatus.FAIL
    return CheckResult(
        code="run.server-active", status=verdict, subject=server, values={"cloud": cloud, "status": status}
    )


def _all_pass(checks: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Return the checks as JSON.

    Raises:
        MigrateError: `run.check`, with the first check that did not pass. Unknown is not pass.
    """
    bad = [check for check in checks if check.status is not CheckStatus.PASS]
    if bad:
        first = bad[0]
        raise MigrateError(
            "run.check",
            check=first.code,
            status=str(first.status),
            subject=first.subject,
            failed=len(bad),
            detail=", ".join(f"{name}={value}" for name, value in first.values.items()),
        )
    return [{"code": check.code, "subject": check.subject, "values": dict(check.values)} for check in checks]


def _told(ensured: Sequence[Ensured]) -> Result:
    return {"objects": [{"kind": e.kind, "name": e.name, "id": e.id, "changed": e.changed} for e in ensured]}
