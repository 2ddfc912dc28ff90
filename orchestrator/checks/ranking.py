"""Ranks units by what they have done (排名), and says who is praised and who is criticised (表扬、通报批评).

Every unit has one rank, equal ones the same; what nobody knows since the list was written is held against no unit,
and in favour of none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from orchestrator.checks.lights import UNKNOWN, Light, Lit

# So many ranks are praised.
PRAISED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a unit stands with its tasks and the systems that it moves.

    Attributes:
        rank: from 1; units that stand alike share one.
        total: what the unit has to do; what is deferred or stays is not in it.
        late: red lights.
        longest: days that the oldest of them is late; 0 where none has a day.
        unknown: what fell due after the list was written.
    """

    unit: str
    rank: int
    done: int
    total: int
    late: int
    longest: int
    unknown: int

    @property
    def praised(self) -> bool:
        """Whether it is among the first, has done something, and neither is late nor leaves anything unknown."""
        return self.rank <= PRAISED and self.done > 0 and not self.late and not self.unknown

    @property
    def criticised(self) -> bool:
        """Whether anything of it is late."""
        return self.late > 0


def rank_units(lit: Iterable[tuple[str, Lit]]) -> tuple[Standing, ...]:
    """Return the units by the share that is done, then by how little is late; equals stay in the order given.

    Args:
        lit: the light of each task and each system that moves, with the unit that answers for it.
    """
    found: defaultdict[str, list[Lit]] = defaultdict(list)
    for unit, one in lit:
        if unit and one.reason != "light.stays":
            found[unit].append(one)
    ordered = sorted(found.items(), key=lambda item: _key(item[1]))
    keys = [_key(members) for _, members in ordered]
    return tuple(
        Standing(
            unit=unit,
            rank=keys.index(key) + 1,
            done=sum(one.done for one in members),
            total=len(members),
            late=_late(members),
            longest=max((int(one.values.get("days", 0)) for one in members if one.light is Light.RED), default=0),
            unknown=sum(one.reason == UNKNOWN for one in members),
        )
        for (unit, members), key in zip(ordered, keys, strict=True)
    )


def _key(members: list[Lit]) -> tuple[Fraction, int]:
    return -Fraction(sum(one.done for one in members), len(members)), _late(members)


def _late(members: list[Lit]) -> int:
    return sum(one.light is Light.RED for one in members)
