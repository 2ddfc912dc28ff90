"""View of a list that was drawn from an export: what came of it, and what was not taken as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from orchestrator.model.problem import Problem
from orchestrator.model.system import Server
from orchestrator.reporting.problems import Problems
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnList:
    """A list drawn from an export.

    Attributes:
        kind: of the export.
        path: of the list.
        sheets: of the export, that something was taken from.
        grouped_by: the headers by which servers were grouped into systems.
        alone: how many systems stand for one server without any.
        missing: column of systems that people have to fill in, by code name → how many lack it.
        unsized: size that servers lack, by code name → how many do.
        headers: what these columns are called on the list.
        notes: what was not taken as it stands.
    """

    kind: str
    path: str
    sheets: tuple[str, ...]
    systems: int
    servers: int
    grouped_by: tuple[str, ...]
    alone: int
    missing: Mapping[str, int]
    unsized: Mapping[str, int]
    headers: Mapping[str, str]
    notes: tuple[Problem, ...]

    def data(self) -> dict[str, object]:
        """Return the sums and everything that was not taken, as values."""
        told = Problems(problems=self.notes).data()
        return {
            "kind": self.kind,
            "path": self.path,
            "sheets": self.sheets,
            "counts": {"systems": self.systems, "servers": self.servers},
            "grouped_by": self.grouped_by,
            "alone": self.alone,
            "to_fill": dict(self.missing),
            "unsized": {code: {"servers": count, "taken": _least(code)} for code, count in self.unsized.items()},
            "by_rule": told["by_rule"],
            "notes": told["problems"],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return what was not taken, then what came of the export and what comes next."""
        problems = Problems(problems=self.notes)
        if self.notes:
            yield from problems.table(say)
        sheets = ", ".join(filter(None, self.sheets)) or "-"
        yield say("from.read", kind=self.kind, sheets=sheets, systems=self.systems, servers=self.servers)
        yield say("from.sums", count=len(self.notes)) if self.notes else say("from.nothing-left")
        if self.grouped_by:
            yield say("from.grouped", columns=", ".join(self.grouped_by))
        if self.alone:
            yield say("from.alone", count=self.alone)
        for code, count in self.missing.items():
            yield say("from.to-fill", count=count, header=self.headers.get(code, code))
        for code, count in self.unsized.items():
            yield say("from.unsized", count=count, header=self.headers.get(code, code), least=_least(code))
        yield say("from.written", path=self.path)
        yield say("from.next")


def _least(code: str) -> int:
    """Return what a list takes for a size that a server does not state."""
    return next(one.default for one in fields(Server) if one.name == code and isinstance(one.default, int))
