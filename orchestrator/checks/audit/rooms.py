"""The rooms of one level on one day: which are in scope, which of them are closed, and what contradicts itself.

A room is closed when no business server or system of the list stands in it, it is dark or only an access room, and
proof is filed. A room that two rows file is one room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from orchestrator.checks.audit.shares import check_levels, unplaced
from orchestrator.checks.audit.standing import occupants, twins
from orchestrator.model.census import Census
from orchestrator.model.figures import AuditRules, Exclusion, Finding, finding
from orchestrator.model.system import Room, RoomKind, RoomState, UnitLevel

CLOSED = frozenset({RoomState.CLOSED, RoomState.ACCESS_ONLY})


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
    ground = _Ground(census)
    twins_ = twins(census.listing.rooms)
    scope: list[Room] = []
    excluded: list[Exclusion] = []
    for room in census.listing.rooms:
        reason = _outside(room, rules, at, level, ground, count_exempt=count_exempt)
        twin = twins_.get(room.id)
        if reason is None and twin is not None and twin[1]:
            reason = Exclusion(id=room.id, reason="audit.excluded.twice", values={"room": twin[0].id})
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
        closed=frozenset(room.id for room in scope if ground.closed(room, at)),
        excluded=tuple(excluded),
        uncounted=tuple(why for room in scope if (why := ground.uncounted(room, at)) is not None),
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
    ground: _Ground,
    *,
    count_exempt: bool,
) -> Exclusion | None:
    if level is not None and room.unit_level not in {level, None}:
        return Exclusion(id=room.id, reason="audit.excluded.level")
    if room.kind is RoomKind.CLOUD:
        return Exclusion(id=room.id, reason="audit.excluded.cloud-centre")
    if unplaced((room,), level):
        return Exclusion(id=room.id, reason="audit.excluded.no-level")
    if room.opened_on is not None and room.opened_on > at:
        return Exclusion(id=room.id, reason="audit.excluded.opened-later", values={"day": room.opened_on.isoformat()})
    ancestors = ground.ancestors(room)
    if ancestors:
        return Exclusion(id=room.id, reason="audit.excluded.lineage", values={"rooms": ", ".join(sorted(ancestors))})
    if ground.gone_before(room, rules.baseline, at):
        values = {"day": str(rules.baseline)}
        return Exclusion(id=room.id, reason="audit.excluded.before-baseline", values=values)
    if exempt(room, at) and not count_exempt:
        return Exclusion(id=room.id, reason="audit.excluded.exempt", values={"approval": room.exemption_no})
    return None


class _Ground:
    """What stands behind the closing of rooms: which followed which, and what still stands in them."""

    def __init__(self, census: Census) -> None:
        self._occupants = occupants(census)
        self._successors = _successors(census.listing.rooms)

    def ancestors(self, room: Room) -> tuple[str, ...]:
        """Return the rooms that this one was split or merged from."""
        return tuple(id_ for id_, rooms in self._successors.items() if any(room.id == one.id for one in rooms))

    def closed(self, room: Room, at: date, seen: frozenset[str] = frozenset()) -> bool:
        """Tell whether a room, or all that followed it, is closed."""
        following = tuple(one for one in self._successors.get(room.id, ()) if one.id not in seen)
        if following:
            return all(self.closed(one, at, seen | {room.id}) for one in following)
        return self._emptied(room, at) and not self._occupants.get(room.id)

    def gone_before(self, room: Room, baseline: date | None, at: date) -> bool:
        """Tell whether the census found the room closed, and it still is: then the programme did not close it."""
        if baseline is None:
            return False
        return all(self.closed(room, day) for day in (baseline - timedelta(days=1), at))

    def uncounted(self, room: Room, at: date) -> Exclusion | None:
        """Return why a room that is filed as closed is not counted, where no finding of its own row says it."""
        if room.state in CLOSED and room.closed_on is not None and room.closed_on > at:
            return Exclusion(
                id=room.id, reason="audit.uncounted.closed-later", values={"day": room.closed_on.isoformat()}
            )
        if not self._emptied(room, at) or self.closed(room, at):
            return None
        standing = self._occupants.get(room.id, ())
        if standing:
            values = {"systems": ", ".join(sorted(one.id for one in standing))}
            return Exclusion(id=room.id, reason="audit.uncounted.in-use", values=values)
        rooms = ", ".join(sorted(one.id for one in self._successors[room.id]))
        return Exclusion(id=room.id, reason="audit.uncounted.successor", values={"rooms": rooms})

    @staticmethod
    def _emptied(room: Room, at: date) -> bool:
        """Tell whether the room's own row says that it is closed: with proof filed and no device found running."""
        return room.emptied_by(at) and bool(room.evidence) and not room.running_devices


def _successors(rooms: Iterable[Room]) -> Mapping[str, tuple[Room, ...]]:
    known = {room.id: room for room in rooms}
    found: defaultdict[str, tuple[Room, ...]] = defaultdict(tuple)
    for room in known.values():
        for ancestor in sorted(room.predecessors & known.keys() - {room.id}):
            # Two rows that name each other as predecessor have no first: neither follows the other.
            if room.id not in known[ancestor].predecessors:
                found[ancestor] += (room,)
    return found


def check_room_levels(census: Census, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield the rooms that no level's audit has, because nobody wrote down whose they are."""
    return check_levels((room for room in census.listing.rooms if room.kind is not RoomKind.CLOUD), level)


def check_rooms(census: Census, at: date, level: UnitLevel | None) -> Iterator[Finding]:
    """Yield what contradicts itself: closed without proof or with running devices, come back, exemption over."""
    yield from check_room_levels(census, level)
    for room in census.listing.rooms:
        if (level is not None and room.unit_level is not level) or room.kind is RoomKind.CLOUD:
            continue
        if room.state is None:
            yield finding("audit.room-unknown", room.id)
        if room.state in CLOSED and room.closed_on is None:
            yield finding("audit.room-no-day", room.id)
        if room.emptied_by(at) and not room.evidence:
            yield finding("audit.room-no-evidence", room.id)
        if room.emptied_by(at) and room.running_devices:
            yield finding("audit.room-running", room.id, devices=str(room.running_devices))
        if room.reopened_on is not None and room.reopened_on <= at:
            yield finding("audit.room-reopened", room.id, day=room.reopened_on.isoformat())
        if room.exemption_no and not exempt(room, at):
            yield finding("audit.room-exemption-over", room.id, day=str(room.exempt_until))
