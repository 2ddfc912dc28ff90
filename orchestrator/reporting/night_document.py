"""The night's report as a document to be signed: what came of it, a table of all turns, the causes, signatures."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.document import Block, Document, Grid, Heading, NewPage, Paragraph
from orchestrator.reporting.cutover.words import day
from orchestrator.reporting.night import COLUMNS, NightReport, cells, reasons, summary
from orchestrator.reporting.night_groups import group_lines
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

_SHARES = (18, 12, 5, 9, 11, 9, 10, 9, 12, 8, 9)


def night_document(
    report: NightReport, title: str, say: Say, *, synthetic: bool, evidence: tuple[int, str] | None
) -> Document:
    """Return the document.

    Args:
        report: what came of the night.
        title: of the programme.
        say: in which language.
        synthetic: whether the programme's data is made up, which is printed.
        evidence: number and hash of the record's last entry: who signs the paper anchors the record, too.
    """
    return Document(
        lang="zh-CN" if say.lang == "zh" else "en",
        title=(clean(title), say("night.document.title")),
        subtitle=day(report.evening, say),
        blocks=(
            *([Paragraph(text=say("cutover.synthetic"))] if synthetic else []),
            *(Paragraph(text=line) for line in summary(report, say)),
            NewPage(wide=True),
            Heading(level=1, text=say("night.document.turns")),
            _turns(report, say),
            *_groups(report, say),
            *_causes(report, say),
            *([Paragraph(text=say("cutover.evidence", seq=evidence[0], head=evidence[1]))] if evidence else []),
            _signatures(say),
        ),
    )


def _turns(report: NightReport, say: Say) -> Grid:
    return Grid(
        name="turns",
        header=tuple(say(f"night.column.{name}") for name in COLUMNS),
        rows=tuple(tuple(clean(cell) for cell in cells(row, say)) for row in report.rows),
        shares=_SHARES,
    )


def _groups(report: NightReport, say: Say) -> Iterator[Block]:
    if report.groups:
        yield Heading(level=1, text=say("night.document.groups"))
    for line in group_lines(report.groups, say):
        yield Paragraph(text=clean(line))


def _causes(report: NightReport, say: Say) -> Iterator[Block]:
    found = tuple(reasons(report, say))
    yield Heading(level=1, text=say("night.document.causes"))
    for cause in found or (say("night.document.no-causes"),):
        yield Paragraph(text=clean(cause))


def _signatures(say: Say) -> Grid:
    who = ("lead", "operator", "reviewer")
    return Grid(
        name="signatures",
        header=tuple(say(f"night.document.{name}") for name in ("role", "signed", "day")),
        rows=tuple((say(f"night.document.{name}"), "", "") for name in who),
        shares=(30, 40, 30),
        tall=True,
        together=True,
    )
