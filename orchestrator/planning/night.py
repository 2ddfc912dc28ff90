"""Which cutovers of an open window begin now, which wait, and which give their turn back. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.model.life import Life
from orchestrator.model.move import AnyMove, DatabaseMove, ExternalMove, parts
from orchestrator.model.schedule import BEIJING, Freeze, Slot, Window


class Stage(StrEnum):
    """Where a turn of the night stands."""

    COPYING = "copying"  # its copy is under way
    READY = "ready"
    RUNNING = "running"
    OPEN = "open"
    ENDED = "ended"  # it had its turn or can have none this night, and is not open


class Word(StrEnum):
    """What is said of a turn that has not begun."""

    START = "start"
    WAIT = "wait"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One system's turn.

    Attributes:
        needed: what it may take from its beginning until it is decided.
        shares: the machines it holds still; no two that share one run at once.
    """

    slot: Slot
    stage: Stage
    needed: timedelta = timedelta()
    shares: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a turn now.

    Attributes:
        reason: of `wait`: `group`, `copy`, `early`, `shared`, `crew`; of `back`: `freeze`, `late`, `short`, `apart`;
            of `start` empty.
    """

    system: str
    word: Word
    reason: str = ""


def plan_night(
    turns: Iterable[Turn], *, window: Window, crews: int, freezes: Iterable[Freeze], now: datetime
) -> Sequence[Verdict]:
    """Judge every turn that has not begun, in the planned order.

    A turn never begins before its planned time, which its users were told. Where one waits for its copy or for a
    machine, a later one may come before it, but not on a machine for which it waits. Of a dependency group, which the
    plan has in order, each waits for the one before; once one of them is not open, the rest stay with it at their
    sources, for nobody has looked at what a group needs that is torn apart.

    Args:
        turns: of this window, all of them: those that run take crews and machines.
        window: the night.
        crews: how many cutovers may run side by side.
        freezes: declared perhaps after the plan was made.
        now: the time.
    """
    first, last = (at.astimezone(BEIJING).date() for at in (window.start, window.end))
    frozen = any(freeze.first <= last and freeze.last >= first for freeze in freezes)
    ordered = sorted(turns, key=lambda turn: (turn.slot.start, turn.slot.crew, turn.slot.system))
    running = [turn for turn in ordered if turn.stage is Stage.RUNNING]
    free = crews - len(running)
    taken = frozenset[str]().union(*(turn.shares for turn in running))
    groups: dict[str, list[Stage]] = {}
    verdicts = []
    for turn in ordered:
        before = groups.setdefault(turn.slot.group, [])
        if turn.stage in {Stage.COPYING, Stage.READY}:
            word, reason = _judged(turn, before, frozen=frozen, now=now)
            if word is Word.START and turn.shares & taken:
                word, reason = Word.WAIT, "shared"
                taken |= turn.shares
            elif word is Word.START and free <= 0:
                word, reason = Word.WAIT, "crew"
            elif word is Word.START:
                free -= 1
                taken |= turn.shares
            verdicts.append(Verdict(system=turn.slot.system, word=word, reason=reason))
        before.append(turn.stage)
    return verdicts


def _judged(turn: Turn, before: Sequence[Stage], *, frozen: bool, now: datetime) -> tuple[Word, str]:
    """Judge a turn by itself and its group; crews and machines are looked at by the caller."""
    slot = turn.slot
    backs = {
        "freeze": frozen,
        "late": now > slot.rollback_by,
        "short": now + turn.needed > slot.rollback_by,
        "apart": Stage.ENDED in before,
    }
    waits = {
        "group": any(stage is not Stage.OPEN for stage in before),
        "copy": turn.stage is Stage.COPYING,
        "early": now < slot.start,
    }
    if reason := next((name for name, holds in backs.items() if holds), ""):
        return Word.BACK, reason
    if reason := next((name for name, holds in waits.items() if holds), ""):
        return Word.WAIT, reason
    return Word.START, ""


def needed_time(life: Life, section: timedelta) -> timedelta:
    """Return what a cutover may take: its frozen section at least, or all of its last rehearsal where that took more.

    A cutover does what its rehearsal did, and where it has to be rehearsed anew, it does that first.
    """
    rehearsal = life.facts.get("rehearsal")
    seconds = rehearsal.get("seconds") if isinstance(rehearsal, Mapping) else None
    known = isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 <= seconds < timedelta.max.days
    return max(section, timedelta(seconds=seconds)) if known else section  # type: ignore[arg-type]  # a number, as seen


def shared_machines(move: AnyMove) -> frozenset[str]:
    """Return the machines that a move holds still, by every address it has for them: servers, pooler or proxy.

    A machine and not a port, for two clusters on one machine share its disks, and two databases of one pooler its
    files and its console.
    """
    servers = [server for part in parts(move) for server in (part.source, part.target)]
    routes = [
        part.pooler if isinstance(part, DatabaseMove) else part.proxy
        for part in parts(move)
        if not isinstance(part, ExternalMove)
    ]
    addresses = {
        *(each.reach.address for each in (*servers, *routes) if each),
        *(server.address for server in servers),
    }
    return frozenset(address.lower() for address in addresses)
