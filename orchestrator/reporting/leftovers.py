"""Shows what belongs to nothing, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from orchestrator.checks.leftovers import Leftover
from orchestrator.model.plan import Reason
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


class Fate(StrEnum):
    """What becomes of a left-over object; in a dry run, what `--yes` would make of it."""

    DELETED = "deleted"
    SPARED = "spared"  # it may hold data, and nobody said that data may go
    FAILED = "failed"
    LEFT = "left"  # it was not its turn before the end: somebody asked for that, or its cloud was lost
    UNKNOWN = "unknown"  # cut short in the middle


def fate_of(leftover: Leftover, *, with_data: bool) -> Fate:
    """Return what `--yes` does with one: what may hold data is kept unless a person says otherwise."""
    return Fate.DELETED if with_data or not leftover.guarded else Fate.SPARED


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoversView:
    """The left-over objects of a programme.

    Attributes:
        clouds: the clouds that answered.
        silent: the clouds that did not; of them nothing is known.
        with_data: whether what may hold data goes too.
        fates: object id → what became of it.
        notes: who else has the programme on a cloud, or that nobody knows.
    """

    leftovers: tuple[Leftover, ...]
    clouds: tuple[str, ...]
    silent: tuple[str, ...] = ()
    dry_run: bool = True
    with_data: bool = False
    fates: Mapping[tuple[str, str], Fate] = field(default_factory=dict)
    notes: tuple[Reason, ...] = ()

    def fate(self, leftover: Leftover) -> Fate:
        """Return what became of one, or would."""
        planned = fate_of(leftover, with_data=self.with_data)
        return planned if self.dry_run else self.fates[(leftover.found.cloud, leftover.found.id)]

    def counts(self) -> Counter[Fate]:
        """Return how many met, or would meet, each fate."""
        return Counter(self.fate(one) for one in self.leftovers)

    def data(self) -> object:
        """Return the answer for programs."""
        return {
            "dry_run": self.dry_run,
            "clouds": self.clouds,
            "silent": self.silent,
            "notes": [{"code": note.code, "values": note.values} for note in self.notes],
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
                    say(f"gc.fate.{'would-be-' if self.dry_run else ''}{self.fate(one)}"),
                    found.cloud,
                    found.kind,
                    found.name,
                    found.system,
                    found.status,
                    say(one.reason),
                )
            yield table
        counts = self.counts()
        summary = "gc.would-be" if self.dry_run else "gc.summary"
        yield say(summary, **{fate.value: counts[fate] for fate in Fate}, clouds=", ".join(self.clouds) or "-")
        for note in self.notes:
            yield say(note.code, **note.values)
        if rest := counts[Fate.LEFT] + counts[Fate.UNKNOWN]:
            yield say("gc.rest", count=rest)
        if self.silent:
            yield say("gc.silent", clouds=", ".join(self.silent))
        if self.dry_run and self.leftovers:
            yield say("gc.how-to-delete")
        if counts[Fate.SPARED]:
            yield say("gc.how-to-delete-data")
