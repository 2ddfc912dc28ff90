"""Replicas in the disaster-recovery centre: what is wanted of them (policy), and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from orchestrator.model.drill import KeptDrill
from orchestrator.model.machines import Pooler, Reach
from orchestrator.model.standby import Make


class ReplicaKind(StrEnum):
    """How a replica is kept."""

    POSTGRESQL = "postgresql"  # a streaming standby
    MARIADB = "mariadb"  # a replica that follows by GTID
    FILES = "files"  # a copy of a tree of files
    VOLUME = "volume"  # backups of a volume that a cloud keeps
    IMAGE = "image"  # a copy of an image in another cloud


# What clouds keep and are asked for by listings.
CLOUD_KINDS = frozenset({ReplicaKind.VOLUME, ReplicaKind.IMAGE})


class Aspect(StrEnum):
    """What a replica is asked, in the order in which the answers are shown."""

    EXISTENCE = "existence"
    IDENTITY = "identity"
    FRESHNESS = "freshness"
    CONTINUITY = "continuity"
    CONTENT = "content"
    RESTORABILITY = "restorability"
    DRIFT = "drift"
    CAPACITY = "capacity"
    PROTECTION = "protection"
    INDEPENDENCE = "independence"


class Away(StrEnum):
    """How far from its source a replica must be."""

    SITE = "site"  # 同城: another site
    CITY = "city"  # 异地: another city
    PROVINCE = "province"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where machines stand."""

    name: str
    city: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a standard says of one objective at one level.

    Attributes:
        text: as the standard has it.
        most: its upper end; None where it has none ("2 天以上").
    """

    text: str
    most: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One level (1 to 6) of an edition of GB/T 20988."""

    level: int
    name: str
    rto: Figure
    rpo: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """The levels as one edition relates them to objectives.

    Attributes:
        standard: such as `GB/T 20988-2007`.
        source: where the figures were read.
        verified: whether that was the standard's own page; other figures are shown and never used.
    """

    year: int
    standard: str
    source: str
    verified: bool
    levels: Mapping[int, Grade]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is wanted of a system's replicas; None: nobody said, and what depends on it is unknown.

    Attributes:
        level: 灾难恢复能力等级 of GB/T 20988, 1 to 6.
        rpo, rto: the data that may be lost, the time until service is back.
        retention: how far back a wrong deletion can be undone.
        drill: the longest time between two drills.
        check: how long what a check saw may be believed.
        headroom: free space the replica's disk must have, in percent of what the source holds.
        basis: field → the document that each figure rests on, or `list` for a cell of the migration list.
    """

    level: int | None = None
    rpo: timedelta | None = None
    rto: timedelta | None = None
    retention: timedelta | None = None
    drill: timedelta | None = None
    check: timedelta | None = None
    headroom: int | None = None
    away: Away = Away.CITY
    basis: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: Policy) -> Policy:
        """Return this policy, completed by another one where it says nothing; the stricter of both distances."""
        return Policy(
            level=self.level if self.level is not None else other.level,
            rpo=self.rpo if self.rpo is not None else other.rpo,
            rto=self.rto if self.rto is not None else other.rto,
            retention=self.retention if self.retention is not None else other.retention,
            drill=self.drill if self.drill is not None else other.drill,
            check=self.check if self.check is not None else other.check,
            headroom=self.headroom if self.headroom is not None else other.headroom,
            away=max(self.away, other.away, key=list(Away).index),
            basis={**other.basis, **self.basis},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A row that a timer on the source updates: `n` counts up, `ts` is the source's clock.

    Attributes:
        table: `schema.table` with the columns `n` (bigint) and `ts` (timestamptz), one row.
        every: how often it is written.
    """

    database: str = "postgres"
    table: str = "migrate_dr.heartbeat"
    every: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a replication: a cluster, a tree of files, or what a cloud keeps.

    Attributes:
        site: name of a site of the programme; empty: nobody said where it stands.
        account: the operating system's user that is asked.
        port, socket, role: of a PostgreSQL cluster.
        secret: the file with the role's password, by which the cluster itself is asked over TLS; empty: its machine is
            logged in to.
        path: of a tree of files.
        cloud, item: name of a cloud, and name or id of a volume or an image there, or the name of its copies.
        records: folder of the programme with the exported records of a volume's backups; empty: there is none.
    """

    reach: Reach = field(default_factory=lambda: Reach(address=""))
    site: str = ""
    account: str = "root"
    port: int = 5432
    socket: str = "/var/run/postgresql"
    role: str = "postgres"
    secret: str = ""
    path: str = ""
    cloud: str = ""
    item: str = ""
    records: str = ""

    @property
    def where(self) -> str:
        """Where it is, as people are told: a machine's address, or `cloud/item`."""
        return f"{self.cloud}/{self.item}" if self.cloud else self.reach.address


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverRules:
    """What a failover to a standby opens.

    Attributes:
        databases: that the pooler names.
        roles: that applications log in as; each tries one insert that is taken back.
        pooler: in the centre or shared with it; None: people lead clients there.
    """

    databases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    pooler: Pooler | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One replica of one system.

    Attributes:
        drill_role: of a PostgreSQL standby, the superuser who copies it for a drill and promotes it at a failover;
            checks need less.
        failover: of a PostgreSQL standby, what a failover opens.
        make: how `migrate dr prepare` makes it; None: somebody else does.
        failback: how its source, once it was failed over, is made its standby; None: nobody said.
        every: how often a volume is backed up; None: nobody said.
    """

    system: str
    kind: ReplicaKind
    source: End
    replica: End
    heartbeat: Heartbeat | None = None
    drill_role: str = "postgres"
    failover: FailoverRules = FailoverRules()
    every: timedelta | None = None
    make: Make | None = None
    failback: Make | None = None

    @property
    def homeward(self) -> Replica:
        """The same pair after a failover: the source follows, and is what a failback promotes."""
        return replace(self, source=self.replica, replica=self.source, make=self.failback, failback=self.make)

    @property
    def key(self) -> str:
        """What tells it from the system's others, as results of drills name it."""
        return f"{self.kind} {self.replica.where} {self.replica.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a programme declares about recovery.

    Attributes:
        levels: what holds for every system of a level; `systems` for one, which wins.
        replicas: by system.
    """

    sites: Mapping[str, Site] = field(default_factory=dict)
    levels: Mapping[int, Policy] = field(default_factory=dict)
    systems: Mapping[str, Policy] = field(default_factory=dict)
    replicas: Mapping[str, tuple[Replica, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A heartbeat row as read on one side."""

    n: int
    ts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a system's last drills.

    Attributes:
        last_drill, drill_rto: what the migration list says: a person's word, with a day.
        drills: what the evidence keeps, by the replica's `key`; the last of each.
    """

    last_drill: date | None = None
    drill_rto: timedelta | None = None
    drills: Mapping[str, KeptDrill] = field(default_factory=dict)
