"""The `Mover` port for a file system and databases that move as one: asks the mover of each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from orchestrator.adapters.movers.webapp.frozen import frozen
from orchestrator.adapters.movers.webapp.rehearsing import PartsRehearser, together
from orchestrator.errors import MigrateError
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import OnePart, WebappMove, parts
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Mover, Progress, Rehearser


class WebappMover:
    """Moves all parts.

    Args:
        movers: moves one part, of whichever kind.
    """

    def __init__(self, movers: Mover[Any]) -> None:
        self._movers = movers

    def observe(self, move: WebappMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides of each part; its facts stand under its kind."""
        told = {str(part.kind): self._movers.observe(part) for part in parts(move)}
        return {kind: here for kind, (here, _) in told.items()}, {kind: there for kind, (_, there) in told.items()}

    def ensure_prepared(self, move: WebappMove) -> None:
        """Make the targets of all parts ready."""
        for part in parts(move):
            self._movers.ensure_prepared(part)

    def ensure_seeding(self, move: WebappMove) -> None:
        """Begin every part's copy."""
        for part in parts(move):
            self._movers.ensure_seeding(part)

    def progress(self, move: WebappMove, *, back: bool = False) -> Progress:
        """Tell how far all copies are; what follows by itself is the database's, passes are the files'."""
        files = self._movers.progress(move.files, back=back)
        database = self._movers.progress(move.database, back=back)
        return replace(
            database,
            # A part of which nothing is told yet is not whole.
            tables=(*files.tables, *database.tables) if files.tables and database.tables else (),
            streaming=files.streaming and database.streaming,
            errors=(*files.errors, *database.errors),
            passed=files.passed,
        )

    def gate(self, move: WebappMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section of all parts may begin now."""
        return [check for part in parts(move) for check in self._movers.gate(part, back=back)]

    def ensure_reverse(self, move: WebappMove, attempt: int, *, back: bool = False) -> None:
        """Set up what comes before the frozen section; files first, whose passes may take long."""
        for part in parts(move):
            self._movers.ensure_reverse(part, attempt, back=back)

    def frozen(self, move: WebappMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the one frozen section."""
        files, database = (self._movers.frozen(part, attempt, back=back) for part in parts(move))
        return frozen(move, files, database)

    def ensure_settled(self, move: WebappMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Finish every part after the decision."""
        _each(move, lambda part: self._movers.ensure_settled(part, attempt, opened=opened, back=back))

    def verify(self, move: WebappMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides of every part."""
        return [check for part in parts(move) for check in self._movers.verify(part, back=back)]

    def rehearsal(self, move: WebappMove, attempt: int) -> Rehearsal:
        """Return the steps of all rehearsals."""
        return together({part.kind: self._movers.rehearsal(part, attempt) for part in parts(move)})

    @contextmanager
    def rehearser(self, move: WebappMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with ExitStack() as stack:
            yield PartsRehearser(
                {part.kind: stack.enter_context(self._movers.rehearser(part, attempt)) for part in parts(move)}
            )

    def ensure_unrehearsed(self, move: WebappMove) -> tuple[str, ...]:
        """Take every clone away; return what is left all the same."""
        left: list[str] = []
        _each(move, lambda part: left.extend(self._movers.ensure_unrehearsed(part)))
        return tuple(left)

    def counted(self, move: WebappMove, written: Written, *, back: bool = False) -> Counted:
        """Count the database's rows: that is where a client of ours writes."""
        return self._movers.counted(move.database, written, back=back)

    def unreplicated(self, move: WebappMove) -> Mapping[str, int]:
        """Return the database's rows. No file is lost by a way back: where passes do not reach, none begins."""
        return self._movers.unreplicated(move.database)

    def standing(self, move: WebappMove) -> Standing:
        """Return what of the database's names the target has; a file system is never taken away again."""
        return self._movers.standing(move.database)

    def removals(self, move: WebappMove, brought: Standing | None = None) -> Sequence[Removal]:
        """Return everything of ours on both sides of every part, and with `brought` the database's data."""
        return [removal for part in parts(move) for removal in self._movers.removals(part, brought)]

    def droppable(self, move: WebappMove, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both sides of every part can be asked, and that the database was brought and nobody uses it."""
        return [check for part in parts(move) for check in self._movers.droppable(part, brought, gone=gone, data=data)]

    def drop(self, move: WebappMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed; return what stays."""
        files = frozenset(self._movers.removals(move.files))
        left = self._movers.drop(move.files, [each for each in listed if each in files])
        return [*left, *self._movers.drop(move.database, [each for each in listed if each not in files])]


def _each(move: WebappMove, act: Callable[[OnePart], None]) -> None:
    """Do something with every part, also where another one's failed.

    Raises:
        MigrateError: the first that failed.
    """
    failed: MigrateError | None = None
    for part in parts(move):
        try:
            act(part)
        except MigrateError as error:
            failed = failed or error
    if failed:
        raise failed
