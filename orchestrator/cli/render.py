"""`migrate render`: writes a batch's playbooks; it asks no cloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from orchestrator import resources
from orchestrator.adapters.bundle import beside_each, require_ours, write_bundle
from orchestrator.adapters.rendering import PlaybookRenderer, write_index
from orchestrator.cli import streams
from orchestrator.cli.collector import for_good
from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.programme import load
from orchestrator.cli.wiring import roles
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode
from orchestrator.execution.prepare import prepare
from orchestrator.model.plan import SystemSpec
from orchestrator.reporting.plan import PlanView
from orchestrator.reporting.rendered import Rendered

_PLAIN_EVERY = 1000  # systems between two lines of progress where there is no terminal


@click.command(help=say("help.render"))
@click.argument("batch", type=int, metavar=say("help.batch-number"))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help=say("help.render.out"),
)
@output_option
@click.pass_obj
def render(shell: Shell, batch: int, out: Path, output: str) -> None:
    """Render every system of the batch that migrates; a batch that may not run is shown as a dry run shows it."""
    programme, listing = load(shell)
    with for_good():
        prepared = prepare(programme, listing, batch, roles=roles())
    if prepared.blocked:
        shell.show(PlanView(prepared.plan, prepared.checks), output)
        raise click.exceptions.Exit(ExitCode.REFUSED)
    systems = prepared.plan.systems
    specs = [system.spec for system in systems if system.spec is not None]
    renderer = PlaybookRenderer(shell.folder / programme.mirror)
    require_ours(out)
    out.mkdir(parents=True, exist_ok=True)
    playbooks = resources.path("playbooks")
    beside = beside_each(playbooks)
    written = [(spec, renderer.write(spec, out, guests={}, beside=beside)) for spec in _progress(shell, specs)]
    first = written[0][1].folder.name if written else "SYSTEM"
    readme = say("render.readme", batch=batch, folder=first, mirror=renderer.mirror)
    shared = write_bundle(out, {made.playbook for _, made in written}, playbooks=playbooks, readme=readme)
    index = write_index(out, batch, written, shared=shared)
    view = Rendered(
        batch=batch,
        out=str(out),
        index=str(index),
        systems=[(spec, made.folder.name) for spec, made in written],
        held=[system for system in systems if system.hold],
    )
    shell.show(view, output)


def _progress(shell: Shell, specs: Sequence[SystemSpec]) -> Iterator[SystemSpec]:
    """Yield the systems and tell on standard error how far it is: a bar on a terminal, else a line now and then."""
    if not streams.is_terminal(err=True):
        for done, spec in enumerate(specs):
            if done and done % _PLAIN_EVERY == 0:
                shell.tell("render.progress-line", done=done, count=len(specs))
            yield spec
        return
    from rich.progress import Progress

    with (
        streams.moving() as console,
        # Redirected streams would be read as a terminal's: what commands it would be obeyed.
        Progress(console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar,
    ):
        yield from bar.track(specs, description=say("render.progress"))
