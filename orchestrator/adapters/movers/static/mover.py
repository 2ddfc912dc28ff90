"""The `Mover` port for a static site: its files' mover, and beside it what both sides answer from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestrator.adapters.movers.files.mover import FilesMover
from orchestrator.adapters.movers.static import pages
from orchestrator.adapters.routes import haproxy
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.model.move import FilesMove, StaticMove
from orchestrator.model.result import CheckResult


class StaticMover(FilesMover):
    """Moves a tree by passes, and asks for its pages."""

    def observe(self, move: FilesMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides, and ask them for pages; change nothing."""
        here, there = super().observe(move)
        if not isinstance(move, StaticMove):
            return here, there
        with KeptSessions(self._sessions) as sessions:
            more_here, more_there = pages.observed(move, sessions)
        return {**here, **more_here}, {**there, **more_there}

    def ensure_reverse(self, move: FilesMove, attempt: int, *, back: bool = False) -> None:
        """Run passes; a proxy that does not know yet where the target is, or forgot it, is told."""
        super().ensure_reverse(move, attempt, back=back)
        if isinstance(move, StaticMove) and move.proxy:
            with KeptSessions(self._sessions) as sessions:
                haproxy.ensure_aimed(move.proxy, move.target.address, move.pages.port, sessions)

    def gate(self, move: FilesMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now, and that the side which opens serves already."""
        found = super().gate(move, back=back)
        return (*found, pages.answered(move, move.ends(back=back)[1])) if isinstance(move, StaticMove) else found

    def verify(self, move: FilesMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides' trees; and what they answer, once the target is open, for until then it lags behind."""
        found = super().verify(move, back=back)
        if not isinstance(move, StaticMove):
            return found
        if back:
            return (*found, pages.answered(move, move.source))
        with KeptSessions(self._sessions) as sessions:
            return (*found, *pages.alike(move, sessions))
