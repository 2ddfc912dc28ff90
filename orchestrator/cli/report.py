"""`migrate report`: the offline HTML report and the workbooks in the official forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from orchestrator.cli.output import Shell, mode_option, output_option
from orchestrator.cli.usage import Day, comma_separated
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused, storage_error

if TYPE_CHECKING:
    from orchestrator.checks.audit.question import Definitions
    from orchestrator.model.census import Census
    from orchestrator.reporting.report.contents import Report
    from orchestrator.reporting.report.files import ReportFile
    from orchestrator.reporting.report.wall import Planned

FORMATS = ("html", "xlsx", "docx")


@click.command(help=say("help.report"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help=say("help.report.out"))
@click.option(
    "--format",
    "formats",
    default="html,xlsx,docx",
    callback=comma_separated(FORMATS, "report.bad-format"),
    help=say("help.report.format"),
)
@click.option("--at", type=Day(), help=say("help.report.at"))
@click.option("--snapshot", "day", type=Day(), help=say("help.report.snapshot"))
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=say("help.report.plan"))
@click.option("--night", type=Day(), help=say("help.report.night"))
@mode_option
@output_option
@click.pass_context
def report(
    ctx: click.Context,
    *,
    out: Path | None,
    formats: tuple[str, ...],
    at: date | None,
    day: date | None,
    plan: Path | None,
    night: date | None,
    mode: int,
    output: str,
) -> None:
    """Write the report's files and say what they are; the same rows and day give the same bytes."""
    shell: Shell = ctx.obj
    if night is not None:
        if at or day or plan:
            raise click.UsageError(say("night.other-options"))
        _night(ctx, night, out, formats, mode, output)
    from orchestrator.cli.witness import leave
    from orchestrator.reporting.report.files import ReportFile, ReportView, render_files
    from orchestrator.reporting.report.notice import notice_of

    made = _made(shell, at, day, plan)
    files = render_files(made, say, formats)
    if "docx" in formats:
        from orchestrator.adapters.documents.paper import docx_of

        files += (ReportFile(kind="notice", name=say("report.file.notice"), content=docx_of(notice_of(made, say))),)
    folder = _written(shell, out, files, mode)
    digests = {file.name: sha256(file.content).hexdigest() for file in files}
    leave(shell, "report.made", folder=str(folder), at=made.at.isoformat(), files=digests)
    shell.show(ReportView(report=made, folder=str(folder), lang=say.lang, files=files), output)


def _night(
    ctx: click.Context, evening: date, out: Path | None, formats: tuple[str, ...], mode: int, output: str
) -> NoReturn:
    """Report a night from the record, as often as one likes: nothing of it is kept anywhere else."""
    from orchestrator.adapters.documents.page import html_of
    from orchestrator.adapters.documents.paper import docx_of
    from orchestrator.cli.night import night_of
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import state_of
    from orchestrator.cli.witness import leave, place_of
    from orchestrator.reporting.night import NightView
    from orchestrator.reporting.night_document import night_document
    from orchestrator.reporting.report.files import ReportFile

    shell: Shell = ctx.obj
    programme, state = load_declaration(shell), state_of(shell)
    found = night_of(state, evening) if state.evidence.is_file() else None
    if found is None:
        raise Refused("night.none", evening=evening)
    seal = place_of(shell)
    document = night_document(found, programme.title, say, synthetic=programme.synthetic, evidence=seal)
    writers = {"html": html_of, "docx": docx_of}
    files = tuple(
        ReportFile(kind="night", name=f"night-{evening}.{kind}", content=writers[kind](document))
        for kind in formats
        if kind in writers
    )
    folder = _written(shell, out, files, mode)
    digests = {file.name: sha256(file.content).hexdigest() for file in files}
    leave(shell, "report.made", folder=str(folder), at=evening.isoformat(), files=digests)
    shell.show(NightView(found, tuple(str(folder / file.name) for file in files)), output)
    ctx.exit(ExitCode.FINDING if found.split else ExitCode.DONE)


def _written(shell: Shell, out: Path | None, files: Sequence[ReportFile], mode: int) -> Path:
    from orchestrator.adapters.files import write_whole

    folder = out or shell.folder / "report"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            write_whole(folder / file.name, file.content, mode=mode)
    except OSError as error:
        raise (storage_error(error, folder, ours=False) or Refused("report.not-a-folder", path=str(folder))) from error
    return folder


def _made(shell: Shell, at: date | None, day: date | None, plan: Path | None) -> Report:
    from orchestrator.adapters.intake.recovery import grade_tables
    from orchestrator.checks.audit.question import Question
    from orchestrator.checks.audit.subjects import AUDITS, check_audit, check_published
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.cli.witness import place_of
    from orchestrator.reporting.report.build import build_report

    census, definitions = _rows(shell, day, at)
    as_of = at or day or definitions.rules.as_of or CLOCK.now().astimezone().date()
    ask = Question(census=census, definitions=definitions, at=as_of, level=definitions.rules.level)
    planned = _planned(shell, plan, definitions.programme if day else None)
    return build_report(
        definitions,
        census,
        {subject: check_audit(subject, ask) for subject in AUDITS},
        as_of,
        figures=tuple(check_published(ask)) if definitions.figures.figures else (),
        planned=planned,
        evidence=place_of(shell),
        before=_before(shell, as_of, planned),
        grades=grade_tables()[2007],
    )


def _before(shell: Shell, at: date, planned: Planned | None) -> Report | None:
    """Return the report of the last snapshot before a day, from its own rows and definitions; None without one."""
    from orchestrator.adapters.snapshots import snapshot_days
    from orchestrator.checks.audit.question import Question
    from orchestrator.checks.audit.subjects import AUDITS, check_audit
    from orchestrator.reporting.report.build import build_report

    last = max((day for day in snapshot_days(shell.folder) if day < at), default=None)
    if last is None:
        return None
    census, definitions = _rows(shell, last, None)
    ask = Question(census=census, definitions=definitions, at=last, level=definitions.rules.level)
    audits = {subject: check_audit(subject, ask) for subject in AUDITS}
    return build_report(definitions, census, audits, last, planned=planned)


def _rows(shell: Shell, day: date | None, at: date | None) -> tuple[Census, Definitions]:
    """Return today's rows, or a snapshot's."""
    if day is not None:
        from orchestrator.adapters.snapshots import load_snapshot

        census, definitions, _ = load_snapshot(shell.folder, day)
        return census, _titled(shell, definitions)
    from orchestrator.cli.audit import current

    return current(shell, at)


def _titled(shell: Shell, definitions: Definitions) -> Definitions:
    """Return a snapshot's definitions; one that keeps no title yet gets today's, without which there is no report."""
    from orchestrator.cli.programme import load_declaration

    if definitions.title is not None:
        return definitions
    programme = load_declaration(shell)
    return replace(definitions, title=programme.title, synthetic=programme.synthetic)


def _planned(shell: Shell, path: Path | None, snapshot_of: str | None) -> Planned | None:
    """Return what a plan says: one that still holds, or beside a snapshot's rows one of the same programme."""
    if path is None:
        return None
    from orchestrator.adapters.schedule_file import read_plan
    from orchestrator.cli.plan import load_current, refuse_foreign
    from orchestrator.reporting.report.wall import Planned

    if snapshot_of is None:
        return Planned.of(load_current(shell, path).schedule)
    schedule = read_plan(path)
    refuse_foreign(schedule, snapshot_of, path)
    return Planned.of(schedule)
