"""`migrate list`: check and show the migration list."""

from __future__ import annotations

from pathlib import Path

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused


@click.group(help=say("help.list"))
def list_() -> None:
    """Hold the subcommands."""


@list_.command("check", help=say("help.list.check"))
@click.option("--errors-out", type=click.Path(dir_okay=False, path_type=Path), help=say("help.list.check.errors-out"))
@output_option
@click.pass_obj
def check(shell: Shell, errors_out: Path | None, output: str) -> None:
    """Show every problem; exit 4 when any of them refuses the list."""
    from orchestrator.adapters.intake import read_list
    from orchestrator.cli.programme import load_declaration
    from orchestrator.reporting.problems import Problems, counts_of, sentence

    programme = load_declaration(shell)
    listing, problems = read_list(shell.folder, programme)
    copies: tuple[Path, ...] = ()
    refusal: Refused | None = None
    if errors_out is not None:
        from orchestrator.adapters.intake.marked import write_marked  # a second, slower reader of workbooks

        heading = say("list.column.problems")
        try:
            copies = write_marked(
                shell.folder, programme, problems, errors_out, lambda one: sentence(one, say), heading
            )
        except Refused as error:
            refusal = error  # the problems are told all the same
    view = Problems(problems=problems, counts=counts_of(listing), copies=tuple(map(str, copies)))
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
    from orchestrator.cli.programme import load
    from orchestrator.reporting.problems import ListSummary

    _, listing = load(shell)
    shell.show(ListSummary(listing=listing), output)
