"""The live board as a page: one document without anything of its own to load but its style and its script.

Every value goes through Jinja's autoescaping, and before that hidden characters are made visible. Style and script are
files of their own, so that the content security policy allows nothing that stands in the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestrator import resources
from orchestrator.model.centre import Centre, DrillDue, StoodReplica, StoodSystem
from orchestrator.model.pipeline import Verb
from orchestrator.model.result import CheckStatus, RunningTask
from orchestrator.model.schedule import BEIJING
from orchestrator.model.worker import Worker
from orchestrator.reporting.board import PROVISIONING, Board, BoardRow, Copy, Happened, Held
from orchestrator.reporting.centre import RATES, CentreWords, day, listed, untouched
from orchestrator.reporting.runs import elapsed
from orchestrator.reporting.texts import Lang, Say
from orchestrator.reporting.visible import one_line, visible
from orchestrator.reporting.workers import worker_values

STYLE, SCRIPT = "board.css", "board.js"
UNKNOWN = "?"
REPLICAS = 100  # rows that a wall can show; how many more there are is told
_LAMPS = ("red", "grey", "yellow", "green")
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def render_board(board: Board, lang: Lang) -> bytes:
    """Return the page; the same board in the same language gives the same bytes."""
    say = Say(lang)
    page = _environment().get_template("page.html.j2")
    return page.render(
        board=board,
        say=say,
        words=Words(say),
        centre_words=CentreWords(say),
        replicas=tuple(_worst_first(board.centre)) if board.centre else (),
        untouched=untouched,
        rates=RATES,
        most=REPLICAS,
        day=day,
        clock=local,
        size=size,
        elapsed=elapsed,
    ).encode()


def _worst_first(centre: Centre) -> Iterator[tuple[StoodSystem, StoodReplica, str]]:
    """Yield each replica with its lamp: what fails, what nobody knows, whose drill is due, and the others."""

    def lamp(one: StoodReplica) -> str:
        if one.status in {CheckStatus.FAIL, CheckStatus.ERROR}:
            return "red"
        if one.status is CheckStatus.UNKNOWN:
            return "grey"
        return "green" if one.drill is DrillDue.IN_TIME else "yellow"

    rows = [(each, one, lamp(one)) for each, one in listed(centre)]
    return iter(sorted(rows, key=lambda row: _LAMPS.index(row[2])))


def asset(name: str) -> bytes:
    """Return the style or the script."""
    return (_folder() / name).read_bytes()


class Words:
    """What of a board needs more than one code's words."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def stage(self, stage: str) -> str:
        """Return a stage's word."""
        return self._say("board.provisioning") if stage == PROVISIONING else self._say(f"life.{stage}")

    def task(self, task: RunningTask) -> str:
        """Return which task of how many a playbook is at."""
        number = {"number": task.number, "of": task.of or self._say("run.task-of-unknown"), "task": task.task}
        return self._say("run.task", step=self._say(f"step.{Verb.CONFIGURE}"), **number)

    def cause(self, row: BoardRow) -> str:
        """Return what a system waits for."""
        return _said(self._say, row.waits_for, {"subject": row.system, **row.waits})

    def remedy(self, row: BoardRow) -> str:
        """Return what helps, by the code or by the one it is a case of; nothing where nothing is known to."""
        values = {"subject": row.system, **row.waits}
        for code in (row.waits_for, row.waits_for.rpartition(".")[0]):
            if code and (found := _said(self._say, f"{code}.remedy", values, fallback="")):
                return found
        return ""

    def left(self, copy: Copy) -> str:
        """Return the time a first copy still takes."""
        return UNKNOWN if copy.left is None else elapsed(min(copy.left, 1e7))

    def worker(self, worker: Worker) -> str:
        """Return what a worker serves and does."""
        return self._say("worker.line", **worker_values(worker, self._say))

    def held(self, held: Held) -> str:
        """Return how the last frozen section ended."""
        gap = UNKNOWN if held.seconds is None else f"{held.seconds * 1000:.0f}"
        code = f"board.held.{'rollback' if held.back else 'cutover'}.{held.decision}"
        return self._say.either(code, one_line(held.decision), milliseconds=gap)

    def entry(self, entry: Happened) -> str:
        """Return what an entry of the record says."""
        return _said(self._say, f"board.log.{entry.kind}", dict(self._values(entry)))

    def fault(self, code: str, values: Mapping[str, str]) -> str:
        """Return what could not be read."""
        return _said(self._say, code, values)

    def _values(self, entry: Happened) -> Iterator[tuple[str, str]]:
        for name, value in entry.values.items():
            if name in {"before", "after", "phase"}:
                yield name, self._say.either(f"life.{value}", value)
            elif name == "step":
                yield name, self._say.either(f"step.{value}", value)
            else:
                yield name, value or "–"


def _said(say: Say, code: str, values: Mapping[str, str], fallback: str | None = None) -> str:
    """Return the words of a code that somebody else may have written; values that do not fit fail nothing."""
    try:
        return say.either(code, one_line(code) if fallback is None else fallback, **values)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return one_line(code)


def size(count: float | None) -> str:
    """Return bytes as people read them, by powers of 1024."""
    if count is None:
        return UNKNOWN
    power = 0
    while count >= 1024 and power < len(_UNITS) - 1:
        count, power = count / 1024, power + 1
    return f"{count:.0f} {_UNITS[power]}" if power < 2 else f"{count:.1f} {_UNITS[power]}"


def local(at: datetime | None) -> str:
    """Return a time of Beijing, in which windows are agreed."""
    if at is None:
        return UNKNOWN
    try:
        return at.astimezone(BEIJING).strftime("%m-%d %H:%M:%S")
    except (OverflowError, ValueError):  # the first and the last day there is have no other zone
        return UNKNOWN


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown(value: object) -> object:
    """Return a text without characters that nobody sees and that turn others around."""
    return visible(value) if isinstance(value, str) else value


def _folder() -> Path:
    return resources.path("templates") / "board"
