"""`migrate init`: makes a programme folder from a seed."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from orchestrator import resources
from orchestrator.adapters.intake.programme import FILE
from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import Refused

STATE = ".migrate"


@click.command(help=say("help.init"))
@click.argument("folder", metavar="DIR", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "seed", default="lab", show_default=True, help=say("help.init.from"))
@click.option("--list", "only_list", is_flag=True, help=say("help.init.list"))
@click.pass_context
def init(ctx: click.Context, folder: Path | None, seed: str, *, only_list: bool) -> None:
    """Copy a seed into a new or empty folder; never over anything."""
    known = seeds()
    if only_list:
        for name in known:
            click.echo(name)
        return
    if folder is None:
        raise click.MissingParameter(ctx=ctx, param=next(one for one in ctx.command.params if one.name == "folder"))
    if seed not in known:
        raise Refused("init.unknown-seed", seed=seed, known=", ".join(known))
    if folder.is_dir() and any(folder.iterdir()):
        raise Refused("init.not-empty", folder=str(folder))
    shutil.copytree(known[seed], folder, dirs_exist_ok=True)
    (folder / STATE).mkdir(mode=0o700, exist_ok=True)
    (folder / STATE).chmod(0o700)
    Shell.tell("init.made", folder=folder, seed=seed)
    Shell.tell("init.next", folder=folder)


def seeds() -> dict[str, Path]:
    """Return the ready programmes, by name."""
    return {path.name: path for path in sorted(resources.path("seeds").iterdir()) if (path / FILE).is_file()}
