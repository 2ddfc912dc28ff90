"""Moves a world's system there and back, and knows which side should be written to."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import ENTRY, FrozenProcess
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.writer import ProbeClient
from orchestrator.errors import MigrateError
from orchestrator.execution.switch import Switch
from orchestrator.model.frozen import Decision, Outcome
from orchestrator.model.result import CheckResult, CheckStatus
from tests.worlds.postgresql import SECRET, World, world

KILLED = (sys.executable, "-m", "tests.worlds.killed")


def wrong(checks: object) -> list[CheckResult]:
    """Those that did not pass; unknown is none that did."""
    return [check for check in cast(list[CheckResult], checks) if check.status is not CheckStatus.PASS]


def following(site: Any) -> Drive:
    """Prepare a world's system and begin its copy, each twice, and wait until the copy follows."""
    for _ in range(2):
        site.mover.ensure_prepared(site.move)
        site.mover.ensure_seeding(site.move)
    site.await_following()
    return Drive(cast(World, site))


class Drive:
    """One system's switches, one attempt after the other."""

    def __init__(self, site: World) -> None:
        self.site = site
        self.attempt = 0
        self.opened = False  # the target is written to
        self.journal = FileJournal(site.journal)

    def switch(self, entry: Sequence[str] = ENTRY) -> Switch:
        runner = self._runner(entry)
        return Switch(
            mover=self.site.mover,
            runner=runner,
            journal=self.journal,
            sessions=self.site.sessions,
            clock=SystemClock(),
        )

    def _runner(self, entry: Sequence[str]) -> FrozenProcess:
        return FrozenProcess(self.site.journal, self.site.ssh, entry, getattr(self.site, "tools", None))

    def prepare(self) -> None:
        """Begin an attempt: reverse replication stands."""
        self.attempt += 1
        self.site.await_following(back=self.opened)
        self.site.mover.ensure_reverse(self.site.move, self.attempt, back=self.opened)

    def run(self, entry: Sequence[str] = ENTRY) -> Outcome:
        """Switch to the other side, with recovery where the section's process was killed."""
        self.prepare()
        outcome = self.switch(entry).run(self.site.move, self.attempt, back=self.opened)
        self.took(outcome)
        return outcome

    def at(self, *, opened: bool) -> None:
        """Bring the system to a side."""
        if self.opened is not opened:
            assert self.run().decision is Decision.OPEN

    def killed(self, stage: str, later: float = 0) -> None:
        """Begin a switch whose process kills itself at a stage."""
        self.prepare()
        runner = self._runner((*KILLED, "frozen", stage, str(later)))
        try:
            runner.run(self.site.mover.frozen(self.site.move, self.attempt, back=self.opened))
        except MigrateError as error:
            assert error.code == "frozen.ended", error  # noqa: PT017 - another error is another case
        else:
            raise AssertionError(f"there is no stage {stage}")

    def cut(self, stage: str, one: str, other: str, seconds: float) -> Outcome:
        """Switch while the line between two hosts is lost for a while; recover once it is there again."""
        self.prepare()
        hosts = self.site.net
        entry = (*KILLED, "cut", stage, hosts.name, one, other, str(seconds))
        try:
            outcome = self.switch(entry).run(self.site.move, self.attempt, back=self.opened)
        except MigrateError:
            hosts.mend()  # settled only in part: the next command goes on
            return self.recover()
        finally:
            hosts.mend()
        if outcome.decision is Decision.UNDECIDED or outcome.left:
            return self.recover()
        self.took(outcome)
        return outcome

    def recover_killed(self, count: int) -> int:
        """Begin a recovery that kills itself before its question of that number; return how it ended."""
        ssh = self.site.ssh
        told = [str(self.site.journal), str(ssh.identities[0]), str(ssh.known_hosts), str(count), *ssh.prefix]
        return subprocess.run([*KILLED, "recover", *told], check=False).returncode

    def recover(self) -> Outcome:
        outcome = self.switch().recover(self.site.move)
        assert outcome is not None
        self.took(outcome)
        return outcome

    def took(self, outcome: Outcome) -> None:
        assert outcome.left == ()
        if outcome.decision is Decision.OPEN:
            self.opened = not self.opened
        assert self.site.writable() == ["tgt" if self.opened else "src"]


@contextmanager
def driven(*, disk_mib: int = 0, unnoticed: bool) -> Iterator[Drive]:
    """Give a seeded system to be switched while a client writes; in the end no row it was told of is lost or twice.

    Args:
        disk_mib: of the two databases' disks; 0 is the machine's own.
        unnoticed: nothing that is done to the switches reaches the client, not even as one failed insert.
    """
    with world(disk_mib=disk_mib) as site:
        site.mover.ensure_prepared(site.move)
        site.mover.ensure_seeding(site.move)
        client = ProbeClient(site.dsn, SECRET, first=1_000_000_000, prefix=site.net.inside("cli"))
        made = Drive(site)
        yield made
        site.await_following(back=made.opened)
        time.sleep(1)
        written = client.end()
        site.await_equal()
        if unnoticed:
            assert written.errors == ()
        for server in (site.move.source, site.move.target):
            counted = count(written, server, "app", site.sessions)
            assert (counted.lost, counted.duplicated) == (0, 0)
            assert counted.unacknowledged == 0 or not unnoticed
