"""`migrate report`: the offline HTML report and the workbooks in the official forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.usage import Day, comma_separated
from orchestrator.cli.words import say
from orchestrator.errors import Refused

if TYPE_CHECKING:
    from orchestrator.checks.audits import Definitions
    from orchestrator.model.census import Census
    from orchestrator.reporting.report.contents import Report
    from orchestrator.reporting.report.wall import Planned

FORMATS = ("html", "xlsx")


@click.command(help=say("help.report"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help=say("help.report.out"))
@click.option(
    "--format",
    "formats",
    default="html,xlsx",
    callback=comma_separated(FORMATS, "report.bad-format"),
    help=say("help.report.format"),
)
@click.option("--at", type=Day(), help=say("help.report.at"))
@click.option("--snapshot", "day", type=Day(), help=say("help.report.snapshot"))
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=say("help.report.plan"))
@output_option
@click.pass_obj
def report(
    shell: Shell,
    *,
    out: Path | None,
    formats: tuple[str, ...],
    at: date | None,
    day: date | None,
    plan: Path | None,
    output: str,
) -> None:
    """Write the report's files and say what they are; the same rows and day give the same bytes."""
    from orchestrator.reporting.report.files import ReportView, render_files

    made = _made(shell, at, day, plan)
    folder = out or shell.folder / "report"
    files = render_files(made, say, formats)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            aside = folder / f".{file.name}.new"
            aside.write_bytes(file.content)
            # Under a file's name is the old report or the new one, never a part of it.
            aside.replace(folder / file.name)
    except OSError as error:
        raise Refused("report.not-a-folder", path=str(folder)) from error
    shell.show(ReportView(report=made, folder=str(folder), lang=say.lang, files=files), output)


def _made(shell: Shell, at: date | None, day: date | None, plan: Path | None) -> Report:
    from orchestrator.checks.audits import AUDITS, Question, check_audit, check_published
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.reporting.report.build import build_report

    census, definitions = _rows(shell, day)
    as_of = at or day or definitions.rules.as_of or CLOCK.now().astimezone().date()
    ask = Question(census=census, definitions=definitions, at=as_of, level=definitions.rules.level)
    return build_report(
        definitions,
        census,
        {subject: check_audit(subject, ask) for subject in AUDITS},
        as_of,
        figures=tuple(check_published(ask)) if definitions.figures.figures else (),
        planned=_planned(shell, plan, definitions.programme if day else None),
    )


def _rows(shell: Shell, day: date | None) -> tuple[Census, Definitions]:
    """Return today's rows, or a snapshot's."""
    if day is not None:
        from orchestrator.adapters.snapshots import load_snapshot

        census, definitions, _ = load_snapshot(shell.folder, day)
        return census, _titled(shell, definitions)
    from orchestrator.cli.audit import current

    return current(shell)


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
