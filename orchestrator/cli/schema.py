"""`migrate schema`: the JSON Schema of the files a programme is made of."""

from __future__ import annotations

import click

from orchestrator.cli.output import print_json
from orchestrator.cli.words import say


@click.command(help=say("help.schema"))
@click.argument("what", type=click.Choice(["programme", "list", "plan"]), default="programme")
def schema(what: str) -> None:
    """Print a schema, made from what the readers themselves check."""
    from orchestrator.adapters.intake.schemas import SCHEMAS
    from orchestrator.adapters.schedule_file import plan_schema

    print_json(plan_schema() if what == "plan" else SCHEMAS[what]())
