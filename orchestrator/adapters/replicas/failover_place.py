"""The place of a failover's decision: a folder beside the standby's data, held by one failover at a time.

A standby takes no row before it is promoted, and a promotion cannot be taken back; so what a cutover writes into a
table is here a name that a file system gives once. It is on the standby's own disk: whoever finds it there, from
whatever machine, knows what was decided, and it goes where the data goes.
"""

from __future__ import annotations

import re
import shlex

from orchestrator.adapters.movers.postgresql.access import SECONDS, files
from orchestrator.adapters.replicas.held_folder import HeldFolder
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.failover import Decided
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.replica import Replica
from orchestrator.ports.move import Sessions

_DECIDED = re.compile(r"open (\d{8}T\d{6}Z) (\d{1,10}) (\d{1,20}) \S{3,60}")
# A decision is about one copy and not about the next one that is made at its place.
_COPY = 'copy=$(stat -c %i:%W -- {data}/PG_VERSION) && [ -n "$copy" ]'


class FailoverPlace:
    """The place on one standby's machine; making the object touches nothing.

    Args:
        server: the standby.
        sessions: kept open; one for each voice.
        guards: opens sessions of their own: the one that holds the lock also writes the decision, so that who has
            lost the lock decides nothing.
    """

    def __init__(self, replica: Replica, server: DatabaseServer, sessions: Sessions, guards: Sessions) -> None:
        self._replica = replica
        self._server = server
        self._sessions = sessions
        self._held = HeldFolder("failover", replica, server, sessions, guards)

    def hold(self) -> None:
        """Make the folder and hold its lock.

        Raises:
            Locked: `failover.running`.
        """
        self._held.claim("failover.running")

    def decided(self) -> Decided | None:
        """Return the decision on this copy; None where there is none, or only one on an earlier copy.

        Raises:
            MigrateError: `failover.decision`: what stands there is no decision of ours.
        """
        shell = self._sessions.open(files(self._server), seconds=SECONDS)
        told = shell.ask(
            f"f={shlex.quote(self._held.path)}; {self._copy()} &&"
            ' if [ -e "$f/decision" ] && [ "$(cut -d " " -f 5 "$f/decision")" = "$copy" ]; then cat "$f/decision"; fi',
            SECONDS,
        )
        return self._read(told) if told.strip() else None

    def decide(self, wanted: Decided) -> Decided:
        """Give the name, on the disk before this returns, and return the decision that stands: the first one.

        Raises:
            MigrateError: the lock is no longer ours, or the disk took nothing; nothing is decided.
        """
        if self._held.guard is None:
            raise AssertionError("nobody holds the place")
        told = self._held.guard.ask(
            f"{self._copy()} && printf 'open %s %s %s %s\\n' {wanted.id} {wanted.timeline} {wanted.lsn} \"$copy\""
            ' > "$f/new" && sync "$f/new"'
            ' && if [ -e "$f/decision" ] && [ "$(cut -d " " -f 5 "$f/decision")" != "$copy" ]; then'
            ' rm -f -- "$f/decision"; fi'
            ' && { ln -T "$f/new" "$f/decision" 2>/dev/null || [ -f "$f/decision" ]; }'
            ' && sync "$f" && cat "$f/decision"',
            SECONDS,
        )
        return self._read(told)

    def forget(self) -> None:
        """Take the folder away where nothing was decided; the lock ends with it."""
        if self._held.guard is not None:
            self._held.guard.ask('[ -e "$f/decision" ] || { rm -f -- "$f/new" && rmdir -- "$f"; }', SECONDS)
        self.release()

    def release(self) -> None:
        """End the session that holds the lock."""
        self._held.release()

    def _copy(self) -> str:
        return _COPY.format(data=shlex.quote(self._held.data))

    @staticmethod
    def _read(told: str) -> Decided:
        found = _DECIDED.fullmatch(told.strip())
        if found is None:
            raise MigrateError("failover.decision", said=plain(told, 80))
        return Decided(id=found[1], timeline=int(found[2]), lsn=int(found[3]))
