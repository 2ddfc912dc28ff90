"""The frozen section of a disk, which this release has not: it is empty, and the gate and the mover refuse it."""

from __future__ import annotations

from orchestrator.adapters.movers.rehost.shell import shell
from orchestrator.model.frozen import Claim, Frozen
from orchestrator.model.move import RehostMove


def frozen(move: RehostMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return a section without a line: what a rehearsal's digest names, and nothing that could be run."""
    keeper = shell(move.target)
    leaving, opening = (move.target, move.source) if back else (move.source, move.target)
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving.name,
        opening=opening.name,
        back=back,
        voices=(keeper,),
        lines=(),
        claim=Claim(voice=keeper.name, text="false"),
        seconds=move.limits.frozen.total_seconds(),
        undecided=move.limits.undecided.total_seconds(),
    )
