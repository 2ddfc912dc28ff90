"""`migrate plan`: a batch and a cutover window for every system, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, mode_option, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Locked, Refused

if TYPE_CHECKING:
    from orchestrator.model.schedule import Schedule
    from orchestrator.model.system import MigrationList
    from orchestrator.planning.schedule.planner import Solver
    from orchestrator.planning.schedule.problem import Problem

_FILE = click.Path(dir_okay=False, path_type=Path)
# Beyond this no calendar is fetched; a batch without a deadline is planned two years ahead.
_YEARS = timedelta(days=731)


@click.command(help=say("help.plan"))
@click.option("--out", type=_FILE, help=say("help.plan.out"))
@click.option("--solver", type=click.Choice(["auto", "greedy", "cpsat"]), default="auto", help=say("help.plan.solver"))
@click.option(
    "--seconds", type=click.FloatRange(min=1, max=3600), default=20.0, show_default=True, help=say("help.plan.seconds")
)
@click.option("--diff", "old", type=_FILE, help=say("help.plan.diff"))
@click.option("--check", "checked", type=_FILE, help=say("help.plan.check"))
@mode_option
@output_option
@click.pass_obj
def plan(
    shell: Shell,
    out: Path | None,
    solver: str,
    seconds: float,
    old: Path | None,
    checked: Path | None,
    mode: int,
    output: str,
) -> None:
    """Make a plan; with --diff, compare it with an older one; with --check, only tell whether one still holds."""
    from orchestrator.adapters.schedule_file import read_plan, write_plan
    from orchestrator.model.schedule import BEIJING
    from orchestrator.planning.schedule import diff
    from orchestrator.planning.schedule.planner import make_schedule
    from orchestrator.reporting.schedule import CheckView, InfeasibleView, ScheduleView

    if checked is not None:
        current = load_current(shell, checked)
        shell.show(CheckView(current.schedule, str(checked)), output)
        return
    before = read_plan(old) if old is not None else None
    problem, _ = load_problem(shell, datetime.now(UTC).astimezone(BEIJING).date())
    if old and before:
        refuse_foreign(before, problem.programme.slug, old)
    made = make_schedule(problem, _solver(solver, seconds))
    if isinstance(made, tuple):
        shell.show(InfeasibleView(made), output)
        raise click.exceptions.Exit(ExitCode.REFUSED)
    if out is not None:
        write_plan(out, made, mode=mode)
    if before is None:
        shell.show(ScheduleView(made, problem.rules, str(out or "")), output)
        return
    changed = diff.changed_inputs(before.inputs, made.inputs)
    shell.show(ScheduleView(made, problem.rules, str(out or ""), diff.moves(before, made, problem), changed), output)


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A plan file that still holds, with what it was made of."""

    schedule: Schedule
    problem: Problem
    listing: MigrationList


def load_current(shell: Shell, path: Path) -> Current:
    """Return the plan in a file.

    Raises:
        Refused: `schedule.other-programme`: the plan is of another programme.
        Locked: `schedule.stale`: an input of the plan is not what it was; named are those that changed.
    """
    from orchestrator.adapters.schedule_file import read_plan
    from orchestrator.planning.schedule.diff import changed_inputs

    schedule = read_plan(path)
    problem, listing = load_problem(shell, schedule.made_for)
    refuse_foreign(schedule, problem.programme.slug, path)
    changed = changed_inputs(schedule.inputs, problem.inputs())
    if changed:
        raise Locked(
            "schedule.stale", path=str(path), inputs=", ".join(say(f"schedule.input.{name}") for name in changed)
        )
    return Current(schedule=schedule, problem=problem, listing=listing)


def refuse_foreign(schedule: Schedule, own: str, path: Path) -> None:
    """Check that a plan was made for the programme of that slug.

    Raises:
        Refused: `schedule.other-programme`.
    """
    if schedule.programme != own:
        raise Refused("schedule.other-programme", path=str(path), programme=schedule.programme, own=own)


def load_problem(shell: Shell, made_for: date) -> tuple[Problem, MigrationList]:
    """Return what has to be planned, as the programme and its list stand now, and the list itself."""
    from orchestrator.adapters.holidays import public_calendar
    from orchestrator.cli.programme import load
    from orchestrator.planning.placement import place_all
    from orchestrator.planning.schedule.problem import build_problem

    programme, listing = load(shell)
    start = programme.schedule.start or made_for
    ends = [batch.deadline or start + _YEARS for batch in programme.batches]
    workdays = public_calendar(start.year - 1, max(start, *ends).year + 1)
    found, _ = place_all(programme, listing)
    placements = (placement for _, placement in found)
    return build_problem(programme, listing, placements, workdays, made_for), listing


def _solver(name: str, seconds: float) -> Solver | None:
    from orchestrator.planning.schedule import cpsat

    if name == "greedy" or (name == "auto" and not cpsat.is_installed()):
        return None
    return cpsat.CpSat(seconds)
