"""The circular (通报): how far it is, who is ahead, who is praised, who is criticised, and what is asked of whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestrator.checks.ranking import Standing
from orchestrator.model.document import Block, Document, Grid, Heading, Paragraph
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.report.centre import centre_blocks
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.words import Words
from orchestrator.reporting.texts import Say


def notice_of(report: Report, say: Say) -> Document:
    """Return the circular of a report's day; its number is a blank, for an office gives it."""
    words = Words(say)
    blocks = (
        *([Paragraph(text=say("report.synthetic"))] if report.synthetic else []),
        *_overall(report, words),
        *_ranking(report.ranking, say),
        *_named(report.ranking, say),
        *_asked(report, words),
        *centre_blocks(report, say),
        Paragraph(text=say("notice.signed", day=words.long_day(report.at))),
    )
    return Document(
        lang="zh-CN" if say.lang == "zh" else "en",
        title=(clean(report.title), say("notice.title")),
        subtitle=say("notice.number", day=words.long_day(report.at)),
        blocks=blocks,
    )


def _overall(report: Report, words: Words) -> Iterator[Block]:
    say = words.say
    yield Heading(level=1, text=say("notice.h1"))
    if report.described and report.described != report.at:
        yield Paragraph(text=say("notice.described", day=words.long_day(report.described)))
    header = [say(f"notice.column.{name}") for name in ("metric", "value", "fraction")]
    if report.before:
        header.append(say("report.since", day=report.before))
    yield Grid(
        name="headlines",
        header=tuple(header),
        rows=tuple(
            (
                say(f"report.number.{ratio.formula}"),
                words.percent(ratio),
                f"{words.fraction(ratio)} {words.unit(ratio.unit)}",
                *([words.points(report.changes.get(ratio.formula))] if report.before else []),
            )
            for ratio in report.headlines
        ),
        shares=(36, 14, 30, 20)[: len(header)],
    )


def _ranking(ranking: tuple[Standing, ...], say: Say) -> Iterator[Block]:
    yield Heading(level=1, text=say("notice.h2"))
    yield Paragraph(text=say("notice.ranked"))
    yield Grid(
        name="ranking",
        header=tuple(say(f"notice.column.{name}") for name in ("rank", "unit", "done", "total", "late", "unknown")),
        rows=tuple(
            (str(one.rank), clean(one.unit), str(one.done), str(one.total), str(one.late), str(one.unknown))
            for one in ranking
        ),
        shares=(10, 42, 12, 12, 12, 12),
    )


def _named(ranking: tuple[Standing, ...], say: Say) -> Iterator[Block]:
    yield Heading(level=1, text=say("notice.h3"))
    praised = [one for one in ranking if one.praised]
    yield Paragraph(text=say("notice.praised", units=_units(praised, say)) if praised else say("notice.nobody-praised"))
    yield Heading(level=1, text=say("notice.h4"))
    late = sorted((one for one in ranking if one.criticised), key=lambda one: (-one.late, -one.longest))
    if not late:
        yield Paragraph(text=say("notice.nobody-late"))
        return
    yield Paragraph(text=say("notice.late", count=len(late)))
    yield Grid(
        name="late",
        header=tuple(say(f"notice.column.{name}") for name in ("unit", "late", "longest")),
        rows=tuple((clean(one.unit), str(one.late), str(one.longest)) for one in late),
        shares=(56, 20, 24),
    )


def _asked(report: Report, words: Words) -> Iterator[Block]:
    say = words.say
    yield Heading(level=1, text=say("notice.h5"))
    for number, one in enumerate(report.concerns, start=1):
        told = words.concern(one)
        values = {"title": told["title"], "remedy": told["remedy"], "whose": words.whose(one)}
        yield Paragraph(text=say("notice.problem", number=number, count=len(one.ids), **values))
    if not report.concerns:
        yield Paragraph(text=say("report.no-problems"))


def _units(standings: Iterable[Standing], say: Say) -> str:
    return say("cutover.list-mark").join(clean(one.unit) for one in standings)
