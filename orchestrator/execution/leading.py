"""What a life keeps of the names that people are led by: the TTL that they had, and since when they have less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from orchestrator.model.life import Life
from orchestrator.model.move import AnyMove, routes_of, with_routes


def measured(move: AnyMove) -> Mapping[str, int] | None:
    """Return the TTL that each name had when the servers were asked; None where no name leads to the system."""
    return {each.name: each.before for each in routes_of(move).names} or None


def as_before(life: Life, move: AnyMove) -> AnyMove:
    """Return the move with the TTLs that were written down before anything was lowered: by now they may be lower."""
    told = life.facts.get("ttls")
    routes = routes_of(move)
    if not isinstance(told, Mapping) or not routes.names:
        return move
    names = tuple(replace(each, before=int(told.get(each.name, each.before))) for each in routes.names)
    return with_routes(move, replace(routes, names=names))


def lowered_fact(move: AnyMove, now: datetime) -> Mapping[str, str]:
    """Return since when every server tells the lower TTL, as a fact; nothing where no name leads to the system."""
    return {"lowered": now.isoformat(timespec="seconds")} if routes_of(move).names else {}
