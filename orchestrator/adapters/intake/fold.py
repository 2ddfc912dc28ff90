"""Folds text for comparison: widths, case, spaces, marks and hints; what is displayed stays as it was written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
# Hints are not nested deeper; a text of nothing but brackets is no header.
_NESTED = 8
_NOISE = re.compile(r"[\s_\-*※?:：.·/、,，;；\"'“”\u200b-\u200f\ufeff]+")


def narrow(text: str) -> str:
    """Return the text with full-width digits, letters and signs as their ordinary forms, trimmed."""
    return unicodedata.normalize("NFKC", text).strip().strip("\u200b\ufeff")


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
    return _NOISE.sub("", folded.casefold())


@lru_cache(maxsize=4096)
def header_keys(text: str) -> tuple[str, ...]:
    """Return the keys a header may be meant by: the whole text, or its first line, the rest being a hint."""
    lines = [line for line in text.splitlines() if line.strip()]
    return tuple(dict.fromkeys(filter(None, (header_key(text), header_key(lines[0]) if lines else ""))))
