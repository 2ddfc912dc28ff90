"""Where a system stands: what the tool did to it goes before what its row says, and contradictions are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orchestrator.model.life import Life, Phase
from orchestrator.model.system import MigrationList, Status

# What a phase makes of a system's 状态; a phase that is not here leaves the row's word.
_STATUS: Mapping[Phase, Status] = {
    Phase.SYNCING: Status.SYNCING,
    Phase.REHEARSED: Status.SYNCING,
    Phase.CUTOVER: Status.SYNCING,
    Phase.ROLLBACK: Status.CUT_OVER,
    Phase.OPEN: Status.CUT_OVER,
    Phase.SOAKED: Status.TRIAL,
    Phase.RETIRED: Status.TRIAL,
}
# Words that people alone can say of a system that serves from its cloud; they never contradict such a phase.
_FURTHER = frozenset({Status.TRIAL, Status.ACCEPTED})
_SERVES = frozenset({Phase.OPEN, Phase.SOAKED, Phase.RETIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A row that says something else than what the tool did."""

    system: str
    said: Status | None
    phase: Phase
    used: Status | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The list with every status as it is.

    Attributes:
        by_life: systems whose status comes from their life; every other one's is the list's.
        contradictions: rows that say something that the life rules out.
    """

    listing: MigrationList
    by_life: frozenset[str] = frozenset()
    contradictions: tuple[Contradiction, ...] = ()


def standing(listing: MigrationList, lives: Mapping[str, Life]) -> Standing:
    """Return the list as it stands, from its rows and the lives of its systems."""
    used = {system.id: _status(system.status, lives.get(system.id)) for system in listing.systems}
    changed = [system for system in listing.systems if used[system.id] is not system.status]
    return Standing(
        listing=replace(listing, systems=tuple(replace(system, status=used[system.id]) for system in listing.systems)),
        by_life=frozenset(system.id for system in changed),
        contradictions=tuple(
            Contradiction(system=system.id, said=system.status, phase=lives[system.id].phase, used=used[system.id])
            for system in changed
            if _rules_out(lives[system.id].phase, system.status)
        ),
    )


def _status(said: Status | None, life: Life | None) -> Status | None:
    if life is None:
        return said
    if life.phase in _SERVES and said in _FURTHER:
        return said
    if life.phase is Phase.SYNCING and life.facts.get("rolled_back"):
        return Status.ROLLED_BACK
    return _STATUS.get(life.phase, said)


def _rules_out(phase: Phase, said: Status | None) -> bool:
    """Tell whether a row contradicts a phase: it says the system serves from its cloud and it does not, or the reverse.

    A row that is merely behind (待审 while the copy runs) is brought up to date and contradicts nothing.
    """
    on_cloud = said in _FURTHER | {Status.CUT_OVER}
    return on_cloud is not (phase in _SERVES | {Phase.ROLLBACK}) and (on_cloud or said is Status.ROLLED_BACK)
