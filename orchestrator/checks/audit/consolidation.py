"""The consolidation ratio of machine rooms, by every formula that a published 94 % could have meant.

No document defines 机房集中率. The default counts rooms; the others count departments, racks, area, cost and systems.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from orchestrator.checks.audit import cloud
from orchestrator.checks.audit.rooms import Survey, survey
from orchestrator.model.census import Census
from orchestrator.model.figures import MISSING, AuditRules, Exclusion, Ratio
from orchestrator.model.system import Room, RoomState, UnitLevel

# Version 2 leaves out what was closed before the baseline: it is no room of the census. Version 3 counts a room that
# two rows file once, and none as closed in which a system of the list still stands.
_VERSION = 3


def _by_room(found: Survey) -> Ratio:
    """Return closed rooms over rooms in scope: the default reading of 机房集中率."""
    counted = tuple(room.id for room in found.scope if room.id in found.closed)
    return Ratio(
        formula="room",
        version=_VERSION,
        unit="room",
        numerator=Decimal(len(counted)),
        denominator=Decimal(len(found.scope) + found.classified),
        counted=counted,
        scope=tuple(room.id for room in found.scope),
        excluded=found.excluded,
        uncounted=found.uncounted,
        classified=found.classified,
        hidden=found.hidden,
        assumptions=("audit.assumption.room-formula",),
    )


def _by_department(found: Survey) -> Ratio:
    """Return departments without any room left over departments that had one; a shared room is each one's."""
    rooms: defaultdict[str, list[str]] = defaultdict(list)
    for room in found.scope:
        for unit in sorted({room.unit, *room.other_units}):
            rooms[unit].append(room.id)
    done = tuple(unit for unit, ids in rooms.items() if found.closed.issuperset(ids))
    return Ratio(
        formula="department",
        version=_VERSION,
        unit="department",
        numerator=Decimal(len(done)),
        denominator=Decimal(len(rooms)),
        counted=done,
        scope=tuple(rooms),
        excluded=found.excluded,
        assumptions=("audit.assumption.room-formula",),
    )


def _released(found: Survey, room: Room) -> Decimal | None:
    """Return how many of a room's racks were released for good; None when nobody wrote it down."""
    if room.racks is None:
        return None
    if room.id in found.closed:
        return Decimal(room.racks - min(room.racks, room.racks_reused or 0))
    if room.state is not RoomState.PARTLY:
        return Decimal(0)
    if room.racks_released is None:
        return None
    return Decimal(max(0, min(room.racks, room.racks_released) - (room.racks_reused or 0)))


def _area(found: Survey, room: Room) -> Decimal | None:
    if room.area_m2 is None:
        return None
    if room.id in found.closed:
        return room.area_m2
    if room.state is not RoomState.PARTLY:
        return Decimal(0)
    return None if room.area_released_m2 is None else min(room.area_m2, room.area_released_m2)


def _cost(found: Survey, room: Room) -> Decimal | None:
    """Return a room's build cost by the share of it that is emptied: by racks, else by area."""
    if room.build_cost_wan is None:
        return None
    if room.id in found.closed:
        return room.build_cost_wan
    if room.state is not RoomState.PARTLY:
        return Decimal(0)
    if room.racks and room.racks_released is not None:
        return room.build_cost_wan * min(room.racks, room.racks_released) / room.racks
    if room.area_m2 and room.area_released_m2 is not None:
        return room.build_cost_wan * min(room.area_m2, room.area_released_m2) / room.area_m2
    return None


def _by_share(
    formula: str,
    unit: str,
    found: Survey,
    whole: Callable[[Room], Decimal | None],
    part: Callable[[Survey, Room], Decimal | None],
) -> Ratio:
    shares = {room.id: (whole(room), part(found, room)) for room in found.scope}
    known = {id_: (all_, gone) for id_, (all_, gone) in shares.items() if all_ is not None and gone is not None}
    unknown = tuple(Exclusion(id=id_, reason=MISSING, values={"unit": unit}) for id_ in shares if id_ not in known)
    return Ratio(
        formula=formula,
        version=_VERSION,
        unit=unit,
        numerator=sum((gone for _, gone in known.values()), Decimal(0)),
        denominator=sum((all_ for all_, _ in known.values()), Decimal(0)),
        counted=tuple(id_ for id_, (_, gone) in known.items() if gone),
        scope=tuple(known),
        excluded=found.excluded + unknown,
        assumptions=("audit.assumption.room-formula",),
    )


def _by_rack(found: Survey) -> Ratio:
    """Return racks released over racks; a rack put to use elsewhere is not released."""
    return _by_share("rack", "rack", found, lambda room: _number(room.racks), _released)


def _by_area(found: Survey) -> Ratio:
    """Return area released over area."""
    return _by_share("area", "m2", found, lambda room: room.area_m2, _area)


def _by_cost(found: Survey) -> Ratio:
    """Return the build cost of what is emptied over all build cost."""
    return _by_share("cost", "wan", found, lambda room: room.build_cost_wan, _cost)


def _by_system(found: Survey) -> Ratio:
    """Return systems hosted centrally over systems in use: what the cloud's operator can measure."""
    return cloud.in_use_ratio("system", found.census, found.rules, found.level)


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


FORMULAS: Mapping[str, Callable[[Survey], Ratio]] = {
    "room": _by_room,
    "department": _by_department,
    "rack": _by_rack,
    "area": _by_area,
    "cost": _by_cost,
    "system": _by_system,
}

# The default formula with what it leaves out counted after all: how much of the rate the exclusions make.
VARIANTS: Mapping[str, tuple[bool, bool]] = {
    "room+exempt": (True, False),
    "room+classified": (False, True),
    "room+exempt+classified": (True, True),
}


def rate_rooms(
    census: Census, rules: AuditRules, at: date, level: UnitLevel | None, wanted: Iterable[str] = ()
) -> Iterator[Ratio]:
    """Yield the ratio by every formula and variant, or by those wanted."""
    chosen = tuple(wanted) or (*FORMULAS, *VARIANTS)
    default = survey(census, rules, at, level)
    for name in chosen:
        if name in FORMULAS:
            yield FORMULAS[name](default)
        else:
            exempt_too, classified_too = VARIANTS[name]
            found = survey(census, rules, at, level, count_exempt=exempt_too, count_classified=classified_too)
            assumed = tuple(f"audit.assumption.{part}-counted" for part in name.split("+")[1:])
            yield replace(_by_room(found), formula=name, assumptions=assumed)
