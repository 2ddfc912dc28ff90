"""What the evidence log says, and whether it can be believed."""

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
class ChainView:
    """The verdict on a log: `line` is the first bad one and `why` its code; 0 when every line holds.

    `anchored` tells whether a hash that was kept elsewhere is in the chain; None when none was given.
    """

    file: str
    entries: int
    head: str
    line: int = 0
    why: str = ""
    anchored: bool | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the log can be believed."""
        return not self.line and self.anchored is not False

    def data(self) -> object:
        """Return the verdict."""
        return {
            "ok": self.ok,
            "file": self.file,
            "entries": self.entries,
            "head": self.head,
            "first_bad_line": self.line or None,
            "why": self.why,
            "anchored": self.anchored,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the verdict in words."""
        if self.line:
            yield say("evidence.bad", file=self.file, line=self.line, why=say(self.why), entries=self.entries)
        else:
            yield say("evidence.good", file=self.file, entries=self.entries, head=self.head)
        if self.anchored is not None:
            yield say("evidence.anchored" if self.anchored else "evidence.not-anchored")


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
