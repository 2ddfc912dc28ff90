"""Says every help page and the usage errors of every command in this process's language, as JSON.

The language is chosen before the commands load, so a test runs this as a program, once for each language.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import click

from orchestrator.cli.main import migrate
from orchestrator.cli.usage import Day

REFUSES_ANY_WORD = (click.Choice, Day, click.types.IntParamType, click.types.FloatParamType)
NONSENSE = "@"


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Give every command with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from commands(found, (*path, name))


def mistakes(command: click.Command) -> Iterator[tuple[str, ...]]:
    """Give arguments that the command must refuse before it does anything."""
    yield ("--bogus",)
    yield ("--hel",)
    for each in command.params:
        refuses = isinstance(each.type, REFUSES_ANY_WORD)
        if isinstance(each, click.Option):
            yield (
                (each.opts[-1], NONSENSE) if refuses else (each.opts[-1] + "=1",) if each.is_flag else (each.opts[-1],)
            )
            if isinstance(each.type, click.Path) and each.type.exists:
                yield (each.opts[-1], "/" + NONSENSE)
        elif refuses:
            yield (NONSENSE,)
    if isinstance(command, click.Group):
        yield (NONSENSE,)
    else:
        if any(each.required for each in command.params):
            yield ()
        if all(each.nargs == 1 for each in command.params):
            yield (*["1"] * len(command.params), NONSENSE)


def refusal(arguments: tuple[str, ...]) -> str:
    """Return what a usage error says."""
    said = StringIO()
    try:
        migrate.main(list(arguments), prog_name="migrate", standalone_mode=False)
    except click.UsageError as error:
        error.show(said)
        return said.getvalue()
    raise AssertionError(f"{arguments} must be refused")


def page(arguments: tuple[str, ...]) -> str:
    """Return a help page."""
    said = StringIO()
    with redirect_stdout(said):
        migrate.main([*arguments, "--help"], prog_name="migrate", standalone_mode=False)
    return said.getvalue()


def ours(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    """Give every word on a help page that is ours: helps, and the spellings of commands, options and choices."""
    yield from (*path, command.help or "", command.epilog or "")
    for each in command.get_params(click.Context(command)):
        yield from (*each.opts, *each.secondary_opts)
        # Click's own two options have Click's words.
        yield each.help or "" if isinstance(each, click.Option) and each.name not in {"help", "version"} else ""
        yield from each.type.choices if isinstance(each.type, click.Choice) else ()
        yield str(each.default)


def main() -> None:
    """Say everything; no command runs, whatever it is given."""
    found = dict(commands(migrate))
    for command in found.values():
        if not isinstance(command, click.Group):
            command.callback = None
    said = {" ".join((*path, "--help")): page(path) for path in found}
    for path, command in found.items():
        for wrong in mistakes(command):
            said[" ".join((*path, *wrong))] = refusal((*path, *wrong))
    sys.stdout.write(
        json.dumps({"said": said, "ours": sorted({word for each in found.items() for word in ours(*each)})})
    )


if __name__ == "__main__":
    main()
