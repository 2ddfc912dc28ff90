"""Rooms held against what stands in them, and against one another: what makes a room that is filed as closed none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from orchestrator.checks.audit.folding import folded
from orchestrator.model.census import Census
from orchestrator.model.system import Room, Server, Status, System

# What has left its room: moved to a cloud, shut down or merged.
LEFT = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED, Status.RETIRED, Status.MERGED})
# Facts of a room by which two rows that name one room can be told apart.
_SIZES = ("area_m2", "racks", "build_cost_wan", "om_cost_wan")
_FACTS = (*_SIZES, "closed_on", "evidence", "region", "kind", "opened_on")


def occupants(census: Census) -> Mapping[str, tuple[System | Server, ...]]:
    """Return room → the systems of the list, and servers of such systems, that still stand in it.

    A system stands in the room whose id its row gives, or whose name its 部署位置 is, where the unit is the same.
    """
    rooms = {folded(room.id): room.id for room in census.listing.rooms}
    named = {(folded(room.unit), folded(room.name)): room.id for room in census.listing.rooms}
    found: defaultdict[str, tuple[System | Server, ...]] = defaultdict(tuple)
    here = {system.id: system for system in census.listing.systems if system.status not in LEFT}
    for system in here.values():
        location = folded(system.location)
        by_name = rooms.get(location, "") or named.get((folded(system.unit), location), "")
        room = rooms.get(folded(system.room_id), "") if system.room_id else by_name
        if room:
            found[room] += (system,)
    for server in census.listing.servers:
        if server.room_id and server.system_id in here and here[server.system_id].room_id != server.room_id:
            found[rooms.get(folded(server.room_id), server.room_id)] += (server,)
    return found


def twins(rooms: Iterable[Room]) -> Mapping[str, tuple[Room, bool]]:
    """Return room → the row before it that names the same room, and whether nothing tells the two apart.

    The same room: one unit and one name, or one name, size and proof filed by two units that share it. Rows of
    which two sizes differ are two rooms; rooms that one was made from another are too.
    """
    groups: defaultdict[str, list[Room]] = defaultdict(list)
    for room in rooms:
        groups[folded(room.name)].append(room)
    found: dict[str, tuple[Room, bool]] = {}
    for group in groups.values():
        for first, second in combinations(group, 2):
            if second.id in found or first.id in second.predecessors or second.id in first.predecessors:
                continue
            differing = {name for name in _FACTS if _differ(getattr(first, name), getattr(second, name))}
            own = folded(first.unit) == folded(second.unit) and len(differing & {*_SIZES}) < 2
            proven = folded(first.evidence) if folded(first.evidence) == folded(second.evidence) else ""
            if own or (proven and first.area_m2 and first.racks and not differing):
                found[second.id] = first, not differing
    return found


def _differ(one: object, other: object) -> bool:
    return one not in {None, ""} and other not in {None, ""} and one != other
