"""The end of a move: what of ours stands on either side. The data on the target stays: a person takes it away."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.adapters.movers.mariadb.access import unprobed
from orchestrator.adapters.movers.mariadb.prepare import end_seeding
from orchestrator.adapters.movers.mariadb.reverse import forget, restore
from orchestrator.adapters.movers.mariadb.sql import PROBER, SCHEMA, SECONDS, account, admin, files, literal
from orchestrator.adapters.movers.reaching import check_reached
from orchestrator.model.dropping import Removal
from orchestrator.model.life import Side
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import MariaMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Sessions


def removals(move: MariaMove) -> tuple[Removal, ...]:
    """Return everything of ours on both sides, what follows before what it follows; pure."""
    return tuple(
        Removal(name=name, side=side, subject=move.follower, voice=admin(server), text=text)
        for side, server, other in (
            (Side.TARGET, move.target, move.source),
            (Side.SOURCE, move.source, move.target),
        )
        for name, text in (
            ("connection", f"STOP SLAVE {literal(move.follower)}; RESET SLAVE {literal(move.follower)} ALL;"),
            ("accounts", _users(move, other)),
            ("own", f"DROP DATABASE IF EXISTS {SCHEMA};"),
        )
    )


def droppable(move: MariaMove, sessions: Sessions, *, gone: Side) -> tuple[CheckResult, ...]:
    """Check that both sides can be asked, but for one that is said to be gone."""
    return check_reached(move.source, move.target, admin, sessions, seconds=SECONDS, gone=gone)


def drop(move: MariaMove, listed: Sequence[Removal], sessions: Sessions) -> None:
    """Take away what is listed, in its order; fences stay as they are."""
    if any(removal.side is Side.TARGET for removal in listed):
        end_seeding(move, sessions.open(files(move.target), seconds=SECONDS))
    for removal in listed:
        session = sessions.open(removal.voice, seconds=SECONDS)
        if removal.name == "connection":
            forget(move, session)  # where there is none, its statements would be refused
            restore(session)
        else:
            session.ask(removal.text, SECONDS)


def _users(move: MariaMove, other: DatabaseServer) -> str:
    ours = (f"{move.follower}@{other.address}", f"{PROBER}@localhost")
    return f"{unprobed(move.roles)}\nDROP USER IF EXISTS {', '.join(map(account, ours))};"
