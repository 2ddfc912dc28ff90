"""Weihai: 569 systems, of which 283 of 80 city departments; 53 rooms of which 47 are closed; 1194 virtual servers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from seeds._generate.draw import between, day, number, pick, spread
from seeds._generate.rows import leaf, people, recovery, shadow, system, verdict, zombie
from seeds._generate.tables import Row, Table, table

AS_OF = date(2018, 8, 31)
UNITS = tuple(f"威海市直部门{index:02}" for index in range(1, 81))
DISTRICTS = tuple(f"威海区市{index}" for index in range(1, 9))
DEADLINE = date(2018, 12, 31)
_GOALS = ("机房大集中", "网络大联通", "应用大整合", "数据大共享", "服务大提速", "业务大协同")
_MOVED = ("已验收", "已验收", "试运行", "已割接")
_PLATFORMS = ("全市统一电子政务办公平台", "全市统一一窗式综合受理平台", "市级公共服务平台")


def tables() -> list[Table]:
    """Return the city's sheets."""
    systems = table("systems", _systems())
    return [
        systems,
        table("rooms", _rooms()),
        table("networks", _networks()),
        table("egresses", _egresses()),
        table("virtual_servers", _virtual_servers(systems)),
        table("cloud_sites", [_cloud()]),
        table("tasks", _tasks()),
        table("projects", _projects()),
        table("issues", _issues()),
        table("regions", _regions()),
    ]


def _systems() -> Iterator[Row]:
    """Yield 13 zombies that are gone, 52 shadows that are merged, 218 city systems and 286 of the districts."""
    counts = spread("wh/city", 283, 80, 1, 12)
    units = [unit for unit, count in zip(UNITS, counts, strict=True) for _ in range(count)]
    city: Row = {"unit_level": "市直", "region": "威海市"}
    # Every 22nd system is one that was shut down and every 5th one that was merged, until there are enough.
    zombies = frozenset(range(3, 283, 22))
    shadows = frozenset(index for index in range(1, 283, 5) if index not in zombies)
    merged = frozenset(sorted(shadows)[:52])
    for index, unit in enumerate(units):
        id_ = f"WH-S-{index + 1:04}"
        confirmed = day(f"{id_}/confirmed", date(2017, 12, 1), date(2018, 3, 31))
        if index in zombies:
            told = verdict(id_, "僵尸", confirmed)
            yield zombie(id_, unit, **city, status="已关停", evidence=f"清理〔2018〕{index + 1:04}", **told)
        elif index in merged:
            into = pick(f"{id_}/into", _PLATFORMS)
            # A few were first taken for zombies; their departments showed that people use them.
            told = verdict(id_, "僵尸" if number(f"{id_}/first", 9) == 0 else "影子", confirmed)
            yield shadow(id_, unit, into, **city, status="已整合", evidence=f"整合〔2018〕{index + 1:04}", **told)
        else:
            yield _city_system(id_, unit, index, city)
    serial = len(units)
    for district, count in zip(DISTRICTS, spread("wh/districts", 286, 8, 20, 60), strict=True):
        for index in range(count):
            serial += 1
            id_ = f"WH-S-{serial:04}"
            moved = number(f"{id_}/moved", 2) == 0
            yield system(
                id_, f"{district}区市单位{index % 12 + 1:02}", unit_level="区市", region=district, due=DEADLINE,
                status=pick(f"{id_}/status", _MOVED) if moved else "环境就绪", batch=None if moved else 1,
                evidence=f"迁移〔2018〕{serial:04}" if moved else None,
            )  # fmt: skip


def _city_system(id_: str, unit: str, index: int, city: Row) -> Row:
    moved = number(f"{id_}/moved", 10) < 7
    healthy, drilled = number(f"{id_}/healthy", 8) > 0, number(f"{id_}/drilled", 2) == 0
    kept = recovery(id_, AS_OF, site="省政务云灾备服务中心", healthy=healthy, drilled=drilled)
    more: Row = kept if moved and number(f"{id_}/dr", 5) else {}
    if index == 0:
        # Used for three weeks of the year: idle for nine months, and no zombie for that.
        more = {**more, "seasonal": "是", "monthly_use": 0, "name": "招生信息审核系统", "audience": "公众"}
        more |= verdict(id_, "僵尸", date(2018, 1, 15))
    return {
        **system(
            id_, unit, **city, due=DEADLINE, status=pick(f"{id_}/status", _MOVED) if moved else "待评审",
            batch=None if moved else 1, evidence=f"迁移〔2018〕{id_[-4:]}" if moved else None,
        ),
        **more,
    }  # fmt: skip


def _rooms() -> Iterator[Row]:
    """Yield 53 city rooms: 47 closed, 2 partly emptied, 1 in use, 1 exempt, 2 classified; and some of districts."""
    areas, racks = spread("wh/area", 3180, 57, 15, 260), spread("wh/racks", 344, 57, 1, 30)
    for index in range(51):
        id_ = f"WH-R-{index + 1:02}"
        # Some departments had two rooms, so that the rate by departments is not the one by rooms.
        where: Row = {"unit": UNITS[index % 46], "unit_level": "市直", "region": "威海市"}
        size: Row = {
            "area_m2": areas[index],
            "racks": racks[index],
            "build_cost_wan": f"{between(f'{id_}/cost', 1500, 16000) / 100:.2f}",
            "om_cost_wan": f"{between(f'{id_}/om', 150, 2400) / 100:.2f}",
        }
        named: Row = {"name": f"机房{index + 1:02}", "kind": "自建机房", "secrecy": "非涉密"}
        yield {"id": id_, **where, **named, **size, **_room_state(id_, index, racks[index], areas[index])}
    for index in range(51, 57):
        yield {
            "id": f"WH-R-{index + 1:02}", "unit": f"{DISTRICTS[index - 51]}区市单位01", "name": f"机房{index + 1:02}",
            "unit_level": "区市", "region": DISTRICTS[index - 51], "kind": "自建机房", "secrecy": "非涉密",
            "area_m2": areas[index], "racks": racks[index], "state": "在用",
        }  # fmt: skip
    # Of a classified room nothing is written down but that there is one.
    for index in range(1, 3):
        yield {"id": f"WH-X-{index}", "secrecy": "涉密"}


def _room_state(id_: str, index: int, racks: int, area: int) -> Row:
    if index < 47:
        state = "接入间" if number(f"{id_}/state", 6) == 0 else "已关停"
        closed = day(f"{id_}/closed", date(2017, 11, 1), date(2018, 7, 31))
        return {"state": state, "closed_on": closed, "evidence": f"机房〔2018〕{index + 1:02}", "running_devices": 0}
    if index < 49:
        return {"state": "部分腾空", "racks_released": racks // 2, "area_released_m2": area // 2}
    if index == 49:
        return {"state": "在用"}
    return {"state": "在用", "exemption_no": "豁免〔2018〕01", "exempt_until": date(2019, 12, 31)}


def _networks() -> Iterator[Row]:
    for index in range(18):
        id_ = f"WH-N-{index + 1:02}"
        connected = index < 2
        done = not connected and number(id_, 3) > 0
        yield {
            "id": id_,
            "unit": UNITS[index],
            "name": f"业务专网{index + 1:02}",
            "unit_level": "市直",
            "region": "威海市",
            "kind": "业务专网",
            "vertical": "是" if connected else "否",
            "disposition": "对接" if connected else pick(f"{id_}/what", ("取消", "迁移")),
            "target": "电子政务外网",
            "build_cost_wan": f"{between(f'{id_}/cost', 8000, 70000) / 100:.2f}",
            "om_cost_wan": f"{between(f'{id_}/om', 800, 7000) / 100:.2f}",
            "om_period": "年",
            "due": DEADLINE,
            "done_on": day(f"{id_}/done", date(2018, 1, 1), AS_OF) if done else None,
            "evidence": f"专网〔2018〕{index + 1:02}" if done else None,
            "approval_no": f"暂留〔2018〕{index + 1:02}" if connected else None,
            "approver": "市政府办公室" if connected else None,
            "expires_on": date(2019, 6, 30) if connected else None,
        }


def _egresses() -> Iterator[Row]:
    for index in range(40):
        id_ = f"WH-E-{index + 1:02}"
        closed = number(id_, 8) > 0
        yield {
            "id": id_,
            "unit": UNITS[index],
            "unit_level": "市直",
            "region": "威海市",
            "carrier": pick(f"{id_}/carrier", ("运营商甲", "运营商乙")),
            "bandwidth_mbit": pick(f"{id_}/band", (50, 100, 200)),
            "due": DEADLINE,
            "closed_on": day(f"{id_}/closed", date(2018, 1, 1), AS_OF) if closed else None,
            "backup_open": "否" if closed else None,
            "evidence": f"出口〔2018〕{index + 1:02}" if closed else None,
        }


def _virtual_servers(systems: Table) -> Iterator[Row]:
    """Yield the cloud's 1194 virtual servers, a few for most systems on it and many for some."""
    hosted = [row for row in systems.rows if row["status"] in {*_MOVED, "环境就绪"}]
    serial = 0
    for row, count in zip(hosted, spread("wh/servers", 1194, len(hosted), 1, 24), strict=True):
        for _ in range(count):
            serial += 1
            id_ = f"WH-VM-{serial:04}"
            large = number(f"{id_}/size", 4) == 0
            yield {
                "id": id_,
                "system_id": row["id"],
                "unit": row["unit"],
                "region": row["region"],
                "zone": "互联网接入区" if row["networks"] == "互联网" else "公用网络区",
                "vcpus": 8 if large else 4,
                "ram_mib": 16384 if large else 8192,
                "disk_gib": pick(f"{id_}/disk", (100, 200, 500)),
                "running": "是",
                # Nobody measured the newest ones yet.
                "cpu_percent": between(f"{id_}/cpu", 6, 62) if serial <= 1100 else None,
            }


def _cloud() -> Row:
    return {
        "id": "WH-CLOUD",
        "name": "威海市政务云（威海云计算中心）",
        "rack_capacity": 180,
        "racks_used": 96,
        "vcpus": 9600,
        "dr_site": "省政务云灾备服务中心",
        "procurement": "购买服务",
        "fee_wan": "860.00",
        "fee_from": date(2018, 1, 1),
    }


def _tasks() -> Iterator[Row]:
    """Yield a made-up ledger grouped by the city's six goals."""
    serial = 0
    for main, (goal, count) in enumerate(zip(_GOALS, spread("wh/tasks", 30, 6, 3, 8), strict=True), start=1):
        main_id = f"WH-T-{main:02}"
        yield {"id": main_id, "title": goal, "level": "主项", "pillar": goal, "milestone": DEADLINE}
        for _ in range(count):
            serial += 1
            id_ = f"{main_id}-{serial:02}"
            due = day(f"{id_}/due", date(2018, 3, 1), DEADLINE)
            done = due <= AS_OF
            closed: Row = {
                "progress": "已完成",
                "done_on": day(f"{id_}/done", date(2018, 2, 1), due),
                "evidence": f"销号〔2018〕{serial:02}",
            }
            standing = closed if done else {"progress": "正在推进"}
            yield leaf(id_, main_id, f"任务{serial:02}", DEADLINE, pillar=goal, due=due, **standing)


def _projects() -> Iterator[Row]:
    for index in range(10):
        id_ = f"WH-P-{index + 1:02}"
        state = pick(f"{id_}/state", ("在建", "已完成", "叫停"))
        yield {
            "id": id_,
            "unit": UNITS[index],
            "name": f"信息化项目{index + 1:02}",
            "region": "威海市",
            "state": state,
            "budget_wan": f"{between(f'{id_}/budget', 3000, 40000) / 100:.2f}",
            "completed_on": date(2018, 5, 31) if state == "已完成" else None,
            "audited_on": date(2018, 7, 31) if state == "已完成" and number(id_, 2) else None,
        }


def _issues() -> Iterator[Row]:
    """Yield what two rounds of supervision found: most of it closed out after a check, some still open."""
    found = ("机房未腾空", "专网未并入", "系统未按期迁移", "台账更新不及时", "备份未校验")
    for index in range(20):
        id_ = f"WH-Q-{index + 1:02}"
        raised = day(f"{id_}/raised", date(2018, 3, 1), date(2018, 5, 31))
        row: Row = {
            "id": id_,
            "unit": UNITS[index * 3],
            "title": pick(f"{id_}/what", found),
            "unit_level": "市直",
            "region": "威海市",
            "source": pick(f"{id_}/round", ("第一次督查", "第二次督查")),
            "responsible": people(id_),
            "raised_on": raised,
            "due": raised + timedelta(days=75),
            "measure": "限期整改",
        }
        rectified = raised + timedelta(days=between(f"{id_}/days", 10, 50))
        checked = rectified + timedelta(days=between(f"{id_}/check", 2, 12))
        closed: Row = {
            "state": "销号", "rectified_on": rectified, "checked_by": f"督查组{index % 6 + 1}", "checked_on": checked,
            "closed_on": checked + timedelta(days=3), "evidence": f"督办〔2018〕{index + 1:02}",
        }  # fmt: skip
        late: Row = {"state": "整改", "raised_on": date(2018, 8, 1), "due": date(2018, 10, 31)}
        yield {**row, **(closed if index < 16 else late)}


def _regions() -> Iterator[Row]:
    yield {"id": "WH-0", "name": "威海市", "level": "市直"}
    for index, district in enumerate(DISTRICTS, start=1):
        yield {"id": f"WH-{index}", "name": district, "level": "区市"}
