"""Passes that go on by themselves on the machine which copies, and tell in our folder there how they stand.

Of every kind that has them: `seeded` stands once the first ones are over, `lock` is held while one runs, `pid` is the
group they run in, `failed` has what the last one said.
"""

from __future__ import annotations

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.ports.move import Session

_SECONDS = 30.0


def seeded(folder: str, session: Session) -> bool:
    """Tell whether the first passes are over."""
    return session.ask(f"[ ! -e {folder}/seeded ] || echo yes", _SECONDS) == "yes"


def running(folder: str, session: Session) -> bool:
    """Tell whether passes run: their lock is held for as long as they do, and by nobody once they are dead."""
    lock = f"{folder}/lock"
    return session.ask(f"[ ! -e {lock} ] || flock -n {lock} true || echo yes", _SECONDS) == "yes"


def require_passing(folder: str, session: Session, *, system: str, method: str) -> None:
    """Check that the last passes did not fail.

    Raises:
        MigrateError: `move.seed-failed`.
    """
    failed = f"{folder}/failed"
    said = session.ask(f"[ ! -e {failed} ] || {{ echo failed; cat {failed}; }}", _SECONDS)
    if said:
        told = plain(said.partition("\n")[2])
        raise MigrateError("move.seed-failed", system=system, step=method, said=told or "-")


def end_passing(folder: str, session: Session) -> None:
    """End passes that run."""
    session.ask(
        f'[ ! -e {folder}/lock ] || {{ kill -TERM -- "-$(cat {folder}/pid)" 2>/dev/null; rm -f {folder}/pid;'
        f" flock -w 20 {folder}/lock true; }}",
        _SECONDS,
    )
