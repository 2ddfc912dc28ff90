"""What a header says under its dress: numbers, stars, brackets, hints and a translation beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from orchestrator.adapters.intake.fold import header_key, narrow

# 1、 (2) 3. Q4: 五、 1.2.3 ⑥ and the like; a bare number needs a space, lest 3年运维金额 become 年运维金额.
_NUMBERED = re.compile(
    r"\s*(?:[①-⑳⑴-⒇⒈-⒛❶-❿㈠-㈩]"
    r"|[(（【\[]?(?:第?\d{1,3}(?:\.\d{1,3})*[题项列栏]?|[一二三四五六七八九十百]{1,4}|[A-Za-z]|[QqＱ]\d{1,3})[)）】\]]?"
    r"(?:\s*[、．:：,，)）\]】]|\.(?!\d))"
    r"|\d{1,3}(?:\.\d{1,3})*\s|第\d{1,3}[题项列栏]|[Qq]\d{1,3})\s*"
)
_FOOTNOTE = re.compile(r"(?<=[\u3400-\u9fff)）])(?:[①-⑳⑴-⒇¹²³⁴-⁹]+|\s*注\d{0,2})\s*$")
_OPENING, _CLOSING = "([【〔{<《「『", ")]】〕}>》」』"
_OPENED = re.compile("[" + re.escape(_OPENING) + "]")
_CLOSED = re.compile("[" + re.escape(_CLOSING) + "]")
_ANY_BRACKET = re.compile("[" + re.escape(_OPENING + _CLOSING) + "]")
_HINT = re.compile(
    r"必填|选填|可选|可空|填|请|下拉|单选|多选|格式|示例|样例|^[如例]|例如|不超过|限\d|全称|到日|字以?内|数字|说明|^见|按|勿|不要|不得"
)
_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Alone, these words add something to a Chinese name rather than translate it: 单位ID is not 单位.
_ADDING = frozenset({"id", "ip", "url", "code", "no", "num", "number", "mac", "os", "tel", "cpu", "vpn", "app", "web"})
_PIECES = re.compile(r"[\n/|\\]+|\s+|(?<=[\u3400-\u9fff])(?=[A-Za-z])")


@lru_cache(maxsize=4096)
def header_keys(text: str) -> tuple[str, ...]:
    """Return the keys a header may be meant by, the surest first: the whole, then what is left without its dress."""
    return tuple(dict.fromkeys(filter(None, _keys(text))))


def _keys(text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    yield header_key(text)
    if not lines:
        return
    yield header_key(lines[0])
    bare = _NUMBERED.sub("", text, count=1)
    yield header_key(bare)
    bare = _FOOTNOTE.sub("", bare)
    yield header_key(bare)
    folded = narrow(bare)
    yield header_key(_ANY_BRACKET.split(folded, maxsplit=1)[0])  # a bracket that is never closed
    yield header_key(_ANY_BRACKET.sub(" ", folded))  # all of it in brackets, or one of a pair
    if _CLOSED.search(folded) and not _OPENED.search(folded):
        yield header_key(_CLOSED.split(folded)[-1])
    yield from _translated(folded)
    first, _, rest = " ".join(folded.split()).partition(" ")
    if rest and _HINT.search(rest):
        yield header_key(first)
    front, colon, hint = folded.partition(":")
    if colon and _HINT.search(hint):
        yield header_key(front)


def _translated(text: str) -> Iterator[str]:
    """Yield the Chinese part of a header that stands beside its translation: 系统编号 System ID, Unit/单位名称."""
    pieces = [piece for piece in _PIECES.split(_ANY_BRACKET.sub(" ", text)) if piece.strip()]
    chinese = [piece for piece in pieces if _CJK.search(piece)]
    words = [word.casefold() for piece in pieces if not _CJK.search(piece) for word in _LATIN_WORD.findall(piece)]
    if len(chinese) == 1 and words and not (len(words) == 1 and (words[0] in _ADDING or len(words[0]) < 4)):
        yield header_key(chinese[0])
