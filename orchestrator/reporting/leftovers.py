"""Shows what belongs to nothing, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from orchestrator.checks.leftovers import Leftover
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


class Fate(StrEnum):
    """What became of a left-over object."""

    FOUND = "found"  # listed only
    DELETED = "deleted"
    SPARED = "spared"  # it may hold data, and nobody said that data may go
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoversView:
    """The left-over objects of a programme.

    Attributes:
        clouds: the clouds that answered.
        silent: the clouds that did not; of them nothing is known.
        fates: object id → what became of it.
    """

    leftovers: tuple[Leftover, ...]
    clouds: tuple[str, ...]
    silent: tuple[str, ...] = ()
    dry_run: bool = True
    fates: Mapping[tuple[str, str], Fate] = field(default_factory=dict)

    def fate(self, leftover: Leftover) -> Fate:
        """Return what became of one."""
        return self.fates.get((leftover.found.cloud, leftover.found.id), Fate.FOUND)

    def data(self) -> object:
        """Return the answer for programs."""
        return {
            "dry_run": self.dry_run,
            "clouds": self.clouds,
            "silent": self.silent,
            "leftovers": [
                {
                    "cloud": one.found.cloud,
                    "kind": one.found.kind,
                    "id": one.found.id,
                    "name": one.found.name,
                    "system": one.found.system,
                    "key": one.found.key,
                    "status": one.found.status,
                    "reason": one.reason,
                    "guarded": one.guarded,
                    "fate": self.fate(one),
                }
                for one in self.leftovers
            ],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the answer for people."""
        from rich.table import Table

        if self.leftovers:
            table = Table(box=None, pad_edge=False)
            for column in ("fate", "cloud", "kind", "name", "system", "status", "reason"):
                table.add_column(say(f"gc.column.{column}"))
            for one in self.leftovers:
                found = one.found
                table.add_row(
                    say(f"gc.fate.{self.fate(one)}"),
                    found.cloud,
                    found.kind,
                    found.name,
                    found.system,
                    found.status,
                    say(one.reason),
                )
            yield table
        counts = Counter(self.fate(one) for one in self.leftovers)
        yield say("gc.summary", **{fate.value: counts[fate] for fate in Fate}, clouds=", ".join(self.clouds) or "-")
        if self.silent:
            yield say("gc.silent", clouds=", ".join(self.silent))
        if self.dry_run and self.leftovers:
            yield say("gc.how-to-delete")
        elif counts[Fate.SPARED]:
            yield say("gc.how-to-delete-data")
