"""`migrate batch`: a dry run, or the run itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from orchestrator.cli import streams
from orchestrator.cli.collector import for_good
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Interrupted, MigrateError, worst
from orchestrator.model.life import Phase

if TYPE_CHECKING:
    from orchestrator.cli.session import Session
    from orchestrator.execution.prepare import Prepared
    from orchestrator.model.system import MigrationList
    from orchestrator.reporting.night import NightReport
    from orchestrator.reporting.runs import RunsView

# Where a batch can be told to stop; what comes after opening is a person's.
UNTIL = (Phase.PROVISIONED, Phase.PREPARED, Phase.SYNCING, Phase.OPEN)


@click.command("batch", help=say("help.batch"), short_help=say("help.batch"))
@click.argument("number", type=int)
@click.option("--dry-run", is_flag=True, help=say("help.batch.dry-run"))
@click.option("--offline", is_flag=True, help=say("help.batch.offline"))
@click.option("--detailed-exitcode", is_flag=True, help=say("help.batch.detailed-exitcode"))
@click.option("--plan-digest", default="", metavar="SHA256", help=say("help.batch.plan-digest"))
@click.option("--max-failures", type=click.IntRange(min=1), default=None, help=say("help.batch.max-failures"))
@click.option("--system", "systems", multiple=True, metavar="ID", help=say("help.batch.system"))
@click.option(
    "--until",
    type=click.Choice([str(phase) for phase in UNTIL]),
    default=str(Phase.OPEN),
    show_default=True,
    help=say("help.batch.until"),
)
@click.option("--not-renamed", "others", multiple=True, metavar="ID", help=say("help.batch.not-renamed"))
@click.option("--workers", is_flag=True, help=say("help.batch.workers"))
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
    until: str,
    others: tuple[str, ...],
    workers: bool,
    yes: bool,
    output: str,
) -> None:
    """Plan the batch, show it, and unless it is a dry run, run it; then move the data as far as it may go."""
    from orchestrator.cli.claiming import locks, notes
    from orchestrator.cli.programme import load
    from orchestrator.cli.wiring import CLOCK, database_of, eyes_of, looking, roles, state_of
    from orchestrator.cli.witness import leave
    from orchestrator.execution.history import built, recorded
    from orchestrator.execution.prepare import only, prepare, require_digest
    from orchestrator.execution.renaming import NOT_RENAMED, held_as_renamed
    from orchestrator.execution.seeing import seen_as_planned
    from orchestrator.reporting.plan import PlanView

    shell: Shell = ctx.obj
    if offline and not dry_run:
        raise click.UsageError(say("batch.offline-run"))
    programme, listing = load(shell)
    if dry_run:
        look = None if offline else looking(shell, programme)
        state = state_of(shell)
        known = state.clouds.known()
        with for_good():
            prepared = prepare(programme, listing, number, roles=roles(), look=look, known=known, now=CLOCK.now())
        require_digest(prepared.plan, plan_digest)
        prepared = replace(prepared, plan=only(prepared.plan, systems))
        database = database_of(programme, state)
        prepared = held_as_renamed(prepared, listing, lambda: built(database), others)
        if not offline:
            prepared = seen_as_planned(prepared, eyes_of(state), lambda: recorded(database, number))
        told = (*prepared.plan.notes, *notes(state, prepared.views))
        shell.show(PlanView(replace(prepared.plan, notes=told), prepared.checks, prepared.seen), output)
        leave(shell, "batch.planned", batch=number, plan=prepared.plan.digest, offline=offline)
        pending = ExitCode.PENDING if detailed_exitcode and prepared.pending else ExitCode.DONE
        foreign = locks(state, prepared.views)
        for error in foreign:
            shell.tell_error(error)
        if prepared.blocked or foreign:
            ctx.exit(ExitCode.REFUSED if prepared.blocked else ExitCode.LOCKED)
        ctx.exit(_ended(shell, prepared, pending, planned=True))

    from orchestrator.cli.session import session
    from orchestrator.execution.attempts import agenda

    with session(shell, programme, number, sys.argv[1:], workers=workers) as ours:
        prepared = prepare(programme, listing, number, roles=roles(), look=ours.looking(), now=CLOCK.now())
        require_digest(prepared.plan, plan_digest)
        prepared = replace(prepared, plan=only(prepared.plan, systems))
        prepared = held_as_renamed(prepared, listing, lambda: built(ours.held.database), others)
        prepared = seen_as_planned(prepared, eyes_of(ours.state), lambda: ours.held.runs(steps=True))
        view = PlanView(prepared.plan, prepared.checks, prepared.seen)
        if output != "json":  # one answer on standard output: in JSON it is the run's
            shell.show(view, output)
        if prepared.blocked:
            if output == "json":
                shell.show(view, output)
            ctx.exit(ExitCode.REFUSED)
        ours.settle(prepared)
        for reason in (each for system in prepared.plan.systems for each in system.reasons):
            if reason.code == NOT_RENAMED:  # a person's word, on record before anything is made by it
                ours.evidence.record("batch.not-renamed", **reason.values)
        todo = agenda(prepared.plan, ours.runs())
        if not todo.ids:
            code = _onward(ours, prepared, listing, Phase(until), _nothing(ours.evidence.head, prepared, output))
            ctx.exit(_ended(shell, prepared, code))
        if sys.stdin.isatty() and not yes and not streams.ask(say("batch.go-on", count=len(todo.ids))):
            raise Interrupted("batch.not-confirmed")
        if todo.attached:
            shell.tell("run.resuming", count=len(todo.attached))
        code, ran = ours.run(prepared, todo, max_failures=max_failures or 0)
        if output != "json":
            shell.show(ran, output)
        # The worst is the answer: what stands goes on although another system failed.
        code = worst(code, _onward(ours, prepared, listing, Phase(until), ran if output == "json" else None))
        ctx.exit(_ended(shell, prepared, code))


def _onward(
    ours: Session, prepared: Prepared, listing: MigrationList, until: Phase, answer: RunsView | None
) -> ExitCode:
    """Move the data; with an `answer`, show that as JSON at the end, also where the moving ends in a refusal."""
    night: NightReport | None = None
    code = ExitCode.DONE
    try:
        if ours.held.workers is not None:
            if ours.held.programme.moving.databases:
                ours.shell.tell("worker.until")
        elif ours.held.programme.moving.databases:
            from orchestrator.cli.onward import onward

            ours.hold(prepared)
            code, night = onward(ours, prepared, listing, until=until, output="json" if answer else "table")
    finally:
        if answer:
            ours.shell.show(replace(answer, night=night), "json")
    return code


def _nothing(head: str, prepared: Prepared, output: str) -> RunsView | None:
    """Say that there is nothing to do; in JSON that is said by the batch's one answer, which is returned."""
    from orchestrator.reporting.runs import RunsView

    plan = prepared.plan
    if output == "json":
        return RunsView(batch=plan.batch, runs=(), digest=plan.digest, head=head, holder=None, seen=prepared.seen)
    if prepared.unseen:
        streams.show((say("batch.nothing-unseen", batch=plan.batch, systems=", ".join(prepared.unseen)),))
    elif not prepared.obstructed and not prepared.fallen and not prepared.renamed:
        streams.show((say("batch.nothing", batch=plan.batch),))
    return None


def _ended(shell: Shell, prepared: Prepared, code: ExitCode, *, planned: bool = False) -> ExitCode:
    """Tell which systems were not acted on: a broken server is not done because there is nothing to do about it.

    A dry run, `planned`, told of obstacles in its lines, and of them it does not judge.
    """
    batch, wrong = prepared.plan.batch, False
    if prepared.obstructed and not planned:
        shell.tell("batch.obstructed", batch=batch, systems=", ".join(prepared.obstructed))
        wrong = True
    if prepared.renamed:
        shell.tell_error(MigrateError("batch.looks-renamed", batch=batch, systems=", ".join(prepared.renamed)))
        wrong = True
    if prepared.fallen:
        shell.tell_error(MigrateError("batch.fallen", batch=batch, systems=", ".join(prepared.fallen)))
        wrong = True
    return ExitCode.FAILED if wrong and code in {ExitCode.DONE, ExitCode.PENDING} else code
