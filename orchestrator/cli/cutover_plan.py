"""`migrate cutover-plan`: the document that is signed before anything is touched."""

from __future__ import annotations

from pathlib import Path

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.usage import comma_separated
from orchestrator.cli.words import say

_FORMATS = ("html", "docx")


@click.command(help=say("help.cutover-plan"))
@click.option("--batch", type=click.IntRange(min=1), help=say("help.cutover-plan.batch"))
@click.option("--system", help=say("help.cutover-plan.system"))
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
@output_option
@click.pass_obj
def cutover_plan(
    shell: Shell,
    batch: int | None,
    system: str | None,
    path: Path | None,
    out: Path | None,
    formats: tuple[str, ...],
    output: str,
) -> None:
    """Show a cutover's dry run and write its documents; the plan must still hold."""
    from orchestrator.adapters.cutover_documents import write_docx, write_html
    from orchestrator.cli.plan import load_current
    from orchestrator.planning.batches import plan_batch
    from orchestrator.planning.cutover import batch_of, plan_cutover
    from orchestrator.planning.specs import slug
    from orchestrator.reporting.cutover import CutoverView, document_of

    if (batch is None) == (system is None):
        raise click.UsageError(say("cutover.batch-or-system"))
    scope, subject = ("system", str(system)) if batch is None else ("batch", str(batch))
    current = load_current(shell, path or shell.folder / "schedule.yaml")
    schedule, problem, listing = current.schedule, current.problem, current.listing
    dry_run = plan_batch(problem.programme, listing, batch_of(schedule, scope, subject), None)
    made = plan_cutover(schedule, problem, listing, dry_run, scope, subject)
    files = []
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        document = document_of(made, say)
        # A system's id is the list's text and may be anything; a file's name is its slug.
        name = f"cutover-batch-{made.batch}" if system is None else f"cutover-{slug(system)}"
        writers = {"html": write_html, "docx": write_docx}
        for kind in formats:
            target = out / f"{name}.{kind}"
            writers[kind](target, document)
            files.append(str(target))
    shell.show(CutoverView(made, tuple(files)), output)
