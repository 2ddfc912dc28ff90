"""The rehearsal of a file system's cutover: its list, and the doing of each step, on a copy beside the target's tree.

The copy has our folder's shape, so that the very lines of the section that the opening side hears are said to it. What
is said to the source would hold writers: it is timed by an answer that changes nothing. No service is started, and
nothing is mounted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median

from orchestrator.adapters.movers.files.frozen import frozen
from orchestrator.adapters.movers.files.prepare import PROGRAMS, ensure_current
from orchestrator.adapters.movers.files.shell import LONG, SECONDS, home, opened, program
from orchestrator.adapters.movers.files.verify import differ, results
from orchestrator.adapters.movers.letting_in import written
from orchestrator.adapters.movers.throwaway import ended, remains
from orchestrator.model.frozen import Frozen, Line
from orchestrator.model.move import FilesMove
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Sessions

_REMOVE = 600.0
_ROOM, _SPARE = 1.05, 64 * 1024**2
_ANSWERS = 5
# Said to the opening side, and yet not to a copy: it is open as it is, serves nobody, and the source goes on changing.
_APART = frozenset({"prove-names", "unlock", "start-service"})


def rehearsal(move: FilesMove, attempt: int) -> Rehearsal:
    """Return the steps; pure. The lines are those of the very section that would run."""
    section = frozen(move, attempt)
    on_copy = [line for line in section.lines if _on_copy(line)]
    steps = (
        _step("room", Place.TARGET, SECONDS, vital=True),
        _step("reach", Place.SOURCE, SECONDS),
        _step("passes", Place.TARGET, LONG),
        _step("duplicate", Place.TARGET, LONG, makes=True),
        *(RehearsalStep(name=line.name, place=Place.CLONE, limit=line.deadline, line=True) for line in on_copy),
        _step("compare", Place.CLONE, LONG),
        _step("remove", Place.TARGET, _REMOVE),
    )
    names = {line.name for line in on_copy}
    return Rehearsal(steps=steps, skipped=tuple(line.name for line in section.lines if line.name not in names))


class Copy:
    """The copy of one system's tree on the target; `move` names it as if it were a move of its own."""

    def __init__(self, move: FilesMove, sessions: Sessions) -> None:
        # No system's slug has a point in it.
        self.move = replace(move, slug=f"{move.slug}.rehearsal")
        self._move = move
        self._sessions = sessions

    def room(self) -> tuple[CheckResult, ...]:
        """Check that there is room; what a rehearsal that nobody remembers has left is taken away first."""
        self.ensure_gone()
        target = opened(self._move.target, self._sessions)
        used = target.ask(f"df -Pk {home(self._move)}/tree | awk 'NR == 2 {{ printf \"%d\", $3 }}'", SECONDS)
        free = target.ask(f"df -Pk {home(self._move)} | awk 'NR == 2 {{ printf \"%d\", $4 }}'", SECONDS)
        needed = int(int(used) * 1024 * _ROOM) + _SPARE
        return (CheckResult.of("rehearsal.disk", int(free) * 1024 >= needed, needed=needed, free=int(free) * 1024),)

    def make(self) -> None:
        """Copy the tree, its bytes shared with it where the file system can."""
        target = opened(self._move.target, self._sessions)
        ours, theirs = home(self.move), home(self._move)
        target.ask(f"mkdir -m 700 {ours} && mkdir -m 700 {ours}/work {ours}/decided && : >{ours}/plain", SECONDS)
        for name in PROGRAMS:
            target.ask(written(ours, name, program(self.move, self._move.target, name)), SECONDS)
        target.ask(f"ln -s {theirs}/key {theirs}/known_hosts {theirs}/line {ours}", SECONDS)
        target.ask(f"cp -a --reflink=auto {theirs}/tree {ours}/tree </dev/null", LONG)

    def ensure_gone(self) -> tuple[str, ...]:
        """End what still works at it, take it away, and return what is left all the same."""
        target = opened(self._move.target, self._sessions)
        target.ask(ended(home(self.move)), _REMOVE)
        return tuple(target.ask(remains(home(self.move)), SECONDS).splitlines())


class CopyRehearser:
    """The `Rehearser` port."""

    def __init__(self, move: FilesMove, attempt: int, sessions: Sessions) -> None:
        self._move = move
        self._attempt = attempt
        self._sessions = sessions
        self._copy = Copy(move, sessions)
        self._floor = 0.0

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        match step:
            case "room":
                return self._copy.room()
            case "reach":
                self._reach()
            case "passes":
                ensure_current(self._move, self._sessions, back=False)
            case "duplicate":
                self._copy.make()
            case "compare":
                return tuple(results(differ(self._copy.move, self._sessions, back=True), self._move, back=True))
        return ()

    def frozen(self) -> Frozen:
        """Return the lines that the copy hears."""
        return frozen_on_copy(self._copy.move, self._attempt)

    def floor(self) -> float:
        """Return the seconds that the lines which are not run take at least."""
        return self._floor

    def _reach(self) -> None:
        """Time an answer of the source, for each line of it that holds writers and is not run."""
        source, trips = opened(self._move.source, self._sessions), []
        for _ in range(_ANSWERS):
            began = time.monotonic()
            source.ask("true", SECONDS)
            trips.append(time.monotonic() - began)
        lines = frozen(self._move, self._attempt).lines
        self._floor = median(trips) * sum(line.counts and not line.beside and not _on_copy(line) for line in lines)


def frozen_on_copy(copied: FilesMove, attempt: int) -> Frozen:
    """Return the section's lines as a copy hears them; pure."""
    section = frozen(copied, attempt)
    return replace(
        section,
        voices=tuple(each for each in section.voices if each.name == "opening"),
        lines=tuple(replace(line, undo=None) for line in section.lines if _on_copy(line)),
        claim=replace(section.claim, silence=()),
    )


def _on_copy(line: Line) -> bool:
    return line.voice == "opening" and line.name not in _APART


def _step(name: str, place: Place, seconds: float, *, vital: bool = False, makes: bool = False) -> RehearsalStep:
    return RehearsalStep(name=name, place=place, limit=timedelta(seconds=seconds), vital=vital, makes=makes)
