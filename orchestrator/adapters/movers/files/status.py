"""How far the passes are, and whether a frozen section may begin now."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.adapters.movers.files.shell import SECONDS, home, opened, side
from orchestrator.adapters.movers.passing import require_passing, running, seeded
from orchestrator.model.move import FilesMove
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Passed, Progress, Session, Sessions, TableProgress

_USED = "df -Pk {folder}/tree | awk 'NR == 2 {{ printf \"%d\", $3 * 1024 }}'"
_YOUNG = 600.0  # seconds after which more has changed than a last pass was seen to take


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass that was gone through, as the target wrote it down; `age` in seconds."""

    told: Passed
    age: float
    back: bool


def passed(move: FilesMove, target: Session) -> Pass | None:
    """Return the last pass; None where there was none."""
    folder = home(move)
    said = target.ask(f"[ ! -e {folder}/passes ] || {{ tail -n 1 {folder}/passes; date +%s; }}", SECONDS)
    words = said.split()
    if len(words) != 6:
        return None
    at, took, entries, size, way, now = words
    told = Passed(seconds=int(took) / 100, entries=int(entries), bytes=int(size))
    return Pass(told=told, age=float(int(now) - int(at)), back=way == "back")


def progress(move: FilesMove, sessions: Sessions, *, back: bool) -> Progress:
    """Tell how far the copy is.

    Raises:
        MigrateError: `move.seed-failed`.
    """
    target = opened(move.target, sessions)
    done, runs, last = seeded(home(move), target), running(home(move), target), passed(move, target)
    if not runs:
        require_passing(home(move), target, system=move.system, method=str(move.method))
    asked = _USED.format(folder=home(move))
    leaving, opening = (opened(server, sessions) for server in move.ends(back=back))
    size, there = (int(session.ask(asked, SECONDS)) for session in (leaving, opening))
    path = move.ends(back=back)[0].path
    state = "following" if done else "copying" if runs else "waiting"
    table = TableProgress(
        database=path, table="", state=state, bytes_done=size if done else min(size, there), bytes_all=size
    )
    good = done and last is not None and last.back is back
    return Progress(
        tables=(table,),
        streaming=good,
        lag_bytes=None,
        lag_seconds=last.age if good and last else None,
        oldest_transaction=0.0,
        prepared=0,
        passed=last.told if last else None,
    )


def gate(move: FilesMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Check that the last pass was good, young and short enough, and that nobody holds what the fence must have."""
    leaving, opening = move.ends(back=back)
    last = passed(move, opened(move.target, sessions))
    if last is None or last.back is not back or last.age > _YOUNG:
        return (CheckResult.of("move.gate.pass", False, seconds="-" if last is None else f"{last.age:.0f}"),)
    limit = move.limits.catch_up.total_seconds()
    closed = opened(opening, sessions).ask(side(move, "options"), SECONDS)
    here = opened(leaving, sessions)
    found = here.ask(side(move, "options"), SECONDS)
    results = [
        CheckResult.of("move.gate.pass", True, seconds=f"{last.age:.0f}"),
        CheckResult.of(
            "move.gate.pass-time", last.told.seconds < limit, seconds=f"{last.told.seconds:.1f}", limit=f"{limit:g}"
        ),
        CheckResult.of("move.gate.closed", closed == "ro rw", opening.path, found=closed),
        CheckResult.of("move.gate.mounted", found == "rw rw", leaving.path, found=found),
    ]
    if not leaving.stop:
        # With a service of its own that is ended first, it is that which has them open.
        who = here.ask(side(move, "writers"), SECONDS).strip()
        results.append(CheckResult.of("move.gate.writers", not who, leaving.path, who=who or "-"))
    return tuple(results)
