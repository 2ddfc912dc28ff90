"""The kinds of data that move: one table, kind and method to mover, and the one mover that asks whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from orchestrator.adapters.movers.external.mover import ToolMover
from orchestrator.adapters.movers.files.mover import FilesMover
from orchestrator.adapters.movers.led import LedMover
from orchestrator.adapters.movers.mariadb.mover import GtidMover
from orchestrator.adapters.movers.postgresql.dump import DumpMover
from orchestrator.adapters.movers.postgresql.mover import LogicalMover
from orchestrator.adapters.movers.postgresql.physical import PhysicalMover
from orchestrator.adapters.movers.rehost.mover import DiskMover
from orchestrator.adapters.movers.static.mover import StaticMover
from orchestrator.adapters.movers.webapp.mover import WebappMover
from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen
from orchestrator.model.life import Side
from orchestrator.model.move import AnyMove, Kind, Method, routes_of
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult
from orchestrator.model.routes import Routes
from orchestrator.model.written import Counted, Written
from orchestrator.ports.move import Mover, Progress, Rehearser, Sessions


class Movers:
    """Does everything by the mover of the move's kind and method."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._table: Mapping[tuple[Kind, Method], Mover[Any]] = {
            (Kind.POSTGRESQL, Method.LOGICAL): LogicalMover(sessions),
            (Kind.POSTGRESQL, Method.PHYSICAL): PhysicalMover(sessions),
            (Kind.POSTGRESQL, Method.DUMP): DumpMover(sessions),
            (Kind.MARIADB, Method.LOGICAL): GtidMover(sessions),
            (Kind.FILES, Method.RSYNC): FilesMover(sessions),
            (Kind.FILES, Method.TAR): FilesMover(sessions),
            (Kind.STATIC, Method.RSYNC): StaticMover(sessions),
            (Kind.STATIC, Method.TAR): StaticMover(sessions),
            (Kind.WEBAPP, Method.TOGETHER): WebappMover(self),
            (Kind.EXTERNAL, Method.EXTERNAL): ToolMover(sessions),
            (Kind.REHOST, Method.DISK): DiskMover(sessions),
        }

    def does(self, kind: Kind, method: Method) -> bool:
        """Tell whether there is a mover of a kind by a method."""
        return (kind, method) in self._table

    def _of(self, move: AnyMove) -> Mover[Any]:
        # Before there is a method that can be carried out both sides are asked all the same.
        of_kind = (mover for (kind, _), mover in self._table.items() if kind is move.kind)
        found = self._table.get((move.kind, move.method)) or next(of_kind)
        return found if routes_of(move) == Routes() else LedMover(found, self._sessions)

    def observe(self, move: AnyMove) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Ask both sides, change nothing."""
        return self._of(move).observe(move)

    def ensure_prepared(self, move: AnyMove) -> None:
        """Make the target and what replication needs on both sides ready."""
        self._of(move).ensure_prepared(move)

    def ensure_seeding(self, move: AnyMove) -> None:
        """Begin the copy; it goes on by itself."""
        self._of(move).ensure_seeding(move)

    def progress(self, move: AnyMove, *, back: bool = False) -> Progress:
        """Tell how far the copy is; `back` asks about the way from target to source."""
        return self._of(move).progress(move, back=back)

    def gate(self, move: AnyMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now."""
        return self._of(move).gate(move, back=back)

    def ensure_reverse(self, move: AnyMove, attempt: int, *, back: bool = False) -> None:
        """Set up, before the frozen section, the replication that will run against it afterwards."""
        self._of(move).ensure_reverse(move, attempt, back=back)

    def frozen(self, move: AnyMove, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section."""
        return self._of(move).frozen(move, attempt, back=back)

    def ensure_settled(self, move: AnyMove, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Finish after the decision."""
        self._of(move).ensure_settled(move, attempt, opened=opened, back=back)

    def verify(self, move: AnyMove, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides."""
        return self._of(move).verify(move, back=back)

    def rehearsal(self, move: AnyMove, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal."""
        return self._of(move).rehearsal(move, attempt)

    def rehearser(self, move: AnyMove, attempt: int) -> AbstractContextManager[Rehearser]:
        """Return what does them."""
        return self._of(move).rehearser(move, attempt)

    def ensure_unrehearsed(self, move: AnyMove) -> tuple[str, ...]:
        """Take a rehearsal's clone away; return what is left all the same."""
        return self._of(move).ensure_unrehearsed(move)

    def counted(self, move: AnyMove, written: Written, *, back: bool = False) -> Counted:
        """Count what the side that opened has of the rows a probe client was told are written."""
        return self._of(move).counted(move, written, back=back)

    def unreplicated(self, move: AnyMove) -> Mapping[str, int]:
        """Return, by table, the rows on the target that the source has not got."""
        return self._of(move).unreplicated(move)

    def standing(self, move: AnyMove) -> Standing:
        """Return what of the move's names the target has."""
        return self._of(move).standing(move)

    def removals(self, move: AnyMove, brought: Standing | None = None) -> Sequence[Removal]:
        """Return everything of ours on both sides, and with `brought` the target's data."""
        return self._of(move).removals(move, brought)

    def droppable(self, move: AnyMove, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both sides can be asked, and that the data was brought and nobody has used it."""
        return self._of(move).droppable(move, brought, gone=gone, data=data)

    def drop(self, move: AnyMove, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed, in its order; return what stays."""
        return self._of(move).drop(move, listed)
