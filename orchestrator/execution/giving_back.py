"""Gives back a cutover window that was not used: whoever wants the system moved plans and approves another one."""

from __future__ import annotations

from datetime import datetime

from orchestrator.execution.moving import Movement
from orchestrator.model.life import Life, Move


def give_back(movement: Movement, life: Life, start: datetime | None) -> Life:
    """Record that a life's window was given back; its approval goes with it, and the copy goes on following.

    Args:
        movement: whose lives and evidence tell it.
        life: syncing or rehearsed.
        start: of the window; None where the programme plans none, and only the approval is given back.

    Raises:
        Refused: `life.not-now`.
    """
    fact = {
        "at": movement.clock.now().isoformat(),
        "start": start.isoformat() if start else "",
    }
    after = movement.happened(life, Move.GIVE_BACK, given_back=fact)
    movement.evidence.record("move.given-back", system=life.system, **fact)
    return after
