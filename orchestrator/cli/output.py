"""How commands print: views to standard output, errors and progress to standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from orchestrator.adapters.files import PRIVATE_FILE
from orchestrator.cli import streams
from orchestrator.cli.words import say
from orchestrator.errors import MigrateError
from orchestrator.reporting.view import View, json_pieces

# What the contexts of one call share: whether JSON was asked for, and whether any was given.
_JSON, _ANSWERED = f"{__name__}.json", f"{__name__}.answered"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Shell:
    """What every command is given: the programme's folder and a way to print."""

    folder: Path

    def show(self, view: View, output: str) -> None:
        """Print a view as a table or as JSON."""
        if output == "json":
            print_json(view.data())
        else:
            streams.show(view.lines(say))

    @staticmethod
    def tell(code: str, /, **values: object) -> None:
        """Print one line about progress to standard error."""
        streams.write((say(code, **values), "\n"), err=True)

    @staticmethod
    def tell_error(error: MigrateError) -> None:
        """Print what went wrong and what to do about it."""
        line = f"{say('error')} [{error.code}] {say(error.code, **error.values)}\n"
        remedy = say.either(f"{error.code}.remedy", **error.values)
        streams.write((line, *((f"  → {remedy}\n",) if remedy else ())), err=True)


def print_json(value: object) -> None:
    """Print JSON to standard output, in UTF-8."""
    if context := click.get_current_context(silent=True):
        context.meta[_ANSWERED] = True
    streams.speak_utf8()
    streams.write_pure(json_pieces(value))
    streams.write_pure("\n")


def answer_refusal(ctx: click.Context, error: MigrateError) -> None:
    """Print a refusal as JSON where JSON was asked for and no answer has been given: a program parses either."""
    if ctx.meta.get(_JSON) and not ctx.meta.get(_ANSWERED):
        from orchestrator.reporting.refusal import refusal_data

        print_json(refusal_data(error))


class _Mode(click.ParamType):  # type: ignore[type-arg]  # older Clicks have no argument for it
    """Permission bits in octal."""

    name = "0640"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bits that an octal number names."""
        if isinstance(value, int):
            return value
        try:
            bits = int(value, 8)
        except ValueError:
            bits = -1
        if not 0o400 <= bits <= 0o777:
            self.fail(say("usage.bad-mode", value=value), param, ctx)
        return bits


def mode_option(command: F) -> F:
    """Add `--mode`: the permission bits of what a command writes; its owner's alone unless asked."""
    return click.option("--mode", type=_Mode(), default=PRIVATE_FILE, show_default="0600", help=say("help.mode"))(
        command
    )


def output_option(command: F) -> F:
    """Add `-o table|json`."""
    return output_choice("table", "json", text=say("help.output"))(command)


def output_choice(*kinds: str, text: str) -> Callable[[F], F]:
    """Return what adds `-o` with these kinds, the first as its default; a refusal is JSON where JSON is asked for."""

    def remember(ctx: click.Context, _: click.Parameter, value: str) -> str:
        ctx.meta[_JSON] = value == "json"
        return value

    return click.option("-o", "--output", type=click.Choice(kinds), default=kinds[0], help=text, callback=remember)
