"""Whether both sides can be asked before a copy is dropped, whatever the kind of its data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.life import Side
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Sessions


class _Named(Protocol):
    @property
    def name(self) -> str: ...


S = TypeVar("S", bound=_Named)


def check_reached(
    source: S, target: S, voice: Callable[[S], Voice], sessions: Sessions, *, seconds: float, gone: Side
) -> tuple[CheckResult, CheckResult]:
    """Check that each side answers, and that one which is said to be gone does not; the source's comes first.

    Args:
        source: one side.
        target: the other.
        voice: whose session on a side is opened.
        sessions: to both sides.
        seconds: that a side is given to answer.
        gone: the side that is said to be gone.
    """

    def one(server: S, *, lost: bool) -> CheckResult:
        try:
            sessions.open(voice(server), seconds=seconds)
        except MigrateError as error:
            found, told = lost, error.code
        else:
            found, told = not lost, "-"
        return CheckResult.of("drop.gone" if lost else "drop.reached", found, server.name, error=told)

    return one(source, lost=gone is Side.SOURCE), one(target, lost=gone is Side.TARGET)
