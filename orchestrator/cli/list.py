"""`migrate list`: a form to begin with; check and show the migration list."""

from __future__ import annotations

from pathlib import Path

import click

from orchestrator.cli.output import Shell, mode_option, output_option
from orchestrator.cli.programme import tell_problems_of
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused
from orchestrator.reporting.texts import Lang

FORM = "migration-list.xlsx"


@click.group(help=say("help.list"))
def list_() -> None:
    """Hold the subcommands."""


@list_.command("check", help=say("help.list.check"))
@click.option("--errors-out", type=click.Path(dir_okay=False, path_type=Path), help=say("help.list.check.errors-out"))
@mode_option
@output_option
@click.pass_obj
def check(shell: Shell, errors_out: Path | None, mode: int, output: str) -> None:
    """Show every problem; exit 4 when any of them refuses the list."""
    from orchestrator.cli.reading import Reading
    from orchestrator.planning.batches import left_out_problems
    from orchestrator.reporting.problems import Problems, counts_of, sentence

    reading = Reading.of(shell)
    programme = reading.programme
    census, problems = reading.census()
    listing = census.listing
    copies: tuple[Path, ...] = ()
    refusal: Refused | None = None
    try:
        problems = (*problems, *left_out_problems(programme, listing))
    except Refused as error:
        refusal = error  # a rule that cannot be asked; the problems are told all the same
    if errors_out is not None:
        from orchestrator.adapters.intake.marked import write_marked  # a second, slower reader of workbooks

        heading = say("list.column.problems")
        try:
            copies = write_marked(
                shell.folder, programme, problems, errors_out, lambda one: sentence(one, say), heading, mode=mode
            )
        except Refused as error:
            refusal = error  # the problems are told all the same
    written = tuple(map(str, copies))
    view = Problems(problems=problems, counts=counts_of(listing), copies=written, empty=census.empty)
    shell.show(view, output)
    if refusal is not None:
        raise refusal
    if view.errors:
        raise click.exceptions.Exit(ExitCode.REFUSED)


@list_.command("show", help=say("help.list.show"))
@output_option
@click.pass_obj
def show(shell: Shell, output: str) -> None:
    """Show how many systems there are, by unit, disposition and batch."""
    from orchestrator.cli.programme import load_census
    from orchestrator.reporting.problems import ListSummary

    _, census = load_census(shell)
    shell.show(ListSummary(listing=census.listing), output)


@list_.command("template", help=say("help.list.template"))
@click.option("--lang", type=click.Choice(["en", "zh"]), default=say.lang, help=say("help.list.template.lang"))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=say("help.list.template.out"))
@mode_option
@output_option
@click.pass_obj
def template(shell: Shell, lang: Lang, out: Path | None, mode: int, output: str) -> None:
    """Write the blank form; needs no programme."""
    from orchestrator.adapters.intake.form import write_form
    from orchestrator.reporting.forms import WrittenForm
    from orchestrator.reporting.texts import Say

    form = write_form(out or shell.folder / FORM, lang, Say(lang), mode=mode)
    view = WrittenForm(path=str(form.path), lang=form.lang, sheets=form.sheets, example=form.example)
    shell.show(view, output)


@list_.command("from", help=say("help.list.from"))
@click.argument("file", type=click.Path(path_type=Path), metavar=say("help.list.from.file"))
@click.option("--mapping", type=click.Path(path_type=Path), help=say("help.list.from.mapping"))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=say("help.list.from.out"))
@mode_option
@output_option
@click.pass_obj
def from_(shell: Shell, file: Path, mapping: Path | None, out: Path | None, mode: int, output: str) -> None:
    """Draw an export of another tool into a list; needs no programme."""
    from orchestrator.adapters.intake.foreign.shape import headers
    from orchestrator.adapters.intake.foreign.source import draw_export
    from orchestrator.adapters.intake.form import write_form
    from orchestrator.reporting.foreign import DrawnList

    try:
        drawn = draw_export(file, mapping)
    except Refused as refusal:
        tell_problems_of(refusal)
        raise
    rows = {"systems": drawn.systems, "servers": drawn.servers}
    form = write_form(out or shell.folder / FORM, say.lang, say, rows=rows, mode=mode)
    view = DrawnList(
        kind=drawn.kind,
        path=str(form.path),
        sheets=drawn.sheets,
        systems=len(drawn.systems),
        servers=len(drawn.servers),
        grouped_by=drawn.grouped_by,
        alone=drawn.alone,
        missing=drawn.missing,
        unsized=drawn.unsized,
        headers=headers(say.lang),
        notes=drawn.notes,
    )
    shell.show(view, output)
