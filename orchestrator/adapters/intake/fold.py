"""Folds text for comparison: widths, case, spaces, marks and hints; what is displayed stays as it was written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
# Hints are not nested deeper; a text of nothing but brackets is no header.
_NESTED = 8
_NOISE = re.compile(r"[\s_\-*※?:：.·/、,，;；\"'“”\u200b-\u200f\ufeff]+")
# What takes no ink: format characters (Unicode's Cf), fillers that count as letters, and selectors of variants.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001-\U000e01ef]"
)
# Those of them that count as letters, in their ordinary forms.
_FILLERS = frozenset("\u115f\u1160")
# Beside these, a header's marks: stars, bullets, ticks, boxes, emoji; a percent sign is none.
_MARKS = re.compile("[#!\u221a\u2500-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+")
_NO_LETTER = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_BESIDE_WIDE = re.compile(rf"(?<=[{_WIDE}]) | (?=[{_WIDE}])")


def narrow(text: str) -> str:
    """Return the text with full-width digits, letters and signs as their ordinary forms, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().strip("\u200b\ufeff")


@lru_cache(maxsize=512)  # of one cell it is asked several times
def plain_key(text: str) -> str:
    """Return the letters and digits of a text alone, in their ordinary forms."""
    folded = unicodedata.normalize("NFKC", text)
    if not folded.isalnum() or not _FILLERS.isdisjoint(folded):
        folded = INVISIBLE.sub("", folded)
    key = folded.casefold()
    return key if key.isalnum() else _NO_LETTER.sub("", key)


@lru_cache(maxsize=16384)
def name_key(text: str) -> str:
    """Return what two spellings of one name have in common that look the same: spaces, widths, what takes no ink."""
    return _SPACES.sub("", INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).casefold()


def tidy(text: str) -> str:
    """Return a name without what takes no ink, on one line, and without spaces beside Chinese characters."""
    return _BESIDE_WIDE.sub("", " ".join(INVISIBLE.sub("", text).split()))


def value_key(text: str) -> str:
    """Return what two spellings of one value have in common."""
    return _NOISE.sub("", narrow(text).casefold())


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """Return what two spellings of one header have in common; hints in brackets do not count."""
    folded = narrow(text)
    for _ in range(_NESTED):
        shorter = _BRACKETS.sub("", folded)
        if shorter == folded:
            break
        folded = shorter
    return _NOISE.sub("", _MARKS.sub("", folded.casefold()))
