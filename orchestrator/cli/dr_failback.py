"""`migrate dr failback` and `dr agree`: the old primary follows and then takes its place again."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from orchestrator.cli import streams
from orchestrator.cli.ending import terminated_like_interrupted
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Interrupted, Refused

if TYPE_CHECKING:
    from orchestrator.adapters.evidence import NotarisedLog
    from orchestrator.execution.failing_back import FailingBack
    from orchestrator.model.failback import FailbackStep, FailedBack
    from orchestrator.model.programme import Programme
    from orchestrator.model.replica import Replica
    from orchestrator.model.standby import Make, Prepared
    from orchestrator.reporting.standbys import PreparedView

_SYSTEM = click.argument("system", metavar=say("help.system-id"))
_REPLICA = click.option("--replica", "address", help=say("help.dr.drill.replica"))
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("failback", help=say("help.dr.failback"))
@_SYSTEM
@_REPLICA
@click.option("--dry-run", is_flag=True, help=say("help.dr.failback.dry-run"))
@click.option("--agreed-by", "agreed", type=_FILE, help=say("help.dr.failback.agreed-by"))
@click.option("--yes", is_flag=True, help=say("help.batch.yes"))
@output_option
@click.pass_context
def failback(
    ctx: click.Context, system: str, address: str | None, dry_run: bool, agreed: Path | None, yes: bool, output: str
) -> None:
    """Make the old primary a standby; where a second person agreed, lead clients home, with nothing lost."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.standbys import chosen
    from orchestrator.reporting.failbacks import FailedBackView

    shell: Shell = ctx.obj
    programme, _ = load(shell)
    replica = chosen(programme.recovery, system, address, "failover")
    if replica.make is None or replica.failback is None or not replica.failover.databases:
        raise Refused("failback.not-declared", system=system, replica=replica.key)
    asks = sys.stdin.isatty() and not yes
    with _Pair(shell, programme, replica, replica.make, replica.failback, agreed) as pair:
        seen = pair.switch(None).preview()
        begun = seen.decided or seen.closed  # the switch: then nothing is made any more
        if dry_run or asks:
            made = None if begun else pair.stand_by(dry=True)
            stands = made is not None and made.stands
            view = FailedBackView(made=made, came=seen if begun or (agreed and stands) else None, dry=True)
            if dry_run or output != "json":
                shell.show(view, output)
            if dry_run:
                ctx.exit(view.exit_code)
            if not streams.ask(say("failback.go-on", system=system, replica=replica.homeward.key)):
                raise Interrupted("move.not-confirmed", system=system)
        made = None if begun else pair.stand_by(dry=False)
        ready = made is None or made.exit_code is ExitCode.DONE
        came = pair.led_home() if ready and (begun or agreed) else None
    view = FailedBackView(made=made, came=came)
    shell.show(view, output)
    ctx.exit(view.exit_code)


@click.command("agree", help=say("help.dr.agree"))
@_SYSTEM
@_REPLICA
@click.option("--why", required=True, help=say("help.dr.agree.why"))
@click.option("--hours", type=click.IntRange(1, 72), default=12, show_default=True, help=say("help.dr.fenced.hours"))
@click.option("--key", type=_FILE, required=True, help=say("help.approve.key"))
@click.option("--out", type=_FILE, required=True, help=say("help.dr.fenced.out"))
@output_option
@click.pass_obj
def agree(
    shell: Shell, system: str, address: str | None, why: str, hours: int, key: Path, out: Path, output: str
) -> None:
    """Sign that a system may be led home; nothing is asked and nothing is started."""
    from orchestrator.adapters.fences import FAILBACK, LONGEST, state_fence
    from orchestrator.checks.replicas.failover import server_of
    from orchestrator.cli.actor import actor
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.standbys import chosen
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.model.failover import FenceStatement
    from orchestrator.reporting.failbacks import AgreedView

    programme = load_declaration(shell)
    replica = chosen(programme.recovery, system, address, "failover")
    if not why.strip() or len(why) > LONGEST or not why.isprintable():
        raise click.UsageError(say("failback.why", letters=LONGEST))
    now = CLOCK.now()
    statement = FenceStatement(
        programme=programme.slug,
        system=system,
        server=server_of(replica.homeward),
        did=why,
        since=now,
        actor=actor(),
        made=now,
        expires=now + timedelta(hours=hours),
    )
    state_fence(out, statement, key=key, what=FAILBACK)
    shell.show(AgreedView(statement=statement, path=out), output)


class _Pair:
    """A pair after a failover, with all that is needed to lead clients home; its sessions end with it."""

    def __init__(
        self, shell: Shell, programme: Programme, replica: Replica, make: Make, home: Make, agreed: Path | None
    ) -> None:
        self._shell = shell
        self._programme = programme
        self._away = replica
        self._home = replica.homeward
        self._makes = (make, home)
        self._agreed = agreed
        self._open = ExitStack()

    def __enter__(self) -> Self:
        from orchestrator.adapters.replicas.homing import PostgresHomeMaker
        from orchestrator.adapters.replicas.making import PostgresMaker
        from orchestrator.adapters.replicas.postgresql import PostgresObserver
        from orchestrator.adapters.replicas.promoting import PostgresPromoter
        from orchestrator.adapters.replicas.turning import PostgresTurner
        from orchestrator.adapters.sessions import KeptSessions, ProgramSessions
        from orchestrator.cli.dr_looking import direct_of, ssh_of

        # A secret travels: no quick key exchange.
        plain = ProgramSessions(ssh_of(self._shell, self._programme, needed=True, quick=False))
        self._sessions = self._open.enter_context(KeptSessions(direct_of(self._shell, plain)))
        self._open.enter_context(terminated_like_interrupted())
        observer = PostgresObserver(self._sessions)
        make, home = self._makes
        self._follower = PostgresMaker(self._away, make, self._sessions, plain, observer)
        self._maker = PostgresHomeMaker(self._home, home, self._sessions, plain, observer)
        self._promoter = PostgresPromoter(self._home, self._sessions, plain, observer)
        self._turner = PostgresTurner(self._follower, self._maker, self._sessions)
        for each in (self._follower, self._maker, self._promoter):
            self._open.callback(each.release)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def stand_by(self, *, dry: bool) -> PreparedView:
        """Have the old primary follow."""
        from orchestrator.cli.standing import stand

        try:
            return stand(self._shell, self._maker, self._home, self._makes[1], dry=dry)
        finally:
            self._sessions.renew()  # it was started meanwhile

    def switch(self, evidence: NotarisedLog | None) -> FailingBack:
        """Return the switch; without the record it may only be looked at."""
        from orchestrator.adapters.fences import FAILBACK, read_fence
        from orchestrator.adapters.replicas.kept_failbacks import BEGUN
        from orchestrator.cli.actor import actor
        from orchestrator.cli.standing import stand
        from orchestrator.cli.wiring import CLOCK
        from orchestrator.execution.failing_back import FailingBack, Wish

        approvers = self._shell.folder / self._programme.moving.approvers
        statement = read_fence(self._agreed, approvers, FAILBACK) if self._agreed is not None else None

        def note(step: FailbackStep) -> None:
            if evidence is not None:
                self._shell.tell("failback.progress", step=say(f"failback.step.{step}"))

        def deciding(came: FailedBack) -> None:
            if evidence is not None:
                evidence.record(BEGUN, failback=_told(came))

        def follow() -> Prepared:
            return stand(self._shell, self._follower, self._away, self._makes[0]).came

        wish = Wish(programme=self._programme.slug, actor=actor(), statement=statement)
        return FailingBack(
            self._promoter, self._turner, self._home, wish, follow=follow, clock=CLOCK, note=note, deciding=deciding
        )

    def led_home(self) -> FailedBack:
        """Switch, on record."""
        from orchestrator.adapters.replicas.kept_failbacks import ENDED, REFUSED
        from orchestrator.cli.alone import alone

        with alone(self._shell, self._programme, f"migrate dr failback {self._home.system}") as evidence:
            came = self.switch(evidence).run()
            evidence.record(ENDED if came.decided else REFUSED, failback=_told(came))
        return came


def _told(came: FailedBack) -> dict[str, object]:
    """Return what is kept: verdicts and numbers, and no word of a machine."""
    return {
        "system": came.system,
        "replica": came.replica,
        "id": came.id,
        "at": came.at.isoformat(),
        "decided": came.decided,
        "promoted": came.promoted,
        "finished": came.finished,
        "opened-again": came.reopened,
        "closed": came.closed,
        "lacking": came.lacking,
        "gap": came.gap,
        "failed": came.failed,
        "code": came.code,
        "checks": {check.code: str(check.status) for check in came.checks},
        "seconds": {each.step: round(each.seconds, 3) for each in came.timed},
    }
