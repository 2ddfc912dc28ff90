"""The shape of `recovery:` in `programme.yaml`, and of a table of grades."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from orchestrator.adapters.intake.moving_parts import PoolerPart
from orchestrator.adapters.intake.parts import Absolute, Address, Command, DatabaseName, Inside, Name, Part, Port, Text
from orchestrator.model.replica import Away

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _span(value: object) -> timedelta:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("span", "not a time such as 30m")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Span = Annotated[timedelta, BeforeValidator(_span), WithJsonSchema({"type": "string", "pattern": _SPAN.pattern})]
_RATE = re.compile(r"([1-9]\d{0,8})([kM])")
_LEAST, _MOST = 32, 1024 * 1024  # KiB a second; what pg_basebackup takes


def _rate(value: object) -> int:
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    kib = int(found[1]) * (1024 if found[2] == "M" else 1) if found else 0
    if not _LEAST <= kib <= _MOST:
        raise PydanticCustomError("rate", "not between 32k and 1024M, KiB or MiB a second")
    return kib


Rate = Annotated[int, BeforeValidator(_rate), WithJsonSchema({"type": "string", "pattern": _RATE.pattern})]
Account = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]
TableName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$")]
Level = Annotated[int, Field(ge=1, le=6)]


class SitePart(Part):
    """Where a machine room or a centre stands."""

    city: Annotated[Text, Field(min_length=1)]
    province: Annotated[Text, Field(min_length=1)]


class PolicyPart(Part):
    """What is wanted of replicas, and the document it rests on."""

    rpo: Span | None = None
    rto: Span | None = None
    retention: Span | None = None
    drill: Span | None = None
    check: Span | None = None
    headroom: Annotated[int, Field(ge=0, le=1000)] | None = None
    away: Away = Away.CITY
    basis: Text = ""


class EndPart(Part):
    """A machine, reached as source machines are, the account that is asked there, and the site it stands at."""

    address: Address
    ssh_port: Port = 22
    user: Account = "root"
    account: Account = "root"
    site: Text = ""


class ClusterEndPart(EndPart):
    """A PostgreSQL cluster on a machine; with `secret`, the role's password, checks ask it over TLS, with no login."""

    account: Account = "postgres"
    port: Port = 5432
    socket: Absolute = "/var/run/postgresql"
    role: DatabaseName = "postgres"
    secret: Inside | None = None


class MariaEndPart(EndPart):
    """A MariaDB server on a machine, asked over its own socket."""

    port: Port = 3306
    socket: Absolute = "/run/mysqld/mysqld.sock"
    role: DatabaseName = "root"


class TreeEndPart(EndPart):
    """A tree of files on a machine."""

    path: Absolute


class BeatPart(Part):
    """The row that a timer on the source updates."""

    table: TableName = "migrate_dr.heartbeat"
    every: Span = timedelta(seconds=1)


class HeartbeatPart(BeatPart):
    """The same of PostgreSQL, whose tables are in one of its databases."""

    database: DatabaseName = "postgres"


# What the pooler's file can name: it knows no quotes for more.
RoutableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,63}$")]


class FailoverPart(Part):
    """What a failover to a standby opens, and the pooler that leads clients there."""

    databases: Annotated[tuple[RoutableName, ...], Field(min_length=1, max_length=100)]
    roles: Annotated[tuple[DatabaseName, ...], Field(min_length=1, max_length=100)]
    pooler: PoolerPart | None = None


# Below a folder of the root: our own folder stands beside it.
DataFolder = Annotated[str, StringConstraints(max_length=200, pattern=r"^(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){2,20}$")]


class MakePart(Part):
    """How the tool makes a standby."""

    data: DataFolder
    superuser: DatabaseName = "postgres"
    rate: Rate | None = None
    config: Absolute | None = None
    start: Command = ()
    stop: Command = ()


class MariaMakePart(MakePart):
    """The same of a MariaDB replica."""

    superuser: DatabaseName = "root"
    owner: Account = "mysql"


class StandbyPart(Part):
    """A PostgreSQL streaming standby."""

    source: ClusterEndPart
    replica: ClusterEndPart
    heartbeat: HeartbeatPart | None = None
    drill_role: DatabaseName = "postgres"
    failover: FailoverPart | None = None
    make: MakePart | None = None
    failback: MakePart | None = None


class FollowerPart(Part):
    """A MariaDB server that follows another one by GTID."""

    source: MariaEndPart
    replica: MariaEndPart
    heartbeat: BeatPart | None = None
    make: MariaMakePart | None = None


class CopyPart(Part):
    """A copy of a tree of files."""

    source: TreeEndPart
    replica: TreeEndPart


# What OpenStack calls things: any characters, up to 255 of them.
ItemName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]


class CloudEndPart(Part):
    """A cloud of the programme, and the site where what it keeps there lies."""

    cloud: Name
    site: Text = ""


class VolumeSourcePart(CloudEndPart):
    """A volume, by its name or its id."""

    volume: ItemName


class ImageSourcePart(CloudEndPart):
    """An image, by its name or its id."""

    image: ItemName


class KeptPart(CloudEndPart):
    """Where a cloud keeps copies; `name` is what they are called, the source's name where it is left out."""

    name: ItemName | None = None


class KeptBackupsPart(KeptPart):
    """The same of backups, with the folder of the programme in which their exported records are kept."""

    records: Inside | None = None


class VolumePart(Part):
    """Backups of a volume that a cloud keeps."""

    source: VolumeSourcePart
    replica: KeptBackupsPart
    every: Span | None = None


class ImagePart(Part):
    """A copy of an image in another cloud."""

    source: ImageSourcePart
    replica: KeptPart


class SystemRecoveryPart(PolicyPart):
    """One system: its policy and its replicas."""

    level: Level | None = None
    postgresql: Annotated[tuple[StandbyPart, ...], Field(max_length=20)] = ()
    mariadb: Annotated[tuple[FollowerPart, ...], Field(max_length=20)] = ()
    files: Annotated[tuple[CopyPart, ...], Field(max_length=20)] = ()
    volume: Annotated[tuple[VolumePart, ...], Field(max_length=20)] = ()
    image: Annotated[tuple[ImagePart, ...], Field(max_length=20)] = ()


class RecoveryPart(Part):
    """Replicas in the disaster-recovery centre."""

    sites: dict[Text, SitePart] = Field(default_factory=dict)
    levels: dict[Level, PolicyPart] = Field(default_factory=dict)
    systems: dict[Text, SystemRecoveryPart] = Field(default_factory=dict)


class FigurePart(Part):
    """What a standard says of one objective."""

    text: Text
    most: Span | None = None


class GradePart(Part):
    """One level of a standard."""

    name: Text
    rto: FigurePart
    rpo: FigurePart


class GradesPart(Part):
    """One edition's table."""

    standard: Text
    source: Text
    verified: bool
    levels: Annotated[dict[Level, GradePart], Field(min_length=6, max_length=6)]
