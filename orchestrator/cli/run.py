"""`migrate retry` and `cancel`: a hand on a batch from any terminal."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.status import require_batch
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused
from orchestrator.model.pipeline import Verb
from orchestrator.reporting.runs import CancelledView


@click.command("retry", help=say("help.retry"), short_help=say("help.retry"))
@click.argument("number", type=int)
@click.option("--system", "systems", multiple=True, required=True, metavar="ID", help=say("help.retry.system"))
@click.option("--from", "first", type=click.Choice([str(verb) for verb in Verb]), help=say("help.retry.from"))
@click.option("--workers", is_flag=True, help=say("help.batch.workers"))
@output_option
@click.pass_context
def retry(
    ctx: click.Context, number: int, systems: tuple[str, ...], first: str | None, workers: bool, output: str
) -> None:
    """Run systems again, each as a new attempt, and nothing else of the batch."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.session import session
    from orchestrator.cli.wiring import CLOCK, roles
    from orchestrator.execution.attempts import Agenda, again
    from orchestrator.execution.history import built
    from orchestrator.execution.prepare import only, prepare
    from orchestrator.execution.renaming import held_as_renamed
    from orchestrator.reporting.plan import PlanView
    from orchestrator.reporting.reasons import reason_text

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    with session(shell, programme, number, sys.argv[1:], workers=workers) as ours:
        prepared = prepare(programme, listing, number, roles=roles(), look=ours.looking(), now=CLOCK.now())
        prepared = held_as_renamed(prepared, listing, lambda: built(ours.held.database))
        plan = only(prepared.plan, systems)
        bare = [system.system for system in plan.systems if system.spec is None]
        held = [system for system in plan.systems if system.spec is None and system.hold]
        if held:
            comma = say("plan.comma")
            whys = (
                f"{each.system}: {comma.join(reason_text(say, reason) for reason in each.reasons)}" for each in held
            )
            raise Refused("batch.held", batch=number, why="; ".join(whys))
        if bare:
            raise Refused("batch.not-provisioned", systems=", ".join(bare))
        if prepared.blocked:
            shell.show(PlanView(plan, prepared.checks), output)
            ctx.exit(ExitCode.REFUSED)
        ours.settle(prepared)
        runs = ours.runs()
        verb = Verb(first) if first else None
        orders = tuple(again(system.spec, runs, verb) for system in plan.systems if system.spec)
        code, view = ours.run(replace(prepared, plan=plan), Agenda(new=orders), max_failures=0)
        shell.show(view, output)
        ctx.exit(code)


@click.command("cancel", help=say("help.cancel"), short_help=say("help.cancel"))
@click.argument("number", type=int)
@click.option("--system", "systems", multiple=True, metavar="ID", help=say("help.cancel.system"))
@output_option
@click.pass_context
def cancel(ctx: click.Context, number: int, systems: tuple[str, ...], output: str) -> None:
    """Cancel what waits; what runs stops after its current step. Nothing is undone."""
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import database_of, state_of
    from orchestrator.cli.witness import evidence_of
    from orchestrator.execution import history
    from orchestrator.execution.history import newest

    shell: Shell = ctx.obj
    programme = load_declaration(shell)
    require_batch(number, [batch.number for batch in programme.batches])
    state = state_of(shell)
    state.ensure()
    database = database_of(programme, state)
    # By the record and not by the list: a list that was broken since must keep nobody from stopping a run.
    unknown = sorted(set(systems) - newest(history.recorded(database, number, steps=False)).keys())
    if unknown:
        raise Refused("run.never-run", batch=number, systems=", ".join(unknown))
    cancelled = history.cancel(database, number, systems)
    evidence_of(shell, programme, state).record("run.cancelled", batch=number, systems=list(cancelled))
    shell.show(CancelledView(batch=number, systems=cancelled), output)
