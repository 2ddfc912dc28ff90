"""What a judgement on the evidence says: one word, what it rests on, and everything that speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

# A text code with its values.
Told = tuple[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementView:
    """A judgement.

    Attributes:
        word: anchored, unanchored or contradicted.
        entries, head, last: number, hash and time of the last entry that follows.
        line: the first line that does not follow, 0 when all do.
        faults, notes, lacks: what contradicts; what a reader should know; why it is not anchored.
        through: the last entry that an anchor covers.
        acted: the last entry that is not about the log itself.
        signers: who signed, as the file of allowed signers names them.
        asked: an anchor or signers were given: without an anchor that is a finding.
    """

    word: str
    file: str
    entries: int
    head: str
    last: str = ""
    line: int = 0
    faults: Sequence[Told] = ()
    notes: Sequence[Told] = ()
    lacks: Sequence[Told] = ()
    through: int = 0
    acted: int = 0
    signers: Sequence[str] = ()
    asked: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether nothing speaks against the log, and what was asked for is there."""
        return self.word == "anchored" or (self.word == "unanchored" and not self.asked)

    def data(self) -> object:
        """Return the judgement."""
        return {
            "ok": self.ok,
            "word": self.word,
            "file": self.file,
            "entries": self.entries,
            "head": self.head,
            "last": self.last,
            "first_bad_line": self.line or None,
            "anchored_through": self.through or None,
            "covered": bool(self.through) and self.through >= self.acted,
            "signers": list(self.signers),
            "contradictions": [_data(told) for told in self.faults],
            "notes": [_data(told) for told in self.notes],
            "lacks": [_data(told) for told in self.lacks],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return the judgement in words."""
        yield say(f"evidence.word.{self.word}", file=self.file, entries=self.entries, head=self.head)
        for code, values in self.faults:
            why = say(code, **values)
            yield "  " + (say("evidence.bad", **values, why=why) if values.get("line") else why)
        if self.word == "anchored":
            yield "  " + say("evidence.through", seq=self.through, signers=", ".join(self.signers) or "—")
            if self.through < self.acted:
                yield "  " + say("evidence.after", first=self.through + 1, last=self.acted)
        elif self.word == "unanchored":
            for code, values in self.lacks:
                yield "  " + say(code, **values)
        for code, values in self.notes:
            yield "  " + say(code, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountersignedView:
    """The newest checkpoint after one more person has signed it: its entry's number, its digest, the keys."""

    seq: int
    digest: str
    keys: tuple[str, ...]

    def data(self) -> object:
        """Return the checkpoint."""
        return {"seq": self.seq, "checkpoint": self.digest, "keys": list(self.keys)}

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return one line."""
        yield say("evidence.countersigned", seq=self.seq, keys=", ".join(self.keys))


def _data(told: Told) -> Mapping[str, object]:
    code, values = told
    return {"code": code, "values": dict(values)}
