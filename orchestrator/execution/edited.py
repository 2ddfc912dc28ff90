"""What the list or the programme says otherwise by now than when a move was begun."""

from __future__ import annotations

from orchestrator.execution.moving import recorded
from orchestrator.model.life import Life
from orchestrator.model.move import AnyMove, parts, routes_of


def edited(life: Life, wanted: AnyMove) -> tuple[str, ...]:
    """Name what the list or the programme says otherwise by now than when the move was begun."""
    begun = recorded(life)
    if begun.kind is not wanted.kind:
        return ("kind",)
    told = {"roles", "method", "copying", "folder", "able", "size", "root"}  # by its servers or its tool
    several = len(parts(wanted)) > 1
    found = {
        f"{now.kind}.{name}" if several else name
        for before, now in zip(parts(begun), parts(wanted), strict=True)
        for name in now.__dataclass_fields__.keys() - told
        if getattr(before, name, None) != getattr(now, name)
    }
    if routes_of(begun) != routes_of(wanted):  # of several parts, people are led to the whole
        found.add("routes")
    return tuple(sorted(found))
