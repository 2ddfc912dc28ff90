"""A rehearsal in words, in both languages: its list, its verdict, its times, and what it cannot show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console, RenderableType

from orchestrator.errors import ExitCode
from orchestrator.model.life import Life, Phase
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep, Rehearsed, Timed
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.rehearsal import RehearsalView, RehearsedView
from orchestrator.reporting.texts import Lang, Say

LIFE = Life(system="S-1", phase=Phase.SYNCING)
LEFT = ("process 7", "folder /x")
WRONG = (CheckResult(code="rehearsal.rows", status=CheckStatus.FAIL, subject="app: t", values={"rows": "1"}),)


def shown(lines: Iterable[RenderableType]) -> str:
    out = StringIO()
    console = Console(file=out, width=1000, no_color=True)
    for line in lines:
        console.print(line)
    return out.getvalue()


def came(
    *, checks: tuple[CheckResult, ...] = (), begun: bool = True, failed: str = "", left: tuple[str, ...] = ()
) -> Rehearsed:
    timed = (Timed(step="copy", seconds=1.5), Timed(step="catch-up", seconds=0.004))
    return Rehearsed(timed=timed, checks=checks, gap=0.0421, begun=begun, failed=failed, left=left)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (came(), ExitCode.DONE),
        (came(checks=WRONG), ExitCode.FAILED),
        (came(failed="isolated"), ExitCode.FAILED),
        (came(failed="room", begun=False), ExitCode.REFUSED),
        (came(left=LEFT), ExitCode.ROLLBACK_FAILED),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_end_has_words_and_an_exit_code(what: Rehearsed, code: ExitCode, lang: Lang) -> None:
    view = RehearsedView(life=LIFE, came=what, digest="d", skipped=("hold",))
    text = shown(view.lines(Say(lang)))
    assert view.exit_code is code
    assert "42" in text
    assert all(left in text for left in what.left)
    assert "rehearsal." not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_list_says_where_and_what_is_not_rehearsed(lang: Lang) -> None:
    steps = tuple(
        RehearsalStep(name=name, place=place, limit=timedelta(seconds=2))
        for name, place in (("follow", Place.SOURCE), ("copy", Place.TARGET), ("open", Place.CLONE))
    )
    view = RehearsalView(life=LIFE, rehearsal=Rehearsal(steps=steps, skipped=("hold", "fence")), digest="d")
    say = Say(lang)
    text = shown(view.lines(say))
    assert all(say(f"frozen.{name}") in text for name in ("open", "hold", "fence"))
    assert "rehearsal." not in text
