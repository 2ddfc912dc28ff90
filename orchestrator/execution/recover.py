"""After a frozen section whose end nobody saw: finishes it or takes it back, as the opening side's row decides."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from orchestrator.errors import Locked
from orchestrator.execution.frozen import FrozenRun
from orchestrator.model.frozen import Decision, Frozen, Outcome
from orchestrator.ports import Clock
from orchestrator.ports.move import Journal, Sessions

_MARGIN = 60.0  # beyond its own seconds, what a running section may need to ask and to take back


def recover(
    journal: Journal, sessions: Sessions, clock: Clock, tell: Callable[[str], None] = lambda _: None
) -> tuple[Frozen, Outcome] | None:
    """Bring a begun section to its end; None when there is none. Twice is the same as once.

    The caller settles replication afterwards and then puts the journal away.

    Raises:
        Locked: `frozen.running`: the section's own process has not ended.
    """
    frozen = journal.read()
    if frozen is None:
        return None
    journal.await_end(frozen.seconds + frozen.undecided + _MARGIN)
    ended = journal.outcome()
    if ended and ended.decision is not Decision.UNDECIDED and not ended.left:
        return frozen, ended
    # What was never sent can never open: then the leaving side serves again without the other one being asked.
    return frozen, _end(FrozenRun(frozen, sessions, clock, tell), frozen, asked=journal.sent())


def recover_lost(frozen: Frozen, since: datetime | None, sessions: Sessions, clock: Clock) -> Outcome:
    """Bring a section to its end whose journal is on a machine that is gone: only the opening side's row can tell.

    Args:
        frozen: the section as it was begun.
        since: when it was recorded as begun; a section ends by itself, and until then two would be at work.
        sessions: to both sides and the pooler.
        clock: of this machine.

    Raises:
        Locked: `frozen.elsewhere`: that time is not over, or nobody knows when it began.
    """
    longest = frozen.seconds + frozen.undecided + _MARGIN
    left = longest - (clock.now() - since).total_seconds() if since else longest
    if left > 0:
        raise Locked("frozen.elsewhere", system=frozen.system, seconds=math.ceil(left))
    return _end(FrozenRun(frozen, sessions, clock, lambda _: None), frozen, asked=True)


def _end(run: FrozenRun, frozen: Frozen, *, asked: bool) -> Outcome:
    decision = run.ask(frozen.undecided) if asked else Decision.BACK
    if decision is Decision.UNDECIDED:
        return Outcome(decision=decision, answers=(), seconds=0.0)
    left = run.perform(run.finishing() if decision is Decision.OPEN else run.returning())
    return Outcome(decision=decision, answers=(), seconds=0.0, left=left)
