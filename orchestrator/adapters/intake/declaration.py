"""The shape of `programme.yaml`: what may be written in it, and the JSON Schema made from that."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    RootModel,
    StringConstraints,
)

from orchestrator.adapters.intake.moving_parts import MovingPart
from orchestrator.adapters.intake.parts import (
    Cidr,
    Count,
    Day,
    Elsewhere,
    Inside,
    Name,
    Part,
    Slug,
    Syslog,
    Text,
    Texts,
    listed,
    without_password,
)
from orchestrator.adapters.intake.recovery_parts import RecoveryPart
from orchestrator.adapters.intake.schedule_parts import SchedulePart
from orchestrator.model.figures import Completion
from orchestrator.model.programme import BootFrom, CloudKind, Hold, Lifecycle, Op, Stage
from orchestrator.model.system import Arch, Disposition, UnitLevel


class FlavorPart(Part):
    """A size the cloud offers; one without a disk is for servers that boot from a volume."""

    vcpus: Count
    ram_mib: Count
    disk_gib: Annotated[int, Field(ge=0, le=1_000_000)]
    arch: Arch = Arch.X86_64


class ZonePart(Part):
    """A network zone: the network of its ports, and where floating IPs come from."""

    network: Name
    floating_network: Name | None = None


class CloudPart(Part):
    """One cloud; its key is its name in clouds.yaml."""

    kind: CloudKind
    lifecycle: Lifecycle
    domain: Text = ""
    mlps_level: Annotated[int, Field(ge=1, le=5)] = 3
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 2
    user: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")] = "debian"
    ssh_from: Cidr = "0.0.0.0/0"
    regions: Texts = ()
    boot_from: BootFrom = BootFrom.IMAGE
    volume_type: Text = ""
    boot_volume_type: Text = ""
    availability_zone: Text = ""
    images: dict[Text, Text] = Field(default_factory=dict)
    flavors: dict[Name, FlavorPart] = Field(min_length=1)
    zones: dict[Slug, ZonePart] = Field(min_length=1)


class BatchPart(Part):
    """One batch: whole units, and systems by id."""

    title: Text = ""
    deadline: Day | None = None
    units: Texts = ()
    systems: Texts = ()


class LimitsPart(Part):
    """How much may run at a time, and how long a thing may take."""

    per_department: Count = 2
    playbooks: Count = 4
    server_minutes: Count = 10
    playbook_minutes: Count = 20


class SourcesPart(Part):
    """How source machines are reached for read-only probes."""

    user: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")] = "root"
    identity: Inside | None = None
    known_hosts: Inside = "known_hosts"


class ThenPart(Part):
    """What follows from a rule."""

    disposition: Disposition | None = None
    cloud: CloudKind | None = None
    zone: Text = ""
    allows: Annotated[tuple[Disposition, ...], BeforeValidator(listed)] = ()
    front: Texts = ()
    split_cloud: CloudKind | None = None
    split_zone: Text = ""
    hold: Hold | None = None
    reason: Text = ""
    evidence: Texts = ()


class RulePart(Part):
    """One rule: when all conditions hold, this follows."""

    id: Name
    stage: Stage
    when: dict[str, dict[Op, Texts]] = Field(default_factory=dict)
    then: ThenPart
    basis: Text = ""


class AuditPart(Part):
    """What audits refer to, where no document defines it."""

    baseline: Day | None = None
    as_of: Day | None = None
    level: UnitLevel | None = None
    completion: Completion = Completion.CUT_OVER


class EvidencePart(Part):
    """How the evidence is anchored."""

    signing_key: Elsewhere = ""
    allowed_signers: Elsewhere = ""
    signatures: Annotated[int, Field(ge=1, le=9)] = 1
    hash: Literal["sha256", "sm3"] = "sha256"
    copy_to: Elsewhere = ""
    syslog: Syslog = ""


class ProgrammePart(Part):
    """The programme's declaration."""

    programme: Slug
    title: Text
    synthetic: bool = False
    list: Annotated[tuple[Inside, ...], BeforeValidator(listed), Field(min_length=1, max_length=100)]
    clouds: dict[Name, CloudPart] = Field(min_length=1)
    rules: tuple[RulePart, ...] | None = None
    batches: dict[Annotated[int, Field(ge=1, le=999)], BatchPart] = Field(min_length=1)
    region_parents: dict[Text, Text] = Field(default_factory=dict)
    limits: LimitsPart = LimitsPart.model_construct()
    sources: SourcesPart = SourcesPart.model_construct()
    schedule: SchedulePart = SchedulePart.model_construct()
    evidence: EvidencePart = EvidencePart.model_construct()
    moving: MovingPart = MovingPart.model_construct()
    recovery: RecoveryPart = RecoveryPart.model_construct()
    figures: Inside | None = None
    audit: AuditPart = AuditPart.model_construct()
    mirror: Inside = "mirror"
    clouds_file: Inside = "clouds.yaml"
    database_url: Annotated[str, AfterValidator(without_password)] = ""


class RulesPart(RootModel[tuple[RulePart, ...]]):
    """A file of rules."""


def programme_schema() -> dict[str, Any]:
    """Return the JSON Schema of `programme.yaml`."""
    schema = ProgrammePart.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "programme.yaml"}
