"""The life of a system that moves: where it stands, and the one table of all that may happen to it.

A life is a row, not a process: between two moves nothing of ours waits. `syncing` lasts for weeks while databases
replicate by themselves; what a system waits for (a window, an approval, a lag) is a fact of its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a system stands, in the order it gets there."""

    PROVISIONED = "provisioned"  # its servers stand, configured and empty
    PREPARED = "prepared"  # the target has roles, schema and whatever else the copy needs
    SYNCING = "syncing"  # a copy is there and follows the source
    REHEARSED = "rehearsed"  # as syncing, and a rehearsal on a clone has passed
    CUTOVER = "cutover"  # the frozen section has begun and its end is not on record: only recovery is admitted
    OPEN = "open"  # the target is written to, the source follows it
    ROLLBACK = "rollback"  # as cutover, with the ends swapped
    SOAKED = "soaked"  # watched for as long as was agreed
    RETIRED = "retired"  # the source is off for good; nothing follows


class Move(StrEnum):
    """What may happen to a life; the name of the command or of the pipeline that does it."""

    PREPARE = "prepare"
    SEED = "seed"
    REHEARSE = "rehearse"
    LAPSE = "lapse"
    FREEZE = "freeze"
    OPEN = "open"
    ABORT = "abort"
    GIVE_BACK = "give-back"
    ROLLBACK = "rollback"
    RETURN = "return"
    KEEP = "keep"
    SOAK = "soak"
    RETIRE = "retire"
    DROP = "drop"


class Side(StrEnum):
    """The two ends of a move, and neither while a frozen section lasts."""

    SOURCE = "source"
    TARGET = "target"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One thing that may happen: `move` takes a life from `before` to `after`.

    Attributes:
        writable: the side that clients write to once it has happened. On the way through `cutover` and `rollback`
            nobody writes; which side it will be is then decided by one row on the side that is about to open.
    """

    move: Move
    before: Phase
    after: Phase
    writable: Side


def _edge(move: Move, before: Phase, after: Phase, writable: Side) -> Edge:
    return Edge(move=move, before=before, after=after, writable=writable)


# All that may happen; whatever is not here is refused. `docs/life.md` is drawn from it.
EDGES: tuple[Edge, ...] = (
    _edge(Move.PREPARE, Phase.PROVISIONED, Phase.PREPARED, Side.SOURCE),
    _edge(Move.SEED, Phase.PREPARED, Phase.SYNCING, Side.SOURCE),
    _edge(Move.REHEARSE, Phase.SYNCING, Phase.REHEARSED, Side.SOURCE),
    _edge(Move.REHEARSE, Phase.REHEARSED, Phase.REHEARSED, Side.SOURCE),
    # A later rehearsal failed, or what was rehearsed is no longer what would be done.
    _edge(Move.LAPSE, Phase.REHEARSED, Phase.SYNCING, Side.SOURCE),
    # A window that ended before it was used; its approval goes with it.
    _edge(Move.GIVE_BACK, Phase.SYNCING, Phase.SYNCING, Side.SOURCE),
    _edge(Move.GIVE_BACK, Phase.REHEARSED, Phase.REHEARSED, Side.SOURCE),
    _edge(Move.FREEZE, Phase.SYNCING, Phase.CUTOVER, Side.NONE),
    _edge(Move.FREEZE, Phase.REHEARSED, Phase.CUTOVER, Side.NONE),
    _edge(Move.OPEN, Phase.CUTOVER, Phase.OPEN, Side.TARGET),
    _edge(Move.ABORT, Phase.CUTOVER, Phase.SYNCING, Side.SOURCE),
    _edge(Move.ROLLBACK, Phase.OPEN, Phase.ROLLBACK, Side.NONE),
    _edge(Move.RETURN, Phase.ROLLBACK, Phase.SYNCING, Side.SOURCE),
    _edge(Move.KEEP, Phase.ROLLBACK, Phase.OPEN, Side.TARGET),
    _edge(Move.SOAK, Phase.OPEN, Phase.SOAKED, Side.TARGET),
    _edge(Move.RETIRE, Phase.SOAKED, Phase.RETIRED, Side.TARGET),
    # Free of loss: the source was written to all the time, and only the copy goes.
    _edge(Move.DROP, Phase.PREPARED, Phase.PROVISIONED, Side.SOURCE),
    _edge(Move.DROP, Phase.SYNCING, Phase.PROVISIONED, Side.SOURCE),
    _edge(Move.DROP, Phase.REHEARSED, Phase.PROVISIONED, Side.SOURCE),
)

FIRST = Phase.PROVISIONED
# A frozen section may have begun here: whatever a command wants of such a system, recovery comes first.
UNDECIDED = frozenset({Phase.CUTOVER, Phase.ROLLBACK})
# How each undecided phase ends when the target's row says "open", and when it says "back".
DECIDED: Mapping[Phase, Mapping[str, Move]] = {
    Phase.CUTOVER: {"open": Move.OPEN, "back": Move.ABORT},
    Phase.ROLLBACK: {"open": Move.RETURN, "back": Move.KEEP},
}


def edge(move: Move, before: Phase) -> Edge | None:
    """Return what the move does to a life in that phase; None where it may not happen."""
    return next((edge for edge in EDGES if edge.move is move and edge.before is before), None)


def moves(phase: Phase) -> tuple[Move, ...]:
    """Return what may happen to a life in that phase, in the table's order."""
    return tuple(edge.move for edge in EDGES if edge.before is phase)


def writable(phase: Phase) -> Side:
    """Return the side that clients write to while a life stands there."""
    return next((edge.writable for edge in EDGES if edge.after is phase), Side.SOURCE)


def replay(happened: Iterable[Move], start: Phase = FIRST) -> Iterator[Phase]:
    """Yield the phases that moves lead through.

    Raises:
        ValueError: one of them may not happen where the life then stands.
    """
    phase = start
    for move in happened:
        found = edge(move, phase)
        if found is None:
            raise ValueError(f"{move} may not happen in {phase}")
        phase = found.after
        yield phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One system's row.

    Attributes:
        version: counts every change; a writer names the one it read, so two never overwrite each other.
        attempt: counts the cutovers and rollbacks that were begun; it names their row of decision.
        since: when the phase was entered.
        waits_for: code of what holds it, with `waits` as its values; empty when nothing is known to.
        facts: what later moves need and people ask for, as JSON: method, bytes, rehearsal, window, gap,
            positions; `rehearsing` while a clone may be there that has to be taken away.
    """

    system: str
    phase: Phase = FIRST
    version: int = 0
    attempt: int = 0
    since: datetime | None = None
    waits_for: str = ""
    waits: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def undecided(self) -> bool:
        """Tell whether a frozen section may have begun whose end is not on record."""
        return self.phase in UNDECIDED


def drawn() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {FIRST}"]
    lines += [f"    {edge.before} --> {edge.after}: {edge.move}" for edge in EDGES]
    lines += [f"    {Phase.RETIRED} --> [*]"]
    return "\n".join(lines)
