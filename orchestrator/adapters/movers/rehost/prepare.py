"""Makes both machines ready: our folder and programs, a key for the keeper, and the first passes."""

from __future__ import annotations

import shlex

from orchestrator.adapters.movers.letting_in import ensure_let_in, written
from orchestrator.adapters.movers.passing import running, seeded
from orchestrator.adapters.movers.rehost.shell import (
    LONG,
    SECONDS,
    does,
    door,
    home,
    opened,
    program,
    side_program,
    there,
    told,
    way,
)
from orchestrator.model.move import RehostMove
from orchestrator.ports.move import Sessions

_PASSES = "passes.py"


def ensure_prepared(move: RehostMove, sessions: Sessions) -> None:
    """Put our programs on both machines and let the keeper in at the source.

    Raises:
        MigrateError: as `ensure_let_in`.
    """
    source, keeper = opened(move.source, sessions), opened(move.target, sessions)
    source.ask(f"mkdir -p -m 700 {there(move)}", SECONDS)
    source.ask(written(there(move), "door", door(move)), SECONDS)
    source.ask(written(there(move), "side", side_program(move)), SECONDS)
    folder = home(move)
    keeper.ask(f"mkdir -p -m 700 {folder}", SECONDS)
    keeper.ask(written(folder, _PASSES, program(_PASSES)), SECONDS)
    keeper.ask(written(folder, "told.json", told(move)), SECONDS)
    ensure_let_in(way(move), sessions, keeper)


def ensure_seeding(move: RehostMove, sessions: Sessions) -> None:
    """Begin the first passes on the keeper, by a process of its own there; the source goes on."""
    keeper = opened(move.target, sessions)
    if seeded(home(move), keeper) or running(home(move), keeper):
        return
    folder = home(move)
    # Its own group, so that it goes on without us and can be ended with all that it began.
    keeper.ask(f"rm -f {folder}/failed", SECONDS)
    inner = f"echo $$ >{folder}/pid; exec {does(folder, _PASSES, 'live')}"
    keeper.ask(f"setsid sh -c {shlex.quote(inner)} >/dev/null 2>&1 </dev/null &", SECONDS)


def ensure_current(move: RehostMove, sessions: Sessions) -> None:
    """Run a pass and wait for it.

    Raises:
        MigrateError: `session.error` with what was said.
    """
    opened(move.target, sessions).ask(does(home(move), _PASSES, "pass"), LONG)


def same(move: RehostMove, sessions: Sessions) -> str:
    """Have both sides read whole and return the answer, which is JSON."""
    return opened(move.target, sessions).ask(does(home(move), _PASSES, "same"), LONG)
