"""What follows a decision: the side that was left stays closed to everybody but the passes that now go to it."""

from __future__ import annotations

from orchestrator.adapters.movers.files.shell import SECONDS, home, opened, side
from orchestrator.errors import MigrateError
from orchestrator.model.move import FilesMove
from orchestrator.ports.move import Sessions


def ensure_settled(move: FilesMove, attempt: int, sessions: Sessions, *, was_opened: bool, back: bool) -> None:
    """Let passes go the other way after an opening; and end the section's line to the source."""
    leaving, opening = (opened(server, sessions) for server in move.ends(back=back))
    if was_opened:
        opening.ask(side(move, "opened", str(attempt)), SECONDS)
        leaving.ask(side(move, "mounted"), SECONDS)
        leaving.ask(side(move, "follow"), SECONDS)
    target = leaving if back else opening
    folder = home(move)
    target.ask(f"[ ! -S {folder}/line.at ] || sh {folder}/line -O exit other </dev/null >/dev/null 2>&1 || :", SECONDS)


def changed_since(move: FilesMove, sessions: Sessions, *, back: bool) -> int:
    """Return how many entries of the side that is written to changed since the last pass began.

    Raises:
        MigrateError: `session.error`: nobody can tell, as after its clock was set.
    """
    leaving, _ = move.ends(back=back)
    said = opened(leaving, sessions).ask(f"sh {home(move)}/door changes </dev/null | tr -dc '\\0' | wc -c", SECONDS)
    if not said.strip().isdecimal():
        raise MigrateError("session.error", session=leaving.name, said=said)
    return int(said)
