"""`migrate state take-over`: a person says that the programme is this folder's, whoever had it before."""

from __future__ import annotations

import sys

import click

from orchestrator.cli import streams
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Interrupted, Refused


@click.command("take-over", help=say("help.state.take-over"), short_help=say("help.state.take-over"))
@click.option("--cloud", "names", multiple=True, metavar="NAME", help=say("help.state.take-over.cloud"))
@click.option("--yes", is_flag=True, help=say("help.state.take-over.yes"))
@output_option
@click.pass_context
def take_over(ctx: click.Context, names: tuple[str, ...], yes: bool, output: str) -> None:
    """Show who has the programme on each cloud, and put this folder's claim in place of any other's if a person agrees.

    The former claims go before ours comes: of a death in between nothing is left that could keep anybody out.
    """
    from orchestrator.cli.alone import alone
    from orchestrator.cli.claiming import hold, is_here, stand
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import chosen_clouds, clouds_of, require_same, state_of
    from orchestrator.reporting.claims import ClaimsView

    shell: Shell = ctx.obj
    programme = load_declaration(shell)
    chosen, state = chosen_clouds(programme, names), state_of(shell)
    with alone(shell, programme, "migrate state take-over") as evidence:
        clouds = clouds_of(shell, programme, chosen, evidence=evidence)
        standings, silent = stand(clouds, programme)
        for error in silent:
            shell.tell_error(error)
        require_same(state.clouds.known(), standings)
        unknown = [view.cloud for view in standings if view.claims is None]
        former = [(view.cloud, claim) for view in standings for claim in view.claims or () if not is_here(state, claim)]
        view = ClaimsView(former=tuple(former), silent=tuple(sorted({*clouds} - {each.cloud for each in standings})))
        if former and not yes and not sys.stdin.isatty():
            shell.show(view, output)
            raise Refused("claim.not-confirmed", count=len(former))
        if output != "json" or not former:
            shell.show(view, output)
        if former and not yes and not streams.ask(say("claim.go-on", count=len(former))):
            raise Interrupted("batch.not-confirmed")
        taken = {cloud for cloud, _ in former}
        for cloud, claim in former:
            # On record first: a claim that went without an entry would look like one that nobody took.
            evidence.record("claim.taken-over", cloud=cloud, former=claim.told())
            clouds[cloud].release(claim)
        hold(shell, programme, state, {cloud: clouds[cloud] for cloud in taken}, evidence)
        if former:
            shell.show(ClaimsView(former=view.former, silent=view.silent, taken=True), output)
    for cloud in unknown:
        shell.tell_error(Refused("claim.not-possible", cloud=cloud, message="-"))
    ctx.exit(ExitCode.FAILED if silent or unknown else ExitCode.DONE)
