"""A batch's preflight as one page that loads nothing: for the planner's meeting, and for the file.

Every value goes through Jinja's autoescaping, and before that hidden characters are made visible; nothing of the page
runs, which its own content security policy says, too.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestrator import resources
from orchestrator.checks.preflighted import Unasked
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting import preflight
from orchestrator.reporting.preflight import PreflightView
from orchestrator.reporting.texts import Lang, Say
from orchestrator.reporting.visible import visible


def render_preflight(view: PreflightView, *, title: str, at: datetime, lang: Lang) -> bytes:
    """Return the page; the same view, moment and language give the same bytes."""
    say = Say(lang)
    page = _environment().get_template("page.html.j2")
    told = at.astimezone(BEIJING)
    return page.render(
        view=view, title=title, at=told, clock=told.strftime("%Y-%m-%d %H:%M"), say=say, words=preflight,
        unasked=lambda each: isinstance(each, Unasked),
    ).encode()  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(resources.path("templates") / "preflight"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
