"""View of a blank form of the migration list that was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForm:
    """Where the form is, in which language, and how many columns each sheet has.

    Attributes:
        example: the sheet that shows how to fill it in.
    """

    path: str
    lang: str
    sheets: Mapping[str, int]
    example: str

    def data(self) -> object:
        """Return the form's place and sheets as values."""
        return {"path": self.path, "lang": self.lang, "sheets": dict(self.sheets), "example": self.example}

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return where it is, what is in it, and what comes next."""
        yield say("form.written", path=self.path)
        yield say("form.sheets", sheets=len(self.sheets), columns=sum(self.sheets.values()), example=self.example)
        yield say("form.next")
