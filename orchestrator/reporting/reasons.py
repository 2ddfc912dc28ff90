"""Says reasons and verdicts in words; code names inside them are said in the reader's language too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.padding import Padding
from rich.text import Text

from orchestrator.model.plan import Mark, Reason, Used
from orchestrator.model.programme import Hold
from orchestrator.planning.rules import DERIVED, placed
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
    "arch": "arch",
    "source": "arch",
    "target": "arch",
}
# Values that are names of clouds and zones, or pairs of them; the usual names have words of their own.
_TARGETS = ("cloud", "zone", "declared", "derived")
# Fields that hold code names → what their words are listed under.
_FIELDS = {
    "arch": "arch",
    "audience": "cutover.audience",
    "candidate_class": "report.class",
    "category": "report.category",
    "declassified": "flag",
    "disposition": "disposition",
    "exchange": "flag",
    "funding": "funding",
    "identity": "flag",
    "mlps_level": "grade",
    "networks": "network",
    "outcome": "disposition",
    "portal": "flag",
    "replica_verified": "flag",
    "seasonal": "flag",
    "secrecy": "secrecy",
    "status": "audit.state",
    "stopped": "flag",
    "strategy": "strategy",
    "system_class": "report.class",
    "target_cloud": "target",
    "unit_level": "audit.level",
    "zone": "target",
}
_SETS = frozenset({"audience", "networks"})


def reason_text(say: Say, reason: Reason) -> str:
    """Return a reason in words, and the cells it rests on."""
    values = spoken(say, reason.values)
    if reason.code.startswith("place."):  # what was found on a cloud, on the contrary, is told with its very name
        values |= {name: target_text(say, values[name]) for name in _TARGETS if name in values}
    if reason.cells:
        values |= {"cells": cells_text(say, reason.cells), "cell": place_text(say, reason.cells[-1])}
    return say(reason.code, **values)


def remedy_text(say: Say, reason: Reason, system: str) -> str:
    """Return what a person can do about a reason that holds a system; empty where the reason says it itself."""
    return say.either(f"{reason.code}.remedy", **{**spoken(say, reason.values), "system": clean(system)})


def cells_text(say: Say, cells: Iterable[Used]) -> str:
    """Return cells on one line: what they hold, then where they stand."""
    found = tuple(cells)
    facts = say("plan.comma").join(f"{word(say, 'field', used.field)} = {value_text(say, used)}" for used in found)
    places = ((sheet, _place(say, cell, used)) for used, (sheet, cell) in zip(found, placed(found), strict=True))
    return say("place.cells", facts=facts, places=", ".join("!".join(filter(None, place)) for place in places))


def value_text(say: Say, used: Used) -> str:
    """Return what a cell holds, code names in words."""
    if not used.value:
        return say("place.empty")
    group = _FIELDS.get(used.field)
    if group is None:
        return clean(used.value)
    members = used.value.split(",") if used.field in _SETS else (used.value,)
    return say("cutover.list-mark").join(word(say, group, member) for member in members)


def place_text(say: Say, used: Used) -> str:
    """Return where a cell stands; its row, where the list has no column for it."""
    sheet, _, cell = used.cell.rpartition("!")
    return "!".join(filter(None, (clean(sheet), _place(say, cell, used))))


def target_text(say: Say, target: str) -> str:
    """Return clouds with their zones, `CLOUD/ZONE + CLOUD/ZONE`, each name in words if it is a usual one."""
    halves = (half.split("/") for half in target.split(" + "))
    return " + ".join("/".join(word(say, "target", name) for name in half) for half in halves)


def _place(say: Say, cell: str, used: Used) -> str:
    if not cell.isdecimal():
        return clean(cell)
    column = DERIVED.get(used.field, used.field)
    if column == "servers":  # how many there are stands in no column
        return say("place.row", row=cell)
    return say("place.no-column", row=cell, column=say.either(f"column.{column}", word(say, "field", column)))


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
