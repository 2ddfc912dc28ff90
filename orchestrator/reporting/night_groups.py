"""A night's dependency groups: what is planned of each, and whether it came to be whole, back, or torn apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.group import GroupPlan
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say


class End(StrEnum):
    """How a turn ended."""

    WAITING = "waiting"  # not begun, and nothing said why
    HELD = "held"  # a gate, a check or a fault held it before clients were
    GIVEN_BACK = "given-back"
    UNDECIDED = "undecided"  # begun, and its end is not on record: the next command decides first
    OPEN = "open"  # on its target
    BACK = "back"  # taken back by itself: on its source
    RETURNED = "returned"  # opened, and rolled back in the same window, by a person or with its group: on its source


class Whole(StrEnum):
    """What a group is after the night."""

    WHOLE = "whole"  # all of it is open
    BACK = "back"  # all of it is at its sources
    SPLIT = "split"  # some of it is open and some is not, which nobody planned for
    UNDECIDED = "undecided"  # not known yet: a run is at work, was killed, or left something undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class NightGroup:
    """One dependency group.

    Attributes:
        id: its first system.
        returns: whether the programme had its open systems go back where another was not opened.
        open, back: its systems by where they are, in the order of cutover; those of which nobody knows are in neither.
    """

    id: str
    whole: Whole
    returns: bool
    systems: tuple[str, ...]
    open: tuple[str, ...]
    back: tuple[str, ...]


def night_groups(
    turns: Sequence[tuple[str, str, End]], *, returns: bool, over: bool, before: Mapping[str, Sequence[str]]
) -> tuple[NightGroup, ...]:
    """Return the groups of more than one system.

    Args:
        turns: system, group and end of each, in the planned order; without a group it is one by itself.
        returns: the programme's rule.
        over: whether no run is at work any more, as far as the record tells.
        before: group → its systems that were open before the night's first run, which have no turn of their own.
    """
    found: dict[str, dict[str, End]] = {}
    for group, systems in before.items():
        found[group] = dict.fromkeys(systems, End.OPEN)
    for system, group, end in turns:
        if group:
            found.setdefault(group, {})[system] = end
    return tuple(_group(group, ends, returns=returns, over=over) for group, ends in found.items() if len(ends) > 1)


def _group(group: str, ends: Mapping[str, End], *, returns: bool, over: bool) -> NightGroup:
    unknown = End.UNDECIDED in ends.values() or (not over and End.WAITING in ends.values())
    opened = tuple(system for system, end in ends.items() if end is End.OPEN)
    back = tuple(system for system, end in ends.items() if end not in {End.OPEN, End.UNDECIDED})
    whole = Whole.SPLIT if opened and back else Whole.WHOLE if opened else Whole.BACK
    return NightGroup(
        id=group,
        whole=Whole.UNDECIDED if unknown else whole,
        returns=returns,
        systems=tuple(ends),
        open=opened,
        back=back,
    )


def group_text(group: GroupPlan, say: Say) -> str:
    """Return what a window has in mind with a dependency group; times are Beijing's."""
    return say(
        f"cutover.group.{'return' if group.returns else 'stay'}",
        systems=" → ".join(clean(system) for system in group.systems),
        crew=group.crew,
        start=f"{group.start.astimezone(BEIJING):%H:%M}",
        begin_by=f"{group.begin_by.astimezone(BEIJING):%m-%d %H:%M}",
        decide_by=f"{group.decide_by.astimezone(BEIJING):%m-%d %H:%M}",
    )


def groups_text(groups: Sequence[GroupPlan], say: Say) -> str:
    """Return the same of all groups of a window, what holds for each of them said once; there is one at least."""
    turns = "; ".join(
        say(
            "cutover.groups.turn",
            systems=" → ".join(clean(system) for system in group.systems),
            begin_by=f"{group.begin_by.astimezone(BEIJING):%m-%d %H:%M}",
        )
        for group in groups
    )
    return say(f"cutover.groups.{'return' if groups[0].returns else 'stay'}", turns=turns)


def group_lines(groups: Iterable[NightGroup], say: Say) -> Iterator[str]:
    """Give what came of each group, with what helps where it is torn apart."""
    for group in groups:
        told = {
            "group": clean(group.id),
            "systems": clean(", ".join(group.systems)),
            "open": clean(", ".join(group.open) or "–"),
            "back": clean(", ".join(group.back) or "–"),
        }
        yield say(f"night.group.{group.whole}", **told)
        if group.whole is Whole.SPLIT:
            yield f"    → {say('night.group.split.remedy', **told)}"
