"""The programme: its clouds, rules, batches and limits, as `programme.yaml` declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from orchestrator.model.figures import AuditRules
from orchestrator.model.moving import MovingRules
from orchestrator.model.replica import Recovery
from orchestrator.model.schedule import ScheduleRules
from orchestrator.model.system import Arch, Disposition


class CloudKind(StrEnum):
    """The role of a cloud in the programme; its pairing with a network domain is fixed."""

    PUBLIC_SERVICE = "public-service"
    ADMINISTRATIVE = "administrative"
    DR = "dr"


class Lifecycle(StrEnum):
    """规划 / 采购 / 建设 / 可用: only an available cloud receives systems."""

    PLANNED = "planned"
    PROCUREMENT = "procurement"
    BUILDING = "building"
    AVAILABLE = "available"


class BootFrom(StrEnum):
    """What servers boot from: their flavor's disk, a copy of the image, or a volume that outlives the server."""

    IMAGE = "image"
    VOLUME = "volume"


class Op(StrEnum):
    """How a rule compares a field of a system."""

    IS = "is"  # the value is one of these
    ANY = "any"  # the set shares a member with these
    NONE = "none"  # the set shares no member with these
    ONLY = "only"  # the set is not empty and has no member outside these
    AT_LEAST = "at_least"  # the number is known and not below this
    AT_MOST = "at_most"  # the number is known and not above this
    MISSING = "missing"  # the cell is empty ("true") or filled ("false")


class Stage(StrEnum):
    """When a rule is asked; within a deciding stage the first rule that holds decides.

    In the target stage an empty cell that could change the answer blocks the system: nothing is guessed.
    In the other stages a condition on an empty cell does not hold; a rule that means emptiness says `missing`.
    """

    DISPOSITION = "disposition"
    TARGET = "target"
    GATE = "gate"  # every gate that holds is reported; without `hold` it is a note
    CANDIDATE = "candidate"  # shown to a person who decides; decides nothing itself


class Hold(StrEnum):
    """Why a system does not go now."""

    REFUSE = "refuse"  # the list is wrong or the move forbidden: nothing of the batch starts
    BLOCK = "block"  # this system waits for a person
    DEFER = "defer"  # this system waits for something to exist, such as its cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison: `field` is one of `planning.rules.FIELDS`, `values` are its normalised code names."""

    field: str
    op: Op
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One placement or classification rule, read from data.

    Attributes:
        id: such as `P1`; printed with every decision it makes.
        when: all must hold; empty always holds.
        disposition, cloud, zone, hold: what follows; each only where its stage uses it.
        allows: other dispositions that the list may declare without contradicting this one.
        front: roles of the servers that `cloud` and `zone` are for; empty means every server.
        split_cloud, split_zone: where the servers of other roles go; without a cloud, the same one.
        reason: code of the text that tells a person why.
        evidence: fields shown beside the deciding ones.
        basis: the document or finding it comes from.
    """

    id: str
    stage: Stage
    when: tuple[Condition, ...] = ()
    disposition: Disposition | None = None
    cloud: CloudKind | None = None
    zone: str = ""
    allows: tuple[Disposition, ...] = ()
    front: tuple[str, ...] = ()
    split_cloud: CloudKind | None = None
    split_zone: str = ""
    hold: Hold | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A network zone of a cloud.

    Attributes:
        network: name of the network its ports are on.
        floating_network: name of the external network to take floating IPs from; empty for none.
    """

    name: str
    network: str
    floating_network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavor:
    """A size the cloud offers, by its name there; `disk_gib` is 0 if its servers boot from volumes only."""

    name: str
    vcpus: int
    ram_mib: int
    disk_gib: int
    arch: Arch = Arch.X86_64


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSpec:
    """One cloud by its name in `clouds.yaml`.

    Attributes:
        mlps_level: the highest 等保 level the cloud itself is graded for (GB/T 22239, cloud extension).
        images: operating system as written on the list → image name; `""` is the default.
        boot_from: a volume to boot from has the size of the server's system disk on the list.
        volume_type: of every volume; empty leaves it to the cloud.
        boot_volume_type: of the volumes that servers boot from, if it is another than `volume_type`.
        user: the guest images' login.
        ssh_from: CIDR that the tool reaches guests from.
        regions: 行政区划 the cloud serves; empty serves every region that has no cloud of its own.
        concurrency: how many systems may be provisioned on this cloud at a time.
    """

    name: str
    kind: CloudKind
    lifecycle: Lifecycle
    domain: str = ""
    mlps_level: int = 3
    zones: tuple[Zone, ...] = ()
    flavors: tuple[Flavor, ...] = ()
    images: Mapping[str, str] = field(default_factory=dict)
    availability_zone: str = ""
    boot_from: BootFrom = BootFrom.IMAGE
    volume_type: str = ""
    boot_volume_type: str = ""
    user: str = "debian"
    ssh_from: str = "0.0.0.0/0"
    regions: tuple[str, ...] = ()
    concurrency: int = 2

    def zone(self, name: str) -> Zone | None:
        """Return the zone of that name, or None."""
        return next((zone for zone in self.zones if zone.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch: a list of units with a hard deadline; `systems` adds or restricts by id."""

    number: int
    title: str = ""
    deadline: date | None = None
    units: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may run at a time, and how long a thing may take."""

    per_department: int = 2
    playbooks: int = 4
    server_minutes: int = 10
    playbook_minutes: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRules:
    """How the evidence is anchored.

    Attributes:
        signing_key: the operator's key that signs checkpoints; empty for none. `~` is whoever is at work.
        allowed_signers: whose signatures count before a batch; empty where only the auditor judges.
        signatures: how many different people have to sign.
        algorithm: of the hashes of a log that begins now, `sha256` or `sm3`.
        copy: a file elsewhere that takes every checkpoint; empty for none.
        syslog: a socket (`/dev/log`) or `HOST:PORT` that takes every checkpoint; empty for none.
    """

    signing_key: str = ""
    allowed_signers: str = ""
    signatures: int = 1
    algorithm: str = "sha256"
    copy: str = ""
    syslog: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme folder's declaration.

    Attributes:
        slug: short name, `[a-z0-9][a-z0-9-]{0,19}`; the first part of every cloud object's name.
        list_files: migration list files, relative to the folder.
        region_parents: region → the region above it, whose cloud serves where there is none of its own.
        database_url: PostgreSQL URL for the engine's state; empty for SQLite in `.migrate/`.
        mirror, known_hosts, source_identity: paths relative to the folder.
        schedule: what cutover planning has to keep to.
        evidence: how the evidence is anchored.
        moving: how data moves, and what must have happened before clients are held.
        recovery: what is wanted of replicas in the disaster-recovery centre, and where they are.
        figures: the file of published figures that `migrate audit figures` counts again; empty for none.
        audit: what the programme has defined for its audits.
        digest: SHA-256, hex, of the declaration.
    """

    slug: str
    title: str
    list_files: tuple[str, ...]
    clouds: tuple[CloudSpec, ...]
    rules: tuple[Rule, ...]
    batches: tuple[Batch, ...]
    synthetic: bool = False
    limits: Limits = field(default_factory=Limits)
    region_parents: Mapping[str, str] = field(default_factory=dict)
    database_url: str = ""
    clouds_file: str = "clouds.yaml"
    mirror: str = "mirror"
    known_hosts: str = "known_hosts"
    source_user: str = "root"
    source_identity: str = ""
    schedule: ScheduleRules = field(default_factory=ScheduleRules)
    evidence: EvidenceRules = field(default_factory=EvidenceRules)
    moving: MovingRules = field(default_factory=MovingRules)
    recovery: Recovery = field(default_factory=Recovery)
    figures: str = ""
    audit: AuditRules = field(default_factory=AuditRules)
    digest: str = ""

    def cloud(self, kind: CloudKind) -> CloudSpec | None:
        """Return the programme's cloud of that kind, or None."""
        return next((cloud for cloud in self.clouds if cloud.kind is kind), None)

    def batch(self, number: int) -> Batch | None:
        """Return the batch of that number, or None."""
        return next((batch for batch in self.batches if batch.number == number), None)
