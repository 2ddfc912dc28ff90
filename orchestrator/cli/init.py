"""`migrate init`: makes a programme folder from a seed."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from orchestrator import resources
from orchestrator.adapters.files import PRIVATE_FOLDER, folder_whole, require_own
from orchestrator.adapters.intake.programme import FILE
from orchestrator.cli import streams
from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import Refused

STATE = ".migrate"
STAGING = ".migrate-init"
PROGRAMME_FOLDER = 0o755  # what is in it and private has rights of its own


@click.command(help=say("help.init"))
@click.argument("folder", metavar="DIR", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "seed", default="lab", show_default=True, help=say("help.init.from"))
@click.option("--list", "only_list", is_flag=True, help=say("help.init.list"))
@click.pass_context
def init(ctx: click.Context, folder: Path | None, seed: str, *, only_list: bool) -> None:
    """Copy a seed into a new or empty folder; never over anything."""
    known = seeds()
    if only_list:
        streams.show(known)
        return
    if folder is None:
        raise click.MissingParameter(ctx=ctx, param=next(one for one in ctx.command.params if one.name == "folder"))
    if seed not in known:
        raise Refused("init.unknown-seed", seed=seed, known=", ".join(known))
    if not folder.exists():
        with folder_whole(folder.absolute(), mode=PROGRAMME_FOLDER) as aside:
            _copy(known[seed], aside)
    else:
        _fill(known[seed], folder)
    Shell.tell("init.made", folder=folder, seed=seed)
    Shell.tell("init.next", folder=folder)


def _copy(seed: Path, folder: Path) -> None:
    shutil.copytree(seed, folder, dirs_exist_ok=True)
    (folder / STATE).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    (folder / STATE).chmod(PRIVATE_FOLDER)


def _fill(seed: Path, folder: Path) -> None:
    """Copy a seed into a folder that is there; it may be somebody's working directory, so it is not replaced.

    The copy is made in it aside, and moved in name by name, the declaration last: without that it is no programme. What
    a kill left is known by the copy aside, and is begun anew.
    """
    staging = folder / STAGING
    there = {path.name for path in folder.iterdir()}
    names = {path.name for path in seed.iterdir()} | {STATE}
    unfinished = STAGING in there and FILE not in there and there <= names | {STAGING}
    if there and not unfinished:
        raise Refused("init.not-empty", folder=str(folder))
    if unfinished:
        require_own(staging, folder=True)
        for path in sorted(folder.iterdir()):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    staging.mkdir(mode=PRIVATE_FOLDER)
    _copy(seed, staging)
    for path in sorted(staging.iterdir(), key=lambda path: path.name == FILE):
        path.rename(folder / path.name)
    staging.rmdir()


def seeds() -> dict[str, Path]:
    """Return the ready programmes, by name."""
    return {path.name: path for path in sorted(resources.path("seeds").iterdir()) if (path / FILE).is_file()}
