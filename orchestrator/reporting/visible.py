r"""How characters are shown that nobody sees but a terminal obeys: as escapes, so that two texts never look alike.

Unicode's control, format and surrogate characters, its line and paragraph separators and whatever else it calls
ignorable by default (UAX #44, `Default_Ignorable_Code_Point`): escape sequences (ESC, C1), bidirectional overrides,
zero widths, tags, selectors. They are shown as JSON and Python write them, `\u001b`, above U+FFFF `\U000e0041`.
Of backslashes that already stand before such an escape each is doubled; so what is shown has one reading only.

The work is shared by two that may follow each other. `one_line` is for a value that becomes part of a sentence:
the seven controls that format text, which we use ourselves between values. `visible` is for all that goes out.
"""

from __future__ import annotations

import re

# Also the code points that Unicode keeps free for more of their kind.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_LAYOUT = "\x07-\x0d"
_WRITTEN = "u[0-9a-f]{4}|U[0-9a-f]{8}"

HIDDEN = re.compile(f"[{_HIDDEN}]")
_LAID = re.compile(f"[{_LAYOUT}]")
_HIDDEN_OR_WRITTEN = re.compile(rf"(\\*)(?:([{_HIDDEN}])|(?<=\\)({_WRITTEN}))")
_LAID_OR_WRITTEN = re.compile(rf"(\\*)(?:([{_LAYOUT}])|(?<=\\)({_WRITTEN}))")


def visible(text: str) -> str:
    """Return a text without a character that a terminal could obey; its newlines and tabs stay."""
    if not HIDDEN.search(text) and "\\" not in text:
        return text
    return _HIDDEN_OR_WRITTEN.sub(lambda found: _shown(found, HIDDEN, but=_LAID), text)


class Line(str):
    """A text of one line, as `one_line` makes it: it is not made one again when it becomes part of another."""

    __slots__ = ()


def one_line(value: object) -> str:
    """Return a value as part of one line: its newlines, tabs and their like are shown instead of obeyed."""
    if isinstance(value, Line):
        return value
    text = str(value)
    if not _LAID.search(text) and "\\" not in text:
        return text
    return _LAID_OR_WRITTEN.sub(lambda found: _shown(found, _LAID), text)


def visible_json(text: str) -> str:
    r"""Return JSON text that means the same and shows its hidden characters as `\u….`; pieces of it may come singly."""
    return HIDDEN.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _utf16(found[0])), text)


def _shown(found: re.Match[str], ours: re.Pattern[str], *, but: re.Pattern[str] | None = None) -> str:
    slashes, character, written = found.groups()
    if character:
        return slashes * 2 + escaped(character)
    code = int(written[1:], 16)
    named = chr(code) if code <= 0x10FFFF else ""
    ambiguous = ours.fullmatch(named) and not (but and but.fullmatch(named))
    return slashes * (2 if ambiguous else 1) + written


def escaped(character: str) -> str:
    """Return a character's escape."""
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _utf16(character: str) -> tuple[int, ...]:
    code = ord(character)
    return (code,) if code <= 0xFFFF else (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
