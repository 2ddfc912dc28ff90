"""`migrate lab`: real OpenStack clouds and source machine rooms on this machine; every word goes to the driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from orchestrator.cli.output import output_option
from orchestrator.cli.words import say

CLOUDS = click.argument("clouds", nargs=-1, metavar="[CLOUD]...")
CLOUD = click.argument("cloud", metavar="CLOUD")
SERVICES = click.argument("services", nargs=-1, required=True, metavar="SERVICE...")


@click.group(help=say("help.lab"))
def lab() -> None:
    """Hold the lab's commands."""


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Return what makes a command of the lab, with its help from the text catalogue."""
    return lab.command(name, help=say(f"help.lab.{name}"), short_help=say(f"help.lab.{name}.short"))


def _drive(*arguments: str) -> None:
    from orchestrator.adapters.lab import run

    click.get_current_context().exit(run([word for word in arguments if word]))


@_command("install")
def install() -> None:
    """Install the Debian packages the lab needs."""
    _drive("install")


@_command("up")
@CLOUDS
@click.option("--fake", is_flag=True, help=say("help.lab.up.fake"))
@click.option("--backup", is_flag=True, help=say("help.lab.up.backup"))
@click.option("--no-sources", is_flag=True, help=say("help.lab.up.no-sources"))
def up(clouds: tuple[str, ...], fake: bool, backup: bool, no_sources: bool) -> None:
    """Bring clouds and source machines up."""
    flags = ("--fake" if fake else "", "--backup" if backup else "", "--no-sources" if no_sources else "")
    _drive("up", *flags, *clouds)


@_command("status")
@output_option
def status(output: str) -> None:
    """Say what is up; the driver's exit code tells whether it is ready."""
    _drive("status", "--output", output)


@_command("down")
@CLOUDS
def down(clouds: tuple[str, ...]) -> None:
    """Stop clouds."""
    _drive("down", *clouds)


@_command("destroy")
@CLOUDS
def destroy(clouds: tuple[str, ...]) -> None:
    """Stop clouds and delete all they hold."""
    _drive("destroy", *clouds)


@_command("connect")
@click.argument("folder", metavar="DIR")
def connect(folder: str) -> None:
    """Write what a programme folder needs to reach the lab."""
    _drive("connect", folder)


@_command("clean")
@CLOUD
def clean(cloud: str) -> None:
    """Delete what the project has made in a cloud."""
    _drive("clean", cloud)


@_command("quota")
@CLOUD
@click.option("--servers", type=click.IntRange(min=1), required=True, help=say("help.lab.quota.servers"))
def quota(cloud: str, servers: int) -> None:
    """Set the project's quotas."""
    _drive("quota", cloud, "--servers", str(servers))


@_command("start")
@CLOUD
@SERVICES
def start(cloud: str, services: tuple[str, ...]) -> None:
    """Start single services of a cloud."""
    _drive("start", cloud, *services)


@_command("stop")
@CLOUD
@SERVICES
def stop(cloud: str, services: tuple[str, ...]) -> None:
    """Stop single services of a cloud."""
    _drive("stop", cloud, *services)
