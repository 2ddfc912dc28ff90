"""Writes a report as one HTML file that needs nothing else: styles, scripts, charts and data are inside it.

Every text of the list goes through Jinja's autoescaping or is JSON that cannot end its element, and the content
security policy names the two scripts by their digests: nothing else in the page may run or be loaded.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestrator import resources
from orchestrator.checks.lights import Light
from orchestrator.model.figures import Audit, Strength
from orchestrator.reporting.audit import computed_text, number_text, published
from orchestrator.reporting.centre import RATES, CentreWords, day, length, listed, untouched
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.report.charts import (
    STATES,
    bar_sheets,
    grouped,
    page_data,
    ratio_key,
    task_sheets,
    to_script,
)
from orchestrator.reporting.report.contents import LedgerLine, Report
from orchestrator.reporting.report.words import NOTHING, Words
from orchestrator.reporting.texts import Say

_LIBRARY = "vendor/echarts.min.js"
_SCRIPT = "report.js"
_STYLE = "report.css"
_ENDS = re.compile(r"<(/(?=script|style)|!--)", re.IGNORECASE)
PAGES = ("leader", "wall", "ratios", "ledger", "lists", "centre")


def render_page(report: Report, say: Say) -> str:
    """Return the page; the same report in the same language gives the same bytes."""
    words = Words(say)
    library, script, style = (_asset(name) for name in (_LIBRARY, _SCRIPT, _STYLE))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            say=say,
            words=words,
            report=report,
            pages=[page for page in PAGES if page != "centre" or report.centre],
            centre_words=CentreWords(say),
            rates=RATES,
            listed=listed,
            untouched=untouched,
            day=day,
            length=length,
            policy=_policy(library, script),
            # These three are files of our own, or the library's; list text is in none of them.
            library=Markup(library),  # noqa: S704 - see above
            script=Markup(script),  # noqa: S704 - see above
            style=Markup(style),  # noqa: S704 - see above
            data=Markup(to_script(page_data(report, words))),  # noqa: S704 - escaped by `to_script`
            clean=clean,
            number=number_text,
            nothing=NOTHING,
            states=STATES,
            lights=[light.value for light in Light],
            ratio_key=ratio_key,
            grouped=grouped,
            bar_sheets=bar_sheets(report.bars),
            task_sheets=task_sheets(report.ledger),
            assumptions=_assumptions,
            concern=words.concern,
            groups=_groups(report),
            closed=lambda line: _closed(line, say),
            figures=_figures(report, say),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _folder() -> Path:
    return resources.path("templates") / "report"


@cache
def _asset(name: str) -> str:
    """Return a script or style as it stands between its tags: whatever could end the element is escaped.

    In a script, `</script` and `<!--` only occur in strings, where a backslash changes nothing.
    """
    return _ENDS.sub(r"<\\\1", (_folder() / name).read_text("utf-8"))


def _policy(*scripts: str) -> str:
    digests = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts)
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _assumptions(audit: Audit) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for amount in audit.amounts for code in amount.assumptions))


def _groups(report: Report) -> list[tuple[str, list[tuple[str, list[LedgerLine]]]]]:
    """Return the ledger's leaves under their main items and items, in the ledger's order."""
    found: dict[str, dict[str, list[LedgerLine]]] = {}
    for line in report.ledger:
        found.setdefault(line.main, {}).setdefault(line.item, []).append(line)
    return [(main, list(items.items())) for main, items in found.items()]


def _closed(line: LedgerLine, say: Say) -> str:
    if not line.lit.done:
        return say("report.no")
    return say("report.yes") if line.task.evidence else say("report.no-proof")


def _figures(report: Report, say: Say) -> list[Mapping[str, object]]:
    return [
        {
            "id": one.id,
            "metric": one.metric if say.lang == "zh" else one.metric_en,
            "published": " / ".join(published(part) for part in one.parts),
            "computed": NOTHING
            if one.strength is Strength.B
            else " / ".join(computed_text(part) for part in one.parts),
            "passed": one.passed,
            "source": one.source,
        }
        for one in report.figures
    ]
