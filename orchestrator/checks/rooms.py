"""The consolidation ratio of machine rooms, by every formula that a published 94 % could have meant.

No document defines 机房集中率. The default counts rooms; the others count departments, racks, area, cost and systems.
A room is closed when no business server stands in it, it is dark or only an access room, and proof is filed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from orchestrator.checks import rates
from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, Exclusion, Ratio, finding
from orchestrator.model.result import CheckResult
from orchestrator.model.system import Room, RoomKind, RoomState, UnitLevel

# Version 2 leaves out what was closed before the baseline: it is no room of the census.
_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The rooms of one level on one day: which are in scope, which of them are closed, which are left out and why.

    Attributes:
        uncounted: rooms in scope that are closed and yet not counted as closed, and why.
        classified: how many classified rooms the denominator counts, and `hidden` how many it leaves out.
    """

    census: Census
    rules: AuditRules
    at: date
    level: UnitLevel | None
    scope: tuple[Room, ...]
    closed: frozenset[str]
    excluded: tuple[Exclusion, ...]
    uncounted: tuple[Exclusion, ...] = ()
    classified: int = 0
    hidden: int = 0


def survey(
    census: Census,
    rules: AuditRules,
    at: date,
    level: UnitLevel | None,
    *,
    count_exempt: bool = False,
    count_classified: bool = False,
) -> Survey:
    """Sort the rooms of a level as they stood at the end of a day.

    In scope are the rooms of the census and those opened since; not the cloud's own room, not what was opened
    later or closed before the census, not rooms with a valid exemption, and of rooms that were split or merged only
    those of the census.
    """
    successors = _successors(census.listing.rooms)
    scope: list[Room] = []
    excluded: list[Exclusion] = []
    for room in census.listing.rooms:
        reason = _outside(room, rules, at, level, successors, count_exempt=count_exempt)
        if reason is None:
            scope.append(room)
        elif reason.reason != "audit.excluded.level":
            excluded.append(reason)
    # Classified rooms are a number only: nobody's level is known, so they belong to the level that is audited.
    return Survey(
        census=census,
        rules=rules,
        at=at,
        level=level,
        scope=tuple(scope),
        closed=frozenset(room.id for room in scope if _closed(room, at, successors)),
        excluded=tuple(excluded),
        uncounted=tuple(
            Exclusion(
                id=room.id,
                reason="audit.uncounted.successor",
                values={"rooms": ", ".join(sorted(one.id for one in successors[room.id]))},
            )
            for room in scope
            if _emptied(room, at) and not _closed(room, at, successors)
        ),
        classified=census.classified_rooms if count_classified else 0,
        hidden=0 if count_classified else census.classified_rooms,
    )


def exempt(room: Room, at: date) -> bool:
    """Tell whether the room has an approval to stay that is still valid."""
    return bool(room.exemption_no) and (room.exempt_until is None or at <= room.exempt_until)


def _outside(
    room: Room,
    rules: AuditRules,
    at: date,
    level: UnitLevel | None,
    successors: Mapping[str, tuple[Room, ...]],
    *,
    count_exempt: bool,
) -> Exclusion | None:
    if level is not None and room.unit_level not in {level, None}:
        return Exclusion(id=room.id, reason="audit.excluded.level")
    if room.kind is RoomKind.CLOUD:
        return Exclusion(id=room.id, reason="audit.excluded.cloud-centre")
    if rates.unplaced((room,), level):
        return Exclusion(id=room.id, reason="audit.excluded.no-level")
    if room.opened_on is not None and room.opened_on > at:
        return Exclusion(id=room.id, reason="audit.excluded.opened-later", values={"day": room.opened_on.isoformat()})
    ancestors = tuple(id_ for id_, rooms in successors.items() if any(room.id == one.id for one in rooms))
    if ancestors:
        return Exclusion(id=room.id, reason="audit.excluded.lineage", values={"rooms": ", ".join(sorted(ancestors))})
    if _gone_before(room, rules.baseline, at, successors):
        values = {"day": str(rules.baseline)}
        return Exclusion(id=room.id, reason="audit.excluded.before-baseline", values=values)
    if exempt(room, at) and not count_exempt:
        return Exclusion(id=room.id, reason="audit.excluded.exempt", values={"approval": room.exemption_no})
    return None


def _successors(rooms: Iterable[Room]) -> Mapping[str, tuple[Room, ...]]:
    known = {room.id: room for room in rooms}
    found: defaultdict[str, tuple[Room, ...]] = defaultdict(tuple)
    for room in known.values():
        for ancestor in sorted(room.predecessors & known.keys() - {room.id}):
            # Two rows that name each other as predecessor have no first: neither follows the other.
            if room.id not in known[ancestor].predecessors:
                found[ancestor] += (room,)
    return found


def _closed(
    room: Room, at: date, successors: Mapping[str, tuple[Room, ...]], seen: frozenset[str] = frozenset()
) -> bool:
    following = tuple(one for one in successors.get(room.id, ()) if one.id not in seen)
    if following:
        return all(_closed(one, at, successors, seen | {room.id}) for one in following)
    return _emptied(room, at)


def _emptied(room: Room, at: date) -> bool:
    """Tell whether the room itself is closed: emptied, with proof filed and no device found running."""
    return room.emptied_by(at) and bool(room.evidence) and not room.running_devices


def _gone_before(room: Room, baseline: date | None, at: date, successors: Mapping[str, tuple[Room, ...]]) -> bool:
    """Tell whether the census found the room closed, and it still is: then the programme did not close it."""
    if baseline is None:
        return False
    return all(_closed(room, day, successors) for day in (baseline - timedelta(days=1), at))


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
    unknown = tuple(
        Exclusion(id=id_, reason="audit.excluded.missing-data", values={"unit": unit})
        for id_ in shares
        if id_ not in known
    )
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
    return rates.in_use_ratio("system", found.census, found.rules, found.level)


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


def check_levels(census: Census, level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield the rooms that no level's audit has, because nobody wrote down whose they are."""
    return rates.check_levels((room for room in census.listing.rooms if room.kind is not RoomKind.CLOUD), level)


def check_rooms(census: Census, at: date, level: UnitLevel | None) -> Iterator[CheckResult]:
    """Yield what contradicts itself: closed without proof or with running devices, come back, exemption over."""
    yield from check_levels(census, level)
    for room in census.listing.rooms:
        if (level is not None and room.unit_level is not level) or room.kind is RoomKind.CLOUD:
            continue
        if room.state is None:
            yield finding("audit.room-unknown", room.id)
        if room.state in {RoomState.CLOSED, RoomState.ACCESS_ONLY} and room.closed_on is None:
            yield finding("audit.room-no-day", room.id)
        if room.emptied_by(at) and not room.evidence:
            yield finding("audit.room-no-evidence", room.id)
        if room.emptied_by(at) and room.running_devices:
            yield finding("audit.room-running", room.id, devices=str(room.running_devices))
        if room.reopened_on is not None and room.reopened_on <= at:
            yield finding("audit.room-reopened", room.id, day=room.reopened_on.isoformat())
        if room.exemption_no and not exempt(room, at):
            yield finding("audit.room-exemption-over", room.id, day=str(room.exempt_until))
