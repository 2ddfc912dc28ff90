"""The `Imager` port: a copy of the copy, made fit, and its bytes over a line of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, cast

from orchestrator.adapters.movers.rehost.prepare import ensure_current
from orchestrator.adapters.movers.rehost.rehearsing import Clone
from orchestrator.adapters.movers.rehost.status import verify
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.errors import MigrateError
from orchestrator.model.move import RehostMove
from orchestrator.model.result import CheckResult, failing
from orchestrator.ports.move import Sessions

_PIECE = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeImage:
    """The `Made` port.

    Attributes:
        argv: says the disk's bytes.
    """

    checks: Sequence[CheckResult]
    argv: Sequence[str]

    def read(self) -> Iterator[bytes]:
        """Yield the disk's bytes.

        Raises:
            MigrateError: `session.ended`: the line broke.
        """
        process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        try:
            while piece := cast(IO[bytes], process.stdout).read(_PIECE):
                yield piece
            if process.wait():
                raise MigrateError("session.ended", session="keeper", said=str(process.returncode))
        finally:
            process.kill()
            process.wait()


class DiskImager:
    """Makes images of a disk's copy."""

    def __init__(self, sessions: Sessions, ssh: OpenSsh) -> None:
        self._sessions = sessions
        self._ssh = ssh

    @contextmanager
    def made(self, move: RehostMove, *, running: bool) -> Iterator[MadeImage]:
        """Bring the copy up to date, compare it where its system stands still, and make a copy of it fit."""
        with KeptSessions(self._sessions) as sessions:
            clone = Clone(move, sessions)
            checks = list(clone.room())
            if not failing(checks):
                ensure_current(move, sessions)
                checks += () if running else verify(move, sessions)
            if not failing(checks):
                clone.make()
                checks += clone.mended()
            if not failing(checks):
                checks += clone.fitted()
            image = str(PurePosixPath(clone.folder) / "disk.raw")
            keeper = move.target
            yield MadeImage(checks=checks, argv=self._ssh.command(keeper.reach, keeper.account, ["cat", image]))
