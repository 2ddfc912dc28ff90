"""Which cutovers of an open window begin now, which wait, and which give their turn back. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.model.life import Life
from orchestrator.model.move import AnyMove, DatabaseMove, ExternalMove, RehostMove, parts
from orchestrator.model.schedule import BEIJING, Freeze, Slot, Window


class Stage(StrEnum):
    """Where a turn of the night stands."""

    COPYING = "copying"  # its copy is under way
    READY = "ready"
    RUNNING = "running"
    OPEN = "open"
    ENDED = "ended"  # it had its turn or can have none this night, and is not open
    UNDECIDED = "undecided"  # begun, and nobody knows yet which side opens


class Word(StrEnum):
    """What is said of a turn."""

    START = "start"
    WAIT = "wait"
    HOLD = "hold"  # it does not begin, and keeps its window
    BACK = "back"  # it does not begin, and its window is given back
    RETURN = "return"  # it is open, and goes back to its source with its group


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One system's turn.

    Attributes:
        needed: what it may take from its beginning until it is decided.
        shares: the machines it holds still; no two that share one run at once.
        fresh: of an open one, whether it was opened in this very window and nobody has tried to take it back.
    """

    slot: Slot
    stage: Stage
    needed: timedelta = timedelta()
    shares: frozenset[str] = frozenset()
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a turn now.

    Attributes:
        reason: of `wait`: `group`, `member`, `copy`, `early`, `shared`, `crew`; of `hold`: `member`, `apart`; of
            `back`: `freeze`, `late`, `short`, `whole`; of `start` and `return` empty.
        by: the system of its group that is the reason; empty where it is the turn itself.
    """

    system: str
    word: Word
    reason: str = ""
    by: str = ""


# Not open, and not to be opened any more this night.
_LOST = frozenset({Stage.ENDED, Stage.UNDECIDED})
_WAITING = frozenset({Stage.COPYING, Stage.READY})
_BEGUN = frozenset({Stage.OPEN, Stage.RUNNING})


def plan_night(
    turns: Iterable[Turn],
    *,
    window: Window,
    crews: int,
    freezes: Iterable[Freeze],
    now: datetime,
    returns: bool = False,
) -> Sequence[Verdict]:
    """Judge every turn that has not begun, in the planned order, and every open one that has to go back.

    A turn never begins before its planned time, which its users were told. Where one waits for its copy or for a
    machine, a later one may come before it, but not on a machine for which it waits.

    Of a dependency group, which the plan has in order, each waits for the one before, and none begins unless all can:
    each of them still has a turn, has its copy, and would be decided before its rollback deadline if one began after
    the other from now on. Once one of them is not opened, those after it stay at their sources; those that are open
    stay so, or, where the programme wants it, go back one after the other, the last one first. Nobody goes back while
    it is not known which side of another is open, nor after the window.

    Args:
        turns: of this window, all of them: those that run take crews and machines.
        window: the night.
        crews: how many cutovers may run side by side.
        freezes: declared perhaps after the plan was made.
        now: the time.
        returns: whether what is open of a group goes back where another of it is not opened.
    """
    first, last = (at.astimezone(BEIJING).date() for at in (window.start, window.end))
    frozen = any(freeze.first <= last and freeze.last >= first for freeze in freezes)
    ordered = sorted(turns, key=lambda turn: (turn.slot.start, turn.slot.crew, turn.slot.system))
    running = [turn for turn in ordered if turn.stage is Stage.RUNNING]
    free = crews - len(running)
    taken = frozenset[str]().union(*(turn.shares for turn in running))
    groups: dict[str, list[Turn]] = {}
    for turn in ordered:
        groups.setdefault(turn.slot.group, []).append(turn)
    verdicts = {}
    # What is begun comes first: a group stands half open until its last one has had its turn.
    for turn in sorted(ordered, key=lambda turn: not _begun(groups[turn.slot.group])):
        group = groups[turn.slot.group]
        if turn.stage is Stage.OPEN and returns and now < window.end and _goes_back(turn, group):
            verdict = Verdict(system=turn.slot.system, word=Word.RETURN)
        elif turn.stage in _WAITING:
            verdict = _judged(turn, group, frozen=frozen, now=now, returns=returns)
        else:
            continue
        if verdict.word in {Word.START, Word.RETURN}:
            if turn.shares & taken:
                verdict = Verdict(system=verdict.system, word=Word.WAIT, reason="shared")
            elif verdict.word is Word.START and free <= 0:  # the crew of what goes back is there: it has just ended
                verdict = Verdict(system=verdict.system, word=Word.WAIT, reason="crew")
            else:
                free -= 1
            if verdict.reason != "crew":
                taken |= turn.shares
        verdicts[verdict.system] = verdict
    return [verdicts[turn.slot.system] for turn in ordered if turn.slot.system in verdicts]


def _begun(group: Sequence[Turn]) -> bool:
    return any(turn.stage in _BEGUN for turn in group)


def _goes_back(turn: Turn, group: Sequence[Turn]) -> bool:
    """Tell whether an open turn is the next of its group to be taken back: some other one was not opened."""
    stages = {each.stage for each in group}
    torn = Stage.ENDED in stages and not stages & {Stage.RUNNING, Stage.UNDECIDED}
    # What needs it is behind it: while that is open, it stays.
    needed = any(each.stage is Stage.OPEN for each in group[group.index(turn) + 1 :])
    return turn.fresh and torn and not needed


def _judged(turn: Turn, group: Sequence[Turn], *, frozen: bool, now: datetime, returns: bool) -> Verdict:
    """Judge a turn by itself and its group; crews and machines are looked at by the caller."""
    word, reason, by = _among(turn, group, frozen=frozen, now=now, returns=returns)
    return Verdict(system=turn.slot.system, word=word, reason=reason, by=by)


def _among(turn: Turn, group: Sequence[Turn], *, frozen: bool, now: datetime, returns: bool) -> tuple[Word, str, str]:
    before = group[: group.index(turn)]
    whole = [turn] if _begun(group) else group
    over = dict(_over(whole, frozen=frozen, now=now))
    if reason := over.get(turn.slot.system):
        return Word.BACK, reason, ""
    # Nobody opens what would only go back.
    if lost := _first(before if _begun(group) and not returns else group, _LOST):
        return Word.HOLD, "apart" if lost in {each.slot.system for each in before} else "member", lost
    if over:
        return Word.BACK, "whole", next(iter(over))
    if any(each.stage is not Stage.OPEN for each in before):
        return Word.WAIT, "group", ""
    if turn.stage is Stage.COPYING:
        return Word.WAIT, "copy", ""
    if copying := _first(whole, {Stage.COPYING}):
        return Word.WAIT, "member", copying
    return (Word.WAIT, "early", "") if now < turn.slot.start else (Word.START, "", "")


def _first(turns: Iterable[Turn], stages: Collection[Stage]) -> str:
    return next((turn.slot.system for turn in turns if turn.stage in stages), "")


def _over(turns: Iterable[Turn], *, frozen: bool, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield which of these turns the window cannot hold any more, and why, where one begins after the other."""
    at = now
    for turn in turns:
        at = max(at, turn.slot.start) + turn.needed
        if turn.stage not in _WAITING:
            continue
        if frozen:
            yield turn.slot.system, "freeze"
        elif now > turn.slot.rollback_by:
            yield turn.slot.system, "late"
        elif at > turn.slot.rollback_by:
            yield turn.slot.system, "short"


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
        if not isinstance(part, ExternalMove | RehostMove)
    ]
    addresses = {
        *(each.reach.address for each in (*servers, *routes) if each),
        *(server.address for server in servers),
    }
    return frozenset(address.lower() for address in addresses)
