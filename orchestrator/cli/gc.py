"""`migrate gc`: lists cloud objects of ours that belong to nothing, and deletes them only when told to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import click

from orchestrator.cli.ending import ended_between, terminated_like_interrupted
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import CloudLost, ExitCode, Interrupted, Locked, MigrateError, StorageError
from orchestrator.model.programme import Programme
from orchestrator.model.result import Observed
from orchestrator.model.system import MigrationList
from orchestrator.ports import Cloud, Evidence
from orchestrator.reporting.leftovers import Fate, LeftoversView, fate_of

COMMAND = ("gc", "--yes")
_WELL = frozenset({Fate.DELETED, Fate.SPARED})


@click.command("gc", help=say("help.gc"), short_help=say("help.gc"))
@click.option("--dry-run/--yes", "dry_run", default=True, help=say("help.gc.dry-run"))
@click.option("--data", "with_data", is_flag=True, help=say("help.gc.data"))
@click.option("--cloud", "names", multiple=True, metavar="NAME", help=say("help.gc.cloud"))
@output_option
@click.pass_context
def gc(ctx: click.Context, dry_run: bool, with_data: bool, names: tuple[str, ...], output: str) -> None:
    """Compare the clouds with the plans of all batches."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.wiring import chosen_clouds, clouds_of

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    chosen = chosen_clouds(programme, names)
    if dry_run:
        clouds = clouds_of(shell, programme, chosen)
        view, foreign = _look(shell, programme, listing, clouds)
        shell.show(replace(view, with_data=with_data), output)
        for error in foreign:
            shell.tell_error(error)
    else:
        with _alone(shell, programme) as evidence:
            clouds = clouds_of(shell, programme, chosen, evidence=evidence)
            view, foreign = _look(shell, programme, listing, clouds)
            for error in foreign:
                raise error
            view, ended = _delete(shell, programme, view, clouds, evidence, with_data=with_data)
        shell.show(view, output)
        if ended:
            counts = view.counts()
            left = counts[Fate.LEFT] + counts[Fate.UNKNOWN]
            raise Interrupted("gc.interrupted", deleted=counts[Fate.DELETED], left=left)
    bad = view.silent or not _WELL.issuperset(view.fates.values())
    ctx.exit(ExitCode.LOCKED if foreign else ExitCode.FAILED if bad else ExitCode.DONE)


def _look(
    shell: Shell, programme: Programme, listing: MigrationList, clouds: Mapping[str, Cloud]
) -> tuple[LeftoversView, list[Locked]]:
    """Return what is left over, and an error for each cloud on which the programme is somebody else's."""
    from orchestrator.checks.leftovers import leftovers
    from orchestrator.cli.claiming import locks, notes
    from orchestrator.cli.wiring import database_of, look, require_same, state_of
    from orchestrator.execution.history import built
    from orchestrator.execution.renaming import renamed
    from orchestrator.model.plan import Reason
    from orchestrator.planning.batches import plan_batch
    from orchestrator.planning.specs import slug

    views, errors = look(clouds, programme)
    for error in errors:
        shell.tell_error(error)
    state = state_of(shell)
    require_same(state.clouds.known(), views)
    plans = [plan_batch(programme, listing, batch.number, None) for batch in programme.batches]
    specs = [system.spec for plan in plans for system in plan.systems if system.spec]
    wanted = {
        (part.cloud, item.owner.system, item.owner.key)
        for spec in specs
        for part in spec.parts
        for item in part.objects
    }
    planned = {spec.slug for spec in specs}
    listed = {slug(system.id) for system in listing.systems}
    unlisted = {seen.system for view in views for seen in view.objects if seen.system} - listed
    # A system whose id was changed on the list is there under its former one, and is nobody's leftover.
    found = renamed(listing, views, lambda: built(database_of(programme, state))) if unlisted else {}
    kept = (listed | {like.former_slug for like in found.values()}) - planned
    told = [
        Reason(code="gc.looks-renamed", values={"system": each.system, "former": each.former, "by": ", ".join(each.by)})
        for each in found.values()
    ]
    answered = tuple(view.cloud for view in views)
    view = LeftoversView(
        leftovers=leftovers((one for view in views for one in view.objects), wanted=wanted, kept=kept),
        clouds=answered,
        silent=tuple(name for name in clouds if name not in answered),
        notes=(*notes(state, views), *told),
    )
    return view, locks(state, views)


def _delete(
    shell: Shell,
    programme: Programme,
    view: LeftoversView,
    clouds: Mapping[str, Cloud],
    evidence: Evidence,
    *,
    with_data: bool,
) -> tuple[LeftoversView, bool]:
    """Delete one object after the other, and tell whether somebody asked to end; each fate goes on record."""
    from orchestrator.cli.claiming import hold
    from orchestrator.cli.wiring import state_of

    going = {one.found.cloud for one in view.leftovers if fate_of(one, with_data=with_data) is Fate.DELETED}
    hold(shell, programme, state_of(shell), {name: clouds[name] for name in going}, evidence)
    fates: dict[tuple[str, str], Fate] = {}
    lost: set[str] = set()
    with ended_between(lambda: shell.tell("gc.stopping")) as ended:
        for leftover in view.leftovers:
            found = leftover.found
            fate = fate_of(leftover, with_data=with_data)
            if fate is Fate.DELETED and (ended() or found.cloud in lost):
                fate = Fate.LEFT
            elif fate is Fate.DELETED:
                fate = _deleted(shell, clouds[found.cloud], found, lost)
            fates[(found.cloud, found.id)] = fate
            evidence.record(
                "gc",
                cloud=found.cloud,
                kind=found.kind,
                name=found.name,
                id=found.id,
                reason=leftover.reason,
                fate=fate,
            )
        if ended():
            evidence.record("gc.interrupted")
        return replace(view, dry_run=False, with_data=with_data, fates=fates), ended()


def _deleted(shell: Shell, cloud: Cloud, found: Observed, lost: set[str]) -> Fate:
    try:
        cloud.delete(found)
    except StorageError:
        raise  # nothing more is deleted that cannot be put on record
    except MigrateError as error:
        shell.tell_error(error)
        if isinstance(error, CloudLost):  # every further object would only say the same
            lost.add(found.cloud)
        return Fate.FAILED
    except KeyboardInterrupt:
        return Fate.UNKNOWN
    return Fate.DELETED


@contextmanager
def _alone(shell: Shell, programme: Programme) -> Iterator[Evidence]:
    """Take the programme: what a running batch makes looks like a leftover until its plan line is done."""
    from orchestrator.cli.alone import alone

    with alone(shell, programme, " ".join(("migrate", *COMMAND))) as evidence, terminated_like_interrupted():
        evidence.record("gc.started")
        try:
            yield evidence
        finally:
            evidence.record("gc.ended")
