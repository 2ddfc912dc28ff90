"""Loads the programme and its list for every other command; a faulty one is told whole and refused."""

from __future__ import annotations

from orchestrator.adapters.intake import load_programme, read_census
from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import Refused
from orchestrator.model.census import Census
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import MigrationList
from orchestrator.reporting.problems import Problems


def load_declaration(shell: Shell) -> Programme:
    """Return the programme without its list.

    Raises:
        Refused: `programme.missing` or `programme.invalid`; in the latter case the problems were told.
    """
    try:
        return load_programme(shell.folder)
    except Refused as refusal:
        problems = refusal.values.get("problems", ())
        if isinstance(problems, tuple) and problems:
            _tell(problems)
        raise


def load(shell: Shell) -> tuple[Programme, MigrationList]:
    """Return the programme and its migration list.

    Raises:
        Refused: `programme.…` as above; `list.refused` when the list has errors, which were told.
    """
    programme, census = load_census(shell)
    return programme, census.listing


def load_census(shell: Shell) -> tuple[Programme, Census]:
    """Return the programme and everything its list holds, also what only audits look at.

    Raises:
        Refused: as `load`.
    """
    programme = load_declaration(shell)
    census, problems = read_census(shell.folder, programme)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors:
        _tell(problems)
        raise Refused("list.refused", errors=errors)
    return programme, census


def _tell(problems: tuple[Problem, ...]) -> None:
    """Show problems on standard error: standard output belongs to the command's answer."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        console = Console(stderr=True, width=200, no_color=True)
    for line in Problems(problems=problems).lines(say):
        console.print(line, soft_wrap=isinstance(line, str), highlight=False, markup=False)
