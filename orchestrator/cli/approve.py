"""`migrate approve`: a second person signs one act on one system; nothing is started."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import Refused
from orchestrator.model.moving import Act

_DIGEST = re.compile(r"[0-9a-f]{64}")


@click.command("approve", help=say("help.approve"), short_help=say("help.approve"))
@click.argument("system", metavar=say("help.system-id"), required=False)
@click.option("--act", type=click.Choice([str(act) for act in Act]), default="cutover", help=say("help.approve.act"))
@click.option("--digest", default="", metavar="SHA256", help=say("help.approve.digest"))
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help=say("help.approve.key"))
@click.option("--hours", type=click.IntRange(1, 24 * 30), default=72, show_default=True, help=say("help.approve.hours"))
@output_option
@click.pass_obj
def approve(shell: Shell, system: str | None, act: str, digest: str, key: Path | None, hours: int, output: str) -> None:
    """Sign an approval, or without a system show those there are and what each is worth."""
    from orchestrator.adapters import approvals
    from orchestrator.cli.actor import actor
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.model.moving import Approval
    from orchestrator.planning.specs import slug
    from orchestrator.reporting.moving import ApprovalsView

    programme = load_declaration(shell)
    approvers = shell.folder / programme.moving.approvers
    if system is not None:
        if key is None or not digest:
            raise click.UsageError(say("approve.needs"))
        if system not in programme.moving.databases:
            raise Refused("move.not-declared", system=system)
        # All of it: a beginning would name whatever plan somebody makes to fit.
        digest = digest.lower().removeprefix("sha256:")
        if not _DIGEST.fullmatch(digest):
            raise Refused("approve.bad-digest", digest=digest)
        now = CLOCK.now().replace(microsecond=0)
        wanted = Approval(
            programme=programme.slug,
            system=system,
            act=Act(act),
            digest=digest,
            actor=actor(),
            made=now,
            expires=now + timedelta(hours=hours),
        )
        approvals.approve(shell.folder, wanted, slug=slug(system), key=key)
    shell.show(ApprovalsView(approvals.approvals(shell.folder, programme.slug, approvers)), output)
