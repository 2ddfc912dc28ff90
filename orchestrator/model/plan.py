"""A batch's plan: a value that can be read, diffed and approved; what is printed is what is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from orchestrator.model.canonical import LATER
from orchestrator.model.cloud import CloudIdentity
from orchestrator.model.pipeline import Pipeline
from orchestrator.model.programme import Hold
from orchestrator.model.system import Disposition, Opening, Workload


class Mark(StrEnum):
    """What will happen to a system or an object."""

    CREATE = "+"
    CHANGE = "~"
    KEEP = "="
    HOLD = "!"
    RETIRE = "-"


class Kind(StrEnum):
    """Kinds of cloud objects a plan speaks of, in the order they are made."""

    KEYPAIR = "keypair"
    SECURITY_GROUP = "security-group"
    VOLUME = "volume"
    PORT = "port"
    SERVER = "server"
    ATTACHMENT = "attachment"
    FLOATING_IP = "floating-ip"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """To whom a cloud object belongs; written on it at creation and looked up before every create.

    `key` is unique within the system and says what the object is for, such as `web1/port`.
    """

    programme: str
    system: str
    key: str

    def tags(self) -> Mapping[str, str]:
        """Return the three values that mark an object as ours (metadata, tags, description)."""
        return {"migrate:programme": self.programme, "migrate:system": self.system, "migrate:key": self.key}

    def mark(self) -> str:
        """Return the one-line form used where a service only has a description."""
        return f"migrate:{self.programme}/{self.system}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeypairSpec:
    """The tool's public key, one per programme and cloud; `public_key` is filled when the run starts."""

    name: str
    owner: Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroupSpec:
    """A system's security group on one cloud: exactly these ingress openings, all egress."""

    name: str
    owner: Owner
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSpec:
    """A server's volume: a blank one for data, or one that the server boots from, with a copy of `image` on it."""

    name: str
    owner: Owner
    size_gib: int
    type: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSpec:
    """A server's port; it exists before the server, so that two servers can never share it."""

    name: str
    owner: Owner
    network: str
    security_group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """A server and everything it is created with; `port` and the volumes are names of the plan's own objects.

    Attributes:
        image: what its flavor's disk is a copy of; empty if it boots from a volume.
        boot_volume: the volume it boots from; empty if it boots from an image.
        volumes: its data volumes.
    """

    name: str
    owner: Owner
    flavor: str
    keypair: str
    port: str
    image: str = ""
    boot_volume: str = ""
    volumes: tuple[str, ...] = ()
    availability_zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingIpSpec:
    """A floating IP of `network` on the port of that name."""

    name: str
    owner: Owner
    network: str
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSpec:
    """What is installed on one server and how it is checked from outside.

    Attributes:
        server: name of the server.
        host: its name in the Ansible inventory (a slug, unique within the system).
        user: the image's login.
        data_disk_gib: size of the data volume to mount at the workload's data folder; 0 for none.
        role: what the list calls it; shown only.
    """

    server: str
    host: str
    workload: Workload
    user: str
    openings: tuple[Opening, ...] = ()
    data_disk_gib: int = 0
    role: str = ""


CloudObject = KeypairSpec | SecurityGroupSpec | VolumeSpec | PortSpec | ServerSpec | FloatingIpSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudPart:
    """The part of a system that lives on one cloud: its objects, in the order they are made.

    Attributes:
        cloud: the cloud's name in `clouds.yaml`.
        zone: the programme's network zone.
        guests: one for each server; their order is the servers' order.
        configuration_digest: SHA-256, hex, of the data that the playbook configures by (not of text that it only
            shows), then ` role:` and the beginning of a digest for each role it uses; written to the server when
            it has been configured, so that a later run knows whether it still holds, and if not, why.
    """

    cloud: str
    zone: str
    objects: tuple[CloudObject, ...]
    guests: tuple[GuestSpec, ...]
    configuration_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """A source machine to probe before its successor is made."""

    server: str
    address: str
    port: int
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSpec:
    """What a system shall be when the batch is done. Text of the list is in `facts` and in guests' `role`.

    Attributes:
        department: whose turn its work takes; it decides when something is done, never what.
        slug: `[a-z0-9][a-z0-9-]{0,30}`, from the validated system id; host and file names use it.
        facts: list values that playbooks may show (name, unit …); data, marked unsafe when rendered.
        pipeline: what is done to get there, step by step.
        digest: SHA-256, hex, of what decides: all of it but the department, the rooms and the text of the list.
        rooms: where the sources stand, for whoever has to get there; it decides who does something, never what.
    """

    programme: str
    batch: int
    system: str
    slug: str
    department: str
    parts: tuple[CloudPart, ...]
    sources: tuple[SourceSpec, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    pipeline: Pipeline = ()
    digest: str = ""
    rooms: tuple[str, ...] = field(default=(), metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A cell that decided something: the field, its normalised value, and where it stands, as `MigrationList.cell`."""

    field: str
    value: str
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One rule that held for a system, and the cells it looked at."""

    rule: str
    stage: str
    outcome: str
    cells: tuple[Used, ...] = ()
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a system goes, or why it does not; every answer with the rules behind it.

    Attributes:
        targets: server id → (cloud name, zone name); empty unless the system migrates now.
        flavors: server id → flavor name.
        hold: set when the system does not go now; `reasons` are codes of the text catalogue with values.
    """

    system: str
    disposition: Disposition
    decisions: tuple[Decision, ...]
    targets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    flavors: Mapping[str, str] = field(default_factory=dict)
    hold: Hold | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why, for people: a code of the text catalogue and its values. Nothing decides on it.

    Attributes:
        cells: what it rests on; `values` has them in one line of code names, people are told them in words.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a dry run: what happens to one object."""

    mark: Mark
    kind: Kind
    name: str
    cloud: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLine:
    """One resource of one cloud before and after the batch; `None` is unknown (offline) or unlimited.

    `limit` -1 means the cloud sets none.

    Attributes:
        network: name of the network whose `addresses` are meant; empty for every other resource.
    """

    cloud: str
    resource: str
    limit: int | None
    used: int | None
    needed: int
    network: str = ""

    @property
    def missing(self) -> int:
        """How many are lacking; 0 when it fits or when it cannot be known."""
        if self.limit is None or self.used is None or self.limit < 0:
            return 0
        return max(0, self.used + self.needed - self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPlan:
    """One system's lines in the plan. `spec` is None unless the system is provisioned.

    A system marked `!` is never run: `hold` says whether it stops the batch, waits for a person or for a thing.
    """

    system: str
    name: str
    unit: str
    mark: Mark
    disposition: Disposition
    hold: Hold | None = None
    items: tuple[Item, ...] = ()
    reasons: tuple[Reason, ...] = ()
    spec: SystemSpec | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """A batch as it would run now.

    Attributes:
        digest: SHA-256, hex, of what is wanted and on which clouds (not of what was observed there): the same list,
            rules, batch and clouds give the same digest before and after the run. Offline the clouds are those
            that earlier runs named; before the first one nobody has named them, and the digest is another.
        clouds: the clouds that are meant, by what their tokens said.
        observed: False for `--offline`: nothing was asked of any cloud.
        classified_count: systems of the whole list that are excluded and never named.
        excluded_count: those of them that stand in the list although they may not (rule P0): the batch is refused.
        notes: what was found on the clouds and is left alone.
    """

    programme: str
    batch: int
    deadline: date | None
    systems: tuple[SystemPlan, ...]
    quotas: tuple[QuotaLine, ...]
    digest: str
    observed: bool
    classified_count: int = 0
    excluded_count: int = 0
    notes: tuple[Reason, ...] = ()
    clouds: tuple[CloudIdentity, ...] = ()
