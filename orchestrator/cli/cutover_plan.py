"""`migrate cutover-plan`: the document that is signed before anything is touched."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, mode_option, output_option
from orchestrator.cli.usage import Day, comma_separated
from orchestrator.cli.words import say

if TYPE_CHECKING:
    from orchestrator.model.callers import Call
    from orchestrator.model.cutover import CutoverReplica, FrozenSection
    from orchestrator.model.programme import Programme
    from orchestrator.model.system import MigrationList

_FORMATS = ("html", "docx")


@click.command(help=say("help.cutover-plan"))
@click.option("--batch", type=click.IntRange(min=1), help=say("help.cutover-plan.batch"))
@click.option("--system", help=say("help.cutover-plan.system"))
@click.option("--night", type=Day(), help=say("help.cutover-plan.night"))
@click.option("--plan", "path", type=click.Path(dir_okay=False, path_type=Path), help=say("help.cutover-plan.plan"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help=say("help.cutover-plan.out"))
@click.option(
    "--format",
    "formats",
    default="html,docx",
    show_default=True,
    callback=comma_separated(_FORMATS, "cutover.bad-format"),
    help=say("help.cutover-plan.format"),
)
@mode_option
@output_option
@click.pass_obj
def cutover_plan(
    shell: Shell,
    batch: int | None,
    system: str | None,
    night: date | None,
    path: Path | None,
    out: Path | None,
    formats: tuple[str, ...],
    mode: int,
    output: str,
) -> None:
    """Show a cutover's dry run and write its documents; the plan must still hold."""
    from orchestrator.adapters.documents.page import html_of
    from orchestrator.adapters.documents.paper import docx_of
    from orchestrator.adapters.files import write_whole
    from orchestrator.checks.cutover import check_cutover
    from orchestrator.cli.plan import load_current
    from orchestrator.cli.witness import leave, place_of
    from orchestrator.planning.batches import plan_batch
    from orchestrator.planning.cutover import batch_of, only_night, plan_cutover
    from orchestrator.planning.specs import slug
    from orchestrator.reporting.cutover.document import document_of, night_document_of
    from orchestrator.reporting.cutover.view import CutoverView

    if (batch is None) == (system is None):
        raise click.UsageError(say("cutover.batch-or-system"))
    scope, subject = ("system", str(system)) if batch is None else ("batch", str(batch))
    current = load_current(shell, path or shell.folder / "schedule.yaml")
    schedule, problem, listing = current.schedule, current.problem, current.listing
    dry_run = plan_batch(problem.programme, listing, batch_of(schedule, scope, subject), None)
    made = plan_cutover(schedule, problem, listing, dry_run, scope, subject)
    if night is not None:
        made = only_night(made, night)
    systems = [item.system for item in made.systems]
    made = replace(made, frozen=_frozen(shell, systems), replicas=_replicas(shell, problem.programme, listing, systems))
    made = replace(made, calls=_calls(shell, problem.programme, listing, systems))
    risks = check_cutover(made)
    files = []
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        seal = place_of(shell)
        document = document_of(made, risks, say, seal) if night is None else night_document_of(made, say, seal)
        # A system's id is the list's text and may be anything; a file's name is its slug.
        name = f"cutover-batch-{made.batch}" if system is None else f"cutover-{slug(system)}"
        if night is not None:
            name = f"{name}-{night}"
        writers = {"html": html_of, "docx": docx_of}
        for kind in formats:
            target = out / f"{name}.{kind}"
            write_whole(target, writers[kind](document), mode=mode)
            files.append(str(target))
        leave(shell, "cutover-plan.made", plan=made.schedule_digest, subject=subject, files=files)
    shell.show(CutoverView(made, risks, tuple(files)), output)


def _frozen(shell: Shell, systems: Sequence[str]) -> tuple[FrozenSection, ...]:
    """Return the frozen section of each system whose move has begun, as its own dry run shows it."""
    from orchestrator.cli.moving import desk
    from orchestrator.model.cutover import FrozenSection
    from orchestrator.model.life import Move, edge

    with desk(shell, sys.argv[1:], reading=True) as ours:
        lives = ours.movement.lives.all()
        begun = [lives[name] for name in systems if name in lives and "move" in lives[name].facts]
        views = [ours.cutover_view(life) for life in begun if edge(Move.DROP, life.phase)]
    return tuple(FrozenSection(frozen=view.frozen, digest=view.digest) for view in views)


def _calls(shell: Shell, programme: Programme, listing: MigrationList, systems: Sequence[str]) -> tuple[Call, ...]:
    """Return the interfaces of these systems, each once, as their switch leaves them."""
    from orchestrator.cli.calling import sides
    from orchestrator.cli.wiring import CLOCK, database_of, state_of
    from orchestrator.execution.lives import Lives
    from orchestrator.planning.callers import plan_all_calls

    known = sides(programme, listing, Lives(database_of(programme, state_of(shell)), CLOCK).all())
    found = plan_all_calls(programme, listing, systems, known).values()
    return tuple({call.interface: call for calls in found for call in calls}.values())


def _replicas(
    shell: Shell, programme: Programme, listing: MigrationList, systems: Sequence[str]
) -> tuple[CutoverReplica, ...]:
    """Return what is wanted of the systems' replicas and how they stood when a check last saw them; nobody is asked."""
    from orchestrator.adapters.intake.recovery import grade_tables
    from orchestrator.checks.replicas.centre import stand_now
    from orchestrator.cli.replica_checks import believed, day_of, with_drills
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.model.cutover import CutoverReplica
    from orchestrator.planning.recovering import wanted_of

    now, recovery = CLOCK.now(), programme.recovery
    order = {name: place for place, name in enumerate(systems)}
    mine = sorted(
        (one for one in wanted_of(listing, recovery) if one.system in order), key=lambda one: order[one.system]
    )
    wanted = with_drills(shell, mine, recovery, day_of(now))
    checks = believed(shell, programme, listing, day_of(now))
    centre = stand_now(wanted, checks, grade_tables()[2007], now, day_of(now))
    return tuple(CutoverReplica(wanted=one, stood=stood) for one, stood in zip(wanted, centre.systems, strict=True))
