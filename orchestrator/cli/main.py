"""The `migrate` command: loads a subcommand only when it is called, and turns errors into exit codes."""

from __future__ import annotations

import gc
import importlib
import os
from pathlib import Path
from typing import cast

import click

from orchestrator import __version__
from orchestrator.cli import streams
from orchestrator.cli.output import Shell, answer_refusal
from orchestrator.cli.usage import complaint, localised
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError, storage_error

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
    "worker": "worker",
    "status": "status",
    "board": "board",
    "preflight": "preflight",
    "verify": "verify",
    "repin": "verify",
    "retry": "run",
    "cancel": "run",
    "approve": "approve",
    "cutover": "cutover",
    "rollback": "cutover",
    "callers": "callers",
    "give-back": "give_back",
    "retire": "cutover",
    "drop": "drop",
    "image": "image",
    "external": "external",
    "dr": "dr",
    "audit": "audit",
    "report": "report",
    "evidence": "evidence",
    "state": "state",
    "sources": "sources",
    "gc": "gc",
    "doctor": "doctor",
    "lab": "lab",
}


# Commands whose refusal is worth an entry: they act, or make what others rely on.
ACTING = frozenset(
    {
        "batch",
        "worker",
        "retry",
        "repin",
        "cancel",
        "cutover",
        "rollback",
        "callers",
        "give-back",
        "retire",
        "drop",
        "image",
        "approve",
        "gc",
        "render",
        "plan",
        "cutover-plan",
        "report",
        "audit",
    }
)


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

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; its refusal leaves an entry in the evidence."""
        try:
            return super().invoke(ctx)
        except MigrateError as error:
            self._refused(ctx, error.code, int(error.exit_code))
            answer_refusal(ctx, error)
            raise
        except click.exceptions.Exit as stop:
            self._refused(ctx, "blocked", stop.exit_code)
            raise

    @staticmethod
    def _refused(ctx: click.Context, code: str, exit_code: int) -> None:
        # A contradicted log is not written on, and what reads nothing but the evidence is not refused by a rule.
        if exit_code in {ExitCode.REFUSED, ExitCode.LOCKED} and ctx.invoked_subcommand in ACTING:
            from orchestrator.cli.witness import leave

            leave(ctx.obj, "command.refused", command=str(ctx.invoked_subcommand), code=code, exit=exit_code)

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


def _unexpected(error: Exception) -> ExitCode:
    """Tell an error that nobody foresaw, or one of a disk that was met outside the places where files are kept."""
    found = storage_error(error, error.filename or "?", ours=False) if isinstance(error, OSError) else None
    if found:
        Shell.tell_error(found)
        return found.exit_code
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile("w", prefix="migrate-", suffix=".log", delete=False) as log:
            traceback.print_exception(error, file=log)
    except OSError:  # then the line is all there is
        Shell.tell_error(MigrateError("unexpected", error=type(error).__name__, path="-"))
    else:
        Shell.tell_error(MigrateError("unexpected", error=type(error).__name__, path=log.name))
    return ExitCode.UNEXPECTED


def main() -> None:
    """Run the command line; every way out is an `ExitCode`."""
    # A long list is a million values that live until the answer is told, and the collector visits all of them
    # every 700 new ones: a quarter of the time for nothing. A run, which takes hours, still collects.
    gc.set_threshold(100_000)
    streams.never_fail()
    streams.close_gate()
    try:
        code = migrate.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        streams.write((complaint(error),), err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        Shell.tell("interrupted")
        code = ExitCode.INTERRUPTED
    except MigrateError as error:
        Shell.tell_error(error)
        code = error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets one line and a file, never a traceback
        code = _unexpected(error)
    try:
        streams.flush()
    except MigrateError as error:  # the answer did not come out whole
        Shell.tell_error(error)
        code = error.exit_code
    # DBOS and ansible-runner may leave threads behind; the answer is out and durable, so leave at once.
    os._exit(int(code or 0))
