"""Shows a run while it goes on: a living table on a terminal, one line for each step's start and end elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchestrator.cli import streams
from orchestrator.cli.wiring import CLOCK
from orchestrator.cli.words import say
from orchestrator.execution.performer import Phase, StepEvent
from orchestrator.reporting.runs import StepLine, elapsed, progress_table

if TYPE_CHECKING:
    from rich.console import RenderableType

Tell = Callable[[StepEvent], None]


@contextmanager
def progress(systems: Sequence[str], *, live: bool) -> Iterator[Tell]:
    """Give what the run tells its events to; it may be called from any thread."""
    if not live:
        lines = _Lines()
        yield lines.tell
        return
    from rich.live import Live

    board = _Board(systems)
    with (
        streams.moving() as console,
        Live(
            get_renderable=board.table,  # asked for its rows four times a second, so that the seconds go on
            console=console,
            refresh_per_second=4,
            transient=True,
            # Redirected streams would be read as a terminal's: what commands it would be obeyed.
            redirect_stdout=False,
            redirect_stderr=False,
        ),
    ):
        yield board.tell


class _Lines:
    def __init__(self) -> None:
        self._began = CLOCK.monotonic()
        self._mutex = threading.Lock()

    def tell(self, event: StepEvent) -> None:
        code = f"run.step-{event.phase}"
        words = say(
            code,
            at=elapsed(CLOCK.monotonic() - self._began),
            system=event.system,
            step=say(f"step.{event.verb}"),
            cloud=f" ({event.cloud})" if event.cloud else "",
            seconds=elapsed(event.seconds),
            error=say(event.error["code"], **event.error) if event.error else "",
        )
        with self._mutex:
            streams.write((words, "\n"), err=True)


class _Board:
    """The last event of each system and cloud, and when it came."""

    def __init__(self, systems: Sequence[str]) -> None:
        self._systems = systems
        self._mutex = threading.Lock()
        self._began = CLOCK.monotonic()
        self._steps: dict[str, dict[str, tuple[StepEvent, float]]] = {system: {} for system in systems}
        self._done: dict[str, int] = dict.fromkeys(systems, 0)

    def tell(self, event: StepEvent) -> None:
        with self._mutex:
            steps = self._steps.setdefault(event.system, {})
            if not event.cloud:
                steps.clear()  # a step of the whole system: its parts have ended
            steps[event.cloud] = (event, CLOCK.monotonic())
            if event.phase is Phase.DONE:
                self._done[event.system] = self._done.get(event.system, 0) + 1

    def table(self) -> RenderableType:
        now = CLOCK.monotonic()
        with self._mutex:
            rows = [
                StepLine(
                    system=system,
                    steps=tuple(
                        (cloud, str(event.verb), str(event.phase), now - since)
                        for cloud, (event, since) in steps.items()
                    ),
                    done=self._done.get(system, 0),
                )
                for system, steps in self._steps.items()
            ]
        return progress_table(rows, now - self._began, say)
