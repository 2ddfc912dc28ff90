"""What the regions' rows have in common: systems, servers, rooms, task ledgers, all of them made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from seeds._generate.draw import between, day, number, pick
from seeds._generate.tables import Row

_TOPICS = (
    "行政审批", "执法监管", "档案管理", "统计报送", "资金管理", "人事管理", "信访办理", "公文流转", "项目申报",
    "信用评价", "应急值守", "资格认定", "检验检测", "权责清单", "政策咨询", "培训考试", "资产管理", "绩效考核",
)  # fmt: skip
_SCOPES = ("单位内部", "覆盖省级", "覆盖到市", "覆盖到县", "国家垂直")
_FUNDS = ("财政资金", "专项资金", "自筹资金")
_AUDIENCES = ("公众", "企业", "本部门", "跨部门", "公众,本部门", "企业,跨部门")
_INTERNAL = ("本部门", "跨部门")


def people(key: str, count: int = 60) -> str:
    """Return a placeholder for a person."""
    return f"责任人{between(key, 1, count):03}"


def month(key: str) -> str:
    """Return a month as people write it, in one of the four ways the field uses."""
    when = day(key, date(2006, 1, 1), date(2016, 12, 1))
    style = pick(f"{key}/style", ("{y}-{m:02}", "{y}/{m:02}", "{y}年{m}月", "{y}.{m:02}"))
    return style.format(y=when.year, m=when.month)


def system(id_: str, unit: str, **more: object) -> Row:
    """Return a system in use that migrates; `more` overrides what is drawn."""
    topic = pick(f"{id_}/topic", _TOPICS)
    audience = pick(f"{id_}/audience", _AUDIENCES)
    public = audience not in _INTERNAL
    grade = pick(f"{id_}/grade", ("二级", "二级", "二级", "三级"))
    users = between(f"{id_}/users", 20, 900) * (50 if public else 1)
    row: Row = {
        "id": id_,
        "unit": unit,
        "name": f"{topic}系统{id_.rpartition('-')[2]}",
        "function": f"{topic}业务办理",
        "category": "业务",
        "approver": "发展改革部门",
        "approved_on": month(id_),
        "fund_source": pick(f"{id_}/fund", _FUNDS),
        "build_cost_wan": f"{between(f'{id_}/build', 2000, 60000) / 100:.2f}",
        "om_cost_wan": f"{between(f'{id_}/om', 200, 6000) / 100:.2f}",
        "responsible": people(id_),
        "secrecy": "非涉密",
        "mlps_level": grade,
        "mlps_filing": f"备案{number(f'{id_}/filing', 10**6):06}" if grade == "三级" else None,
        "system_class": "正常",
        "scope": pick(f"{id_}/scope", _SCOPES),
        "audience": audience,
        "users": users,
        "monthly_use": users * between(f"{id_}/use", 2, 12),
        "seasonal": "否",
        "networks": "互联网" if public else "行政服务域",
        "arch": "x86",
        "data_gib": between(f"{id_}/data", 2, 14) ** 2,
        "exchange": pick(f"{id_}/exchange", ("是", "是", "否")),
        "disposition": "迁移",
        "target_cloud": "公共服务云" if public else "行政服务云",
        "strategy": pick(f"{id_}/strategy", ("重装", "重装", "直接迁移", "改造")),
        "dr_level": "四级" if grade == "三级" else "二级",
        "rpo_min": 240 if grade == "三级" else 1440,
        "rto_min": 480 if grade == "三级" else 2880,
        "status": "已评审",
    }
    return {**row, **more}


_NOT_GOING = ("target_cloud", "strategy", "mlps_filing", "dr_level", "rpo_min", "rto_min")


def verdict(id_: str, first: str, day_: date) -> Row:
    """Return that a department has confirmed what the census took a system for, or not."""
    return {"candidate_class": first, "confirmed_by": people(f"{id_}/confirmed"), "confirmed_on": day_}


def zombie(id_: str, unit: str, **more: object) -> Row:
    """Return a system that nobody uses and that is shut down."""
    reasons = pick(f"{id_}/reasons", ("A,C", "C,F", "A,D,F", "D,E,F", "B,C", "A,C,E,F"))
    quiet: Row = {"system_class": "僵尸", "cleanup_reasons": reasons, "users": 3, "monthly_use": 0}
    return {**system(id_, unit), **dict.fromkeys(_NOT_GOING), **quiet, "disposition": "关停", **more}


def shadow(id_: str, unit: str, merged_into: str, **more: object) -> Row:
    """Return a system that doubles a unified one and is merged into it."""
    doubled: Row = {
        "system_class": "影子",
        "cleanup_reasons": "B",
        "disposition": "整合",
        "merged_into": merged_into,
    }
    return {**system(id_, unit), **dict.fromkeys(_NOT_GOING), **doubled, **more}


def common(id_: str, unit: str, category: str, merged_into: str, **more: object) -> Row:
    """Return a common system (mail, video conference, office, surveillance) to be merged into a platform."""
    title = f"{category}系统{id_.rpartition('-')[2]}"
    row: Row = {"category": category, "name": title, "disposition": "整合", "merged_into": merged_into}
    return {**system(id_, unit), **dict.fromkeys(_NOT_GOING), "function": f"{category}服务", **row, **more}


def recovery(id_: str, as_of: date, *, site: str, healthy: bool, drilled: bool) -> Row:
    """Return a system's replica and drill as the operator reports them."""
    return {
        "dr_site": site,
        "replica_site": site,
        "last_replica": as_of if healthy else day(f"{id_}/replica", date(as_of.year, 1, 1), date(as_of.year, 2, 1)),
        "replica_lag_min": between(f"{id_}/lag", 5, 200),
        "replica_verified": "是" if healthy else "否",
        "last_drill": day(f"{id_}/drill", date(as_of.year, 1, 1), as_of) if drilled else None,
        "drill_rto_min": between(f"{id_}/rto", 60, 400) if drilled else None,
    }


def servers(systems: Sequence[Row]) -> Iterator[Row]:
    """Yield the servers that migrating systems need: a web front where the public comes in, and a back end."""
    for row in systems:
        id_ = str(row["id"])
        public = row["networks"] == "互联网"
        roles = ("前置", "数据库") if public or number(f"{id_}/servers", 3) == 0 else ("业务",)
        for position, role in enumerate(roles, start=1):
            large = number(f"{id_}/{position}/size", 4) == 0
            yield {
                "id": f"{id_}-{position}",
                "system_id": id_,
                "workload": {"前置": "nginx", "数据库": "postgresql"}.get(role, "仅资源"),
                "role": role,
                "vcpus": 4 if large else 2,
                "ram_mib": 8192 if large else 4096,
                "disk_gib": 40,
                "data_disk_gib": 100 if role == "数据库" else 0,
                "openings": "80/tcp" if role == "前置" else None,
            }


def leaf(id_: str, parent: str, title: str, milestone: date, **more: object) -> Row:
    """Return a leaf of the task ledger: a person and a day, no later than its node."""
    row: Row = {
        "id": id_,
        "title": title,
        "level": "子项",
        "parent": parent,
        "unit": f"责任单位{between(f'{id_}/unit', 1, 40):02}",
        "responsible": people(id_),
        "milestone": milestone,
        "due": milestone,
    }
    return {**row, **more}
