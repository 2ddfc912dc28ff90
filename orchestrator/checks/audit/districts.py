"""A table by district: whose plan was issued, and how far the systems and rooms of each have come."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.audit.folding import folded
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.rooms import survey
from orchestrator.checks.audit.shares import share
from orchestrator.model.figures import Finding, Ratio, finding
from orchestrator.model.site import Region
from orchestrator.model.system import Disposition, UnitLevel


def districts(ask: Question) -> tuple[Region, ...]:
    """Return the regions below the city."""
    return tuple(one for one in ask.census.regions if one.level is UnitLevel.DISTRICT)


def rate_districts(ask: Question) -> Iterator[Ratio]:
    """Yield the districts with a plan of their own, then for each what has moved and what is closed."""
    regions = districts(ask)
    yield share("district.plan", "district", regions, lambda one: one.plan_on is not None and one.plan_on <= ask.at)
    rooms = survey(ask.census, ask.definitions.rules, ask.at, None)
    moved = ask.definitions.rules.completion.statuses
    for region in regions:
        systems = tuple(
            one
            for one in ask.census.listing.systems
            if one.disposition is Disposition.MIGRATE and _of(region, one.region, one.unit)
        )
        own = tuple(room for room in rooms.scope if _of(region, room.region, room.unit))
        if systems:
            yield share(f"district.cloud:{region.name}", "system", systems, lambda one: one.status in moved)
        if own:
            yield share(f"district.room:{region.name}", "room", own, lambda room: room.id in rooms.closed)


def _of(region: Region, named: str, unit: str) -> bool:
    return folded(region.name) in {folded(named), folded(unit)} or folded(unit).startswith(folded(region.name))


def check_districts(ask: Question) -> Iterator[Finding]:
    """Yield districts without a plan of their own, where the list says of any district that it has one."""
    regions = districts(ask)
    if any(one.plan_on is not None for one in regions):
        yield from (finding("audit.district-no-plan", one.id) for one in regions if one.plan_on is None)
