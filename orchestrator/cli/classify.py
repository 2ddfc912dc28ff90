"""`migrate classify` and `migrate place`: what becomes of each system, where it goes, and by which rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import Refused

if TYPE_CHECKING:
    from orchestrator.model.programme import Programme
    from orchestrator.model.system import MigrationList
    from orchestrator.reporting.view import View


@click.command(help=say("help.classify"))
@click.option("--explain", "system", metavar="SYSTEM", help=say("help.classify.explain"))
@output_option
@click.pass_obj
def classify(shell: Shell, system: str | None, output: str) -> None:
    """Show dispositions; with --explain, everything behind one of them."""
    from orchestrator.cli.programme import load
    from orchestrator.planning.classification import classify_all
    from orchestrator.reporting.placement import ClassificationView

    programme, listing = load(shell)
    if system is not None:
        shell.show(_explained(programme, listing, system), output)
        return
    found, excluded = classify_all(programme, listing, today=datetime.now(UTC).date())
    view = ClassificationView([each for each, _ in found], [each for _, each in found], excluded)
    shell.show(view, output)


@click.command(help=say("help.place"))
@click.option("--explain", "system", metavar="SYSTEM", help=say("help.place.explain"))
@click.option("--rules", is_flag=True, help=say("help.place.rules"))
@output_option
@click.pass_obj
def place(shell: Shell, system: str | None, rules: bool, output: str) -> None:
    """Show targets; with --explain, everything behind one of them; with --rules, the rules themselves."""
    from orchestrator.cli.programme import load, load_declaration
    from orchestrator.planning.placement import place_all
    from orchestrator.planning.rules import BUILT_IN
    from orchestrator.reporting.placement import PlacementView, RulesView

    if rules:
        shell.show(RulesView(load_declaration(shell).rules, BUILT_IN), output)
        return
    programme, listing = load(shell)
    if system is not None:
        shell.show(_explained(programme, listing, system), output)
        return
    found, excluded = place_all(programme, listing)
    shell.show(PlacementView([each for each, _ in found], [each for _, each in found], excluded), output)


def _explained(programme: Programme, listing: MigrationList, system: str) -> View:
    """Return one system's whole story.

    Raises:
        Refused: `place.no-system`; also for an excluded system, which is never named.
    """
    from orchestrator.model.system import Disposition
    from orchestrator.planning.classification import classify as judge
    from orchestrator.planning.placement import place as aim
    from orchestrator.reporting.placement import ExplainView

    today = datetime.now(UTC).date()
    found = next((each for each in listing.systems if each.id == system), None)
    placement = aim(programme, listing, found, today=today) if found else None
    if found is None or placement is None or placement.disposition is Disposition.EXCLUDE:
        raise Refused("place.no-system", system=system)
    return ExplainView(found, placement, judge(programme, found, listing, today=today))
