"""Shows whose a programme is on its clouds, and what was taken over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.claim import Claim
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


def claim_lines(claims: Iterable[Mapping[str, object]], say: Say) -> Iterator[str]:
    """Give a line for each claim that keeps a folder from a cloud, and for each cloud that did not say, and what helps.

    Args:
        claims: `cloud`, `ours` (false: another's, null: nobody could tell), `code` of why; who, since and where.
        say: the words.
    """
    for claim in claims:
        yield say("move.claim-unknown" if claim["ours"] is None else "plan.claimed", **claim)
        if remedy := say.either(f"{claim['code']}.remedy", **claim):
            yield f"    → {remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsView:
    """The claims of others on a programme's clouds.

    Attributes:
        former: cloud and claim, of every claim that is not this very folder's.
        silent: the clouds that did not answer; of them nothing is known.
        taken: whether this folder has put its own in their place.
    """

    former: tuple[tuple[str, Claim], ...]
    silent: tuple[str, ...] = ()
    taken: bool = False

    def data(self) -> object:
        """Return the answer for programs."""
        former = [{"cloud": cloud, **claim.told()} for cloud, claim in self.former]
        return {"taken": self.taken, "former": former, "silent": self.silent}

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return one line for each claim."""
        if not self.former:
            yield say("claim.nobody-else")
        for cloud, claim in self.former:
            yield say("claim.taken" if self.taken else "claim.stands", cloud=cloud, **claim.told())
