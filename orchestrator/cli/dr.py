"""`migrate dr`: looks at the replicas in the disaster-recovery centre, read-only."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.adapters.files import write_whole
from orchestrator.cli import streams
from orchestrator.cli.dr_grade import grade
from orchestrator.cli.output import Shell, mode_option, output_choice
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, MigrateError, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrator.adapters.replicas.pooled import PooledSessions
    from orchestrator.model.programme import Programme
    from orchestrator.model.recovering import CheckedSystem, Wanted
    from orchestrator.model.replica import ReplicaKind
    from orchestrator.model.system import MigrationList
    from orchestrator.ports.move import Sessions
    from orchestrator.ports.replica import ReplicaObserver
    from orchestrator.reporting.replicas import ReplicasView

_NAGIOS_UNKNOWN = 3
_MOST = 64 * 1024 * 1024  # bytes of one answer


@click.group("dr", help=say("help.dr"), short_help=say("help.dr"))
def dr() -> None:
    """Hold the subcommands."""


dr.add_command(grade)


@dr.command("check", help=say("help.dr.check"))
@click.argument("systems", nargs=-1, metavar=f"[{say('help.system-id')}]...")
@click.option("--batch", "number", type=int, help=say("help.dr.batch"))
@click.option("--all", "everything", is_flag=True, help=say("help.dr.all"))
@click.option("--at-a-time", type=click.IntRange(1, 256), default=16, show_default=True, help=say("help.dr.at-a-time"))
@click.option("--deadline", type=click.IntRange(1, 86400), default=60, show_default=True, help=say("help.dr.deadline"))
@click.option("--prometheus", type=click.Path(dir_okay=False, path_type=Path), help=say("help.dr.prometheus"))
@click.option("--watch", is_flag=True, help=say("help.dr.watch"))
@click.option("--every", type=click.IntRange(5, 86400), default=60, show_default=True, help=say("help.dr.every"))
@mode_option
@output_choice("table", "json", "nagios", text=say("help.dr.output"))
@click.pass_context
def check(
    ctx: click.Context,
    systems: tuple[str, ...],
    number: int | None,
    everything: bool,
    at_a_time: int,
    deadline: int,
    prometheus: Path | None,
    watch: bool,
    every: int,
    mode: int,
    output: str,
) -> None:
    """Ask both ends of every replica, judge what they said, and say what would be lost now."""
    if (bool(systems) + (number is not None) + everything) != 1:
        raise click.UsageError(say("help.dr.which"))
    if watch and output != "table":
        raise click.UsageError(say("help.dr.watch-output"))

    def look() -> ReplicasView:
        view = _look(ctx.obj, systems, number, at_a_time=at_a_time, deadline=deadline, progress=not watch)
        if prometheus is not None:
            write_whole(prometheus, view.prometheus(), mode=mode)
        return view

    if watch:
        from orchestrator.cli.dr_watch import watch as look_on

        last = look_on(ctx.obj, look, partial(_keep, ctx.obj), every=every)
        ctx.exit(ExitCode.DONE if last.right else ExitCode.FINDING)
    try:
        view = look()
        _keep(ctx.obj, view)
    except MigrateError as error:
        if output != "nagios":
            raise
        # A plugin that says nothing, or ends with a code of ours, is a riddle on a wall at night.
        streams.write((say("dr.nagios-refused", code=error.code, text=say(error.code, **error.values)), "\n"))
        ctx.exit(_NAGIOS_UNKNOWN)
    if output == "nagios":
        streams.write((view.nagios(say), "\n"))
        ctx.exit(view.nagios_code)
    ctx.obj.show(view, output)
    ctx.exit(ExitCode.DONE if view.right else ExitCode.FINDING)


def _look(
    shell: Shell, systems: tuple[str, ...], number: int | None, *, at_a_time: int, deadline: int, progress: bool
) -> ReplicasView:
    """Look at the replicas of the chosen systems."""
    from orchestrator.checks.replicas.system import rate_coverage
    from orchestrator.cli.programme import load
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.execution.recovering import check_replicas
    from orchestrator.planning.recovering import count_unasked, plan_recovery
    from orchestrator.reporting.replicas import ReplicasView

    programme, listing = load(shell)
    wanted = plan_recovery(listing, programme.recovery, systems)
    if number is not None:
        members = _members(programme, listing, number)
        wanted = tuple(one for one in wanted if one.system in members)
    if not wanted:
        raise Refused("dr.none")
    began, told = CLOCK.now(), 0

    def tell(found: CheckedSystem) -> None:
        nonlocal told
        if not progress:
            return
        told += 1
        verdict = say(f"verdict.{found.status}")
        shell.tell("dr.progress", told=told, count=len(wanted), system=found.system, verdict=verdict)

    with _sessions(shell, programme, wanted) as sessions:
        observers = _observers(sessions, deadline)
        found = check_replicas(wanted, programme.recovery, observers, CLOCK, at_a_time=at_a_time, tell=tell)
    return ReplicasView(
        programme=programme.slug,
        at=began,
        systems=found,
        coverage=rate_coverage(found),
        uncounted=count_unasked(listing, programme.recovery),
    )


def _keep(shell: Shell, view: ReplicasView) -> None:
    """Put on record what was found."""
    from orchestrator.adapters.replicas.kept import KIND
    from orchestrator.adapters.replicas.kept import told as told_of
    from orchestrator.cli.witness import leave

    leave(
        shell,
        KIND,
        began=view.at.isoformat(),
        systems={each.system: str(each.status) for each in view.systems},
        findings={each.system: [one.code for one in each.results if one.status != "pass"] for each in view.systems},
        coverage=view.coverage.counts(),
        seen=told_of(view.systems),
    )


def _members(programme: Programme, listing: MigrationList, number: int) -> frozenset[str]:
    from orchestrator.planning.batches import plan_batch

    return frozenset(each.system for each in plan_batch(programme, listing, number, None).systems)


def _sessions(shell: Shell, programme: Programme, wanted: tuple[Wanted, ...]) -> PooledSessions:
    """Return what reaches the machines, by the programme's keys and pinned host keys.

    Raises:
        Refused: `source.no-identity`: there is something to ask and no key to log in by.
    """
    from orchestrator.adapters.openssh import OpenSsh
    from orchestrator.adapters.replicas.pooled import PooledSessions
    from orchestrator.adapters.sessions import ProgramSessions
    from orchestrator.cli.wiring import state_of

    folder = shell.folder.absolute()
    keys = [folder / programme.source_identity] if programme.source_identity else []
    identities = [path for path in (*keys, state_of(shell).private_key) if path.is_file()]
    if not identities and any(programme.recovery.replicas.get(one.system) for one in wanted):
        raise Refused("source.no-identity", path=folder / (programme.source_identity or "-"))
    ssh = OpenSsh(identities, folder / programme.known_hosts, quick=True)
    return PooledSessions(ProgramSessions(ssh, most=_MOST))


def _observers(sessions: Sessions, deadline: int) -> Mapping[ReplicaKind, ReplicaObserver]:
    """Return what looks at each kind."""
    from orchestrator.adapters.replicas.files import FilesObserver
    from orchestrator.adapters.replicas.postgresql import PostgresObserver
    from orchestrator.model.replica import ReplicaKind

    return {
        ReplicaKind.POSTGRESQL: PostgresObserver(sessions),
        ReplicaKind.FILES: FilesObserver(sessions, deadline=timedelta(seconds=deadline)),
    }
