"""What was seen of systems from outside: verdict by verdict, and since when nobody has seen one as planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.result import CheckStatus
from orchestrator.model.seen import Seen
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


def seen_data(seen: Seen | None) -> Mapping[str, object] | None:
    """Return what was seen of a system for programs; None if it was not looked at."""
    return {"status": seen.status, "since": seen.since, "checks": seen.checks} if seen else None


def unseen_text(say: Say, seen: Seen) -> str:
    """Return since when a system was not seen as planned."""
    if seen.since is None:
        return say("seen.never")
    return say("seen.not-since", since=seen.since.isoformat(timespec="minutes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenView:
    """What `migrate verify` saw of a batch; `left` are systems that the batch provisions nothing for."""

    batch: int
    seen: tuple[Seen, ...]
    left: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Tell whether every system was seen as planned; unknown is not."""
        return all(each.status is CheckStatus.PASS for each in self.seen)

    def data(self) -> object:
        """Return every verdict."""
        return {
            "batch": self.batch,
            "right": self.right,
            "counts": self._counts(),
            "systems": [{"system": each.system, **(seen_data(each) or {})} for each in self.seen],
            "left": self.left,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a line for each system, under it what did not pass and what to do, and the sum."""
        from orchestrator.reporting.verdicts import verdict_lines, verdict_word

        for each in self.seen:
            line = verdict_word(say, each.status).append(f"  {each.system}", style="default")
            if each.status is CheckStatus.UNKNOWN:
                line.append(f" · {unseen_text(say, each)}", style="yellow")
            yield line
            for check in each.checks:
                if check.status is not CheckStatus.PASS:
                    yield from verdict_lines(say, check, margin=4, subject=True)
        if self.left:
            yield say("seen.left", count=len(self.left))
        yield say("seen.sum", batch=self.batch, **self._counts())

    def _counts(self) -> dict[str, int]:
        found = Counter(each.status for each in self.seen)
        return {str(status): found[status] for status in CheckStatus}
