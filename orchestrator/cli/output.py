"""How commands print: views to standard output, errors and progress to standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchestrator.cli.streams import speak_utf8
from orchestrator.cli.words import say
from orchestrator.errors import MigrateError
from orchestrator.reporting.view import View, json_pieces

if TYPE_CHECKING:
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Shell:
    """What every command is given: the programme's folder and a way to print."""

    folder: Path

    def show(self, view: View, output: str) -> None:
        """Print a view as a table or as JSON."""
        if output == "json":
            print_json(view.data())
            return
        console = terminal()
        for line in view.lines(say):
            console.print(line, soft_wrap=isinstance(line, str), highlight=False, markup=False)

    @staticmethod
    def tell(code: str, /, **values: object) -> None:
        """Print one line about progress to standard error."""
        click.echo(say(code, **values), err=True)

    @staticmethod
    def tell_error(error: MigrateError) -> None:
        """Print what went wrong and what to do about it."""
        click.echo(f"{say('error')} [{error.code}] {say(error.code, **error.values)}", err=True)
        remedy = say.either(f"{error.code}.remedy", **error.values)
        if remedy:
            click.echo(f"  → {remedy}", err=True)


def print_json(value: object) -> None:
    """Print JSON to standard output, in UTF-8."""
    speak_utf8()
    for piece in json_pieces(value):
        click.echo(piece, nl=False)
    click.echo()


def terminal() -> Console:
    """Return a console on standard output; a pipe or file gets plain text at full width."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=200, no_color=True)


def output_option(command: F) -> F:
    """Add `-o table|json`."""
    return click.option(
        "-o", "--output", type=click.Choice(["table", "json"]), default="table", help=say("help.output")
    )(command)
