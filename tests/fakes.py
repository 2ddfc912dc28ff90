"""Fakes that satisfy the ports: no mocks, no network, and a cloud that behaves like OpenStack, also badly."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from orchestrator.checks.hosts import fingerprint
from orchestrator.errors import CloudError, CloudLost, MigrateError
from orchestrator.model.claim import Claim, Standing, foreign, in_order, read_claim, refusal
from orchestrator.model.cloud import CloudIdentity
from orchestrator.model.plan import (
    BatchPlan,
    CloudObject,
    CloudPart,
    FloatingIpSpec,
    GuestSpec,
    KeypairSpec,
    Mark,
    Owner,
    PortSpec,
    SecurityGroupSpec,
    ServerSpec,
    SourceSpec,
    SystemPlan,
    SystemSpec,
    VolumeSpec,
)
from orchestrator.model.programme import Batch, CloudKind, CloudSpec, Lifecycle, Limits, Programme
from orchestrator.model.result import (
    CheckResult,
    CheckStatus,
    CloudView,
    Ensured,
    Guest,
    Observed,
    Offer,
    PlaybookResult,
    Usage,
)
from orchestrator.model.system import Disposition, Opening, Workload
from orchestrator.planning.pipelines import provisioning

KINDS: Mapping[type, str] = {
    KeypairSpec: "keypair",
    SecurityGroupSpec: "security-group",
    VolumeSpec: "volume",
    PortSpec: "port",
    ServerSpec: "server",
    FloatingIpSpec: "floating-ip",
}
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"
CONSOLE = (
    "[   12.3] cloud-init[512]: ci-info: no authorized SSH keys\n"
    "-----BEGIN SSH HOST KEY KEYS-----\n"
    f"{HOST_KEY} root@guest\n"
    "-----END SSH HOST KEY KEYS-----\n"
)


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)) -> None:
        self._at = at
        self._passed = timedelta()

    def now(self) -> datetime:
        return self._at + self._passed

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def sleep(self, duration: timedelta) -> None:
        self._passed += duration


class FakeEvidence:
    """Keeps entries in a list."""

    head = "0" * 64

    def __init__(self) -> None:
        self.entries: list[tuple[str, dict[str, object]]] = []

    def record(self, kind: str, /, **data: object) -> None:
        json.dumps(data)  # the port's rule: values are JSON
        self.entries.append((kind, data))

    def unanswered(self, key: str) -> bool:
        intents = sum(kind == "call.intent" and data["key"] == key for kind, data in self.entries)
        answers = sum(kind == "call.answer" and data["key"] == key for kind, data in self.entries)
        return intents > answers

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.entries]


class FakeHostKeys:
    """Keeps pins in a dict."""

    def __init__(self) -> None:
        self.pins: dict[tuple[str, str], tuple[str, ...]] = {}

    def known(self, cloud: str, server_id: str) -> tuple[str, ...]:
        return self.pins.get((cloud, server_id), ())

    def pin(self, cloud: str, server_id: str, keys: tuple[str, ...]) -> None:
        self.pins[cloud, server_id] = keys


@dataclass
class Faults:
    """What goes wrong, and when.

    `at` is called with `POST server NAME sent`, then `… accepted`, then `… answered`; it may raise
    `LostAnswer`, sleep, or kill its own process. `polls` is how often a server is BUILD before it is
    ACTIVE; `errors` maps a server's name to the fault it ends in; `refused` maps a kind to an error
    code; `silent` names servers whose console never tells their keys; `lost` has `CLOUD KIND`: that cloud is lost when
    an object of the kind is asked for.
    """

    at: Callable[[str], None] = lambda _: None
    polls: int = 1
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


class LostAnswer(Exception):
    """The connection broke after the request went out."""


class FakeCloud:
    """One cloud behind the `Cloud` port, kept in a file so that it outlives the process, like a real one.

    The inner `_post` is the service: it creates whenever it is asked, twice for two requests. The
    `ensure` above it is what the port promises.
    """

    def __init__(self, name: str, store: Path, faults: Faults | None = None) -> None:
        self._name = name
        self._store = store
        self.faults = faults or Faults()

    @property
    def name(self) -> str:
        return self._name

    def view(self, programme: str) -> CloudView:
        with self._state() as state:
            self._call(state, "GET", "everything")
            objects = tuple(
                Observed(
                    kind=item["kind"],
                    id=item["id"],
                    name=item["name"],
                    cloud=self._name,
                    system=item["owner"]["system"],
                    key=item["owner"]["key"],
                    status=item["status"],
                    detail=item["detail"],
                )
                for item in state["objects"]
                if item["owner"]["programme"] == programme
            )
        return CloudView(
            cloud=self._name,
            objects=objects,
            usage=(Usage(resource="instances", limit=100, used=len(self.named("server"))),),
            offers=self.offers(),
        )

    def standing(self, programme: str) -> Standing:
        identity = CloudIdentity(name=self._name, auth_url="fake", project="p", region="")
        return Standing(cloud=self._name, identity=identity, claims=self._claims(programme))

    def hold(self, claim: Claim, settled: str = "") -> Claim:
        others = foreign(self._claims(claim.programme), claim.state)
        if others:
            raise refusal(self._name, others[0])
        for mine in self._claims(claim.programme):
            return mine
        with self._state() as state:
            self._call(state, "POST", f"claim {claim.programme}")
            state.setdefault("claims", {})[f"claim-{claim.state}"] = claim.text()
        return replace(claim, id=f"claim-{claim.state}")

    def release(self, claim: Claim) -> None:
        with self._state() as state:
            self._call(state, "DELETE", f"claim {claim.programme}")
            state.setdefault("claims", {}).pop(claim.id, None)

    def _claims(self, programme: str) -> tuple[Claim, ...]:
        with self._state() as state:
            told = state.get("claims", {}).items()
        return in_order(found for identity, text in told if (found := read_claim(text, programme, identity)))

    def offers(self) -> tuple[Offer, ...]:
        network = {"status": "ACTIVE", "admin_up": "yes", "subnets": "1", "versions": "4", "addresses": "1000"}
        network |= {"taken_least": "0", "taken_most": "0"}
        offers: list[tuple[str, str, dict[str, str]]] = [
            ("flavor", "gov.small", {"vcpus": "1", "ram_mib": "512", "disk_gib": "3"}),
            ("image", "debian-12", {"status": "active"}),
            ("network", "internet", network),
            ("network", "provider", network),
        ]
        return tuple(Offer(kind=kind, name=name, id=f"id-{name}", detail=detail) for kind, name, detail in offers)

    def find(self, spec: ServerSpec) -> Observed | None:
        marked = (found for found in self.view(spec.owner.programme).objects if found.kind == "server")
        return next(
            (found for found in marked if (found.system, found.key) == (spec.owner.system, spec.owner.key)), None
        )

    def ensure(self, spec: CloudObject, *, deadline: timedelta, among: Sequence[CloudObject] = ()) -> Ensured:
        kind = KINDS[type(spec)]
        if f"{self._name} {kind}" in self.faults.lost:
            raise CloudLost("cloud.credentials", cloud=self._name, subject=spec.name, message="revoked")
        found = self._find(kind, spec.name)
        if found is None:
            try:
                self._post(kind, spec)
            except LostAnswer:
                if self._find(kind, spec.name) is None:
                    raise self._error(
                        "cloud.unreachable", spec.name, host="fake", port=443, kind="closed", message=""
                    ) from None
        while True:
            item = self._find(kind, spec.name)
            if item is None:
                raise self._error("cloud.missing", spec.name)
            if item["status"] == "ERROR":
                raise self._error("cloud.server-error", spec.name, id=item["id"], fault=item["detail"]["fault"])
            if item["status"] != "BUILD":
                return self._ensured(item, changed=found is None)

    def ensure_attached(
        self, server: str, volume: str, *, deadline: timedelta, among: Sequence[CloudObject] = ()
    ) -> Ensured:
        with self._state() as state:
            item = self._one(state, "volume", volume)
            changed = item["detail"].get("server") != server
            if changed:
                self._call(state, "POST", f"attachment {volume}")
                item["detail"]["server"] = server
        return Ensured(kind="attachment", name=volume, id=item["id"], changed=changed)

    def address(self, server: Observed) -> str:
        return str(self._need(server.name)["detail"]["address"])

    def console(self, server: Observed) -> str:
        key = self._need(server.name)["detail"].get("key", HOST_KEY)
        return "" if server.name in self.faults.silent else CONSOLE.replace(HOST_KEY, key)

    def ensure_configured(self, server: Observed, digest: str) -> Ensured:
        with self._state() as state:
            item = self._one(state, "server", server.name)
            stale = item["detail"].get("launch") != server.detail.get("launch")
            changed = item["detail"].get("configured") != digest
            if changed and not stale:
                self._call(state, "POST", f"metadata {server.name}")
                item["detail"]["configured"] = digest
                item["detail"].pop("renewed", None)
        return self._ensured(item, changed=changed)

    def delete(self, observed: Observed) -> None:
        with self._state() as state:
            self._call(state, "DELETE", f"{observed.kind} {observed.name}")
            state["objects"] = [item for item in state["objects"] if item["id"] != observed.id]
            for item in state["objects"]:
                if (observed.kind, item["kind"], item["detail"].get("server")) == ("server", "volume", observed.name):
                    del item["detail"]["server"]

    # For tests

    def rebuild(self, server: str, key: str = OTHER_KEY) -> None:
        """Put a new system on a server's disk, as a person does: its marks stay, its note holds no more."""
        with self._state() as state:
            detail = self._one(state, "server", server)["detail"]
            detail.pop("configured", None)
            state["number"] += 1
            detail |= {"renewed": "2026-11-23T08:00:00", "launch": str(state["number"]), "key": key}

    def named(self, kind: str) -> list[str]:
        """Return the names of all objects of a kind, sorted; a duplicate shows twice."""
        with self._state() as state:
            return sorted(item["name"] for item in state["objects"] if item["kind"] == kind)

    def mutations(self) -> list[str]:
        """Return every call so far that could change something."""
        with self._state() as state:
            return [call for call in state["calls"] if not call.startswith("GET")]

    def end_state(self) -> list[Mapping[str, Any]]:
        """Return all objects without their ids, for comparing two runs."""
        with self._state() as state:
            kept = [
                {key: item[key] for key in ("kind", "name", "owner", "status", "detail")} for item in state["objects"]
            ]
        return sorted(kept, key=lambda item: (str(item["kind"]), str(item["name"])))

    # The service

    def _post(self, kind: str, spec: CloudObject) -> None:
        call = f"POST {kind} {spec.name}"
        self.faults.at(f"{call} sent")
        if kind in self.faults.refused:
            raise self._error(self.faults.refused[kind], spec.name)
        with self._state() as state:
            self._call(state, "POST", f"{kind} {spec.name}")
            if kind == "keypair" and any(i["kind"] == kind and i["name"] == spec.name for i in state["objects"]):
                return  # Nova refuses a second of a name, and who asked finds the first
            state["number"] += 1
            detail: dict[str, Any] = {}
            status = ""
            if isinstance(spec, ServerSpec):
                fault = self.faults.errors.get(spec.name)
                status = "ERROR" if fault else "BUILD"
                detail = {"flavor": spec.flavor, "address": f"192.0.2.{state['number'] % 250}"}
                detail |= {"boot_volume": spec.boot_volume} if spec.boot_volume else {"image": spec.image}
                if spec.boot_volume:
                    self._take(self._one(state, "volume", spec.boot_volume), spec.name)
                detail |= {"fault": fault} if fault else {"polls": self.faults.polls}
            elif isinstance(spec, VolumeSpec) and spec.image:
                detail = {"image": spec.image}
            state["objects"].append(
                {
                    "kind": kind,
                    "id": f"{self._name}-{state['number']}",
                    "name": spec.name,
                    "owner": asdict(spec.owner),
                    "status": status,
                    "detail": detail,
                }
            )
        self.faults.at(f"{call} accepted")
        self.faults.at(f"{call} answered")

    def _take(self, volume: dict[str, Any], server: str) -> None:
        """Let a server boot from a volume, which no second one may."""
        if not volume["detail"].get("image") or volume["detail"].get("server"):
            message = f"volume {volume['name']} cannot be booted from"
            raise self._error("cloud.bad-request", server, status=400, message=message, request_id="req-1")
        volume["detail"]["server"] = server

    def _find(self, kind: str, name: str) -> dict[str, Any] | None:
        """GET by name; a server comes nearer to ACTIVE each time somebody looks."""
        with self._state() as state:
            found = [item for item in state["objects"] if item["kind"] == kind and item["name"] == name]
            if len(found) > 1:
                raise self._error("cloud.ambiguous", name, mark=name, ids=", ".join(item["id"] for item in found))
            if found and found[0]["status"] == "BUILD":
                found[0]["detail"]["polls"] -= 1
                if found[0]["detail"]["polls"] < 0:
                    found[0]["status"] = "ACTIVE"
                    del found[0]["detail"]["polls"]
            return found[0] if found else None

    def _need(self, server: str) -> dict[str, Any]:
        with self._state() as state:
            return self._one(state, "server", server)

    def _one(self, state: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
        for item in state["objects"]:
            if item["kind"] == kind and item["name"] == name:
                found: dict[str, Any] = item
                return found
        raise self._error("cloud.missing", name)

    def _error(self, code: str, subject: str, /, **values: object) -> CloudError:
        """Return an error with the code and the values that the real adapter's has."""
        return CloudError(code, cloud=self._name, subject=subject, **values)

    def _ensured(self, item: Mapping[str, Any], *, changed: bool) -> Ensured:
        return Ensured(kind=item["kind"], name=item["name"], id=item["id"], changed=changed)

    @staticmethod
    def _call(state: dict[str, Any], method: str, what: str) -> None:
        state["calls"].append(f"{method} {what}")

    @contextmanager
    def _state(self) -> Iterator[dict[str, Any]]:
        """Read, give, and write back; a kill at any moment loses the request, never the file."""
        with self._store.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            text = self._store.read_text() if self._store.exists() else ""
            state = json.loads(text) if text else {"number": 0, "objects": [], "calls": []}
            before = json.dumps(state)
            yield state
            after = json.dumps(state)
            if after != before:
                written = self._store.with_suffix(".new")
                written.write_text(after)
                written.replace(self._store)


class FakeRenderer:
    """Writes a playbook that says which system it is for."""

    def render(self, spec: SystemSpec, out: Path, *, guests: Mapping[str, Guest]) -> Path:
        folder = out / spec.slug
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "playbook.yml").write_text(json.dumps([{"hosts": sorted(guests)}]))
        return folder


class FakeRunner:
    """Answers with a fixed result, after an optional hook that may kill, wait or fail."""

    def __init__(self, result: PlaybookResult | None = None, hook: Callable[[Path], None] = lambda _: None) -> None:
        self._result = result or PlaybookResult(status="ok", changed=3)
        self._hook = hook
        self.folders: list[Path] = []

    def run(
        self,
        folder: Path,
        *,
        deadline: timedelta,
        cancelled: Callable[[], bool],
        tell: Callable[[Mapping[str, str]], None],
        begun: Callable[[str, int, int | None], None] = lambda *_: None,
    ) -> PlaybookResult:
        if not (folder / "playbook.yml").is_file():
            raise MigrateError("fake.no-playbook", folder=str(folder))
        self.folders.append(folder)
        begun("ensure nginx is there", 1, 2)
        tell({"task": "ensure nginx is there", "status": "changed"})
        self._hook(folder)
        return PlaybookResult(status="cancelled", changed=0) if cancelled() else self._result


class FakeGuestProbe:
    """Lets everybody in who brings the pinned key, and answers checks with one verdict.

    `booting` is how many waits it takes until the guest answers, `key` the host key it shows.
    """

    def __init__(self, status: CheckStatus = CheckStatus.PASS, *, booting: int = 0, key: str = HOST_KEY) -> None:
        self.status = status
        self.booting = booting
        self.key = key

    def await_ssh(self, guest: Guest, user: str, *, deadline: timedelta) -> None:
        if guest.host_keys != (self.key,):
            raise MigrateError("guest.host-key", server=guest.server, pinned="?", seen=fingerprint(self.key))
        if self.booting:
            self.booting -= 1
            raise MigrateError("guest.unreachable", server=guest.server, after=deadline)

    def identify(self, guest: Guest, user: str) -> CheckResult:
        if guest.host_keys == (self.key,):
            return CheckResult(code="guest.identity", status=self.status, subject=guest.server)
        status = CheckStatus.FAIL if guest.host_keys else CheckStatus.UNKNOWN
        return CheckResult(code="guest.identity", status=status, subject=guest.server)

    def check(
        self, guest: Guest, spec: GuestSpec, facts: Mapping[str, str], *, undeclared: bool = True
    ) -> Sequence[CheckResult]:
        return [CheckResult(code="guest.answers", status=self.status, subject=guest.server)]

    def closed(self, guest: Guest, opening: Opening) -> CheckResult:
        return CheckResult(code="guest.closed", status=self.status, subject=guest.server)


class FakeSourceProbe:
    """Finds the same facts on every source."""

    def __init__(self, status: CheckStatus = CheckStatus.PASS) -> None:
        self.status = status

    def probe(self, source: SourceSpec) -> tuple[Sequence[CheckResult], Mapping[str, str]]:
        return [CheckResult(code="source.reached", status=self.status, subject=source.server)], {"arch": "x86_64"}


def sample_spec(
    system: str = "YT-001",
    *,
    clouds: Sequence[str] = ("public-service",),
    workload: Workload = Workload.NGINX,
    volumes: bool = True,
    floating: bool = True,
    source: bool = True,
    department: str = "实验市财政局",
    digest: str = "",
) -> SystemSpec:
    """Return a system with one server on each cloud; with volumes, it boots from one on the public-service cloud."""
    slug = system.lower()
    spec = SystemSpec(
        programme="lab",
        batch=1,
        system=system,
        slug=slug,
        department=department,
        parts=tuple(_sample_part(slug, cloud, workload, volumes, floating) for cloud in clouds),
        sources=(SourceSpec(server=f"{slug}-old", address="192.0.2.9", port=22, user="root"),) if source else (),
        facts={"name": "{{ lookup('pipe', 'id') }}", "unit": department},
        digest=digest or sha256(f"{system}{clouds}{workload}{volumes}{floating}".encode()).hexdigest(),
    )
    return replace(spec, pipeline=provisioning(spec, Limits()))


def _sample_part(slug: str, cloud: str, workload: Workload, volumes: bool, floating: bool) -> CloudPart:
    def owner(key: str) -> Owner:
        return Owner(programme="lab", system=slug, key=key)

    name = f"lab-{slug}-web"
    opening = Opening(protocol="tcp", first=80, last=80)
    objects: list[CloudObject] = [
        KeypairSpec(name="lab", owner=owner("keypair")),
        SecurityGroupSpec(name=f"lab-{slug}", owner=owner("group"), openings=(opening,)),
    ]
    boots = volumes and cloud == "public-service"
    if boots:
        boot = VolumeSpec(name=f"{name}-boot", owner=owner("web/boot"), size_gib=3, type="nfs", image="debian-12")
        objects.append(boot)
    if volumes:
        objects.append(VolumeSpec(name=f"{name}-data", owner=owner("web/volume"), size_gib=1, type="nfs"))
    objects += [
        PortSpec(name=name, owner=owner("web/port"), network="internet", security_group=f"lab-{slug}"),
        ServerSpec(
            name=name,
            owner=owner("web"),
            flavor="gov.small",
            keypair="lab",
            port=name,
            image="" if boots else "debian-12",
            boot_volume=f"{name}-boot" if boots else "",
            volumes=(f"{name}-data",) if volumes else (),
        ),
    ]
    if floating:
        objects.append(FloatingIpSpec(name=name, owner=owner("web/fip"), network="provider", port=name))
    return CloudPart(
        cloud=cloud,
        zone="internet",
        objects=tuple(objects),
        guests=(GuestSpec(server=name, host="web", workload=workload, user="debian", openings=(opening,)),),
        configuration_digest="c" * 64,
    )


def sample_programme(*, database_url: str = "", per_department: int = 2, concurrency: int = 2) -> Programme:
    """Return a programme of two clouds."""
    kinds = {"public-service": CloudKind.PUBLIC_SERVICE, "administrative": CloudKind.ADMINISTRATIVE}
    return Programme(
        slug="lab",
        title="实验",
        list_files=(),
        clouds=tuple(
            CloudSpec(name=name, kind=kind, lifecycle=Lifecycle.AVAILABLE, concurrency=concurrency)
            for name, kind in kinds.items()
        ),
        rules=(),
        batches=(Batch(number=1),),
        limits=Limits(per_department=per_department),
        database_url=database_url,
    )


def sample_plan(*specs: SystemSpec, mark: Mark = Mark.CREATE, batch: int = 1) -> BatchPlan:
    """Return a plan of these systems, all with one mark."""
    return BatchPlan(
        programme="lab",
        batch=batch,
        deadline=None,
        systems=tuple(
            SystemPlan(system=spec.system, name="", unit="", mark=mark, disposition=Disposition.MIGRATE, spec=spec)
            for spec in specs
        ),
        quotas=(),
        digest="d" * 64,
        observed=True,
    )
