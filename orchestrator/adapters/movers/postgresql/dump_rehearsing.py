"""The rehearsal of a dump: the very lines that copy and add up, into the target, while the source goes on.

No clone is needed, for nobody uses the target before it opens; applications may not even log in to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from orchestrator.adapters.movers.postgresql import dump_target as target
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.dump_frozen import copy_lines, dump_frozen, sum_lines
from orchestrator.adapters.movers.postgresql.prepare import ensure_roles
from orchestrator.adapters.movers.postgresql.verify import insert, sequences, shape
from orchestrator.model.frozen import Frozen
from orchestrator.model.move import DatabaseMove
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Sessions


def dump_rehearsal(move: DatabaseMove, attempt: int) -> Rehearsal:
    """Return the steps; pure. The lines are those of the very section that would run."""
    run = {line.name: line for line in (*copy_lines(move), *sum_lines(move))}
    steps = (
        _step("fits", Place.TARGET, vital=True),
        _step("empty", Place.TARGET, makes=True),
        *(RehearsalStep(name=name, place=Place.TARGET, limit=line.deadline, line=True) for name, line in run.items()),
        _step("insert", Place.TARGET),
        _step("remove", Place.TARGET),
    )
    skipped = tuple(line.name for line in dump_frozen(move, attempt).lines if line.name not in run)
    return Rehearsal(steps=steps, skipped=skipped)


class DumpRehearser:
    """The `Rehearser` port.

    Args:
        kept: for what is asked.
        sessions: for what must not leave a session in a database that is made anew.
    """

    def __init__(self, move: DatabaseMove, attempt: int, *, kept: Sessions, sessions: Sessions) -> None:
        self._move = move
        self._attempt = attempt
        self._kept = kept
        self._sessions = sessions

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        doers: Mapping[str, Callable[[], Sequence[CheckResult] | None]] = {
            "fits": lambda: target.gate(self._move, self._kept),
            "empty": self._empty,
            "insert": lambda: tuple(self._insert()),
        }
        return doers[step]() or ()

    def frozen(self) -> Frozen:
        """Return the lines that copy and add up; the source is written to, so its sum may be another."""
        section = dump_frozen(self._move, self._attempt)
        lines = (*copy_lines(self._move), *sum_lines(self._move))
        spoken = {line.voice for line in lines} | {
            f"{side}/{self._move.databases[0]}" for side in ("leaving", "opening")
        }
        return replace(section, voices=tuple(each for each in section.voices if each.name in spoken), lines=lines)

    def floor(self) -> float:
        """Return nothing: beside what is copied, an answer of the pooler does not count."""
        return 0.0

    def _empty(self) -> None:
        ensure_roles(self._move, self._kept)
        target.ensure_empty(self._move, self._kept, self._sessions)

    def _insert(self) -> Iterator[CheckResult]:
        for database in self._move.databases:
            one = self._kept.open(admin(self._move.source, database), seconds=SECONDS)
            other = self._kept.open(admin(self._move.target, database), seconds=SECONDS)
            yield from shape(database, one, other)
            yield from sequences(database, other)
            yield from insert(self._move, database, other)


def _step(name: str, place: Place, *, vital: bool = False, makes: bool = False) -> RehearsalStep:
    limit = timedelta(seconds=SECONDS * 20)
    return RehearsalStep(name=name, place=place, limit=limit, vital=vital, makes=makes)
