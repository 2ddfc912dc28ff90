"""The `migrate` command: loads a subcommand only when it is called, and turns errors into exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import cast

import click

from orchestrator import __version__
from orchestrator.cli.output import Shell
from orchestrator.cli.streams import never_fail
from orchestrator.cli.usage import localised
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError

# name → module of `orchestrator.cli`; the function has the command's name with underscores.
COMMANDS = {
    "init": "init",
    "schema": "schema",
    "list": "list",
    "classify": "classify",
    "place": "classify",
    "plan": "plan",
    "cutover-plan": "cutover_plan",
    "batch": "batch",
    "render": "render",
    "status": "run",
    "retry": "run",
    "cancel": "run",
    "audit": "audit",
    "report": "report",
    "evidence": "evidence",
    "sources": "sources",
    "gc": "gc",
    "doctor": "doctor",
    "lab": "lab",
}


class Commands(click.Group):
    """A group whose commands are imported on demand; `migrate --help` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """Return the commands in the order of a batch's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"orchestrator.cli.{COMMANDS[cmd_name]}")
        name = cmd_name.replace("-", "_")
        return localised(cast(click.Command, getattr(module, f"{name}_", None) or getattr(module, name)))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the text catalogue instead of importing each."""
        with formatter.section(say("help.commands")):
            formatter.write_dl([(name, say(f"help.{name}")) for name in COMMANDS])


@localised
@click.group(cls=Commands, help=say("help.migrate"), epilog=say("help.exit-codes"))
@click.option(
    "-C",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help=say("help.folder"),
)
@click.option("--lang", type=click.Choice(["en", "zh"]), help=say("help.lang"))
@click.version_option(__version__, prog_name="migrate")
@click.pass_context
def migrate(ctx: click.Context, folder: Path, lang: str | None) -> None:
    """Hold what every command shares; the language was chosen before Click started."""
    del lang
    ctx.obj = Shell(folder=folder)


def main() -> None:
    """Run the command line; every way out is an `ExitCode`."""
    # A long list is a million values that live until the answer is told, and the collector visits all of them
    # every 700 new ones: a quarter of the time for nothing. A run, which takes hours, still collects.
    gc.set_threshold(100_000)
    never_fail()
    try:
        code = migrate.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("interrupted"), err=True)
        code = ExitCode.INTERRUPTED
    except MigrateError as error:
        Shell.tell_error(error)
        code = error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets one line and a file, never a traceback
        with tempfile.NamedTemporaryFile("w", prefix="migrate-", suffix=".log", delete=False) as log:
            traceback.print_exc(file=log)
        Shell.tell_error(MigrateError("unexpected", error=type(error).__name__, path=log.name))
        code = ExitCode.UNEXPECTED
    sys.stdout.flush()
    # DBOS and ansible-runner may leave threads behind; the answer is out and durable, so leave at once.
    sys.stderr.flush()
    os._exit(int(code or 0))
