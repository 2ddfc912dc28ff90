"""The end of a move: what of ours stands on either side. Both file systems keep what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.adapters.movers.files.shell import SECONDS, home, opened, shell, side, way
from orchestrator.adapters.movers.letting_in import login, shut_out
from orchestrator.adapters.movers.passing import end_passing
from orchestrator.adapters.movers.reaching import check_reached
from orchestrator.model.dropping import Removal
from orchestrator.model.life import Side
from orchestrator.model.move import FilesMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Sessions


def removals(move: FilesMove) -> tuple[Removal, ...]:
    """Return everything of ours on both sides, the key before the folder that it opens; pure."""
    folder = home(move)
    # Never what it is the second mount of: where that cannot be unmounted, nothing is taken away.
    gone = f"{side(move, 'unmounted')} && rm -rf --one-file-system {folder}"
    there = f"[ ! -e {folder}/side ] ||"
    return (
        Removal(name="files-key", side=Side.SOURCE, subject=folder, voice=login(way(move)), text=shut_out(way(move))),
        # A copy that is nobody's any more need not be closed; one that was opened is not.
        Removal(
            name="files-own",
            side=Side.TARGET,
            subject=folder,
            voice=shell(move.target),
            text=f"{there} {{ {side(move, 'reopen')} && {gone}; }}",
        ),
        Removal(
            name="files-own", side=Side.SOURCE, subject=folder, voice=shell(move.source), text=f"{there} {{ {gone}; }}"
        ),
    )


def droppable(move: FilesMove, sessions: Sessions, *, gone: Side) -> tuple[CheckResult, ...]:
    """Check that both sides can be asked, but for one that is said to be gone."""
    return check_reached(move.source, move.target, shell, sessions, seconds=SECONDS, gone=gone)


def drop(move: FilesMove, listed: Sequence[Removal], sessions: Sessions) -> None:
    """Take away what is listed, in its order, once no pass runs."""
    if any(removal.side is Side.TARGET for removal in listed):
        end_passing(home(move), opened(move.target, sessions))
    for removal in listed:
        sessions.open(removal.voice, seconds=SECONDS).ask(removal.text, SECONDS)
