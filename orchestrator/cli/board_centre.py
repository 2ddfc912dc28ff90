"""What the board tells of replicas: the list and the record are read again now and then, the verdicts drawn each time.

It judges no record, as nothing on the board does; and what was believed a minute ago may be too old by now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.cli.output import Shell
from orchestrator.errors import MigrateError, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.model.centre import Centre
    from orchestrator.model.programme import Programme
    from orchestrator.model.recovering import KeptCheck, Wanted
    from orchestrator.model.system import MigrationList
    from orchestrator.reporting.board import Board

_EVERY = 30.0  # seconds between two readings of the record: checks and drills are far between
_SHARE = 10  # reading takes a tenth of the time at the most
_Mark = tuple[int, int, int]


class CentreLook:
    """Looks at what the list wants and the record keeps of replicas, as a reader."""

    def __init__(self, shell: Shell, programme: Programme) -> None:
        self._shell = shell
        self._programme = programme
        self._list: tuple[tuple[_Mark, ...], MigrationList] | None = None
        self._kept: tuple[Sequence[Wanted], Sequence[KeptCheck]] | None = None
        self._read: datetime | None = None
        self._again = 0.0  # on the monotonic clock
        self._fault: tuple[str, dict[str, str]] | None = None
        self.spent = 0.0  # seconds of the last look that reading took; it has a pace of its own

    def onto(self, board: Board) -> Board:
        """Return the board with how the replicas stand by what was read last, and why nothing newer could be."""
        from orchestrator.cli.wiring import CLOCK

        began, self.spent = CLOCK.monotonic(), 0.0
        if began >= self._again:
            try:
                self._kept, self._read, self._fault = self._look(board.at), board.at, None
            except MigrateError as error:
                self._fault = (error.code, {name: str(value) for name, value in error.values.items()})
            self.spent = CLOCK.monotonic() - began
            self._again = CLOCK.monotonic() + max(_EVERY, self.spent * _SHARE)
        return replace(board, centre=self._stood(board.at), centre_read=self._read, centre_fault=self._fault)

    def _stood(self, now: datetime) -> Centre | None:
        from orchestrator.adapters.intake.recovery import grade_tables
        from orchestrator.checks.replicas.centre import stand_now
        from orchestrator.cli.replica_checks import day_of

        if self._kept is None:
            return None
        return stand_now(*self._kept, grade_tables()[2007], now, day_of(now))

    def _look(self, now: datetime) -> tuple[Sequence[Wanted], Sequence[KeptCheck]]:
        from orchestrator.cli.replica_checks import day_of, last_checks, with_drills
        from orchestrator.planning.recovering import believe, wanted_of

        listing, recovery, day = self._listing(), self._programme.recovery, day_of(now)
        wanted = wanted_of(listing, recovery)
        if not wanted:
            return (), ()
        checks = last_checks(self._shell, {one.system for one in wanted}, day, judged=False)
        wanted = with_drills(self._shell, wanted, recovery, day, judged=False)
        return wanted, believe(listing, recovery, checks, day_of)

    def _listing(self) -> MigrationList:
        """Return the list as it is on the disk.

        Raises:
            Refused: `list.unread`, `list.refused`.
        """
        from orchestrator.adapters.intake.reader import read_census
        from orchestrator.model.problem import Severity

        try:
            stats = [(self._shell.folder / name).stat() for name in self._programme.list_files]
        except OSError as error:
            raise Refused("list.unread", path=str(error.filename), error=error.strerror or "") from error
        mark = tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in stats)
        if self._list is None or self._list[0] != mark:
            census, problems = read_census(self._shell.folder, self._programme)
            errors = sum(problem.severity is Severity.ERROR for problem in problems)
            if errors:
                raise Refused("list.refused", errors=errors)
            self._list = (mark, census.listing)
        return self._list[1]
