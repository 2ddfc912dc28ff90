"""Folds names and numbers of proofs, so that one thing written in two ways is one thing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff\-_.·]+")
_BRACKETS = str.maketrans("[]【】〔〕{}", "()()()()")
_BETWEEN = re.compile(r"[、,;\n]+")


@lru_cache(maxsize=16384)  # names of units and numbers of proofs stand in thousands of rows
def folded(text: str) -> str:
    """Return what two spellings of one name have in common: widths, case, spaces and kinds of brackets do not count."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_BRACKETS)


def proofs(text: str) -> frozenset[str]:
    """Return the numbers of the proofs that a cell names."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text))
    return frozenset(filter(None, map(folded, parts)))
