"""The units that numbers come in: how many of the model's unit each is, and which one a header names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from orchestrator.adapters.intake.fold import INVISIBLE, narrow

_MULTIPLES = {
    "": 1, "十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip
_MINUTE = Decimal(1) / 60
_YUAN = Decimal("0.0001")


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one kind of quantity.

    Attributes:
        factors: folded unit → how many of the model's unit it is; `""` is what a bare number means.
        usual: the units that a message offers.
        yearly: the quantity is one of a year, so that 万元/年 says no more than 万元.
    """

    factors: Mapping[str, int | Decimal]
    usual: str
    yearly: bool = False

    def factor(self, written: str) -> int | Decimal | None:
        """Return how many of the model's unit the written one is; None for a unit of something else, or of nothing."""
        key = unit_key(written)
        if key in self.factors:
            return self.factors[key]
        key = _AROUND.sub("", _YEARLY.sub("", key) if self.yearly else key)
        return self.factors.get(key) if key else None


def unit_key(text: str) -> str:
    """Return what two spellings of a unit have in common."""
    return "".join(INVISIBLE.sub("", narrow(text)).casefold().split()).strip(".:：")


def _counted(words: str) -> dict[str, int | Decimal]:
    """Return the units of counting: each word, the Chinese multiples of it (万人), and these alone (万)."""
    return {f"{multiple}{word}": factor for word in ("", *words.split()) for multiple, factor in _MULTIPLES.items()}


def _bytes(base: int) -> dict[str, int | Decimal]:
    """Return the units of bytes, of which the one with this power of 1024 is the model's."""
    words = ("b byte bytes 字节", "k kb kib", "m mb mib 兆 兆字节", "g gb gib", "t tb tib", "p pb pib")
    return {
        word: Decimal(1024) ** (power - base) if power < base else 1024 ** (power - base)
        for power, names in enumerate(words)
        for word in names.split()
    }


PERCENT = Units({"": 1, "%": 1, "百分比": 1}, "%")
COUNT = Units(
    {
        **_counted("个 人 次 台 套 核 家 处 张 户 架 柜 组 块 颗 条 项 件 名 位 人次 用户 部 座 间 只 面 笔"),
        "次/月": 1, "人/月": 1, "万次/月": 10_000, "c": 1, "core": 1, "cores": 1, "vcpu": 1, "vcpus": 1, "u": 1,
    },
    usual="个, 万",
)  # fmt: skip
MONEY_WAN = Units(
    {
        **{f"{multiple}元": factor * _YUAN for multiple, factor in _MULTIPLES.items()},
        "": 1, "万": 1, "亿": 10_000, "千": 1000 * _YUAN, "百万": 100, "千万": 1000, "rmb": _YUAN, "圆": _YUAN,
        "万圆": 1,
    },
    usual="万元, 元, 千元, 百万元, 亿元",
    yearly=True,
)  # fmt: skip
SIZE_GIB = Units({"": 1, **_bytes(3)}, usual="GB, TB, MB")
# Nobody can tell 4 GB from 4 MB by the number alone, so memory has no unit of its own.
RAM_MIB = Units(_bytes(2), usual="GB, MB")
AREA_M2 = Units(
    {"": 1, "m2": 1, "平方米": 1, "平米": 1, "平方": 1, "平": 1, "万平方米": 10_000, "万平米": 10_000}, usual="平方米"
)
MINUTES = Units(
    {
        "": 1, "分钟": 1, "分": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1,
        "小时": 60, "个小时": 60, "时": 60, "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60,
        "天": 1440, "日": 1440, "d": 1440, "day": 1440, "days": 1440,
        "秒": _MINUTE, "秒钟": _MINUTE, "s": _MINUTE, "sec": _MINUTE, "second": _MINUTE, "seconds": _MINUTE,
    },
    usual="分钟, 小时, 天",
)  # fmt: skip
MBIT = Units(
    {
        "": 1, "m": 1, "mb": 1, "mbps": 1, "mb/s": 1, "mbit": 1, "mbit/s": 1, "m/s": 1, "兆": 1, "百兆": 100,
        "千兆": 1000, "万兆": 10_000, "g": 1000, "gb": 1000, "gbps": 1000, "gb/s": 1000, "gbit/s": 1000,
        "k": Decimal("0.001"), "kbps": Decimal("0.001"),
    },
    usual="Mbps, Gbps",
)  # fmt: skip

_TABLES = (COUNT, MONEY_WAN, SIZE_GIB, AREA_M2, MINUTES, MBIT)
# What is said beside the unit of money, and of a cost that is one of a year anyway.
_AROUND = re.compile(r"^人民币|(?:人民币|整)$")
_YEARLY = re.compile(r"/(?:年|y|a|year)$|^每年|^年")
_BRACKETED = re.compile(r"[(\[【〔{](.*?)(?:[)\]】〕}]|$)", re.DOTALL)
_STATED = re.compile(r"(?:计量|金额|货币)?单位\s*[:：是为]?\s*(.+)", re.DOTALL)
_PARTS = re.compile(r"[,，;；、。\n|]+")
# What can only be a unit, known or not: Latin of one or two letters, a power, a currency, a rate.
_SHAPED = re.compile(
    r"[a-zμ%‰°℃]|kg|km|cm|mm|us|ns|hz|eb|zb|[a-z]{1,5}/(?:s|h|d|min|m|y|day|month|year)|[十百千万亿]+[\u4e00-\u9fff]{0,3}|"
    r"[\u4e00-\u9fff]{0,3}元|[\u4e00-\u9fff]{1,4}/(?:年|季度?|月|周|日|天|小?时|分钟?|秒|万?[人台户次个元])"
    r"|usd|eur|hkd|cny|[$¥€£]|亩|公顷|平方公里|km2|ha|周|月|季度?|毫秒|ms|[yzemgtpk]i?b(?:it|ps)?|公里|千米|米",
    re.IGNORECASE,
)


def is_unit(text: str) -> bool:
    """Tell whether a text can only be meant as a unit, of whatever is measured."""
    key = unit_key(text)
    return bool(key) and (any(table.factor(key) is not None for table in _TABLES) or bool(_SHAPED.fullmatch(key)))


def stated_units(text: str) -> Iterator[str]:
    """Yield each unit that a header, or a line above it, names: in brackets, or behind 单位:, or as `ram_gib`."""
    folded = narrow(text)
    for inside in _BRACKETED.findall(folded):
        for part in filter(None, map(str.strip, _PARTS.split(inside))):
            said = _STATED.fullmatch(part)
            if said or is_unit(part):
                yield unit_key(said.group(1) if said else part)
    outside = _BRACKETED.sub("\n", folded)
    for line in outside.splitlines():
        if said := re.search(r"单位\s*[:：]\s*([^\s,，;；、。]+)", line):
            yield unit_key(said.group(1))
    if suffix := re.search(r"_([kmgtp]i?b)$", folded, re.IGNORECASE):
        yield unit_key(suffix.group(1))


def units_above(text: str) -> tuple[str, ...]:
    """Return the units that a line above a table states for it, such as 单位：千元、台; none if it names an office."""
    found = re.fullmatch(r"[(\[]?\s*(?:计量|金额|货币)?单位\s*[:：]\s*([^)\]]+)[)\]]?", narrow(text))
    parts = [unit_key(part) for part in _PARTS.split(found.group(1))] if found else []
    return tuple(filter(None, parts)) if all(is_unit(part) for part in parts if part) else ()
