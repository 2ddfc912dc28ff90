"""`migrate evidence`: shows the log and checks its chain; it never writes to it."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from heapq import merge
from pathlib import Path

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode

_PRESENT = click.Path(exists=True, dir_okay=False, path_type=Path)
_BESIDE = click.option("--with", "beside", multiple=True, type=_PRESENT, help=say("help.evidence.with"))
_FILE = click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help=say("help.evidence.file"))


@click.group("evidence", help=say("help.evidence"), short_help=say("help.evidence"))
def evidence() -> None:
    """Hold the two commands."""


@evidence.command("verify", help=say("help.evidence.verify"), short_help=say("help.evidence.verify"))
@_FILE
@_BESIDE
@click.option("--allowed-signers", type=_PRESENT, help=say("help.evidence.allowed-signers"))
@click.option("--anchor", type=_PRESENT, help=say("help.evidence.anchor"))
@click.option("--head", default="", metavar="SHA256", help=say("help.evidence.head"))
@output_option
@click.pass_context
def verify(
    ctx: click.Context,
    file: Path | None,
    beside: tuple[Path, ...],
    allowed_signers: Path | None,
    anchor: Path | None,
    head: str,
    output: str,
) -> None:
    """Hold the log against itself, its checkpoints, and what was signed or kept elsewhere."""
    from orchestrator.cli.judging import judge, view_of

    path = _path(ctx.obj, file)
    verdict = judge(
        ctx.obj, path, signers=allowed_signers, anchor=anchor, head=head, alone=file is not None, beside=beside
    )
    view = view_of(verdict, path, asked=bool(allowed_signers or anchor or head))
    ctx.obj.show(view, output)
    ctx.exit(ExitCode.DONE if view.ok else ExitCode.FINDING)


@evidence.command("show", help=say("help.evidence.show"), short_help=say("help.evidence.show"))
@_FILE
@_BESIDE
@click.option("--system", default="", metavar="ID", help=say("help.evidence.system"))
@click.option("--step", default="", metavar="STEP", help=say("help.evidence.step"))
@click.option("--kind", default="", metavar="KIND", help=say("help.evidence.kind"))
@click.option("--calls", is_flag=True, help=say("help.evidence.calls"))
@click.option("--last", type=click.IntRange(min=1), default=50, show_default=True, help=say("help.evidence.last"))
@output_option
@click.pass_context
def show(
    ctx: click.Context,
    file: Path | None,
    beside: tuple[Path, ...],
    system: str,
    step: str,
    kind: str,
    calls: bool,
    last: int,
    output: str,
) -> None:
    """Show the last entries of those that are asked for; of calls, those that may have changed something."""
    from orchestrator.adapters import evidence as log
    from orchestrator.adapters.evidence.log import READING
    from orchestrator.reporting.evidence import EntriesView

    def wanted(entry: log.Entry) -> bool:
        reads = entry.kind == "call" and str(entry.data.get("method", "")).upper() in READING
        return (
            (not system or entry.data.get("system") == system)
            and (not step or entry.data.get("step") == step)
            and (not kind or entry.kind == kind)
            and (calls or kind == "call" or not reads)
        )

    # Of several logs by the time of each machine, which is all that orders them.
    logs = map(log.read, (_path(ctx.obj, file), *beside))
    chosen = filter(wanted, merge(*logs, key=lambda entry: entry.at))
    ctx.obj.show(EntriesView(entries=tuple(asdict(entry) for entry in deque(chosen, maxlen=last))), output)


@evidence.command("countersign", help=say("help.evidence.countersign"), short_help=say("help.evidence.countersign"))
@click.option("--key", type=_PRESENT, help=say("help.evidence.key"))
@click.option("--signature", type=_PRESENT, help=say("help.evidence.signature"))
@click.option("--document", type=click.Path(dir_okay=False, path_type=Path), help=say("help.evidence.document"))
@output_option
@click.pass_context
def countersign(
    ctx: click.Context, key: Path | None, signature: Path | None, document: Path | None, output: str
) -> None:
    """Add a second person's signature to the newest checkpoint, made here or, by `--document`, elsewhere."""
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import state_of
    from orchestrator.cli.witness import countersign as add
    from orchestrator.cli.witness import write_document
    from orchestrator.reporting.judgement import CountersignedView

    if sum(one is not None for one in (key, signature, document)) != 1:
        raise click.UsageError(say("evidence.countersign-how"))
    shell: Shell = ctx.obj
    programme = load_declaration(shell)
    if document is not None:
        write_document(shell, programme, state_of(shell), document)
        shell.tell("evidence.document", path=document, namespace="migrate-checkpoint")
        return
    kept = add(shell, programme, state_of(shell), key=key, signature=signature)
    keys = tuple(one.key for one in kept.signatures)
    shell.show(CountersignedView(seq=kept.checkpoint.seq, digest=kept.checkpoint.digest, keys=keys), output)


@evidence.command("renew", help=say("help.evidence.renew"), short_help=say("help.evidence.renew"))
@click.option("--reason", required=True, help=say("help.evidence.reason"))
@click.pass_context
def renew(ctx: click.Context, reason: str) -> None:
    """Set a contradicted log aside, whole, and begin a new one that says so."""
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.witness import renew as begin

    aside = begin(ctx.obj, load_declaration(ctx.obj), reason)
    ctx.obj.tell("evidence.set-aside", path=aside)


def _path(shell: Shell, file: Path | None) -> Path:
    from orchestrator.cli.wiring import state_of

    return file or state_of(shell).evidence
