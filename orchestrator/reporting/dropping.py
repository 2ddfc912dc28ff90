"""Views of a drop: everything that would go before it does, and what is left for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.dropping import Dropping, Removal
from orchestrator.model.life import Life, Side
from orchestrator.model.move import named
from orchestrator.model.result import CheckStatus
from orchestrator.reporting.gates import gate_lines
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppingView:
    """A drop before it begins: the very list that is taken away, and what forbids it."""

    life: Life
    found: Dropping

    @property
    def blocked(self) -> bool:
        """Tell whether anything forbids it; unknown forbids too."""
        return any(check.status is not CheckStatus.PASS for check in self.found.checks)

    def data(self) -> object:
        """Return the list in its order, with the statements where a person must say them, and the checks."""
        return {
            "act": "drop",
            "system": self.life.system,
            "phase": self.life.phase,
            "removals": [_removal(each) for each in self.found.listed],
            "checks": self.found.checks,
            **_stays(self.found),
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the list, then what stays, then what forbids it."""
        from rich.table import Table

        move = self.found.move
        yield say(
            "drop.plan", system=self.life.system, source=named(move, target=False), target=named(move, target=True)
        )
        table = Table(box=None, pad_edge=False)
        for column in ("no", "line", "side", "subject"):
            table.add_column(say(f"drop.column.{column}"))
        for number, each in enumerate(self.found.listed, start=1):
            table.add_row(str(number), say(f"drop.{each.name}"), say(f"drop.side.{each.side}"), each.subject)
        yield table
        yield from _stay_lines(self.found, say)
        for check in self.found.checks:
            yield from gate_lines(check, say)


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedView:
    """A drop that is done; `left` is what something else on the target belongs to."""

    life: Life
    found: Dropping
    left: Sequence[Removal]

    def data(self) -> object:
        """Return the phase and what is left for a person."""
        return {
            "act": "drop",
            "system": self.life.system,
            "phase": self.life.phase,
            "left": [_removal(each) for each in self.left],
            **_stays(self.found),
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give what was done and what is left."""
        yield say("drop.done", system=self.life.system, source=named(self.found.move, target=False))
        for each in self.left:
            yield say("drop.left", subject=each.subject, server=named(self.found.move, target=True))
        yield from _stay_lines(self.found, say)


def _removal(removal: Removal) -> Mapping[str, object]:
    return {"removal": removal.name, "side": removal.side, "subject": removal.subject}


def _stays(found: Dropping) -> Mapping[str, object]:
    by_hand = [
        {**_removal(each), "program": each.voice.program, "database": each.voice.database, "text": each.text}
        for each in found.by_hand
    ]
    return {"gone": found.gone, "by_hand": by_hand, "stays": found.stays}


def _stay_lines(found: Dropping, say: Say) -> Iterator[str]:
    if found.stays:
        yield say("drop.stays", databases=", ".join(found.stays), server=named(found.move, target=True))
    if not found.by_hand:
        return
    yield say("drop.by-hand", server=named(found.move, target=found.gone is Side.TARGET))
    for each in found.by_hand:
        where = f"psql -d {each.voice.database}" if each.voice.program == "psql" else "sh"
        yield say("drop.by-hand-line", what=say(f"drop.{each.name}"), where=where, account=each.voice.account)
        yield each.text
