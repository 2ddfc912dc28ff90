"""`migrate dr failover` and `dr fenced`: a standby for a primary that is gone, and a second person's word on it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli import streams
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import Interrupted

if TYPE_CHECKING:
    from orchestrator.adapters.evidence import NotarisedLog
    from orchestrator.execution.failing_over import FailingOver
    from orchestrator.model.failover import Accepted, FailedOver, FailoverStep, Known
    from orchestrator.model.programme import Programme
    from orchestrator.model.replica import Replica

_SYSTEM = click.argument("system", metavar=say("help.system-id"))
_REPLICA = click.option("--replica", "address", help=say("help.dr.drill.replica"))
_FILE = click.Path(dir_okay=False, path_type=Path)
_MOMENTS = ("%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z")
_UNKNOWN = "unknown"
_LOSS, _MOMENT = say("help.dr.failover.loss"), say("help.dr.fenced.moment")


class _Loss(click.ParamType):  # type: ignore[type-arg]  # older ones of click have no argument
    name = "N|unknown"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Accepted:
        from orchestrator.model.failover import Accepted

        if isinstance(value, Accepted):
            return value
        if value == _UNKNOWN:
            return Accepted(unknown=True)
        return Accepted(heartbeats=click.IntRange(min=0)(str(value), param, ctx))


@click.command("failover", help=say("help.dr.failover"))
@_SYSTEM
@_REPLICA
@click.option("--dry-run", is_flag=True, help=say("help.dr.failover.dry-run"))
@click.option("--fenced-by", "fence", type=_FILE, help=say("help.dr.failover.fenced-by"))
@click.option(
    "--accept-loss", "accepted", type=_Loss(), default="0", metavar=_LOSS, help=say("help.dr.failover.accept-loss")
)
@click.option("--yes", is_flag=True, help=say("help.batch.yes"))
@output_option
@click.pass_context
def failover(
    ctx: click.Context, system: str, address: str | None, dry_run: bool, fence: Path | None, accepted: Accepted,
    yes: bool, output: str,
) -> None:  # fmt: skip
    """Make a standby the primary; refused while the primary answers, may write, or more is lost than is accepted."""
    from orchestrator.cli.alone import alone
    from orchestrator.cli.programme import load
    from orchestrator.cli.standbys import chosen
    from orchestrator.reporting.failovers import FailedOverView

    shell: Shell = ctx.obj
    programme, _ = load(shell)
    replica = chosen(programme.recovery, system, address, "failover")
    known = _known(shell, programme, replica, fence)
    asks = sys.stdin.isatty() and not yes
    if dry_run or asks:
        with ExitStack() as stack:
            came = _made(shell, programme, replica, known, accepted, stack, None).preview()
        view = FailedOverView(came=came, dry=True)
        if dry_run or came.blocked or output != "json":
            shell.show(view, output)
        if dry_run or came.blocked:
            ctx.exit(view.exit_code)
        # Whoever is asked has seen what is lost.
        if not streams.ask(say("failover.go-on", system=system, replica=replica.key)):
            raise Interrupted("move.not-confirmed", system=system)
    with alone(shell, programme, f"migrate dr failover {system}") as evidence, ExitStack() as stack:
        came = _made(shell, programme, replica, known, accepted, stack, evidence).run()
        evidence.record("dr.failed-over" if came.decided else "dr.failover-refused", failover=_told(came))
    view = FailedOverView(came=came)
    shell.show(view, output)
    ctx.exit(view.exit_code)


@click.command("fenced", help=say("help.dr.fenced"))
@_SYSTEM
@_REPLICA
@click.option("--did", required=True, help=say("help.dr.fenced.did"))
@click.option("--since", type=click.DateTime(_MOMENTS), metavar=_MOMENT, help=say("help.dr.fenced.since"))
@click.option("--hours", type=click.IntRange(1, 72), default=12, show_default=True, help=say("help.dr.fenced.hours"))
@click.option("--key", type=_FILE, required=True, help=say("help.approve.key"))
@click.option("--out", type=_FILE, required=True, help=say("help.dr.fenced.out"))
@output_option
@click.pass_obj
def fenced(
    shell: Shell, system: str, address: str | None, did: str, since: datetime | None, hours: int, key: Path, out: Path,
    output: str,
) -> None:  # fmt: skip
    """Sign that a system's primary can no longer write; nothing is asked and nothing is started."""
    from orchestrator.adapters.fences import LONGEST, state_fence
    from orchestrator.checks.replicas.failover import server_of
    from orchestrator.cli.actor import actor
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.standbys import chosen
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.model.failover import FenceStatement
    from orchestrator.reporting.failovers import FenceView

    programme = load_declaration(shell)
    replica = chosen(programme.recovery, system, address, "failover")
    now = CLOCK.now()  # whole seconds would tell less loss than there is
    moment = since.astimezone(UTC) if since else now
    if not did.strip() or len(did) > LONGEST or not did.isprintable() or moment > now:
        raise click.UsageError(say("failover.statement", letters=LONGEST))
    statement = FenceStatement(
        programme=programme.slug,
        system=system,
        server=server_of(replica),
        did=did,
        since=moment,
        actor=actor(),
        made=now,
        expires=now + timedelta(hours=hours),
    )
    state_fence(out, statement, key=key)
    shell.show(FenceView(statement=statement, path=out), output)


def _known(shell: Shell, programme: Programme, replica: Replica, fence: Path | None) -> Known:
    from orchestrator.adapters.fences import read_fence
    from orchestrator.cli.replica_checks import last_source
    from orchestrator.model.failover import Known

    approvers = shell.folder / programme.moving.approvers
    return Known(
        source=last_source(shell, replica),
        statement=read_fence(fence, approvers) if fence is not None else None,
    )


def _made(
    shell: Shell, programme: Programme, replica: Replica, known: Known, accepted: Accepted, stack: ExitStack,
    evidence: NotarisedLog | None,
) -> FailingOver:  # fmt: skip
    from orchestrator.adapters.replicas.postgresql import PostgresObserver
    from orchestrator.adapters.replicas.promoting import PostgresPromoter
    from orchestrator.adapters.sessions import KeptSessions, ProgramSessions
    from orchestrator.cli.actor import actor
    from orchestrator.cli.dr_looking import direct_of, ssh_of
    from orchestrator.cli.ending import terminated_like_interrupted
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.execution.failing_over import Asked, FailingOver

    plain = ProgramSessions(ssh_of(shell, programme, needed=True))
    sessions = stack.enter_context(KeptSessions(direct_of(shell, plain)))
    stack.enter_context(terminated_like_interrupted())
    promoter = PostgresPromoter(replica, sessions, plain, PostgresObserver(sessions))
    stack.callback(promoter.release)

    def note(step: FailoverStep) -> None:
        shell.tell("failover.progress", step=say(f"failover.step.{step}"))

    def deciding(came: FailedOver) -> None:
        if evidence is not None:
            evidence.record("dr.failover-begun", failover=_told(came))

    asked = Asked(programme=programme.slug, actor=actor(), known=known, accepted=accepted)
    return FailingOver(promoter, replica, asked, clock=CLOCK, note=note, deciding=deciding)


def _told(came: FailedOver) -> dict[str, object]:
    """Return what is kept: verdicts and numbers, and no word of a machine."""
    loss = came.loss
    return {
        "system": came.system,
        "replica": came.replica,
        "id": came.id,
        "at": came.at.isoformat(),
        "decided": came.decided,
        "finished": came.finished,
        "failed": came.failed,
        "code": came.code,
        "split": came.split,
        "checks": {check.code: str(check.status) for check in came.checks},
        "loss": loss and {"least": loss.least, "most": loss.most, "seconds": loss.seconds, "lacking": loss.lacking},
        "seconds": {each.step: round(each.seconds, 3) for each in came.timed},
    }
