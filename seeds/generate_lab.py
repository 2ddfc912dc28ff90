"""Writes the lab's migration list as a workbook, as CSV files and as YAML: one list, three renditions.

Every row is synthetic. The bytes are the same on every run, so that a changed file is a changed list.
Run it as `python seeds/generate_lab.py` from the repository's root.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = ROOT / "seeds/lab/migration-list.xlsx"
RENDITIONS = ROOT / "tests/cases/list/lab"

Row = Mapping[str, str | int]

# (group, code name, header with its hint); a header without a group stands over both header rows.
SYSTEM_COLUMNS = (
    ("基本信息", "system_id", "系统编号\n（必填）"),
    ("基本信息", "unit", "单位名称（全称）"),
    ("基本信息", "unit_level", "层级"),
    ("基本信息", "name", "系统名称\n（必填）"),
    ("基本信息", "category", "系统类别"),
    ("基本信息", "function", "业务功能"),
    ("审批与资金", "approver", "审批部门"),
    ("审批与资金", "approved_on", "审批时间\n（格式示例：2010-10、2010/10）"),
    ("审批与资金", "fund_source", "资金来源"),
    ("审批与资金", "build_cost_wan", "建设金额（万元）"),
    ("", "responsible", "责任人"),
    ("分类定级", "secrecy", "涉密分类\n（必填）"),
    ("分类定级", "mlps_level", "等保级别"),
    ("分类定级", "mlps_filing", "等保备案证明编号"),
    ("分类定级", "class", "系统状况"),
    ("分类定级", "cleanup_reasons", "清理原因\n（可多选，A 至 G）"),
    ("使用情况", "scope", "使用范围"),
    ("使用情况", "audience", "使用对象\n（可多选，用“、”隔开）"),
    ("使用情况", "users", "用户规模"),
    ("使用情况", "monthly_use", "每月使用频度"),
    ("使用情况", "last_login", "最近登录日期"),
    ("使用情况", "seasonal", "季节性"),
    ("现状", "room_id", "所在机房"),
    ("现状", "network", "已接入网络类型\n（可多选）"),
    ("现状", "arch", "处理器架构"),
    ("现状", "exchange", "是否对接共享平台"),
    ("处置与目标", "disposition", "处置方式"),
    ("处置与目标", "merged_into", "并入系统"),
    ("处置与目标", "target_cloud", "目标云"),
    ("处置与目标", "strategy", "迁移方式"),
    ("处置与目标", "batch", "批次"),
    ("处置与目标", "due", "完成期限（到日）"),
    ("处置与目标", "approval_no", "批准文号"),
    ("", "dr_level", "灾备等级"),
    ("", "status", "状态"),
    ("", "defer", "是否申请暂缓整合\n（填写原因）"),
    ("", "confirmed_by", "认定人"),
    ("", "confirmed_on", "认定日期"),
    ("", "remarks", "备注"),
)
SERVER_COLUMNS = (
    ("", "server_id", "服务器编号"),
    ("", "system_id", "系统编号"),
    ("", "workload", "部署内容"),
    ("", "role", "用途"),
    ("配置需求", "vcpus", "CPU（核）"),
    ("配置需求", "ram_mib", "内存（MB）"),
    ("配置需求", "disk_gib", "系统盘（GB）"),
    ("配置需求", "data_disk_gib", "数据盘（GB）"),
    ("", "openings", "开放端口\n（端口/协议@来源）"),
    ("来源", "source_address", "源服务器IP"),
    ("来源", "room_id", "所在机房"),
)
ROOM_COLUMNS = (
    ("", "room_id", "机房编号"),
    ("", "unit", "单位名称（全称）"),
    ("", "name", "机房名称"),
    ("", "area_m2", "面积（平方米）"),
    ("", "racks", "机柜数"),
)
DEPENDENCY_COLUMNS = (
    ("", "system_id", "系统编号"),
    ("", "needs_id", "依赖系统编号"),
    ("", "kind", "依赖方式"),
)

SERVICE, FINANCE, ARCHIVES = "实验市政务服务局", "实验市财政局", "实验市档案馆"
# What most rows have in common.
_USUAL: Row = {
    "unit_level": "市直",
    "category": "业务",
    "approver": "实验市发展和改革局",
    "fund_source": "财政资金",
    "secrecy": "非涉密",
    "mlps_level": "二级",
    "class": "正常",
    "scope": "覆盖到市",
    "seasonal": "否",
    "arch": "x86",
    "exchange": "是",
    "batch": 1,
    "due": "2026-12-31",
    "status": "已评审",
}
_MIGRATES: Row = {"disposition": "迁移", "strategy": "重装", "dr_level": "2级"}


def _system(number: int, unit: str, name: str, function: str, *parts: Row, **more: str | int) -> Row:
    merged: dict[str, str | int] = {
        **_USUAL,
        "system_id": f"SH-{number:03d}",
        "unit": unit,
        "name": name,
        "function": function,
        "responsible": f"责任人{number:03d}",
    }
    for part in (*parts, more):
        merged.update(part)
    return merged


SYSTEMS: Sequence[Row] = (
    _system(
        1, SERVICE, "政务服务大厅网站", "公示办事指南和办理结果", _MIGRATES,
        approved_on="2014-03", build_cost_wan="86.50", mlps_filing="37000-26001", audience="公众",
        users=12000, monthly_use="3,600", last_login="2026-11-20", room_id="RM-A", network="互联网、公共服务域",
        target_cloud="公共服务云",
    ),
    _system(
        2, SERVICE, "办件进度查询系统", "向公众和企业提供办件进度查询", _MIGRATES,
        approved_on="2015/6", build_cost_wan="120", mlps_filing="37000-26002", audience="公众、企业",
        users=8000, monthly_use=2100, last_login="2026年11月19日", room_id="RM-A", network="互联网、公共服务域",
        target_cloud="公共服务云",
    ),
    _system(
        3, SERVICE, "旧版网上申报系统", "已由新系统替代的网上申报",
        approved_on="2008年5月", build_cost_wan="45", mlps_level="未定级", cleanup_reasons="B、D、F",
        audience="公众", users=3, monthly_use=0, last_login="2023-02-11", room_id="RM-A", network="互联网",
        exchange="否", disposition="关停", due="2026-12-15", confirmed_by="责任人003", confirmed_on="2026-11-02",
        **{"class": "僵尸"},
    ),
    _system(
        4, SERVICE, "内部邮件系统", "本部门邮件收发",
        category="邮件", approved_on="2011.09", build_cost_wan="18", audience="本部门", users=160, monthly_use=900,
        last_login="2026-11-20", room_id="RM-A", network="行政服务域", exchange="否", disposition="整合",
        merged_into="全省统一公务邮件系统",
    ),
    _system(
        5, FINANCE, "财政预算管理系统", "预算编制、执行和调整", _MIGRATES,
        approved_on="2013-11", build_cost_wan="310.20", mlps_filing="37000-26005", audience="本部门、跨部门",
        users=420, monthly_use=2600, last_login="2026-11-20", room_id="RM-B", network="行政服务域",
        target_cloud="行政服务云",
    ),
    _system(
        6, FINANCE, "财政内部信息发布系统", "制度和通知的内部发布", _MIGRATES,
        approved_on="2009-04", build_cost_wan="26", mlps_filing="37000-26006", audience="本部门", users=180,
        monthly_use="１５００", last_login="2026-11-18", room_id="RM-B", network="行政服务域", exchange="否",
        target_cloud="行政服务云",
    ),
    _system(
        7, FINANCE, "部门预算报表汇总系统", "汇总各处室预算报表",
        approved_on="2012-07", build_cost_wan="12.80", cleanup_reasons="B", audience="本部门", users=25,
        monthly_use=60, last_login="2026-10-30", room_id="RM-B", network="行政服务域", exchange="否",
        disposition="整合", merged_into="SH-005", **{"class": "影子"},
    ),
    _system(
        8, FINANCE, "国库集中支付系统", "国家垂直部署的国库支付",
        approved_on="2010-10", build_cost_wan="95", mlps_level="三级", mlps_filing="37000-26008", scope="国家垂直",
        audience="本部门", users=90, monthly_use=1800, last_login="2026-11-20", room_id="RM-B", network="业务专网",
        disposition="对接", approval_no="实验财信〔2026〕8号", dr_level="4级",
    ),
    _system(
        9, FINANCE, "票据打印终端系统", "专用设备上的票据打印",
        approved_on="2016-02", build_cost_wan="9.60", audience="本部门", users=40, monthly_use=700,
        last_login="2026-11-20", room_id="RM-B", network="行政服务域", exchange="否", disposition="保留",
        remarks="与专用打印设备一体，随设备到期处置",
    ),
    _system(
        10, ARCHIVES, "数字档案管理系统", "馆藏档案的著录和管理", _MIGRATES,
        approved_on="2014-09", build_cost_wan="150", mlps_filing="37000-26010", audience="本部门、跨部门", users=75,
        monthly_use=480, last_login="2026-11-17", network="行政服务域", exchange="否", target_cloud="行政服务云",
        batch=2, due="2027-06-30", **{"class": "孤岛"},
    ),
    _system(
        11, ARCHIVES, "档案查阅预约系统", "公众查阅档案的预约登记", _MIGRATES,
        approved_on="2017-05", build_cost_wan="33", mlps_filing="37000-26011", audience="公众", users=2600,
        monthly_use=310, last_login="2026-11-20", network="互联网、公共服务域", target_cloud="公共服务云",
        batch=2, due="2027-06-30", status="暂缓", defer="馆舍搬迁期间暂缓，实验档〔2026〕3号",
    ),
    _system(
        12, ARCHIVES, "档案馆门户网站", "档案馆信息公开",
        category="网站", approved_on="2012-12", build_cost_wan="15", audience="公众", users=900, monthly_use=150,
        last_login="2026-11-12", network="互联网", exchange="否", disposition="整合",
        merged_into="实验市政府网站集约化平台", batch=2, due="2027-06-30",
    ),
    # Classified: counted, never named. The row itself may say no more than this.
    {"system_id": "SH-013", "unit": ARCHIVES, "name": "（不予列示）", "secrecy": "涉密", "disposition": "排除"},
)  # fmt: skip

_SMALL: Row = {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}
SERVERS: Sequence[Row] = (
    {"server_id": "SV-001", "system_id": "SH-001", "workload": "nginx", "role": "web", **_SMALL,
     "data_disk_gib": 1, "openings": "80/tcp", "source_address": "10.77.1.11", "room_id": "RM-A"},
    {"server_id": "SV-002", "system_id": "SH-002", "workload": "postgresql", "role": "数据库", **_SMALL,
     "data_disk_gib": 2, "openings": "5432/tcp@10.77.0.0/16", "source_address": "10.77.1.12", "room_id": "RM-A"},
    {"server_id": "SV-003", "system_id": "SH-005", "workload": "mariadb", "role": "数据库", **_SMALL,
     "openings": "3306/tcp@10.77.0.0/16", "source_address": "10.77.2.11", "room_id": "RM-B"},
    {"server_id": "SV-004", "system_id": "SH-006", "workload": "nginx", "role": "web", **_SMALL,
     "data_disk_gib": 1, "openings": "80/tcp@10.77.0.0/16", "source_address": "10.77.2.12", "room_id": "RM-B"},
    {"server_id": "SV-005", "system_id": "SH-010", "workload": "postgresql", "role": "数据库", **_SMALL,
     "openings": "5432/tcp@10.77.0.0/16"},
    {"server_id": "SV-006", "system_id": "SH-011", "workload": "nginx", "role": "web", **_SMALL,
     "openings": "80/tcp"},
)  # fmt: skip
ROOMS: Sequence[Row] = (
    {"room_id": "RM-A", "unit": SERVICE, "name": "政务服务局机房", "area_m2": "42.5", "racks": 4},
    {"room_id": "RM-B", "unit": FINANCE, "name": "财政局机房", "area_m2": "60", "racks": 6},
)
DEPENDENCIES: Sequence[Row] = (
    {"system_id": "SH-001", "needs_id": "SH-002", "kind": "数据查询"},
    {"system_id": "SH-006", "needs_id": "SH-005", "kind": "数据查询"},
)

Columns = Sequence[tuple[str, str, str]]
# sheet → title over the header, columns, rows, whether a machine-code row and a total follow the census forms.
SHEETS: Mapping[str, tuple[str, Columns, Sequence[Row], bool]] = {
    "系统迁移清单": ("实验市政务信息系统迁移清单（合成数据）", SYSTEM_COLUMNS, SYSTEMS, True),
    "服务器清单": ("", SERVER_COLUMNS, SERVERS, False),
    "机房清单": ("", ROOM_COLUMNS, ROOMS, False),
    "依赖关系": ("", DEPENDENCY_COLUMNS, DEPENDENCIES, False),
}
SECTIONS = ("systems", "servers", "rooms", "dependencies")

_STAMP = (2026, 1, 1, 0, 0, 0)
_HEAD = PatternFill("solid", fgColor="DDE6F0")


def workbook_bytes() -> bytes:
    """Return the workbook; times inside it are fixed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (title, columns, rows, census) in SHEETS.items():
        _write_sheet(book.create_sheet(name), title, columns, rows, census=census)
    book.properties.creator = "migrate"
    book.properties.created = datetime(*_STAMP)  # noqa: DTZ001 - the format has no time zone
    saved = io.BytesIO()
    book.save(saved)
    return _with_fixed_times(saved.getvalue())


def _write_sheet(sheet: Worksheet, title: str, columns: Columns, rows: Sequence[Row], *, census: bool) -> None:
    top = 1
    if title:
        sheet.cell(1, 1, title).font = Font(bold=True, size=14)
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(columns))
        top = 2
    grouped = any(group for group, _, _ in columns)
    for number, (group, code, header) in enumerate(columns, start=1):
        sheet.cell(top, number, group or header)
        if group:
            sheet.cell(top + 1, number, header)
        if census:
            sheet.cell(top + 2, number, code).font = Font(color="999999", size=8)
        sheet.column_dimensions[get_column_letter(number)].width = 18
    data = top + 1 + grouped + census
    for row in range(top, top + 1 + grouped):
        for number in range(1, len(columns) + 1):
            sheet.cell(row, number).fill = _HEAD
            sheet.cell(row, number).alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    if grouped:
        _merge_groups(sheet, top, columns)
    for offset, record in enumerate(rows):
        for number, (_, code, _) in enumerate(columns, start=1):
            if code in record:
                sheet.cell(data + offset, number, record[code])
    if census:
        _merge_units(sheet, data, columns, rows)
        sheet.cell(data + len(rows), 1, "合计")
        sheet.cell(data + len(rows), 2, len(rows))
    sheet.freeze_panes = f"A{data}"


def _merge_groups(sheet: Worksheet, top: int, columns: Columns) -> None:
    start = 1
    for number, (group, _, _) in enumerate(columns, start=1):
        if not group:
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=number, end_column=number)
        following = columns[number][0] if number < len(columns) else None
        if following != group or not group:
            if group and start < number:
                sheet.merge_cells(start_row=top, end_row=top, start_column=start, end_column=number)
            start = number + 1


def _merge_units(sheet: Worksheet, data: int, columns: Columns, rows: Sequence[Row]) -> None:
    """Merge the cells of consecutive rows of one unit, as the census forms do."""
    column = next(number for number, (_, code, _) in enumerate(columns, start=1) if code == "unit")
    start = 0
    for position in range(1, len(rows) + 1):
        if position == len(rows) or rows[position]["unit"] != rows[start]["unit"]:
            if position - start > 1:
                sheet.merge_cells(
                    start_row=data + start, end_row=data + position - 1, start_column=column, end_column=column
                )
            start = position


def _with_fixed_times(data: bytes) -> bytes:
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(?<=W3CDTF\">)[^<]+", b"2026-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return fixed.getvalue()


def csv_bytes(columns: Columns, rows: Sequence[Row]) -> bytes:
    """Return one sheet as the CSV a Chinese spreadsheet program writes: GB18030, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([header for _, _, header in columns])
    for row in rows:
        writer.writerow([row.get(code, "") for _, code, _ in columns])
    return text.getvalue().encode("gb18030")


def yaml_bytes() -> bytes:
    """Return the list as YAML with the columns' code names."""
    document = {
        section: [dict(row) for row in rows] for section, (_, _, rows, _) in zip(SECTIONS, SHEETS.values(), strict=True)
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120).encode()


def main() -> None:
    """Write all renditions."""
    WORKBOOK.write_bytes(workbook_bytes())
    RENDITIONS.mkdir(parents=True, exist_ok=True)
    for section, (_, columns, rows, _) in zip(SECTIONS, SHEETS.values(), strict=True):
        (RENDITIONS / f"{section}.csv").write_bytes(csv_bytes(columns, rows))
    (RENDITIONS / "list.yaml").write_bytes(yaml_bytes())


if __name__ == "__main__":
    main()
