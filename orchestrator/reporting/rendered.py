"""View of what `migrate render` has written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.plan import SystemPlan, SystemSpec
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

# A terminal shows this many; the index file has all.
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The folders of a batch's systems.

    Attributes:
        systems: each with its folder's name in `out`.
        held: the systems of the batch that are held back, so that nothing was written for them.
        index: path of the file that lists every written file with its digest.
    """

    batch: int
    out: str
    index: str
    systems: Sequence[tuple[SystemSpec, str]]
    held: Sequence[SystemPlan] = ()

    def data(self) -> object:
        """Return batch, out, index, the systems with folder, digest and servers, and those held back with reasons."""
        return {
            "batch": self.batch,
            "out": self.out,
            "index": self.index,
            "systems": [
                {
                    "system": spec.system,
                    "folder": folder,
                    "digest": spec.digest,
                    "servers": [guest.server for part in spec.parts for guest in part.guests],
                }
                for spec, folder in self.systems
            ],
            "held": [{"system": system.system, "hold": system.hold, "reasons": system.reasons} for system in self.held],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a table of the first systems, why the first of the others are held back, and a sum."""
        from rich.table import Table
        from rich.text import Text

        from orchestrator.reporting.reasons import clean, reason_text

        table = Table(*(say(f"render.column.{name}") for name in ("system", "folder", "servers", "workloads")))
        for spec, folder in self.systems[:_SHOWN]:
            guests = [guest for part in spec.parts for guest in part.guests]
            workloads = ", ".join(sorted({guest.workload.value for guest in guests}))
            table.add_row(Text(spec.system), folder, str(len(guests)), workloads)
        if self.systems:
            yield table
        if len(self.systems) > _SHOWN:
            yield say("render.more", count=len(self.systems) - _SHOWN)
        for system in self.held[:_SHOWN]:
            why = say("plan.comma").join(reason_text(say, reason) for reason in system.reasons)
            yield Text(f"{system.mark.value} {clean(system.system)}  {why}")
        if len(self.held) > _SHOWN:
            yield say("render.more", count=len(self.held) - _SHOWN)
        if self.held:
            yield say("render.held", count=len(self.held))
        yield say("render.done", count=len(self.systems), out=self.out, index=self.index)
