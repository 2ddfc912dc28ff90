"""Synthetic programmes of any size, as a city would hand them in; the same size gives the same files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import yaml
from openpyxl import Workbook

# A list file may have 50,000 rows; a longer list comes in several files.
_ROWS_PER_FILE = 40_000
SYSTEM_HEADER = (
    "系统编号", "单位名称（全称）", "系统名称", "业务功能", "系统类别", "审批部门", "审批时间", "资金来源",
    "建设金额（万元）", "年运维金额（万元）", "责任人", "涉密分类", "等保级别", "等保备案证明编号", "系统状况",
    "使用范围", "使用对象", "用户规模", "每月使用频度", "最近登录日期", "数据量（GB）", "处置方式", "已接入网络类型",
    "目标云", "云分区", "备注",
)  # fmt: skip
SERVER_HEADER = (
    "服务器编号", "系统编号", "部署内容", "用途", "CPU（核）", "内存（MB）", "系统盘（GB）", "数据盘（GB）",
    "操作系统", "处理器架构", "开放端口",
)  # fmt: skip
DEPENDENCY_HEADER = ("系统编号", "依赖系统编号", "依赖方式")
_WORKLOADS = (("nginx", "80/tcp"), ("postgresql", "5432/tcp"), ("mariadb", "3306/tcp"), ("仅资源", "8080/tcp"))

Cell = str | int | float
Cells = Sequence[Cell]


def systems(count: int, units: int, random: Random) -> Iterator[Cells]:
    """Yield rows of systems that all migrate, of units of uneven size."""
    names = [unit_name(number) for number in range(1, units + 1)]
    weights = [1 / (1 + rank / 8) for rank in range(units)]
    owners = [*names, *random.choices(names, weights, k=count - units)]
    for number, unit in enumerate(owners, start=1):
        yield (
            f"S-{number:06}", unit, f"业务系统{number:06}", f"第{number}类事项的受理、审批与查询", "业务",
            "市信息化主管部门", f"{2006 + number % 11}-{1 + number % 12:02}", "财政资金",
            round(5 + number % 400 * 1.5, 1), round(1 + number % 40 * 0.7, 1), f"责任人{number % 1000:03}", "非涉密",
            "二级", f"370000-{number:06}", "正常", "全市", "公众" if number % 3 else "本部门",
            20 + number % 5000, 100 + number % 900, f"2026-{1 + number % 10:02}-{1 + number % 28:02}",
            random.choice((5, 20, 60, 90, 150, 280)), "迁移",
            *(("公共服务域", "公共服务云") if number % 3 else ("行政服务域", "行政服务云")), "公用网络区",
            f"备注{number}",
        )  # fmt: skip


def servers(count: int, random: Random) -> Iterator[Cells]:
    """Yield one to three servers for each system, 1.6 on average."""
    for system in range(1, count + 1):
        for server in range(1, random.choice((1, 1, 1, 2, 3)) + 1):
            workload, port = _WORKLOADS[(system + server) % len(_WORKLOADS)]
            yield (
                f"V-{system:06}-{server}", f"S-{system:06}", workload, f"节点{server}", 1, 512, 3, 10 * (server % 2),
                "debian 12", "x86_64", port,
            )  # fmt: skip


def dependencies(count: int, random: Random) -> Iterator[Cells]:
    """Yield a dependency for one system in three, always on an earlier one."""
    for system in range(2, count + 1):
        if random.random() < 1 / 3:
            yield f"S-{system:06}", f"S-{system - random.randint(1, min(3, system - 1)):06}", "接口"


def declaration(files: Iterable[str]) -> dict[str, object]:
    """Return a programme of two clouds, without batches."""
    flavors = {"gov.small": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}}
    cloud = {
        "lifecycle": "available",
        "images": {"": "debian-12"},
        "flavors": flavors,
        "zones": {"common": {"network": "provider"}},
    }
    return {
        "programme": "bench",
        "title": "合成项目",
        "synthetic": True,
        "list": list(files),
        "clouds": {kind: {"kind": kind, **cloud} for kind in ("public-service", "administrative")},
    }


def unit_name(number: int) -> str:
    """Return the name of the number-th department, counted from 1."""
    return f"合成单位{number:04}"


def write_programme(folder: Path, count: int, *, units: int, declared: Mapping[str, object]) -> Path:
    """Write a programme of `count` systems with servers and dependencies as one workbook, or as CSV files if large.

    Args:
        folder: made; must not hold a programme.
        count: systems.
        units: departments.
        declared: what of `programme.yaml` is this programme's own, at least its `batches`.
    """
    folder.mkdir(parents=True)
    random = Random(count)  # noqa: S311 - synthetic data, the same every time
    sheets: dict[str, tuple[Sequence[str], Iterable[Cells]]] = {
        "系统迁移清单": (SYSTEM_HEADER, systems(count, units, random)),
        "服务器清单": (SERVER_HEADER, servers(count, random)),
        "依赖关系": (DEPENDENCY_HEADER, dependencies(count, random)),
    }
    files = _workbook(folder, sheets) if count * 2 <= _ROWS_PER_FILE else _tables(folder, sheets)
    programme = {**declaration(files), **declared}
    text = yaml.safe_dump(programme, allow_unicode=True, sort_keys=False)
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    return folder


def _workbook(folder: Path, sheets: dict[str, tuple[Sequence[str], Iterable[Cells]]]) -> list[str]:
    book = Workbook(write_only=True)
    for title, (header, found) in sheets.items():
        sheet = book.create_sheet(title)
        for row in (header, *found):
            sheet.append(row)
    book.save(folder / "migration-list.xlsx")
    return ["migration-list.xlsx"]


def _tables(folder: Path, sheets: dict[str, tuple[Sequence[str], Iterable[Cells]]]) -> list[str]:
    files = []
    for title, (header, found) in sheets.items():
        table = list(found)
        for start in range(0, len(table), _ROWS_PER_FILE):
            name = f"{title}{start // _ROWS_PER_FILE + 1}.csv"
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *table[start : start + _ROWS_PER_FILE]])
            files.append(name)
    return files
