"""View of what `migrate render` has written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.plan import SystemSpec
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
        index: path of the file that lists every written file with its digest.
    """

    batch: int
    out: str
    index: str
    systems: Sequence[tuple[SystemSpec, str]]

    def data(self) -> object:
        """Return batch, out, index and the systems with folder, digest and servers."""
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
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a table of the first systems and a sum."""
        from rich.table import Table
        from rich.text import Text

        table = Table(*(say(f"render.column.{name}") for name in ("system", "folder", "servers", "workloads")))
        for spec, folder in self.systems[:_SHOWN]:
            guests = [guest for part in spec.parts for guest in part.guests]
            workloads = ", ".join(sorted({guest.workload.value for guest in guests}))
            table.add_row(Text(spec.system), folder, str(len(guests)), workloads)
        if self.systems:
            yield table
        if len(self.systems) > _SHOWN:
            yield say("render.more", count=len(self.systems) - _SHOWN)
        yield say("render.done", count=len(self.systems), out=self.out, index=self.index)
