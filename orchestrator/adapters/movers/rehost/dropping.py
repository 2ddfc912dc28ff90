"""The end of a move: what of ours stands on the source and on the keeper, the copy among it."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.adapters.movers.letting_in import login, shut_out
from orchestrator.adapters.movers.passing import end_passing
from orchestrator.adapters.movers.reaching import check_reached
from orchestrator.adapters.movers.rehost.shell import SECONDS, home, opened, shell, there, way
from orchestrator.model.dropping import Removal
from orchestrator.model.life import Side
from orchestrator.model.machines import DiskServer, Keeper
from orchestrator.model.move import RehostMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Sessions


def removals(move: RehostMove, *, data: bool) -> tuple[Removal, ...]:
    """Return everything of ours, the key before what it opens, and with `data` the copy; pure."""
    ours, kept = there(move), home(move)
    key, gone = login(way(move)), "rm -rf --one-file-system"
    spared = f"[ ! -e {kept} ] || find {kept} -mindepth 1 -maxdepth 1 ! -name disk.raw -exec {gone} {{}} +"
    return (
        Removal(name="files-key", side=Side.SOURCE, subject=ours, voice=key, text=shut_out(way(move))),
        Removal(
            name="rehost-copy",
            side=Side.TARGET,
            subject=kept,
            voice=shell(move.target),
            text=f"{gone} {kept}.final {kept}.rehearsal && {{ {f'{gone} {kept}' if data else spared}; }}",
        ),
        Removal(name="files-own", side=Side.SOURCE, subject=ours, voice=shell(move.source), text=f"{gone} {ours}"),
    )


def droppable(move: RehostMove, sessions: Sessions, *, gone: Side) -> tuple[CheckResult, ...]:
    """Check that both machines can be asked, but for one that is said to be gone."""
    sides: tuple[DiskServer | Keeper, DiskServer | Keeper] = (move.source, move.target)
    return check_reached(*sides, shell, sessions, seconds=SECONDS, gone=gone)


def drop(move: RehostMove, listed: Sequence[Removal], sessions: Sessions) -> None:
    """Take away what is listed, in its order, once no pass runs."""
    if any(removal.side is Side.TARGET for removal in listed):
        end_passing(home(move), opened(move.target, sessions))
    for removal in listed:
        sessions.open(removal.voice, seconds=SECONDS).ask(removal.text, SECONDS)
