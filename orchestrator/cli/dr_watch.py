"""`migrate dr check --watch`: looks again and again until somebody ends it, and says what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from orchestrator.cli import streams
from orchestrator.cli.ending import terminated_like_interrupted
from orchestrator.cli.output import Shell
from orchestrator.cli.words import say
from orchestrator.errors import MigrateError

if TYPE_CHECKING:
    from orchestrator.reporting.replicas import ReplicasView

# Seconds after which what has not changed is put on record again: a watch of a month must not fill a disk, and a record
# that is silent must not look like a watch that has ended.
_AGAIN = 3600.0


def watch(
    shell: Shell, look: Callable[[], ReplicasView], keep: Callable[[ReplicasView], None], *, every: float
) -> ReplicasView:
    """Look every so many seconds until interrupted or terminated, and return what was seen last.

    A terminal shows the newest table; anything else gets a line for each look and one for each system that changed.
    What goes wrong at a later look (a list that is being edited) is told, and the next one may be right again.

    Raises:
        MigrateError: the first look is refused.
        KeyboardInterrupt: ended before anything was seen.
    """
    last: ReplicasView | None = None
    kept: tuple[Mapping[str, object], float] = ({}, 0.0)
    with terminated_like_interrupted():
        try:
            while True:
                began = time.monotonic()
                try:
                    view = look()
                except MigrateError as error:
                    if last is None:
                        raise
                    shell.tell_error(error)
                else:
                    standing = _standing(view)
                    if standing != kept[0] or began - kept[1] >= _AGAIN:
                        keep(view)
                        kept = (standing, began)
                    before, last = last, view
                    _show(shell, view, before)
                time.sleep(max(0.0, began + every - time.monotonic()))
        except KeyboardInterrupt:
            if last is None:
                raise
    shell.tell("dr.watch-ended")
    return last


def _standing(view: ReplicasView) -> dict[str, tuple[str, ...]]:
    """Return, by system, its status and what did not pass."""
    return {
        each.system: (str(each.status), *(one.code for one in each.results if one.status != "pass"))
        for each in view.systems
    }


def _show(shell: Shell, view: ReplicasView, last: ReplicasView | None) -> None:
    if streams.is_terminal():
        streams.clear()
        shell.show(view, "table")
        return
    at = view.at.astimezone().isoformat(timespec="seconds")
    streams.write((say("dr.watch-line", at=at, sum=say("dr.sum", **view.counts())), "\n"))
    before = _standing(last) if last else {}
    for system, (status, *codes) in _standing(view).items():
        if before.get(system) != (status, *codes) and (last or codes):
            told = ", ".join(codes) or "-"
            streams.write((say("dr.watch-changed", system=system, verdict=say(f"verdict.{status}"), codes=told), "\n"))
