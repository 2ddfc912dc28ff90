"""Loads the programme and its list for every other command; a faulty one is told whole and refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orchestrator.adapters.intake.programme import load_programme
from orchestrator.cli import streams
from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import Refused
from orchestrator.model.problem import Problem, Severity

if TYPE_CHECKING:
    from orchestrator.model.census import Census
    from orchestrator.model.programme import Programme
    from orchestrator.model.system import MigrationList


def load_declaration(shell: Shell) -> Programme:
    """Return the programme without its list.

    Raises:
        Refused: `programme.missing` or `programme.invalid`; in the latter case the problems were told.
    """
    try:
        return load_programme(shell.folder)
    except Refused as refusal:
        tell_problems_of(refusal)
        raise


def load(shell: Shell) -> tuple[Programme, MigrationList]:
    """Return the programme and its migration list, which has no digest.

    Raises:
        Refused: `programme.…` as above; `list.refused` when the list has errors, which were told; `list.blank` when
            it is a form that nobody has filled in.
    """
    programme, census = load_census(shell, digested=False)
    return programme, census.listing


def load_census(shell: Shell, *, digested: bool = True) -> tuple[Programme, Census]:
    """Return the programme and everything its list holds, also what only audits look at, and its digest if asked for.

    Raises:
        Refused: as `load`.
    """
    from orchestrator.cli.reading import Reading

    reading = Reading.of(shell)
    programme = reading.programme
    census, problems = reading.census(digested=digested)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors:
        tell_problems(problems)
        raise Refused("list.refused", errors=errors, problems=problems)
    if census.empty:
        raise Refused("list.blank")
    return programme, replace(census, listing=_as_it_stands(shell, programme, census.listing))


def _as_it_stands(shell: Shell, programme: Programme, listing: MigrationList) -> MigrationList:
    """Return the list with the status of every system whose data moves as its life has it, and say where they differ.

    So plan, audit and report never contradict what the tool did.
    """
    if not programme.moving.databases:
        return listing
    from orchestrator.cli.wiring import CLOCK, database_of, state_of

    database = database_of(programme, state_of(shell))
    if not database.exists():  # nothing was ever run, and nobody waits for what would read it
        return listing
    from orchestrator.execution.life_rows import lives
    from orchestrator.planning.standing import standing

    found = standing(listing, lives(database, CLOCK))
    if found.by_life:
        shell.tell("standing.by-life", systems=", ".join(sorted(found.by_life)))
    for each in found.contradictions:
        shell.tell("standing.contradiction", system=each.system, said=each.said, phase=say(f"life.{each.phase}"))
    return found.listing


def tell_problems_of(refusal: Refused) -> None:
    """Show the problems that a refusal rests on, if it has any."""
    problems = refusal.values.get("problems", ())
    if isinstance(problems, tuple) and problems:
        tell_problems(problems)


def tell_problems(problems: tuple[Problem, ...]) -> None:
    """Show problems on standard error: standard output belongs to the command's answer."""
    from orchestrator.reporting.problems import Problems

    streams.show(Problems(problems=problems).lines(say), err=True)
