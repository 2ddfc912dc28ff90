"""The `Mover` port for a whole disk: passes there, and a way back that nothing follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from orchestrator.adapters.movers.rehost import dropping, prepare, status, window
from orchestrator.adapters.movers.rehost.frozen import frozen
from orchestrator.adapters.movers.rehost.observe import observe
from orchestrator.adapters.movers.rehost.rehearsing import Clone, CloneRehearser, rehearsal
from orchestrator.adapters.movers.rehost.shell import final
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.errors import MigrateError, Refused
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import RehostMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Progress, Rehearser, Sessions


class DiskMover:
    """Moves a disk by passes over its chunks."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, move: RehostMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask the source and the keeper, change nothing."""
        with KeptSessions(self._sessions) as sessions:
            return observe(move, sessions)

    def ensure_prepared(self, move: RehostMove) -> None:
        """Make both machines ready."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_prepared(move, sessions)

    def ensure_seeding(self, move: RehostMove) -> None:
        """Begin the first passes; they go on by themselves."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_seeding(move, sessions)

    def progress(self, move: RehostMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is; nothing ever goes back."""
        del back
        with KeptSessions(self._sessions) as sessions:
            return status.progress(move, sessions)

    def gate(self, move: RehostMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin; back, that nothing follows is what a person has to accept."""
        if back:
            return (CheckResult.of("move.gate.one-way", False),)
        with KeptSessions(self._sessions) as sessions:
            return window.gate(move, sessions)

    def ensure_reverse(self, move: RehostMove, attempt: int, *, back: bool = False) -> None:
        """Run a pass, so that little is left for the frozen section, and make its programs ready. Nothing follows back.

        Raises:
            Refused: `rehost.no-server`.
        """
        del attempt
        if move.server is None:
            raise Refused("rehost.no-server", system=move.system)
        if back:
            return
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_prepared(move, sessions)
            prepare.ensure_current(move, sessions)
            clone = Clone(move, sessions, final(move))
            clone.ensure_gone()
            clone.install()

    def frozen(self, move: RehostMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return frozen(move, attempt, back=back)

    def ensure_settled(self, move: RehostMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Take away on the keeper what was made for the server: the cloud has it.

        Raises:
            MigrateError: `rehearsal.left`.
        """
        del attempt, opened, back
        with KeptSessions(self._sessions) as sessions:
            if left := Clone(move, sessions, final(move)).ensure_gone():
                raise MigrateError("rehearsal.left", system=move.system, left=", ".join(left))

    def verify(self, move: RehostMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare every chunk of the source and its copy, and after the opening have the server answer."""
        with KeptSessions(self._sessions) as sessions:
            return (*status.verify(move, sessions), *(() if back else window.answering(move, sessions)))

    def rehearsal(self, move: RehostMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        del attempt
        return rehearsal(move)

    @contextmanager
    def rehearser(self, move: RehostMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with KeptSessions(self._sessions) as sessions:
            yield CloneRehearser(move, attempt, sessions)

    def ensure_unrehearsed(self, move: RehostMove) -> tuple[str, ...]:
        """Take a rehearsal's copy away; return what is left all the same."""
        with KeptSessions(self._sessions) as sessions:
            return Clone(move, sessions).ensure_gone()

    def counted(self, move: RehostMove, written: Written, *, back: bool = False) -> Counted:
        """Count nothing: no client of ours writes into a disk."""
        del move, written, back
        return Counted(lost=0, duplicated=0, unacknowledged=0)

    def unreplicated(self, move: RehostMove) -> Mapping[str, int]:
        """Return, by folder of the server, how many of its files changed since it opened."""
        with KeptSessions(self._sessions) as sessions:
            return window.changed(move, sessions)

    def standing(self, move: RehostMove) -> Standing:
        """Return nothing: the keeper had nothing of it."""
        del move
        return Standing(cluster="")

    def removals(self, move: RehostMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return everything of ours on both machines, the copy only with `brought`."""
        return dropping.removals(move, data=brought is not None)

    def droppable(self, move: RehostMove, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both machines can be asked."""
        del brought, data
        with KeptSessions(self._sessions) as sessions:
            return dropping.droppable(move, sessions, gone=gone)

    def drop(self, move: RehostMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed; nothing of it stays."""
        with KeptSessions(self._sessions) as sessions:
            dropping.drop(move, listed, sessions)
        return ()
