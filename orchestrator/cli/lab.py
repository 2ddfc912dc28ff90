"""`migrate lab`: real OpenStack clouds and source machine rooms on this machine; every word goes to the driver."""

from __future__ import annotations

import click

from orchestrator.cli.words import say

CLOUDS = click.argument("clouds", nargs=-1, metavar="[CLOUD]...")
CLOUD = click.argument("cloud", metavar="CLOUD")


@click.group(help=say("help.lab"))
def lab() -> None:
    """Hold the lab's commands."""


def _drive(*arguments: str) -> None:
    from orchestrator.adapters.lab import run

    click.get_current_context().exit(run([word for word in arguments if word]))


@lab.command(short_help="install the Debian packages")
def install() -> None:
    """Install the Debian packages the lab needs; no service is started."""
    _drive("install")


@lab.command(short_help="bring clouds and source machines up")
@CLOUDS
@click.option("--fake", is_flag=True, help="Also a compute service that boots nothing, in the zone `fake`.")
@click.option("--backup", is_flag=True, help="Also the volume backup service, which `dr` always has.")
@click.option("--no-sources", is_flag=True, help="Without the source machines.")
def up(clouds: tuple[str, ...], fake: bool, backup: bool, no_sources: bool) -> None:
    """Bring clouds up, by default public-service and administrative, and the source machines.

    Whatever is there already is used: twice is the same as once.
    """
    flags = ("--fake" if fake else "", "--backup" if backup else "", "--no-sources" if no_sources else "")
    _drive("up", *flags, *clouds)


@lab.command(short_help="say what is up and what it costs")
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(output: str) -> None:
    """Say of each cloud and source machine whether it is up, whether it is ready, and how much memory it takes.

    Exits with 1 when nothing is up, or something is up and not ready.
    """
    _drive("status", "--output", output)


@lab.command(short_help="stop clouds; their data stay")
@CLOUDS
def down(clouds: tuple[str, ...]) -> None:
    """Stop clouds; without names the whole lab."""
    _drive("down", *clouds)


@lab.command(short_help="stop clouds and delete them")
@CLOUDS
def destroy(clouds: tuple[str, ...]) -> None:
    """Stop clouds and delete all they hold; without names the whole lab. What is cached stays."""
    _drive("destroy", *clouds)


@lab.command(short_help="give a programme folder the lab's clouds, keys and packages")
@click.argument("folder", metavar="DIR")
def connect(folder: str) -> None:
    """Write clouds.yaml, known_hosts, source_ed25519 and mirror into DIR, and touch nothing else there."""
    _drive("connect", folder)


@lab.command(short_help="delete what the project has made in a cloud")
@CLOUD
def clean(cloud: str) -> None:
    """Delete every server, volume, port and so on of the project `egov` in CLOUD; the lab's own contents stay."""
    _drive("clean", cloud)


@lab.command(short_help="set the project's quotas")
@CLOUD
@click.option("--servers", type=click.IntRange(min=1), required=True, help="For how many servers.")
def quota(cloud: str, servers: int) -> None:
    """Set the quotas of the project `egov` in CLOUD in proportion to a number of servers; at first it is 40."""
    _drive("quota", cloud, "--servers", str(servers))


@lab.command(short_help="start services of a cloud")
@CLOUD
@click.argument("services", nargs=-1, required=True, metavar="SERVICE...")
def start(cloud: str, services: tuple[str, ...]) -> None:
    """Start single services of CLOUD, such as rabbitmq or cinder-backup."""
    _drive("start", cloud, *services)


@lab.command(short_help="stop services of a cloud, to see what breaks")
@CLOUD
@click.argument("services", nargs=-1, required=True, metavar="SERVICE...")
def stop(cloud: str, services: tuple[str, ...]) -> None:
    """Stop single services of CLOUD, such as rabbitmq or nova-compute."""
    _drive("stop", cloud, *services)
