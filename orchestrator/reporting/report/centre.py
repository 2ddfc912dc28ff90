"""The replicas of the disaster-recovery centre as a workbook, and as a part of the circular."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.reporting.centre import RATES, CentreWords, day, length, listed, untouched
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.words import Words
from orchestrator.reporting.report.workbook import Column, Form
from orchestrator.reporting.texts import Say

_COUNT = "0"
_SHOWN = 20  # rows of the circular that are no pass; the workbook has all


def centre_forms(report: Report, words: Words) -> tuple[Form, ...]:
    """Return the rates with the systems behind them, every replica, and every level."""
    centre, say = report.centre, words.say
    if centre is None:
        return ()
    its, counts = CentreWords(say), centre.coverage.counts()
    return (
        Form(
            title=say("centre.rates"),
            columns=_columns(say, ("rate", 16), ("count", 12, _COUNT), ("of", 12, _COUNT), ("why", 60)),
            rows=[
                (say(f"centre.rate.{name}"), counts[name], counts["needing"], say("centre.nested"))
                for name in ("needing", *RATES)
            ],
        ),
        Form(
            title=say("centre.sheet"),
            columns=_columns(
                say, ("system", 16), ("level", 8, _COUNT), ("replica", 28), ("follows", 18), ("verdict", 10),
                ("why", 34), ("seen", 18), ("until", 12), ("loss", 12), ("rpo", 10), ("rto", 10), ("drill", 22),
                ("drilled", 12), ("recovery", 12), ("due", 12),
            ),
            rows=[
                (
                    each.system, each.level, its.replica(one), one.follows, say(f"verdict.{one.status}"),
                    its.why(one), its.seen(each), each.until, its.loss(one), length(each.rpo), length(each.rto),
                    its.drill(one), one.drilled, "" if one.recovery is None else f"{one.recovery:.1f} s", one.due,
                )
                for each in centre.systems
                for one in each.replicas
            ],
        ),
        Form(
            title=say("centre.grades"),
            columns=(
                Column(title=say("dr.grade.column.system"), width=16),
                *(
                    Column(title=say(f"dr.grade.column.{name}"), width=width)
                    for name, width in (
                        ("verdict", 10), ("wanted", 10), ("reached", 12), ("at-most", 10), ("held-back-by", 24),
                        ("why", 50),
                    )
                ),
                *_columns(say, ("standard", 20), *((f"rate.{name}", 10, _COUNT) for name in RATES)),
            ),
            rows=[
                (
                    each.system, *its.grade(each.graded).values(), centre.grades.standard,
                    *(int(getattr(each, name)) for name in RATES),
                )
                for each in centre.systems
            ],
        ),
    )  # fmt: skip


def centre_blocks(report: Report, say: Say) -> Iterator[Block]:
    """Yield the rates, what does not stand or is due for a drill, and of how many nothing is known."""
    centre = report.centre
    if centre is None or not centre.systems:
        return
    its = CentreWords(say)
    yield Heading(level=1, text=say("notice.h6"))
    yield Paragraph(text=say("centre.note"))
    yield Grid(
        name="coverage",
        header=tuple(say(f"centre.column.{name}") for name in ("rate", "count", "of")),
        rows=tuple((say(f"centre.rate.{name}"), its.percent(centre, name), its.share(centre, name)) for name in RATES),
        shares=(40, 30, 30),
    )
    yield Paragraph(text=its.summary(centre))
    bad = [(each, one) for each, one in listed(centre) if one.status != "pass" or one.drill in {"overdue", "failed"}]
    if bad:
        yield Grid(
            name="replicas",
            header=tuple(
                say(f"centre.column.{name}") for name in ("system", "replica", "verdict", "why", "seen", "drill", "due")
            ),
            rows=tuple(
                (
                    clean(each.system),
                    its.replica(one),
                    say(f"verdict.{one.status}"),
                    its.why(one),
                    its.seen(each),
                    its.drill(one),
                    day(one.due),
                )
                for each, one in bad[:_SHOWN]
            ),
            shares=(14, 18, 9, 22, 15, 11, 11),
        )
    if len(bad) > _SHOWN:
        yield Paragraph(text=say("notice.more-replicas", count=len(bad) - _SHOWN, file=say("report.file.recovery")))
    if others := untouched(centre):
        yield Paragraph(text=say("centre.untouched", count=len(others)))


def _columns(say: Say, *told: tuple[str, int] | tuple[str, int, str]) -> tuple[Column, ...]:
    return tuple(
        Column(
            title=say(f"centre.{one[0]}" if one[0].startswith("rate.") else f"centre.column.{one[0]}"),
            width=one[1],
            format=one[2] if len(one) > 2 else "",
        )
        for one in told
    )
