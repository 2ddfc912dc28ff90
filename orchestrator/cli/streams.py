"""Standard streams of another encoding than UTF-8, such as a GBK terminal's, which lacks some characters we print."""

from __future__ import annotations

import codecs
import sys
from io import TextIOWrapper

# What GBK lacks of our own words; any encoding has what stands for it. A minus must not become a question mark.
_NEAREST = {"✗": "x", "−": "-", "²": "2", "⌊": "[", "⌋": "]"}


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what to print for characters that an encoding lacks, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_NEAREST.get(character, "?") for character in lacking), error.end


def _foreign(stream: object) -> TextIOWrapper | None:
    """Return a stream that does not speak UTF-8; bytes of one that does stay as they are."""
    if isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
        return stream
    return None


def never_fail() -> None:
    """Let both streams print the nearest character, else a question mark, where theirs lacks one."""
    codecs.register_error("nearest", _nearest)
    for stream in map(_foreign, (sys.stdout, sys.stderr)):
        if stream:
            stream.reconfigure(errors="nearest")


def speak_utf8() -> None:
    """Let standard output be UTF-8 whatever the terminal is: JSON is, and loses nothing."""
    stream = _foreign(sys.stdout)
    if stream:
        stream.reconfigure(encoding="utf-8")
