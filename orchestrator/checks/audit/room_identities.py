"""What must hold of rooms against systems, servers, proofs, days and one another; each its own finding."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.audit.levels import check_unit_levels
from orchestrator.checks.audit.proof import check_proofs
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.rooms import CLOSED, exempt, survey
from orchestrator.checks.audit.shares import of_level
from orchestrator.checks.audit.standing import occupants, twins
from orchestrator.checks.audit.times import check_order
from orchestrator.model.figures import Finding, finding
from orchestrator.model.system import Room, RoomKind, RoomState


def check_room_identities(ask: Question) -> Iterator[Finding]:
    """Yield every identity that rooms of the level break."""
    every = tuple(room for room in ask.census.listing.rooms if room.kind is not RoomKind.CLOUD)
    rooms = of_level(every, ask.level)
    yield from _in_use(ask, rooms)
    doubles = twins(every)
    for room in rooms:
        if room.id in doubles:
            first, _ = doubles[room.id]
            cells = (ask.cell(one, "name") for one in (first, room))
            yield finding("audit.room-twice", room.id, *cells, room=first.id)
    same = {frozenset({id_, first.id}) for id_, (first, _) in doubles.items()}
    same |= {frozenset({room.id, ancestor}) for room in every for ancestor in room.predecessors}
    closed = tuple(room for room in every if room.state in CLOSED)
    yield from check_proofs(ask, "audit.room-proof-shared", closed, of_level(closed, ask.level), same)
    yield from check_order(ask, "audit.room-order", rooms, "opened_on", "closed_on", "reopened_on")
    for room in rooms:
        yield from _days(ask, room)
        yield from _sizes(ask, room)
    yield from check_unit_levels(ask, every)
    if "rack" in (ask.formulas or ("rack",)):
        for room in survey(ask.census, ask.definitions.rules, ask.at, ask.level).scope:
            if room.racks is None:
                yield finding("audit.room-no-racks", room.id)


def _in_use(ask: Question, rooms: tuple[Room, ...]) -> Iterator[Finding]:
    standing = occupants(ask.census)
    for room in rooms:
        found = standing.get(room.id, ())
        if room.state in CLOSED and found:
            cells = (ask.cell(room, "state"), *(ask.cell(one, "room_id") for one in found))
            yield finding("audit.room-in-use", room.id, *cells, systems=", ".join(sorted(one.id for one in found)))


def _days(ask: Question, room: Room) -> Iterator[Finding]:
    """Yield a day of closing that contradicts the state or the day of the audit, or that was planned and has passed."""
    closed, due = room.closed_on, room.close_due
    if room.state in CLOSED and closed is not None and closed > ask.known:
        yield finding("audit.room-closed-later", room.id, day=closed.isoformat(), known=ask.known.isoformat())
    if room.state not in CLOSED and closed is not None and closed <= ask.at and room.reopened_on is None:
        yield finding("audit.room-day-no-state", room.id, day=closed.isoformat())
    if due is not None and due < ask.at and not room.emptied_by(ask.at) and not exempt(room, ask.at):
        yield finding("audit.room-overdue", room.id, day=due.isoformat(), days=str((ask.at - due).days))


def _sizes(ask: Question, room: Room) -> Iterator[Finding]:
    """Yield parts that are more than the whole: racks or area emptied, racks put to use elsewhere."""
    released = room.racks if room.state in {RoomState.CLOSED, RoomState.ACCESS_ONLY} else room.racks_released
    for whole, part, name in (
        (room.racks, room.racks_released, "racks_released"),
        (room.racks, room.racks_reused, "racks_reused"),
        (released, room.racks_reused, "racks_reused"),
    ):
        if whole is not None and part is not None and part > whole:
            cells = (ask.cell(room, "racks"), ask.cell(room, name))
            yield finding("audit.room-more-racks", room.id, *cells, racks=str(whole), more=str(part))
            break
    if room.area_m2 is not None and room.area_released_m2 is not None and room.area_released_m2 > room.area_m2:
        cells = (ask.cell(room, "area_m2"), ask.cell(room, "area_released_m2"))
        yield finding("audit.room-more-area", room.id, *cells, area=str(room.area_m2), more=str(room.area_released_m2))
