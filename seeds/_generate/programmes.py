"""The seed programmes' folders: which files each has, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from seeds._generate import laiwu, shandong, weihai, yantai
from seeds._generate.tables import Table
from seeds._generate.writers import to_csv, to_xlsx, to_yaml


def files() -> Mapping[str, Callable[[], Mapping[str, bytes]]]:
    """Return, for each region, what makes its files."""
    return {"shandong": _shandong, "yantai": _yantai, "weihai": _weihai, "laiwu": _laiwu}


def _sheets(tables: Iterable[Table], encoding: str) -> dict[str, bytes]:
    return {f"{table.title}.csv": to_csv(table, encoding) for table in tables}


def _declared(region: str, files: Iterable[str], batches: str) -> bytes:
    names = "\n".join(f"  - {name}" for name in files)
    return (_HEADS[region] + f"list:\n{names}\n\n" + _CLOUDS[region] + "\n" + batches + _SCHEDULES[region]).encode()


def _shandong() -> dict[str, bytes]:
    sheets = _sheets(shandong.tables(), "gb18030")
    batches = "batches:\n  1:\n    title: 2018年底前基本完成\n    deadline: 2018-12-31\n"
    return {**sheets, "programme.yaml": _declared("shandong", sheets, batches)}


def _yantai() -> dict[str, bytes]:
    book = {"烟台市政务信息系统普查表.xlsx": to_xlsx(yantai.tables(), yantai.GROUPS, yantai.INITIALS)}
    return {**book, "programme.yaml": _declared("yantai", book, yantai.batches())}


def _weihai() -> dict[str, bytes]:
    sheets = _sheets(weihai.tables(), "utf-8-sig")
    batches = "batches:\n  1:\n    title: 全市各级业务系统\n    deadline: 2018-12-31\n"
    return {**sheets, "programme.yaml": _declared("weihai", sheets, batches)}


def _laiwu() -> dict[str, bytes]:
    head = "# 合成数据：未公布系统数量，此处只有任务台账。Synthetic: no system counts were published.\n"
    ledger = {"任务台账.yaml": to_yaml(laiwu.tables(), head)}
    batches = "batches:\n  1:\n    title: 2018年底前完成\n    deadline: 2018-12-31\n"
    return {**ledger, "programme.yaml": _declared("laiwu", ledger, batches)}


def _head(slug: str, title: str, audit: str) -> str:
    return (
        "# Every row of the list is synthetic; its sums are the published figures. Made by seeds/generate.py.\n"
        f"programme: {slug}\ntitle: {title}（合成数据）\nsynthetic: true\nfigures: figures.yaml\naudit: {audit}\n"
    )


_HEADS = {
    "shandong": _head(
        "shandong", "山东省省直政务信息系统迁移上云", "{baseline: 2017-11-01, as_of: 2018-03-02, level: province}"
    ),
    "yantai": _head("yantai", "烟台市政务信息系统整合迁移", "{baseline: 2017-11-21, as_of: 2017-12-22, level: city}"),
    "weihai": _head("weihai", "威海市政务信息系统迁移上云", "{baseline: 2017-11-01, as_of: 2018-08-31, level: city}"),
    "laiwu": _head("laiwu", "莱芜市政务信息系统整合共享", "{baseline: 2017-11-01, as_of: 2017-12-15}"),
}

# Planning begins on the day the figures were published; public holidays need not be named.
_FREEZES = (
    "  freezes:\n"
    "    - {from: 2018-01-24, to: 2018-01-31, name: 省两会}\n"
    "    - {from: 2018-03-03, to: 2018-03-20, name: 全国两会}\n"
)
_SCHEDULES = {
    "shandong": f"\nschedule:\n  start: 2018-03-02\n{_FREEZES}",
    "yantai": (
        f"\nschedule:\n  start: 2017-12-22\n{_FREEZES}  per_window: {{systems: 16, servers: 40, data_gib: 8000}}\n"
    ),
    "weihai": "\nschedule:\n  start: 2018-08-31\n",
    "laiwu": "",
}
_FLAVORS = (
    "    flavors:\n"
    "      gov.2c4g: {vcpus: 2, ram_mib: 4096, disk_gib: 40}\n"
    "      gov.4c8g: {vcpus: 4, ram_mib: 8192, disk_gib: 40}\n"
    '    images: {"": debian-12}\n'
)
_ZONES_PUBLIC = "    zones: {internet: {network: internet, floating_network: provider}, common: {network: common}}\n"
_ZONES_INNER = "    zones: {common: {network: common}}\n"


def _clouds(note: str, *, administrative: str) -> str:
    return (
        f"# {note}\nclouds:\n"
        "  public-service:\n    kind: public-service\n    lifecycle: available\n    domain: 公共服务域\n"
        f"{_FLAVORS}{_ZONES_PUBLIC}"
        f"  administrative:\n    kind: administrative\n    lifecycle: {administrative}\n    domain: 行政服务域\n"
        f"{_FLAVORS}{_ZONES_INNER}"
    )


_CLOUDS = {
    "shandong": _clouds(
        "In March 2018 the administrative cloud was still being procured: what is bound for it is deferred.",
        administrative="procurement",
    ),
    "yantai": _clouds(
        "The city had one undivided platform; that both of its parts were available is an assumption.",
        administrative="available",
    ),
    "weihai": _clouds("The city's cloud; its division into two is an assumption.", administrative="available"),
    "laiwu": _clouds("No cloud is described; both are assumed to be planned.", administrative="planned").replace(
        "lifecycle: available", "lifecycle: planned"
    ),
}
