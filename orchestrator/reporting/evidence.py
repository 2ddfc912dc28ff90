"""What the evidence log says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.reporting.texts import Say
from orchestrator.reporting.view import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesView:
    """Entries of the log, oldest first."""

    entries: tuple[Mapping[str, object], ...]

    def data(self) -> object:
        """Return the entries as they are."""
        return self.entries

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a table."""
        from rich.table import Table

        if not self.entries:
            yield say("evidence.none")
            return
        table = Table(box=None, pad_edge=False)
        for column in ("seq", "at", "actor", "kind", "data"):
            table.add_column(say(f"evidence.column.{column}"), no_wrap=column in {"seq", "at", "kind"})
        for entry in self.entries:
            told = json.dumps(plain(entry["data"]), ensure_ascii=False)
            table.add_row(str(entry["seq"]), str(entry["at"])[:19], str(entry["actor"]), str(entry["kind"]), told)
        yield table
