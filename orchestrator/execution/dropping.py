"""Drops a copy before it was ever opened: everything of ours goes on both sides, and the data that we brought."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from orchestrator.errors import Refused
from orchestrator.execution.moving import Movement, recorded
from orchestrator.model.dropping import Dropping, Removal, standing
from orchestrator.model.life import Life, Move, Phase, Side, edge
from orchestrator.model.move import Method, parts


def require_droppable(life: Life) -> None:
    """Check that the life stands where its copy may be dropped.

    Raises:
        Refused: `drop.nothing`, or `drop.PHASE` with what may be done instead.
    """
    if life.phase is Phase.PROVISIONED:
        raise Refused("drop.nothing", system=life.system)
    if edge(Move.DROP, life.phase) is None:
        raise Refused(f"drop.{life.phase}", system=life.system)


def dropping(movement: Movement, life: Life, *, gone: Side, keep_data: bool) -> Dropping:
    """Return what a drop would take away, after a look at both sides; changes nothing.

    Args:
        movement: reaches both sides.
        life: prepared, syncing or rehearsed.
        gone: the side that is no longer there: nothing is asked of it, and what stays on it is told.
        keep_data: the target's databases and roles stay.
    """
    move = recorded(life)
    there = gone is not Side.TARGET
    brought = standing(life) if there and not keep_data else None
    # Once it has begun, what would be looked at may be gone, and was looked at before.
    data = there and not keep_data and "dropping" not in life.facts
    checks = movement.mover.droppable(move, brought, gone=gone, data=data)
    listed = movement.mover.removals(move, brought)
    names: Collection[str] = brought.databases if brought else ()
    for part in parts(move):
        if brought and part.method in {Method.PHYSICAL, Method.EXTERNAL, Method.DISK}:
            names = part.databases  # all of it goes, with whatever came along from the source
    return Dropping(
        move=move,
        gone=gone,
        checks=checks,
        listed=[each for each in listed if each.side is not gone],
        by_hand=[each for each in listed if each.side is gone],
        stays=[name for name in move.databases if name not in names] if there else (),
    )


def drop(movement: Movement, life: Life, found: Dropping) -> tuple[Life, Sequence[Removal]]:
    """Take away what is listed; return the life, and what is left because something else needs it.

    The source goes on serving, and the system may be prepared anew. That it has begun is on record before anything
    goes: whoever is killed in it is told to drop again, and nothing else is done to the system meanwhile.
    """
    movement.keep()
    if "dropping" not in life.facts:
        life = movement.lives.learn(life, dropping=movement.clock.now().isoformat(timespec="seconds"))
    told = [f"{each.side} {each.name} {each.subject}" for each in found.listed]
    movement.evidence.record("move.dropping", system=life.system, gone=str(found.gone), removals=told)
    left = movement.mover.drop(found.move, found.listed)
    # Whoever approved the cutover of this copy did not approve that of another one.
    given_back = {"at": movement.clock.now().isoformat(), "start": ""}
    return movement.happened(life, Move.DROP, **{**dict.fromkeys(life.facts), "given_back": given_back}), left
