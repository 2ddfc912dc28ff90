"""`migrate evidence`: shows the log and checks its chain; it never writes to it."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from pathlib import Path

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode

_FILE = click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help=say("help.evidence.file"))


@click.group("evidence", help=say("help.evidence"), short_help=say("help.evidence"))
def evidence() -> None:
    """Hold the two commands."""


@evidence.command("verify", help=say("help.evidence.verify"), short_help=say("help.evidence.verify"))
@_FILE
@click.option("--head", default="", metavar="SHA256", help=say("help.evidence.head"))
@output_option
@click.pass_context
def verify(ctx: click.Context, file: Path | None, head: str, output: str) -> None:
    """Check every line; with a hash kept elsewhere, also that nothing was cut off since."""
    from orchestrator.adapters import evidence as log
    from orchestrator.reporting.evidence import ChainView

    path = _path(ctx.obj, file)
    verdict = log.verify(path)
    anchored = any(entry.hash == head.lower() for entry in log.read(path)) if head and verdict.ok else None
    view = ChainView(
        file=str(path),
        entries=verdict.entries,
        head=verdict.head,
        line=verdict.line,
        why=verdict.why,
        anchored=False if head and not verdict.ok else anchored,
    )
    ctx.obj.show(view, output)
    ctx.exit(ExitCode.DONE if view.ok else ExitCode.FINDING)


@evidence.command("show", help=say("help.evidence.show"), short_help=say("help.evidence.show"))
@_FILE
@click.option("--system", default="", metavar="ID", help=say("help.evidence.system"))
@click.option("--last", type=click.IntRange(min=1), default=50, show_default=True, help=say("help.evidence.last"))
@output_option
@click.pass_context
def show(ctx: click.Context, file: Path | None, system: str, last: int, output: str) -> None:
    """Show entries, of one system if asked."""
    from orchestrator.adapters import evidence as log
    from orchestrator.reporting.evidence import EntriesView

    chosen = (entry for entry in log.read(_path(ctx.obj, file)) if not system or entry.data.get("system") == system)
    ctx.obj.show(EntriesView(entries=tuple(asdict(entry) for entry in deque(chosen, maxlen=last))), output)


def _path(shell: Shell, file: Path | None) -> Path:
    from orchestrator.cli.wiring import state_of

    return file or state_of(shell).evidence
