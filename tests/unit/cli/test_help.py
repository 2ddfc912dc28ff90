"""Every word of help is in the text catalogue, in both languages."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import click
import pytest

from orchestrator.cli.main import COMMANDS, migrate
from orchestrator.reporting import catalogue, texts

# Click's own, in Click's own words; test_usage.py reads those.
CLICKS = {"help", "version"}


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            found = command.get_command(context, word)
            assert found
            yield from commands(found, f"{name} {word}")


@pytest.fixture(scope="module")
def words() -> frozenset[str]:
    """Return every text of the catalogue as Click keeps it."""
    entries = (importlib.import_module(f"{catalogue.__name__}.{name}").TEXTS for name in texts.modules())
    return frozenset(inspect.cleandoc(text) for found in entries for both in found.values() for text in both)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_and_options_have_their_help_from_the_catalogue(command: str, words: frozenset[str]) -> None:
    whole = migrate.get_command(click.Context(migrate), command)
    assert whole
    said = [
        (f"{name} {getattr(parameter, 'opts', [''])[0]}".strip(), text)
        for name, found in commands(whole, command)
        for parameter, text in [
            (found, found.help),
            (found, found.short_help or found.help),
            *((each, each.help) for each in found.params if isinstance(each, click.Option) and each.name not in CLICKS),
        ]
    ]
    assert [place for place, text in said if inspect.cleandoc(text or "") not in words] == []


def test_the_overview_of_all_commands_needs_the_texts_of_no_single_one() -> None:
    shared = importlib.import_module(f"{catalogue.__name__}.help").TEXTS
    elsewhere = {
        code
        for name in texts.modules()
        for code in importlib.import_module(f"{catalogue.__name__}.{name}").TEXTS
        if code.startswith("help.") and code.count(".") == 1 and code not in shared
    }
    assert elsewhere == set()
    assert {f"help.{command}" for command in COMMANDS} <= shared.keys()
