"""Makes Click speak the language of this process, on help pages and in usage errors.

Click asks gettext's default domain for its messages and ships no translations of its own. They are in the text
catalogue by their English; what Click does not ask gettext for, `localised` puts into the command.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast
from unicodedata import east_asian_width

import click

from orchestrator.cli.words import say
from orchestrator.reporting.visible import one_line

C = TypeVar("C", bound=click.Command)


@cache
def _words() -> dict[str, str]:
    """Return the words of this process's language by Click's English; English has none but Click's own."""
    if say.lang == "en":
        return {}
    from orchestrator.reporting.catalogue.usage import TEXTS

    return dict(TEXTS.values())


def word(english: str) -> str:
    """Return what this process says instead of an English word or message of Click's."""
    return _words().get(english, english)


class _Words(gettext.NullTranslations):
    """The text catalogue, as gettext knows a language."""

    def gettext(self, message: str) -> str:
        return word(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return word(msgid1 if n == 1 else msgid2)


_translation = gettext.translation


def _find(domain: str, *others: Any, **options: Any) -> gettext.NullTranslations:
    """Answer for the default domain, which libraries with translations of their own leave alone."""
    return _Words() if domain == gettext.textdomain() else _translation(domain, *others, **options)


# gettext itself knows only compiled files, chosen by the environment: it cannot be told the language of `--lang`
# without telling it to every program that a command starts.
gettext.translation = cast(Any, _find)


class _Formatter(click.HelpFormatter):
    """Click counts characters, and a Chinese one is as wide as two."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and their meanings, one meaning below the other on the screen."""
        rows = list(rows)
        column = min(max(_width(term) for term, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, meaning in rows:
            gap = column - _width(term)
            start = " " * gap if gap >= col_spacing else f"\n{indent}{' ' * column}"
            wrapped = click.wrap_text(meaning, max(self.width - column - 2, 10), preserve_paragraphs=True)
            lines = wrapped.replace("\n", f"\n{indent}{' ' * column}")
            self.write(f"{indent}{term}{start}{lines}".rstrip() + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


class Day(click.ParamType):  # type: ignore[type-arg]  # older Clicks have no argument for it
    """A day, written year-month-day."""

    name = say("usage.day")

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that a word of the command line names."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            self.fail(say("usage.bad-day", value=value), param, ctx)


def comma_separated(
    known: Collection[str], refusal: str
) -> Callable[[click.Context, click.Parameter, str], tuple[str, ...]]:
    """Return the callback of an option that takes words with commas between them.

    Args:
        known: the words there are.
        refusal: code of the text that tells the unknown ones, as its `value`.
    """

    def read(_: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys(part.strip() for part in value.split(",")))
        unknown = sorted(set(wanted).difference(known))
        if unknown:
            raise click.BadParameter(say(refusal, value=", ".join(unknown)), param=option)
        return wanted

    return read


def complaint(error: click.ClickException) -> str:
    """Return what Click would print of an error, with the words of the command line kept on one line."""
    told = error.format_message()
    # Click lays out the choices of a missing parameter itself, and no word of the command line is in it.
    message = told if isinstance(error, click.MissingParameter) else one_line(told)
    lines = [word("Error: {message}").format(message=message)]
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context:
        option = max(context.command.get_help_option_names(context), key=len, default="")
        hint = word("Try '{command} {option}' for help.").format(command=context.command_path, option=option)
        lines = [context.get_usage(), *((hint,) if option else ()), "", *lines]
    return "".join(f"{line}\n" for line in lines)


def localised(command: C) -> C:
    """Put the words that Click does not ask gettext for into a command and its subcommands; return the command."""
    command.context_class = _Context
    command.options_metavar = word(command.options_metavar or "")
    for parameter in command.params:
        parameter.type.name = word(parameter.type.name)
        if parameter.metavar:
            parameter.metavar = word(parameter.metavar)
        elif isinstance(parameter, click.Argument) and parameter.human_readable_name in _words():
            parameter.metavar = word(parameter.human_readable_name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = word(command.subcommand_metavar)
        for each in command.commands.values():
            localised(each)
    return command


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
