"""The `Mover` port for a file system, by rsync or by tar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from orchestrator.adapters.movers.files import dropping, prepare, reverse, status
from orchestrator.adapters.movers.files import verify as verifying
from orchestrator.adapters.movers.files.frozen import frozen
from orchestrator.adapters.movers.files.observe import observe
from orchestrator.adapters.movers.files.rehearsing import Copy, CopyRehearser, rehearsal
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import FilesMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Progress, Rehearser, Sessions


class FilesMover:
    """Moves a tree by passes."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def observe(self, move: FilesMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides, change nothing."""
        with KeptSessions(self._sessions) as sessions:
            return observe(move, sessions)

    def ensure_prepared(self, move: FilesMove) -> None:
        """Make both sides ready and close the target."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_prepared(move, sessions)

    def ensure_seeding(self, move: FilesMove) -> None:
        """Begin the first passes; they go on by themselves."""
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_seeding(move, sessions)

    def progress(self, move: FilesMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is; `back` asks about the way from target to source."""
        with KeptSessions(self._sessions) as sessions:
            return status.progress(move, sessions, back=back)

    def gate(self, move: FilesMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now."""
        with KeptSessions(self._sessions) as sessions:
            return status.gate(move, sessions, back=back)

    def ensure_reverse(self, move: FilesMove, attempt: int, *, back: bool = False) -> None:
        """Run passes, so that little is left for the frozen section. Nothing follows by itself afterwards.

        A way back needs nothing set up before: once the other side is open, passes simply go the other way.
        """
        del attempt
        with KeptSessions(self._sessions) as sessions:
            prepare.ensure_current(move, sessions, back=back)

    def frozen(self, move: FilesMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return frozen(move, attempt, back=back)

    def ensure_settled(self, move: FilesMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Let passes go the other way after an opening."""
        with KeptSessions(self._sessions) as sessions:
            reverse.ensure_settled(move, attempt, sessions, was_opened=opened, back=back)

    def verify(self, move: FilesMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides."""
        with KeptSessions(self._sessions) as sessions:
            return verifying.verify(move, sessions, back=back)

    def rehearsal(self, move: FilesMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        return rehearsal(move, attempt)

    @contextmanager
    def rehearser(self, move: FilesMove, attempt: int) -> Iterator[Rehearser]:
        """Return what does them."""
        with KeptSessions(self._sessions) as sessions:
            yield CopyRehearser(move, attempt, sessions)

    def ensure_unrehearsed(self, move: FilesMove) -> tuple[str, ...]:
        """Take a rehearsal's copy away; return what is left all the same."""
        with KeptSessions(self._sessions) as sessions:
            return Copy(move, sessions).ensure_gone()

    def counted(self, move: FilesMove, written: Written, *, back: bool = False) -> Counted:
        """Count nothing: no programme can declare a client of ours that writes rows into files."""
        del move, written, back
        return Counted(lost=0, duplicated=0, unacknowledged=0)

    def unreplicated(self, move: FilesMove) -> Mapping[str, int]:
        """Return, by path, how many entries of the target changed since the source got the last of them."""
        with KeptSessions(self._sessions) as sessions:
            return {move.target.path: reverse.changed_since(move, sessions, back=True)}

    def standing(self, move: FilesMove) -> Standing:
        """Return nothing: what a copy brought is not taken away again by us."""
        del move
        return Standing(cluster="")

    def removals(self, move: FilesMove, brought: Standing | None = None) -> tuple[Removal, ...]:
        """Return everything of ours on both sides."""
        del brought
        return dropping.removals(move)

    def droppable(self, move: FilesMove, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both sides can be asked."""
        del brought, data
        with KeptSessions(self._sessions) as sessions:
            return dropping.droppable(move, sessions, gone=gone)

    def drop(self, move: FilesMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed; nothing of it stays."""
        with KeptSessions(self._sessions) as sessions:
            dropping.drop(move, listed, sessions)
        return ()
