"""Says reasons and verdicts in words; code names inside them are said in the reader's language too."""

from __future__ import annotations

from collections.abc import Mapping

from rich.padding import Padding
from rich.text import Text

from orchestrator.model.plan import Mark, Reason
from orchestrator.model.programme import Hold
from orchestrator.reporting.texts import Say

STYLES = {Mark.CREATE: "green", Mark.CHANGE: "yellow", Mark.KEEP: "dim", Mark.HOLD: "bold red", Mark.RETIRE: "magenta"}
HOLD_STYLES = {Hold.REFUSE: "bold red", Hold.BLOCK: "red", Hold.DEFER: "yellow"}
# Values that are code names → what their words are listed under.
_WORDS = {
    "lifecycle": "lifecycle",
    "disposition": "disposition",
    "declared": "disposition",
    "derived": "disposition",
    "kind": "kind",
    "resource": "resource",
    "field": "field",
    "stage": "stage",
}


def reason_text(say: Say, reason: Reason) -> str:
    """Return a reason in words."""
    return say(reason.code, **spoken(say, reason.values))


def spoken(say: Say, values: Mapping[str, str]) -> dict[str, str]:
    """Return values with code names said in words, and nothing in them that could command a terminal."""
    return {
        name: say.either(f"{_WORDS[name]}.{value}", clean(value)) if name in _WORDS else clean(value)
        for name, value in values.items()
    }


def word(say: Say, group: str, value: str) -> str:
    """Return the word for a code name, or the name itself."""
    return say.either(f"{group}.{value}", clean(value))


def clean(text: str) -> str:
    """Return list text fit for a terminal: control, format and lone surrogate characters become U+FFFD."""
    return (
        text
        if text.isprintable()
        else "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    )


def indented(text: str, cells: int, style: str = "") -> Padding:
    """Return text that hangs at an indentation, also where it wraps."""
    return Padding(Text(text, style=style), (0, 0, 0, cells), expand=False)


def padded(text: str, width: int) -> Text:
    """Return text padded to a number of terminal cells; a Chinese character takes two."""
    line = Text(text)
    line.pad_right(max(0, width - line.cell_len))
    return line
