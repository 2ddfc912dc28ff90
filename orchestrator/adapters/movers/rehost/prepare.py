"""Makes both machines ready: our folder and programs, a key for the keeper, and the first passes."""

from __future__ import annotations

import shlex

from orchestrator.adapters.movers.letting_in import ensure_let_in, written
from orchestrator.adapters.movers.rehost.shell import LONG, SECONDS, does, door, home, opened, program, there, told, way
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.move import RehostMove
from orchestrator.ports.move import Session, Sessions

_PASSES = "passes.py"


def ensure_prepared(move: RehostMove, sessions: Sessions) -> None:
    """Put our programs on both machines and let the keeper in at the source.

    Raises:
        MigrateError: as `ensure_let_in`.
    """
    source, keeper = opened(move.source, sessions), opened(move.target, sessions)
    source.ask(f"mkdir -p -m 700 {there(move)}", SECONDS)
    source.ask(written(there(move), "door", door(move)), SECONDS)
    folder = home(move)
    keeper.ask(f"mkdir -p -m 700 {folder}", SECONDS)
    keeper.ask(written(folder, _PASSES, program(_PASSES)), SECONDS)
    keeper.ask(written(folder, "told.json", told(move)), SECONDS)
    ensure_let_in(way(move), sessions, keeper)


def ensure_seeding(move: RehostMove, sessions: Sessions) -> None:
    """Begin the first passes on the keeper, by a process of its own there; the source goes on."""
    keeper = opened(move.target, sessions)
    if seeded(move, keeper) or running(move, keeper):
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


def seeded(move: RehostMove, keeper: Session) -> bool:
    """Tell whether the first passes are over."""
    return keeper.ask(f"[ ! -e {home(move)}/seeded ] || echo yes", SECONDS) == "yes"


def running(move: RehostMove, keeper: Session) -> bool:
    """Tell whether a pass runs: its lock is held for as long as it does, and by nobody once it is dead."""
    lock = f"{home(move)}/lock"
    return keeper.ask(f"[ ! -e {lock} ] || flock -n {lock} true || echo yes", SECONDS) == "yes"


def require_passing(move: RehostMove, keeper: Session) -> None:
    """Check that the last pass did not fail.

    Raises:
        MigrateError: `move.seed-failed`.
    """
    failed = f"{home(move)}/failed"
    said = keeper.ask(f"[ ! -e {failed} ] || {{ echo failed; cat {failed}; }}", SECONDS)
    if said:
        cause = plain(said.partition("\n")[2])
        raise MigrateError("move.seed-failed", system=move.system, step=str(move.method), said=cause or "-")


def end_passing(move: RehostMove, keeper: Session) -> None:
    """End passes that run."""
    folder = home(move)
    keeper.ask(
        f'[ ! -e {folder}/lock ] || {{ kill -TERM -- "-$(cat {folder}/pid)" 2>/dev/null; rm -f {folder}/pid;'
        f" flock -w 20 {folder}/lock true; }}",
        SECONDS,
    )
