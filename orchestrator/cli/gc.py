"""`migrate gc`: lists cloud objects of ours that belong to nothing, and deletes them only when told to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError, Refused
from orchestrator.model.programme import Lifecycle, Programme
from orchestrator.model.system import MigrationList
from orchestrator.ports import Cloud, Evidence
from orchestrator.reporting.leftovers import Fate, LeftoversView

COMMAND = ("gc", "--yes")


@click.command("gc", help=say("help.gc"), short_help=say("help.gc"))
@click.option("--dry-run/--yes", "dry_run", default=True, help=say("help.gc.dry-run"))
@click.option("--data", "with_data", is_flag=True, help=say("help.gc.data"))
@click.option("--cloud", "names", multiple=True, metavar="NAME", help=say("help.gc.cloud"))
@output_option
@click.pass_context
def gc(ctx: click.Context, dry_run: bool, with_data: bool, names: tuple[str, ...], output: str) -> None:
    """Compare the clouds with the plans of all batches."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.wiring import clouds_of

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    chosen = _chosen(programme, names)
    if dry_run:
        view = _look(shell, programme, listing, clouds_of(shell, programme, chosen))
    else:
        with _alone(shell, programme) as evidence:
            clouds = clouds_of(shell, programme, chosen, evidence=evidence)
            view = _delete(shell, _look(shell, programme, listing, clouds), clouds, evidence, with_data=with_data)
    shell.show(view, output)
    bad = view.silent or Fate.FAILED in view.fates.values()
    ctx.exit(ExitCode.FAILED if bad else ExitCode.DONE)


def _chosen(programme: Programme, names: Iterable[str]) -> list[str]:
    known = [cloud.name for cloud in programme.clouds if cloud.lifecycle is Lifecycle.AVAILABLE]
    for name in names:
        if name not in known:
            raise Refused("gc.no-cloud", name=name, known=", ".join(known) or "-")
    return list(names) or known


def _look(shell: Shell, programme: Programme, listing: MigrationList, clouds: Mapping[str, Cloud]) -> LeftoversView:
    from orchestrator.checks.leftovers import leftovers
    from orchestrator.cli.wiring import look
    from orchestrator.planning.batches import plan_batch
    from orchestrator.planning.specs import slug

    views, errors = look(clouds, programme)
    for error in errors:
        shell.tell_error(error)
    plans = [plan_batch(programme, listing, batch.number, None) for batch in programme.batches]
    specs = [system.spec for plan in plans for system in plan.systems if system.spec]
    wanted = {
        (part.cloud, item.owner.system, item.owner.key)
        for spec in specs
        for part in spec.parts
        for item in part.objects
    }
    planned = {spec.slug for spec in specs}
    kept = {slug(system.id) for system in listing.systems} - planned
    answered = tuple(view.cloud for view in views)
    return LeftoversView(
        leftovers=leftovers((one for view in views for one in view.objects), wanted=wanted, kept=kept),
        clouds=answered,
        silent=tuple(name for name in clouds if name not in answered),
    )


def _delete(
    shell: Shell, view: LeftoversView, clouds: Mapping[str, Cloud], evidence: Evidence, *, with_data: bool
) -> LeftoversView:
    fates: dict[tuple[str, str], Fate] = {}
    for leftover in view.leftovers:
        found = leftover.found
        fate = Fate.SPARED
        if with_data or not leftover.guarded:
            try:
                clouds[found.cloud].delete(found)
                fate = Fate.DELETED
            except MigrateError as error:
                shell.tell_error(error)
                fate = Fate.FAILED
        fates[(found.cloud, found.id)] = fate
        evidence.record(
            "gc", cloud=found.cloud, kind=found.kind, name=found.name, id=found.id, reason=leftover.reason, fate=fate
        )
    return LeftoversView(leftovers=view.leftovers, clouds=view.clouds, silent=view.silent, dry_run=False, fates=fates)


@contextmanager
def _alone(shell: Shell, programme: Programme) -> Iterator[Evidence]:
    """Take the programme: what a running batch makes looks like a leftover until its plan line is done."""
    from orchestrator.adapters.lock import RunLock
    from orchestrator.cli.wiring import CLOCK, database_of, evidence_of, state_of

    state = state_of(shell)
    state.ensure()
    said = " ".join(("migrate", *COMMAND))
    with ExitStack() as stack:
        stack.enter_context(RunLock(state.lock, clock=CLOCK, command=said))
        stack.enter_context(database_of(programme, state).lease(said))
        yield evidence_of(state)
