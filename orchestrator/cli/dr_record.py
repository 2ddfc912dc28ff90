"""`migrate dr record`: the record of a drill as the evidence has it, to be signed; nobody is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, mode_option, output_option
from orchestrator.cli.usage import comma_separated
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused

if TYPE_CHECKING:
    from orchestrator.adapters.evidence import Verdict
    from orchestrator.model.drill_record import DrillRecord, WholeDrill
    from orchestrator.model.programme import EvidenceRules

_FORMATS = ("html", "docx")


@click.command("record", help=say("help.dr.record"))
@click.argument("system", metavar=say("help.system-id"))
@click.option("--drill", "chosen", metavar="ID", help=say("help.dr.record.drill"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help=say("help.dr.record.out"))
@click.option(
    "--format",
    "formats",
    default="html,docx",
    show_default=True,
    callback=comma_separated(_FORMATS, "cutover.bad-format"),
    help=say("help.dr.record.format"),
)
@mode_option
@output_option
@click.pass_context
def record(
    ctx: click.Context,
    system: str,
    chosen: str | None,
    out: Path | None,
    formats: tuple[str, ...],
    mode: int,
    output: str,
) -> None:
    """Show a kept drill and write its record; exit 8 where the evidence that it rests on is contradicted."""
    from orchestrator.cli.programme import load
    from orchestrator.cli.witness import leave
    from orchestrator.model.drill_record import DrillRecord
    from orchestrator.planning.recovering import plan_recovery
    from orchestrator.reporting.drill_record import RecordView

    shell: Shell = ctx.obj
    programme, listing = load(shell)
    (wanted,) = plan_recovery(listing, programme.recovery, (system,))
    row = next(each for each in listing.systems if each.id == system)
    whole, unended = _kept(shell, system, chosen)
    if unended:
        shell.tell("drill.unended", system=system)
    verdict = _judged(shell, programme.evidence)
    made = DrillRecord(
        title=programme.title,
        synthetic=programme.synthetic,
        unit=row.unit,
        name=row.name,
        policy=wanted.policy,
        whole=whole,
        unended=unended,
        word=str(verdict.word),
        through=verdict.through,
        entries=verdict.entries,
        head=verdict.head,
    )
    files = _write(made, out, formats, mode) if out is not None else ()
    if files:
        leave(shell, "dr.record-made", system=system, drill=whole.drill.id, entry=whole.seq, files=files)
    shell.show(RecordView(record=made, files=files), output)
    ctx.exit(ExitCode.FINDING if made.contradicted else ExitCode.DONE)


def _kept(shell: Shell, system: str, chosen: str | None) -> tuple[WholeDrill, bool]:
    """Return the newest drill of a system, or the chosen one, and whether the end of any is not on record.

    Raises:
        Refused: `drill.none-kept`, `drill.not-kept`.
    """
    from orchestrator.adapters.evidence import tail
    from orchestrator.adapters.replicas.kept_drills import BEGUN, ENDED, OVER, place_of, read_whole
    from orchestrator.cli.replica_checks import READ_DRILLS, day_of
    from orchestrator.cli.wiring import state_of

    state = state_of(shell)
    found: list[WholeDrill] = []
    last: dict[str, str] = {}  # of each replica, the kind of its last entry
    if state.evidence.is_file():
        state.require_ours()
        for entry in tail(state.evidence, READ_DRILLS, holding=b"dr.drill"):
            if (whole := read_whole(entry, day_of)) and whole.drill.system == system:
                found.append(whole)
                last.setdefault(whole.drill.key, ENDED)
            elif entry.kind in {BEGUN, OVER} and place_of(entry.data)[0] == system:
                last.setdefault(place_of(entry.data)[1], entry.kind)
    unended = BEGUN in last.values()
    if not found:
        raise Refused("drill.unended-only" if unended else "drill.none-kept", system=system)
    for whole in found:
        if chosen in {None, whole.drill.id}:
            return whole, unended
    raise Refused("drill.not-kept", system=system, drill=chosen, drills=", ".join(each.drill.id for each in found[:5]))


def _judged(shell: Shell, rules: EvidenceRules) -> Verdict:
    """Return what is to be said of the evidence, held against the anchor and the signers that the programme names."""
    from orchestrator.cli.judging import judge
    from orchestrator.cli.wiring import state_of

    signers, copy = Path(rules.allowed_signers).expanduser(), Path(rules.copy).expanduser()
    return judge(
        shell,
        state_of(shell).evidence,
        signers=signers if rules.allowed_signers else None,
        anchor=copy if rules.copy and copy.is_file() else None,
    )


def _write(made: DrillRecord, out: Path, formats: tuple[str, ...], mode: int) -> tuple[str, ...]:
    from orchestrator.adapters.documents.page import html_of
    from orchestrator.adapters.documents.paper import docx_of
    from orchestrator.adapters.files import write_whole
    from orchestrator.planning.specs import slug
    from orchestrator.reporting.drill_record import document_of

    out.mkdir(parents=True, exist_ok=True)
    document, drill = document_of(made, say), made.whole.drill
    # Ids are others' text and may be anything; a file's name is their slugs.
    stem = f"drill-{slug(drill.system)}-{slug(drill.id)}"
    writers = {"html": html_of, "docx": docx_of}
    files = [out / f"{stem}.{kind}" for kind in formats]
    for kind, path in zip(formats, files, strict=True):
        write_whole(path, writers[kind](document), mode=mode)
    return tuple(map(str, files))
