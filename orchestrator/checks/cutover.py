"""What may go wrong in a planned cutover and can be known before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orchestrator.model.cutover import CutoverPlan, CutoverSystem, Risk
from orchestrator.model.schedule import Basis

# A cutover that ends this close to its rollback deadline leaves no time to decide, minutes.
TIGHT = 30
_RISKS: tuple[tuple[str, Callable[[CutoverSystem], bool]], ...] = (
    ("gates", lambda system: bool(system.gates)),
    ("estimated", lambda system: system.basis is Basis.ESTIMATED),
    ("tight", lambda system: system.slack < TIGHT),
    ("links", lambda system: bool(system.needs)),
    ("users", lambda system: system.users is None),
    ("assumed", lambda system: bool(system.assumed)),
    ("ungraded", lambda system: not system.mlps_level),
    ("lossy", lambda system: system.lossy),
)


def check_cutover(plan: CutoverPlan) -> tuple[Risk, ...]:
    """Return the risks of a plan with the systems that each concerns, in a fixed order."""
    return tuple(_found(plan))


def _found(plan: CutoverPlan) -> Iterator[Risk]:
    for code, concerns in _RISKS:
        systems = tuple(system.system for system in plan.systems if concerns(system))
        if systems:
            yield Risk(code=code, systems=systems, minutes=TIGHT if code == "tight" else 0)
