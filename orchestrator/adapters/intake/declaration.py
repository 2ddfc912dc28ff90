"""The shape of `programme.yaml`: what may be written in it, and the JSON Schema made from that."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_network
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from orchestrator.model.figures import Completion
from orchestrator.model.programme import BootFrom, CloudKind, Hold, Lifecycle, Op, Stage
from orchestrator.model.schedule import Basis, Clusters, Phase
from orchestrator.model.system import Arch, Disposition, UnitLevel


def _day(value: object) -> object:
    """Accept `YYYY-MM-DD` only; pydantic alone would also take a number as seconds since 1970."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-12-31") else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> object:
    raise PydanticCustomError("date", "not YYYY-MM-DD")


def _cidr(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise PydanticCustomError("cidr", "not a network such as 172.30.1.0/24") from None


def _inside(value: str) -> str:
    """Refuse a path that leaves the programme's folder: the folder is what is approved and copied."""
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\\" in value or "\0" in value:
        raise PydanticCustomError("path", "not a path inside the programme's folder")
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _without_password(value: str) -> str:
    if "@" in value and ":" in value.split("://", 1)[-1].rsplit("@", 1)[0]:
        raise PydanticCustomError("credential", "has a password")
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Cidr = Annotated[str, AfterValidator(_cidr)]
Inside = Annotated[str, AfterValidator(_inside)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,19}$")]
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(max_length=1000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Minutes = Annotated[int, Field(ge=0, le=1440)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FlavorPart(_Part):
    """A size the cloud offers; one without a disk is for servers that boot from a volume."""

    vcpus: Count
    ram_mib: Count
    disk_gib: Annotated[int, Field(ge=0, le=1_000_000)]
    arch: Arch = Arch.X86_64


class ZonePart(_Part):
    """A network zone: the network of its ports, and where floating IPs come from."""

    network: Name
    floating_network: Name | None = None


class CloudPart(_Part):
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


class BatchPart(_Part):
    """One batch: whole units, and systems by id."""

    title: Text = ""
    deadline: Day | None = None
    units: Texts = ()
    systems: Texts = ()


class LimitsPart(_Part):
    """How much may run at a time, and how long a thing may take."""

    per_department: Count = 2
    playbooks: Count = 4
    server_minutes: Count = 10
    playbook_minutes: Count = 20


class SourcesPart(_Part):
    """How source machines are reached for read-only probes."""

    user: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")] = "root"
    identity: Inside | None = None
    known_hosts: Inside = "known_hosts"


class ThenPart(_Part):
    """What follows from a rule."""

    disposition: Disposition | None = None
    cloud: CloudKind | None = None
    zone: Text = ""
    allows: Annotated[tuple[Disposition, ...], BeforeValidator(_listed)] = ()
    front: Texts = ()
    split_cloud: CloudKind | None = None
    split_zone: Text = ""
    hold: Hold | None = None
    reason: Text = ""
    evidence: Texts = ()


class RulePart(_Part):
    """One rule: when all conditions hold, this follows."""

    id: Name
    stage: Stage
    when: dict[str, dict[Op, Texts]] = Field(default_factory=dict)
    then: ThenPart
    basis: Text = ""


class FreezePart(_Part):
    """Days, first and last included, that no cutover may touch."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    name: Text


class TrialPart(_Part):
    """Trial running (试运行), and whether it must be over by the deadline."""

    days: Annotated[int, Field(ge=0, le=365)] = 30
    in_deadline: bool = False


class WindowPart(_Part):
    """When cutover windows are: hours for every night, long_hours where the next day is no working day."""

    opens: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "22:00"
    hours: Annotated[int, Field(ge=1, le=24)] = 8
    long_hours: Annotated[int, Field(ge=1, le=24)] | None = None
    evenings: Annotated[tuple[Weekday, ...], Field(min_length=1)] = get_args(Weekday)


class PeoplePart(_Part):
    """Who is on duty in a night; a cutover takes two at least: one acts, one reviews."""

    on_duty: Count = 6
    per_cutover: Annotated[int, Field(ge=2, le=100)] = 2


class PerWindowPart(_Part):
    """The most that one window may hold; what is missing is unlimited."""

    systems: Count | None = None
    servers: Count | None = None
    data_gib: Count | None = None


class CloudSchedulePart(_Part):
    """What one cloud takes in one window, and the first evening it can take anything."""

    opens: Day | None = Field(default=None, alias="from")
    per_window: PerWindowPart = PerWindowPart()


class BatchSchedulePart(_Part):
    """First evening of a batch's windows, and whether it takes units that no batch lists."""

    opens: Day | None = Field(default=None, alias="from")
    open: bool = False


class MonthStartPart(_Part):
    """Systems that keep off the first working day of a month: by words in unit or name, and by id."""

    words: Texts | None = None
    systems: Texts = ()


class MinutesPart(_Part):
    """How long a cutover takes where nobody measured or declared it."""

    freeze: Minutes = 10
    final_sync: Minutes = 20
    sync_per_100_gib: Minutes = 10
    verify: Minutes = 20
    switch: Minutes = 10
    accept: Minutes = 30
    rollback: Minutes = 40
    margin: Minutes = 20
    assumed_data_gib: Count = 100


class TimingPart(_Part):
    """What a rehearsal measured of one system, or its owner declared."""

    basis: Literal[Basis.MEASURED, Basis.DECLARED] = Basis.DECLARED
    source: Text = ""
    minutes: dict[Phase, Minutes] = Field(default_factory=dict)
    rollback: Minutes | None = None


class SchedulePart(_Part):
    """What cutover planning has to keep to."""

    start: Day | None = None
    trial: TrialPart = TrialPart()
    window: WindowPart = WindowPart()
    holidays: bool = True
    freezes: tuple[FreezePart, ...] = ()
    people: PeoplePart = PeoplePart()
    per_window: PerWindowPart = PerWindowPart()
    clouds: dict[Name, CloudSchedulePart] = Field(default_factory=dict)
    batches: dict[Annotated[int, Field(ge=1, le=999)], BatchSchedulePart] = Field(default_factory=dict)
    together: tuple[Texts, ...] = ()
    clusters: Clusters = Clusters.ONE_WINDOW
    month_start: MonthStartPart = MonthStartPart()
    minutes: MinutesPart = MinutesPart()
    systems: dict[Text, TimingPart] = Field(default_factory=dict)


class AuditPart(_Part):
    """What audits refer to, where no document defines it."""

    baseline: Day | None = None
    as_of: Day | None = None
    level: UnitLevel | None = None
    completion: Completion = Completion.CUT_OVER


class ProgrammePart(_Part):
    """The programme's declaration."""

    programme: Slug
    title: Text
    synthetic: bool = False
    list: Annotated[tuple[Inside, ...], BeforeValidator(_listed), Field(min_length=1, max_length=100)]
    clouds: dict[Name, CloudPart] = Field(min_length=1)
    rules: tuple[RulePart, ...] | None = None
    batches: dict[Annotated[int, Field(ge=1, le=999)], BatchPart] = Field(min_length=1)
    region_parents: dict[Text, Text] = Field(default_factory=dict)
    limits: LimitsPart = LimitsPart()
    sources: SourcesPart = SourcesPart()
    schedule: SchedulePart = SchedulePart()
    figures: Inside | None = None
    audit: AuditPart = AuditPart()
    mirror: Inside = "mirror"
    clouds_file: Inside = "clouds.yaml"
    database_url: Annotated[str, AfterValidator(_without_password)] = ""


class RulesPart(RootModel[tuple[RulePart, ...]]):
    """A file of rules."""


def programme_schema() -> dict[str, Any]:
    """Return the JSON Schema of `programme.yaml`."""
    schema = ProgrammePart.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "programme.yaml"}
