"""A clean list in which faults can be planted, and writers for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from orchestrator.adapters.intake.reader import read_list
from orchestrator.model.problem import Problem
from orchestrator.model.programme import Batch, CloudKind, CloudSpec, Lifecycle, Programme, Zone
from orchestrator.model.system import MigrationList

Sheets = dict[str, list[list[Any]]]

HEADERS: Mapping[str, Sequence[str]] = {
    "systems": (
        "系统编号", "单位名称", "系统名称", "涉密分类", "系统类别", "系统状况", "处置方式", "并入系统", "目标云",
        "云分区", "批次", "完成期限", "审批时间", "用户规模", "建设金额（万元）", "使用对象", "季节性", "所在机房",
        "最近登录日期", "备注", "业务功能", "管理密码",
    ),
    "servers": ("服务器编号", "系统编号", "部署内容", "内存（MB）", "开放端口", "源服务器IP", "CPU（核）"),
    "rooms": ("机房编号", "单位名称", "机房名称"),
    "dependencies": ("系统编号", "依赖系统编号"),
    "interfaces": ("接口编号", "调用方", "被调用方", "接口地址", "迁移后接口地址", "调用方服务器", "核验地址",
                   "核验应答码", "登记平台"),
}  # fmt: skip


def clean() -> Sheets:
    """Return a list without any problem: 49 systems, 12 servers, a room, 5 dependencies, 8 interfaces."""
    systems = [
        [
            f"S-{number:02d}", "实验市政务服务局", f"系统{number:02d}甲", "非涉密", "业务", "正常", "迁移", "",
            "公共服务云", "internet", 1, "2026-12-31", "2010-10", 10 * number, "1.5", "公众", "否", "RM-1",
            "2026-11-01", "", "功能", "",
        ]
        for number in range(1, 50)
    ]  # fmt: skip
    servers = [[f"V-{number:02d}", "S-48", "nginx", 512, "80/tcp", f"10.77.1.{number}", 1] for number in range(1, 13)]
    dependencies = [[f"S-{number:02d}", "S-49"] for number in range(43, 48)]
    rooms = [["RM-1", "实验市政务服务局", "机房一"]]
    interfaces = [[f"JK-{number}", "省级平台", "系统48甲", "10.77.1.9:5432", *[""] * 5] for number in range(1, 9)]
    rows: Sheets = {
        "systems": systems,
        "servers": servers,
        "rooms": rooms,
        "dependencies": dependencies,
        "interfaces": interfaces,
    }
    return {name: [list(header), *rows[name]] for name, header in HEADERS.items()}


def workbook(sheets: Sheets, merges: Iterable[str] = ()) -> bytes:
    """Return sheets as .xlsx; as openpyxl does it, text beginning with = becomes a formula and #N/A an error.

    `merges` are ranges such as `systems!A2:A3`.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    for name, area in (merge.split("!") for merge in merges):
        book[name].merge_cells(area)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def table(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


@dataclass
class Desk:
    """A programme folder in which lists are written and read."""

    folder: Path
    programme: Programme
    files: list[str] = field(default_factory=list)

    def put(self, name: str, data: bytes) -> None:
        """Write a list file and add it to the programme."""
        (self.folder / name).write_bytes(data)
        self.files = [*(file for file in self.files if file != name), name]

    @property
    def declared(self) -> Programme:
        """The programme with the files put so far."""
        return replace(self.programme, list_files=tuple(self.files))

    def read(self) -> tuple[MigrationList, tuple[Problem, ...]]:
        """Read the files put so far."""
        return read_list(self.folder, self.declared)

    def problems(self) -> list[str]:
        """Return every problem as `code sheet!cell`, sorted; a CSV file stands for its sheet."""
        return sorted(
            f"{problem.code} {'!'.join(filter(None, (problem.sheet or Path(problem.file).stem, problem.cell)))}"
            for problem in self.read()[1]
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    cloud = CloudSpec(
        name="public-service",
        kind=CloudKind.PUBLIC_SERVICE,
        lifecycle=Lifecycle.AVAILABLE,
        zones=(Zone(name="internet", network="internet"),),
    )
    programme = Programme(
        slug="test", title="", list_files=(), clouds=(cloud,), rules=(), batches=(Batch(number=1), Batch(number=2))
    )
    return Desk(folder=tmp_path, programme=programme)


@pytest.fixture
def clean_list() -> Sheets:
    return clean()


@pytest.fixture
def as_workbook() -> Callable[..., bytes]:
    return workbook


@pytest.fixture
def as_table() -> Callable[..., bytes]:
    return table
