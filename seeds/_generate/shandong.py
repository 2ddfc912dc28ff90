"""Shandong, the province's own departments: 826 systems, 154 common ones, 263 closed, the 18/80/308 ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from seeds._generate.draw import between, day, money, number, pick, spread
from seeds._generate.rows import common, leaf, recovery, system, verdict, zombie
from seeds._generate.tables import Row, Table, table

AS_OF = date(2018, 3, 2)
CITIES = (
    "济南市", "青岛市", "淄博市", "枣庄市", "东营市", "烟台市", "潍坊市", "济宁市", "泰安市",
    "威海市", "日照市", "莱芜市", "临沂市", "德州市", "聊城市", "滨州市", "菏泽市",
)  # fmt: skip
UNITS = tuple(f"省直单位{index:02}" for index in range(1, 74))
NODES = (date(2017, 12, 31), date(2018, 6, 30), date(2018, 12, 31))
_PILLARS = ("一片云", "两张网", "三大体系", "四个支撑", "五项保障")
MAIL = "全省统一公务邮件系统"
_PLATFORMS = {
    "视频会议": "全省统一视频会议平台",
    "办公": "全省一体化移动办公服务平台",
    "视频监控": "全省视频监控共享平台",
}


def tables() -> list[Table]:
    """Return the province's sheets."""
    return [
        table("systems", _systems()),
        table("rooms", _rooms()),
        table("networks", _networks()),
        table("egresses", _egresses()),
        table("tasks", _tasks()),
        table("inspections", _inspections()),
        table("projects", _projects()),
        table("regions", _regions()),
    ]


def _systems() -> Iterator[Row]:
    province: Row = {"unit_level": "省直", "region": "山东省"}
    serial = 0
    for unit, count in zip(UNITS[:50], spread("sd/moved", 452, 50, 2, 30), strict=True):
        for _ in range(count):
            serial += 1
            id_ = f"SD-S-{serial:04}"
            healthy, drilled = number(id_, 5) > 0, number(id_, 3) == 0
            kept = recovery(id_, AS_OF, site="省政务云灾备服务中心", healthy=healthy, drilled=drilled)
            yield system(id_, unit, **province, status="已验收", evidence=f"验收〔2018〕{serial:04}", **kept)
    # The other 23 departments have not begun; half of those that have still hold systems back.
    waiting = (*UNITS[50:], *UNITS[:25])
    for unit, count in zip(waiting, spread("sd/waiting", 374, 48, 2, 24), strict=True):
        for _ in range(count):
            serial += 1
            yield system(f"SD-S-{serial:04}", unit, **province, batch=1, due=NODES[2], status="待评审")
    for index in range(1, 41):
        unit = pick(f"sd/mail/{index}", UNITS)
        done = f"销号〔2018〕邮{index:03}"
        yield common(f"SD-C-{index:04}", unit, "邮件", MAIL, **province, status="已整合", evidence=done)
    categories = ["视频会议"] * 52 + ["办公"] * 38 + ["视频监控"] * 24
    for index, category in enumerate(categories, start=41):
        unit = pick(f"sd/common/{index}", UNITS)
        yield common(f"SD-C-{index:04}", unit, category, _PLATFORMS[category], **province, due=NODES[2])
    yield from _closed()
    for index in range(1, 3):
        yield {"id": f"SD-X-{index:02}", "secrecy": "涉密"}


def _closed() -> Iterator[Row]:
    """Yield the zombie and shadow systems that the province and its cities shut down."""
    places = ("山东省", *CITIES)
    serial = 0
    for place, count in zip(places, spread("sd/closed", 263, 18, 6, 45), strict=True):
        province = place == "山东省"
        for index in range(count):
            serial += 1
            id_ = f"SD-Z-{serial:04}"
            unit = pick(f"{id_}/unit", UNITS) if province else f"{place}市直单位{index % 7 + 1:02}"
            where: Row = {"unit_level": "省直" if province else "市直", "region": place}
            told = verdict(id_, "僵尸", day(f"{id_}/confirmed", date(2017, 11, 20), date(2018, 1, 31)))
            done: Row = {"status": "已关停", "evidence": f"关停〔2018〕{serial:04}"}
            row = zombie(id_, unit, **where, **done, **told)
            # A shadow that is shut down is not merged into anything: what it doubled was there before.
            yield row if number(id_, 3) else {**row, "system_class": "影子", "cleanup_reasons": "B"}


def _rooms() -> Iterator[Row]:
    areas, racks = spread("sd/area", 6230, 106, 12, 300), spread("sd/racks", 690, 106, 1, 40)
    costs = money("sd/cost", "6420.00", 106, 8, 600)
    for index in range(106):
        id_ = f"SD-R-{index + 1:03}"
        closed = number(id_, 3) == 0
        yield {
            "id": id_,
            "unit": UNITS[index % 64],
            "name": f"机房{index + 1:03}",
            "unit_level": "省直",
            "region": "山东省",
            "kind": "运营商托管" if number(f"{id_}/kind", 12) == 0 else "自建机房",
            "area_m2": areas[index],
            "racks": racks[index],
            "build_cost_wan": costs[index],
            "om_cost_wan": f"{between(f'{id_}/om', 100, 3000) / 100:.2f}",
            "state": "已关停" if closed else "在用",
            "closed_on": day(f"{id_}/closed", date(2017, 11, 1), AS_OF) if closed else None,
            "evidence": f"机房〔2018〕{index + 1:03}" if closed else None,
        }


def _networks() -> Iterator[Row]:
    build, care = money("sd/nets", "24100.00", 64, 40, 1500), money("sd/nets/om", "2870.00", 64, 4, 220)
    for index in range(64):
        id_ = f"SD-N-{index + 1:03}"
        disposition = ("取消", "迁移", "对接")[0 if index < 28 else 1 if index < 55 else 2]
        done = disposition != "对接" and number(id_, 3) == 0
        connected = disposition == "对接"
        yield {
            "id": id_,
            "unit": UNITS[index],
            "name": f"业务专网{index + 1:03}",
            "unit_level": "省直",
            "region": "山东省",
            "kind": "业务专网",
            "vertical": "是" if connected else "否",
            "disposition": disposition,
            "target": "电子政务外网",
            "build_cost_wan": build[index],
            "om_cost_wan": care[index],
            "om_period": "年",
            "due": NODES[2],
            "done_on": day(f"{id_}/done", date(2017, 11, 1), AS_OF) if done else None,
            "evidence": f"专网〔2018〕{index + 1:03}" if done else None,
            "approval_no": f"暂留〔2018〕{index + 1:03}" if connected else None,
            "approver": "专项小组办公室" if connected else None,
            "expires_on": date(2019, 12, 31) if connected else None,
        }


def _egresses() -> Iterator[Row]:
    for index in range(58):
        id_ = f"SD-E-{index + 1:03}"
        closed = number(id_, 3) == 0
        yield {
            "id": id_,
            "unit": UNITS[index],
            "unit_level": "省直",
            "region": "山东省",
            "carrier": pick(f"{id_}/carrier", ("运营商甲", "运营商乙", "运营商丙")),
            "bandwidth_mbit": pick(f"{id_}/band", (50, 100, 200, 500)),
            "due": NODES[1],
            "closed_on": day(f"{id_}/closed", date(2017, 11, 1), AS_OF) if closed else None,
            "backup_open": "否" if closed else None,
            "evidence": f"出口〔2018〕{index + 1:03}" if closed else None,
        }


def _tasks() -> Iterator[Row]:
    """Yield 18 main items, 80 items and 308 leaves; ten leaves are the key tasks of the first node."""
    items = spread("sd/items", 80, 18, 2, 9)
    leaves = iter(spread("sd/leaves", 308, 80, 1, 12))
    serial = item_serial = 0
    for main, count in enumerate(items, start=1):
        main_id = f"SD-T-{main:02}"
        pillar = _PILLARS[(main - 1) * 5 // 18]
        yield {"id": main_id, "title": f"主项{main:02}", "level": "主项", "pillar": pillar, "milestone": NODES[2]}
        for _ in range(count):
            item_serial += 1
            item_id = f"SD-T-{main:02}-{item_serial:02}"
            # The ten key tasks of the first node are one each of the first ten items.
            first = item_serial <= 10
            yield {
                "id": item_id,
                "title": f"分项{item_serial:02}",
                "level": "分项",
                "parent": main_id,
                "pillar": pillar,
                "lead_unit": f"牵头单位{main:02}",
                "milestone": NODES[2],
            }
            for position in range(next(leaves)):
                serial += 1
                yield _leaf(f"{item_id}-{serial:03}", item_id, serial, pillar, key=first and position == 0)


def _leaf(id_: str, parent: str, serial: int, pillar: str, *, key: bool) -> Row:
    title = f"子项{serial:03}"
    if key:
        done = day(f"{id_}/done", date(2017, 12, 1), NODES[0])
        evidence = f"销号〔2017〕{serial:03}"
        return leaf(
            id_, parent, title, NODES[0], pillar=pillar, key="是", done_on=done, evidence=evidence, progress="已完成"
        )
    node = NODES[1] if number(id_, 3) else NODES[2]
    if number(id_, 7) == 0:
        # Promised ahead of the node; a few of them are late, as they are in life.
        due = day(f"{id_}/due", date(2018, 1, 15), AS_OF)
        late = number(f"{id_}/late", 9) == 0
        done_on = None if late else day(f"{id_}/done", date(2018, 1, 8), due)
        return leaf(
            id_, parent, title, node, pillar=pillar, key="否", due=due, done_on=done_on,
            evidence=None if late else f"销号〔2018〕{serial:03}",
            progress="进展缓慢" if late else "已完成", problem="协调事项未落实" if late else None,
        )  # fmt: skip
    due = day(f"{id_}/due", date(2018, 3, 15), node)
    return leaf(id_, parent, title, node, pillar=pillar, key="否", due=due, progress="正在推进")


def _inspections() -> Iterator[Row]:
    """Yield the first round: six groups, 17 cities and 73 departments."""
    visited = [("市", city) for city in CITIES] + [("部门", unit) for unit in UNITS]
    for index, (kind, name) in enumerate(visited):
        yield {
            "id": f"SD-I-{index + 1:03}",
            "round": 1,
            "group": f"第{index % 6 + 1}督导组",
            "kind": kind,
            "visited": name,
        }


def _projects() -> Iterator[Row]:
    stopped = ("日照市", "莱芜市", "临沂市", "滨州市")
    for index in range(24):
        id_ = f"SD-P-{index + 1:03}"
        place = stopped[index] if index < 4 else "山东省"
        state = "叫停" if index < 4 else pick(f"{id_}/state", ("在建", "已完成"))
        completed = day(f"{id_}/done", date(2017, 1, 1), date(2017, 12, 1)) if state == "已完成" else None
        audited = completed and number(f"{id_}/audit", 2)
        yield {
            "id": id_,
            "unit": f"{place}市直单位01" if index < 4 else UNITS[index],
            "name": f"信息化项目{index + 1:03}",
            "region": place,
            "state": state,
            "budget_wan": f"{between(f'{id_}/budget', 5000, 90000) / 100:.2f}",
            "completed_on": completed,
            "audited_on": date(2018, 2, 1) if audited else None,
        }


def _regions() -> Iterator[Row]:
    yield {"id": "SD-00", "name": "山东省", "level": "省直"}
    for index, city in enumerate(CITIES, start=1):
        yield {"id": f"SD-{index:02}", "name": city, "level": "市直"}
