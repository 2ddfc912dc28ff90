"""`migrate batch`: a dry run, or the run itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Interrupted

if TYPE_CHECKING:
    from orchestrator.cli.planning import Prepared


@click.command("batch", help=say("help.batch"), short_help=say("help.batch"))
@click.argument("number", type=int)
@click.option("--dry-run", is_flag=True, help=say("help.batch.dry-run"))
@click.option("--offline", is_flag=True, help=say("help.batch.offline"))
@click.option("--detailed-exitcode", is_flag=True, help=say("help.batch.detailed-exitcode"))
@click.option("--plan-digest", default="", metavar="SHA256", help=say("help.batch.plan-digest"))
@click.option("--max-failures", type=click.IntRange(min=1), default=None, help=say("help.batch.max-failures"))
@click.option("--system", "systems", multiple=True, metavar="ID", help=say("help.batch.system"))
@click.option("--yes", is_flag=True, help=say("help.batch.yes"))
@output_option
@click.pass_context
def batch(
    ctx: click.Context,
    number: int,
    dry_run: bool,
    offline: bool,
    detailed_exitcode: bool,
    plan_digest: str,
    max_failures: int | None,
    systems: tuple[str, ...],
    yes: bool,
    output: str,
) -> None:
    """Plan the batch, show it, and unless it is a dry run, run it."""
    from orchestrator.cli.planning import only, prepare, require_digest
    from orchestrator.cli.programme import load
    from orchestrator.reporting.plan import PlanView

    shell: Shell = ctx.obj
    if offline and not dry_run:
        raise click.UsageError(say("batch.offline-run"))
    programme, listing = load(shell)
    if dry_run:
        prepared = prepare(shell, programme, listing, number, offline=offline)
        require_digest(prepared.plan, plan_digest)
        prepared = replace(prepared, plan=only(prepared.plan, systems))
        shell.show(PlanView(prepared.plan, prepared.checks), output)
        pending = ExitCode.PENDING if detailed_exitcode and prepared.pending else ExitCode.DONE
        ctx.exit(ExitCode.REFUSED if prepared.blocked else pending)

    from orchestrator.cli.session import session
    from orchestrator.execution.attempts import agenda

    with session(shell, programme, number, sys.argv[1:]) as ours:
        prepared = prepare(
            shell,
            programme,
            listing,
            number,
            public_key=ours.state.ensure_public_key(),
            evidence=ours.evidence,
        )
        require_digest(prepared.plan, plan_digest)
        prepared = replace(prepared, plan=only(prepared.plan, systems))
        if output != "json":  # one answer on standard output: in JSON it is the run's
            shell.show(PlanView(prepared.plan, prepared.checks), output)
        if prepared.blocked:
            if output == "json":
                shell.show(PlanView(prepared.plan, prepared.checks), output)
            ctx.exit(ExitCode.REFUSED)
        todo = agenda(prepared.plan, ours.runs())
        if not todo.ids:
            _nothing(shell, ours.evidence.head, prepared, output)
            ctx.exit(_ended(shell, prepared, ExitCode.DONE))
        if sys.stdin.isatty() and not yes and not click.confirm(say("batch.go-on", count=len(todo.ids)), err=True):
            raise Interrupted("batch.not-confirmed")
        if todo.attached:
            shell.tell("run.resuming", count=len(todo.attached))
        ctx.exit(_ended(shell, prepared, ours.run(prepared, todo, max_failures=max_failures or 0, output=output)))


def _nothing(shell: Shell, head: str, prepared: Prepared, output: str) -> None:
    from orchestrator.reporting.runs import RunsView

    plan = prepared.plan
    if output == "json":
        shell.show(RunsView(batch=plan.batch, runs=(), digest=plan.digest, head=head, holder=None), output)
    elif not prepared.obstructed:
        click.echo(say("batch.nothing", batch=plan.batch))


def _ended(shell: Shell, prepared: Prepared, code: ExitCode) -> ExitCode:
    """Tell which systems could not be acted on: a broken server is not done because there is nothing to do about it."""
    if not prepared.obstructed:
        return code
    shell.tell("batch.obstructed", batch=prepared.plan.batch, systems=", ".join(prepared.obstructed))
    return ExitCode.FAILED if code is ExitCode.DONE else code
