"""How far the passes are, whether a cutover may begin, and whether both sides have the same bytes."""

from __future__ import annotations

import json

from orchestrator.adapters.movers.passing import require_passing, running, seeded
from orchestrator.adapters.movers.rehost.prepare import same
from orchestrator.adapters.movers.rehost.shell import SECONDS, home, opened
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.move import RehostMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Passed, Progress, Session, Sessions, TableProgress

_USED = "[ ! -e {folder}/disk.raw ] || du -k {folder}/disk.raw | cut -f 1"


def passed(move: RehostMove, keeper: Session) -> tuple[Passed, float] | None:
    """Return the last pass and its age in seconds; None where there was none."""
    folder = home(move)
    said = keeper.ask(f"[ ! -e {folder}/passes ] || {{ tail -n 1 {folder}/passes; date +%s; }}", SECONDS).split()
    if len(said) != 5 or not all(word.isdigit() for word in said):
        return None
    at, took, chunks, size, now = map(int, said)
    return Passed(seconds=took / 100, entries=chunks, bytes=size), float(now - at)


def progress(move: RehostMove, sessions: Sessions) -> Progress:
    """Tell how far the copy is.

    Raises:
        MigrateError: `move.seed-failed`.
    """
    keeper = opened(move.target, sessions)
    done, runs, last = seeded(home(move), keeper), running(home(move), keeper), passed(move, keeper)
    if not runs:
        require_passing(home(move), keeper, system=move.system, method=str(move.method))
    kept = keeper.ask(_USED.format(folder=home(move)), SECONDS).strip()
    state = "following" if done else "copying" if runs else "waiting"
    table = TableProgress(
        database=move.databases[0],
        table="",
        state=state,
        bytes_done=move.size if done else min(int(kept) * 1024 if kept.isdigit() else 0, move.size),
        bytes_all=move.size,
    )
    return Progress(
        tables=(table,),
        streaming=done and last is not None,
        lag_bytes=None,
        lag_seconds=last[1] if done and last else None,
        oldest_transaction=0.0,
        prepared=0,
        passed=last[0] if last else None,
    )


def verify(move: RehostMove, sessions: Sessions) -> tuple[CheckResult, ...]:
    """Compare every chunk of both sides.

    What differs beside a system that runs is what it wrote since the last pass: nobody can tell whether anything else
    is among it, so it is unknown and not wrong.
    """
    try:
        found = json.loads(same(move, sessions))
        differ, chunks, digest = int(found["differ"]), int(found["chunks"]), str(found["digest"])
    except (ValueError, KeyError, TypeError) as error:
        raise MigrateError("move.files-answer", said=plain(str(error), 60)) from error
    return (
        CheckResult(
            code="move.verify.disk",
            status=CheckStatus.UNKNOWN if differ else CheckStatus.PASS,
            subject=move.databases[0],
            values={"chunks": str(chunks), "differ": str(differ), "digest": plain(digest, 64)},
        ),
    )
