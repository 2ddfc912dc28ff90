"""`migrate sources`: looks at source machines without changing them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import click

from orchestrator.adapters.ssh.source import ShellSourceProbe
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.programme import load
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused
from orchestrator.model.plan import SourceSpec
from orchestrator.model.programme import Programme
from orchestrator.model.system import MigrationList
from orchestrator.planning.batches import plan_batch
from orchestrator.reporting.sources import Probed, SourceReport

# A probe waits for the network nearly all the time: a hundredth of a CPU second each.
_AT_A_TIME = 16


@click.group(help=say("help.sources"))
def sources() -> None:
    """Hold the verbs on source machines."""


@sources.command(help=say("help.sources.check"))
@click.argument("batch", type=int, required=False, metavar=say("help.batch-number-optional"))
@click.option("--system", "wanted", metavar="ID", help=say("help.sources.system"))
@output_option
@click.pass_context
def check(ctx: click.Context, batch: int | None, wanted: str | None, output: str) -> None:
    """Probe the machines that the systems of a batch, or of all, come from."""
    shell: Shell = ctx.obj
    programme, listing = load(shell)
    found = list(_sources(programme, listing, batch, wanted))
    if not found:
        raise Refused("source.none", batch=batch if batch is not None else "-", system=wanted or "-")
    identity = shell.folder / programme.source_identity
    if not programme.source_identity or not identity.is_file():
        raise Refused("source.no-identity", path=identity)
    probe = ShellSourceProbe(shell.folder / programme.known_hosts, identity)

    def ask(one: tuple[str, SourceSpec]) -> Probed:
        system, source = one
        checks, facts = probe.probe(source)
        return Probed(system=system, source=source, checks=checks, facts=facts)

    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        report = SourceReport(machines=tuple(pool.map(ask, found)))
    shell.show(report, output)
    if not report.good:
        ctx.exit(ExitCode.FAILED)


def _sources(
    programme: Programme, listing: MigrationList, batch: int | None, wanted: str | None
) -> Iterable[tuple[str, SourceSpec]]:
    numbers = [each.number for each in programme.batches] if batch is None else [batch]
    specs = [system.spec for number in numbers for system in plan_batch(programme, listing, number, None).systems]
    found = {
        source.server: (spec.system, source)
        for spec in specs
        if spec is not None and wanted in {None, spec.system}
        for source in spec.sources
    }
    return found.values()
