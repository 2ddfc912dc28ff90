"""The systems, servers, rooms, dependencies and interfaces of a migration list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from orchestrator.model.canonical import LATER
from orchestrator.model.endpoint import Endpoint, Platform


class Secrecy(StrEnum):
    """涉密分类."""

    CLASSIFIED = "classified"
    UNCLASSIFIED = "unclassified"


class Category(StrEnum):
    """系统类别: what the system is; independent of `SystemClass`."""

    BUSINESS = "business"
    MAIL = "mail"
    VIDEO = "video"
    OFFICE = "office"
    SURVEILLANCE = "surveillance"
    WEBSITE = "website"
    BASE_LIBRARY = "base-library"
    PLATFORM = "platform"


class SystemClass(StrEnum):
    """正常 / 僵尸 / 影子 / 孤岛: the census verdict, confirmed by the department."""

    NORMAL = "normal"
    ZOMBIE = "zombie"
    SHADOW = "shadow"
    ISLAND = "island"


class Disposition(StrEnum):
    """处置方式: what becomes of the system."""

    RETIRE = "retire"
    MERGE = "merge"
    MIGRATE = "migrate"
    RETAIN = "retain"
    CONNECT = "connect"
    EXCLUDE = "exclude"


class UnitLevel(StrEnum):
    """层级 of the unit that owns the system."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    TOWNSHIP = "township"


class Funding(StrEnum):
    """经费安排: what was decided for the money of a system or project (扎口管理)."""

    GRANTED = "granted"  # 安排
    REFUSED = "refused"  # 不安排
    ENDED = "ended"  # 停止后续: what is built gets no more


class Audience(StrEnum):
    """使用对象."""

    PUBLIC = "public"
    ENTERPRISE = "enterprise"
    UNIT = "unit"
    CROSS_UNIT = "cross-unit"


class NetworkKind(StrEnum):
    """已接入网络类型."""

    INTERNET = "internet"
    PUBLIC_DOMAIN = "public-service-domain"
    ADMINISTRATIVE_DOMAIN = "administrative-domain"
    DEDICATED = "dedicated"
    INTRANET = "intranet"


class Arch(StrEnum):
    """Processor architecture; a system never moves between two of them as a copied image."""

    X86_64 = "x86_64"
    AARCH64 = "aarch64"
    OTHER = "other"


class Strategy(StrEnum):
    """迁移方式."""

    REHOST = "rehost"
    REINSTALL = "reinstall"
    REFACTOR = "refactor"
    REPLACE = "replace"


class Workload(StrEnum):
    """What is installed on a server; `NONE` delivers the bare server (仅资源) to the unit's own vendor."""

    NONE = "none"
    NGINX = "nginx"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"


class Status(StrEnum):
    """状态 on the migration list."""

    UNVERIFIED = "unverified"
    AWAITING_REVIEW = "awaiting-review"
    REVIEWED = "reviewed"
    READY = "ready"
    SYNCING = "syncing"
    CUT_OVER = "cut-over"
    TRIAL = "trial"
    ACCEPTED = "accepted"
    RETIRED = "retired"
    MERGED = "merged"
    DEFERRED = "deferred"
    ROLLED_BACK = "rolled-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where a record was read: `file`, `sheet` (empty for CSV; a YAML list's section) and 1-based `number`."""

    file: str
    sheet: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One business application on the migration list; column names are those of the glossary.

    `identity` and `portal` say whether it uses the unified identity service and the service portal; `spent_on` is the
    last day on which money was spent on it. `None` means the cell is empty: unknown, never a default. `mlps_level` 0
    means 未定级. `candidate_class` is what the census took the system for; `system_class` holds once the department
    has confirmed it.
    """

    id: str
    unit: str
    name: str
    row: Row
    secrecy: Secrecy
    unit_level: UnitLevel | None = None
    region: str = ""
    subsystem: str = ""
    function: str = ""
    category: Category = Category.BUSINESS
    approver: str = ""
    approved_on: date | None = None
    legal_basis: str = ""
    fund_source: str = ""
    build_cost_wan: Decimal | None = None
    om_cost_wan: Decimal | None = None
    om_contract_end: date | None = None
    filing_no: str = ""
    owner: str = ""
    vendor: str = ""
    om_vendor: str = ""
    responsible: str = ""
    declassified: bool | None = None
    mlps_level: int | None = None
    mlps_filing: str = ""
    system_class: SystemClass = SystemClass.NORMAL
    cleanup_reasons: frozenset[str] = frozenset()
    cleanup_due: date | None = None
    deferral: str = ""
    scope: str = ""
    audience: frozenset[Audience] = frozenset()
    users: int | None = None
    monthly_use: int | None = None
    last_login: date | None = None
    seasonal: bool | None = None
    location: str = ""
    room_id: str = ""
    networks: frozenset[NetworkKind] = frozenset()
    arch: Arch | None = None
    data_gib: Decimal | None = None
    interfaces: str = ""
    exchange: bool | None = None
    disposition: Disposition | None = None
    merged_into: str = ""
    target_cloud: str = ""
    zone: str = ""
    strategy: Strategy | None = None
    stopped: bool | None = None
    batch: int | None = None
    due: date | None = None
    approval_no: str = ""
    dr_level: int | None = None
    rpo_min: int | None = None
    rto_min: int | None = None
    status: Status | None = None
    evidence: str = ""
    dr_site: str = ""
    replica_site: str = ""
    last_replica: date | None = None
    replica_lag_min: int | None = None
    replica_verified: bool | None = None
    last_drill: date | None = None
    drill_rto_min: int | None = None
    candidate_class: SystemClass | None = None
    confirmed_by: str = ""
    confirmed_on: date | None = None
    identity: bool | None = None
    portal: bool | None = None
    funding: Funding | None = None
    funding_on: date | None = None
    spent_on: date | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A port range a server answers on, and the addresses (CIDR) that may reach it."""

    protocol: str
    first: int
    last: int
    source: str = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A machine a system needs on the cloud, and, where it has one, the machine it comes from.

    Attributes:
        id: unique within the list.
        ram_mib, disk_gib, data_disk_gib: what the server needs; the flavor map turns it into a flavor.
        openings: exactly the ports that the security group opens, besides the tool's own SSH.
        source_address: the machine in the department's room, for read-only probes; empty if none.
    """

    id: str
    system_id: str
    row: Row
    workload: Workload = Workload.NONE
    role: str = ""
    vcpus: int = 1
    ram_mib: int = 512
    disk_gib: int = 3
    data_disk_gib: int = 0
    os: str = ""
    arch: Arch | None = None
    openings: tuple[Opening, ...] = ()
    source_address: str = ""
    source_port: int = 22
    room_id: str = ""
    remarks: str = ""


class RoomKind(StrEnum):
    """机房性质: a cage hosted by a carrier is a room of its unit; the cloud's own room is nobody's."""

    OWN = "own"
    CAGE = "idc-cage"
    CLOUD = "cloud-centre"


class RoomState(StrEnum):
    """机房状态; `ACCESS_ONLY` (接入间: access switches only) counts as closed, `PARTLY` never does."""

    IN_USE = "in-use"
    PARTLY = "partly-emptied"
    ACCESS_ONLY = "access-only"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A department's machine room, and how far it has been closed.

    Attributes:
        other_units: units that share the room; it is one room, of which each of them has a part.
        opened_on: None for a room that was there at the census.
        close_due: the day it was planned to be closed.
        closed_on: when its last business server went; with `evidence`, the number of the filed proof.
        reopened_on: business servers stand in it again since that day.
        running_devices: business devices found running at the last inspection.
        racks_released, area_released_m2: the emptied share of a room that is not closed.
        racks_reused: emptied racks that were put to use elsewhere, and so are not released.
        exemption_no, exempt_until: the approval to keep the room, and its end.
        predecessors: rooms of the census that this one was split or merged from.
    """

    id: str
    unit: str
    name: str
    row: Row
    secrecy: Secrecy = Secrecy.UNCLASSIFIED
    area_m2: Decimal | None = None
    racks: int | None = None
    build_cost_wan: Decimal | None = None
    om_cost_wan: Decimal | None = None
    unit_level: UnitLevel | None = None
    region: str = ""
    kind: RoomKind = RoomKind.OWN
    other_units: frozenset[str] = frozenset()
    state: RoomState | None = None
    opened_on: date | None = None
    close_due: date | None = None
    closed_on: date | None = None
    reopened_on: date | None = None
    evidence: str = ""
    running_devices: int | None = None
    racks_released: int | None = None
    area_released_m2: Decimal | None = None
    racks_reused: int | None = None
    exemption_no: str = ""
    exempt_until: date | None = None
    predecessors: frozenset[str] = frozenset()
    remarks: str = ""

    def emptied_by(self, day: date) -> bool:
        """Tell whether no business server stood in it at the end of a day, whatever the proof."""
        back = self.reopened_on is not None and self.reopened_on <= day
        gone = self.closed_on is not None and self.closed_on <= day
        return self.state in {RoomState.CLOSED, RoomState.ACCESS_ONLY} and gone and not back


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """`system_id` needs `needs_id` to work."""

    system_id: str
    needs_id: str
    row: Row
    kind: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """Who calls whom at which address.

    Attributes:
        id: unique within the list.
        caller, callee: a system's id, or the name of somebody who is not on the list.
        address: where it is called today; None: nobody said.
        new_address: where it is to be called once the callee has moved; None: what follows from its move.
        server_id: the caller's server that calls; empty: each of them.
        contact: who changes what the caller calls.
        ask: what the caller's machines ask once the sides have changed, over HTTP, to see that it works; None: nothing.
        ask_status, ask_text: what the answer must be, and what it must hold; empty: anything.
        registers: the platform that knows the caller where that answer is right.
    """

    id: str
    caller: str
    callee: str
    row: Row
    address: Endpoint | None = None
    new_address: Endpoint | None = None
    server_id: str = ""
    contact: str = ""
    ask: Endpoint | None = field(default=None, metadata={LATER: True})
    ask_status: int | None = field(default=None, metadata={LATER: True})
    ask_text: str = field(default="", metadata={LATER: True})
    registers: Platform | None = field(default=None, metadata={LATER: True})
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationList:
    """The whole list as read. Classified systems are not in it; only their number is.

    Attributes:
        columns: for each (file, sheet), the column letter of each field, so that a rule can name the
            cell that decided it.
        digest: SHA-256, hex, of the normalised records: equal lists have equal digests whatever
            their file format.
    """

    systems: tuple[System, ...] = ()
    servers: tuple[Server, ...] = ()
    rooms: tuple[Room, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    interfaces: tuple[Interface, ...] = field(default=(), metadata={LATER: True})
    classified_count: int = 0
    columns: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    digest: str = ""

    def cell(self, row: Row, name: str) -> str:
        """Return `file!sheet!B7` of a record's field; `file!sheet!7` where the list has no such column."""
        column = self.columns.get((row.file, row.sheet), {}).get(name, "")
        return "!".join(part for part in (row.file, row.sheet, f"{column}{row.number}") if part)
