"""Asks both sides of every system that is about to move, side by side, and judges what they said; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from orchestrator.checks.kinds import CARRIED_OUT, PREFLIGHTS
from orchestrator.checks.preflighted import Begun, Judged, Preflighted, Unasked
from orchestrator.errors import MigrateError
from orchestrator.model.life import Life, Phase
from orchestrator.model.move import AnyMove, Method, parts
from orchestrator.ports.move import Mover

_AT_ONCE = 16  # each waits for two logins


def preflight_systems(
    wanted: Mapping[str, Callable[[], AnyMove]],
    mover: Mover[Any],
    lives: Mapping[str, Life],
    methods: Mapping[str, Method | None],
    *,
    tell: Callable[[Preflighted], None] = lambda _: None,
) -> tuple[Preflighted, ...]:
    """Return what each system's preflight says, in their order.

    A system whose move has begun is not asked again: slots and copies of its own would be in the way.

    Args:
        wanted: system → what moves, as the list and the clouds have it; may raise a `MigrateError`.
        mover: asks both sides.
        lives: of systems that have one.
        methods: system → the method that a person chose; None leaves it to the preflight.
        tell: of each system, in their order, as soon as it is known.
    """

    def one(system: str) -> Preflighted:
        life = lives.get(system)
        if life is not None and life.phase is not Phase.PROVISIONED:
            return Begun(system=system, life=life)
        try:
            return _judged(system, wanted[system](), mover, methods.get(system))
        except MigrateError as error:
            return Unasked(system=system, code=error.code, values=error.values)

    answers = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for found in pool.map(one, wanted):
            tell(found)
            answers.append(found)
    return tuple(answers)


def _judged(system: str, move: AnyMove, mover: Mover[Any], override: Method | None) -> Judged:
    able = CARRIED_OUT[move.kind]
    found = PREFLIGHTS[move.kind](move, *mover.observe(move), override=override, methods=able)
    possible = found.possible and found.move.method in able
    several = parts(found.move)
    return Judged(
        system=system,
        kind=move.kind,
        method=found.move.method if possible else None,
        declared=override,
        able=able,
        findings=found.findings,
        parts={part.kind: part.method for part in several} if possible and len(several) > 1 else {},
    )
