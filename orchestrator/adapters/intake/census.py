"""The sheets of the census beside the migration list, as data: networks, websites, the task ledger and others."""

from __future__ import annotations

from orchestrator.adapters.intake.amounts import Day, Quantity
from orchestrator.adapters.intake.column import Column, SheetSpec, count_of, id_of
from orchestrator.adapters.intake.kinds import Choice, Flag, Identifier, Label, Text
from orchestrator.adapters.intake.units import AREA_M2, MBIT, MONEY_WAN, PERCENT, RAM_MIB, SIZE_GIB
from orchestrator.adapters.intake.words import NETWORKS, UNIT_LEVELS
from orchestrator.model.census import (
    InspectedKind,
    Inspection,
    Issue,
    IssueState,
    Project,
    ProjectState,
    Reference,
    Task,
    TaskLevel,
)
from orchestrator.model.site import (
    CloudSite,
    Egress,
    Network,
    NetworkDisposition,
    Region,
    VirtualServer,
    Website,
    WebsiteKind,
    WebsiteState,
)
from orchestrator.model.system import Funding

_NETWORK_DISPOSITIONS = {
    NetworkDisposition.CANCEL: ("取消",),
    NetworkDisposition.MIGRATE: ("迁移",),
    NetworkDisposition.CONNECT: ("对接",),
}
_WEBSITE_KINDS = {
    WebsiteKind.PORTAL: ("门户网站", "门户"),
    WebsiteKind.UNIT: ("部门网站", "单位网站"),
    WebsiteKind.SUBSITE: ("门户分站", "分网站"),
}
_WEBSITE_STATES = {
    WebsiteState.RUNNING: ("运行",),
    WebsiteState.MOVED: ("已迁移",),
    WebsiteState.CLOSED: ("已关停",),
}
_ISSUE_STATES = {
    IssueState.LISTED: ("挂牌",),
    IssueState.RECTIFYING: ("整改", "整改中"),
    IssueState.CHECKING: ("核查", "待核查"),
    IssueState.CLOSED: ("销号", "已销号"),
}
_TASK_LEVELS = {TaskLevel.MAIN: ("主项",), TaskLevel.ITEM: ("分项",), TaskLevel.LEAF: ("子项",)}
_INSPECTED = {InspectedKind.CITY: ("市",), InspectedKind.UNIT: ("部门",)}
_PROJECT_STATES = {
    ProjectState.RUNNING: ("在建",),
    ProjectState.COMPLETED: ("已完成",),
    ProjectState.STOPPED: ("叫停",),
}

_LEVEL = Column("unit_level", "层级", Choice(UNIT_LEVELS), ("单位层级", "单位级别"), fill=True)
_REGION = Column("region", "行政区划", Label(), ("地区", "区划"), fill=True)
_UNIT = Column("unit", "单位名称（全称）", Label(), ("单位", "部门", "部门全称"), required=True, fill=True)
_MONEY = Quantity(MONEY_WAN, whole=False)
_DUE = Column("due", "完成期限（到日）", Day(to_the_day=True), ("完成期限", "完成时限"))
_EVIDENCE = Column("evidence", "佐证材料编号", Label(), ("佐证材料", "证据"))
_REMARKS = Column("remarks", "备注", Text(), ("说明",))

_FUNDINGS = {
    Funding.GRANTED: ("安排",),
    Funding.REFUSED: ("不安排",),
    Funding.ENDED: ("停止后续", "不再安排"),
}
# What was decided for the money of a system or project (扎口管理), and when money was last spent on it.
FUNDING = (
    Column("funding", "经费安排", Choice(_FUNDINGS), ("经费安排情况",)),
    Column("funding_on", "经费决定日期", Day(to_the_day=True)),
    Column("spent_on", "最近支出日期", Day(to_the_day=True)),
)

NETWORKS_SHEET = SheetSpec(
    name="networks",
    titles=("业务专网清单", "业务专网", "专网清单"),
    record=Network,
    columns=(
        id_of("专网编号", code="network_id"),
        _UNIT,
        Column("name", "专网名称", Label(), required=True),
        _LEVEL,
        _REGION,
        Column("kind", "网络种类", Choice(NETWORKS)),
        Column("vertical", "是否垂直专网", Flag(), ("垂直部署",)),
        Column("disposition", "专网处置", Choice(_NETWORK_DISPOSITIONS), ("处置方式", "处置")),
        Column("target", "并入网络", Text()),
        Column("build_cost_wan", "建设金额（万元）", _MONEY, ("建设费用",)),
        Column("om_cost_wan", "运维金额（万元）", _MONEY, ("运维经费",)),
        Column("om_period", "运维金额期间", Text()),
        _DUE,
        Column("done_on", "完成日期", Day(to_the_day=True)),
        _EVIDENCE,
        Column("approval_no", "批准文号", Label()),
        Column("approver", "批准单位", Text()),
        Column("expires_on", "对接到期日", Day(to_the_day=True)),
        _REMARKS,
    ),
)

EGRESSES = SheetSpec(
    name="egresses",
    titles=("互联网出口清单", "互联网出口"),
    record=Egress,
    columns=(
        id_of("出口编号", code="egress_id"),
        _UNIT,
        _LEVEL,
        _REGION,
        Column("carrier", "运营商", Text()),
        Column("bandwidth_mbit", "带宽（Mbps）", count_of(10_000_000, units=MBIT)),
        _DUE,
        Column("closed_on", "关闭日期", Day(to_the_day=True)),
        Column("backup_open", "备用线路是否保留", Flag()),
        _EVIDENCE,
        _REMARKS,
    ),
)

WEBSITES = SheetSpec(
    name="websites",
    titles=("网站清单", "政府网站"),
    record=Website,
    columns=(
        id_of("网站编号", code="website_id"),
        _UNIT,
        Column("name", "网站名称", Label(), required=True),
        Column("kind", "网站类别", Choice(_WEBSITE_KINDS), required=True),
        _LEVEL,
        _REGION,
        Column("state", "网站状态", Choice(_WEBSITE_STATES)),
        _DUE,
        Column("done_on", "完成日期", Day(to_the_day=True)),
        _EVIDENCE,
        Column("final_target", "最终平台", Text()),
        _REMARKS,
    ),
)

VIRTUAL_SERVERS = SheetSpec(
    name="virtual_servers",
    titles=("虚拟服务器清单", "虚拟服务器", "云主机"),
    record=VirtualServer,
    columns=(
        id_of("虚拟服务器编号", "云主机编号", code="virtual_server_id"),
        Column("system_id", "系统编号", Identifier()),
        Column("unit", "单位名称（全称）", Label(), ("单位", "部门")),
        _REGION,
        Column("zone", "云分区", Text()),
        Column("vcpus", "CPU（核）", count_of(512, 1), ("vCPU", "CPU")),
        Column("ram_mib", "内存（MB）", Quantity(RAM_MIB, least=1, most=16 * 1024 * 1024), ("内存",)),
        Column("disk_gib", "磁盘（GB）", Quantity(SIZE_GIB, most=1_000_000), ("磁盘", "硬盘")),
        Column("running", "是否开机", Flag()),
        Column("cpu_percent", "CPU平均利用率（%）", Quantity(PERCENT, whole=False, most=100), ("CPU利用率",)),
        _REMARKS,
    ),
)

CLOUD_SITES = SheetSpec(
    name="cloud_sites",
    titles=("政务云平台", "云平台"),
    record=CloudSite,
    columns=(
        id_of("云平台编号", code="cloud_site_id"),
        Column("name", "云平台名称", Label(), required=True),
        Column("design_area_m2", "设计面积（平方米）", Quantity(AREA_M2, whole=False)),
        Column("built_area_m2", "一期建设面积（平方米）", Quantity(AREA_M2, whole=False)),
        Column("rack_capacity", "可放置机柜数", count_of(100_000)),
        Column("racks_used", "已用机柜数", count_of(100_000)),
        Column("vcpus", "CPU总量（核）", count_of(10_000_000), ("vCPU总量",)),
        Column("investment_wan", "投资金额（万元）", _MONEY),
        Column("zones", "业务区域数", count_of(1000)),
        Column("dr_site", "灾备中心", Text()),
        Column("procurement", "采购方式", Text()),
        Column("fee_wan", "年服务费（万元）", _MONEY),
        Column("fee_from", "服务费起始日", Day(to_the_day=True)),
        _REMARKS,
    ),
)

REGIONS = SheetSpec(
    name="regions",
    titles=("行政区划表", "区划清单"),
    record=Region,
    columns=(
        id_of("区划编号", code="region_id"),
        Column("name", "区划名称", Label(), required=True),
        Column("level", "区划层级", Choice(UNIT_LEVELS)),
        Column("plan_on", "工作方案印发日期", Day(to_the_day=True)),
        _REMARKS,
    ),
)

TASKS = SheetSpec(
    name="tasks",
    titles=("工作台账", "任务台账"),
    record=Task,
    columns=(
        id_of("任务编号", code="task_id"),
        Column("title", "任务名称", Label(), required=True),
        Column("level", "任务级别", Choice(_TASK_LEVELS), required=True),
        Column("parent", "上级任务编号", Identifier()),
        Column("pillar", "工作板块", Text(), fill=True),
        Column("lead_unit", "牵头单位", Label(), fill=True),
        Column("unit", "责任单位", Label(), fill=True),
        Column("responsible", "责任人", Text()),
        Column("milestone", "时间节点", Day(to_the_day=True)),
        Column("due", "完成时限（到日）", Day(to_the_day=True), ("完成时限", "完成期限")),
        Column("redated", "调整后时限", Day(to_the_day=True)),
        Column("done_on", "完成日期", Day(to_the_day=True), ("销号日期",)),
        Column("key", "是否重点任务", Flag()),
        Column("progress", "进展情况", Text()),
        Column("problem", "存在问题", Text()),
        Column("next_step", "下步措施", Text()),
        _EVIDENCE,
        _REMARKS,
    ),
)

INSPECTIONS = SheetSpec(
    name="inspections",
    titles=("督查记录", "督查"),
    record=Inspection,
    columns=(
        id_of("督查编号", code="inspection_id"),
        Column("round", "督查轮次", count_of(999, 1), required=True),
        Column("group", "督导组", Text(), required=True),
        Column("kind", "督查对象类别", Choice(_INSPECTED), required=True),
        Column("visited", "督查对象", Label(), required=True),
        _REMARKS,
    ),
)

PROJECTS = SheetSpec(
    name="projects",
    titles=("信息化项目清单", "项目清单"),
    record=Project,
    columns=(
        id_of("项目编号", code="project_id"),
        _UNIT,
        Column("name", "项目名称", Label(), required=True),
        _REGION,
        Column("state", "项目状态", Choice(_PROJECT_STATES)),
        Column("budget_wan", "项目预算（万元）", _MONEY),
        *FUNDING,
        Column("completed_on", "竣工日期", Day(to_the_day=True)),
        Column("audited_on", "审计日期", Day(to_the_day=True)),
        _REMARKS,
    ),
)

ISSUES = SheetSpec(
    name="issues",
    titles=("督办问题清单", "督办台账", "整改台账"),
    record=Issue,
    columns=(
        id_of("问题编号", code="issue_id"),
        _UNIT,
        Column("title", "问题描述", Label(), ("存在问题", "问题"), required=True),
        _LEVEL,
        _REGION,
        Column("source", "问题来源", Text(), ("来源",)),
        Column("state", "督办状态", Choice(_ISSUE_STATES)),
        Column("responsible", "责任人", Text()),
        Column("raised_on", "挂牌日期", Day(to_the_day=True)),
        Column("due", "整改时限", Day(to_the_day=True), ("整改期限", "完成时限（到日）", "完成时限")),
        Column("measure", "整改措施", Text()),
        Column("rectified_on", "整改完成日期", Day(to_the_day=True)),
        Column("checked_by", "核查人", Text()),
        Column("checked_on", "核查日期", Day(to_the_day=True)),
        Column("closed_on", "销号日期", Day(to_the_day=True)),
        Column("rebound_on", "反弹日期", Day(to_the_day=True)),
        _EVIDENCE,
        _REMARKS,
    ),
)

REFERENCES = SheetSpec(
    name="references",
    titles=("参考指标",),
    record=Reference,
    columns=(
        id_of("指标编号", code="reference_id"),
        Column("name", "指标名称", Label(), required=True),
        Column("value", "指标值", Text(longest=100), required=True),
        _REMARKS,
    ),
)

CENSUS_SHEETS = (
    NETWORKS_SHEET,
    EGRESSES,
    WEBSITES,
    VIRTUAL_SERVERS,
    CLOUD_SITES,
    REGIONS,
    TASKS,
    INSPECTIONS,
    PROJECTS,
    ISSUES,
    REFERENCES,
)
