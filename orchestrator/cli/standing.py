"""Makes a standby for a command: its steps are told, and what came of them is put on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator.cli.output import Shell
from orchestrator.cli.words import say

if TYPE_CHECKING:
    from orchestrator.model.replica import Replica
    from orchestrator.model.standby import Make, Prepared, PrepareStep, Seeding
    from orchestrator.ports.replica import StandbyMaker
    from orchestrator.reporting.standbys import PreparedView

_TELL = 5.0  # seconds between two lines of progress


def stand(shell: Shell, maker: StandbyMaker, replica: Replica, make: Make, *, dry: bool = False) -> PreparedView:
    """Do what is left to do until a standby follows; `dry` only looks."""
    from orchestrator.adapters.replicas.kept_standbys import BEGUN, ENDED
    from orchestrator.cli.wiring import CLOCK
    from orchestrator.cli.witness import leave
    from orchestrator.execution.standby import Preparing
    from orchestrator.reporting.standbys import PreparedView

    place = {"system": replica.system, "replica": replica.key}

    def begin(told: Prepared) -> None:
        if len(told.todo) > 1:  # more than to look at it
            leave(shell, BEGUN, **place, steps=[str(step) for step in told.todo])

    def note(step: PrepareStep) -> None:
        shell.tell("prepare.progress", step=say(f"prepare.step.{step}", rate=""))

    work = Preparing(maker, replica, make, clock=CLOCK, note=note, progress=_Progress(shell).tell)
    came = work.look() if dry else work.run(begin)
    if len(came.todo) > 1 and not dry:
        leave(
            shell,
            ENDED,
            **place,
            steps={each.step: round(each.seconds, 3) for each in came.timed},
            proofs={each.code: str(each.status) for each in came.proofs},
            done=came.done,
            failed=came.failed,
            code=came.code,
        )
    return PreparedView(came=came, make=make, dry=dry)


class _Progress:
    """Tells how far the first copy is: at the first look, at the last, and every few seconds between."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._first: tuple[float, int] | None = None
        self._told = -_TELL

    def tell(self, found: Seeding, seconds: float) -> None:
        """Tell it; what failed is told as what it ended at."""
        if found.state == "failed":
            return
        if self._first is None:
            self._first = (seconds, found.done)
        if found.state == "running" and seconds - self._told < _TELL:
            return
        self._told = seconds
        rate = (found.done - self._first[1]) / (seconds - self._first[0]) if seconds > self._first[0] else 0.0
        left = f"{(found.whole - found.done) / rate:.0f} s" if rate > 0 else "-"
        told = {"done": found.done, "whole": found.whole, "rate": f"{rate / 1024**2:.1f}", "left": left}
        self._shell.tell("prepare.seeding", **told)
