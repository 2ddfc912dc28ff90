"""Yantai: 516 systems of 51 units in three batches, 59 zombies and shadows, 93 rooms, 26 networks, the websites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from seeds._generate.draw import day, money, number, pick, spread
from seeds._generate.rows import common, leaf, recovery, servers, system, zombie
from seeds._generate.tables import Row, Table, table

AS_OF = date(2017, 12, 22)
UNITS = tuple(f"烟台市直单位{index:02}" for index in range(1, 52))
# The 26 of the first batch are fixed by decree; how the other 25 are divided is made up.
BATCHES = {1: UNITS[:26], 2: UNITS[26:39], 3: UNITS[39:]}
DEADLINES = {1: date(2018, 2, 28), 2: date(2018, 6, 30), 3: date(2018, 12, 31)}
NODES = (date(2017, 12, 31), date(2018, 6, 30), date(2018, 12, 31))
_CLOSING = {1: date(2018, 8, 31), 2: date(2018, 12, 31), 3: date(2018, 12, 31)}
_DISTRICTS = tuple(f"烟台县市区{index:02}" for index in range(1, 16))
_PLATFORMS = {"邮件": "全省统一公务邮件系统", "视频会议": "全市统一视频会议平台", "办公": "全市统一办公平台"}


def tables() -> list[Table]:
    """Return the city's sheets."""
    systems = table("systems", _systems())
    return [
        systems,
        table("servers", servers([row for row in systems.rows if row["disposition"] == "迁移"])),
        table("dependencies", _dependencies(systems)),
        table("rooms", _rooms()),
        table("networks", _networks()),
        table("egresses", _egresses()),
        table("websites", _websites()),
        table("cloud_sites", [_cloud()]),
        table("tasks", _tasks()),
        table("references", _references()),
        table("regions", _regions()),
    ]


def _systems() -> Iterator[Row]:
    serial = 0
    for batch, count in ((1, 271), (2, 131), (3, 114)):
        units = BATCHES[batch]
        for unit, own in zip(units, spread(f"yt/systems/{batch}", count, len(units), 3, 28), strict=True):
            for _ in range(own):
                serial += 1
                id_ = f"YT-S-{serial:04}"
                kept = recovery(id_, AS_OF, site="市级灾备中心", healthy=True, drilled=number(id_, 2) == 0)
                yield system(
                    id_, unit, unit_level="市直", region="烟台市", batch=batch, due=DEADLINES[batch],
                    **(kept if number(f"{id_}/dr", 6) == 0 else {}), **_as_typed(id_),
                )  # fmt: skip
    yield from _doubles()


def _as_typed(id_: str) -> Row:
    """Return a few cells as tired people type them: full-width digits, units in the cell."""
    if number(f"{id_}/typed", 40):
        return {}
    return {"users": "１２０人", "approved_on": "２０１０－１０", "om_cost_wan": "35000元"}


def _doubles() -> Iterator[Row]:
    """Yield the 59 that were found to be zombies or shadows, all of them mail, video conference or office."""
    categories = ["邮件"] * 12 + ["视频会议"] * 35 + ["办公"] * 12
    for index, category in enumerate(categories, start=1):
        id_ = f"YT-D-{index:03}"
        unit = UNITS[(index * 7) % 51]
        where: Row = {"unit_level": "市直", "region": "烟台市", "cleanup_due": NODES[1], "status": "已评审"}
        # 21 zombies, 38 shadows: how the 59 divide is not published.
        if index % 14 in {1, 4, 7, 10, 13} and index <= 57:
            quiet = zombie(id_, unit)
            told = ("system_class", "cleanup_reasons", "disposition", "users", "monthly_use")
            kept = {name: quiet[name] for name in told}
            # They were found, and no department has confirmed one yet.
            yield {**common(id_, unit, category, ""), **where, **kept, "merged_into": None, "candidate_class": "僵尸"}
        else:
            doubled: Row = {"system_class": "影子", "candidate_class": "影子", "cleanup_reasons": "B"}
            yield common(id_, unit, category, _PLATFORMS[category], **where, **doubled)


def _dependencies(systems: Table) -> Iterator[Row]:
    """Yield what needs what, always from a later row to an earlier one, so that nothing goes in a circle."""
    moving = [row for row in systems.rows if row["disposition"] == "迁移"]
    for index in range(1, len(moving)):
        row, before = moving[index], moving[index - 1 - number(f"{moving[index]['id']}/needs", min(index, 3))]
        if number(f"{row['id']}/depends", 5) == 0 and row["unit"] == before["unit"]:
            yield {"system_id": row["id"], "needs_id": before["id"], "kind": "接口调用"}


def _rooms() -> Iterator[Row]:
    areas, racks = spread("yt/area", 5386, 93, 12, 320), spread("yt/racks", 578, 93, 1, 40)
    costs = money("yt/cost", "5640.00", 93, 6, 420)
    index = 0
    for unit, count in enumerate(spread("yt/rooms", 93, 32, 1, 9)):
        for _ in range(count):
            index += 1
            id_ = f"YT-R-{index:03}"
            yield {
                "id": id_,
                "unit": UNITS[unit],
                "name": f"机房{index:03}",
                "unit_level": "市直",
                "region": "烟台市",
                "kind": "运营商托管" if number(f"{id_}/kind", 15) == 0 else "自建机房",
                "area_m2": areas[index - 1],
                "racks": racks[index - 1],
                "build_cost_wan": costs[index - 1],
                "state": "在用",
                # A department's rooms close when its systems have had time to prove themselves on the cloud; made up.
                "close_due": _CLOSING[next(number for number, units in BATCHES.items() if UNITS[unit] in units)],
            }
    yield {"id": "YT-R-CLOUD", "unit": "市级政务云运营单位", "name": "政务云平台机房", "unit_level": "市直",
           "region": "烟台市", "kind": "云中心", "area_m2": 1000, "racks": 200, "state": "在用"}  # fmt: skip


def _networks() -> Iterator[Row]:
    build, care = money("yt/nets", "9648.00", 26, 30, 1400), money("yt/nets/om", "1132.00", 26, 4, 160)
    for index in range(26):
        connected = index < 3
        yield {
            "id": f"YT-N-{index + 1:02}",
            "unit": UNITS[index],
            "name": f"业务专网{index + 1:02}",
            "unit_level": "市直",
            "region": "烟台市",
            "kind": "业务专网",
            "vertical": "是" if connected else "否",
            "disposition": "对接" if connected else pick(f"yt/net/{index}", ("取消", "迁移")),
            "target": "电子政务外网",
            "build_cost_wan": build[index],
            "om_cost_wan": care[index],
            "om_period": "未注明",
            "due": NODES[2],
            "approval_no": f"暂留〔2017〕{index + 1:02}" if connected else None,
            "approver": "市政府办公室" if connected else None,
            "expires_on": date(2018, 12, 31) if connected else None,
        }


def _egresses() -> Iterator[Row]:
    for index in range(34):
        yield {
            "id": f"YT-E-{index + 1:02}",
            "unit": UNITS[index],
            "unit_level": "市直",
            "region": "烟台市",
            "carrier": pick(f"yt/egress/{index}", ("运营商甲", "运营商乙", "运营商丙")),
            "bandwidth_mbit": pick(f"yt/egress/{index}/band", (20, 50, 100, 200)),
            "due": NODES[1],
        }


def _websites() -> Iterator[Row]:
    """Yield the portal and 88 units' sites to be moved, 252 closed ones, and the portal's 68 sub-sites."""
    city: Row = {"unit_level": "市直", "region": "烟台市"}
    moving: Row = {"state": "运行", "due": NODES[0], "final_target": "省统一平台"}
    yield {"id": "YT-W-0001", "unit": "烟台市人民政府", "name": "市政府门户网站", "kind": "门户网站", **city, **moving}
    serial = 1
    for index in range(88):
        serial += 1
        yield {"id": f"YT-W-{serial:04}", "unit": f"烟台网站单位{index + 1:02}", "name": f"部门网站{index + 1:02}",
               "kind": "部门网站", **city, **moving}  # fmt: skip
    for index in range(252):
        serial += 1
        closed = day(f"yt/site/{index}", date(2016, 1, 1), AS_OF)
        unit = f"烟台关停网站单位{index % 120 + 1:03}"
        yield {"id": f"YT-W-{serial:04}", "unit": unit, "name": f"关停网站{index + 1:03}",
               "kind": "部门网站", **city, "state": "已关停", "done_on": closed,
               "evidence": f"关停〔{closed.year}〕{index + 1:03}"}  # fmt: skip
    for index in range(68):
        serial += 1
        district = index < 15
        unit = _DISTRICTS[index] if district else f"烟台网站单位{index - 14:02}"
        yield {"id": f"YT-W-{serial:04}", "unit": unit, "name": f"门户分站{index + 1:02}", "kind": "门户分站",
               "unit_level": "区市" if district else "市直", "region": "烟台市", "state": "运行"}  # fmt: skip


def _cloud() -> Row:
    return {
        "id": "YT-CLOUD",
        "name": "市级电子政务云平台",
        "design_area_m2": 3000,
        "built_area_m2": 1000,
        "rack_capacity": 200,
        "investment_wan": "1500.00",
        "zones": 3,
        "dr_site": "市级灾备中心",
        "procurement": "购买服务",
    }


def _tasks() -> Iterator[Row]:
    """Yield nine aspects and 44 tasks over the three nodes of the city's plan."""
    serial = 0
    for main, count in enumerate(spread("yt/tasks", 44, 9, 2, 9), start=1):
        main_id = f"YT-T-{main:02}"
        yield {"id": main_id, "title": f"方面{main:02}", "level": "主项", "milestone": NODES[2]}
        for _ in range(count):
            serial += 1
            id_ = f"{main_id}-{serial:02}"
            node = NODES[(serial * 2 + main) % 3]
            first = node == NODES[0]
            done = first and number(id_, 2) == 0
            closed: Row = {
                "progress": "已完成",
                "done_on": day(id_, date(2017, 12, 1), AS_OF),
                "evidence": f"销号〔2017〕{serial:02}",
            }
            standing = closed if done else {"progress": "正在推进"}
            yield leaf(id_, main_id, f"任务{serial:02}", node, **standing)


def _references() -> Iterator[Row]:
    """Yield the sizes of the resource catalogue, which is another platform's; only its rates are checked here."""
    sizes = (
        ("YT-C-TOTAL", "目录总数", 4585),
        ("YT-C-SHARED", "共享目录数", 3402),
        ("YT-C-OPEN", "开放目录数", 2067),
        ("YT-I-TOTAL", "信息项总数", 48005),
        ("YT-I-SHARED", "共享信息项数", 42047),
        ("YT-I-OPEN", "开放信息项数", 13523),
    )
    for id_, name, value in sizes:
        yield {"id": id_, "name": name, "value": value}


def _regions() -> Iterator[Row]:
    yield {"id": "YT-00", "name": "烟台市", "level": "市直"}
    for index, district in enumerate(_DISTRICTS, start=1):
        # Four of them had issued a plan of their own; which ones is made up here.
        issued = date(2017, 12, index) if index <= 4 else None
        yield {"id": f"YT-{index:02}", "name": district, "level": "区市", "plan_on": issued}


def batches() -> str:
    """Return the batches for `programme.yaml`."""
    titles = {1: "首批（26个市直部门，名单已定）", 2: "第二批（划分为合成数据）", 3: "第三批（划分为合成数据）"}
    lines = ["batches:"]
    for batch, units in BATCHES.items():
        lines += [f"  {batch}:", f"    title: {titles[batch]}", f"    deadline: {DEADLINES[batch]}"]
        lines += [f"    units: [{', '.join(units)}]"]
    return "\n".join(lines) + "\n"


GROUPS = {
    "审批与资金情况": ("approver", "approved_on", "fund_source", "build_cost_wan", "om_cost_wan"),
    "使用情况": ("scope", "audience", "users", "monthly_use", "seasonal"),
    "处置与迁移计划": ("disposition", "merged_into", "target_cloud", "strategy", "batch", "due"),
    "灾备情况": (
        "dr_site", "replica_site", "last_replica", "replica_lag_min", "replica_verified", "last_drill", "drill_rto_min",
    ),
}  # fmt: skip
# The census forms of the time name their columns once more for machines, by pinyin initials.
INITIALS = {"name": "mc", "unit": "dwmc", "approver": "spbm", "approved_on": "spsj", "function": "ywgn"}
