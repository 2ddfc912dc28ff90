"""Finds text that was once decoded wrongly and saved: its characters are lost, whatever the file's encoding now."""

from __future__ import annotations

import re

# What decoders write for bytes they cannot read, also when that was read once more as GBK.
_LOST = ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯")
# Two letters of a Latin code page side by side, as Chinese in UTF-8 or GBK looks there: é¢„ç®—, Ô¤Ëã.
_LATIN = re.compile("[\u0080-\u00ff].?[\u0080-\u00ff]")
_CJK = re.compile("[\u4e00-\u9fff]")


def is_garbled(text: str) -> bool:
    """Tell whether a text lost its characters, or is Chinese that was read as a Latin code page."""
    if text.isascii():
        return False
    if any(lost in text for lost in _LOST):
        return True
    if not _LATIN.search(text) or _CJK.search(text):
        return False
    return any(_would_be_chinese(text, encoding) for encoding in ("utf-8", "gb2312"))


def _would_be_chinese(text: str, encoding: str) -> bool:
    try:
        data = b"".join(_byte(character) for character in text)
        return _CJK.search(data.decode(encoding)) is not None
    except UnicodeError:
        return False


def _byte(character: str) -> bytes:
    """Return the byte that a Latin code page shows as a character."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
