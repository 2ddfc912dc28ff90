"""What a copy brought to the target, and what taking it away again does, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.model.frozen import Voice
from orchestrator.model.life import Life, Side
from orchestrator.model.move import AnyMove
from orchestrator.model.result import CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the target has of a move's names.

    Attributes:
        cluster: what tells the target's cluster from every other, also from one that is built anew in its place.
        databases, roles: by name, the number that the server gave it: the same name made anew has another.
    """

    cluster: str
    databases: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)

    def without(self, before: Standing) -> Standing:
        """Return what was not there before."""
        return Standing(
            cluster=self.cluster,
            databases={name: number for name, number in self.databases.items() if name not in before.databases},
            roles={name: number for name, number in self.roles.items() if name not in before.roles},
        )


def standing(life: Life, fact: str = "brought") -> Standing | None:
    """Return what a copy brought to the target, or what was there before it; None where nobody wrote it down."""
    told = life.facts.get(fact)
    return Standing(**told) if isinstance(told, dict) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One thing that is taken away; twice is the same as once.

    Attributes:
        name: what it is, with words in the catalogue under `drop.NAME`.
        side: where.
        subject: of which database, or which names.
        text: what does it; also what a person does where we cannot get any more.
    """

    name: str
    side: Side
    subject: str
    voice: Voice
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropping:
    """What would go.

    Attributes:
        gone: the side that is no longer there; `none` where both are.
        checks: whether it may be done, looked at on both sides.
        listed: what is taken away, in its order.
        by_hand: what stays at the side that is gone.
        stays: databases on the target that are left as they are.
    """

    move: AnyMove
    gone: Side
    checks: Sequence[CheckResult]
    listed: Sequence[Removal]
    by_hand: Sequence[Removal]
    stays: Sequence[str]
