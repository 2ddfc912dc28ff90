"""What the page's script draws and drills down into, as one JSON object; its texts are in the page's language."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from orchestrator.checks.lights import Light
from orchestrator.model.figures import Finding, Ratio
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.report.contents import Bar, LedgerLine, Progress, Report
from orchestrator.reporting.report.words import NOTHING, Words
from orchestrator.reporting.view import plain

# So many rows of a wall chart stay legible across a room when one sheet is printed on A3.
_ROWS = 28
T = TypeVar("T")
# Lights in a chart's order, what is done first.
STATES = ("done", *(light.value for light in (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)))


def page_data(report: Report, words: Words) -> Mapping[str, object]:
    """Return everything that the page's script needs."""
    say = words.say
    rows = _Rows(report)
    first, last = _ends(report)
    ratios = [
        {
            "key": ratio_key(subject, ratio),
            "counted": rows.places(ratio.counted),
            "missing": rows.places(ratio.missing),
            "excluded": _excluded(ratio, rows, words),
        }
        for subject, audit in report.audits.items()
        for ratio in audit.ratios
    ]
    concerns = [rows.places(concern.ids) for concern in report.concerns]
    findings = {
        subject: [
            {"code": code, "rows": [[*rows.places([one.subject]), words.finding(one)] for one in results]}
            for code, results in grouped(audit.findings).items()
        ]
        for subject, audit in report.audits.items()
        if audit.findings
    }
    return {
        "lang": say.lang,
        "words": {
            "columns": [say(f"report.column.{name}") for name in ("id", "unit", "name", "state", "place")],
            "why": say("report.column.why"),
            "filter": say("report.filter"),
            "none": say("report.none"),
            "counted": say("report.ratio.counted", count="{count}"),
            "missing": say("report.ratio.missing", count="{count}"),
            "excluded": say("report.ratio.excluded", count="{count}"),
            "lights": {state: say(f"report.light.{state}") for state in STATES},
            "today": say("report.wall.today", day=report.at.isoformat()),
        },
        "ratios": ratios,
        "concerns": concerns,
        "findings": findings,
        "progress": [_progress(one, words) for one in report.progress if one.total],
        "rooms": _formulas(report, words),
        "wall": {
            "today": report.at.isoformat(),
            "first": first.isoformat(),
            "last": last.isoformat(),
            "milestones": [day.isoformat() for day in report.milestones],
            "bands": _bands(report, words),
            "bars": [[_bar(bar, words) for bar in sheet] for sheet in bar_sheets(report.bars)],
            "tasks": [[_lane(unit, lines, words) for unit, lines in sheet] for sheet in task_sheets(report.ledger)],
        },
        "rows": rows.data(words),
    }


def to_script(data: object) -> str:
    """Return JSON that is safe inside a script element: nothing in it can end the element or start another."""
    text = json.dumps(plain(data), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def ratio_key(subject: str, ratio: Ratio) -> str:
    """Return what a rate's element on the page is called."""
    return f"{subject}:{ratio.formula}"


def bar_sheets(bars: tuple[Bar, ...]) -> list[tuple[Bar, ...]]:
    """Return the bars sheet by sheet, about as many on each."""
    return _sheets(bars)


def task_sheets(lines: Iterable[LedgerLine]) -> list[tuple[tuple[str, tuple[LedgerLine, ...]], ...]]:
    """Return each unit's dated tasks, sheet by sheet, in the ledger's order of units."""
    units: defaultdict[str, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        if line.task.due is not None:
            units[line.task.unit or line.task.lead_unit].append(line)
    return _sheets(tuple((unit, tuple(units[unit])) for unit in units))


def grouped(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by their code, in order."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.code, []).append(one)
    return found


def _sheets(items: tuple[T, ...]) -> list[tuple[T, ...]]:
    count = -(-len(items) // _ROWS)
    size = -(-len(items) // count) if count else 1
    return [items[start : start + size] for start in range(0, len(items), size)]


class _Rows:
    """The rows behind all numbers, each once; lists refer to them by place."""

    def __init__(self, report: Report) -> None:
        self.listed = {id_: row for audit in report.audits.values() for id_, row in audit.rows.items()}
        self.order: dict[str, int] = {}

    def places(self, ids: Iterable[str]) -> list[int]:
        return [self.order.setdefault(id_, len(self.order)) for id_ in ids]

    def data(self, words: Words) -> list[list[str]]:
        found = []
        for id_ in self.order:
            row = self.listed.get(id_)
            told = (row.unit, row.name, words.state(row.state) if row.state else "", row.place) if row else ("",) * 4
            found.append([clean(id_), *(clean(text) for text in told)])
        return found


def _excluded(ratio: Ratio, rows: _Rows, words: Words) -> list[list[object]]:
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for one in ratio.excluded:
        reasons[words.exclusion(one)].append(one.id)
    return [[reason, rows.places(ids)] for reason, ids in reasons.items()]


def _progress(one: Progress, words: Words) -> Mapping[str, object]:
    name = words.say("report.tasks-of", day=words.day(one.day)) if one.batch is None else words.batch(one.batch)
    counts = {"done": one.done, **{light.value: count for light, count in one.lights.items()}}
    return {"name": name, "counts": [counts[state] for state in STATES]}


def _formulas(report: Report, words: Words) -> list[Mapping[str, object]]:
    ratios = report.audits["rooms"].ratios if "rooms" in report.audits else ()
    return [
        {"name": words.rate(one), "value": float(value), "told": f"{words.percent(one)}  ({words.fraction(one)})"}
        for one in ratios
        if (value := one.percent(1)) is not None
    ]


def _bands(report: Report, words: Words) -> list[list[str]]:
    """Return first day, last day and name of each band; batches of the same days share one."""
    names: defaultdict[tuple[date, date], list[str]] = defaultdict(list)
    for band in report.bands:
        names[band.first, band.last].append(words.batch(band.batch))
    joint = "、" if words.say.lang == "zh" else ", "
    return [[first.isoformat(), last.isoformat(), joint.join(told)] for (first, last), told in names.items()]


def _ends(report: Report) -> tuple[date, date]:
    """Return the chart's first and last day, with a margin for the labels of the last node."""
    days = [report.at, *report.milestones]
    days += [day for bar in report.bars for day in (bar.first, bar.last)]
    days += [line.task.due for line in report.ledger if line.task.due]
    if report.baseline:
        days.append(report.baseline)
    span = max(days) - min(days)
    return min(days), max(days) + span / 40 + timedelta(days=1)


def _bar(bar: Bar, words: Words) -> Mapping[str, object]:
    first, last = bar.planned or (bar.first, bar.last)
    state = "done" if bar.done == bar.total else bar.light.value
    return {
        "unit": clean(bar.unit),
        "batch": words.batch(bar.batch),
        "first": first.isoformat(),
        "last": last.isoformat(),
        # Planned nights lie in the time that the batch has; without a plan the whole of it is the bar.
        "track": [bar.first.isoformat(), bar.last.isoformat()] if bar.planned else [],
        "state": state,
        "done": bar.done,
        "total": bar.total,
        "people": words.people(bar.people),
    }


def _lane(unit: str, lines: tuple[LedgerLine, ...], words: Words) -> Mapping[str, object]:
    return {
        "unit": clean(unit) or NOTHING,
        "marks": [
            {
                "day": line.task.due,
                "state": "done" if line.lit.done and line.lit.light is Light.GREEN else line.lit.light.value,
                "title": clean(f"{line.task.id} {line.task.title}"),
                "person": clean(line.task.responsible),
                "why": words.lit(line.lit),
            }
            for line in lines
        ],
    }
