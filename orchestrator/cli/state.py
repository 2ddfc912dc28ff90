"""`migrate state`: saves the state folder, sealed, and makes it again from that; losing it locks out every guest."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click

from orchestrator.cli import streams
from orchestrator.cli.output import Shell
from orchestrator.cli.take_over import take_over
from orchestrator.cli.where import accept_cloud
from orchestrator.cli.words import say
from orchestrator.errors import Refused

_READ = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.group("state", help=say("help.state"), short_help=say("help.state"))
def state() -> None:
    """Hold the commands."""


state.add_command(accept_cloud)
state.add_command(take_over)


@state.command("backup", help=say("help.state.backup"), short_help=say("help.state.backup"))
@click.argument("file", metavar=say("help.state.file"), type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--recipient", "recipients", multiple=True, metavar=say("help.state.key"), help=say("help.state.recipient")
)
@click.option("--passphrase-file", type=_READ, help=say("help.state.passphrase-file"))
@click.pass_obj
def backup(shell: Shell, file: Path, recipients: tuple[str, ...], passphrase_file: Path | None) -> None:
    """Seal the folder to keys, or to a passphrase: asked for or read from a file, never on the command line."""
    from orchestrator.adapters.sealing import seal
    from orchestrator.cli.wiring import state_of
    from orchestrator.cli.witness import leave

    ours = state_of(shell)
    if not ours.path.is_dir():
        raise Refused("state.none", path=str(ours.path))
    ours.require_ours()
    passphrase = "" if recipients else _passphrase(passphrase_file, twice=True)
    count = seal(ours.path, ours.database, file, passphrase=passphrase, recipients=recipients)
    leave(shell, "state.saved", file=str(file), digest=sha256(file.read_bytes()).hexdigest(), files=count)
    shell.tell("state.saved", path=file, count=count)


@state.command("restore", help=say("help.state.restore"), short_help=say("help.state.restore"))
@click.argument("file", metavar=say("help.state.file"), type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--identity", type=_READ, help=say("help.state.identity"))
@click.option("--passphrase-file", type=_READ, help=say("help.state.passphrase-file"))
@click.pass_obj
def restore(shell: Shell, file: Path, identity: Path | None, passphrase_file: Path | None) -> None:
    """Make the folder again where there is none."""
    from orchestrator.adapters.sealing import unseal
    from orchestrator.cli.wiring import state_of
    from orchestrator.cli.witness import leave

    path = state_of(shell).path
    key = identity.read_text(encoding="utf-8") if identity else ""
    passphrase = "" if key else _passphrase(passphrase_file, twice=False)
    count = unseal(file, path, passphrase=passphrase, identity=key)
    leave(shell, "state.restored", file=str(file), digest=sha256(file.read_bytes()).hexdigest(), files=count)
    shell.tell("state.restored", path=path, count=count)


def _passphrase(file: Path | None, *, twice: bool) -> str:
    """Return the first line of a file, or what a person types unseen."""
    if file is not None:
        with click.open_file(str(file), encoding="utf-8") as stream:
            return str(stream.readline()).rstrip("\r\n")
    if not streams.is_terminal(err=True):
        raise Refused("state.no-passphrase")
    return streams.ask_secret(say("state.passphrase"), twice=twice)
