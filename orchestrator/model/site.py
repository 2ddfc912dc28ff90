"""What the census finds beside systems and rooms: networks, egresses, websites, the cloud's site, its servers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from orchestrator.model.system import NetworkKind, Row, UnitLevel


class NetworkDisposition(StrEnum):
    """取消 / 迁移 / 对接: exactly three; the text of their criteria was never published."""

    CANCEL = "cancel"
    MIGRATE = "migrate"
    CONNECT = "connect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A unit's dedicated network (业务专网).

    Attributes:
        vertical: deployed by a national ministry; only its part below the city is in scope.
        om_period: what `om_cost_wan` covers, such as 年; 未注明 where the source does not say.
        done_on, evidence: when it was cancelled or migrated, and the number of the filed proof.
        approval_no, approver, expires_on: the approval of a temporary connection.
    """

    id: str
    unit: str
    name: str
    row: Row
    unit_level: UnitLevel | None = None
    region: str = ""
    kind: NetworkKind = NetworkKind.DEDICATED
    vertical: bool | None = None
    disposition: NetworkDisposition | None = None
    target: str = ""
    build_cost_wan: Decimal | None = None
    om_cost_wan: Decimal | None = None
    om_period: str = ""
    due: date | None = None
    done_on: date | None = None
    evidence: str = ""
    approval_no: str = ""
    approver: str = ""
    expires_on: date | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """A unit's own way to the Internet (互联网出口); `backup_open` is a backup line left open."""

    id: str
    unit: str
    row: Row
    unit_level: UnitLevel | None = None
    region: str = ""
    carrier: str = ""
    bandwidth_mbit: int | None = None
    due: date | None = None
    closed_on: date | None = None
    backup_open: bool | None = None
    evidence: str = ""
    remarks: str = ""


class WebsiteKind(StrEnum):
    """门户 / 部门网站 / 门户分站: three populations that are never added up."""

    PORTAL = "portal"
    UNIT = "unit-site"
    SUBSITE = "sub-site"


class WebsiteState(StrEnum):
    """运行 / 已迁移 / 已关停."""

    RUNNING = "running"
    MOVED = "moved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """A government website; it goes to the site platform and is not counted as a business system."""

    id: str
    unit: str
    name: str
    row: Row
    kind: WebsiteKind
    unit_level: UnitLevel | None = None
    region: str = ""
    state: WebsiteState | None = None
    due: date | None = None
    done_on: date | None = None
    evidence: str = ""
    final_target: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualServer:
    """A server on the cloud, as the cloud's own inventory gives it.

    Attributes:
        running: whether it is switched on; one that is off still holds what was allocated to it.
        cpu_percent: its average use over the last thirty days; None where nothing was measured, which is not 0.
    """

    id: str
    row: Row
    system_id: str = ""
    unit: str = ""
    region: str = ""
    zone: str = ""
    vcpus: int | None = None
    ram_mib: int | None = None
    disk_gib: int | None = None
    running: bool | None = None
    cpu_percent: Decimal | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSite:
    """The site of a government cloud: its room (which is no department's), what it holds, its zones and its cost."""

    id: str
    name: str
    row: Row
    design_area_m2: Decimal | None = None
    built_area_m2: Decimal | None = None
    rack_capacity: int | None = None
    racks_used: int | None = None
    vcpus: int | None = None
    investment_wan: Decimal | None = None
    zones: int | None = None
    dr_site: str = ""
    procurement: str = ""
    fee_wan: Decimal | None = None
    fee_from: date | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An administrative region of the programme; `plan_on` is when its own plan (工作方案) was issued."""

    id: str
    name: str
    row: Row
    level: UnitLevel | None = None
    plan_on: date | None = None
    remarks: str = ""
