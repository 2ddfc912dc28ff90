"""`migrate preflight`: what stands in the way of moving a batch's data, before anything is touched."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, mode_option, output_option
from orchestrator.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orchestrator.checks.preflighted import Preflighted
    from orchestrator.execution.prepare import Prepared
    from orchestrator.model.move import AnyMove
    from orchestrator.model.plan import SystemSpec
    from orchestrator.model.programme import Programme
    from orchestrator.model.result import Guest
    from orchestrator.model.system import MigrationList


@click.command("preflight", help=say("help.preflight.long"), short_help=say("help.preflight"))
@click.argument("number", type=int, metavar=say("help.batch-number"))
@click.option("--system", "systems", multiple=True, metavar="ID", help=say("help.batch.system"))
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help=say("help.preflight.html"))
@mode_option
@output_option
@click.pass_context
def preflight(
    ctx: click.Context, number: int, systems: tuple[str, ...], page: Path | None, mode: int, output: str
) -> None:
    """Ask both sides of every system whose data is declared to move; nothing is changed anywhere."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.wiring import looking, roles
    from orchestrator.execution.prepare import only, prepare

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    prepared = prepare(programme, listing, number, roles=roles(), look=looking(shell, programme))
    plan = only(prepared.plan, systems)
    specs = {each.system: each.spec for each in plan.systems if each.spec}
    moving = {system: spec for system, spec in specs.items() if system in programme.moving.databases}
    found = ask(shell, programme, listing, prepared, moving)
    left = [each.system for each in plan.systems if each.system not in moving]
    ctx.exit(answer(shell, programme, listing, found, left, number, page=page, mode=mode, output=output))


def ask(
    shell: Shell,
    programme: Programme,
    listing: MigrationList,
    prepared: Prepared,
    moving: Mapping[str, SystemSpec],
) -> tuple[Preflighted, ...]:
    """Return what both sides of each system say, by machines whose host keys are known."""
    from orchestrator.adapters.movers.kinds import Movers
    from orchestrator.adapters.sessions import ProgramSessions
    from orchestrator.adapters.tools.place import ToolPlace
    from orchestrator.cli.moving import key_lines, source_keys, ssh_of
    from orchestrator.cli.onward import reached_by, target
    from orchestrator.cli.wiring import CLOCK, database_of, pins_of, state_of
    from orchestrator.errors import MigrateError
    from orchestrator.execution.lives import Lives
    from orchestrator.execution.preflighting import preflight_systems
    from orchestrator.planning.moving import moved_servers, places, plan_move
    from orchestrator.planning.specs import server_name

    state = state_of(shell)
    pins = pins_of(state)
    targets: dict[str, dict[str, tuple[Guest, str]] | MigrateError] = {}
    for system, spec in moving.items():
        try:
            names = [server_name(programme.slug, each) for each in moved_servers(programme, listing, system)]
            targets[system] = {name: target(prepared, pins, spec, name) for name in names}
        except MigrateError as error:
            targets[system] = error

    def wanted(system: str) -> AnyMove:
        there = targets[system]
        if isinstance(there, MigrateError):
            raise there
        return plan_move(programme, listing, system, reached_by(there), places(moving[system]))

    told = 0

    def tell(found: Preflighted) -> None:
        nonlocal told
        told += 1
        verdict = say(f"verdict.{found.status}")
        shell.tell("preflight.progress", told=told, count=len(moving), system=found.system, verdict=verdict)

    with tempfile.TemporaryDirectory(prefix="migrate-") as folder:
        known = Path(folder) / "known_hosts"
        known_of = [each for each in targets.values() if not isinstance(each, MigrateError)]
        guests = [guest for each in known_of for guest, _ in each.values()]
        keys = key_lines({guest.address: guest.host_keys for guest in guests})
        # Nothing is left of what a tool was asked: there may be no state folder yet.
        tools = ToolPlace(programme=shell.folder.absolute(), state=Path(folder) / "tools")
        known.write_text("".join(f"{line}\n" for line in (*source_keys(shell, programme), *keys)), encoding="utf-8")
        return preflight_systems(
            {system: partial(wanted, system) for system in moving},
            Movers(ProgramSessions(ssh_of(shell, programme, state, known), tools)),
            Lives(database_of(programme, state), CLOCK).all(),
            {system: programme.moving.databases[system].method for system in moving},
            tell=tell,
        )


def answer(
    shell: Shell,
    programme: Programme,
    listing: MigrationList,
    found: Sequence[Preflighted],
    left: Sequence[str],
    batch: int,
    *,
    page: Path | None,
    mode: int,
    output: str,
) -> int:
    """Show what was found, write it as a page where one is asked for, and return the exit code."""
    from orchestrator.adapters.files import write_whole
    from orchestrator.cli.calling import sides
    from orchestrator.cli.wiring import CLOCK, database_of, state_of
    from orchestrator.cli.witness import leave
    from orchestrator.execution.lives import Lives
    from orchestrator.planning.callers import plan_all_calls
    from orchestrator.reporting.preflight import PreflightView
    from orchestrator.reporting.preflight_page import render_preflight

    names = {each.id: f"{each.unit} {each.name}" for each in listing.systems}
    known = sides(programme, listing, Lives(database_of(programme, state_of(shell)), CLOCK).all())
    calls = plan_all_calls(programme, listing, [each.system for each in found], known)
    view = PreflightView(batch=batch, systems=found, left=left, names=names, page=str(page or ""), calls=calls)
    if page is not None:
        write_whole(page, render_preflight(view, title=programme.title, at=CLOCK.now(), lang=say.lang), mode=mode)
    shell.show(view, output)
    leave(shell, "batch.preflighted", batch=batch, systems={each.system: str(each.status) for each in found})
    return int(view.exit_code)
