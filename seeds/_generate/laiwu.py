"""Laiwu: a ledger of dated tasks. No system counts were published for it, so there is no system here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from seeds._generate.rows import people
from seeds._generate.tables import Row, Table, table

AS_OF = date(2017, 12, 15)
_NODES = {"17": date(2017, 12, 31), "03": date(2018, 3, 31), "06": date(2018, 6, 30), "12": date(2018, 12, 31)}
_TASKS = (
    ("政务云服务能力评估", "03", "一片云"),
    ("市级政务云容灾、监管、运维与省级一体化", "06", "一片云"),
    ("电子政务内网接入", "06", "两张网"),
    ("电子政务内网应用", "12", "两张网"),
    ("部门两域局域网建设", "17", "两张网"),
    ("区、镇两域局域网建设", "03", "两张网"),
    ("电子政务外网镇街全覆盖", "06", "两张网"),
    ("业务专网迁移整合", "12", "两张网"),
    ("市直互联网出口整合", "03", "两张网"),
    ("区以下互联网出口整合", "06", "两张网"),
    ("政务信息资源目录编制", "17", "三大体系"),
    ("基础信息库建设", "06", "三大体系"),
    ("大数据管理平台建设", "12", "三大体系"),
    ("政府网站迁入统一平台", "12", "三大体系"),
    ("政府网站集中管理", "12", "三大体系"),
    ("规划与政策清理", "03", "四个支撑"),
    ("大数据管理机构组建", "17", "五项保障"),
    ("信息化项目绩效审计", "12", "五项保障"),
)
_LIBRARIES = ("人口", "法人", "宏观经济", "空间地理", "电子证照", "公共信用", "决策支持")


def tables() -> list[Table]:
    """Return the city's sheets."""
    return [table("tasks", _tasks()), table("references", _references())]


def _tasks() -> Iterator[Row]:
    for number, (title, node, pillar) in enumerate(_TASKS, start=1):
        yield _task(f"LW-{number:02}", title, node, pillar, level="分项" if number == 12 else "子项")
        if number == 12:
            for index, name in enumerate(_LIBRARIES, start=1):
                yield {**_task(f"LW-12-{index}", f"{name}库", node, pillar, level="子项"), "parent": "LW-12"}


def _task(id_: str, title: str, node: str, pillar: str, *, level: str) -> Row:
    return {
        "id": id_,
        "title": title,
        "level": level,
        "pillar": pillar,
        "lead_unit": "莱芜牵头单位01",
        "unit": f"莱芜责任单位{int(id_[3:5]):02}",
        "responsible": people(id_),
        "milestone": _NODES[node],
        "due": _NODES[node],
        "progress": "正在推进",
    }


def _references() -> Iterator[Row]:
    yield {"id": "LW-AUDIT", "name": "绩效审计起始年份", "value": 2018}
