"""The words by which a cell says nothing, no, or the same as above; each counts only as the whole of a cell."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from orchestrator.adapters.intake.fold import narrow, plain_key

_LATELY = "(?:目前|现在|现|暂时?|尚|还|均|都|皆|仍|仍然|本单位|我单位|本系统|该系统)*"
_TO_DO = (
    "(?:定|补|补充|补办|完善|填|填写|填报|核|核实|核对|核查|确认|确定|明确|提供|统计|查|查询|备案|办|办理|批|批复|审批|"
    "批准|申请|申报|签|签订|续签|认定|登记|取得|落实)"
)
_NOTHING = re.compile(
    f"{_LATELY}(?:"
    "无|没有?|空|空白|空缺|缺|缺失|缺项|略|不详|不祥|未详|不明|未知|不知道?|不清楚|不了解|不掌握|不确定|不适用|不涉及|未涉及|"
    f"[待未]{_TO_DO}|(?:正在?|在)?(?:办理|补办|申请|申报|审批|备案|完善|整理|统计)中|"
    "正在(?:办理|补办|申请|申报|审批|备案|完善|整理|统计)|"
    "无(?:此项|此项内容|此内容|相关内容|相关信息|信息|数据|内容|记录|资料|编号|备案|备案号|批文|文号|证明|佐证|材料|要求)|"
    "无法(?:提供|确定|统计|核实)|无从(?:查起|查考|考证)|无[需须](?:填写?|提供|备案|办理)?|不[需用](?:填写?)|免填|不填|"
    "后补|(?:后续|稍后|随后)(?:补充?|提供)|"
    "n\\s?a|none|null|nil|nan|nothing|not\\s?(?:applicable|available|known)|unknown|tb[dca]|empty|blank|"
    "undefined|unspecified"
    ")了?"
)
_NO = re.compile(
    "(?:暂时?|目前|尚|均|从|并)*(?:"
    "否|无|没有?|未|不|不是|不予?暂缓|非|无需|无须|不[需用]要?|不必|"
    "(?:不|未|没有?|无需|无须|不需要?|不予)(?:提出|进行|参与)?(?:申请|暂缓|整合|暂缓整合|申请暂缓|申请暂缓整合)+|"
    "不涉及|未涉及|不适用|不存在|n|no|not|false|0|x|×|✗|✘"
    ")"
)
_DITTO = re.compile("同上[行格栏面]?|同前|同上所述|上同|〃|″|ditto|sameasabove")
# Drawn instead of a dash or a slash, but no punctuation to Unicode.
_DRAWN = frozenset("~|^`´¨¯─━╱╲∕⁄−＿")
_QUOTES = frozenset("\"'“”‘’〃″′")
# No word of these is longer.
_LONGEST = 24


@lru_cache(maxsize=8192)
def means_nothing(text: str) -> bool:
    """Tell whether a cell's whole text only says that there is nothing to say: a dash, 无, 暂无, 不详, N/A."""
    if len(text) > _LONGEST:
        return not text.strip()
    key = plain_key(text)
    if key:
        return _NOTHING.fullmatch(key) is not None
    return all(
        sign in _DRAWN or (unicodedata.category(sign)[0] in "PZC" and sign not in "*#%") for sign in narrow(text)
    )


@lru_cache(maxsize=4096)
def means_no(text: str) -> bool:
    """Tell whether a cell says no; what follows a comma, a full stop or stands in brackets explains it."""
    first = re.split(r"[,，、;；。.:：\n(（]", text.strip(), maxsplit=1)[0]
    folded = narrow(first).casefold()
    return bool(_NO.fullmatch(plain_key(first)) or _NO.fullmatch(folded))


@lru_cache(maxsize=4096)
def means_ditto(text: str) -> bool:
    """Tell whether a cell's whole text refers to the cell above: 同上, 〃, a quotation mark."""
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST:
        return False
    return (stripped[0] in _QUOTES and set(stripped) <= _QUOTES) or _DITTO.fullmatch(plain_key(stripped)) is not None
