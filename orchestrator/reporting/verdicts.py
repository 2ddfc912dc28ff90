"""A verdict as people read it: the word, on whom, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.reasons import clean, indented, spoken, word
from orchestrator.reporting.texts import Say

_STYLES = {CheckStatus.PASS: "green", CheckStatus.FAIL: "bold red"}
# An unknown or broken check may have a text of its own, with the status at its end.
_PLAIN = frozenset({CheckStatus.PASS, CheckStatus.FAIL})


class Stopped(Protocol):
    """What was stopped by a step: its name, and code and values of the cause; no code where a check forbade it."""

    @property
    def failed(self) -> str:
        """The step; empty where nothing stopped it."""

    @property
    def code(self) -> str:
        """The cause's code."""

    @property
    def values(self) -> Mapping[str, str]:
        """What its words need."""


def because_lines(say: Say, act: str, came: Stopped, *, check: str) -> Iterator[str]:
    """Give at which step an act was stopped, why, and what to do about it; `check` says that a check forbade it."""
    if came.failed:
        cause = say(came.code, **came.values) if came.code else say(check)
        yield say(f"{act}.because", step=say(f"{act}.step.{came.failed}"), cause=cause)
        if remedy := say.either(f"{came.code}.remedy", **came.values):
            yield f"  → {remedy}"


def verdict_word(say: Say, status: CheckStatus) -> Text:
    """Return a verdict's word in its colour."""
    return Text.assemble((word(say, "verdict", status), _STYLES.get(status, "yellow")))


def verdict_lines(say: Say, check: CheckResult, *, margin: int = 0, subject: bool = False) -> Iterator[RenderableType]:
    """Give a verdict, with whom it is on if asked, and what to do about it."""
    values = spoken(say, check.values)
    code = check.code if check.status in _PLAIN else f"{check.code}.{check.status}"
    text = say.either(code, say(check.code, subject=check.subject, **values), subject=check.subject, **values)
    who = f"{clean(check.subject)}: " if subject and check.subject else ""
    line = verdict_word(say, check.status).append(f"  {who}{text}", style="default")
    yield Padding(line, (0, 0, 0, margin), expand=False) if margin else line
    remedy = say.either(f"{check.code}.remedy", subject=check.subject, **values)
    if remedy and check.status is not CheckStatus.PASS:
        yield indented(f"→ {remedy}", margin + 4, "dim")
